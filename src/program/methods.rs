//! The methods text: the sentences for a paper, of the view on screen or of the whole study, with their sources.

use std::path::PathBuf;

use super::Program;
use crate::app::action::{Action, Effect};
use crate::app::answers::Wish;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::plan::paper::once;
use crate::plan::references;
use crate::ui::overlay::Overlay;

impl Program {
    /// Writes what the methods text of the view on screen calls for, as BibTeX.
    pub(super) fn export_sources(&mut self, path: PathBuf) -> Vec<Effect> {
        let entries = self.pane().methods(&self.state).map(|methods| entries(&methods)).unwrap_or_default();
        if entries.is_empty() {
            return self.apply(Action::Say(Level::Note, "the methods of this view call for no sources".to_owned()));
        }
        self.apply(Action::Do(Effect::Write { path, bytes: entries.into_bytes(), replace: false }))
    }

    /// The methods text of the view on screen, or of the whole study where the pane has none of its own or it is asked for.
    pub(super) fn methods(&mut self, of: Option<&str>) -> Vec<Effect> {
        let whole =
            of.is_some_and(|of| of.trim() == "all") || matches!(self.state.pane(), PaneId::Jobs | PaneId::Problems);
        if whole {
            return self.methods_of_study();
        }
        let notes = self.pane().document(&self.state).map(|d| d.notes).unwrap_or_default();
        let methods = self.pane().methods(&self.state);
        let copied = methods.clone().map_or_else(|| notes.join("\n"), |methods| with_sources(&methods));
        let notes = notes.into_iter().map(|n| format!("! {n}"));
        let sources = methods.as_deref().map(sources).filter(|sources| !sources.is_empty());
        let body: Vec<String> = methods.clone().into_iter().chain(notes).chain(sources).collect();
        if body.is_empty() {
            return self.apply(Action::Say(Level::Note, "this pane has no methods text".to_owned()));
        }
        let title = "Methods and notes: y copies".to_owned();
        self.overlays.push(Overlay::Text { title, body: body.join("\n"), copied, top: 0 });
        Vec::new()
    }

    /// What all panes have to say that was looked at, each sentence once, of the choices as they are now: what they changed
    /// is worked out anew while the text is on screen.
    fn methods_of_study(&mut self) -> Vec<Effect> {
        let (body, waiting) = self.gathered();
        if body.is_empty() && waiting.is_empty() {
            return self.apply(Action::Say(Level::Note, "nothing was looked at yet that a paper tells of".to_owned()));
        }
        self.gathering = true;
        self.overlays.push(Overlay::Text { title: OF_STUDY.to_owned(), body, copied: String::new(), top: 0 });
        self.gather();
        Vec::new()
    }

    /// The text so far, and the panes of which something is still being worked out.
    fn gathered(&self) -> (String, Vec<&'static str>) {
        let (mut texts, mut waiting) = (Vec::new(), Vec::new());
        for pane in &self.panes {
            let (known, is_whole) = pane.all_methods(&self.state);
            texts.extend(known);
            waiting.extend((!is_whole).then(|| pane.id().title()));
        }
        (once(texts.iter().map(String::as_str)).join("\n\n"), waiting)
    }

    /// Writes what is known by now into the text on screen, until it is whole or closed.
    pub(super) fn gather(&mut self) {
        if !self.gathering {
            return;
        }
        let (text, waiting) = self.gathered();
        self.gathering = !waiting.is_empty();
        let Some(Overlay::Text { title, body, copied, .. }) = self.overlays.last_mut().filter(|top| is_of_study(top))
        else {
            self.gathering = false;
            return;
        };
        *copied = with_sources(&text);
        let more =
            if waiting.is_empty() { String::new() } else { format!("Being worked out: {}.\n\n", waiting.join(", ")) };
        *body = format!("{more}{copied}");
        *title = OF_STUDY.to_owned();
    }

    /// What the text on screen still needs to know.
    pub(super) fn asks_of_methods(&self) -> Vec<Wish> {
        let panes = self.panes.iter().filter(|_| self.gathering);
        panes.flat_map(|pane| pane.all_asks(&self.state)).collect()
    }
}

const OF_STUDY: &str = "Methods of what was looked at: y copies";

fn is_of_study(overlay: &Overlay) -> bool {
    matches!(overlay, Overlay::Text { title, .. } if title == OF_STUDY)
}

/// What a methods text calls for, as BibTeX.
fn entries(methods: &str) -> String {
    references::of(&[methods]).iter().map(|reference| reference.bibtex()).collect::<Vec<_>>().join("\n")
}

fn sources(methods: &str) -> String {
    let entries = entries(methods);
    if entries.is_empty() { String::new() } else { format!("\nBibTeX of the sources:\n\n{entries}") }
}

fn with_sources(methods: &str) -> String {
    format!("{methods}\n{}", sources(methods)).trim_end().to_owned()
}
