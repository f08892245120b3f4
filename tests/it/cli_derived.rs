//! Columns that are computed from scores, their groups, features and cohorts: one namespace in every command.

use std::fs;
use std::path::Path;

use serde_json::Value;
use survival::stats::rng::Rng;

use crate::binary::{answer, on, refused, riskset, says};
use crate::two_cohorts;

const SECTIONS: &str = r#"[features]
columns = ["f*"]

[derived]
old = "age > 60"
risk = "ifelse(group.rad == 'high' and age > 60, 'both', ifelse(group.rad == 'high' or age > 60, 'one', 'none'))"
index = "score.rad + 0.05 * (age - 60)"
index_z = "scale(index)"
double = "2 * index"

[columns]
index = { label = "Index", unit = "points" }

[analysis]
times = [12]
variables = ["age"]

[scores.rad]
label = "Rad-score"
rule = 0.02

[models]
by_hand = ["index"]
groups = ["risk"]
z = ["index_z"]
"#;

fn write(folder: &Path, sections: &str) {
    let mut rng = Rng::new(21);
    let mut table = "id,age,part,months,died,f1,f2,f3,f4\n".to_owned();
    for i in 0..150 {
        let f: Vec<f64> = (0..4).map(|_| rng.normal()).collect();
        let age = 60.0 + 8.0 * rng.normal();
        let death = 25.0 * rng.exponential() / (0.8 * f[0] + 0.04 * (age - 60.0)).exp();
        let end = 10.0 + 40.0 * rng.uniform();
        let part = two_cohorts::part(i);
        table += &format!("p{i:03},{age:.1},{part},{:.3},{}", death.min(end), u8::from(death <= end));
        f.iter().for_each(|x| table += &format!(",{x:.5}"));
        table.push('\n');
    }
    two_cohorts::write(folder, &table, sections);
}

#[test]
fn columns_of_scores_are_columns_of_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, SECTIONS);
    on(at, "check", &[]).assert().success();
    let km = answer(&mut on(at, "km", &["--by", "risk", "--cohort", "validation"]));
    let groups: Vec<&str> =
        km["groups"].as_array().expect("groups").iter().filter_map(|g| g["group"].as_str()).collect();
    assert_eq!(groups, ["both", "none", "one"]);
    let cox = answer(&mut on(at, "cox", &["--covariates", "index"]));
    let parts = answer(&mut on(at, "cox", &["--covariates", "double"]));
    let coef = |answer: &Value| answer["terms"][0]["coef"].as_f64().expect("a coefficient");
    assert!((coef(&cox) - 2.0 * coef(&parts)).abs() < 1e-9, "a column of a column of a score");
    assert!(says(&cox, "Rad-score was fitted to OS of these patients"), "{}", cox["notes"]);
    let few = answer(&mut on(at, "km", &["--where", "index > 0 and old == 1", "--cohort", "all"]));
    let all =
        answer(&mut on(at, "km", &["--where", "score.rad + 0.05 * (age - 60) > 0 and age > 60", "--cohort", "all"]));
    assert_eq!(few["groups"][0]["n"], all["groups"][0]["n"]);
    let c = answer(&mut on(at, "cindex", &["--score", "index", "--cohort", "validation"]));
    assert!(c["c"].as_f64().is_some_and(|c| c > 0.6), "{c}");
    let table = answer(&mut on(at, "table1", &["--by", "risk", "--vars", "index,index_z"]));
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(2));
    // What is learned is learned of the training cohort.
    let z = answer(&mut on(at, "table1", &["--by", "cohort", "--vars", "index_z"]));
    let training = &z["rows"][0]["summary"][0];
    assert!(training["mean"].as_f64().is_some_and(|mean| mean.abs() < 1e-12), "{training}");
    assert!(training["sd"].as_f64().is_some_and(|sd| (sd - 1.0).abs() < 1e-12), "{training}");
}

#[test]
fn models_of_them_are_validated_with_the_scores_behind_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, SECTIONS);
    let found = answer(&mut on(at, "validate", &["--design", "bootstrap", "--n", "10"]));
    let models = found["models"].as_array().expect("models");
    assert_eq!(models.len(), 3);
    for model in models {
        assert!(model["features"].as_array().is_some_and(|f| !f.is_empty()), "the score's features: {model}");
        assert!(model["optimism"]["c"].is_number());
    }
    let c = |k: usize| models[k]["apparent"]["c"].as_f64().expect("a C");
    assert!((c(0) - c(2)).abs() < 1e-12, "a z-score orders everybody alike");
    let steps = found["steps"].to_string();
    assert!(steps.contains("column index: score.rad + 0.05 * (age - 60)"), "{steps}");
    let performance = answer(&mut on(at, "performance", &["--cohort", "training"]));
    let own = performance["cohorts"][0]["scores"][0]["concordance"]["c"].as_f64().expect("a C");
    assert!((c(0) - own).abs() < 1e-9);
}

#[test]
fn a_model_file_computes_them_from_its_scores() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, SECTIONS);
    for (model, covariate) in [("by_hand", "index"), ("groups", "risk")] {
        let path = at.join(format!("{model}.json"));
        on(at, "model", &["--model", model, "-o"]).arg(&path).assert().success();
        let predicted = answer(riskset(at, "predict").arg(&path).arg(at.join("patients.csv")));
        let patients = predicted["patients"].as_array().expect("patients");
        assert_eq!(patients.len(), 150);
        assert!(patients.iter().all(|p| p["linear_predictor"].is_number()), "{covariate}");
        // Its C is the model's own.
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
        assert!(file["derived"].to_string().contains(covariate), "{}", file["derived"]);
        let training = patients.iter().enumerate().filter(|(i, _)| i % 3 != 2);
        let mut own: Vec<f64> = training.map(|(_, p)| p["linear_predictor"].as_f64().expect("a number")).collect();
        own.sort_by(f64::total_cmp);
        let median = (own[own.len() / 2 - 1] + own[own.len() / 2]) / 2.0;
        assert!((median - file["cut"].as_f64().expect("a number")).abs() < 1e-9, "{covariate}");
    }
}

#[test]
fn what_comes_before_a_score_cannot_use_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, &format!("{SECTIONS}\n[[enrolment]]\nname = \"high index\"\ninclude = \"index > 0\"\n"));
    let said = refused(&mut on(at, "km", &[]), 1);
    assert!(said.contains("index is computed from scores, features or cohorts"), "{said}");
    write(at, &SECTIONS.replace("score.rad + 0.05", "score.rat + 0.05"));
    let said = refused(&mut on(at, "km", &[]), 1);
    assert!(said.contains("score.rat") && said.contains("did you mean"), "{said}");
    write(at, &SECTIONS.replace("(age - 60)\"", "(agee - 60)\""));
    let said = refused(&mut on(at, "km", &[]), 1);
    assert!(said.contains("index: no column agee in the table"), "{said}");
}
