//! How models are built and how well they are judged.

use super::{known, met, not_applicable, not_met, of_models};
use crate::methods::audit::Judged;
use crate::methods::audit::facts::{Facts, Named};

pub(in super::super) fn algorithm(facts: &Facts) -> Judged {
    if facts.models.is_empty() {
        return not_met("no model is named", "study.toml: [models]");
    }
    let names: Vec<&str> = facts.models.iter().map(|m| m.name.as_str()).collect();
    let score = facts.radiomics.as_ref().map(|r| format!("; score: {}", r.penalized)).unwrap_or_default();
    met(format!("Cox models {}{score}", names.join(", ")), "study.toml: [models], [lasso]; report: Methods")
}

pub(in super::super) fn tuning(facts: &Facts) -> Judged {
    match &facts.radiomics {
        Some(radiomics) => {
            met(format!("{}; seed {}", radiomics.penalized, facts.seed), "study.toml: [lasso]; report: Methods")
        }
        None => algorithm(facts),
    }
}

pub(in super::super) fn choice_of_models(facts: &Facts) -> Judged {
    match facts.models.is_empty() {
        true => not_met("no model is named", "study.toml: [models]"),
        false => met("models are named before they are fitted and all are reported", "study.toml: [models]"),
    }
}

pub(in super::super) fn specification(facts: &Facts) -> Judged {
    match facts.is_judged() {
        true => {
            met("coefficients, baseline survival, cut and scaling (`riskset model`)", "models/; report: Cox models")
        }
        false => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(in super::super) fn output(facts: &Facts) -> Judged {
    match (facts.is_judged(), &facts.times) {
        (true, Some(times)) => {
            met(format!("linear predictor, group by the training cut, survival at {times}"), "report: Nomogram")
        }
        (true, None) => not_met("no times are named at which survival is predicted", "study.toml: [analysis] times"),
        (false, _) => not_met("no model is named", "study.toml: [models]"),
    }
}

pub(in super::super) fn measures(facts: &Facts) -> Judged {
    of_models(facts, "concordance, AUC over time, Brier score, calibration, net benefit", "report: Performance")
}

pub(in super::super) fn performance(facts: &Facts) -> Judged {
    of_models(facts, "every measure in every cohort, with limits", "report: Concordance of the models, ROC curves")
}

pub(in super::super) fn uncertainty(facts: &Facts) -> Judged {
    of_models(facts, "95 % limits of all measures; bootstrap", "report: Concordance of the models")
}

pub(in super::super) fn discrimination(facts: &Facts) -> Judged {
    let judged =
        of_models(facts, "concordance with limits, corrected by the bootstrap", "report: Bootstrap of the models");
    Judged { points: Some(2.0), ..judged }
}

pub(in super::super) fn calibration(facts: &Facts) -> Judged {
    of_models(facts, "calibration plots with slope, intercept and ICI in every cohort", "report: Calibration")
}

pub(in super::super) fn utility(facts: &Facts) -> Judged {
    of_models(facts, "decision curves of all models", "report: Decision curves")
}

pub(in super::super) fn explained(facts: &Facts) -> Judged {
    of_models(facts, "coefficients with their features, formula of the score, nomogram", "report: Nomogram")
}

pub(in super::super) fn compared(facts: &Facts) -> Judged {
    match facts.models.len() {
        0 | 1 => not_met("one model is named at most", "study.toml: [models]"),
        _ => met("differences of concordance, AUC and Brier score with p", "report: Concordance of the models"),
    }
}

pub(in super::super) fn clinical_models(facts: &Facts) -> Judged {
    let named = |of: fn(&Named) -> bool| facts.models.iter().find(|m| of(m)).map(|m| m.name.clone());
    let clinical = named(|m| m.clinical && !m.scored);
    let scored = named(|m| m.scored);
    match (clinical, scored) {
        (Some(clinical), Some(scored)) => {
            met(format!("{scored} against {clinical}"), "study.toml: [models]; report: Concordance of the models")
        }
        _ => not_met("models without and with the score are not both named", "study.toml: [models]"),
    }
}

pub(in super::super) fn combined(facts: &Facts) -> Judged {
    match facts.models.iter().find(|m| m.clinical && m.scored) {
        Some(model) => met(format!("{} holds the score and clinical variables", model.name), "study.toml: [models]"),
        None => not_met("no model holds both the score and clinical variables", "study.toml: [models]"),
    }
}

pub(in super::super) fn classical(facts: &Facts) -> Judged {
    of_models(facts, "the models are Cox models; Brier scores beside that of Kaplan-Meier", "report: Brier scores")
}

pub(in super::super) fn confounders(facts: &Facts) -> Judged {
    let harmonised = facts.radiomics.as_ref().and_then(|r| r.harmonised.as_ref());
    match harmonised {
        Some(how) => met(format!("features harmonised: {how}"), "study.toml: [scores]"),
        None => known("cohorts are compared in the baseline table; nothing is adjusted for site or scanner"),
    }
}

pub(in super::super) fn clusters(facts: &Facts) -> Judged {
    match facts.external.is_empty() {
        true => known("the study does not say that a cohort is of another centre"),
        false => of_models(facts, "every measure in every cohort by itself", "report: Concordance of the models"),
    }
}

pub(in super::super) fn updating(_: &Facts) -> Judged {
    not_applicable("models are not updated after they were validated")
}

pub(in super::super) fn applied(facts: &Facts) -> Judged {
    of_models(facts, "coefficients and baseline of the training cohort, unchanged", "report: Methods")
}
