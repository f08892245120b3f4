//! Confidence bands, predicted survival of patients and restricted cubic splines, as the subcommands give them, against R
//! (`tests/fixtures/survival/make_curves.R`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assert_cmd::Command;
use serde_json::Value as Json;

use crate::reference::{Tally, number, numbers};
use riskset::ask::Memo;
use riskset::ask::{Dataset, FeatureTable, Selection};
use riskset::methods::cox;
use riskset::study::Study;
use watch::Unwatched;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival")
}

fn reference(part: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(folder().join("curves.json")).expect("the fixture");
    let all: Json = serde_json::from_str(&text).expect("JSON");
    all[part].as_array().cloned().expect("a list")
}

fn answer(subcommand: &str, data: &str, args: &[&str]) -> Json {
    let mut run = Command::cargo_bin("riskset").expect("the binary is built");
    run.arg(subcommand).arg(folder().join(data)).args(args).args(["--format", "json"]);
    serde_json::from_slice(&run.assert().success().get_output().stdout).expect("JSON")
}

fn refused(args: &[&str]) -> String {
    let mut run = Command::cargo_bin("riskset").expect("the binary is built");
    let run = run.arg("cox").arg(folder().join("pbc.csv")).args(DEATH).args(args).assert().code(1);
    String::from_utf8_lossy(&run.get_output().stderr).into_owned()
}

const DEATH: [&str; 4] = ["--time", "time", "--event", "death"];

fn text(value: &Json) -> &str {
    value.as_str().expect("a text")
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn compare(tally: &mut Tally, place: &str, found: &Json, expected: &Json, keys: &[&str]) {
    for key in keys {
        tally.number(&format!("{place} {key}"), number(&found[*key]), number(&expected[*key]));
    }
}

/// Those of our points at `at` (a list of times or values) that the fixture has kept, key by key.
fn compare_at(tally: &mut Tally, place: &str, ours: (&[f64], &Json), expected: &Json, at: &str, keys: &[&str]) {
    for (k, value) in numbers(&expected[at]).iter().enumerate() {
        let near = |x: &f64| (x - value).abs() <= 1e-9 * value.abs().max(1.0);
        let row = ours.0.iter().position(near).expect("a point of our curve");
        for key in keys {
            let place = format!("{place} {key} at {value}");
            tally.number(&place, number(&ours.1[*key][row]), number(&expected[*key][k]));
        }
    }
}

#[test]
fn bands_hold_the_whole_curve() {
    let mut edges = Tally::new("riskset km --band", 1e-8, 1e-12);
    for case in reference("bands") {
        let mut args = DEATH.to_vec();
        args.extend(["--band", text(&case["kind"]), "--conf-type", text(&case["scale"])]);
        let range = list(&case["range"]).iter().map(Json::to_string).collect::<Vec<_>>().join(",");
        if !range.is_empty() {
            args.extend(["--band-range", &range]);
        }
        if let Some(by) = case["by"].as_str() {
            args.extend(["--by", by]);
        }
        let found = answer("km", "pbc.csv", &args);
        assert_eq!(list(&found["groups"]).len(), list(&case["groups"]).len());
        for (g, (ours, r)) in list(&found["groups"]).iter().zip(list(&case["groups"])).enumerate() {
            let place = format!("{} {} {range} group {g}", case["kind"], case["scale"]);
            let band = &ours["band"];
            assert_eq!(band["kind"], case["kind"]);
            compare(&mut edges, &place, band, r, &["critical", "from", "to"]);
            compare_at(&mut edges, &place, (&numbers(&ours["curve"]["time"]), band), r, "time", &["lower", "upper"]);
            // Outside of its range there is no band.
            let (from, to) = (number(&r["from"]), number(&r["to"]));
            for (time, lower) in numbers(&ours["curve"]["time"]).iter().zip(list(&band["lower"])) {
                assert_eq!(lower.is_null(), *time < from || *time > to, "{place} at {time}");
            }
        }
    }
    edges.finish();
}

#[test]
fn a_band_that_cannot_be_says_why_in_a_note() {
    let note = |data: &str, args: &[&str]| {
        let found = answer("km", data, &[args, &["--band", "hall-wellner"]].concat());
        assert!(list(&found["groups"]).iter().all(|g| g["band"].is_null()));
        list(&found["notes"]).iter().map(|n| text(n).to_owned()).collect::<Vec<_>>().join("; ")
    };
    let weighted = note("odd.csv", &["--time", "time", "--event", "status", "--weights", "w"]);
    assert!(weighted.contains("no confidence band") && weighted.contains("count once"), "{weighted}");
    let late = note("heart.csv", &["--time", "stop", "--event", "event", "--entry", "start", "--id", "id"]);
    assert!(late.contains("no confidence band") && late.contains("time 0"), "{late}");
    let no_scale = note("pbc.csv", &[&DEATH[..], &["--conf-type", "none"]].concat());
    assert!(no_scale.contains("log-log"), "{no_scale}");
}

#[test]
fn survival_predicted_for_a_patient() {
    let mut tally = Tally::new("riskset cox --profile", 1e-6, 1e-9);
    for case in reference("profiles") {
        let of = |key: &str| list(&case[key]).iter().map(|a| a.as_str().map_or(a.to_string(), str::to_owned));
        let times = of("times").collect::<Vec<_>>().join(",");
        let args: Vec<String> = of("args").collect();
        let mut args: Vec<&str> = args.iter().map(String::as_str).collect();
        args.extend(["--profile", text(&case["profile"]), "--at", &times]);
        let found = answer("cox", text(&case["data"]), &args);
        let [ours] = list(&found["profiles"]) else { panic!("one profile") };
        let place = format!("{} {}", case["args"], case["profile"]);
        let mut keys = vec!["hr", "median", "median_lower", "median_upper"];
        if !case["lp"].is_null() {
            keys.extend(["lp", "lp_se"]);
        }
        compare(&mut tally, &place, ours, &case, &keys);
        let curve = &ours["curve"];
        let keys = ["surv", "std_err", "lower", "upper", "cumhaz"];
        compare_at(&mut tally, &place, (&numbers(&curve["time"]), curve), &case["curve"], "time", &keys);
        for (k, at) in list(&ours["at"]).iter().enumerate() {
            for key in ["surv", "std_err", "lower", "upper"] {
                tally.number(&format!("{place} {key} {k}"), number(&at[key]), number(&case["at"][key][k]));
            }
        }
    }
    tally.finish();
}

#[test]
fn a_profile_that_is_no_patient_of_the_model_is_refused() {
    let covariates = ["--covariates", "age,sex"];
    let of = |profile: &str| refused(&[&covariates[..], &["--profile", profile]].concat());
    assert!(of("agge=60").contains("agge is not in the model (age, sex)"));
    assert!(of("sex=x").contains("the levels are f, m"));
    assert!(of("age=old").contains("no number"));
    let strata = refused(&["--covariates", "age", "--strata", "sex", "--profile", "age=60"]);
    assert!(strata.contains("sex=f; sex=m"), "{strata}");
    let factor = refused(&[&covariates[..], &["--curve", "sex"]].concat());
    assert!(factor.contains("sex is no number in the model"), "{factor}");
}

#[test]
fn the_hazard_along_a_number() {
    let mut tally = Tally::new("riskset cox --curve", 1e-6, 1e-9);
    let mut tails = Tally::new("riskset cox --curve p", 1e-5, 0.0);
    for case in reference("curves") {
        let covariates = text(&case["covariates"]);
        let mut args = DEATH.to_vec();
        args.extend(["--covariates", covariates, "--curve", text(&case["curve"])]);
        let found = answer("cox", "pbc.csv", &args);
        assert_eq!(found["n"], case["n"]);
        let [ours] = list(&found["curves"]) else { panic!("one curve") };
        compare(&mut tally, covariates, ours, &case, &["reference", "aic", "aic_linear"]);
        tally.numbers(&format!("{covariates} knots"), &numbers(&ours["knots"]), &numbers(&case["knots"]));
        let keys = ["log_hr", "std_err", "lower", "upper"];
        compare_at(&mut tally, covariates, (&numbers(&ours["x"]), ours), &case, "x", &keys);
        for kind in ["wald", "lr"] {
            for of in ["association", "nonlinearity"] {
                let place = format!("{covariates} {kind} {of}");
                compare(&mut tally, &place, &ours[kind][of], &case[kind][of], &["statistic", "df"]);
                compare(&mut tails, &place, &ours[kind][of], &case[kind][of], &["p"]);
            }
        }
    }
    tally.finish();
    tails.finish();
}

#[test]
fn a_curve_of_a_straight_line_has_no_test_of_curvature() {
    let args = [&DEATH[..], &["--covariates", "age,bili", "--robust", "--curve", "age=50"]].concat();
    let found = answer("cox", "pbc.csv", &args);
    let curve = &found["curves"][0];
    assert!(curve["wald"]["nonlinearity"].is_null() && curve["lr"].is_null());
    assert_eq!(list(&curve["knots"]).len(), 0);
    // The log hazard ratio is the coefficient times the distance.
    let (x, y) = (numbers(&curve["x"]), numbers(&curve["log_hr"]));
    let coef = number(&found["terms"][0]["coef"]);
    assert!(x.iter().zip(&y).all(|(x, y)| (y - coef * (x - 50.0)).abs() < 1e-10));
}

#[test]
fn splines_in_the_pane_are_the_curves_of_the_subcommand() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/rotterdam_gbsg");
    let cohort = Study::open(&study).0.expect("the sample opens").cohort().0.expect("its cohort is built");
    let features = Arc::new(FeatureTable::new(cohort.len(), Vec::new()));
    let data = Dataset::new(Arc::new(cohort), features);
    let on = Selection { endpoint: Some("RFS".to_owned()), ..Selection::default() };
    let texts = |list: &[&str]| list.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
    let question = cox::splines::Spec {
        on: on.clone(),
        covariates: texts(&["age*grade", "rcs(nodes,3)"]),
        // Two values are no continuous number, and one that is no covariate is added.
        candidates: texts(&["age", "nodes", "rfs", "pgr"]),
        knots: 5,
        options: cox::Options::default(),
    };
    let splines = Memo::default().ask(&data, question, &Unwatched).expect("an answer");
    let covariates = [
        ("age", ["rcs(age,5)*grade", "rcs(nodes,3)"].as_slice()),
        ("nodes", &["age*grade", "rcs(nodes,5)"]),
        ("pgr", &["age*grade", "rcs(nodes,3)", "rcs(pgr,5)"]),
    ];
    assert_eq!(splines.models.len(), covariates.len());
    for (ours, (variable, covariates)) in splines.models.iter().zip(covariates) {
        let question = cox::model::Spec {
            on: on.clone(),
            covariates: texts(covariates),
            options: cox::Options::default(),
            step: None,
            zph: false,
            cases: false,
            baseline: false,
            profiles: Vec::new(),
            times: Vec::new(),
            curves: vec![cox::curve::Spec { variable: variable.to_owned(), reference: None }],
            competing: None,
        };
        let model = Memo::default().ask(&data, question, &Unwatched).expect("an answer");
        assert_eq!(ours.curve, model.model.curves[0], "{variable}");
        assert_eq!(ours.n, model.model.n);
    }
}
