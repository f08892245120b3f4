//! Images and masks: every case with its state, one of them slice by slice, its sequences side by side, a contact sheet,
//! checks over the cohort, gray values.

mod cases;
mod checks;
mod grey_values;
mod looking;
mod sequences;
mod sheet;
mod slice;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::State;
use crate::app::answers::{Slot, Wish};
use crate::app::pane_id::PaneId;
use crate::methods::images;
use crate::theme::Role;
use crate::ui::{layout, paragraph};

/// Where all cases stand.
const ALL: Slot<images::Spec> = Slot::new("images");

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 6] = [
        Box::<cases::Cases>::default(),
        Box::<slice::Slice>::default(),
        Box::<sequences::Sequences>::default(),
        Box::<sheet::Sheet>::default(),
        Box::<checks::Checks>::default(),
        Box::<grey_values::GreyValues>::default(),
    ];
    Tab::new(PaneId::Images, views.into())
}

/// The question of all cases, if the study has images.
fn asks(state: &State) -> Vec<Wish> {
    let study = state.has_images().then(|| state.path.clone());
    study.map(|study| ALL.wants(images::Spec { study })).into_iter().collect()
}

/// Says why there is nothing to show, if there is not.
fn is_absent(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> bool {
    if scene.state.study.is_some() && !scene.state.has_images() {
        let said = "The study names no images. Add a section [images] to its file to extract radiomic features.";
        paragraph::text(said, Role::Dim, scene.theme, area, buf);
        return true;
    }
    let absent = paragraph::absent(&scene.state.answers.status(ALL));
    if let Some((role, said)) = &absent {
        let said = if *role == Role::Dim { format!("Reading images and masks: {said}") } else { said.clone() };
        paragraph::text(&said, *role, scene.theme, area, buf);
    }
    absent.is_some()
}

/// Frames what there is to show by what the images are; nothing is left where there are none.
fn framed(scene: &Scene<'_>, summary: &str, area: Rect, buf: &mut Buffer) -> Option<Rect> {
    if is_absent(scene, area, buf) {
        return None;
    }
    let (head, rest) = layout::top(area, 1);
    let heading = format!("{summary}{}", paragraph::freshness(&scene.state.answers.status(ALL)));
    paragraph::line(&heading, Role::Title, scene.theme, head, buf);
    Some(rest)
}

fn methods(state: &State) -> Option<String> {
    crate::methods::extraction::methods_of_study(state.study.as_ref()?)
}
