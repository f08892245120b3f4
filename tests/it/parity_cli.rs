//! The subcommands' JSON against stored reference values, through the binary.

mod cox;
mod km;
mod logrank;
mod table1;
mod tables;

use std::path::PathBuf;

use assert_cmd::Command;
use serde_json::Value as Json;

use crate::reference::{number, numbers};

/// The table of a reference data set, if the references are here.
fn data(name: &str) -> Option<PathBuf> {
    crate::oracle::path(&format!("survival/data/{name}.csv"))
}

/// The JSON that `riskset COMMAND TABLE ARGS.. --format json` prints.
fn answer(command: &str, table: &PathBuf, arguments: &[&str]) -> Json {
    let mut riskset = Command::cargo_bin("riskset").expect("the binary is built");
    let run = riskset.arg(command).arg(table).args(arguments).args(["--format", "json"]).assert().success();
    serde_json::from_slice(&run.get_output().stdout).expect("one JSON object")
}

/// The endpoint's options of the reference tables.
const ENDPOINT: [&str; 4] = ["--time", "time", "--event", "event"];

fn with_endpoint<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    ENDPOINT.iter().copied().chain(arguments.iter().copied()).collect()
}

fn list(value: &Json) -> &[Json] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// One number of every element of a list.
fn each(value: &Json, key: &str) -> Vec<f64> {
    list(value).iter().map(|v| number(&v[key])).collect()
}

/// A list of numbers, or one number as a list of one.
fn as_list(value: &Json) -> Vec<f64> {
    if value.is_array() { numbers(value) } else { vec![number(value)] }
}

/// The table with the column `w` of 1, 2, 0.5 repeated over its rows, in `folder`.
fn with_weights(table: &PathBuf, folder: &tempfile::TempDir) -> PathBuf {
    let text = std::fs::read_to_string(table).expect("a table");
    let weight = |i: usize| if i == 0 { "w" } else { ["1", "2", "0.5"][(i - 1) % 3] };
    let lines: Vec<String> = text.lines().enumerate().map(|(i, line)| format!("{line},{}", weight(i))).collect();
    let path = folder.path().join("weighted.csv");
    std::fs::write(&path, lines.join("\n") + "\n").expect("a file");
    path
}
