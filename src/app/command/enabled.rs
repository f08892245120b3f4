//! When commands can be used, and why not.

use super::Enabled;
use crate::app::state::State;

fn unless(refused: bool, why: &'static str) -> Enabled {
    if refused { Enabled::No(why) } else { Enabled::Yes }
}

pub(super) fn always(_: &State) -> Enabled {
    Enabled::Yes
}

pub(super) fn several_endpoints(s: &State) -> Enabled {
    unless(s.endpoints().len() < 2, "the study has one endpoint")
}

pub(super) fn several_cohorts(s: &State) -> Enabled {
    unless(s.cohorts().len() < 2, "the study has one cohort")
}

pub(super) fn filtered(s: &State) -> Enabled {
    unless(s.choices.filter.is_none(), "no filter is set")
}

pub(super) fn undoable(s: &State) -> Enabled {
    unless(!s.history.can_undo(), "there is nothing to undo")
}

pub(super) fn redoable(s: &State) -> Enabled {
    unless(!s.history.can_redo(), "there is nothing to do again")
}

pub(super) fn has_images(s: &State) -> Enabled {
    unless(!s.has_images(), "the study names no images")
}

pub(super) fn has_features(s: &State) -> Enabled {
    unless(s.plan().is_some_and(|plan| !plan.has_features()), "the study has no radiomic features")
}

pub(super) fn can_extract(s: &State) -> Enabled {
    match has_images(s) {
        Enabled::Yes => unless(s.extraction.is_running(), "extraction is running"),
        no => no,
    }
}

pub(super) fn extracting(s: &State) -> Enabled {
    unless(!s.extraction.is_running(), "no extraction is running")
}

pub(super) fn shows_pictures(s: &State) -> Enabled {
    unless(s.pictures.is_none(), "the terminal shows no pictures that are known of; --images names how")
}

pub(super) fn has_questions(s: &State) -> Enabled {
    unless(s.study.as_ref().is_none_or(|study| study.questions.is_empty()), "nothing about the table is open")
}

pub(super) fn has_unkept(s: &State) -> Enabled {
    let is_guessed = s.study.as_ref().is_some_and(|study| study.is_guessed());
    unless(!is_guessed && s.unkept_study().is_none(), "the study's file says all of it already")
}
