//! Studies that are not whole: a missing mask, damaged ones, settings that cannot be. Each command says so, by its status
//! too.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn riskset(arguments: &[&str], cache: &Path) -> assert_cmd::assert::Assert {
    Command::cargo_bin("riskset")
        .expect("the binary is built")
        .args(arguments)
        .args(["--threads", "2", "--cache-dir"])
        .arg(cache)
        .env("RISKSET_STATE_DIR", cache)
        .assert()
}

fn said(assert: &assert_cmd::assert::Assert) -> String {
    let output = assert.get_output();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A synthetic study of few patients whose features are few as well.
fn simulated(folder: &Path) {
    Command::cargo_bin("riskset")
        .expect("the binary is built")
        .args(["simulate", &folder.display().to_string(), "--patients", "12", "--seed", "3"])
        .assert()
        .success();
    set(folder, "[extraction]\nclasses = [\"firstorder\"]\nimage_types = [\"Original\"]\n");
}

/// The masks of each sequence, by patient.
fn masks(study: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in fs::read_dir(study.join("masks")).expect("the masks").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let sequence = name.split('_').nth(1).and_then(|end| end.split('.').next()).expect("a sequence");
        found.entry(sequence.to_owned()).or_default().push(entry.path());
    }
    found.values_mut().for_each(|files| files.sort());
    found
}

/// The study's section of extraction, written anew.
fn set(folder: &Path, section: &str) {
    let file = folder.join("study.toml");
    let text = fs::read_to_string(&file).expect("a study");
    let start = text.find("[extraction]").unwrap_or(text.len());
    let rest = text.get(start + 1..).and_then(|rest| rest.find("\n[").map(|at| &rest[at + 1..])).unwrap_or_default();
    fs::write(&file, format!("{}{section}\n{rest}", &text[..start])).expect("a file");
}

#[test]
fn a_missing_mask_and_damaged_ones_cost_their_own_cases_only() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (study, cache) = (scratch.path().join("study"), scratch.path().join("cache"));
    simulated(&study);
    let path = study.display().to_string();
    let masks = masks(&study);
    fs::remove_file(&masks["DWI"][0]).expect("a mask");
    let icc = riskset(&["icc", &path], &cache).success();
    assert!(said(&icc).contains("differ by sequence"), "{}", said(&icc));
    riskset(&["lasso", &path, "--folds", "3"], &cache);
    let damaged = [&masks["AP"][1], &masks["T2WI"][2]];
    for file in damaged {
        let bytes = fs::read(file).expect("a mask");
        fs::write(file, &bytes[..bytes.len() / 2]).expect("half a mask");
    }
    let out = scratch.path().join("out");
    let run = riskset(&["run", &path, "-o", &out.display().to_string()], &cache).code(1);
    let said = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    for file in damaged {
        let patient = file.file_name().map(|name| name.to_string_lossy()[..7].to_owned()).expect("a name");
        assert!(said.contains(&patient), "{patient}: {said}");
    }
    assert!(!said.contains("error of riskset's own"), "{said}");
    let report = fs::read_to_string(out.join("report.html")).expect("a report of the others");
    assert!(report.contains("Univariable"), "the other chapters are there");
}

#[test]
fn settings_that_cannot_be_are_refused_by_every_command() {
    let scratch = tempfile::tempdir().expect("a folder");
    let (study, cache) = (scratch.path().join("study"), scratch.path().join("cache"));
    simulated(&study);
    let path = study.display().to_string();
    let out = scratch.path().join("out").display().to_string();
    set(&study, "[extraction]\nimage_types = [\"Wavelett\"]\n");
    for command in [vec!["check", &path], vec!["run", &path, "-o", &out], vec!["icc", &path]] {
        let refused = riskset(&command, &cache).code(1);
        assert!(said(&refused).contains("Wavelett"), "{command:?}: {}", said(&refused));
    }
    fs::write(study.join("bad.yaml"), "setting:\n  binWidth: -5\n").expect("a file");
    set(&study, "[extraction]\nparams = \"bad.yaml\"\n");
    for command in [vec!["check", &path], vec!["run", &path, "-o", &out], vec!["icc", &path]] {
        let refused = riskset(&command, &cache).code(1);
        assert!(said(&refused).contains("binWidth"), "{command:?}: {}", said(&refused));
    }
    assert!(!Path::new(&out).exists(), "nothing is written");
}
