//! Missing features filled in as a step of a score, from outside: by the most frequent value, by chained equations; in the
//! study, in a model file, in every sample of a validation.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use survival::stats::rng::Rng;

use crate::binary::{answer, model, on, refused, riskset, says, stdout};
use crate::two_cohorts;

const SECTIONS: &str = r#"[features]
columns = ["f*"]

[analysis]
times = [12]
variables = ["age"]

[scores.rad]
steps = [STEPS]
rule = 0.03

[models]
both = ["age", "score.rad"]
"#;

pub const CHAINED: &str = r#"{ impute = "chained", sets = 4, rounds = 5, predictors = 3 }"#;

/// 120 patients; f2 follows f1, and misses in a fifth of them, mostly where f1 is large. f6 is a code of 0, 1, 2.
pub fn write(folder: &Path, steps: &str) {
    let mut rng = Rng::new(8);
    let mut table = "id,age,part,months,died,f1,f2,f3,f4,f5,f6\n".to_owned();
    for i in 0..120 {
        let mut f: Vec<f64> = (0..5).map(|_| rng.normal()).collect();
        f[1] = 0.9 * f[0] + 0.3 * f[1];
        let age = 60.0 + 8.0 * rng.normal();
        let death = 25.0 * rng.exponential() / (0.7 * f[1] - 0.5 * f[2]).exp();
        let end = 10.0 + 40.0 * rng.uniform();
        let part = two_cohorts::part(i);
        write!(table, "p{i:03},{age:.1},{part},{:.3},{}", death.min(end), u8::from(death <= end)).expect("a text");
        let misses = rng.uniform() < if f[0] > 0.0 { 0.35 } else { 0.08 };
        for (k, x) in f.iter().enumerate() {
            let text = if (k == 1 && misses) || (k == 3 && i % 17 == 4) { String::new() } else { format!("{x:.5}") };
            write!(table, ",{text}").expect("a text");
        }
        let code = if i % 13 == 5 { String::new() } else { [0, 2, 2, 1, 0, 2][i % 6].to_string() };
        writeln!(table, ",{code}").expect("a text");
    }
    two_cohorts::write(folder, &table, &SECTIONS.replace("STEPS", steps));
}

fn predicted(folder: &Path, model: &Path) -> Value {
    answer(riskset(folder, "predict").arg(model).arg(folder))
}

/// What the file predicts for the study's own patients is what the study says of them.
fn same_scores(folder: &Path, path: &Path) -> Value {
    let own = answer(&mut on(folder, "table1", &["--by", "cohort", "--vars", "score.rad"]));
    let predicted = predicted(folder, path);
    let patients = predicted["patients"].as_array().expect("patients");
    for (k, level) in own["levels"].as_array().expect("levels").iter().enumerate() {
        let is_in = |i: usize| (i % 3 == 2) == (level == "validation");
        let of: Vec<f64> = (patients.iter().enumerate().filter(|(i, _)| is_in(*i)))
            .map(|(_, patient)| patient["scores"]["score.rad"].as_f64().expect("a score"))
            .collect();
        let summary = &own["rows"][0]["summary"][k];
        let mean = of.iter().sum::<f64>() / of.len() as f64;
        assert_eq!(summary["n"].as_u64(), Some(of.len() as u64));
        assert!((mean - summary["mean"].as_f64().expect("a mean")).abs() < 1e-9, "{level}: {mean} {summary}");
        let largest = of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!((largest - summary["max"].as_f64().expect("a maximum")).abs() < 1e-9);
    }
    predicted
}

#[test]
fn chained_equations_are_a_step_of_a_score_and_leave_with_its_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, CHAINED);
    let check = stdout(&mut on(at, "check", &[]));
    assert!(!check.contains("error"), "{check}");
    let cox = answer(&mut on(at, "cox", &["--covariates", "age,score.rad"]));
    assert_eq!((cox["n"].as_u64(), cox["n_dropped"].as_u64()), (Some(80), Some(0)), "nobody is left out");
    let (path, file) = model(at, "both");
    assert_eq!(file["version"], 3, "who knows version 2 alone would compute another score");
    let features = file["scores"][0]["features"].as_array().expect("features");
    let of = |name: &str| features.iter().find(|f| f["name"] == name).expect("the feature");
    let equation = &of("f2")["from_others"];
    let others: Vec<&str> =
        equation["features"].as_array().expect("others").iter().filter_map(|o| o["feature"].as_str()).collect();
    assert_eq!(others.len(), 3);
    assert!(others.contains(&"f1"));
    let slope = equation["features"].as_array().expect("others").iter().find(|o| o["feature"] == "f1").expect("f1");
    assert!((slope["coef"].as_f64().expect("a number") - 0.9).abs() < 0.15, "{equation}");
    assert!(others.iter().all(|other| features.iter().any(|f| f["name"] == *other)), "each stands in the file");
    assert!(!fs::read_to_string(&path).expect("a file").contains("p000"), "nobody's data leave");
    let answer = same_scores(at, &path);
    let flags = answer["patients"].to_string();
    assert!(flags.contains("f2 is missing: what other features let expect stands for it"), "{flags}");
    // Somebody who misses f2 has the score of somebody with the f2 that f1 lets expect.
    assert!(answer["patients"].as_array().expect("patients").iter().all(|p| p["linear_predictor"].is_number()));
}

#[test]
fn the_command_asks_for_the_score_that_the_study_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, CHAINED);
    let (path, _) = model(at, "both");
    let predicted = predicted(at, &path);
    let lasso = answer(&mut on(at, "lasso", &[]));
    assert_eq!(answer(&mut on(at, "lasso", &["--score", "rad"]))["scores"], lasso["scores"]);
    assert!(says(&lasso, "the study's score rad with its steps"), "{}", lasso["notes"]);
    let scores = lasso["scores"].as_array().expect("scores");
    assert_eq!(scores.len(), 120);
    for (own, patient) in scores.iter().zip(predicted["patients"].as_array().expect("patients")) {
        assert_eq!(own["id"], patient["id"]);
        let (a, b) =
            (own["score"].as_f64().expect("a score"), patient["scores"]["score.rad"].as_f64().expect("a score"));
        assert!((a - b).abs() < 1e-9, "{}: {a} {b}", own["id"]);
    }
    // Named candidates are a question of their own: one that misses somewhere is none.
    let plain = answer(&mut on(at, "lasso", &["--features", "f1,f2,f3", "--rule", "0.03"]));
    assert!(!plain["selected"]["terms"].to_string().contains("f2"), "{}", plain["selected"]);
    assert!(says(&plain, "without the steps of the study's scores"), "{}", plain["notes"]);
    let said = refused(&mut on(at, "lasso", &["--score", "other"]), 2);
    assert!(said.contains("the study has the scores rad"), "{said}");
}

#[test]
fn every_sample_of_a_validation_imputes_anew_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, CHAINED);
    let options = ["--design", "bootstrap", "--n", "8", "--format", "json"];
    let bytes = |threads: &str| {
        let _ = fs::remove_dir_all(at.join("cache"));
        on(at, "validate", &options).args(["--threads", threads]).assert().success().get_output().stdout.clone()
    };
    let once = bytes("1");
    assert_eq!(once, bytes("2"));
    let found: Value = serde_json::from_slice(&once).expect("JSON");
    let steps = found["steps"].to_string();
    assert!(
        steps.contains("chained equations with predictive mean matching, 4 sets pooled by Rubin's rules"),
        "{steps}"
    );
    assert_eq!(
        (found["n"].as_u64(), found["n_dropped"].as_u64(), found["failed"].as_u64()),
        (Some(80), Some(0), Some(0))
    );
    // The fit to everybody is that of the study's own score.
    let performance = answer(&mut on(at, "performance", &["--cohort", "training"]));
    let own = performance["cohorts"][0]["scores"][0]["concordance"]["c"].as_f64().expect("a C");
    assert!((found["models"][0]["apparent"]["c"].as_f64().expect("a C") - own).abs() < 1e-9);
    assert!(found["models"][0]["optimism"]["c"].as_f64().expect("a number") > 0.0);
}

#[test]
fn the_most_frequent_value_stands_for_missing_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, r#"{ impute = "mode" }"#);
    let (path, file) = model(at, "both");
    assert_eq!(file["version"], 2);
    let features = file["scores"][0]["features"].as_array().expect("features");
    let code = features.iter().find(|f| f["name"] == "f6");
    if let Some(code) = code {
        assert_eq!(code["fill"], 0.0, "half of the training cohort have it; the median is 0.5");
    }
    let answer = same_scores(at, &path);
    assert!(answer["patients"].to_string().contains("the most frequent value of training stands for it"));
}

#[test]
fn mistakes_in_an_imputation_are_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, r#"{ impute = "chained", sets = 0 }"#);
    let said = refused(&mut on(at, "check", &[]), 1);
    assert!(said.contains("sets is 1 or more, and not 0"), "{said}");
    write(at, r#"{ impute = "median", sets = 5 }"#);
    let said = refused(&mut on(at, "check", &[]), 1);
    assert!(said.contains("unknown key sets"), "a number that means nothing is pointed out: {said}");
}
