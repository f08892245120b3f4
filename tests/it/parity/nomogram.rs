//! Nomograms against rms.

use survival::nomogram::{NomogramSpec, rms_model};

use super::models::{Models, fit_as};
use crate::reference::{Tally, json, number, numbers, strings};

#[test]
pub(super) fn axes_and_scales() {
    let (Some(models), Some(stored)) = (Models::read("gbsg"), json("survival/nomogram_gbsg.json")) else { return };
    let factor = strings(&stored["meta"]["factor"]).remove(0);
    let design = models.design(&models.covariates, Some(&factor));
    let model = fit_as(rms_model(), &design, &models.data);
    let drawn = NomogramSpec::at(&models.times).check().and_then(|spec| spec.fit(&model, &design)).expect("a nomogram");
    let mut tally = Tally::new("nomogram gbsg", 1e-6, 1e-9);
    for (name, coef) in design.names().iter().zip(model.coef_or_zero()) {
        tally.number(&format!("coef {name}"), coef, number(&stored["coef"][name]));
    }
    tally.same("axes", drawn.axes.len(), stored["axes"].as_object().expect("axes").len());
    for axis in &drawn.axes {
        let stored = &stored["axes"][&axis.variable];
        let labels: Vec<String> = axis.marks.iter().filter_map(|m| m.level.clone()).collect();
        if labels.is_empty() {
            let values: Vec<f64> = axis.marks.iter().filter_map(|m| m.value).collect();
            tally.numbers(&format!("{} value", axis.variable), &values, &numbers(&stored["value"]));
        } else {
            tally.same(&format!("{} levels", axis.variable), labels, strings(&stored["value"]));
        }
        let points: Vec<f64> = axis.marks.iter().map(|m| m.points).collect();
        let effects: Vec<f64> = axis.marks.iter().map(|m| m.effect).collect();
        tally.numbers(&format!("{} points", axis.variable), &points, &numbers(&stored["points"]));
        tally.numbers(&format!("{} xbeta", axis.variable), &effects, &numbers(&stored["xbeta"]));
    }
    tally.numbers("total", &drawn.total, &numbers(&stored["total"]["x"]));
    let (points, lp): (Vec<f64>, Vec<f64>) = drawn.linear_predictor.iter().copied().unzip();
    tally.numbers("lp points", &points, &numbers(&stored["lp"]["x"]));
    tally.numbers("lp", &lp, &numbers(&stored["lp"]["value"]));
    for (axis, stored) in drawn.survival.iter().zip(stored["survival"].as_array().expect("axes")) {
        let (points, survival): (Vec<f64>, Vec<f64>) = axis.marks.iter().copied().unzip();
        tally.numbers(&format!("S({}) points", axis.time), &points, &numbers(&stored["points"]));
        tally.numbers(&format!("S({})", axis.time), &survival, &numbers(&stored["lp"]));
    }
    let center = -drawn.lowest
        + drawn.axes.iter().map(|a| a.marks.iter().map(|m| m.effect).fold(f64::INFINITY, f64::min)).sum::<f64>();
    tally.number("center", center, number(&stored["center"]));
    tally.finish();
}
