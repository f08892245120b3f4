//! km, logrank, cox and table1 from outside: what they refuse, how, and with which status.

use std::fs;
use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

/// Ten patients; `event` holds 1 and 0, `stage` is a category.
const TABLE: &str = "\
id,time,event,age,stage,w
a,5,1,61,II,1
b,8,0,47,I,2
c,3,1,66,II,1
d,12,0,52,I,1
e,7,1,71,II,2
f,9,1,58,I,1
g,2,1,64,II,1
h,14,0,49,I,1
i,6,0,55,II,1
j,10,1,60,I,2
";

fn write(folder: &Path, text: &str) -> String {
    let path = folder.join("patients.csv");
    fs::write(&path, text).expect("a file");
    path.display().to_string()
}

fn riskset(arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::cargo_bin("riskset").expect("the binary is built").args(arguments).assert()
}

/// It fails with this status, prints nothing, and its message holds all of `parts`.
fn refused(arguments: &[&str], status: i32, parts: &[&str]) {
    let failed = riskset(arguments).code(status);
    let output = failed.get_output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.stdout.is_empty(), "{arguments:?}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: {said}");
    }
}

#[test]
fn rows_that_cannot_be_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let endpoint = |table: &str| -> Vec<String> {
        ["km", table, "--time", "time", "--event", "event"].map(str::to_owned).to_vec()
    };
    let check = |text: &str, parts: &[&str]| {
        let arguments = endpoint(&write(folder.path(), text));
        refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), 1, parts);
    };
    check(&TABLE.replace("c,3,1", "c,3,7"), &["row 3", "event", "7", "--event-is"]);
    check(&TABLE.replace("c,3,1", "c,-3,1"), &["row 3", "time", "negative"]);
    // Rows that the condition leaves out may hold anything.
    let table = write(folder.path(), &TABLE.replace("c,3,1", "c,3,7"));
    let arguments = ["km", &table, "--time", "time", "--event", "event", "--where", "event != 7", "--format", "json"];
    let output = riskset(&arguments).success().get_output().stdout.clone();
    let found: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
    assert_eq!(found["groups"][0]["n"], 9);
    assert!(found["notes"][0].as_str().is_some_and(|n| n.contains("9 of 10 rows")), "{found}");
}

#[test]
fn unknown_columns_and_levels_suggest_the_nearest() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(folder.path(), TABLE);
    let with = |command: &'static str, more: &[&'static str]| -> Vec<String> {
        let base = [command, &table, "--time", "time", "--event", "event"].map(str::to_owned);
        base.into_iter().chain(more.iter().map(|s| (*s).to_owned())).collect()
    };
    let check = |arguments: Vec<String>, status: i32, parts: &[&str]| {
        refused(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), status, parts);
    };
    check(with("km", &["--by", "stge"]), 1, &["stge", "did you mean stage?"]);
    check(with("cox", &["--covariates", "agee"]), 1, &["agee", "did you mean age?"]);
    check(with("cox", &["--covariates", "age", "--strata", "stag"]), 1, &["did you mean stage?"]);
    check(with("cox", &["--covariates", "stage", "--reference", "stage=III"]), 1, &["III", "did you mean II?"]);
    check(with("logrank", &["--by", "id", "--where", "age >"]), 2, &["--where"]);
    check(with("cox", &["--covariates", "age", "--step", "best"]), 2, &["aic, bic"]);
    check(with("cox", &["--covariates", "rcs(age,2)"]), 1, &["3 to 10 knots"]);
    check(with("table1", &["--by", "stage", "--vars", "ages"]), 1, &["did you mean age?"]);
    refused(&["km", &table, "--time", "time"], 2, &["--event"]);
    refused(&["km", "nowhere.csv", "--time", "t", "--event", "e"], 1, &["nowhere.csv", "no such file"]);
}

#[test]
fn a_file_is_never_silently_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(folder.path(), TABLE);
    let out = folder.path().join("curves.json");
    fs::write(&out, "mine").expect("a file");
    let out = out.display().to_string();
    let arguments = ["km", &table, "--time", "time", "--event", "event", "--format", "json", "-o", &out];
    refused(&arguments, 1, &["curves.json", "--force"]);
    assert_eq!(fs::read_to_string(&out).expect("there"), "mine");
    let forced: Vec<&str> = arguments.iter().copied().chain(["--force"]).collect();
    assert!(riskset(&forced).success().get_output().stdout.is_empty());
    assert!(fs::read_to_string(&out).expect("there").starts_with('{'));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(folder.path(), TABLE);
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("riskset"))
        .args(["km", &table, "--time", "time", "--event", "event"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert!(output.stderr.is_empty() && output.status.success(), "{output:?}");
}

#[test]
fn every_format_of_every_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = write(folder.path(), TABLE);
    let commands: [&[&str]; 4] = [
        &["km", &table, "--by", "stage"],
        &["logrank", &table, "--by", "stage"],
        &["cox", &table, "--covariates", "age,stage", "--weights", "w", "--robust"],
        &["table1", &table, "--by", "stage"],
    ];
    for command in commands {
        for format in ["text", "json", "csv", "md"] {
            let endpoint = ["--time", "time", "--event", "event", "--format", format];
            let arguments: Vec<&str> = command.iter().copied().chain(endpoint).collect();
            let output = riskset(&arguments).success().get_output().stdout.clone();
            assert!(String::from_utf8(output).expect("UTF-8").contains("II"), "{arguments:?}");
        }
    }
}

#[test]
fn a_study_brings_its_own_roles() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/rotterdam_gbsg").display().to_string();
    let json = |arguments: &[&str]| -> serde_json::Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--format", "json"]).collect();
        serde_json::from_slice(&riskset(&arguments).success().get_output().stdout).expect("JSON")
    };
    let table = json(&["table1", &study]);
    assert_eq!((&table["levels"][0], &table["n"][1]), (&"development".into(), &686.into()));
    // Models are built in the first cohort; curves are of everybody.
    assert_eq!(json(&["cox", &study, "--covariates", "age"])["n"], 2982);
    assert_eq!(json(&["km", &study])["groups"][0]["n"], 3668);
    assert_eq!(json(&["km", &study, "--cohort", "external"])["groups"][0]["n"], 686);
    refused(&["km", &study, "--cohort", "internal"], 1, &["development"]);
    refused(&["km", &study, "--endpoint", "PFS"], 1, &["RFS"]);
}
