//! Calibration in groups and smooth, and external validation.

use survival::Survival;
use survival::calibration::{CalibrationSpec, CheckedCalibration, slope};
use survival::concordance::harrell;
use survival::cox::Design;
use watch::Unwatched;

use super::models::{Models, fit};
use crate::reference::{Table, Tally, number, numbers};

fn judged(time: f64) -> CheckedCalibration {
    CalibrationSpec::at(time).check().expect("a time")
}

#[test]
pub(super) fn groups_and_curves() {
    let Some(models) = Models::read("gbsg") else { return };
    let model = models.fit(models.covariates.len());
    let mut tally = Tally::new("calibration gbsg", 1e-6, 1e-300);
    for (k, row) in models.stored["predicted_survival_first20"].as_array().expect("rows").iter().enumerate() {
        let found: Vec<f64> = models.times.iter().map(|t| models.survival(&model, *t)[k]).collect();
        tally.numbers(&format!("survival[{k}]"), &found, &numbers(row));
    }
    for (time, stored) in models.times.iter().zip(models.stored["calibration"].as_array().expect("times")) {
        let survival = models.survival(&model, *time);
        tally.number(&format!("t={time}"), *time, number(&stored["time"]));
        let found = judged(*time).grouped(&models.data, &survival).expect("groups");
        let groups = stored["groups"].as_array().expect("groups");
        tally.same(&format!("t={time} groups"), found.len(), groups.len());
        for (g, (found, stored)) in found.iter().zip(groups).enumerate() {
            let values = [
                ("n", found.n as f64),
                ("predicted", found.predicted),
                ("observed", found.observed),
                ("std_err", found.std_err),
                ("lower", found.lower),
                ("upper", found.upper),
            ];
            for (name, value) in values {
                tally.number(&format!("t={time} group {g} {name}"), value, number(&stored[name]));
            }
        }
        let (found, stored) =
            (judged(*time).smooth(&models.data, &survival, &Unwatched).expect("a curve"), &stored["smooth"]);
        tally.numbers(&format!("t={time} knots"), &found.knots, &numbers(&stored["knots"]));
        for (name, value) in [("ici", found.ici), ("e50", found.e50), ("e90", found.e90), ("emax", found.emax)] {
            tally.number(&format!("t={time} {name}"), value, number(&stored[name]));
        }
        for (name, values) in [("observed_first10", &found.observed), ("predicted_first10", &found.predicted)] {
            let expected = numbers(&stored[name]);
            tally.numbers(&format!("t={time} {name}"), &values[..expected.len()], &expected);
        }
    }
    tally.finish();
}

#[test]
pub(super) fn external_validation() {
    let (Some(models), Some(table)) = (Models::read("gbsg"), Table::read("rotterdam")) else { return };
    let stored = &models.stored["external"];
    let event = table.column("event").iter().map(|e| *e == 1.0).collect();
    let training = Survival::new(table.column("time"), event).expect("valid follow-up");
    let names = ["age", "nodes", "pgr"];
    let mut design = Design::new(training.len());
    for name in names {
        design = design.linear(name, &table.column(name)).expect("a complete column");
    }
    let coef = fit(&design, &training).coef_or_zero();
    let mut predictor = vec![0.0; models.data.len()];
    for (name, b) in names.iter().zip(&coef) {
        predictor.iter_mut().zip(models.column(name)).for_each(|(lp, x)| *lp += b * x);
    }
    let slope = slope(&models.data, &predictor, 0.95, &Unwatched).expect("a slope");
    let c = harrell(&models.data, &predictor).expect("a C");
    let mut tally = Tally::new("calibration external", 1e-6, 1e-300);
    tally.numbers("coef", &coef, &numbers(&stored["coef"]));
    for (name, value) in [("slope", slope.slope), ("slope_se", slope.se), ("c", c.c), ("c_se", c.se)] {
        tally.number(name, value, number(&stored[name]));
    }
    tally.finish();
}
