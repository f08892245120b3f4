//! What is going on, and what was done.

mod changes;
mod history;
mod log;

use super::tab::Tab;
use super::view::View;
use crate::app::pane_id::PaneId;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 3] =
        [Box::<log::Log>::default(), Box::<history::History>::default(), Box::<changes::Changes>::default()];
    Tab::new(PaneId::Jobs, views.into())
}
