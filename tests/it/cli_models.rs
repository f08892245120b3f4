//! The subcommands about models from outside: what they refuse, and with which exit status.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn sample(study: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study)
}

fn riskset(subcommand: &str, study: &str, options: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("riskset")
        .expect("the binary is built")
        .arg(subcommand)
        .arg(sample(study))
        .args(options)
        .assert()
}

fn said(refused: &assert_cmd::assert::Assert) -> String {
    assert!(refused.get_output().stdout.is_empty(), "nothing on stdout when it fails");
    String::from_utf8_lossy(&refused.get_output().stderr).into_owned()
}

fn json(subcommand: &str, study: &str, options: &[&str]) -> Value {
    let done = riskset(subcommand, study, &[options, &["--format", "json"]].concat()).success();
    serde_json::from_slice(&done.get_output().stdout).expect("one JSON object")
}

/// A table is the same table whether or not a folder stands before its name: its guessed roles stay guesses.
#[test]
fn a_table_in_the_working_folder_is_a_bare_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival");
    let answer = |table: &Path| {
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        command.current_dir(&folder).arg("cox").arg(table).args(["--time", "stop", "--event", "event"]);
        let options = ["--entry", "start", "--covariates", "age,year", "--format", "json"];
        command.args(options).assert().success().get_output().stdout.clone()
    };
    assert_eq!(answer(Path::new("heart.csv")), answer(&folder.join("heart.csv")));
}

#[test]
fn a_score_must_be_a_column_of_numbers() {
    let wrong = said(&riskset("cindex", "rotterdam_gbsg", &["--score", "nods"]).code(1));
    assert!(wrong.contains("did you mean nodes"), "{wrong}");
    let wrong = said(&riskset("cindex", "rotterdam_gbsg", &["--score", "size"]).code(1));
    assert!(wrong.contains("size is a category, not a number"), "{wrong}");
    let wrong = said(&riskset("cindex", "lung_ncctg", &["--model", "combined"]).code(2));
    assert!(wrong.contains("the study has"), "{wrong}");
    riskset("calibrate", "rotterdam_gbsg", &[]).code(2);
    let wrong = said(&riskset("calibrate", "rotterdam_gbsg", &["--model", "combined"]).code(2));
    assert!(wrong.contains("tumour, full"), "{wrong}");
}

#[test]
fn a_turned_score_has_the_turned_concordance() {
    let c = |options: &[&str]| {
        json("cindex", "rotterdam_gbsg", &[&["--score", "nodes"], options].concat())["c"].as_f64().expect("a C")
    };
    let (risk, survival) = (c(&[]), c(&["--higher-is-better"]));
    assert!(risk > 0.6 && (risk + survival - 1.0).abs() < 1e-12, "{risk} {survival}");
}

/// Differences, standard errors and p-values of R's survival 3.5-3: `concordance` of two `coxph` fits with fixed
/// coefficients, `timewt = "n"`, and `"n/G2"` with `ymax` 1,826.25 days (60 months).
#[test]
fn scores_are_compared_on_the_same_patients() {
    let expected = [
        ("harrell", "pgr", [0.220436667937746, 0.00950170871726239, 4.58646111310454e-119]),
        ("harrell", "age", [0.136879124497038, 0.00888975396449362, 1.70375647609060e-53]),
        ("uno", "pgr", [0.234434191850877, 0.0102515136862346, 9.62117588468958e-116]),
        ("uno", "age", [0.146592255436438, 0.00966872206268311, 6.36074700797426e-52]),
    ];
    for (method, other, values) in expected {
        let options = ["--score", "nodes", "--compare", other, "--method", method];
        let tau: &[&str] = if method == "uno" { &["--tau", "60"] } else { &[] };
        let answer = json("cindex", "rotterdam_gbsg", &[&options, tau].concat());
        let found = &answer["compared"][0]["difference"];
        for (key, value) in ["difference", "se", "p"].iter().zip(values) {
            let found = found[key].as_f64().expect("a number");
            assert!((found / value - 1.0).abs() < 1e-8, "{method} {other} {key}: {found} {value}");
        }
    }
    let answer = json("roc", "rotterdam_gbsg", &["--score", "nodes", "--compare", "pgr", "--at", "24,60"]);
    for k in 0..2 {
        let auc = |times: &Value| times[k]["auc"].as_f64().expect("an AUC");
        let (first, other) = (auc(&answer["times"]), &answer["compared"][0]);
        let found = other["auc_difference"][k]["difference"].as_f64().expect("a difference");
        assert!((first - auc(&other["times"]) - found).abs() < 1e-12 && found > 0.2);
    }
    let wrong = said(&riskset("roc", "rotterdam_gbsg", &["--score", "nodes", "--compare", "pgr,nodes"]).code(1));
    assert!(wrong.contains("name each score once"), "{wrong}");
}

#[test]
fn a_model_is_fitted_in_training_and_judged_in_every_cohort() {
    let all = json("calibrate", "rotterdam_gbsg", &["--model", "full"]);
    let cohorts = all["cohorts"].as_array().expect("cohorts");
    assert_eq!(cohorts.iter().map(|c| c["apparent"].as_bool()).collect::<Vec<_>>(), [Some(true), Some(false)]);
    // In the data of its own fit a Cox model has slope 1.
    let slope = |c: &Value| c["times"][0]["slope"].as_f64().expect("a slope");
    assert!((slope(&cohorts[0]) - 1.0).abs() < 1e-6 && (slope(&cohorts[1]) - 1.0).abs() > 1e-3);
    let one = json("calibrate", "rotterdam_gbsg", &["--model", "full", "--cohort", "external"]);
    assert_eq!(one["times"], cohorts[1]["times"]);
}

#[test]
fn the_bootstrap_is_the_same_on_any_number_of_threads() {
    let of = |threads: &str| {
        let options = ["--covariates", "age,nodes", "--at", "60", "--bootstrap", "5", "--cohort", "external"];
        json("calibrate", "rotterdam_gbsg", &[&options[..], &["--threads", threads]].concat())["optimism"].clone()
    };
    let (one, three) = (of("1"), of("3"));
    assert_eq!(one, three);
    assert_eq!(one["used"], 5);
    let c = &one["c"];
    let part = |name: &str| c[name].as_f64().expect("a number");
    assert!((part("apparent") - part("optimism") - part("corrected")).abs() < 1e-15);
}

#[test]
fn rows_at_fault_are_named_as_in_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("few.csv");
    let rows = "5,1,1,2,1\n6,0,2,0,0.5\n8,1,3,1,1.5\n9,1,1,1,0.1\n12,0,0,1,0.2\n12,1,2,1,0.3\n";
    std::fs::write(&table, format!("time,status,x,w,risk\n{rows}")).expect("a file");
    let ask = |subcommand: &str, options: &[&str]| {
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        command.arg(subcommand).arg(&table).args(["--time", "time", "--event", "status"]).args(options).assert()
    };
    let wrong = said(&ask("cox", &["--covariates", "x", "--weights", "w"]).code(1));
    assert!(wrong.contains("few.csv, row 2 (line 3), column w") && wrong.contains("--where 'w > 0'"), "{wrong}");
    ask("cox", &["--covariates", "x", "--weights", "w", "--where", "w > 0"]).success();
    let wrong = said(&ask("dca", &["--models", "a=risk", "--at", "9"]).code(1));
    assert!(wrong.contains("few.csv, row 3 (line 4), column risk: error: 1.5 is not a probability"), "{wrong}");
    let wrong = said(&ask("calibrate", &["--predicted", "risk", "--at", "9"]).code(1));
    assert!(wrong.contains("few.csv, row 3 (line 4), column risk: error: 1.5 is not a probability"), "{wrong}");
    // What is the event must be in the table, or everybody would silently be censored.
    let wrong = said(&ask("km", &["--event-is", "2"]).code(1));
    assert!(wrong.contains("no row of status holds 2; its values are 0, 1"), "{wrong}");
    let wrong = said(&ask("cox", &["--covariates", "x", "--cause", "3"]).code(1));
    assert!(wrong.contains("no row of status holds 3"), "{wrong}");
    ask("km", &["--event-is", "1", "--where", "status == 0"]).success();
}

#[test]
fn the_causes_of_a_study_are_those_that_its_endpoint_names() {
    let found = json("cuminc", "hcc_pa_tace", &["--at", "12,36"]);
    let causes = found["groups"][0]["causes"].as_array().expect("causes");
    let named: Vec<_> = causes.iter().map(|c| (c["cause"].as_str(), c["events"].as_u64())).collect();
    assert_eq!(named, [(Some("recurrence"), Some(54)), (Some("death"), Some(11))]);
    let said_by = |answer: &Value| answer["notes"].to_string().contains("the pane divides them by Rad-score group");
    assert!(said_by(&found) && said_by(&json("km", "hcc_pa_tace", &[])), "{found}");
    assert!(!said_by(&json("km", "hcc_pa_tace", &["--by", "cohort"])));
    let model = |cause: &[&str]| json("cox", "hcc_pa_tace", &[&["--covariates", "nlr"], cause].concat());
    let events = |model: &Value| model["events"].as_u64();
    // Of the training cohort; the endpoint's own event is recurrence.
    let (recurrence, death) = (model(&["--cause", "recurrence"]), model(&["--cause", "death"]));
    assert_eq!((events(&recurrence), events(&model(&[]))), (Some(30), Some(30)));
    assert!(events(&death).is_some_and(|n| n < 11));
    assert_eq!(events(&model(&["--fine-gray", "recurrence"])), Some(30));
    let wrong = said(&riskset("cox", "hcc_pa_tace", &["--covariates", "nlr", "--cause", "deth"]).code(1));
    assert!(wrong.contains("did you mean death"), "{wrong}");
}
