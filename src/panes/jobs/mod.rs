//! What is going on.

mod log;

use super::tab::Tab;
use crate::app::pane_id::PaneId;

pub(super) fn tab() -> Tab {
    Tab::new(PaneId::Jobs, vec![Box::<log::Log>::default()])
}
