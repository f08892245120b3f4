//! The baseline table: who the patients are, whether the groups differ, and whether readers agree on what they saw.

mod agreement;
mod readings;
mod table;

use super::tab::Tab;
use super::view::View;
use crate::app::pane_id::PaneId;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 3] =
        [Box::<table::Table>::default(), Box::<agreement::Agreement>::default(), Box::<readings::Readings>::default()];
    Tab::new(PaneId::Baseline, views.into())
}
