//! `riskset lasso` from outside: glmnet's numbers, a study's own choices, refusals.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use crate::reference::{self, Tally, number, numbers, strings};

fn lasso(data: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg("lasso").arg(data);
    command
}

fn json(command: &mut Command) -> Value {
    let output = command.args(["--format", "json"]).assert().success();
    serde_json::from_slice(&output.get_output().stdout).expect("one JSON object")
}

fn refused(command: &mut Command, status: i32) -> String {
    let output = command.assert().code(status);
    assert!(output.get_output().stdout.is_empty(), "nothing is printed on failure");
    String::from_utf8(output.get_output().stderr.clone()).expect("UTF-8")
}

/// The reference table `name` with more columns, under `folder`.
fn extended(name: &str, columns: &[(&str, &dyn Fn(usize) -> String)], folder: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(crate::oracle::path(&format!("survival/data/{name}.csv"))?).expect("a table");
    let extend = |(i, line): (usize, &str)| {
        let cell = |(name, value): &(&str, &dyn Fn(usize) -> String)| {
            if i == 0 { format!(",{name}") } else { format!(",{}", value(i - 1)) }
        };
        format!("{line}{}\n", columns.iter().map(cell).collect::<String>())
    };
    let path = folder.join(format!("{name}.csv"));
    fs::write(&path, text.lines().enumerate().map(extend).collect::<String>()).expect("a file");
    Some(path)
}

/// The names of all columns of a reference table that are neither follow-up nor patient.
fn candidates(table: &str) -> String {
    let table = reference::Table::read(table).expect("a table");
    let names: Vec<&str> =
        table.names().iter().map(String::as_str).filter(|n| !["time", "event", "id"].contains(n)).collect();
    names.join(",")
}

fn compare_terms(tally: &mut Tally, place: &str, terms: &Value, names: &Value, coef: &Value) {
    let terms = terms.as_array().expect("terms");
    let found: Vec<String> = terms.iter().map(|t| t["term"].as_str().expect("a name").to_owned()).collect();
    tally.same(&format!("{place} selected"), found, strings(names));
    let found: Vec<f64> = terms.iter().map(|t| number(&t["coef"])).collect();
    tally.numbers(&format!("{place} coef"), &found, &numbers(coef));
}

#[test]
fn cross_validated_paths_are_those_of_glmnet() {
    let scratch = tempfile::tempdir().expect("a folder");
    for (name, table) in [("coxexample", "coxexample"), ("coxexample_a05", "coxexample"), ("simties", "simties")] {
        let Some(stored) = reference::json(&format!("survival/lasso_{name}.json")) else { return };
        let fold = numbers(&stored["foldid"]);
        let Some(path) = extended(table, &[("fold", &|i| fold[i].to_string())], scratch.path()) else { return };
        let mut tally = Tally::new(format!("riskset lasso {name}"), 1e-5, 1e-8);
        let (alpha, thresh) =
            (stored["meta"]["alpha"].to_string(), stored["meta"]["thresh"].as_f64().unwrap_or(1e-12).max(1e-12));
        for (key, measure, rule, at) in
            [("cv_deviance", "deviance", "min", "at_min"), ("cv_C", "cindex", "1se", "at_1se")]
        {
            let found = json(
                lasso(&path)
                    .args([
                        "--time",
                        "time",
                        "--event",
                        "event",
                        "--foldid",
                        "fold",
                        "--features",
                        &candidates(table),
                        "--alpha",
                        &alpha,
                    ])
                    .args(["--measure", measure, "--rule", rule, "--thresh", &thresh.to_string()]),
            );
            let expected = &stored[key];
            let place = format!("{key} {rule}");
            let list = |value: &Value| numbers(value);
            tally.numbers(&format!("{place} lambda"), &list(&found["lambda"]), &list(&expected["lambda"]));
            tally.numbers(&format!("{place} cvm"), &list(&found["cv"]["cvm"]), &list(&expected["cvm"]));
            tally.numbers(&format!("{place} cvsd"), &list(&found["cv"]["cvsd"]), &list(&expected["cvsd"]));
            tally.same(&format!("{place} df"), list(&found["df"]), list(&expected["nzero"]));
            tally.number(&place, number(&found["cv"]["lambda_min"]), number(&expected["lambda_min"]));
            tally.number(&place, number(&found["cv"]["lambda_1se"]), number(&expected["lambda_1se"]));
            compare_terms(
                &mut tally,
                &place,
                &found["selected"]["terms"],
                &expected[at]["names"],
                &expected[at]["coef"],
            );
            if rule == "min" {
                let scores: Vec<f64> =
                    found["scores"].as_array().expect("scores").iter().map(|s| number(&s["score"])).collect();
                tally.numbers(&format!("{place} score"), &scores[..10], &list(&expected["lp_first10_at_min"]));
            }
        }
        tally.finish();
    }
}

#[test]
fn thresholds_penalty_factors_weights_and_offsets_are_those_of_glmnet() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (Some(stored), Some(plain)) =
        (reference::json("survival/lasso_simties.json"), reference::json("survival/extra_shared.json"))
    else {
        return;
    };
    let table = reference::Table::read("simties").expect("a table");
    let names: Vec<String> = candidates("simties").split(',').map(str::to_owned).collect();
    let first = table.column(&names[0]);
    let n = first.len();
    let mean = first.iter().sum::<f64>() / n as f64;
    let sd = (first.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64).sqrt();
    let columns: [(&str, &dyn Fn(usize) -> String); 2] = [
        ("case_weight", &|i| ["1", "2", "0.5"][i % 3].to_owned()),
        ("known", &|i| (0.3 * (first[i] - mean) / sd).to_string()),
    ];
    let path = extended("simties", &columns, scratch.path()).expect("a table");
    let factors: Vec<String> =
        names.iter().enumerate().map(|(j, name)| format!("{name}={}", [0.0, 2.0, 1.0][(j / 3).min(2)])).collect();
    let factors = factors.join(",");
    let tight = ["--thresh", "1e-13"];
    let runs: [(&str, &Value, Vec<&str>); 4] = [
        ("default thresh", &stored["default_thresh"], vec![]),
        ("penalty factors", &plain["glmnet"]["penalty_factor"], [&tight[..], &["--penalty-factor", &factors]].concat()),
        ("weights", &plain["glmnet"]["weights"], [&tight[..], &["--weights", "case_weight"]].concat()),
        ("offset", &plain["glmnet"]["offset"], [&tight[..], &["--offset", "known"]].concat()),
    ];
    let mut tally = Tally::new("riskset lasso options", 1e-5, 1e-8);
    for (place, expected, arguments) in runs {
        let common = ["--time", "time", "--event", "event", "--features", &candidates("simties")];
        let found = json(lasso(&path).args(common).args(arguments));
        tally.numbers(&format!("{place} lambda"), &numbers(&found["lambda"]), &numbers(&expected["lambda"]));
        tally.numbers(&format!("{place} dev_ratio"), &numbers(&found["dev_ratio"]), &numbers(&expected["dev_ratio"]));
        tally.same(&format!("{place} df"), numbers(&found["df"]), numbers(&expected["df"]));
    }
    tally.finish();
}

#[test]
fn a_table_gives_text_with_n_events_and_formula_and_the_same_bytes_on_any_number_of_threads() {
    let Some(path) = crate::oracle::path("survival/data/simties.csv") else { return };
    let run = |threads: &str, arguments: &[&str]| {
        let mut command = lasso(&path);
        command.args(["--time", "time", "--event", "event", "--threads", threads, "--seed", "7"]).args(arguments);
        String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("UTF-8")
    };
    let text = run("1", &[]);
    assert!(text.contains("n = 200") && text.contains("events") && text.contains("score = "), "{text}");
    assert_eq!(run("1", &["--format", "json"]), run("3", &["--format", "json"]));
    let given = run("1", &["--format", "json", "--rule", "0.05", "--features", "f0001,f0002,f0003"]);
    let given: Value = serde_json::from_str(&given).expect("JSON");
    assert_eq!((number(&given["selected"]["lambda"]), given["rule"].as_str()), (0.05, Some("value")));
}

#[test]
fn what_cannot_be_done_is_said_with_its_place() {
    let scratch = tempfile::tempdir().expect("a folder");
    let path = scratch.path().join("t.csv");
    let rows: String = (0..40)
        .map(|i| format!("{},{},{},{}\n", i % 11, i % 2, (i * 7) % 13, if i % 3 == 0 { "a" } else { "b" }))
        .collect();
    fs::write(&path, format!("time,event,x,kind\n{rows}")).expect("a file");
    let with = |arguments: &[&str]| {
        let mut command = lasso(&path);
        command.args(["--time", "time", "--event", "event"]).args(arguments);
        command
    };
    let said = refused(&mut with(&["--features", "x"]), 1);
    assert!(said.contains("row 1") && said.contains("positive"), "{said}");
    let said = refused(&mut with(&["--features", "x,kind"]), 1);
    assert!(said.contains("kind"), "{said}");
    let said = refused(&mut with(&["--features", "y*"]), 2);
    assert!(said.contains("y*"), "{said}");
    let said = refused(&mut with(&["--features", "x", "--where", "time > 0", "--alpha", "2"]), 1);
    assert!(said.contains("alpha"), "{said}");
    refused(&mut with(&["--rule", "most"]), 2);
    refused(&mut with(&["--penalty-factor", "x"]), 2);
    with(&["--features", "x", "--where", "time > 0", "--folds", "4"]).assert().success();
}
