//! What a reviewer would ask about a table of C values.

use super::super::model::{Fitted, label, scores_of};
use super::OfCohort;
use crate::ask::Dataset;
use crate::study::TimeUnit;

/// Events that a validation needs at least (Collins, Ogundimu and Altman, Stat Med 35:214, 2016).
const EVENTS_OF_VALIDATION: usize = 100;

/// Caveats of the cohorts as a whole.
pub(super) fn of_cohorts(
    data: &Dataset,
    cohorts: &[OfCohort],
    models: &[Fitted],
    unit: TimeUnit,
    notes: &mut Vec<String>,
) {
    for cohort in cohorts.iter().filter(|c| c.apparent) {
        notes.push(format!("{}: apparent values (models fitted to these patients); see bootstrap", cohort.cohort));
        if nested(models) {
            notes.push(format!("{}: p between nested models is too small where they were fitted", cohort.cohort));
        }
    }
    for cohort in cohorts.iter().filter(|c| !c.apparent && c.events < EVENTS_OF_VALIDATION) {
        notes.push(format!(
            "{}: {} events; a validation with fewer than {EVENTS_OF_VALIDATION} is imprecise",
            cohort.cohort, cohort.events
        ));
    }
    for cohort in cohorts {
        let at_times = cohort.scores.iter().take(1).flat_map(|score| &score.auc);
        notes.extend(at_times.filter_map(|at| at.says_little(unit)).map(|why| format!("{}: {why}", cohort.cohort)));
    }
    for model in models {
        for made in scores_of(data, &model.model) {
            notes.push(format!("{}: {} was derived in the training cohort as well", label(&model.model), made.label));
        }
    }
}

/// Whether the covariates of one model are all in another.
fn nested(models: &[Fitted]) -> bool {
    let within = |a: &Fitted, b: &Fitted| a.model.covariates.iter().all(|c| b.model.covariates.contains(c));
    models.iter().enumerate().any(|(i, a)| models.iter().enumerate().any(|(j, b)| i != j && within(a, b)))
}
