//! What is known of patients, outcomes and variables.

use super::{known, met, not_met};
use crate::methods::audit::Judged;
use crate::methods::audit::facts::{Facts, Outcome};
use figures::format;

pub(in super::super) fn title(facts: &Facts) -> Judged {
    match facts.title.to_lowercase().contains("radiomic") {
        true => met(format!("the study is called {}", facts.title), "study.toml: title"),
        false => known(format!("the study is called {}", facts.title)),
    }
}

pub(in super::super) fn checklists(_: &Facts) -> Judged {
    met("this audit answers TRIPOD+AI, CLEAR, METRICS and RQS 2.0 item by item", "report: Checklists")
}

pub(in super::super) fn eligibility(facts: &Facts) -> Judged {
    match facts.criteria.as_slice() {
        [] => not_met("no criterion is written down; name them as [[enrolment]]", "study.toml: [[enrolment]]"),
        [one] => met(format!("one criterion: {one}"), "study.toml: [[enrolment]]; report: Cohort"),
        all => met(format!("{} criteria: {}", all.len(), all.join("; ")), "study.toml: [[enrolment]]; report: Cohort"),
    }
}

pub(in super::super) fn flow(facts: &Facts) -> Judged {
    let counts = format!("{} screened, {} enrolled", format::count(facts.screened), format::count(facts.enrolled));
    met(format!("flow diagram: {counts}, losses by criterion"), "report: Cohort")
}

pub(in super::super) fn baseline(facts: &Facts) -> Judged {
    met(format!("{} variables by cohort, missing values counted", facts.variables), "report: Baseline table")
}

pub(in super::super) fn compared_cohorts(facts: &Facts) -> Judged {
    match facts.cohorts.len() {
        0 | 1 => not_met("there is one cohort only", "study.toml: [cohorts]"),
        _ => met("variables compared between cohorts with tests and differences", "report: Baseline table"),
    }
}

pub(in super::super) fn setting(facts: &Facts) -> Judged {
    match &facts.centres {
        Some((column, centres)) => known(format!("{} centres in the column {column}", centres.len())),
        None => known(""),
    }
}

pub(in super::super) fn multicentre(facts: &Facts) -> Judged {
    match (&facts.centres, facts.external.as_slice()) {
        (Some((column, centres)), _) if centres.len() > 1 => {
            met(format!("{} centres in the column {column}", centres.len()), "study.toml: [cohorts]; report: Cohort")
        }
        (_, [_, ..]) => {
            met(format!("cohorts of other centres: {}", facts.external.join(", ")), "study.toml: [cohorts]")
        }
        _ => known("the study names no column of centres (`centre` in [cohorts])"),
    }
}

pub(in super::super) fn partition(facts: &Facts) -> Judged {
    let place = "study.toml: [cohorts]; report: Cohort";
    match &facts.partition {
        None => not_met("all patients are in the cohort in which models are built", place),
        Some(how) => {
            let sizes: Vec<String> = facts.cohorts.iter().map(|(name, n)| format!("{name} {n}")).collect();
            let fitted = "selection, scaling, penalty, cut and models are fitted in the first";
            met(format!("{how}: {}; {fitted}", sizes.join(", ")), place)
        }
    }
}

pub(in super::super) fn internal(facts: &Facts) -> Judged {
    let samples = format!("{} bootstrap samples of the training cohort", facts.bootstraps);
    match facts.internal.as_slice() {
        [] if facts.models.is_empty() => not_met("no cohort is held out and no model is named", "study.toml: [models]"),
        [] => met(samples, "report: Bootstrap of the models"),
        held => {
            met(format!("held-out cohort {}; {samples}", held.join(", ")), "study.toml: [cohorts]; report: Performance")
        }
    }
}

pub(in super::super) fn held_out(facts: &Facts) -> Judged {
    match facts.internal.as_slice() {
        [] => not_met("no patients of the same centre are held out", "study.toml: [cohorts]"),
        held => met(format!("models applied unchanged to {}", held.join(", ")), "report: Concordance of the models"),
    }
}

pub(in super::super) fn external(facts: &Facts) -> Judged {
    match (facts.external.as_slice(), facts.partition.is_some()) {
        ([], true) if facts.internal.is_empty() => known("whether a cohort is of another institution is not said"),
        ([], _) => not_met("no cohort is of another institution", "study.toml: [cohorts]"),
        (cohorts, _) => {
            let points = Some(if cohorts.len() > 1 { 2.0 } else { 1.0 });
            Judged {
                points,
                ..met(format!("external: {}", cohorts.join(", ")), "study.toml: [cohorts]; report: Performance")
            }
        }
    }
}

pub(in super::super) fn tested(facts: &Facts) -> Judged {
    match facts.cohorts.len() {
        0 | 1 => not_met("models are tested by the bootstrap alone; no cohort is held out", "study.toml: [cohorts]"),
        _ => {
            let others: Vec<&str> = facts.cohorts.iter().skip(1).map(|(name, _)| name.as_str()).collect();
            met(format!("models applied unchanged to {}", others.join(", ")), "report: Concordance of the models")
        }
    }
}

pub(in super::super) fn outcome(facts: &Facts) -> Judged {
    match facts.endpoints.as_slice() {
        [] => not_met("the study names no endpoint", "study.toml: [endpoints]"),
        all => {
            let one = |e: &Outcome| format!("{} from {}", e.name, e.columns.join(", "));
            let all: Vec<String> = all.iter().map(one).collect();
            known(format!("{}; how the event was found out is not in the table", all.join("; ")))
        }
    }
}

pub(in super::super) fn dates(facts: &Facts) -> Judged {
    let found = facts.endpoints.iter().find_map(|e| Some((&e.name, e.dates.as_ref()?)));
    match found {
        Some((name, (first, last))) => met(format!("origin of {name} from {first} to {last}"), "report: Cohort"),
        None => known("no endpoint is computed from dates"),
    }
}

pub(in super::super) fn events(facts: &Facts) -> Judged {
    match facts.outcome() {
        None => not_met("the study names no endpoint", "study.toml: [endpoints]"),
        Some(of) => met(
            format!("{}: {} events among {} in training; nobody is drawn twice or weighted", of.name, of.events, of.n),
            "report: Cohort",
        ),
    }
}

pub(in super::super) fn numbers(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => met("patients and events of every fit and every cohort", "report: Concordance of the models"),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(in super::super) fn sample_size(facts: &Facts) -> Judged {
    let largest = facts.models.iter().map(|m| m.coefficients).max();
    match (facts.outcome(), largest) {
        (Some(of), Some(coefficients)) if coefficients > 0 => known(format!(
            "{} events in training for {coefficients} coefficients of the largest model; `riskset samplesize` computes \
             what is needed",
            of.events
        )),
        _ => known("`riskset samplesize` computes what is needed"),
    }
}

/// Ten events for each coefficient.
const EVENTS_EACH: usize = 10;

pub(in super::super) fn dimension(facts: &Facts) -> Judged {
    let largest = facts.models.iter().max_by_key(|m| m.coefficients);
    let (Some(of), Some(model)) = (facts.outcome(), largest) else {
        return not_met("no model is named", "study.toml: [models]");
    };
    let counts = format!("{} events in training for {} coefficients of {}", of.events, model.coefficients, model.name);
    match of.events < EVENTS_EACH * model.coefficients {
        true => not_met(format!("{counts}, fewer than ten each"), "study.toml: [models]"),
        false if model.scored => known(format!("{counts}; the features of its score count too")),
        false => met(counts, "report: Cox models"),
    }
}

pub(in super::super) fn predictors(facts: &Facts) -> Judged {
    match facts.undescribed.as_slice() {
        [] if facts.variables > 0 => met(format!("{} variables with labels", facts.variables), "study.toml: [columns]"),
        [] => not_met("there are no clinical variables", "study.toml: [analysis] variables"),
        some => not_met(format!("without a label: {}", some.join(", ")), "study.toml: [columns]"),
    }
}

pub(in super::super) fn missing(facts: &Facts) -> Judged {
    let complete = "complete cases per analysis, counted beside each number";
    let of_features = facts.radiomics.as_ref().and_then(|r| r.imputed.as_ref());
    let covariates = facts.imputed.as_ref().map(|how| format!("covariates of models are filled in by {how}"));
    let features = of_features.map(|how| format!("features are filled in by {how}"));
    let filled: Vec<String> = covariates.into_iter().chain(features).collect();
    let rule = match filled.is_empty() {
        true => complete.to_owned(),
        false => format!("{}; elsewhere {complete}", filled.join("; ")),
    };
    let place = match (&facts.imputed, of_features) {
        (None, None) => "report: Baseline table",
        (Some(_), None) => "study.toml: [models] impute; report: Baseline table",
        (None, Some(_)) => "study.toml: [scores] steps; report: Baseline table",
        (Some(_), Some(_)) => "study.toml: [models] impute, [scores] steps; report: Baseline table",
    };
    match facts.missing.as_slice() {
        [] => met(format!("{rule}; no clinical value is missing"), place),
        some => {
            let counts: Vec<String> = some.iter().map(|(name, n)| format!("{name} {n}")).collect();
            met(format!("{rule}; missing: {}", counts.join(", ")), place)
        }
    }
}

pub(in super::super) fn checked(_: &Facts) -> Judged {
    known("types, units, codes and doubtful values are checked (report: Problems); whether alike in all groups is not")
}

pub(in super::super) fn handled(facts: &Facts) -> Judged {
    match facts.models.is_empty() {
        true => not_met("no model is named", "study.toml: [models]"),
        false => met("numbers linear or as splines, factors against a reference", "study.toml: [models], [columns]"),
    }
}
