//! What is wrong or doubtful in the study's data, and how the study stands before checklists.

mod checklists;
mod list;

use super::tab::Tab;
use super::view::View;
use crate::app::pane_id::PaneId;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 2] = [Box::<list::List>::default(), Box::<checklists::Checklists>::default()];
    Tab::new(PaneId::Problems, views.into())
}
