//! Harmonisation and pooling against stored values of other programs.
//!
//! They are looked for in `$RISKSET_ORACLE`, then in `../shared/oracle` beside the repository.
#![allow(clippy::print_stdout, reason = "parity tests print what they compared")]

use std::path::{Path, PathBuf};

use serde_json::Value;

mod combat;
mod pool;
mod pooled_cox;

/// The reference file `relative`; `None`, and a line that says so, where the references are absent.
fn reference(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("RISKSET_ORACLE")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/oracle"), PathBuf::from);
    let path = root.join("trust").join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no reference values at {}", path.display());
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON")
}

/// Numbers of a JSON array.
fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("an array").iter().map(|v| v.as_f64().expect("a number")).collect()
}
