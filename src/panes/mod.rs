//! The panes: each asks its questions, shows the answers, and can put what it shows into a document.

mod baseline;
mod calibration;
mod cohort;
mod cox;
mod features;
mod images;
mod jobs;
mod km;
mod lasso;
mod performance;
mod problems;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::app::{Action, State};
use crate::ask::Asked;
use crate::document::Document;
use crate::theme::Theme;
use crate::ui::grid::Grid;

/// What a command did in a pane.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing: it is not this pane's.
    Ignored,
    /// It changed what the pane shows.
    Done,
    /// It changed what the pane shows, and another view of it is to be seen.
    View(usize),
    /// It asks for changes of the state.
    Actions(Vec<Action>),
    /// It needs a value: the prompt's title and what it starts with. The command comes again with what was typed.
    Prompt {
        /// What is asked for.
        title: String,
        /// What the answer starts as.
        initial: String,
    },
}

impl Outcome {
    /// One change of the state.
    pub fn action(action: Action) -> Self {
        Self::Actions(vec![action])
    }
}

/// One pane.
pub trait Pane {
    /// Which pane it is.
    fn id(&self) -> PaneId;

    /// Names of its views, in the order in which Tab shows them.
    fn views(&self) -> &'static [&'static str] {
        &[]
    }

    /// What it needs to know, each at a place of its own.
    fn asks(&self, _state: &State, _view: usize) -> Vec<(Slot, Asked)> {
        Vec::new()
    }

    /// Prepares what is shown from the state; called before `view` whenever the state has changed.
    fn refresh(&mut self, state: &State, view: usize);

    /// The table that has the focus in a view, if there is one.
    fn grid(&self, view: usize) -> Option<&Grid>;

    /// The same, for cursor and marks.
    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid>;

    /// Does what a command asks; `argument` is what a prompt or the palette gave.
    fn act(&mut self, _command: CommandId, _argument: Option<&str>, _state: &State, _view: usize) -> Outcome {
        Outcome::Ignored
    }

    /// Paints a view.
    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer);

    /// What is on screen, with full precision; `None` while there is nothing.
    fn document(&self, state: &State, view: usize) -> Option<Document>;

    /// The sentences for the methods section of a paper.
    fn methods(&self, _state: &State, _view: usize) -> Option<String> {
        None
    }
}

/// Every pane, in tab order.
pub fn all() -> Vec<Box<dyn Pane>> {
    vec![
        Box::<cohort::Cohort>::default(),
        Box::<images::Images>::default(),
        Box::<features::Features>::default(),
        Box::<baseline::Baseline>::default(),
        Box::<lasso::Lasso>::default(),
        Box::<cox::Cox>::default(),
        Box::<km::Km>::default(),
        Box::<performance::Performance>::default(),
        Box::<calibration::Calibration>::default(),
        Box::<jobs::Jobs>::default(),
        Box::<problems::Problems>::default(),
    ]
}
