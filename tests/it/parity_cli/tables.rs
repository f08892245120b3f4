//! Subcommands against R on tables with missing values, ties, clusters, many strata and odd names. Tables and values are
//! in `tests/fixtures/survival`, made by its `make_tables.R`.

use std::path::Path;

use serde_json::Value as Json;

use super::{answer, list};
use crate::reference::{Tally, number, strings};

/// Compares what is stored with the same part of an answer; p-values go into a tally of their own.
fn compare(values: &mut Tally, p: &mut Tally, at: &str, found: &Json, stored: &Json) {
    match stored {
        Json::Object(parts) => {
            for (key, part) in parts {
                let at = format!("{at} {key}");
                let tally = if key == "p" { &mut *p } else { &mut *values };
                match part {
                    Json::Object(_) | Json::Array(_) => compare(values, p, &at, &found[key], part),
                    Json::String(text) => tally.same(&at, found[key].as_str(), Some(text.as_str())),
                    _ => tally.number(&at, number(&found[key]), number(part)),
                }
            }
        }
        Json::Array(parts) => {
            values.same(&format!("{at} length"), list(found).len(), parts.len());
            for (i, (found, part)) in list(found).iter().zip(parts).enumerate() {
                compare(values, p, &format!("{at}[{i}]"), found, part);
            }
        }
        Json::String(text) => values.same(at, found.as_str(), Some(text.as_str())),
        _ => values.number(at, number(found), number(stored)),
    }
}

#[test]
fn every_stored_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/survival");
    let text = std::fs::read_to_string(folder.join("cases.json")).expect("stored values");
    let cases: Json = serde_json::from_str(&text).expect("JSON");
    let mut p = Tally::new("subcommands on further tables, p", 1e-6, 1e-300);
    for tolerance in [1e-8, 1e-6] {
        let mut values = Tally::new(format!("subcommands on further tables, {tolerance:e}"), tolerance, 1e-3);
        for case in list(&cases).iter().filter(|case| number(&case["tol"]) == tolerance) {
            let (command, table) = (case["sub"].as_str().expect("a name"), case["data"].as_str().expect("a file"));
            let arguments = strings(&case["args"]);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let found = answer(command, &folder.join(table), &arguments);
            compare(
                &mut values,
                &mut p,
                &format!("{command} {table} {}:", arguments.join(" ")),
                &found,
                &case["expect"],
            );
        }
        values.finish();
    }
    p.finish();
}
