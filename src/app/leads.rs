//! Where rows lead that are about something: a variable, a patient, a feature, a model. The same from every table.

use super::outcome::Outcome;
use super::pane_id::PaneId;
use super::place::{Place, Subject};
use super::state::State;
use crate::methods::patients;
use crate::study::{RAD_SCORE, SCORE_PREFIX, covariate_columns};

/// To what a covariate is: the distribution of its column, or the score. Nowhere where it is neither.
pub fn to_variable(covariate: &str, state: &State) -> Outcome {
    let Some(cohort) = state.cohort() else { return Outcome::Ignored };
    let named = std::iter::once(covariate).chain(covariate_columns(covariate));
    for name in named {
        if cohort.frame().get(name).is_some() {
            return Outcome::Go(Place::of(PaneId::Cohort, "variable").on(Subject::Variable(name.to_owned())));
        }
        if name == RAD_SCORE || name.starts_with(SCORE_PREFIX) {
            return Outcome::Go(Place::of(PaneId::Lasso, "score"));
        }
    }
    Outcome::Ignored
}

/// To a patient's card; who is not among those in use has none, which is said.
pub fn to_patient(id: &str, state: &State) -> Outcome {
    let Some(cohort) = state.cohort() else { return Outcome::Ignored };
    let Some(row) = cohort.ids().iter().position(|other| other == id) else { return Outcome::Ignored };
    if !state.is_in_use(row) {
        return Outcome::refuse(format!("{id} is not in use now: F ends the filter, p the cohort"));
    }
    Outcome::Go(Place::of(PaneId::Cohort, "patient").on(Subject::Patient(id.to_owned())))
}

/// To a feature's distribution.
pub fn to_feature(name: &str) -> Outcome {
    Outcome::Go(Place::of(PaneId::Features, "distribution").on(Subject::Feature(name.to_owned())))
}

/// To the coefficients of one of the study's models, by its name.
pub fn to_model(name: &str) -> Outcome {
    Outcome::Go(Place::of(PaneId::Cox, "model").on(Subject::Model(name.to_owned())))
}

/// To the slices of a case: a patient's images of the sequence at this place in the study.
pub fn to_case(id: &str, sequence: usize) -> Outcome {
    Outcome::Go(Place::of(PaneId::Images, "slice").on(Subject::Case(id.to_owned(), sequence)))
}

/// To the patients of a cohort, or of `all`: those of the filter in use or everybody. Of very many, to the first in the table.
pub fn to_cohort(name: &str, filtered: bool, state: &State) -> Outcome {
    let Some(cohort) = state.cohort() else { return Outcome::Ignored };
    Outcome::Go(match patients::are_many(cohort) {
        true => Place::of(PaneId::Cohort, "patients").on(Subject::Group(name.to_owned())),
        false => Place::of(PaneId::Cohort, "listed").on(Subject::Cohort(name.to_owned(), filtered)),
    })
}
