//! What leaves the program: messages, copies, exported files, the session.

use std::io;
use std::path::PathBuf;

use super::changed::Read;
use super::clipboard;
use super::rim::Rim;
use crate::app::action::Effect;
use crate::app::log::Level;
use crate::session::Session;
use crate::study::Study;
use crate::writing;

impl Rim {
    pub(super) fn say(&mut self, level: Level, text: String) {
        let now = self.program.state.now;
        self.program.state.log.say(level, text, now);
    }

    /// The same, in fewer and fewer words on a status line with less room.
    pub(super) fn say_briefly(&mut self, level: Level, text: String, shorter: Vec<String>) {
        let now = self.program.state.now;
        self.program.state.log.say_briefly(level, text, shorter, now);
    }

    /// Copies through the terminal, and into a file for terminals that take nothing.
    pub(super) fn copy(&mut self, text: &str, what: &str) -> io::Result<()> {
        let file = self.places.state().join("last_copy.txt");
        let kept = writing::write_privately(&file, text.as_bytes()).is_ok();
        let sent = clipboard::osc52(text, std::env::var_os("TMUX").is_some());
        if let Some(bytes) = &sent {
            self.screen.send_bytes(bytes)?;
        }
        let (level, said) = match (sent.is_some(), kept) {
            (true, true) => {
                let brief = vec![format!("{what} copied; also in last_copy.txt"), format!("{what} copied")];
                self.say_briefly(Level::Done, format!("{what} copied; also in {}", file.display()), brief);
                return Ok(());
            }
            (true, false) => (Level::Done, format!("{what} copied")),
            (false, true) => {
                (Level::Note, format!("too long for the terminal's clipboard; it is in {}", file.display()))
            }
            (false, false) => (Level::Error, "it could not be copied".to_owned()),
        };
        self.say(level, said);
        Ok(())
    }

    pub(super) fn write(&mut self, path: PathBuf, bytes: &[u8], replace: bool) {
        let path = writing::of_home(path);
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return self.say(Level::Error, format!("there is no folder {}: make it first", folder.display()));
        }
        let study = self.program.state.study.as_ref();
        let cohort = self.program.state.data.as_ref().map(|data| &*data.cohort);
        let mut inputs = study.map(|study| study.sources(cohort)).unwrap_or_default();
        // A study's own file is what `:save_study` is about.
        inputs.retain(|input| study.is_none_or(|study| study.is_guessed() || *input != study.file));
        if let Some(input) = writing::is_input(&path, &inputs) {
            let why =
                format!("{} is what the study is read from ({}); name another file", path.display(), input.display());
            return self.say(Level::Error, why);
        }
        if writing::would_replace(&path) && !replace {
            let question = format!("{} is there already. Replace it?", path.display());
            self.program.confirm(question, Effect::Write { path, bytes: bytes.to_vec(), replace: true });
            return;
        }
        match writing::write(&path, bytes) {
            Ok(()) => {
                self.program.wrote(&path, bytes);
                self.kept = None;
                self.say(Level::Done, format!("written: {}", path.display()));
            }
            Err(error) => self.say(Level::Error, format!("{} was not written: {error}", path.display())),
        }
    }

    /// Writes what was changed of a study into its file, whose comments stay.
    pub(super) fn keep_study(&mut self, study: &Study) {
        let file = study.file.display();
        let written = match std::fs::read_to_string(&study.file) {
            Err(error) => Err(format!("{file} cannot be read: {error}")),
            Ok(text) => match study.updated(&text) {
                None => Err(format!(
                    "{file} is written in a way that the change cannot be added to: write it there by hand"
                )),
                Some(text) => {
                    writing::write(&study.file, text.as_bytes()).map_err(|e| format!("{file} was not written: {e}"))
                }
            },
        };
        match written {
            Ok(()) => {
                self.read = Read::of(Some(study));
                self.program.kept(study);
                self.say(Level::Done, format!("written: {file}"));
            }
            Err(why) => self.say(Level::Error, why),
        }
    }

    /// Keeps the session when the study, its pane, a view or a choice has changed, so that what was chosen outlives whatever
    /// ends the program.
    pub(super) fn keep_session(&mut self) {
        if self.program.state.study.is_none() || !self.keeps {
            return;
        }
        let session = self.program.session();
        let is_kept = |kept: &Session| {
            let (kept, now) = (&kept.at, &session.at);
            kept.pane == now.pane && kept.views == now.views && kept.choices == now.choices
        };
        if self.kept.as_ref().is_some_and(is_kept) {
            return;
        }
        let saved = session.save(&self.places).and_then(|()| self.program.steps().save(&self.places));
        if let Err(error) = saved {
            self.keeps = false;
            let folder = self.places.state().display();
            self.say(Level::Warning, format!("the session cannot be kept in {folder}: {error}"));
        }
        self.kept = Some(session);
    }
}
