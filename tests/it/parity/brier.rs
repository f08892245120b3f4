//! Brier scores against riskRegression.

use survival::brier::{BrierAtTime, BrierSpec, CheckedBrier, integrated};

use super::models::Models;
use crate::reference::{Tally, numbers, strings};

fn spec(time: f64) -> CheckedBrier {
    BrierSpec::at(time).check().expect("a time")
}

fn judge(models: &Models, model: &str) -> Vec<BrierAtTime> {
    if model == "Null model" {
        return models.times.iter().map(|t| spec(*t).fit_null(&models.data).expect("a score")).collect();
    }
    let fit = models.fit(if model == "full" { models.covariates.len() } else { 2 });
    let at = |time: &f64| {
        let risk: Vec<f64> = models.survival(&fit, *time).iter().map(|s| 1.0 - s).collect();
        spec(*time).fit(&models.data, &risk).expect("a score")
    };
    models.times.iter().map(at).collect()
}

#[test]
pub(super) fn scores() {
    let Some(models) = Models::read("gbsg") else { return };
    let stored = &models.stored["score_brier"];
    let mut tally = Tally::new("brier gbsg", 1e-8, 1e-300);
    let [score, se, lower, upper, ibs, times] =
        ["Brier", "se", "lower", "upper", "IBS", "times"].map(|key| numbers(&stored[key]));
    for (k, model) in strings(&stored["model"]).iter().enumerate() {
        let found = judge(&models, model);
        let at = found.iter().position(|b| b.time == times[k]).expect("a judged time");
        let sums = integrated(&models.times, &found.iter().map(|b| b.brier).collect::<Vec<_>>());
        let place = format!("{model} t={}", times[k]);
        tally.number(&format!("{place} brier"), found[at].brier, score[k]);
        tally.number(&format!("{place} se"), found[at].se, se[k]);
        tally.number(&format!("{place} lower"), found[at].lower, lower[k]);
        tally.number(&format!("{place} upper"), found[at].upper, upper[k]);
        tally.number(&format!("{place} ibs"), sums[at], ibs[k]);
    }
    tally.finish();
}
