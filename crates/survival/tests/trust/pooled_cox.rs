//! A Cox model of imputed sets against mice 3.15 and survival: the sets are those that mice made of `lung`.

use serde_json::Value;
use survival::cox::{CoxFit, CoxSpec, Design};
use survival::pooling::PooledCox;
use survival::{Survival, Unwatched};

use super::numbers;

/// Relative; R's coxph was told to go on to 1e-12 of the likelihood.
const TOLERANCE: f64 = 1e-8;

/// The values of a set: those of the table, with what was filled in for the missing ones.
fn complete(golden: &Value, set: &Value, k: usize) -> Vec<f64> {
    let mut filled = numbers(&set[k]).into_iter();
    let known = golden["columns"][k].as_array().expect("a column");
    known.iter().map(|v| v.as_f64().unwrap_or_else(|| filled.next().expect("a value"))).collect()
}

#[test]
fn a_pooled_model_equals_mice() {
    let golden: Value = serde_json::from_str(include_str!("../data/pooled_cox.json")).expect("JSON");
    let event = numbers(&golden["event"]).iter().map(|e| *e > 0.0).collect();
    let survival = Survival::new(numbers(&golden["time"]), event).expect("follow-up");
    let names = golden["names"].as_array().expect("names");
    let spec = CoxSpec { eps: 1e-12, max_iter: 50, ..CoxSpec::default() }.check().expect("a model");
    let fit = |set: &Value| -> CoxFit {
        let design = names.iter().enumerate().fold(Design::new(survival.len()), |design, (k, name)| {
            design.linear(name.as_str().expect("a name"), &complete(&golden, set, k)).expect("a column")
        });
        spec.fit(&survival, &design, &Unwatched).expect("a fit")
    };
    let fits: Vec<CoxFit> = golden["filled"].as_array().expect("sets").iter().map(fit).collect();
    let pooled = PooledCox::new(fits, 0.95).expect("pools");
    let mut compared = (0, 0.0_f64);
    let mut same = |what: &str, found: f64, expected: f64| {
        let off = (found - expected).abs() / expected.abs().max(1e-3);
        compared = (compared.0 + 1, compared.1.max(off));
        assert!(off <= TOLERANCE, "{what}: {found} is not {expected}");
    };
    let terms: Vec<_> = pooled.terms.iter().map(|term| term.expect("a coefficient")).collect();
    let p = terms.len();
    for (j, term) in terms.iter().enumerate() {
        let of = [
            ("estimate", term.estimate),
            ("ubar", term.within),
            ("b", term.between),
            ("t", term.total),
            ("df", term.df),
            ("riv", term.riv),
            ("lambda", term.lambda),
            ("fmi", term.fmi),
            ("lower", term.lower),
            ("upper", term.upper),
            ("p", term.p),
        ];
        of.into_iter().for_each(|(key, found)| same(key, found, numbers(&golden[key])[j]));
        let row = pooled.variance().row(j);
        // Relative to the standard errors: covariances may be next to nothing.
        for (k, found) in row.iter().enumerate() {
            let scale = (pooled.variance()[(j, j)] * pooled.variance()[(k, k)]).sqrt();
            same("covariance", 1.0 + found / scale, 1.0 + numbers(&golden["total"])[j * p + k] / scale);
        }
    }
    let rows: Vec<Vec<f64>> = (0..p).map(|i| pooled.variance().row(i)).collect();
    for (k, at) in pooled.tabulate(&numbers(&golden["at"])).iter().enumerate() {
        same("hazard", at.cumhaz, numbers(&golden["cumhaz"])[k]);
        let found = at.predict(pooled.coef_or_zero(), &rows, &vec![0.0; p], 0.95);
        same("standard error of the hazard", found.std_err, numbers(&golden["std_err"])[k]);
    }
    println!("Rubin's rules for a Cox model: {} values compared with mice, worst {:.1e}", compared.0, compared.1);
}
