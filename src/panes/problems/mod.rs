//! What is wrong or doubtful in the study's data.

mod list;

use super::tab::Tab;
use crate::app::pane_id::PaneId;

pub(super) fn tab() -> Tab {
    Tab::new(PaneId::Problems, vec![Box::<list::List>::default()])
}
