//! The binary from outside: what it prints, where, and with which exit status.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn riskset(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command
}

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace")
}

/// Every file below `folder`, by its path from there.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).expect("a file");
                found.push((path.strip_prefix(folder).expect("below it").to_owned(), bytes));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn simulate_gives_the_committed_sample_on_any_number_of_threads() {
    let scratch = tempfile::tempdir().expect("a folder");
    for threads in ["1", "3"] {
        let out = scratch.path().join(threads);
        riskset(scratch.path()).args(["simulate", "--threads", threads]).arg(&out).assert().success();
        assert!(files(&out) == files(&sample()), "{threads} threads");
    }
    riskset(scratch.path()).arg("simulate").arg(scratch.path().join("1")).assert().code(1);
}

#[test]
fn check_accepts_the_sample_and_names_what_is_wrong_elsewhere() {
    let scratch = tempfile::tempdir().expect("a folder");
    riskset(scratch.path()).arg("check").arg(sample()).assert().success();
    fs::write(scratch.path().join("study.toml"), "version = 1\ntabel = \"x.csv\"\n").expect("a file");
    let failed = riskset(scratch.path()).arg("check").arg(scratch.path()).assert().code(1);
    let output = failed.get_output();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("study.toml:2:1") && said.contains("table"), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn render_shows_panes_and_refuses_what_it_does_not_know() {
    let scratch = tempfile::tempdir().expect("a folder");
    let render = |arguments: &[&str]| {
        let mut command = riskset(scratch.path());
        command.arg("render").arg(sample()).args(["--no-extract"]).args(arguments);
        command.assert()
    };
    let shown = render(&["--pane", "km", "--keys", "b", "--ascii"]).success();
    let text = String::from_utf8_lossy(&shown.get_output().stdout).into_owned();
    assert!(text.is_ascii() && text.contains("log-rank p") && text.lines().count() == 24, "{text}");
    let details = render(&["--pane", "km", "--view", "details"]).success();
    assert!(String::from_utf8_lossy(&details.get_output().stdout).contains("[details]"));
    let unknown = render(&["--pane", "km", "--view", "nothing"]).code(2);
    let said = String::from_utf8_lossy(&unknown.get_output().stderr).into_owned();
    assert!(said.contains("there is curves, cut-off, by cut-off, details"), "{said}");
    render(&["--pane", "nothing"]).code(2);
    render(&["--size", "80"]).code(2);
    riskset(scratch.path()).args(["render", "no/such/study"]).assert().code(1);
    riskset(scratch.path()).arg("--no-such-option").assert().code(2);
}

#[test]
fn the_screen_needs_a_terminal_and_says_so() {
    let scratch = tempfile::tempdir().expect("a folder");
    let refused = riskset(scratch.path()).arg(sample()).assert().code(1);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("needs a terminal") && said.contains("riskset render"), "{said}");
}

#[test]
fn the_reference_has_the_keys_of_the_program() {
    let scratch = tempfile::tempdir().expect("a folder");
    let printed = riskset(scratch.path()).args(["keys", "--markdown"]).assert().success();
    let table = String::from_utf8_lossy(&printed.get_output().stdout).into_owned();
    let reference = include_str!("../../docs/keys.md");
    assert!(reference.contains(table.trim()), "docs/keys.md: put the output of `riskset keys --markdown` there");
}

/// The story's snapshots are what the program draws of the sample study; the README shows some of them.
#[test]
fn the_readme_has_screens_of_the_program() {
    let readme = include_str!("../../README.md");
    let shown: Vec<&str> = readme.split("<!-- screen ").skip(1).collect();
    assert!(!shown.is_empty(), "README.md shows no screen");
    for block in shown {
        let (name, rest) = block.split_once(" -->\n```text\n").expect("a comment and a block of text");
        let screen = rest.split("\n```").next().unwrap_or_default();
        let path = format!("{}/tests/it/snapshots/it__story__{name}.snap", env!("CARGO_MANIFEST_DIR"));
        let snapshot = fs::read_to_string(&path).expect("a snapshot of the story");
        let drawn = snapshot.splitn(3, "---\n").nth(2).expect("a picture").trim_end();
        assert!(screen == drawn, "README.md: put the picture of {path} under its comment");
    }
}

#[test]
fn check_looks_into_images_and_says_what_is_wrong_in_millimetres() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = scratch.path().join("study");
    fs::create_dir(&study).expect("a folder");
    crate::tiny::write(&study);
    let check = || {
        let mut command = riskset(scratch.path());
        command.args(["check", "--images", "--format", "json"]).arg(&study);
        command.assert()
    };
    let sound = check().success();
    let found: serde_json::Value = serde_json::from_slice(&sound.get_output().stdout).expect("JSON");
    assert_eq!(found["images"]["cases"].as_array().map(Vec::len), Some(24));
    let file = study.join("masks/HCC-003_AP.nii.gz");
    let mut mask = imaging::read_mask(&file, &imaging::MaskChoice::default()).expect("a mask");
    mask.geometry.origin[2] += 3.5;
    imaging::write_mask(&file, &mask).expect("a file");
    let failed = check().code(1);
    let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(said.contains("patient HCC-003, AP") && said.contains("(0, 0, 3.50) mm"), "{said}");
    assert!(failed.get_output().stdout.is_empty());
}
