//! Decision curves against their definition.

use survival::decision_curve::DecisionCurveSpec;

use super::models::Models;
use crate::reference::{Tally, number, numbers};

#[test]
pub(super) fn net_benefit() {
    let Some(models) = Models::read("gbsg") else { return };
    let model = models.fit(models.covariates.len());
    let mut tally = Tally::new("dca gbsg", 1e-8, 1e-300);
    for stored in models.stored["dca"].as_array().expect("times") {
        let time = number(&stored["time"]);
        let risk: Vec<f64> = models.survival(&model, time).iter().map(|s| 1.0 - s).collect();
        let thresholds = numbers(&stored["thresholds"]);
        let found = DecisionCurveSpec { time, thresholds: thresholds.clone() }.check();
        let found = found.and_then(|spec| spec.fit(&models.data, &risk)).expect("a curve");
        tally.numbers(&format!("t={time} model"), &found.net_benefit, &numbers(&stored["model"]));
        tally.numbers(&format!("t={time} all"), &found.treat_all, &numbers(&stored["all"]));
    }
    tally.finish();
}
