//! Prints a table as it is read: a line of names, a line of kinds, then a line a row, fields between tabs, `\N` where
//! there is no value.
//!
//! `cargo run --release -p riskset-tables --example cells -- patients.sav`

use std::io::{self, BufWriter, Write};
use std::path::Path;

use tables::{ReadOptions, read_table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a table")?;
    let (frame, _) = read_table(Path::new(&path), Path::new(&path), &ReadOptions::default())?;
    let mut out = BufWriter::new(io::stdout().lock());
    let plain = |text: &str| text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r");
    let line = |fields: Vec<String>| fields.join("\t");
    writeln!(out, "{}", line(frame.names().map(plain).collect()))?;
    writeln!(out, "{}", line(frame.columns().map(|c| c.kind().word().to_owned()).collect()))?;
    for i in 0..frame.len() {
        let cell = |c: &tables::Column| c.values.text(i).map_or_else(|| "\\N".to_owned(), |text| plain(&text));
        writeln!(out, "{}", line(frame.columns().map(cell).collect()))?;
    }
    Ok(())
}
