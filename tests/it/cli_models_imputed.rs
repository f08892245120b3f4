//! Missing covariates filled in by a model, from outside: in the study, in a model file and its script, in every sample of a
//! validation.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command as Process;

use serde_json::Value;
use survival::Survival;
use survival::concordance::harrell;
use survival::stats::rng::Rng;

use crate::binary::{answer, model, on, refused, riskset, says, stdout};
use crate::two_cohorts;

const SECTIONS: &str = r#"[analysis]
times = [12, 24]
variables = ["age", "stage", "marker", "size"]

[scores.pair]
columns = ["f1", "f2"]
steps = [STEPS]
rule = 0.01

[models]
plain = { covariates = ["age", "stage", "marker", "size"], IMPUTE }
bent = { covariates = ["rcs(age,3)", "stage", "marker*size"], IMPUTE }
scored = { covariates = ["stage", "marker", "score.pair"], IMPUTE }
"#;

const CHAINED: &str = r#"impute = "chained", sets = 4, rounds = 4"#;

/// 150 patients, two thirds of them for training. The marker follows age and misses in a fourth, mostly of the old; stage and
/// size miss in a tenth, f2 in a few. With `whole` nothing is missing.
fn write(folder: &Path, impute: &str, steps: &str, whole: bool) -> Vec<[Option<f64>; 4]> {
    let mut rng = Rng::new(5);
    let mut table = "id,part,months,died,age,stage,marker,size,f1,f2\n".to_owned();
    let mut kept = Vec::new();
    for i in 0..150 {
        let age = (60.0 + 9.0 * rng.normal()).round();
        let marker = 0.08 * (age - 60.0) + 0.7 * rng.normal();
        let stage = ["I", "II", "III"][rng.below(3)];
        let size = (0.4 * rng.normal()).exp();
        let (f1, f2) = (rng.normal(), rng.normal());
        let risk = 0.7 * marker + if stage == "III" { 0.9 } else { 0.0 } + 0.5 * f1 - 0.4 * f2;
        let death = 25.0 * rng.exponential() / risk.exp();
        let end = 8.0 + 45.0 * rng.uniform();
        let part = two_cohorts::part(i);
        let mut misses = |share: f64| rng.uniform() < share && !whole;
        let text = |x: f64, missing: bool| if missing { String::new() } else { format!("{x:.4}") };
        let no_marker = misses(if age > 60.0 { 0.4 } else { 0.1 });
        let (no_stage, no_size, no_f2) = (misses(0.1), misses(0.1), misses(0.05));
        let stage = if no_stage { "" } else { stage };
        let (time, died) = (death.min(end), u8::from(death <= end));
        writeln!(
            table,
            "p{i:03},{part},{time:.3},{died},{age},{stage},{},{},{f1:.4},{}",
            text(marker, no_marker),
            text(size, no_size),
            text(f2, no_f2)
        )
        .expect("a text");
        let known = |x: f64, missing: bool| (!missing).then_some(x);
        kept.push([
            Some((time * 1e3).round() / 1e3),
            Some(f64::from(died)),
            known(marker, no_marker),
            known(f2, no_f2),
        ]);
    }
    two_cohorts::write(folder, &table, &SECTIONS.replace("IMPUTE", impute).replace("STEPS", steps));
    kept
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number: {value}"))
}

/// What the model file predicts for the study's own patients is what the study says of them: C in each cohort, and the mean
/// risk of calibration.
fn file_and_study_agree(folder: &Path, name: &str, patients: &[[Option<f64>; 4]]) -> Value {
    let (path, file) = model(folder, name);
    let predicted = answer(riskset(folder, "predict").arg(&path).arg(folder));
    let of = predicted["patients"].as_array().expect("patients").clone();
    assert_eq!(of.len(), patients.len());
    let performance = answer(&mut on(folder, "performance", &["--model", name]));
    let calibration = answer(&mut on(folder, "calibrate", &["--model", name, "--at", "12"]));
    for (cohort, calibrated) in
        performance["cohorts"].as_array().expect("cohorts").iter().zip(calibration["cohorts"].as_array().expect("two"))
    {
        let is_in = |i: &usize| (i % 3 == 2) == (cohort["cohort"] == "validation");
        let rows: Vec<usize> = (0..of.len()).filter(is_in).filter(|i| of[*i]["linear_predictor"].is_number()).collect();
        assert_eq!(cohort["n"].as_u64(), Some(rows.len() as u64), "{name}");
        let column = |k: usize| rows.iter().map(|i| patients[*i][k].expect("known")).collect::<Vec<f64>>();
        let survival = Survival::new(column(0), column(1).iter().map(|d| *d > 0.0).collect()).expect("follow-up");
        let lp: Vec<f64> = rows.iter().map(|i| number(&of[*i]["linear_predictor"])).collect();
        let c = harrell(&survival, &lp).expect("a C").c;
        let own = number(&cohort["scores"][0]["concordance"]["c"]);
        assert!((c - own).abs() < 1e-12, "{name}, {}: {c} {own}", cohort["cohort"]);
        let risk = |i: &usize| 1.0 - number(&of[*i]["survival"][0]["survival"]);
        let mean = rows.iter().map(risk).sum::<f64>() / rows.len() as f64;
        let expected = number(&calibrated["times"][0]["expected"]);
        assert!((mean - expected).abs() < 1e-9, "{name}: {mean} {expected}");
    }
    the_script_agrees(folder, &path, &of);
    file
}

/// The script of docs/model.md predicts the same, of a table whose scores stand in columns.
fn the_script_agrees(folder: &Path, path: &Path, of: &[Value]) {
    if Process::new("Rscript").arg("--version").output().is_err() {
        println!("skipped: Rscript is not installed");
        return;
    }
    let page = fs::read_to_string("docs/model.md").expect("the page");
    let script = page.split("```r\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    fs::write(folder.join("predict.R"), script).expect("room");
    let r = Process::new("Rscript").arg(folder.join("predict.R")).arg(path).arg(folder.join("patients.csv")).output();
    let r = r.expect("R runs");
    assert!(r.status.success(), "{}", String::from_utf8_lossy(&r.stderr));
    let text = String::from_utf8(r.stdout).expect("text");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at = |name: &str| names.iter().position(|n| *n == name).expect("a column");
    let mut compared = 0;
    for (line, patient) in lines.zip(of) {
        let row: Vec<&str> = line.split(',').collect();
        let mut same = |name: &str, ours: &Value| match ours.as_f64() {
            None => assert_eq!(row[at(name)], "NA"),
            Some(ours) => {
                let theirs: f64 = row[at(name)].parse().expect("a number");
                assert!((theirs - ours).abs() < 1e-12, "{name}: {theirs} {ours}");
                compared += 1;
            }
        };
        same("linear_predictor", &patient["linear_predictor"]);
        for survival in patient["survival"].as_array().expect("times") {
            for key in ["survival", "lower", "upper"] {
                same(&format!("{key}_{}", number(&survival["time"])), &survival[key]);
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_median_or_most_frequent_value_stands_for_missing_covariates() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for (word, said) in [("median", "the median of training"), ("mode", "the most frequent value of training")] {
        let patients = write(at, &format!("impute = \"{word}\""), "", false);
        let file = file_and_study_agree(at, "plain", &patients);
        assert_eq!(
            (file["version"].as_u64(), file["training"]["n"].as_u64()),
            (Some(4), Some(100)),
            "nobody is left out"
        );
        let fills = file["imputation"]["variables"].as_array().expect("variables");
        let fill = &fills.iter().find(|v| v["variable"] == "marker").expect("the marker")["fill"];
        if word == "median" {
            let known = patients.iter().enumerate().filter(|(i, _)| i % 3 != 2).filter_map(|(_, p)| p[2]);
            let mut known: Vec<f64> = known.map(|x| (x * 1e4).round() / 1e4).collect();
            known.sort_by(f64::total_cmp);
            let half = known.len() / 2;
            let median = if known.len() % 2 == 1 { known[half] } else { (known[half - 1] + known[half]) / 2.0 };
            assert!((number(fill) - median).abs() < 1e-12, "of the training cohort: {fill} {median}");
        }
        let predicted = answer(riskset(at, "predict").arg(at.join("plain.json")).arg(at));
        assert!(predicted["patients"].to_string().contains(said), "{said}");
        assert!(says(&predicted, "miss a covariate (stage "), "{}", predicted["notes"]);
    }
}

#[test]
fn coefficients_of_imputed_sets_are_pooled_and_leave_with_their_equations() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let patients = write(at, CHAINED, r#"{ impute = "median" }"#, false);
    for name in ["plain", "bent"] {
        let file = file_and_study_agree(at, name, &patients);
        assert_eq!((file["version"].as_u64(), file["imputation"]["sets"].as_u64()), (Some(4), Some(4)));
        assert_eq!(file["training"]["n_dropped"], 0);
        let marker = &file["coefficients"]
            .as_array()
            .expect("some")
            .iter()
            .find(|c| c["column"] == "marker")
            .expect("it")["fmi"];
        assert!(number(marker) > 0.05, "a fourth of it is missing: {marker}");
        let equation =
            file["imputation"]["variables"].as_array().expect("variables").iter().find(|v| v["variable"] == "marker");
        let line = &equation.expect("the marker")["from_others"][0];
        let age = line["columns"].as_array().expect("columns").iter().find(|c| c["variable"] == "age").expect("age");
        assert!((number(&age["coef"]) - 0.08).abs() < 0.03, "{line}");
        assert!(!line.to_string().contains("died"), "a new patient has no outcome");
        assert!(!file.to_string().contains("p000"), "nobody's data leave");
    }
    let text = stdout(&mut on(at, "model", &["--model", "plain"]));
    assert!(text.contains("Missing information") && text.contains("what the other covariates let expect"), "{text}");
    assert!(stdout(&mut on(at, "nomogram", &["--model", "plain"])).contains("Fitted to n = 100"));
    // The same seed gives the same sets, another seed others.
    let of = |seed: &str| answer(&mut on(at, "model", &["--model", "plain", "--seed", seed]))["coefficients"].clone();
    assert_eq!(of("1"), of("1"));
    assert_ne!(of("1"), of("2"));
}

#[test]
fn without_missing_values_an_imputation_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let of = |impute: &str| {
        write(at, impute, "", true);
        let file = model(at, "bent").1;
        (file["coefficients"].clone(), file["covariance"].clone(), file["baseline"].clone())
    };
    let plain = of("impute = \"none\"");
    for impute in ["impute = \"median\"", "impute = \"mode\"", CHAINED] {
        assert_eq!(of(impute), plain, "{impute}");
    }
}

#[test]
fn a_score_fills_in_its_own_columns_and_a_model_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    // Without a step, who misses a column has no score, and no prediction.
    let patients = write(at, CHAINED, "", false);
    let missing = patients.iter().filter(|p| p[3].is_none()).count();
    assert!(missing > 2);
    let without = file_and_study_agree(at, "scored", &patients);
    let predicted = answer(riskset(at, "predict").arg(at.join("scored.json")).arg(at));
    let lost = predicted["patients"].as_array().expect("patients").iter().filter(|p| p["linear_predictor"].is_null());
    assert_eq!(lost.count(), missing);
    assert!(predicted["patients"].to_string().contains("f2 is missing: no score.pair"));
    // With the median of training everybody has both.
    let patients = write(at, CHAINED, r#"{ impute = "median" }"#, false);
    let with = file_and_study_agree(at, "scored", &patients);
    assert!(number(&without["training"]["n_dropped"]) > 0.0);
    assert_eq!(with["training"]["n_dropped"], 0);
    let features = with["scores"][0]["features"].as_array().expect("features");
    let f2 = features.iter().find(|f| f["name"] == "f2").expect("it is chosen");
    let known = patients.iter().enumerate().filter(|(i, _)| i % 3 != 2).filter_map(|(_, p)| p[3]);
    let mut known: Vec<f64> = known.map(|x| (x * 1e4).round() / 1e4).collect();
    known.sort_by(f64::total_cmp);
    let (low, high) = (known[(known.len() - 1) / 2], known[known.len() / 2]);
    assert!((number(&f2["fill"]) - (low + high) / 2.0).abs() < 1e-12, "{f2}");
}

#[test]
fn every_sample_fills_in_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, CHAINED, r#"{ impute = "median" }"#, false);
    let options = ["--models", "plain,scored", "--design", "bootstrap", "--n", "12", "--format", "json"];
    let bytes = |threads: &str| {
        let _ = fs::remove_dir_all(at.join("cache"));
        on(at, "validate", &options).args(["--threads", threads]).assert().success().get_output().stdout.clone()
    };
    let once = bytes("1");
    assert_eq!(once, bytes("2"));
    let found: Value = serde_json::from_slice(&once).expect("JSON");
    assert_eq!(
        (found["n"].as_u64(), found["n_dropped"].as_u64(), found["failed"].as_u64()),
        (Some(100), Some(0), Some(0))
    );
    assert!(found["steps"].to_string().contains("missing covariates by chained equations"), "{}", found["steps"]);
    let performance = answer(&mut on(at, "performance", &["--cohort", "training", "--model", "plain"]));
    let own = number(&performance["cohorts"][0]["scores"][0]["concordance"]["c"]);
    assert!((number(&found["models"][0]["apparent"]["c"]) - own).abs() < 1e-12);
    // The optimism of the model alone is that of the same samples.
    let alone = answer(&mut on(at, "calibrate", &["--model", "plain", "--at", "12", "--bootstrap", "12"]));
    let (one, other) = (number(&alone["optimism"]["c"]["optimism"]), number(&found["models"][0]["optimism"]["c"]));
    assert!((one - other).abs() < 1e-12, "{one} {other}");
}

#[test]
fn what_cannot_be_filled_in_is_said_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, r#"impute = "chained", sets = 0"#, "", false);
    assert!(refused(&mut on(at, "check", &[]), 1).contains("sets is 1 or more, and not 0"));
    write(at, r#"impute = "median", donors = 3"#, "", false);
    assert!(refused(&mut on(at, "check", &[]), 1).contains("unknown key donors"));
    write(at, CHAINED, "", false);
    let said = refused(&mut on(at, "nomogram", &["--model", "plain", "--format", "r"]), 1);
    assert!(said.contains("the model plain, which fills in missing covariates"), "{said}");
    // Nobody has the marker in training.
    let table = fs::read_to_string(at.join("patients.csv")).expect("a file");
    let emptied = table.lines().map(|line| {
        let mut cells: Vec<&str> = line.split(',').collect();
        if cells[1] == "training" {
            cells[6] = "";
        }
        cells.join(",") + "\n"
    });
    fs::write(at.join("patients.csv"), emptied.collect::<String>()).expect("room");
    let said = refused(&mut on(at, "model", &["--model", "plain"]), 1);
    assert!(said.contains("model plain: nobody of its fit has marker: leave it out of the model"), "{said}");
}
