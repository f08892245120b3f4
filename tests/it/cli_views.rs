//! What a pane shows beside the classical analyses, as subcommands: the same numbers as in the report of a run.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value as Json;

fn sample(study: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts").join(study)
}

fn riskset(subcommand: &str, study: &Path, options: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.arg(subcommand).arg(study).args(options).assert()
}

fn json(subcommand: &str, study: &Path, options: &[&str]) -> Json {
    let done = riskset(subcommand, study, &[options, &["--format", "json"]].concat()).success();
    let json: Json = serde_json::from_slice(&done.get_output().stdout).expect("one JSON object");
    assert!(json["notes"].is_array() && json["riskset"].is_string(), "{subcommand}: {json}");
    assert_names(&json);
    json
}

/// Keys are snake_case.
fn assert_names(json: &Json) {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    match json {
        Json::Object(members) => members.iter().for_each(|(key, value)| {
            assert!(key.chars().all(plain), "{key}");
            assert_names(value);
        }),
        Json::Array(items) => items.iter().for_each(assert_names),
        _ => {}
    }
}

fn csv(subcommand: &str, study: &Path, options: &[&str]) -> String {
    let done = riskset(subcommand, study, &[options, &["--format", "csv"]].concat()).success();
    String::from_utf8(done.get_output().stdout.clone()).expect("text")
}

fn said(refused: &assert_cmd::assert::Assert) -> String {
    assert!(refused.get_output().stdout.is_empty(), "nothing on stdout when it fails");
    String::from_utf8_lossy(&refused.get_output().stderr).into_owned()
}

/// Tables of a report by part of their file's name.
struct Report(tempfile::TempDir);

impl Report {
    fn of(study: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        riskset("run", study, &["--no-extract", "-o", &folder.path().join("out").display().to_string()]).success();
        Self(folder)
    }

    /// Every table of the chapters called so is in what a command has printed, to the last digit.
    fn is_printed(&self, chapter: &str, printed: &str) {
        let folder = fs::read_dir(self.0.path().join("out/tables")).expect("tables");
        let is_of = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().contains(chapter));
        let tables: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).filter(is_of).collect();
        assert!(!tables.is_empty(), "no chapter {chapter}");
        for table in tables {
            let text = fs::read_to_string(&table).expect("a table");
            assert!(printed.contains(text.trim_end()), "{}: not in\n{printed}", table.display());
        }
    }
}

/// The lung sample with a second model, so that there is something to compare.
fn two_models(folder: &Path) -> PathBuf {
    let study = folder.join("study");
    fs::create_dir(&study).expect("a folder");
    fs::copy(sample("lung_ncctg").join("patients.csv"), study.join("patients.csv")).expect("a copy");
    let text = fs::read_to_string(sample("lung_ncctg").join("study.toml")).expect("a study");
    let text = format!(
        "{text}wider = [\"age\", \"sex\", \"ph.ecog\", \"wt.loss\"]\n\n[features]\ncolumns = [\"meal.cal\", \"ph.karno\", \"pat.karno\"]\n"
    );
    fs::write(study.join("study.toml"), text).expect("a study");
    study
}

#[test]
fn models_are_compared_as_in_the_report() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = two_models(scratch.path());
    let report = Report::of(&study);
    let printed = csv("performance", &study, &[]);
    for chapter in ["harrell-s-c", "time-dependent-roc", "brier-score"] {
        report.is_printed(chapter, &printed);
    }
    report.is_printed("models-over-time", &csv("performance", &study, &["--over-time"]));
    report.is_printed("bootstrap-validation", &csv("performance", &study, &["--bootstrap"]));
    report.is_printed("reclassification", &csv("performance", &study, &["--reclassification"]));
}

#[test]
fn what_is_compared_can_be_chosen() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = two_models(scratch.path());
    let one = json("performance", &study, &["--model", "wider", "--at", "9", "--cohort", "internal"]);
    assert_eq!(one["models"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["times"], serde_json::json!([9.0]));
    assert_eq!(one["cohorts"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["cohorts"][0]["cohort"], "internal");
    assert_eq!(json("cindex", &study, &["--cohort", "internal"])["cohorts"].as_array().map(Vec::len), Some(1));
    let few = json("performance", &study, &["--bootstrap", "25"]);
    assert_eq!((few["bootstraps"].as_u64(), few["models"][0]["used"].as_u64()), (Some(25), Some(25)));
    let cut = json("performance", &study, &["--reclassification", "--cuts", "0.2,0.5", "--bootstrap", "20"]);
    assert_eq!((cut["cuts"].clone(), cut["bootstraps"].as_u64()), (serde_json::json!([0.2, 0.5]), Some(20)));
    // Where too few have the event for an AUC there is no reclassification either.
    let early = ["--at", "0.3,6", "--bootstrap", "5"];
    let moved = json("performance", &study, &[&["--reclassification"][..], &early].concat());
    let judged = json("performance", &study, &["--at", "0.3,6"]);
    for of in moved["comparisons"].as_array().expect("comparisons") {
        let cohorts = judged["cohorts"].as_array().expect("cohorts");
        let cohort = cohorts.iter().find(|c| c["cohort"] == of["cohort"]).expect("the cohort");
        let at = usize::from(of["time"] == 6.0);
        let few = cohort["scores"][0]["auc"][at]["cases"].as_u64() < Some(5);
        assert_eq!((few, of["nri"]["value"].is_null(), of["idi"]["upper"].is_null()), (at == 0, few, few), "{of}");
    }
    let why = "internal: 0 events by 0.3 months";
    assert!(moved["notes"].to_string().contains(why), "{}", moved["notes"]);
    let times = json("performance", &study, &["--over-time", "--at", "12,6"]);
    assert_eq!(times["marked"], serde_json::json!([6.0, 12.0]));
    let wrong = said(&riskset("performance", &study, &["--model", "wide"]).code(2));
    assert!(wrong.contains("clinical, wider"), "{wrong}");
    riskset("performance", &study, &["--cuts", "0.2"]).code(2);
    riskset("performance", &study, &["--over-time", "--bootstrap"]).code(2);
    let wrong = said(&riskset("performance", &study, &["--model", "wider", "--reclassification"]).code(1));
    assert!(wrong.contains("name a second"), "{wrong}");
}

#[test]
fn features_are_listed_screened_and_grouped_as_in_the_report() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = two_models(scratch.path());
    let report = Report::of(&study);
    report.is_printed("radiomic-features", &csv("features", &study, &[]));
    report.is_printed("screen", &csv("features", &study, &["--screen"]));
    report.is_printed("features-that-go-together", &csv("features", &study, &["--groups"]));
    let list = json("features", &study, &[]);
    assert_eq!(list["features"].as_array().map(Vec::len), Some(3));
    let groups =
        |r: &str| json("features", &study, &["--groups", "--correlation", r])["groups"].as_array().map(Vec::len);
    assert_eq!((groups("0.9"), groups("0.3")), (Some(0), Some(1)));
    let wrong = said(&riskset("features", &sample("rotterdam_gbsg"), &[]).code(1));
    assert!(wrong.contains("no radiomic features"), "{wrong}");
}

#[test]
fn causes_are_modelled_as_in_the_report() {
    let study = sample("hcc_pa_tace");
    let report = Report::of(&study);
    report.is_printed("competing-causes", &csv("causes", &study, &[]));
    let found = json("causes", &study, &["--covariates", "nlr"]);
    let names: Vec<_> = found["causes"].as_array().expect("causes").iter().map(|c| c["cause"].clone()).collect();
    assert_eq!(names, ["recurrence", "death"]);
    // The models of `cox`, cause by cause, on the same patients.
    let scratch = tempfile::tempdir().expect("a folder");
    let table = scratch.path().join("t.csv");
    let rows: String = (0..60).map(|i| format!("{},{},{}\n", 3 + (i * 37) % 59, i % 3, (i * 17) % 23)).collect();
    fs::write(&table, format!("time,cause,x\n{rows}")).expect("a table");
    let endpoint = ["--time", "time", "--event", "cause", "--covariates", "x"];
    let both = json("causes", &table, &endpoint);
    for (k, cause) in ["1", "2"].iter().enumerate() {
        for (option, part) in [("--fine-gray", "subdistribution"), ("--cause", "specific")] {
            let one = json("cox", &table, &[&endpoint[..], &[option, cause]].concat());
            let (found, expected) = (&both["causes"][k][part][0]["coef"], &one["terms"][0]["coef"]);
            let (found, expected) = (found.as_f64().expect("a number"), expected.as_f64().expect("a number"));
            assert!((found - expected).abs() < 1e-12, "{option} {cause}: {found} {expected}");
        }
    }
    let wrong = said(&riskset("causes", &sample("lung_ncctg"), &["--covariates", "age", "--cohort", "nobody"]).code(1));
    assert!(!wrong.is_empty());
}

#[test]
fn numbers_are_bent_one_by_one() {
    let study = sample("lung_ncctg");
    let found = json("splines", &study, &["--covariates", "age,sex", "--knots", "3"]);
    let age = &found["models"][0];
    let model = json("cox", &study, &["--covariates", "rcs(age,3),sex", "--curve", "age"]);
    let p = |of: &Json| of["wald"]["nonlinearity"]["p"].as_f64().expect("a p");
    assert_eq!(found["knots"], 3);
    assert!((p(&age["curve"]) - p(&model["curves"][0])).abs() < 1e-12, "{age}");
    // Without covariates those of the joint model, which a note names.
    let joint = json("splines", &study, &[]);
    assert!(joint["notes"][0].as_str().is_some_and(|note| note.contains("univariable p < 0.05")), "{}", joint["notes"]);
    riskset("splines", &study, &["--knots", "2"]).code(2);
}
