//! Cox models beyond the study against R: counting process, clusters, weights, splines, interactions, exact ties, causes,
//! Firth's penalty.

use serde_json::Value as Json;
use survival::Survival;
use survival::cox::{CoxFit, CoxSpec, Design, Reference, Ties, TimeTransform};
use survival::spline::RestrictedCubicSpline;
use watch::Unwatched;

use super::cox_data::Data;
use crate::reference::{Tally, json, number, numbers, strings};

fn extra() -> Option<Json> {
    json("survival/extra_shared.json")
}

fn fit(spec: CoxSpec, design: &Design, survival: &Survival) -> CoxFit {
    spec.check().expect("no contradiction").fit(survival, design, &Unwatched).expect("a fit")
}

fn compare(tally: &mut Tally, place: &str, fit: &CoxFit, stored: &Json) {
    let at = |key: &str| format!("{place}.{key}");
    tally.same(&at("n"), fit.n as f64, number(&stored["n"]));
    tally.same(&at("events"), fit.n_events as f64, number(&stored["events"]));
    tally.numbers(&at("coef"), &fit.coef(), &numbers(&stored["coef"]));
    let estimates = || fit.coefficients.iter().flat_map(|c| c.estimate);
    let used: Vec<f64> = estimates().map(|e| e.robust_se.unwrap_or(e.se)).collect();
    tally.numbers(&at("se"), &used, &numbers(&stored["se"]));
    if stored["naive_se"].is_array() {
        tally.numbers(&at("naive_se"), &estimates().map(|e| e.se).collect::<Vec<_>>(), &numbers(&stored["naive_se"]));
    }
    tally.numbers(&at("loglik"), &[fit.loglik_null, fit.loglik], &numbers(&stored["loglik"]));
    tally.number(&at("score"), fit.score.statistic, number(&stored["score"]));
    tally.number(&at("wald"), fit.wald.statistic, number(&stored["wald"]));
    let concordance = fit.concordance(0.95).expect("scores of its own data");
    tally.number(&at("concordance"), concordance.c, number(&stored["concordance"]));
    if !stored["rscore"].is_null() {
        let robust = fit.robust_score.map_or(f64::NAN, |t| t.statistic);
        tally.number(&at("rscore"), robust, number(&stored["rscore"]));
    }
}

#[test]
pub(super) fn counting_process_and_clusters() {
    let Some(stored) = extra().map(|s| s["counting"].clone()) else { return };
    let Some(data) = Data::read(stored["data"].as_str().expect("a name"), []) else { return };
    let data = Data { time: "tstop", event: "status", entry: Some("tstart"), ..data };
    let model = data.model(&strings(&stored["covariates"]).join(" + "));
    let mut tally = Tally::new("cox counting process", 1e-6, 1e-6);
    let efron = model.fit(CoxSpec::default());
    compare(&mut tally, "efron", &efron, &stored["efron"]);
    compare(&mut tally, "breslow", &model.fit(CoxSpec::with_ties(Ties::Breslow)), &stored["breslow"]);
    let cluster = data.table.column("id").into_iter().map(|id| id as u32).collect();
    let clustered = model.fit(CoxSpec { cluster: Some(cluster), ..CoxSpec::default() });
    compare(&mut tally, "clustered", &clustered, &stored["clustered"]);
    let zph = efron.zph(TimeTransform::Km).expect("a test");
    let tests: Vec<_> = zph.terms.iter().map(|t| t.1).chain([zph.global]).collect();
    for (i, row) in stored["zph"].as_array().expect("a table").iter().enumerate() {
        let found = [tests[i].statistic, tests[i].df as f64, tests[i].p];
        tally.numbers(&format!("zph[{i}]"), &found, &numbers(row));
    }
    let baseline = &efron.baseline(Reference::Zero)[0];
    tally.numbers("basehaz.hazard", &baseline.cumhaz, &numbers(&stored["basehaz"][0]));
    tally.numbers("basehaz.time", &baseline.time, &numbers(&stored["basehaz"][1]));
    tally.finish();
}

#[test]
pub(super) fn weights_and_robust_errors() {
    let Some(stored) = extra().map(|s| s["weights"].clone()) else { return };
    let Some(data) = Data::read(stored["data"].as_str().expect("a name"), []) else { return };
    let model = data.model(&strings(&stored["covariates"]).join(" + "));
    // 1, 2, 0.5 repeated over the rows of the table, before incomplete ones are left out.
    let weights = model.rows.iter().map(|r| [1.0, 2.0, 0.5][r % 3]).collect();
    let weighted = model.survival.clone().with_weights(weights).expect("positive");
    let robust = || CoxSpec { robust: true, ..CoxSpec::default() };
    let mut tally = Tally::new("cox weights and robust errors", 1e-6, 1e-6);
    compare(&mut tally, "model", &fit(CoxSpec::default(), &model.design, &weighted), &stored["model"]);
    compare(&mut tally, "robust", &fit(robust(), &model.design, &weighted), &stored["robust"]);
    compare(
        &mut tally,
        "robust_unweighted",
        &fit(robust(), &model.design, &model.survival),
        &stored["robust_unweighted"],
    );
    tally.finish();
}

#[test]
pub(super) fn splines_and_interactions() {
    let Some(stored) = extra().map(|s| s["splines"].clone()) else { return };
    let Some(data) = Data::read(stored["data"].as_str().expect("a name"), []) else { return };
    let variable = stored["variable"].as_str().expect("a name");
    let x = data.table.column(variable);
    let mut tally = Tally::new("restricted cubic splines and interactions", 1e-6, 1e-6);
    for count in [3, 4, 5] {
        let spline = RestrictedCubicSpline::from_quantiles(&x, count).expect("distinct values");
        tally.numbers(&format!("knots{count}"), spline.knots(), &numbers(&stored[format!("knots{count}")]));
    }
    let spline = RestrictedCubicSpline::from_quantiles(&x, 4).expect("distinct values");
    for (i, row) in stored["basis_first5"].as_array().expect("a matrix").iter().enumerate() {
        tally.numbers(&format!("basis[{i}]"), &spline.basis(x[i]), &numbers(row));
    }
    let rows: Vec<usize> = (0..x.len()).collect();
    let survival = data.survival(&rows);
    let sex = data.table.column("sex");
    let curved = Design::new(x.len()).spline(variable, &x, spline).and_then(|d| d.linear("sex", &sex)).expect("finite");
    let straight = Design::new(x.len()).linear(variable, &x).and_then(|d| d.linear("sex", &sex)).expect("finite");
    let spline_fit = fit(CoxSpec::default(), &curved, &survival);
    compare(&mut tally, "spline", &spline_fit, &stored["model"]);
    let straight_fit = fit(CoxSpec::default(), &straight, &survival);
    let nonlinearity = 2.0 * (spline_fit.loglik - straight_fit.loglik);
    tally.number("nonlinearity", nonlinearity, number(&stored["nonlinearity_lr"]));
    let crossed = straight.interaction(&[variable, "sex"]).expect("both are terms");
    compare(&mut tally, "interaction", &fit(CoxSpec::default(), &crossed, &survival), &stored["interaction"]);
    tally.finish();
}

#[test]
pub(super) fn exact_ties() {
    let Some(stored) = extra().map(|s| s["exact"].clone()) else { return };
    let Some(data) = Data::read(stored["data"].as_str().expect("a name"), []) else { return };
    let names = strings(&stored["model"]["names"]);
    let mut tally = Tally::new("cox exact ties", 1e-6, 1e-6);
    let exact = data.model(&names.join(" + ")).fit(CoxSpec::with_ties(Ties::Exact));
    compare(&mut tally, "exact", &exact, &stored["model"]);
    tally.finish();
}

#[test]
pub(super) fn cause_specific() {
    let Some(stored) = extra().map(|s| s["competing"].clone()) else { return };
    let Some(data) = Data::read(stored["data"].as_str().expect("a name"), []) else { return };
    let (time, cause) = (data.table.column("time"), data.table.column("cause"));
    let mut tally = Tally::new("cox cause-specific", 1e-6, 1e-6);
    for (k, model) in stored["cause_specific"].as_array().expect("a list").iter().enumerate() {
        let names = strings(&model["names"]);
        let design = names
            .iter()
            .fold(Design::new(time.len()), |d, name| d.linear(name, &data.table.column(name)).expect("finite"));
        let event = cause.iter().map(|&c| c == (k + 1) as f64).collect();
        let survival = Survival::new(time.clone(), event).expect("valid follow-up");
        compare(&mut tally, &format!("cause {}", k + 1), &fit(CoxSpec::default(), &design, &survival), model);
    }
    tally.finish();
}

/// The references come from numerical derivatives and say themselves that they are good to 1e-6.
#[test]
pub(super) fn firth() {
    let Some(stored) = extra().map(|s| s["firth"].clone()) else { return };
    let mut tally = Tally::new("cox with Firth's penalty", 1e-6, 1.0);
    for set in stored.as_array().expect("a list") {
        let name = set["data"].as_str().expect("a name");
        let Some(data) = Data::read(name, []) else { return };
        for stored in set["fits"].as_array().expect("a list") {
            let ties = super::cox::ties(stored["ties"].as_str().expect("a name"));
            let model = data.model(&strings(&set["covariates"]).join(" + "));
            let fit = model.fit(CoxSpec { firth: true, ..CoxSpec::with_ties(ties) });
            let place = format!("{name}/{ties:?}");
            tally.numbers(&format!("{place}.coef"), &fit.coef(), &numbers(&stored["coef"]));
            let se: Vec<f64> = fit.coefficients.iter().flat_map(|c| c.estimate).map(|e| e.se).collect();
            tally.numbers(&format!("{place}.se"), &se, &numbers(&stored["se"]));
            tally.number(&format!("{place}.loglik"), fit.loglik, number(&stored["penalized_loglik"]));
            tally.number(&format!("{place}.null"), fit.loglik_null, number(&stored["penalized_loglik_null"]));
        }
    }
    tally.finish();
}
