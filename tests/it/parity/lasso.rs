//! Elastic-net Cox against glmnet.

use serde_json::Value;
use survival::Survival;
use survival::coxnet::{Convergence, CoxnetPath, CoxnetSpec, CvPath, Folds, LambdaRule, Measure, Sparse};
use watch::Unwatched;

use crate::reference::{Table, Tally, json, number, numbers, strings};

/// Follow-up and features of a reference table, with the features' names.
struct Study {
    data: Survival,
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
}

impl Study {
    fn read(name: &str) -> Option<Self> {
        let table = Table::read(name)?;
        let event = table.column("event").iter().map(|e| *e == 1.0).collect();
        let data = Survival::new(table.column("time"), event).expect("valid follow-up");
        let names: Vec<String> =
            table.names().iter().filter(|n| !["time", "event", "id"].contains(&n.as_str())).cloned().collect();
        let columns = names.iter().map(|n| table.column(n)).collect();
        Some(Self { data, names, columns })
    }

    fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }
}

/// Compares one set of coefficients: the same features, the same values.
fn compare_coefficients(tally: &mut Tally, place: &str, names: &[String], found: &Sparse, stored: &Value) {
    let selected: Vec<String> = found.0.iter().map(|(j, _)| names[*j].clone()).collect();
    let expected =
        if stored["names"].as_array().is_some_and(Vec::is_empty) { vec![] } else { strings(&stored["names"]) };
    tally.same(&format!("{place} selected"), selected, expected);
    let values: Vec<f64> = found.0.iter().map(|(_, b)| *b).collect();
    tally.numbers(&format!("{place} coef"), &values, &numbers(&stored["coef"]));
}

fn compare_path(tally: &mut Tally, place: &str, names: &[String], path: &CoxnetPath, stored: &Value) {
    tally.numbers(&format!("{place} lambda"), &path.lambda, &numbers(&stored["lambda"]));
    let df: Vec<f64> = path.df().iter().map(|d| *d as f64).collect();
    let expected = numbers(&stored["df"]);
    tally.same(&format!("{place} df"), df, expected);
    tally.numbers(&format!("{place} dev_ratio"), &path.dev_ratio, &numbers(&stored["dev_ratio"]));
    let Some(coefficients) = stored["coef_at"].as_array() else { return };
    tally.number(&format!("{place} nulldev"), path.null_deviance, number(&stored["nulldev"]));
    for at in coefficients {
        let lambda = number(&at["lambda"]);
        let k = path
            .lambda
            .iter()
            .position(|l| (l / lambda - 1.0).abs() < 1e-12)
            .unwrap_or_else(|| panic!("{place}: no lambda {lambda} among {}", path.lambda.len()));
        compare_coefficients(tally, &format!("{place} lambda[{k}]"), names, &path.coefficients[k], at);
    }
}

/// Reference values smaller than this are compared as if they were this large.
const SMALL: f64 = 1e-8;

const SETS: [(&str, &str); 5] = [
    ("coxexample", "coxexample"),
    ("coxexample_a05", "coxexample"),
    ("simties", "simties"),
    ("simwide", "simwide"),
    ("sim81", "sim81"),
];

#[test]
pub(super) fn paths() {
    for (name, table) in SETS {
        let Some(stored) = json(&format!("survival/lasso_{name}.json")) else { return };
        let Some(study) = Study::read(table) else { return };
        let thresh = stored["meta"]["thresh"].as_f64().unwrap_or(1e-14);
        let mut tally = Tally::new(format!("lasso {name} path"), 1e-5, SMALL);
        let alpha = number(&stored["meta"]["alpha"]);
        let runs = [
            ("path_standardized", true, thresh),
            ("path_unstandardized", false, thresh),
            ("default_thresh", true, 1e-7),
        ];
        for (place, standardize, thresh) in runs {
            let convergence = Convergence::Descent { thresh };
            let spec = CoxnetSpec { alpha, standardize, convergence, ..CoxnetSpec::default() };
            let path =
                spec.check().expect("a valid net").fit(&study.data, &study.slices(), &Unwatched).expect("a path");
            compare_path(&mut tally, place, &study.names, &path, &stored[place]);
        }
        tally.finish();
    }
}

#[test]
pub(super) fn cross_validation() {
    for (name, table) in SETS {
        let Some(stored) = json(&format!("survival/lasso_{name}.json")) else { return };
        let Some(study) = Study::read(table) else { return };
        let thresh = stored["meta"]["thresh"].as_f64().unwrap_or(1e-14).max(1e-12);
        let convergence = Convergence::Descent { thresh };
        let alpha = number(&stored["meta"]["alpha"]);
        let net = CoxnetSpec { alpha, convergence, ..CoxnetSpec::default() }.check().expect("a net");
        let fold = numbers(&stored["foldid"]).iter().map(|f| *f as usize).collect();
        let columns = study.slices();
        let fits = net.fit_folds(&study.data, &columns, &Folds::Given(fold), &Unwatched).expect("fits");
        let mut tally = Tally::new(format!("lasso {name} cv"), 1e-5, SMALL);
        for (place, measure) in [("cv_deviance", Measure::GroupedDeviance), ("cv_C", Measure::Concordance)] {
            let cv = fits.clone().judge(&net, &study.data, &columns, measure).expect("a judgement");
            compare_cv(&mut tally, place, &study, &cv, &stored[place]);
        }
        tally.finish();
    }
}

fn compare_cv(tally: &mut Tally, place: &str, study: &Study, cv: &CvPath, stored: &Value) {
    tally.numbers(&format!("{place} lambda"), &cv.path.lambda, &numbers(&stored["lambda"]));
    tally.numbers(&format!("{place} cvm"), &cv.cvm, &numbers(&stored["cvm"]));
    tally.numbers(&format!("{place} cvsd"), &cv.cvsd, &numbers(&stored["cvsd"]));
    let nzero: Vec<f64> = cv.path.df().iter().map(|d| *d as f64).collect();
    tally.same(&format!("{place} nzero"), nzero, numbers(&stored["nzero"]));
    for (name, rule, key) in [("lambda_min", LambdaRule::Min, "at_min"), ("lambda_1se", LambdaRule::OneSe, "at_1se")] {
        tally.number(&format!("{place} {name}"), cv.lambda(rule), number(&stored[name]));
        let found = cv.path.at(number(&stored[key]["lambda"]));
        compare_coefficients(tally, &format!("{place} {key}"), &study.names, &found, &stored[key]);
    }
    let predictor = cv.path.at(cv.lambda(LambdaRule::Min)).linear_predictor(&study.slices());
    let expected = numbers(&stored["lp_first10_at_min"]);
    tally.numbers(&format!("{place} lp"), &predictor[..expected.len()], &expected);
}

#[test]
pub(super) fn options() {
    let Some(stored) = json("survival/extra_shared.json") else { return };
    let stored = &stored["glmnet"];
    let Some(study) = Study::read(stored["data"].as_str().expect("a name")) else { return };
    let (n, columns) = (study.data.len(), study.slices());
    let convergence = Convergence::Descent { thresh: 1e-13 };
    let plain = || CoxnetSpec { convergence, ..CoxnetSpec::default() };
    let factor = (0..columns.len()).map(|j| [0.0, 2.0, 1.0][(j / 3).min(2)]).collect();
    let weights = [1.0, 2.0, 0.5].into_iter().cycle().take(n).collect();
    let mean = columns[0].iter().sum::<f64>() / n as f64;
    let sd = (columns[0].iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt();
    let offset = columns[0].iter().map(|x| 0.3 * (x - mean) / sd).collect();
    let weighted = study.data.clone().with_weights(weights).expect("weights");
    let runs = [
        ("penalty_factor", CoxnetSpec { penalty_factor: Some(factor), ..plain() }, &study.data),
        ("weights", plain(), &weighted),
        ("offset", CoxnetSpec { offset: Some(offset), ..plain() }, &study.data),
    ];
    let mut tally = Tally::new("lasso options", 1e-5, SMALL);
    for (place, spec, data) in runs {
        let path = spec.check().expect("a net").fit(data, &columns, &Unwatched).expect("a path");
        let mut with_key = stored[place].clone();
        with_key["coef_at"] = with_key["coef"].take();
        compare_path(&mut tally, place, &study.names, &path, &with_key);
    }
    tally.finish();
}
