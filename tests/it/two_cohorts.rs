//! Studies of a made table in two cohorts: what their files begin with, and how a test writes them.

use std::fs;
use std::path::Path;

/// The table, its endpoint and its cohorts, which every such study has.
const HEAD: &str = r#"version = 1
table = "patients.csv"
id = "id"

[endpoints.OS]
time = "months"
event = "died"
unit = "months"

[cohorts]
column = "part"
order = ["training", "validation"]
"#;

/// The cohort of patient `i`: two of three are for training.
pub fn part(i: usize) -> &'static str {
    ["training", "training", "validation"][i % 3]
}

/// Writes the table, which has the columns id, months, died and part, and a study of it with these further sections.
pub fn write(folder: &Path, table: &str, sections: &str) {
    fs::write(folder.join("patients.csv"), table).expect("a file");
    fs::write(folder.join("study.toml"), format!("{HEAD}\n{sections}")).expect("a file");
}
