//! The documents against the program: every function and every key is in docs/study.md, and its examples can be computed.

use std::collections::BTreeSet;
use std::path::Path;

use riskset::study::Study;
use tables::{Expr, expr};

const STUDY: &str = include_str!("../../docs/study.md");

/// Whether `word` stands in the document as code: alone, at the head of a call, or before an equals sign.
fn is_code(word: &str) -> bool {
    let codes = STUDY.split('`').skip(1).step_by(2);
    codes.into_iter().any(|code| code == word || code.starts_with(&format!("{word}(")))
}

#[test]
fn every_function_of_expressions_is_in_the_reference() {
    for help in expr::functions() {
        for call in help.usage.split(" or ") {
            let name = call.split('(').next().unwrap_or_default();
            assert!(is_code(name), "docs/study.md does not name {name}: {}", help.usage);
        }
        // What the help says can be written so.
        let call = help.usage.split(" or ").next().unwrap_or_default().replace(", ..", "");
        let call = call.replace("case(when, then, else)", "case(x > 1, 2, 3)").replace("condition", "x > 1");
        Expr::parse(&call).unwrap_or_else(|error| panic!("{call}: {error}"));
    }
}

#[test]
fn the_examples_of_the_reference_are_expressions() {
    let begin = STUDY.find("| function | gives | example |").expect("the table of functions");
    let rows = STUDY[begin..].lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut n = 0;
    for row in rows {
        let example = row.rsplit('`').nth(1).expect("an example");
        Expr::parse(example).unwrap_or_else(|error| panic!("{example}: {error}"));
        n += 1;
    }
    assert!(n > 20, "{n} examples");
}

/// The keys that a study's reader knows where `section` stands, from what it says of one that it does not.
fn known(section: &str) -> Vec<String> {
    let text = format!("version = 1\ntable = \"t.csv\"\nid = \"id\"\n{section}\nqqqqqqqqqqqq = 1\n");
    let (_, problems) = Study::parse(&text, Path::new("."), Path::new("study.toml"));
    let said = problems.iter().find(|p| p.message.contains("qqqqqqqqqqqq"));
    let remedy = said.and_then(|p| p.remedy.as_deref()).unwrap_or_else(|| panic!("{section}: {problems:?}"));
    let keys = remedy.strip_prefix("known keys are ").unwrap_or_else(|| panic!("{section}: {remedy}"));
    keys.split(", ").map(|key| key.split(" and sections").next().unwrap_or(key).to_owned()).collect()
}

#[test]
fn every_key_of_a_study_is_in_the_reference() {
    let sections = [
        "",
        "[endpoints.OS]\ntime = \"t\"\nevent = \"e\"",
        "[cohorts]\ncolumn = \"c\"",
        "[cohorts]\nsplit = 0.7",
        "[[enrolment]]\ninclude = \"x > 1\"",
        "[columns.x]\nlabel = \"X\"",
        "[images]\nimage = \"a\"\nmask = \"b\"",
        "[images.T1]\nimage = \"a\"\nmask = \"b\"",
        "[features]\ncolumns = [\"a\"]",
        "[features.table]\npath = \"f.csv\"",
        "[extraction]\nbin_width = 5",
        "[extraction.T1]\nbin_width = 5",
        "[tables.labs]\npath = \"labs.csv\"",
        "[analysis]\nseed = 1",
        "[lasso]\nalpha = 1",
        "[icc]\nthreshold = 0.8",
        "[readings.x]\ncolumns = [\"a\", \"b\"]",
        "[models.x]\ncovariates = [\"a\"]",
        "[images]\nimage = \"{id}\"\nmask = \"{id}\"\n[regions.x]\nring = 5",
    ];
    let mut keys: BTreeSet<String> = sections.iter().flat_map(|section| known(section)).collect();
    // The table's own section stands where `table` does.
    let text = "version = 1\n[table]\npath = \"t.csv\"\nqqqqqqqqqqqq = 1\n";
    let (_, problems) = Study::parse(text, Path::new("."), Path::new("study.toml"));
    let remedy = problems.iter().find_map(|p| p.remedy.as_deref()?.strip_prefix("known keys are ")).expect("keys");
    keys.extend(remedy.split(", ").map(str::to_owned));
    assert!(keys.len() > 70, "{keys:?}");
    let absent: Vec<&String> = keys.iter().filter(|key| !names(key)).collect();
    assert!(absent.is_empty(), "docs/study.md does not name {absent:?}");
}

/// Whether a key is named in the reference, be it as the head of a section or beside others.
fn names(key: &str) -> bool {
    let codes = STUDY.split('`').skip(1).step_by(2);
    let heads = [format!("[{key}]"), format!("[[{key}]]"), format!("[{key}.")];
    codes.into_iter().any(|code| {
        code == key || code.starts_with(&format!("{key} =")) || heads.iter().any(|head| code.starts_with(head.as_str()))
    })
}
