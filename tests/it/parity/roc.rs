//! Time-dependent ROC curves against their definition, errors and contrasts against riskRegression.

use survival::roc::{RocAtTime, RocSpec, contrast};

use super::models::Models;
use crate::reference::{Table, Tally, number, numbers, strings};

#[test]
pub(super) fn curves() {
    let Some(models) = Models::read("gbsg") else { return };
    let Some(scores) = Table::read("scores_gbsg") else { return };
    let score = scores.column("lp");
    let found = RocSpec::at(&models.times).check().and_then(|spec| spec.fit(&models.data, &score)).expect("curves");
    let mut tally = Tally::new("roc gbsg curves", 1e-8, 1e-300);
    tally.numbers("score", &score, &numbers(&models.stored["score_lp"]));
    for (found, stored) in found.iter().zip(models.stored["roc"].as_array().expect("curves")) {
        let place = format!("t={}", found.time);
        tally.number(&format!("{place} time"), found.time, number(&stored["time"]));
        tally.number(&format!("{place} auc"), found.auc, number(&stored["auc"]));
        tally.number(&format!("{place} cases"), found.cases as f64, number(&stored["cases"]));
        tally.number(&format!("{place} controls"), found.controls as f64, number(&stored["controls"]));
        tally.numbers(&format!("{place} threshold"), &found.curve.threshold, &numbers(&stored["threshold"]));
        tally.numbers(&format!("{place} fpr"), &found.curve.fpr, &numbers(&stored["fpr"]));
        // The stored true positive rates were counted at the stored thresholds, which are rounded to 15 digits: half of
        // the cases fall below their own.
        let tpr: Vec<f64> = numbers(&stored["threshold"]).into_iter().map(|t| found.curve.at(t).0).collect();
        tally.numbers(&format!("{place} tpr"), &tpr, &numbers(&stored["tpr"]));
    }
    tally.finish();
}

/// Judges each model's own risk at each time.
fn judge(models: &Models, covariates: usize) -> Vec<RocAtTime> {
    let fit = models.fit(covariates);
    let at = |time: &f64| {
        let risk: Vec<f64> = models.survival(&fit, *time).iter().map(|s| 1.0 - s).collect();
        RocSpec::at(&[*time]).check().and_then(|spec| spec.fit(&models.data, &risk)).expect("a curve").remove(0)
    };
    models.times.iter().map(at).collect()
}

#[test]
pub(super) fn errors_and_contrasts() {
    let Some(models) = Models::read("gbsg") else { return };
    let (full, small) = (judge(&models, models.covariates.len()), judge(&models, 2));
    let mut tally = Tally::new("roc gbsg errors and contrasts", 1e-8, 1e-300);
    let stored = &models.stored["score_auc"];
    let [auc, se, lower, upper, times] = ["AUC", "se", "lower", "upper", "times"].map(|key| numbers(&stored[key]));
    for (k, model) in strings(&stored["model"]).iter().enumerate() {
        let place = format!("{model} t={}", times[k]);
        let own = if model == "full" { &full } else { &small };
        let found = own.iter().find(|r| r.time == times[k]).expect("a judged time");
        tally.number(&format!("{place} auc"), found.auc, auc[k]);
        tally.number(&format!("{place} se"), found.se, se[k]);
        tally.number(&format!("{place} lower"), found.lower, lower[k]);
        tally.number(&format!("{place} upper"), found.upper, upper[k]);
    }
    let stored = &models.stored["score_auc_contrasts"];
    let [delta, se, lower, upper, p] = ["delta.AUC", "se", "lower", "upper", "p"].map(|key| numbers(&stored[key]));
    for (k, time) in numbers(&stored["times"]).iter().enumerate() {
        let at = full.iter().position(|r| r.time == *time).expect("a judged time");
        let found = contrast(&small[at], &full[at], 0.95).expect("comparable");
        tally.number(&format!("contrast t={time} delta"), found.difference, delta[k]);
        tally.number(&format!("contrast t={time} se"), found.se, se[k]);
        tally.number(&format!("contrast t={time} lower"), found.lower, lower[k]);
        tally.number(&format!("contrast t={time} upper"), found.upper, upper[k]);
        tally.number(&format!("contrast t={time} p"), found.p, p[k]);
    }
    tally.finish();
}
