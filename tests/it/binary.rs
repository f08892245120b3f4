//! The binary, as tests run it: with its state and cache in the folder of the test, its answers as JSON, its refusals as text.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The binary with its state and cache in `folder`.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command
}

/// A subcommand of it.
pub fn riskset(folder: &Path, subcommand: &str) -> Command {
    let mut command = program(folder);
    command.arg(subcommand);
    command
}

/// A subcommand on the study in `folder`.
pub fn on(folder: &Path, subcommand: &str, options: &[&str]) -> Command {
    let mut command = riskset(folder, subcommand);
    command.arg(folder).args(options);
    command
}

/// What it prints when it succeeds.
pub fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).expect("text")
}

/// Its answer.
pub fn answer(command: &mut Command) -> Value {
    serde_json::from_str(&stdout(command.args(["--format", "json"]))).expect("one JSON object")
}

/// Why it ends with this status; on stdout is nothing then.
pub fn refused(command: &mut Command, code: i32) -> String {
    let failed = command.assert().code(code);
    assert!(failed.get_output().stdout.is_empty(), "nothing on stdout when it fails");
    String::from_utf8_lossy(&failed.get_output().stderr).into_owned()
}

/// The model called so of the study in `folder`, written there: its path and what it holds.
pub fn model(folder: &Path, name: &str) -> (PathBuf, Value) {
    let path = folder.join(name).with_extension("json");
    on(folder, "model", &["--model", name, "--force", "-o"]).arg(&path).assert().success();
    let text = fs::read_to_string(&path).expect("a file");
    (path, serde_json::from_str(&text).expect("JSON"))
}

/// Whether one of an answer's notes holds these words.
pub fn says(answer: &Value, words: &str) -> bool {
    let notes = answer["notes"].as_array().expect("notes");
    notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains(words)))
}
