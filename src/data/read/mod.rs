//! Reading tables: CSV and its kin, Parquet, workbooks. The only place that knows polars and calamine.

mod cells;
mod csv;
mod encoding;
mod excel;
mod header;
mod parquet;
mod plain;
mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use plain::{PlainTable, read_plain};

use super::column::{Column, Guess, Kind, Values};
use super::date::DateOrder;
use super::frame::{Frame, RowId};
use super::missing::MissingTexts;
use super::typing::{Rules, Typed, Written};
use super::unseen::unseen;
use crate::caught::caught;
use crate::problem::{Place, Problem};

/// How to read a table; the default finds everything out by itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadOptions {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// What separates the fields of a text table.
    pub delimiter: Option<char>,
    /// Texts that mean a missing value, besides [`super::MISSING`].
    pub missing: Vec<String>,
    /// How 03/04/2019 is to be read.
    pub dates: Option<DateOrder>,
    /// What is known of single columns.
    pub columns: BTreeMap<String, ColumnRules>,
}

/// What is known of a column before it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ColumnRules {
    /// Its type; guessed if not said.
    pub kind: Option<Kind>,
    /// More texts that mean a missing value in it.
    pub missing: Vec<String>,
}

/// Why a table cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("{}: {reason}", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The ending of the name is not one of a table.
    #[error("{}: not a table; tables are .csv, .tsv, .txt, .parquet, .xlsx, .xls and .ods files", file.display())]
    Format {
        /// The file.
        file: PathBuf,
    },
    /// There is nothing in it.
    #[error("{}: there is no row of data", file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// The workbook has no such sheet.
    #[error("{}: no sheet {sheet}; its sheets are {}", file.display(), sheets.join(", "))]
    Sheet {
        /// The file.
        file: PathBuf,
        /// The sheet asked for.
        sheet: String,
        /// The sheets it has.
        sheets: Vec<String>,
    },
    /// A quoted field is never closed.
    #[error("{}:{line}: the quote that opens here is never closed", file.display())]
    Quote {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// It is damaged, or not what its name says.
    #[error("{}: {reason}", file.display())]
    Content {
        /// The file.
        file: PathBuf,
        /// What the reader says.
        reason: String,
    },
}

/// A table as it is written, before its types are found.
struct Raw {
    names: Vec<String>,
    rows: Vec<RowId>,
    columns: Vec<RawColumn>,
    problems: Vec<Problem>,
}

/// A column as it is written.
enum RawColumn {
    /// Texts of polars, not copied.
    Polars(polars::prelude::StringChunked),
    /// Texts of another reader.
    Texts(Vec<Option<String>>),
    /// Values whose type the file itself knows.
    Typed(Values, &'static str),
}

/// Endings of the files that are read as tables.
pub const EXTENSIONS: [&str; 9] = ["csv", "tsv", "tab", "txt", "parquet", "xlsx", "xlsm", "xls", "ods"];

/// Whether the name of a file is that of a table.
pub fn is_table(path: &Path) -> bool {
    extension(path).is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
}

/// Reads the table at `path`; messages call it `shown`. What is odd in it is listed, not refused.
///
/// The format follows the ending of the name. Columns are typed by their values; [`Column::guess`] says why.
pub fn read_table(path: &Path, shown: &Path, options: &ReadOptions) -> Result<(Frame, Vec<Problem>), ReadError> {
    let damaged = |reason: &str| ReadError::damaged(shown, reason);
    let read = || {
        let raw = raw(path, shown, options)?;
        if raw.columns.is_empty() || raw.rows.is_empty() {
            return Err(ReadError::Empty { file: shown.to_owned() });
        }
        if raw.columns.iter().any(|column| column.len() != raw.rows.len()) {
            return Err(damaged("its columns are not of one length"));
        }
        Ok(raw.typed(shown, options))
    };
    caught(read).unwrap_or_else(|panic| Err(damaged(&panic)))
}

/// The table in its file's own terms. The libraries that read it were not written for damaged files.
fn raw(path: &Path, shown: &Path, options: &ReadOptions) -> Result<Raw, ReadError> {
    match extension(path).as_deref() {
        Some("csv" | "txt") => csv::read(path, shown, options, None),
        Some("tsv" | "tab") => csv::read(path, shown, options, Some(b'\t')),
        Some("parquet") => parquet::read(path, shown),
        Some("xlsx" | "xlsm" | "xls" | "ods") => excel::read(path, shown, options),
        _ => Err(ReadError::Format { file: shown.to_owned() }),
    }
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|e| e.to_string_lossy().to_lowercase())
}

impl Raw {
    /// Finds the type of every column.
    fn typed(mut self, shown: &Path, options: &ReadOptions) -> (Frame, Vec<Problem>) {
        self.names = header::unique_names(std::mem::take(&mut self.names), shown, &mut self.problems);
        self.drop_empty_rows(shown);
        let known: ColumnRules = ColumnRules::default();
        let type_column = |k: usize, dates: Option<DateOrder>| {
            let said = options.columns.get(&self.names[k]).unwrap_or(&known);
            let missing = options.missing.iter().chain(&said.missing).map(String::as_str);
            let rules = Rules { missing: MissingTexts::with(missing), dates, kind: said.kind };
            self.columns[k].read(&self.names[k], &self.rows, shown, &rules)
        };
        let n_columns = self.columns.len();
        let mut typed: Vec<Typed> = (0..n_columns).into_par_iter().map(|k| type_column(k, options.dates)).collect();
        // Dates that read either way follow those of another column that read in one way only.
        if let Some((by, order)) = typed.iter().find_map(|t| t.proves.map(|order| (t.column.name.clone(), order))) {
            for k in (0..n_columns).filter(|&k| typed[k].is_ambiguous).collect::<Vec<_>>() {
                typed[k] = type_column(k, Some(order));
                let message = format!("dates are read as {}, as those of {by} must be", order.word());
                typed[k].problems.push(Problem::note(Place::file(shown).field(&self.names[k]), message));
            }
        }
        let mut problems = self.problems;
        let mut columns = Vec::with_capacity(n_columns);
        for column in typed {
            problems.extend(column.problems);
            columns.push(column.column);
        }
        problems.extend(unseen(shown, &self.rows, &columns));
        let frame = Frame::new(Some(shown.to_owned()), self.rows, columns);
        (frame.expect("every column was read from the same rows"), problems)
    }

    /// Leaves out rows without any value: formatted but empty rows of workbooks, lines of nothing but delimiters.
    fn drop_empty_rows(&mut self, shown: &Path) {
        let empty: Vec<bool> =
            (0..self.rows.len()).map(|i| self.columns.iter().all(|column| column.is_empty_at(i))).collect();
        let n = empty.iter().filter(|&&e| e).count();
        if n == 0 {
            return;
        }
        let message = format!("{n} row{} without any value left out", if n == 1 { "" } else { "s" });
        self.problems.push(Problem::note(Place::file(shown), message));
        let keep: Vec<usize> = (0..self.rows.len()).filter(|&i| !empty[i]).collect();
        self.rows = keep.iter().map(|&i| self.rows[i]).collect();
        for column in &mut self.columns {
            *column = column.select(&keep);
        }
    }
}

impl RawColumn {
    fn read(&self, name: &str, rows: &[RowId], file: &Path, rules: &Rules<'_>) -> Typed {
        let cells = match self {
            Self::Polars(texts) => texts.iter().collect(),
            Self::Texts(texts) => texts.iter().map(Option::as_deref).collect(),
            Self::Typed(values, reason) if rules.kind.is_none_or(|kind| kind == values.kind()) => {
                let guess = Guess { kind: values.kind(), reason: (*reason).to_owned() };
                let column = Column { guess, ..Column::new(name, values.clone(), "") };
                return Typed { column, problems: Vec::new(), proves: None, is_ambiguous: false };
            }
            Self::Typed(values, _) => {
                let texts: Vec<Option<String>> = (0..values.len()).map(|i| values.text(i)).collect();
                let cells = texts.iter().map(Option::as_deref).collect();
                return Written { name, cells, rows, file }.read(rules);
            }
        };
        Written { name, cells, rows, file }.read(rules)
    }

    fn len(&self) -> usize {
        match self {
            Self::Polars(texts) => texts.len(),
            Self::Texts(texts) => texts.len(),
            Self::Typed(values, _) => values.len(),
        }
    }

    fn is_empty_at(&self, i: usize) -> bool {
        let blank = |text: Option<&str>| text.is_none_or(|t| t.trim().is_empty());
        match self {
            Self::Polars(texts) => blank(texts.get(i)),
            Self::Texts(texts) => blank(texts[i].as_deref()),
            Self::Typed(values, _) => values.is_missing(i),
        }
    }

    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Polars(texts) => Self::Texts(rows.iter().map(|&i| texts.get(i).map(str::to_owned)).collect()),
            Self::Texts(texts) => Self::Texts(rows.iter().map(|&i| texts[i].clone()).collect()),
            Self::Typed(values, reason) => Self::Typed(values.select(rows), reason),
        }
    }
}

impl ReadError {
    /// What a reader cannot make sense of; `reason` is what it says.
    fn damaged(file: &Path, reason: &str) -> Self {
        let reason = reason.lines().next().unwrap_or_default();
        let reason = format!("the file is damaged ({reason}); copy or export it again");
        Self::Content { file: file.to_owned(), reason }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let text = error.to_string();
        let (file, line) = match error {
            ReadError::Quote { file, line } => (file, Some(line)),
            ReadError::Open { file, .. }
            | ReadError::Format { file }
            | ReadError::Empty { file }
            | ReadError::Sheet { file, .. }
            | ReadError::Content { file, .. } => (file, None),
        };
        let shown = match line {
            Some(line) => format!("{}:{line}: ", file.display()),
            None => format!("{}: ", file.display()),
        };
        let message = text.strip_prefix(&shown).unwrap_or(&text);
        Self::error(Place { line, ..Place::file(file) }, message)
    }
}
