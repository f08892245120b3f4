//! A text table as it is written: no types, no missing values, every field to be copied as it stands.

use std::path::Path;

use super::{ReadError, csv, encoding, lines, packed, scan};
use crate::frame::RowId;

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// The names in its first line.
    pub names: Vec<String>,
    /// Its rows, each with as many fields as there are names.
    pub rows: Vec<(RowId, Vec<String>)>,
}

impl PlainTable {
    /// Position of the column called `name`; case counts only where it must.
    pub fn position(&self, name: &str) -> Option<usize> {
        let exact = self.names.iter().position(|n| n == name);
        exact.or_else(|| self.names.iter().position(|n| n.eq_ignore_ascii_case(name)))
    }
}

/// Reads a text table; the delimiter is found by itself. Missing fields at the end of a line are empty.
///
/// # Errors
/// The file cannot be read, or holds no table.
pub fn read_plain(path: &Path) -> Result<PlainTable, ReadError> {
    let file = || path.to_owned();
    let bytes = packed::bytes_of(path, path)?;
    let lines = lines::prepare(encoding::decode(&bytes, None).text);
    let (text, delimiter) = csv::divided(lines.text, lines.delimiter, path, &mut Vec::new());
    let records = scan::records(&text, delimiter)
        .map_err(|unclosed| ReadError::Quote { file: file(), line: (unclosed.line + lines.cut) as usize })?;
    let Some((header, body)) = records.split_first().filter(|(_, body)| !body.is_empty()) else {
        return Err(ReadError::Empty { file: file() });
    };
    let fields = |record: &scan::Record| -> Vec<String> {
        let fields = scan::fields(&text[record.start..record.end], delimiter);
        fields.into_iter().map(|field| field.trim().to_owned()).collect()
    };
    let names = fields(header);
    let row = |(record, row): (&scan::Record, u32)| {
        let mut fields = fields(record);
        fields.resize(names.len(), String::new());
        (RowId { row, line: record.line + lines.cut }, fields)
    };
    let rows = body.iter().zip(1..).map(row).collect();
    Ok(PlainTable { rows, names })
}
