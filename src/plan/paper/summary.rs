//! An abstract of plain numbers: who, what was selected, which model, how good, for whom.

use figures::format;

use super::patients::covariates;
use super::radiomics::score;
use crate::methods::{calibrate, cox, km, model, performance, validate};
use crate::plan::chapters::Asking;

/// What is said under which word; what the study lacks is not there.
pub fn summary(asking: &Asking<'_>) -> Vec<(&'static str, String)> {
    let parts = [
        ("Patients", Some(patients(asking))),
        ("Outcomes", outcomes(asking)),
        ("Score", selected(asking)),
        ("Groups", groups(asking)),
        ("Independent variables", independent(asking)),
        ("Models", models(asking)),
        ("Validation", validated(asking)),
        ("Calibration", calibrated(asking)),
    ];
    parts.into_iter().filter_map(|(word, said)| Some((word, said?))).collect()
}

/// `380 screened, 149 enrolled: 81 in training, 36 in internal validation, 32 in external validation.`
fn patients(asking: &Asking<'_>) -> String {
    let cohort = asking.plan.cohort();
    let (flow, groups) = (cohort.flow(), cohort.groups());
    let each = groups.levels.iter().zip(groups.counts());
    let each: Vec<String> = each.map(|(name, n)| format!("{} in {name}", format::count(n))).collect();
    let divided = if each.len() > 1 { format!(": {}", each.join(", ")) } else { String::new() };
    format!("{} screened, {} enrolled{divided}.", format::count(flow.screened), format::count(flow.enrolled))
}

/// `Recurrence-free survival (RFS): 54 events in 149 patients; ..`
fn outcomes(asking: &Asking<'_>) -> Option<String> {
    let cohort = asking.plan.cohort();
    let rows: Vec<usize> = (0..cohort.len()).collect();
    let one = |endpoint: &crate::study::Endpoint| {
        let known = rows.iter().filter(|row| endpoint.is_complete(**row)).count();
        let events = format::count(endpoint.n_events(&rows));
        format!("{} ({}): {events} events in {} patients", endpoint.label, endpoint.name, format::count(known))
    };
    let all: Vec<String> = cohort.endpoints().iter().map(one).collect();
    (!all.is_empty()).then(|| all.join("; ") + ".")
}

fn selected(asking: &Asking<'_>) -> Option<String> {
    let score = score(asking).ok()?;
    Some(format!("{}: {}.", score.label, crate::methods::lasso::document::stages(&score)))
}

/// The groups of the score in the cohort that no model was fitted in, else in all patients.
fn groups(asking: &Asking<'_>) -> Option<String> {
    asking.plan.curves_by()?;
    let last = asking.plan.cohorts().last().filter(|_| asking.plan.cohorts().len() > 1);
    let choices = crate::plan::Choices { cohort: last.cloned(), ..asking.plan.choices.clone() };
    super::under(asking, &choices, |asking| {
        let answer = asking.ask(asking.plan.curves()).ok()?;
        let test = km::document::comparison(&answer)?;
        let of = last.map_or("all patients".to_owned(), |name| format!("the {name} cohort"));
        Some(format!("{} by {} in {of}: {test}.", answer.label, answer.by.clone().unwrap_or_default()))
    })
}

/// Hazard ratios of the joint model.
fn independent(asking: &Asking<'_>) -> Option<String> {
    asking.plan.endpoint()?;
    let answer = asking.ask(asking.plan.cox()).ok()?;
    let joint = answer.joint.as_ref()?;
    let label = |name: &str| answer.models.iter().find(|m| m.variable == name).map_or(name, |m| &m.label).to_owned();
    let term = |term: &cox::Term| {
        let (hr, lower, upper) = (term.hr?, term.lower?, term.upper?);
        let level = term.level.as_ref().map(|level| format!(" {level}")).unwrap_or_default();
        Some(format!("{}{level} HR {}", label(&term.variable), format::ratio_ci(hr, lower, upper)))
    };
    let terms: Vec<String> = joint.terms.iter().filter_map(term).collect();
    let of = answer.described.words();
    Some(format!("{} ({}, n = {}, {} events{of}).", terms.join("; "), answer.rule, joint.n, joint.events))
}

/// Concordance of every model in every cohort.
fn models(asking: &Asking<'_>) -> Option<String> {
    let answer = asking.ask(asking.plan.performance()).ok().filter(|_| !asking.plan.models().is_empty())?;
    let last = answer.models.last()?;
    let of_cohort = |cohort: &performance::OfCohort| {
        let score = cohort.scores.last()?;
        let c = format::probability_ci(score.concordance.c, score.concordance.lower, score.concordance.upper, 3);
        Some(format!("{c} in {}{}", cohort.cohort, if cohort.apparent { " (apparent)" } else { "" }))
    };
    let each: Vec<String> = answer.cohorts.iter().filter_map(of_cohort).collect();
    let spec = asking.plan.models().pop()?;
    let method = answer.method.words();
    Some(format!("{} ({}), {method}: {}.", last.label, covariates(asking, &spec).join(", "), each.join(", ")))
}

fn validated(asking: &Asking<'_>) -> Option<String> {
    let answer = asking.ask(asking.plan.validation(asking.fits.clone())?).ok()?;
    validate::document::to_publish(&answer)
}

/// The slope in the last cohort, at the middle time.
fn calibrated(asking: &Asking<'_>) -> Option<String> {
    let spec = asking.plan.calibrated()?;
    let name = model::label(&spec).to_owned();
    let answer = asking.ask(asking.plan.calibration(spec)).ok()?;
    let cohort = answer.cohorts.last()?;
    let k = cohort.times.len() / 2;
    let at = cohort.times.get(k)?;
    let when = calibrate::document::when(&answer, k);
    let slope = format::estimate_ci(at.slope, at.slope_lower, at.slope_upper, 2);
    let risk = |x: f64| format::percent(x, 0);
    Some(format!(
        "{name} in {} at {when}: slope {slope}, predicted risk {}, observed {}.",
        cohort.cohort,
        risk(at.expected),
        risk(at.observed)
    ))
}
