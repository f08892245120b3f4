//! Groups compared beside their curves, models of competing causes, and ways of selecting features, against R on the
//! sample studies (`tests/fixtures/survival`).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use survival::cox::Ties;

use assert_cmd::Command;
use serde_json::Value as Json;

use crate::reference::{Tally, number, numbers};
use riskset::ask::Grouping;
use riskset::ask::Memo;
use riskset::ask::{Dataset, FeatureTable, Selection};
use riskset::methods::{cox, cuminc};
use riskset::study::Study;
use survival::Survival;
use survival::coxnet::{CoxnetSpec, Folds, Halves, LambdaRule, Measure};
use watch::Unwatched;

fn reference() -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival/values.json");
    let text = std::fs::read_to_string(path).expect("the fixture");
    serde_json::from_str(&text).expect("JSON")
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(name)
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn compare(tally: &mut Tally, place: &str, found: &Json, expected: &Json, keys: &[&str]) {
    for key in keys {
        tally.number(&format!("{place} {key}"), number(&found[*key]), number(&expected[*key]));
    }
}

#[test]
fn details_beside_survival_curves() {
    let reference = reference();
    let mut tally = Tally::new("riskset km --details", 1e-8, 1e-12);
    let mut tails = Tally::new("riskset km --details p", 1e-6, 0.0);
    let table = sample("lung_ncctg/patients.csv");
    for (name, extra) in
        [("origin", &["--at", "180,365,545"][..]), ("landmark", &["--at", "180,365", "--landmark", "100"])]
    {
        for (adjust, key) in [("holm", "holm"), ("bonferroni", "bonferroni"), ("bh", "bh"), ("none", "p")] {
            let expected = &reference["km"][name];
            let run = Command::cargo_bin("riskset")
                .expect("the binary is built")
                .arg("km")
                .arg(&table)
                .args(["--time", "time", "--event", "status", "--event-is", "2", "--by", "ph.ecog"])
                .args(["--where", "`ph.ecog` < 3", "--time-unit", "days", "--adjust", adjust, "--format", "json"])
                .args(extra)
                .assert()
                .success();
            let found: Json = serde_json::from_slice(&run.get_output().stdout).expect("JSON");
            let found = &found["details"];
            tally.number(&format!("{name} tau"), number(&found["tau"]), number(&expected["tau"]));
            assert_eq!(list(&found["groups"]).len(), 3);
            for (g, (ours, r)) in list(&found["groups"]).iter().zip(list(&expected["groups"])).enumerate() {
                let place = format!("{name} group {g}");
                let keys = ["follow_up", "follow_up_lower", "follow_up_upper", "rmst", "rmst_se"];
                compare(&mut tally, &place, ours, r, &keys);
                assert_eq!(list(&ours["at"]).len(), list(&r["at"]).len());
                for (a, b) in list(&ours["at"]).iter().zip(list(&r["at"])) {
                    let keys = ["time", "n_risk", "surv", "std_err", "lower", "upper", "cumhaz"];
                    compare(&mut tally, &place, a, b, &keys);
                }
            }
            for (k, (ours, r)) in list(&found["rmst"]).iter().zip(list(&expected["rmst"])).enumerate() {
                let keys = ["difference", "se", "lower", "upper", "ratio", "ratio_lower", "ratio_upper"];
                compare(&mut tally, &format!("{name} rmst {k}"), ours, r, &keys);
                compare(&mut tails, &format!("{name} rmst {k}"), ours, r, &["p", "ratio_p"]);
            }
            assert_eq!(list(&found["tests"]).len(), 3);
            for (ours, r) in list(&found["tests"]).iter().zip(list(&expected["tests"])) {
                assert_eq!(ours["test"], r["test"]);
                compare(&mut tally, name, ours, r, &["statistic", "df"]);
                compare(&mut tails, name, ours, r, &["p"]);
            }
            assert_eq!(list(&found["pairs"]).len(), 3);
            for (k, (ours, r)) in list(&found["pairs"]).iter().zip(list(&expected["pairs"])).enumerate() {
                compare(&mut tally, &format!("{name} pair {k}"), ours, r, &["statistic"]);
                compare(&mut tails, &format!("{name} pair {k}"), ours, r, &["p"]);
                tails.number(&format!("{name} pair {k} {adjust}"), number(&ours["p_adjusted"]), number(&r[key]));
            }
        }
    }
    tally.finish();
    tails.finish();
}

/// The synthetic study without its images.
fn hcc() -> Dataset {
    let study = Study::open(&sample("hcc_pa_tace")).0.expect("the sample opens");
    let cohort = study.cohort().0.expect("its cohort is built");
    let features = Arc::new(FeatureTable::new(cohort.len(), Vec::new()));
    Dataset::new(Arc::new(cohort), features)
}

#[test]
fn models_of_competing_causes() {
    let reference = reference();
    let data = hcc();
    let causes = data.cohort.endpoint("RFS").and_then(|e| e.causes.clone()).expect("the study names causes");
    assert_eq!(causes.own.as_deref(), Some("recurrence"));
    let on = Selection { endpoint: Some("RFS".to_owned()), ..Selection::default() };
    let spec = cox::causes::Spec {
        on: on.clone(),
        column: causes.column.clone(),
        censored: causes.censored.clone(),
        covariates: ["nlr", "tumour_size"].map(str::to_owned).to_vec(),
        ties: Ties::Efron,
    };
    let answer = Memo::default().ask(&data, spec, &Unwatched).expect("an answer");
    assert_eq!(answer.n as f64, number(&reference["causes"]["n"]));
    let mut tally = Tally::new("competing causes", 1e-6, 1e-6);
    assert_eq!(answer.causes.len(), 2);
    for of in &answer.causes {
        let expected = &reference["causes"][of.cause.to_string()];
        assert_eq!(of.events as f64, number(&expected["events"]));
        for (terms, key) in [(&of.subdistribution, "subdistribution"), (&of.specific, "specific")] {
            let coef: Vec<f64> = terms.iter().filter_map(|t| t.coef).collect();
            let se: Vec<f64> = terms.iter().filter_map(|t| t.se).collect();
            tally.numbers(&format!("{} {key} coef", of.cause), &coef, &numbers(&expected[key]["coef"]));
            tally.numbers(&format!("{} {key} se", of.cause), &se, &numbers(&expected[key]["se"]));
        }
    }
    tally.finish();
    let spec = cuminc::Spec {
        on,
        column: causes.column,
        censored: causes.censored,
        by: Some(Grouping::Column("bclc".to_owned())),
        strata: Vec::new(),
        times: vec![12.0],
    };
    let answer = Memo::default().ask(&data, spec, &Unwatched).expect("an answer");
    let mut tally = Tally::new("Gray's test by stage", 1e-8, 1e-12);
    for (ours, r) in answer.gray.iter().zip(list(&reference["causes"]["gray"])) {
        assert_eq!(ours.cause.to_string(), r["cause"].as_str().unwrap_or_default());
        tally.number("statistic", ours.statistic, number(&r["statistic"]));
        tally.number("p", ours.p, number(&r["p"]));
    }
    tally.finish();
}

/// Follow-up and numeric columns of the synthetic study.
fn penalized(names: &[String]) -> (Survival, Vec<Vec<f64>>) {
    let data = hcc();
    let rfs = data.cohort.endpoint("RFS").expect("an endpoint");
    let (survival, rows) = rfs.follow_up(&(0..data.cohort.len()).collect::<Vec<_>>()).expect("follow-up");
    let column = |name: &String| {
        let values = data.cohort.frame().get(name).and_then(|c| c.numbers()).expect("numbers");
        rows.iter().map(|r| values[*r]).collect()
    };
    (survival, names.iter().map(column).collect())
}

/// Row numbers from 1, as R counts.
fn rows(value: &Json) -> Vec<Vec<usize>> {
    list(value).iter().map(|one| numbers(one).iter().map(|x| *x as usize).collect()).collect()
}

#[test]
fn selection_by_the_lasso() {
    let reference = &reference()["lasso"];
    let names: Vec<String> = list(&reference["columns"]).iter().filter_map(|n| n.as_str().map(str::to_owned)).collect();
    let (survival, columns) = penalized(&names);
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let net = CoxnetSpec::default().check().expect("the default");
    let mut tally = Tally::new("repeated cross-validation", 1e-5, 1e-8);
    let expected = &reference["repeated"];
    let deals = rows(&expected["folds"]);
    let measure = Measure::GroupedDeviance;
    let cv = net.cross_validate_repeatedly(&survival, &slices, &deals, measure, &Unwatched).expect("a fit");
    tally.numbers("lambda", &cv.path.lambda, &numbers(&expected["lambda"]));
    tally.numbers("cvm", &cv.cvm, &numbers(&expected["cvm"]));
    tally.numbers("cvsd", &cv.cvsd, &numbers(&expected["cvsd"]));
    tally.number("lambda.min", cv.lambda(LambdaRule::Min), number(&expected["lambda_min"]));
    tally.number("lambda.1se", cv.lambda(LambdaRule::OneSe), number(&expected["lambda_1se"]));
    tally.numbers("each lambda.min", &cv.each_min, &numbers(&expected["each_lambda_min"]));
    tally.finish();

    let expected = &reference["stability"];
    let halves: Vec<Vec<usize>> =
        rows(&expected["halves"]).into_iter().map(|half| half.into_iter().map(|i| i - 1).collect()).collect();
    let most = number(&expected["most"]) as usize;
    let stability = net.stability(&survival, &slices, &Halves::Given(halves), most, &Unwatched).expect("fits");
    let mut tally = Tally::new("stability selection", 1e-12, 1e-12);
    tally.numbers("entered", &stability.entered, &numbers(&expected["entered"]));
    for (j, shares) in list(&expected["frequency"]).iter().enumerate() {
        let found = stability.frequency.iter().find(|(k, _)| *k == j).map(|(_, shares)| shares.clone());
        let expected = numbers(shares);
        tally.numbers(&names[j], &found.unwrap_or_else(|| vec![0.0; expected.len()]), &expected);
    }
    tally.finish();

    let expected = &reference["adaptive"];
    let folds = Folds::Given(deals[0].clone());
    let adaptive = net.adaptive_factors(&survival, &slices, &folds, 1.0, &Unwatched).expect("factors");
    let mut tally = Tally::new("adaptive LASSO", 1e-5, 1e-8);
    tally.number("ridge lambda", adaptive.lambda, number(&expected["ridge_lambda"]));
    tally.numbers("factor", &adaptive.factor, &numbers(&expected["factor"]));
    let weighted = CoxnetSpec { penalty_factor: Some(adaptive.factor), ..CoxnetSpec::default() };
    let path = weighted.check().and_then(|net| net.fit(&survival, &slices, &Unwatched)).expect("a path");
    let lambda = number(&expected["lambda"]);
    tally.numbers("coef", &path.at(lambda).dense(names.len()), &numbers(&expected["coef"]));
    tally.finish();
}
