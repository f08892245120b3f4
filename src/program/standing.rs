//! Where the user stands, and the steps that led there: kept for the next session, and for doing it all again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::command::Command;
use crate::app::log::Level;
use crate::app::visits::Visits;
use crate::document::ExportFormat;
use crate::panes::tab::Tab;
use crate::session::steps::{Digest, Step};
use crate::session::{Session, Standing, Steps, ViewName};
use crate::study::Edit;
use crate::ui::layout;
use crate::ui::overlay::Overlay;
use crate::ui::prompt::Prompt;
use figures::format::Glyphs;

/// Steps that can be taken back and outlive the program.
const STEPS: usize = 50;

impl Program {
    /// Where the user is, for the next session.
    pub fn session(&self) -> Session {
        let path = std::path::absolute(&self.state.path).unwrap_or_else(|_| self.state.path.clone());
        Session { path, at: self.standing(), history: self.state.history.last(STEPS) }
    }

    /// What is on screen, how it is looked at, and what was chosen.
    pub fn standing(&self) -> Standing {
        let name = |pane: &Tab| (pane.id(), ViewName::Name(pane.on_screen().to_owned()));
        let views = self.panes.iter().filter(|pane| pane.at() > 0).map(name).collect();
        let cursors = self.panes.iter().map(|pane| (pane.id(), pane.looks()));
        let cursors: BTreeMap<_, _> = cursors.filter(|(_, looks)| !looks.is_empty()).collect();
        let settings = self.panes.iter().map(|pane| (pane.id(), pane.settings()));
        let settings: BTreeMap<_, _> = settings.filter(|(_, set)| !set.is_empty()).collect();
        let (pane, beside) = (self.state.pane(), self.state.beside);
        Standing { pane, beside, views, cursors, settings, choices: self.state.choices.clone() }
    }

    /// Goes on where an earlier session ended, as far as that still fits the study.
    pub fn restore(&mut self, session: Session) -> Vec<Effect> {
        let steps = session.history.steps_with().chain([&session.at.choices]);
        let edits: Vec<_> = steps.flat_map(|choices| choices.edits.clone()).collect();
        self.state.own_edits(&edits);
        self.state.history = session.history;
        self.stand(session.at)
    }

    /// Stands where the user stood, as far as that fits the study.
    pub fn stand(&mut self, mut at: Standing) -> Vec<Effect> {
        for pane in &mut self.panes {
            let known = match at.views.remove(&pane.id()) {
                Some(ViewName::Name(name)) => pane.show(&name),
                Some(ViewName::Place(place)) => pane.names().get(place).is_some_and(|name| pane.show(name)),
                None => pane.names().first().is_some_and(|name| pane.show(name)),
            };
            if !known {
                let said = format!("{}: the view of the last session is not there any more", pane.id().title());
                self.state.log.note(Level::Note, said, self.state.now);
            }
            let settings = at.settings.remove(&pane.id()).unwrap_or_default();
            pane.restore(at.cursors.remove(&pane.id()).unwrap_or_default(), &settings);
        }
        self.state.visits = Visits::new(at.pane);
        self.state.beside = at.beside.filter(|_| self.state.size.0 >= layout::TWO);
        self.trail.clear();
        self.state.choices = self.state.fitting(at.choices);
        self.refresh();
        self.state.changed_study().map(|study| Effect::Reopen(Box::new(study))).into_iter().collect()
    }

    /// The steps so far, the last one up to now.
    pub fn steps(&mut self) -> &Steps {
        let now = self.standing();
        self.steps.end(&now, self.state.size);
        &self.steps
    }

    /// Changes that the study's file has already, and which its history made, can be taken back.
    pub fn own_edits(&mut self, edits: &[Edit]) {
        self.state.own_edits(edits);
    }

    /// Goes on from the steps of an earlier session.
    pub fn go_on_from(&mut self, earlier: Steps) {
        self.steps.go_on_from(earlier);
    }

    /// Remembers that the study was read from this text of its file, and from these tables.
    pub(super) fn read_from(&mut self, text: Option<String>, tables: Vec<(PathBuf, String)>) {
        let at = self.standing();
        let tables = tables.into_iter().map(|(file, blake3)| Digest { file, blake3 }).collect();
        let (what, size) = ("opened the study".to_owned(), self.state.size);
        let ascii = Some(self.theme.glyphs() == Glyphs::Ascii);
        self.steps.push(Step { study: text, ascii, tables, ..Step::new(what, size, at.clone()) }, &at);
    }

    /// Remembers that a document was written.
    pub fn wrote(&mut self, path: &Path, bytes: &[u8]) {
        // What names no format is no document: a study's file, a history.
        if ExportFormat::of_path(path).is_none() {
            return;
        }
        let at = self.standing();
        let (what, size) = (format!("export to {}", path.display()), self.state.size);
        let export = Some(Digest::of(path, bytes));
        self.steps.push(Step { export, ..Step::new(what, size, at.clone()) }, &at);
    }

    /// Writes the steps into a file of the user's.
    pub(super) fn save_history(&mut self, command: &'static Command, file: Option<&str>) -> Vec<Effect> {
        let Some(file) = file.filter(|file| !file.is_empty()) else {
            self.overlays.push(Overlay::Prompt(Prompt::suggesting(Some(command), "history as", "history.toml")));
            return Vec::new();
        };
        match self.steps().to_toml() {
            Ok(text) => {
                self.apply(Action::Do(Effect::Write { path: file.into(), bytes: text.into_bytes(), replace: false }))
            }
            Err(why) => self.apply(Action::Say(Level::Error, format!("the history cannot be written: {why}"))),
        }
    }

    /// Remembers what the last event did, if that is more than a move.
    pub(super) fn record(&mut self, before: Standing, size: (u16, u16)) {
        let at = self.standing();
        let doing = self.doing.take();
        let is_same = before.pane == at.pane
            && before.beside == at.beside
            && before.views == at.views
            && before.choices == at.choices;
        if is_same && size == self.state.size {
            return;
        }
        let what = doing.unwrap_or_else(|| at.words());
        self.steps.end(&before, size);
        let size = self.state.size;
        self.steps.steps.push(Step::new(what, size, at));
    }
}
