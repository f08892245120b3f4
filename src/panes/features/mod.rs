//! Radiomic features: which are there, which can be trusted, which go with the outcome and with each other.

mod clusters;
mod distribution;
mod list;
mod map;
mod readings;
mod reliability;
mod screen;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::methods::extraction;
use crate::methods::features;
use crate::methods::icc::document as icc;
use crate::theme::Role;
use crate::ui::paragraph;

/// Where the features stand.
const SLOT: Slot<features::Spec> = Slot::new("features");

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 8] = [
        Box::<list::List>::default(),
        Box::<distribution::Distribution>::default(),
        Box::<reliability::Reliability>::default(),
        Box::<map::Map>::default(),
        Box::new(clusters::Clusters::groups()),
        Box::new(clusters::Clusters::flaws()),
        Box::<screen::Screen>::default(),
        Box::<readings::Readings>::default(),
    ];
    Tab::new(PaneId::Features, views.into())
}

fn asks(state: &State) -> Vec<Wish> {
    state.plan().map(|plan| SLOT.wants(plan.features())).into_iter().collect()
}

/// Says that the study has no features at all, if it has none.
fn has_none(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> bool {
    let state = scene.state;
    let of_table = state.cohort().is_some_and(|cohort| !cohort.features().is_empty());
    let has_none = state.study.is_some() && !state.has_images() && !of_table;
    if has_none {
        let said = "The study has no radiomic features. Name images under [images], or a table under [features].";
        paragraph::text(said, Role::Dim, scene.theme, area, buf);
    }
    has_none
}

/// Frames a view by what the features are; nothing is left where there are none.
fn framed(scene: &Scene<'_>, summary: &str, area: Rect, buf: &mut Buffer) -> Option<Rect> {
    if has_none(scene, area, buf) {
        return None;
    }
    let status = scene.state.answers.status(SLOT);
    if let Some((role, said)) = paragraph::absent_features(&status, &scene.state.extraction) {
        paragraph::text(&said, role, scene.theme, area, buf);
        return None;
    }
    let words = format!("{summary}{}", paragraph::freshness(&status));
    Some(paragraph::heading(&words, scene.theme, area, buf))
}

/// How the features came about, how their reliability was judged, and what the view has to add.
fn methods(state: &State, more: Option<String>) -> Option<String> {
    let study = state.study.as_ref()?;
    let compared = state.answers.get(SLOT).filter(|answer| !answer.comparisons.is_empty());
    let reliability = compared.map(|answer| icc::methods(&answer.comparisons, answer.icc.kind, answer.icc.threshold));
    let extracted = extraction::methods_of_study(study).filter(|_| state.has_images());
    let said: Vec<String> = extracted.into_iter().chain(reliability).chain(more).collect();
    (!said.is_empty()).then(|| said.join(" "))
}
