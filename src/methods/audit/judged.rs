//! How single points of checklists are judged by what a study has. Several lists ask the same.

use super::facts::{Facts, Outcome, Radiomics};
use super::{Judged, Status};
use figures::format;

pub(super) type Judge = fn(&Facts) -> Judged;

fn judged(status: Status, evidence: impl Into<String>, place: &str) -> Judged {
    Judged { status, evidence: evidence.into(), place: place.to_owned(), points: None }
}

pub(super) fn met(evidence: impl Into<String>, place: &str) -> Judged {
    judged(Status::Met, evidence, place)
}

pub(super) fn not_met(evidence: impl Into<String>, place: &str) -> Judged {
    judged(Status::NotMet, evidence, place)
}

/// What only the authors know; `evidence` is what the study holds of it.
fn known(evidence: impl Into<String>) -> Judged {
    judged(Status::Open, evidence, "")
}

pub(super) fn not_applicable(evidence: impl Into<String>) -> Judged {
    judged(Status::NotApplicable, evidence, "")
}

/// Nothing in a study says it.
pub(super) fn open(_: &Facts) -> Judged {
    known("")
}

fn radiomic(facts: &Facts, of: impl FnOnce(&Radiomics) -> Judged) -> Judged {
    facts.radiomics.as_ref().map_or_else(|| not_applicable("the study has no radiomic features"), of)
}

pub(super) fn title(facts: &Facts) -> Judged {
    match facts.title.to_lowercase().contains("radiomic") {
        true => met(format!("the study is called {}", facts.title), "study.toml: title"),
        false => known(format!("the study is called {}", facts.title)),
    }
}

pub(super) fn checklists(_: &Facts) -> Judged {
    met("this audit answers TRIPOD+AI, CLEAR, METRICS and RQS 2.0 item by item", "report: Checklists")
}

pub(super) fn eligibility(facts: &Facts) -> Judged {
    match facts.criteria.as_slice() {
        [] => not_met("no criterion is written down; name them as [[enrolment]]", "study.toml: [[enrolment]]"),
        [one] => met(format!("one criterion: {one}"), "study.toml: [[enrolment]]; report: Cohort"),
        all => met(format!("{} criteria: {}", all.len(), all.join("; ")), "study.toml: [[enrolment]]; report: Cohort"),
    }
}

pub(super) fn flow(facts: &Facts) -> Judged {
    let counts = format!("{} screened, {} enrolled", format::count(facts.screened), format::count(facts.enrolled));
    met(format!("flow diagram: {counts}, losses by criterion"), "report: Cohort")
}

pub(super) fn baseline(facts: &Facts) -> Judged {
    met(format!("{} variables by cohort, missing values counted", facts.variables), "report: Baseline table")
}

pub(super) fn compared_cohorts(facts: &Facts) -> Judged {
    match facts.cohorts.len() {
        0 | 1 => not_met("there is one cohort only", "study.toml: [cohorts]"),
        _ => met("variables compared between cohorts with tests and differences", "report: Baseline table"),
    }
}

pub(super) fn setting(facts: &Facts) -> Judged {
    match &facts.centres {
        Some((column, centres)) => known(format!("{} centres in the column {column}", centres.len())),
        None => known(""),
    }
}

pub(super) fn multicentre(facts: &Facts) -> Judged {
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

pub(super) fn partition(facts: &Facts) -> Judged {
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

pub(super) fn internal(facts: &Facts) -> Judged {
    let samples = format!("{} bootstrap samples of the training cohort", facts.bootstraps);
    match facts.internal.as_slice() {
        [] if facts.models.is_empty() => not_met("no cohort is held out and no model is named", "study.toml: [models]"),
        [] => met(samples, "report: Bootstrap of the models"),
        held => {
            met(format!("held-out cohort {}; {samples}", held.join(", ")), "study.toml: [cohorts]; report: Performance")
        }
    }
}

pub(super) fn held_out(facts: &Facts) -> Judged {
    match facts.internal.as_slice() {
        [] => not_met("no patients of the same centre are held out", "study.toml: [cohorts]"),
        held => met(format!("models applied unchanged to {}", held.join(", ")), "report: Concordance of the models"),
    }
}

pub(super) fn external(facts: &Facts) -> Judged {
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

pub(super) fn tested(facts: &Facts) -> Judged {
    match facts.cohorts.len() {
        0 | 1 => not_met("models are tested by the bootstrap alone; no cohort is held out", "study.toml: [cohorts]"),
        _ => {
            let others: Vec<&str> = facts.cohorts.iter().skip(1).map(|(name, _)| name.as_str()).collect();
            met(format!("models applied unchanged to {}", others.join(", ")), "report: Concordance of the models")
        }
    }
}

pub(super) fn outcome(facts: &Facts) -> Judged {
    match facts.endpoints.as_slice() {
        [] => not_met("the study names no endpoint", "study.toml: [endpoints]"),
        all => {
            let one = |e: &Outcome| format!("{} from {}", e.name, e.columns.join(", "));
            let all: Vec<String> = all.iter().map(one).collect();
            known(format!("{}; how the event was found out is not in the table", all.join("; ")))
        }
    }
}

pub(super) fn dates(facts: &Facts) -> Judged {
    let found = facts.endpoints.iter().find_map(|e| Some((&e.name, e.dates.as_ref()?)));
    match found {
        Some((name, (first, last))) => met(format!("origin of {name} from {first} to {last}"), "report: Cohort"),
        None => known("no endpoint is computed from dates"),
    }
}

pub(super) fn events(facts: &Facts) -> Judged {
    match facts.outcome() {
        None => not_met("the study names no endpoint", "study.toml: [endpoints]"),
        Some(of) => met(
            format!("{}: {} events among {} in training; nobody is drawn twice or weighted", of.name, of.events, of.n),
            "report: Cohort",
        ),
    }
}

pub(super) fn numbers(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => met("patients and events of every fit and every cohort", "report: Concordance of the models"),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(super) fn sample_size(facts: &Facts) -> Judged {
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

pub(super) fn dimension(facts: &Facts) -> Judged {
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

pub(super) fn predictors(facts: &Facts) -> Judged {
    match facts.undescribed.as_slice() {
        [] if facts.variables > 0 => met(format!("{} variables with labels", facts.variables), "study.toml: [columns]"),
        [] => not_met("there are no clinical variables", "study.toml: [analysis] variables"),
        some => not_met(format!("without a label: {}", some.join(", ")), "study.toml: [columns]"),
    }
}

pub(super) fn missing(facts: &Facts) -> Judged {
    let rule = "complete cases per analysis, counted beside each number";
    let place = "report: Baseline table";
    match facts.missing.as_slice() {
        [] => met(format!("{rule}; no clinical value is missing"), place),
        some => {
            let counts: Vec<String> = some.iter().map(|(name, n)| format!("{name} {n}")).collect();
            met(format!("{rule}; missing: {}", counts.join(", ")), place)
        }
    }
}

pub(super) fn checked(_: &Facts) -> Judged {
    known("types, units, codes and doubtful values are checked (report: Problems); whether alike in all groups is not")
}

pub(super) fn handled(facts: &Facts) -> Judged {
    match facts.models.is_empty() {
        true => not_met("no model is named", "study.toml: [models]"),
        false => met("numbers linear or as splines, factors against a reference", "study.toml: [models], [columns]"),
    }
}

pub(super) fn algorithm(facts: &Facts) -> Judged {
    if facts.models.is_empty() {
        return not_met("no model is named", "study.toml: [models]");
    }
    let names: Vec<&str> = facts.models.iter().map(|m| m.name.as_str()).collect();
    let score = facts.radiomics.as_ref().map(|r| format!("; score: {}", r.penalized)).unwrap_or_default();
    met(format!("Cox models {}{score}", names.join(", ")), "study.toml: [models], [lasso]; report: Methods")
}

pub(super) fn tuning(facts: &Facts) -> Judged {
    match &facts.radiomics {
        Some(radiomics) => {
            met(format!("{}; seed {}", radiomics.penalized, facts.seed), "study.toml: [lasso]; report: Methods")
        }
        None => algorithm(facts),
    }
}

pub(super) fn choice_of_models(facts: &Facts) -> Judged {
    match facts.models.is_empty() {
        true => not_met("no model is named", "study.toml: [models]"),
        false => met("models are named before they are fitted and all are reported", "study.toml: [models]"),
    }
}

pub(super) fn specification(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => {
            met("coefficients, baseline survival, cut and scaling (`riskset model`)", "models/; report: Cox models")
        }
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(super) fn output(facts: &Facts) -> Judged {
    match (facts.is_judged(), &facts.times) {
        (true, Some(times)) => {
            met(format!("linear predictor, group by the training cut, survival at {times}"), "report: Nomogram")
        }
        (true, None) => not_met("no times are named at which survival is predicted", "study.toml: [analysis] times"),
        (false, _) => not_met("no model is named", "study.toml: [models]"),
    }
}

fn of_models(facts: &Facts, evidence: &str, place: &str) -> Judged {
    match facts.is_judged() {
        true => met(evidence, place),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(super) fn measures(facts: &Facts) -> Judged {
    of_models(facts, "concordance, AUC over time, Brier score, calibration, net benefit", "report: Performance")
}

pub(super) fn performance(facts: &Facts) -> Judged {
    of_models(facts, "every measure in every cohort, with limits", "report: Concordance of the models, ROC curves")
}

pub(super) fn uncertainty(facts: &Facts) -> Judged {
    of_models(facts, "95 % limits of all measures; bootstrap", "report: Concordance of the models")
}

pub(super) fn discrimination(facts: &Facts) -> Judged {
    let judged =
        of_models(facts, "concordance with limits, corrected by the bootstrap", "report: Bootstrap of the models");
    Judged { points: Some(2.0), ..judged }
}

pub(super) fn calibration(facts: &Facts) -> Judged {
    of_models(facts, "calibration plots with slope, intercept and ICI in every cohort", "report: Calibration")
}

pub(super) fn utility(facts: &Facts) -> Judged {
    of_models(facts, "decision curves of all models", "report: Decision curves")
}

pub(super) fn explained(facts: &Facts) -> Judged {
    of_models(facts, "coefficients with their features, formula of the score, nomogram", "report: Nomogram")
}

pub(super) fn compared(facts: &Facts) -> Judged {
    match facts.models.len() {
        0 | 1 => not_met("one model is named at most", "study.toml: [models]"),
        _ => met("differences of concordance, AUC and Brier score with p", "report: Concordance of the models"),
    }
}

pub(super) fn clinical_models(facts: &Facts) -> Judged {
    let named = |of: fn(&super::facts::Named) -> bool| facts.models.iter().find(|m| of(m)).map(|m| m.name.clone());
    let clinical = named(|m| m.clinical && !m.scored);
    let scored = named(|m| m.scored);
    match (clinical, scored) {
        (Some(clinical), Some(scored)) => {
            met(format!("{scored} against {clinical}"), "study.toml: [models]; report: Concordance of the models")
        }
        _ => not_met("models without and with the score are not both named", "study.toml: [models]"),
    }
}

pub(super) fn combined(facts: &Facts) -> Judged {
    match facts.models.iter().find(|m| m.clinical && m.scored) {
        Some(model) => met(format!("{} holds the score and clinical variables", model.name), "study.toml: [models]"),
        None => not_met("no model holds both the score and clinical variables", "study.toml: [models]"),
    }
}

pub(super) fn classical(facts: &Facts) -> Judged {
    of_models(facts, "the models are Cox models; Brier scores beside that of Kaplan-Meier", "report: Brier scores")
}

pub(super) fn confounders(facts: &Facts) -> Judged {
    let harmonised = facts.radiomics.as_ref().and_then(|r| r.harmonised.as_ref());
    match harmonised {
        Some(how) => met(format!("features harmonised: {how}"), "study.toml: [scores]"),
        None => known("cohorts are compared in the baseline table; nothing is adjusted for site or scanner"),
    }
}

pub(super) fn clusters(facts: &Facts) -> Judged {
    match facts.external.is_empty() {
        true => known("the study does not say that a cohort is of another centre"),
        false => of_models(facts, "every measure in every cohort by itself", "report: Concordance of the models"),
    }
}

pub(super) fn updating(_: &Facts) -> Judged {
    not_applicable("models are not updated after they were validated")
}

pub(super) fn applied(facts: &Facts) -> Judged {
    of_models(facts, "coefficients and baseline of the training cohort, unchanged", "report: Methods")
}

// Radiomics.

pub(super) fn protocol(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.dicom {
        true => met("parameters from the DICOM headers by centre and sequence", "`riskset images STUDY --acquisition`"),
        false => known("the images' files do not say how they were taken"),
    })
}

pub(super) fn segmentation(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => known("regions are read from masks, some of them drawn repeatedly"),
        false => known("regions are read from masks"),
    })
}

pub(super) fn automatic(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => not_applicable("regions are drawn by readers"),
        false => known("answer `not applicable: ..` if regions were drawn by hand"),
    })
}

pub(super) fn drawn_by_machine(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => not_met("regions are drawn by readers", "study.toml: [images] repeats"),
        false => known(""),
    })
}

pub(super) fn repeats(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => met("repeated segmentations, intraclass correlation of every feature", "report: Reliability"),
        false => not_met("no region is drawn twice", "study.toml: [images] repeats"),
    })
}

pub(super) fn reliable(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.repeats {
        true => met(format!("features are kept with {}", r.reliability), "study.toml: [icc]; report: Reliability"),
        false => not_met("no region is drawn twice, so no feature is dropped for that", "study.toml: [images] repeats"),
    })
}

pub(super) fn redundant(facts: &Facts) -> Judged {
    radiomic(facts, |r| match &r.redundancy {
        Some(how) => met(how.clone(), "study.toml: [scores]"),
        None => known("the penalized model leaves out what others say as well; no step before it does"),
    })
}

pub(super) fn reduction(facts: &Facts) -> Judged {
    radiomic(facts, |r| met(r.penalized.clone(), "study.toml: [lasso]; report: Penalized model"))
}

pub(super) fn harmonised(facts: &Facts) -> Judged {
    radiomic(facts, |r| match &r.harmonised {
        Some(how) => met(how.clone(), "study.toml: [scores]"),
        None => not_met("features of sites are not brought to one scale", "study.toml: [scores]"),
    })
}

fn extraction_of(facts: &Facts, of: impl FnOnce(&Radiomics, &str) -> Judged) -> Judged {
    radiomic(facts, |r| match &r.extraction {
        Some(how) => of(r, how),
        None => known("features come from a table; how they were extracted is not in it"),
    })
}

const EXTRACTION: &str = "study.toml: [extraction]; report: Methods";

pub(super) fn extraction(facts: &Facts) -> Judged {
    extraction_of(facts, |_, how| met(how, EXTRACTION))
}

pub(super) fn resampling(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| match r.resampled {
        true => met("images are resampled to one voxel size before filters and discretisation", EXTRACTION),
        false => not_met("images keep their own voxel sizes: name `spacing`", "study.toml: [extraction]"),
    })
}

pub(super) fn count(facts: &Facts) -> Judged {
    extraction_of(facts, |r, _| match r.features {
        Some(n) => met(
            format!("{} features of each of {} sequences", format::count(n), r.sequences.len()),
            "report: Features; features.csv",
        ),
        None => known(""),
    })
}

pub(super) fn defaults(facts: &Facts) -> Judged {
    let said = "what is not named has PyRadiomics' default; all settings stand in the manifest";
    extraction_of(facts, |_, _| met(said, "manifest.json"))
}

pub(super) fn software(facts: &Facts) -> Judged {
    let said = "PyRadiomics' definitions, or those of the IBSI, held against reference values";
    extraction_of(facts, |_, _| met(said, "docs: radiomics, IBSI"))
}

pub(super) fn scaling(facts: &Facts) -> Judged {
    radiomic(facts, |_| {
        met("z-scores by mean and standard deviation of the training cohort", "report: Penalized model")
    })
}

pub(super) fn statistics(facts: &Facts) -> Judged {
    radiomic(facts, |_| met("every feature: completeness, agreement, outcome", "report: Features; tables/"))
}

pub(super) fn one_sequence(facts: &Facts) -> Judged {
    radiomic(facts, |r| match r.sequences.as_slice() {
        [] => known("features come from a table"),
        [one] => met(format!("one sequence, {one}"), "study.toml: [images]"),
        several => not_met(
            format!("{} are put together, and no model is of one of them alone", several.join(", ")),
            "study.toml: [models]",
        ),
    })
}

pub(super) fn cut(facts: &Facts) -> Judged {
    radiomic(facts, |_| {
        met("the score is cut at its training median, the same in all cohorts", "report: Survival curves")
    })
}

pub(super) fn deep(_: &Facts) -> Judged {
    not_applicable("nothing is learned from images end to end")
}

pub(super) fn no_deep(_: &Facts) -> Judged {
    not_met("there is no deep learning to combine with", "")
}

pub(super) fn traceable(_: &Facts) -> Judged {
    met("versions, settings, seeds and hashes of all files read and written", "manifest.json")
}

pub(super) fn safeguards(facts: &Facts) -> Judged {
    let said = "`riskset predict` refuses what a model was not made for and flags values beyond training";
    of_models(facts, said, "models/")
}

pub(super) fn shared_settings(facts: &Facts) -> Judged {
    extraction_of(facts, |_, _| known("manifest.json holds all settings; where it is shared is for you to say"))
}

pub(super) fn shared_features(facts: &Facts) -> Judged {
    radiomic(facts, |_| known("features.csv holds them; where it is shared is for you to say"))
}

pub(super) fn shared_code(_: &Facts) -> Judged {
    known("the study file with riskset's version repeats the analysis; where it is shared is for you to say")
}

pub(super) fn shared_model(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => known("`riskset model` writes it, without patients' data; where it is shared is for you to say"),
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(super) fn shared_features_or_data(facts: &Facts) -> Judged {
    match facts.radiomics {
        Some(_) => shared_features(facts),
        None => open(facts),
    }
}
