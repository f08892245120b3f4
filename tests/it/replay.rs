//! A session done again from its history: the same screens, the same bytes in what it exported.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::pty::Terminal;

/// Forty patients with a stage and two numbers.
fn study(folder: &Path) -> PathBuf {
    let row = |i: usize| format!("P{i},{},{},{},{},{}\n", 3 + 7 * i % 50, i % 2, 1 + i % 3, 40 + i, 20 + (i * 13) % 17);
    let rows: String = (1..=40).map(row).collect();
    fs::write(folder.join("t.csv"), format!("id,time,event,stage,age,bmi\n{rows}")).expect("a table");
    let study = "version = 1\ntitle = \"Small\" # ours\ntable = \"t.csv\"\nid = \"id\"\n\n[endpoints.OS]\n\
                 time = \"time\"\nevent = \"event\"\n";
    fs::write(folder.join("study.toml"), study).expect("a study");
    folder.to_owned()
}

/// The only history below `places`.
fn history(places: &Path) -> PathBuf {
    let folder = places.join("state").join("histories");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("histories").flatten().map(|entry| entry.path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

fn replay(history: &Path, study: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskset"));
    command.arg("replay").arg(history).arg(study).arg("--no-extract").args(more);
    command.output().expect("the program runs")
}

/// Lines without blanks at their ends, nor empty ones at the end.
fn trimmed(screen: &str) -> String {
    let lines: Vec<&str> = screen.lines().map(str::trim_end).collect();
    lines.join("\n").trim_end().to_owned()
}

#[test]
fn a_session_done_again_gives_the_same_screens_and_exports() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = study(scratch.path());
    let export = |name: &str| scratch.path().join(name);
    let mut terminal = Terminal::run(&study, &[], &[], tempfile::tempdir().expect("a folder"));
    terminal.wait("the cohort", |s| s.contains("n = 40"));
    terminal.press("fage > 44\r");
    terminal.wait("the filter", |s| s.contains("n = 36"));
    terminal.press("\t j D");
    terminal.wait("the reason", |s| s.contains("exclude P5, P6: reason"));
    terminal.press("second tumour\r");
    terminal.wait("the question", |s| s.contains("Keep the change in"));
    terminal.press("y");
    terminal.wait("fewer patients", |s| s.contains("n = 34"));
    terminal.press("6s");
    terminal.wait("the models", |s| s.contains("Each variable alone") && !s.contains("updating"));
    let models = export("models.csv");
    terminal.press(&format!("e{}\r", models.display()));
    terminal.wait("the models' file", |s| s.contains("written:") && models.exists());
    terminal.press("7b");
    terminal.wait("the curves", |s| s.contains("by stage") && s.contains("log-rank"));
    let curves = export("curves.svg");
    terminal.press(&format!("e{}\r", curves.display()));
    terminal.wait("the curves' file", |s| s.contains("written:") && curves.exists());
    // What was said fades after a while; what stays is compared.
    terminal.calm();
    let last = trimmed(&terminal.screen());
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);

    let kept = history(terminal.places());
    assert_eq!(fs::metadata(&kept).expect("a history").permissions().mode() & 0o777, 0o600);
    let out = scratch.path().join("again");
    let done = replay(&kept, &study, &["-o", out.to_str().expect("UTF-8")]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(trimmed(&String::from_utf8_lossy(&done.stdout)), last);
    for file in [&models, &curves] {
        let again = out.join("exports").join(file.file_name().expect("a name"));
        assert!(fs::read(file).expect("an export") == fs::read(&again).expect("the same again"), "{}", file.display());
    }

    // The study's file says the exclusion by now: before it is done, the patients are there all the same.
    let text = fs::read_to_string(study.join("study.toml")).expect("the study");
    assert!(text.contains("second tumour") && text.contains("# ours"), "{text}");
    let json = replay(&kept, &study, &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    let steps = json["steps"].as_array().expect("steps");
    let n = |what: &str| {
        let step = steps.iter().find(|step| step["what"].as_str().is_some_and(|said| said.contains(what)));
        step.unwrap_or_else(|| panic!("{what}: {steps:?}"))["n"].as_u64()
    };
    assert_eq!([n("opened"), n("filter age"), n("second tumour")], [Some(40), Some(36), Some(34)]);
    let exports = steps.iter().filter(|step| step["export"]["same"] == true).count();
    assert_eq!(exports, 2, "{steps:?}");
}

#[test]
fn what_is_not_the_same_any_more_is_said() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = study(scratch.path());
    let mut terminal = Terminal::run(&study, &[], &[], tempfile::tempdir().expect("a folder"));
    terminal.wait("the cohort", |s| s.contains("n = 40"));
    let file = scratch.path().join("patients.csv");
    terminal.press(&format!("\te{}\r", file.display()));
    terminal.wait("the file", |s| s.contains("written:") && file.exists());
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
    let table = fs::read_to_string(study.join("t.csv")).expect("the table");
    fs::write(study.join("t.csv"), table.replace("P7,", "P7x,")).expect("room");
    let done = replay(&history(terminal.places()), &study, &[]);
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("t.csv is not what it was") && said.contains("patients.csv"), "{said}");
}

#[test]
fn a_session_cut_off_goes_on_in_the_next_and_is_one_history() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = study(scratch.path());
    let mut terminal = Terminal::run(&study, &[], &[], tempfile::tempdir().expect("a folder"));
    terminal.wait("the cohort", |s| s.contains("n = 40"));
    terminal.press("fage > 44\r");
    terminal.wait("the filter", |s| s.contains("n = 36"));
    terminal.signal("HUP");
    terminal.end();
    let mut again = Terminal::run(&study, &[], &[], terminal.into_places());
    again.wait("where it was", |s| s.contains("n = 36"));
    again.press("7");
    again.wait("curves", |s| s.contains("at risk") || s.contains("At risk"));
    again.calm();
    let last = trimmed(&again.screen());
    again.press("Q");
    assert_eq!(again.end(), 0);
    let done = replay(&history(again.places()), &study, &[]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(trimmed(&String::from_utf8_lossy(&done.stdout)), last);
}

/// Sessions in plain characters and in others, and steps that outlived a restart: each screen comes as it was.
#[test]
fn every_session_keeps_its_characters_and_the_steps_before_it() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = study(scratch.path());
    let mut terminal = Terminal::run(&study, &["--ascii"], &[], tempfile::tempdir().expect("a folder"));
    terminal.wait("the cohort", |s| s.contains("n = 40"));
    terminal.press("fage > 44\r");
    terminal.wait("the filter", |s| s.contains("n = 36"));
    terminal.press("7");
    terminal.wait("curves", |s| s.contains("at risk") || s.contains("At risk"));
    terminal.calm();
    let plain = trimmed(&terminal.screen());
    terminal.press("Q");
    assert_eq!(terminal.end(), 0);
    let mut again = Terminal::run(&study, &[], &[], terminal.into_places());
    again.wait("where it was", |s| s.contains("n = 36"));
    again.press("f\x15age > 50\r");
    again.wait("another filter", |s| s.contains("n = 30"));
    again.press("u");
    again.wait("undone", |s| s.contains("n = 36"));
    again.press("0\t");
    again.wait("the history", |s| s.contains("filter age > 44") && s.contains("filter age > 50"));
    again.calm();
    let last = trimmed(&again.screen());
    again.press("Q");
    assert_eq!(again.end(), 0);
    let out = scratch.path().join("again");
    let done = replay(&history(again.places()), &study, &["-o", out.to_str().expect("UTF-8")]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(trimmed(&String::from_utf8_lossy(&done.stdout)), last);
    let screens = fs::read_dir(out.join("screens")).expect("screens").flatten();
    let screens: Vec<String> = screens.map(|file| trimmed(&fs::read_to_string(file.path()).expect("text"))).collect();
    assert!(screens.contains(&plain), "{plain}\n\n{}", screens.join("\n\n"));
}
