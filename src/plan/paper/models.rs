//! The models: nomogram, calibration, discrimination, decision curves.

use figures::{Body, format};

use super::{FOREST, Made, Panel, absent, grid, in_each_cohort, of_cohort, panels};
use crate::methods::{calibrate, dca, nomogram as scales, performance};
use crate::plan::chapters::{Asking, Missing};
use crate::study::ModelSpec;

const NO_MODELS: &str = "the study names no models";

/// The last model of the study: the one that a paper is about.
fn model(asking: &Asking<'_>) -> Result<ModelSpec, Missing> {
    asking.plan.calibrated().ok_or_else(|| absent(NO_MODELS))
}

pub(super) fn nomogram(asking: &Asking<'_>) -> Result<Made, Missing> {
    let model = model(asking)?;
    let answer = asking.ask(asking.plan.nomogram(model.clone()))?;
    let upper = Panel::new(
        "Nomogram",
        scales::document::figure(&answer),
        format!(
            "Nomogram of the model {}, fitted to {} patients with {} events.",
            answer.model,
            format::count(answer.n),
            format::count(answer.events)
        ),
    );
    let calibrated = asking.ask(asking.plan.calibration(model))?;
    let at = |k: usize| {
        let when = calibrate::document::when(&calibrated, k);
        let said = format!("Predicted against observed survival at {when}.");
        let mut figure = calibrate::document::figure(&calibrated, k);
        // The panel's title says when.
        if let Body::Chart(chart) = &mut figure.body {
            chart.remarks.clear();
        }
        Panel::new(format!("Calibration at {when}"), figure, said)
    };
    let lower = (0..calibrated.times.len()).map(at).collect();
    let besides = "Calibration: points are groups of similar prediction with 95 % limits of Kaplan-Meier, lines smooth curves \
                   where patients are, bars numbers of patients, the diagonal perfect calibration.";
    Ok(panels("Nomogram and its calibration", vec![vec![upper], lower], vec![besides.to_owned()]))
}

/// ROC curves of the last model in each cohort, and the concordance of all.
pub(super) fn discrimination(asking: &Asking<'_>) -> Result<Made, Missing> {
    model(asking)?;
    let answer = asking.ask(asking.plan.performance())?;
    let last = answer.models.len().saturating_sub(1);
    let name = answer.models.last().map_or_else(String::new, |model| model.label.clone());
    let curves = |(at, cohort): (usize, &performance::OfCohort)| {
        let figure = performance::document::roc_curves(&answer, at, last)?;
        let title = of_cohort(&cohort.cohort);
        let apparent = if cohort.apparent { ", in which it was fitted" } else { "" };
        let said =
            format!("{name} in the {}{apparent}, n = {}, {} events.", title.to_lowercase(), cohort.n, cohort.events);
        Some(Panel::new(title, figure, said))
    };
    let upper = answer.cohorts.iter().enumerate().filter_map(curves).collect();
    let lower = Panel::new(
        "Concordance",
        performance::document::forest(&answer),
        format!("{} of every model in every cohort with 95 % limits; {FOREST}.", answer.method.words()),
    );
    let title = format!("Time-dependent ROC curves of {name}, and concordance of all models");
    Ok(panels(title, vec![upper, vec![lower]], Vec::new()))
}

pub(super) fn decision_curves(asking: &Asking<'_>) -> Result<Made, Missing> {
    model(asking)?;
    let each = in_each_cohort(asking, |asking, cohort| {
        let answer = asking.ask(asking.plan.decision_curves())?;
        let when = dca::document::when(&answer);
        let said = format!("{}, {}.", of_cohort(cohort), answer.status.words(&when));
        Ok((Panel::new(of_cohort(cohort), dca::document::figure(&answer), said), when))
    })?;
    let when = each.first().map_or_else(String::new, |(_, when)| when.clone());
    let title = format!("Decision curves: net benefit of acting on the risk by {when}");
    Ok(grid(title, each.into_iter().map(|(panel, _)| panel).collect()))
}
