//! Reads a table and says how many rows and columns it has: as riskset reads it, or a workbook as calamine alone does.
//!
//! `cargo run --release -p riskset-tables --example reading -- patients.xlsx [calamine]`

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;

use calamine::{Reader, open_workbook_auto};
use tables::{ReadOptions, read_table};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name a table")?;
    let (rows, columns) = match std::env::args().nth(2).as_deref() {
        Some("calamine") => {
            let mut book = open_workbook_auto(&path)?;
            let sheet = book.sheet_names().into_iter().next().ok_or("no sheet")?;
            let (rows, columns) = book.worksheet_range(&sheet)?.get_size();
            (rows - 1, columns)
        }
        _ => {
            let (frame, _) = read_table(Path::new(&path), Path::new(&path), &ReadOptions::default())?;
            (frame.len(), frame.columns().count())
        }
    };
    writeln!(io::stdout(), "{rows} x {columns}")?;
    Ok(())
}
