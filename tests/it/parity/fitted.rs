//! What is asked of fitted models, and elastic nets at the edges of the method, against R on the tables of
//! `tests/fixtures/survival` (values in `models.json`, made by its `make_models.R`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value as Json;
use survival::brier::{BrierSpec, CheckedBrier, integrated};
use survival::calibration::OptimismSpec;
use survival::cox::{CoxFit, CoxSpec, Design, Value};
use survival::nomogram::NomogramSpec;
use survival::reclassification::ReclassificationSpec;
use survival::roc::RocSpec;
use survival::stats::rng::Rng;
use survival::{Matrix, Survival};
use watch::Unwatched;

use super::cox::ties;
use super::cox_data::{Data, Model};
use crate::reference::{Table, Tally, number, numbers};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival")
}

fn stored(section: &str) -> Json {
    let text = std::fs::read_to_string(folder().join("models.json")).expect("stored values");
    serde_json::from_str::<Json>(&text).expect("JSON")[section].take()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn table(name: &str) -> Table {
    Table::open(&folder().join(format!("{name}.csv")))
}

/// Follow-up and covariates of `odd.csv`, whose names hold commas.
fn odd() -> (Survival, [Vec<f64>; 2]) {
    let odd = stored("odd");
    let event = numbers(&odd["status"]).iter().map(|e| *e == 1.0).collect();
    let survival = Survival::new(numbers(&odd["time"]), event).expect("valid follow-up");
    (survival, [numbers(&odd["x1"]), numbers(&odd["x2"])])
}

/// The rows, follow-up and design of a stored model.
fn model(case: &Json) -> Model {
    let name = case["data"].as_str().expect("a table");
    let (time, event, entry) = if name == "heart" { ("stop", "event", Some("start")) } else { ("time", "death", None) };
    let data = Data { table: table(name), factors: BTreeSet::new(), time, event, entry };
    let covariates = list(&case["covariates"]).iter().filter_map(|c| c.as_str().map(str::to_owned));
    let strata = case["strata"].as_str().map(|column| format!("strata({column})"));
    let mut model = data.model(&covariates.chain(strata).collect::<Vec<_>>().join(" + "));
    if case["weights"] == true {
        let weights = model.rows.iter().map(|row| [1.0, 2.0, 0.5][row % 3]).collect();
        model.survival = model.survival.with_weights(weights).expect("valid weights");
    }
    model
}

fn fitted(case: &Json, model: &Model) -> CoxFit {
    let cluster = case["cluster"].as_str().map(|column| {
        let of = table(case["data"].as_str().expect("a table")).column(column);
        model.rows.iter().map(|&row| of[row] as u32).collect()
    });
    let method = ties(case["ties"].as_str().expect("a name"));
    model.fit(CoxSpec { cluster, eps: 1e-12, ..CoxSpec::with_ties(method) })
}

fn brier(time: f64) -> CheckedBrier {
    BrierSpec::at(time).check().expect("a time")
}

/// The first rows of a matrix, and every column's sum of squares.
fn matrix(tally: &mut Tally, place: &str, found: &Matrix, stored: &Json) {
    let columns = found.columns();
    for (at, expected) in numbers(&stored["rows"]).into_iter().enumerate() {
        tally.number(&format!("{place}[{at}]"), found[(at / columns, at % columns)], expected);
    }
    let squares: Vec<f64> = (0..columns).map(|j| found.column(j).iter().map(|x| x * x).sum()).collect();
    tally.numbers(&format!("{place} squares"), &squares, &numbers(&stored["squares"]));
}

#[test]
pub(super) fn residuals_and_predicted_survival() {
    let mut tally = Tally::new("residuals and predicted survival", 1e-6, 1e-6);
    for case in list(&stored("cox")) {
        let model = model(case);
        let fit = fitted(case, &model);
        let place = format!("{} {} {} {}", case["data"], case["ties"], case["strata"], case["weights"]);
        tally.numbers(&format!("{place} coef"), &fit.coef(), &numbers(&case["coef"]));
        let se: Vec<f64> =
            fit.coefficients.iter().filter_map(|c| c.estimate).map(|e| e.robust_se.unwrap_or(e.se)).collect();
        tally.numbers(&format!("{place} se"), &se, &numbers(&case["se"]));
        let not_exact = "residuals of Efron's and Breslow's ties";
        matrix(&mut tally, &format!("{place} score"), &fit.score_residuals().expect(not_exact), &case["score"]);
        matrix(&mut tally, &format!("{place} dfbeta"), &fit.dfbeta().expect(not_exact), &case["dfbeta"]);
        matrix(&mut tally, &format!("{place} dfbetas"), &fit.dfbetas().expect(not_exact), &case["dfbetas"]);
        matrix(&mut tally, &format!("{place} schoenfeld"), &fit.schoenfeld().residuals, &case["schoenfeld"]);
        matrix(&mut tally, &format!("{place} scaled"), &fit.scaled_schoenfeld().residuals, &case["scaled"]);
        for (k, curve) in list(&case["curves"]).iter().enumerate() {
            predicted(&mut tally, &format!("{place} profile {k}"), case, &model, &fit, curve);
        }
    }
    tally.finish();
}

/// Against dfbeta' V^-1 dfbeta of R's dfbeta; and of refits without a row, that the same rows stand out.
#[test]
fn likelihood_displacement() {
    let text = std::fs::read_to_string(folder().join("displacement.json")).expect("stored values");
    let stored: Json = serde_json::from_str(&text).expect("JSON");
    let mut tally = Tally::new("likelihood displacement", 1e-6, 1e-6);
    for case in list(&stored["cases"]) {
        let fit = fitted(case, &model(case));
        let found = fit.likelihood_displacement().expect("Efron's and Breslow's ties");
        let place = format!("{} {} {} {}", case["data"], case["ties"], case["strata"], case["weights"]);
        tally.numbers(&place, &found, &numbers(&case["displacement"]));
        let refitted: Vec<f64> = list(&case["refitted"]).iter().map(number).collect();
        if !refitted.is_empty() {
            assert_eq!(largest(&found, 3), largest(&refitted, 3), "{place}");
        }
    }
    tally.finish();
}

/// The places of the largest values, in their order.
fn largest(values: &[f64], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    order.truncate(most);
    order
}

fn predicted(tally: &mut Tally, place: &str, case: &Json, model: &Model, fit: &CoxFit, stored: &Json) {
    let profile = &stored["profile"];
    let covariates = list(&case["covariates"]).iter().filter_map(Json::as_str);
    let values: Vec<(&str, Value<'_>)> = covariates.map(|c| (c, Value::Number(number(&profile[c])))).collect();
    let row = model.design.row(&values).expect("a complete profile");
    let stratum = case["strata"].as_str().zip(model.strata.as_ref()).map_or(0, |(column, strata)| {
        let own = profile[column].to_string();
        strata.levels().iter().position(|level| *level == own).expect("a level") as u32
    });
    let curve = fit.predict_survival(&row, stratum, 0.95).expect("a curve");
    for (i, time) in numbers(&case["times"]).into_iter().enumerate() {
        let at = curve.position(time).expect("after the first time");
        let found = [
            ("surv", curve.surv[at]),
            ("std_err", curve.std_err[at] * curve.surv[at]),
            ("lower", curve.lower[at]),
            ("upper", curve.upper[at]),
            ("cumhaz", curve.cumhaz[at]),
        ];
        for (key, found) in found {
            tally.number(&format!("{place} {key} at {time}"), found, numbers(&stored[key])[i]);
        }
    }
}

#[test]
pub(super) fn optimism_in_the_same_samples() {
    let (survival, [x1, x2]) = odd();
    let stored = stored("optimism");
    let (seed, times) = (number(&stored["seed"]) as u64, numbers(&stored["times"]));
    let samples = std::fs::read_to_string(folder().join("bootstrap_rows.csv")).expect("the samples");
    for (b, line) in samples.lines().enumerate() {
        let rows: Vec<usize> = line.split(',').map(|row| row.parse::<usize>().expect("a row") - 1).collect();
        assert_eq!(Rng::stream(seed, b as u64).bootstrap(survival.len()), rows, "sample {b}");
    }
    let design = Design::new(survival.len()).linear("x1", &x1).and_then(|d| d.linear("x2", &x2)).expect("columns");
    let cox = CoxSpec { eps: 1e-12, ..CoxSpec::default() }.check().expect("no contradiction");
    let spec = OptimismSpec { bootstraps: samples.lines().count(), seed, times };
    let found = spec.clone().check().and_then(|spec| spec.fit(&survival, &design, &cox, &Unwatched)).expect("samples");
    let measures: Vec<_> = [found.c, found.slope].into_iter().chain(found.brier).collect();
    let mut tally = Tally::new("optimism", 1e-6, 1e-3);
    let of = |value: fn(&survival::calibration::Corrected) -> f64| measures.iter().map(value).collect::<Vec<_>>();
    tally.numbers("apparent", &of(|m| m.apparent), &numbers(&stored["apparent"]));
    tally.numbers("optimism", &of(|m| m.optimism), &numbers(&stored["optimism"]));
    tally.numbers("corrected", &of(|m| m.apparent - m.optimism), &of(|m| m.corrected));
    // Samples whose last patient is censored before have no Brier score then; C and slope are of all samples all the same.
    let late = OptimismSpec { times: vec![11.5], ..spec };
    let found = late.check().and_then(|spec| spec.fit(&survival, &design, &cox, &Unwatched)).expect("samples");
    tally.same("samples", [found.c.samples, found.slope.samples, found.brier[0].samples], [20, 20, 13]);
    tally.numbers("optimism", &[found.c.optimism, found.slope.optimism], &numbers(&stored["optimism"])[..2]);
    tally.finish();
}

/// Predictions do not depend on where a covariate has its zero, even where exp(b x) overflows.
#[test]
fn covariates_far_from_zero() {
    let (survival, [x1, x2]) = odd();
    let times = [3.0, 8.0];
    let found = |shift: f64| {
        let x1: Vec<f64> = x1.iter().map(|x| x + shift).collect();
        let design = Design::new(survival.len()).linear("x1", &x1).and_then(|d| d.linear("x2", &x2));
        let design = design.expect("columns");
        let cox = CoxSpec::default().check().expect("no contradiction");
        let samples = OptimismSpec { bootstraps: 5, seed: 1, times: times.to_vec() };
        let optimism =
            samples.check().and_then(|spec| spec.fit(&survival, &design, &cox, &Unwatched)).expect("samples");
        let fit = cox.fit(&survival, &design, &Unwatched).expect("a fit");
        let drawn = NomogramSpec::at(&times).check().and_then(|spec| spec.fit(&fit, &design)).expect("a nomogram");
        let measures = [optimism.c, optimism.slope].into_iter().chain(optimism.brier);
        let marks = drawn.survival.into_iter().flat_map(|axis| axis.marks);
        let values: Vec<f64> = measures.map(|m| m.corrected).chain(marks.flat_map(|(points, s)| [points, s])).collect();
        values
    };
    let mut tally = Tally::new("covariates far from zero", 1e-6, 1e-3);
    tally.numbers("shifted", &found(1e5), &found(0.0));
    tally.finish();
}

#[test]
pub(super) fn discrimination_and_error_over_time() {
    let (survival, _) = odd();
    let stored = stored("over_time");
    let (risk, times) = (numbers(&stored["risk"]), numbers(&stored["times"]));
    let mut tally = Tally::new("AUC and Brier score over time", 1e-8, 1e-3);
    let curves = RocSpec::at(&times).check().and_then(|spec| spec.fit(&survival, &risk)).expect("curves");
    tally.numbers("auc", &curves.iter().map(|c| c.auc).collect::<Vec<_>>(), &numbers(&stored["auc"]));
    tally.numbers("auc se", &curves.iter().map(|c| c.se).collect::<Vec<_>>(), &numbers(&stored["auc_se"]));
    let errors: Vec<_> = times.iter().map(|t| brier(*t).fit(&survival, &risk).expect("a score")).collect();
    let of = |value: fn(&survival::brier::BrierAtTime) -> f64| errors.iter().map(value).collect::<Vec<_>>();
    tally.numbers("brier", &of(|e| e.brier), &numbers(&stored["brier"]));
    tally.numbers("brier se", &of(|e| e.se), &numbers(&stored["brier_se"]));
    tally.numbers("null", &of(|e| e.null), &numbers(&stored["null"]));
    tally.numbers("ipa", &of(|e| e.ipa), &numbers(&stored["ipa"]));
    tally.numbers("ibs", &integrated(&times, &of(|e| e.brier)), &numbers(&stored["ibs"]));
    let null: Vec<f64> = times.iter().map(|t| brier(*t).fit_null(&survival).expect("a score").brier).collect();
    tally.numbers("ibs without a model", &integrated(&times, &null), &numbers(&stored["ibs_null"]));
    tally.finish();
}

#[test]
pub(super) fn reclassification_by_kaplan_meier() {
    let (survival, _) = odd();
    let stored = stored("reclassification");
    let (old, new) = (numbers(&stored["old"]), numbers(&stored["new"]));
    let mut tally = Tally::new("reclassification", 1e-8, 1e-3);
    for case in list(&stored["cases"]) {
        let (time, cuts) = (number(&case["time"]), numbers(&case["cuts"]));
        let place = format!("{time} {cuts:?}");
        let spec = ReclassificationSpec { time, cuts, bootstraps: 0, seed: 1, level: 0.95 };
        let found = spec.check().and_then(|spec| spec.fit(&survival, &old, &new, &Unwatched)).expect("values");
        let values = [
            ("up", found.up as f64),
            ("down", found.down as f64),
            ("nri_events", found.nri_events.value),
            ("nri_nonevents", found.nri_nonevents.value),
            ("nri", found.nri.value),
            ("idi", found.idi.value),
        ];
        for (key, found) in values {
            tally.number(&format!("{place} {key}"), found, number(&case[key]));
        }
    }
    tally.finish();
}

#[test]
pub(super) fn elastic_nets_at_the_edges() {
    let mut tally = Tally::new("elastic nets at the edges", 1e-5, 1e-6);
    for case in list(&stored("lasso")) {
        let arguments = crate::reference::strings(&case["args"]);
        let place = format!("{} {}", case["data"], arguments[6..].join(" "));
        let data = folder().join(case["data"].as_str().expect("a table"));
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        let run = command.arg("lasso").arg(data).args(&arguments).args(["--format", "json"]).assert().success();
        let found: Json = serde_json::from_slice(&run.get_output().stdout).expect("one JSON object");
        let expected = &case["expect"];
        for key in ["lambda", "df", "dev_ratio"] {
            tally.numbers(&format!("{place} {key}"), &numbers(&found[key]), &numbers(&expected[key]));
        }
        for key in ["cvm", "cvsd", "lambda_min", "lambda_1se"] {
            tally.numbers(&format!("{place} {key}"), &numbers(&found["cv"][key]), &numbers(&expected["cv"][key]));
        }
        let coefficients = |answer: &Json| -> Vec<(String, f64)> {
            let mut all: Vec<(String, f64)> = list(&answer["selected"]["terms"])
                .iter()
                .map(|t| (t["term"].to_string(), number(&t["coef"])))
                .collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let (names, coef): (Vec<String>, Vec<f64>) = coefficients(&found).into_iter().unzip();
        let (expected_names, expected) = coefficients(expected).into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        tally.same(&format!("{place} selected"), names, expected_names);
        tally.numbers(&format!("{place} coef"), &coef, &expected);
    }
    tally.finish();
}
