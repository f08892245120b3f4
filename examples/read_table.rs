//! Reads any table that riskset reads and prints it as JSON: each column's name, label, type and values, and what was
//! odd about it.
//!
//! `cargo run --release --example read_table -- patients.sav`
#![allow(clippy::print_stdout, reason = "an example prints what it read")]

use std::path::Path;

use tables::{ReadOptions, read_table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a table")?;
    let (frame, problems) = read_table(Path::new(&path), Path::new(&path), &ReadOptions::default())?;
    let columns: Vec<serde_json::Value> = frame
        .columns()
        .map(|column| {
            let values: Vec<Option<String>> = (0..column.values.len()).map(|i| column.values.text(i)).collect();
            serde_json::json!({
                "name": column.name, "label": column.label, "kind": column.kind().word(), "values": values,
            })
        })
        .collect();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    println!("{}", serde_json::json!({ "columns": columns, "problems": problems }));
    Ok(())
}
