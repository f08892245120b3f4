//! Reading tables: text, workbooks, Parquet. The only place that knows polars and calamine.
//!
//! A text goes through one step after the other, each in a file of its own and each with notes of what it did: unpacked
//! (`packed`), told by its first bytes (`format`), decoded (`encoding`), freed of what is no record (`lines`), cut into
//! records and fields (`scan`, `blanks`); header and feet are found (`layout`), names made unique (`header`); then the
//! columns are typed. A workbook joins at the layout. Where a text is clean, `clean` takes all steps from the records on
//! at once.

mod blanks;
mod clean;
mod csv;
mod encoding;
mod error;
mod excel;
mod format;
mod header;
mod labelled;
mod layout;
mod lines;
mod packed;
mod parquet;
mod plain;
mod raw;
mod scan;
mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use watch::caught::caught;

pub use encoding::is_known as is_encoding;
pub(crate) use encoding::named as encoding_named;
pub use error::ReadError;
pub use format::is_table;
pub use plain::{PlainTable, read_plain};
pub use table::Table;
pub(super) use words::is_unit;

use self::format::Format;
use self::raw::{Raw, RawColumn};
use super::column::Kind;
use super::date::DateOrder;
use super::frame::Frame;
use super::number::Mark;
use super::typing::LimitRule;
use crate::problem::Problem;

/// How to read a table; the default finds everything out by itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The sheet of a workbook, by its name or its number from 1.
    pub sheet: Option<String>,
    /// What separates the fields of a text table.
    pub delimiter: Option<char>,
    /// The encoding of a text table.
    pub encoding: Option<String>,
    /// The mark before decimals.
    pub decimal: Option<Mark>,
    /// Texts that mean a missing value, besides [`super::MISSING`].
    pub missing: Vec<String>,
    /// How 03/04/2019 is to be read.
    pub dates: Option<DateOrder>,
    /// What stands for a value beyond a limit of detection.
    pub limits: Option<LimitRule>,
    /// What is known of single columns.
    pub columns: BTreeMap<String, ColumnRules>,
    /// Cells that are read as if they were empty.
    pub withheld: Withheld,
}

/// Cells that nothing may learn of: neither values nor types, levels and problems show what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// Names of the columns.
    pub columns: BTreeSet<String>,
    /// The rows, by the number that [`Frame::row_id`] gives.
    pub rows: BTreeSet<u32>,
}

impl Withheld {
    /// Whether nothing is withheld.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty() || self.rows.is_empty()
    }
}

/// What is known of a column before it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnRules {
    /// Its type; guessed if not said.
    pub kind: Option<Kind>,
    /// More texts that mean a missing value in it; an empty list says that there is none.
    pub missing: Option<Vec<String>>,
    /// What stands for a value beyond a limit of detection.
    pub limits: Option<LimitRule>,
}

/// What hears how far the reading of a table is: the share of it that is done, from 0 to 1. It may be called from several
/// threads, and a smaller share may come after a larger one.
pub type Told<'t> = &'t (dyn Fn(f64) + Sync);

/// Reads the table at `path`; messages call it `shown`. What is odd in it is listed, not refused.
///
/// What the file is shows by its first bytes, and where these leave it open by the ending of its name. Columns are typed
/// by their values; [`super::Column::guess`] says why.
///
/// # Errors
/// The file cannot be read, or holds no table, or none that can be told from others.
pub fn read_table(path: &Path, shown: &Path, options: &ReadOptions) -> Result<(Frame, Vec<Problem>), ReadError> {
    read_telling(path, shown, options, &|_| {})
}

/// The same, telling how far it is. Half of the work is said to be the bytes of the file, the other half the fields in them.
///
/// # Errors
/// As [`read_table`].
pub fn read_telling(
    path: &Path,
    shown: &Path,
    options: &ReadOptions,
    told: Told<'_>,
) -> Result<(Frame, Vec<Problem>), ReadError> {
    let damaged = |reason: &str| ReadError::damaged(shown, reason);
    let read = || {
        let raw = raw(path, shown, options, told)?;
        if raw.columns.is_empty() || raw.rows.is_empty() {
            return Err(ReadError::Empty { file: shown.to_owned() });
        }
        if raw.columns.iter().any(|column| column.len() != raw.rows.len()) {
            return Err(damaged("its columns are not of one length"));
        }
        let typed = raw.typed(shown, options);
        told(1.0);
        Ok(typed)
    };
    caught(read).unwrap_or_else(|panic| Err(damaged(&panic)))
}

/// The first rows of a large text table, typed by themselves: to be looked at while the whole is read. Nothing of a table
/// that is small, packed or no text, or of which cells are withheld.
pub fn read_first(path: &Path, shown: &Path, options: &ReadOptions) -> Option<Frame> {
    let read = || {
        let bytes = packed::head_of(path).filter(|_| options.withheld.is_empty())?;
        let Format::Text(usual) = Format::of(path, &bytes) else { return None };
        let end = memchr::memrchr(b'\n', &bytes)?;
        let raw = csv::read(&bytes[..end], shown, options, usual, &|_| {}).ok()?;
        let is_table = !raw.rows.is_empty() && raw.columns.iter().all(|column| column.len() == raw.rows.len());
        is_table.then(|| raw.typed(shown, options).0)
    };
    caught(read).ok().flatten()
}

/// The visible sheets of a workbook with something in them; the one that is read without being asked for stands first.
/// None for what is no workbook.
pub fn sheets(path: &Path) -> Vec<String> {
    let read = || match packed::bytes_of(path, path) {
        Ok(bytes) if Format::of(path, &bytes) == Format::Workbook => excel::sheets(bytes, path),
        _ => Vec::new(),
    };
    caught(read).unwrap_or_default()
}

/// The table in its file's own terms. The libraries that read it were not written for damaged files.
fn raw(path: &Path, shown: &Path, options: &ReadOptions, told: Told<'_>) -> Result<Raw, ReadError> {
    let bytes = packed::bytes_telling(path, shown, &|share| told(share / 2.0))?;
    let told = |share: f64| told(0.5 + share / 2.0);
    match Format::of(path, &bytes) {
        Format::Text(usual) => csv::read(&bytes, shown, options, usual, &told),
        Format::Parquet => parquet::read(bytes, shown),
        Format::Workbook => excel::read(bytes, shown, options),
        format @ (Format::Spss | Format::Stata | Format::Sas | Format::Transport) => {
            labelled::read(format, &bytes, shown, asked_encoding(shown, options)?)
        }
        Format::Other(what, remedy) => {
            let remedy = remedy.replace("FILE", &shown.display().to_string());
            Err(ReadError::Format { file: shown.to_owned(), what: what.to_owned(), remedy })
        }
    }
}

/// The encoding that is asked for.
fn asked_encoding(shown: &Path, options: &ReadOptions) -> Result<Option<&'static encoding_rs::Encoding>, ReadError> {
    let Some(name) = &options.encoding else { return Ok(None) };
    let unknown = || ReadError::Encoding { file: shown.to_owned(), encoding: name.clone() };
    encoding::named(name).map(Some).ok_or_else(unknown)
}
