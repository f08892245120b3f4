//! Reading tables: text, workbooks, Parquet. The only place that knows polars and calamine.
//!
//! A text goes through one step after the other, each in a file of its own and each with notes of what it did: unpacked
//! (`packed`), told by its first bytes (`format`), decoded (`encoding`), freed of what is no record (`lines`), cut into
//! records and fields (`scan`, `blanks`); header and feet are found (`layout`), names made unique (`header`); then the
//! columns are typed. A workbook joins at the layout. Where a text is clean, `clean` takes all steps from the records on
//! at once.

mod blanks;
mod cells;
mod clean;
mod csv;
mod encoding;
mod excel;
mod format;
mod header;
mod labelled;
mod layout;
mod lines;
mod packed;
mod parquet;
mod plain;
mod scan;
mod table;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use watch::caught::caught;

pub use encoding::is_known as is_encoding;
pub(crate) use encoding::named as encoding_named;
pub use format::is_table;
pub use plain::{PlainTable, read_plain};
pub use table::Table;
pub(super) use words::is_unit;

use self::format::Format;
use super::column::{Kind, Values};
use super::date::DateOrder;
use super::frame::{Frame, RowId};
use super::missing::MissingTexts;
use super::number::Mark;
use super::typing::{LimitRule, Rules, Typed, Written};
use super::unseen::unseen;
use crate::problem::{Place, Problem};

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
    /// It is something else than a table.
    #[error(
        "{}: this is {what}; tables are CSV, TSV, Parquet, XLSX, XLS, ODS, SPSS, Stata and SAS files; {remedy}",
        file.display()
    )]
    Format {
        /// The file.
        file: PathBuf,
        /// What it is.
        what: String,
        /// How it is made a table.
        remedy: String,
    },
    /// There is no encoding of the name that was asked for.
    #[error(
        "{}: no encoding is called {encoding}; some are UTF-8, GB18030, Big5, Shift_JIS, EUC-KR, windows-1252, UTF-16LE",
        file.display()
    )]
    Encoding {
        /// The file.
        file: PathBuf,
        /// The name asked for.
        encoding: String,
    },
    /// Several sheets of the workbook may be meant.
    #[error(
        "{}: question: which sheet holds the patients? It may be: {}. Answer by --sheet NAME (`sheet` in the table's section)",
        file.display(),
        sheets.join(", ")
    )]
    WhichSheet {
        /// The file.
        file: PathBuf,
        /// The sheets it may be.
        sheets: Vec<String>,
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
#[derive(Default)]
struct Raw {
    names: Vec<String>,
    /// What a row of labels below the names says of each column; may be short.
    labels: Vec<Option<String>>,
    /// What a row of units below the names says of each column; may be short.
    units: Vec<Option<String>>,
    /// The line of the names.
    header: usize,
    /// What stands between the fields of a text.
    delimiter: Option<u8>,
    rows: Vec<RowId>,
    columns: Vec<RawColumn>,
    problems: Vec<Problem>,
}

/// A column as it is written.
enum RawColumn {
    /// Texts of polars, not copied.
    Polars(polars::prelude::StringChunked),
    /// The same from a file that knows which columns are texts: nearly all are plain words.
    Words(polars::prelude::StringChunked),
    /// Texts of another reader.
    Texts(Vec<Option<String>>),
    /// Values whose type the file itself knows.
    Typed(Values, &'static str),
    /// A column that was typed as it was read, until it is taken, and its number of rows.
    Read(Option<Box<Typed>>, usize),
}

/// Reads the table at `path`; messages call it `shown`. What is odd in it is listed, not refused.
///
/// What the file is shows by its first bytes, and where these leave it open by the ending of its name. Columns are typed
/// by their values; [`super::Column::guess`] says why.
///
/// # Errors
/// The file cannot be read, or holds no table, or none that can be told from others.
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
fn raw(path: &Path, shown: &Path, options: &ReadOptions) -> Result<Raw, ReadError> {
    let bytes = packed::bytes_of(path, shown)?;
    match Format::of(path, &bytes) {
        Format::Text(usual) => csv::read(&bytes, shown, options, usual),
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

impl Raw {
    /// Finds the type of every column.
    fn typed(mut self, shown: &Path, options: &ReadOptions) -> (Frame, Vec<Problem>) {
        self.names = header::unique_names(std::mem::take(&mut self.names), shown, self.header, &mut self.problems);
        self.drop_empty_rows(shown);
        let mut columns = std::mem::take(&mut self.columns);
        let type_column = |column: &mut RawColumn, k: usize, dates: Option<DateOrder>, mark: Option<Mark>| {
            let rules = rules_of(&self.names[k], options, dates, mark);
            column.read(&self.names[k], &self.rows, shown, &rules)
        };
        let n_columns = columns.len();
        let first = |(k, column): (usize, &mut RawColumn)| type_column(column, k, options.dates, options.decimal);
        let mut typed: Vec<Typed> = columns.par_iter_mut().enumerate().map(first).collect();
        // Dates that read either way follow those of another column that read in one way only.
        if let Some((by, order)) = typed.iter().find_map(|t| t.proves.map(|order| (t.column.name.clone(), order))) {
            for k in (0..n_columns).filter(|&k| typed[k].is_ambiguous).collect::<Vec<_>>() {
                typed[k] = type_column(&mut columns[k], k, Some(order), options.decimal);
                let message = format!("dates are read as {}, as those of {by} must be", order.word());
                typed[k].problems.push(Problem::note(Place::file(shown).field(&self.names[k]), message));
            }
        }
        // So do numbers such as 1,957 and 1.957 with the marks of the other columns.
        if options.decimal.is_none() {
            let mark = self.mark_of(&typed);
            let is_open = |t: &Typed| t.marks.is_open && t.marks.decides().is_none();
            // A column that was typed as it was read is one that either mark leaves as it is.
            let is_kept = |k: &usize| !matches!(columns[*k], RawColumn::Read(..));
            for k in (0..n_columns).filter(|&k| is_open(&typed[k])).filter(is_kept).collect::<Vec<_>>() {
                match mark {
                    Some(mark) => typed[k] = type_column(&mut columns[k], k, options.dates, Some(mark)),
                    None => self.doubt_marks(&columns[k], k, &mut typed[k], shown),
                }
            }
        }
        drop(columns);
        let mut problems = self.problems;
        let mut columns = Vec::with_capacity(n_columns);
        for (k, typed) in typed.into_iter().enumerate() {
            let mut column = typed.column;
            column.label = column.label.or_else(|| self.labels.get(k).cloned().flatten());
            column.unit = self.units.get(k).cloned().flatten().or(column.unit);
            problems.extend(typed.problems);
            problems.extend(column.doubt.iter().map(|doubt| {
                Problem::warning(Place::file(shown).field(&column.name), format!("question: {}", doubt.text))
                    .remedy(doubt.option.clone())
            }));
            columns.push(column);
        }
        problems.extend(unseen(shown, &self.rows, &columns));
        let frame = Frame::new(Some(shown.to_owned()), self.rows, columns);
        (frame.expect("every column was read from the same rows"), problems)
    }

    /// The mark before decimals in this table, by the columns that leave no doubt, else by what divides its fields.
    fn mark_of(&self, typed: &[Typed]) -> Option<Mark> {
        let comma = typed.iter().any(|t| t.marks.comma);
        let point = typed.iter().any(|t| t.marks.point);
        match (comma, point) {
            (true, false) => Some(Mark::Comma),
            (false, true) => Some(Mark::Point),
            // Whoever divides fields by commas writes decimals with points.
            (false, false) if self.delimiter == Some(b',') => Some(Mark::Point),
            _ => None,
        }
    }

    /// Between semicolons 1.957 may be either; elsewhere a point stands before decimals.
    fn doubt_marks(&self, column: &RawColumn, k: usize, typed: &mut Typed, shown: &Path) {
        if self.delimiter != Some(b';') || typed.column.doubt.is_some() || typed.column.kind() != Kind::Number {
            return;
        }
        let texts = (0..self.rows.len()).filter_map(|i| column.text_at(i));
        let open = |text: &&str| super::number::may_be_thousands(text.trim());
        let Some(example) = texts.into_iter().find(open).map(|t| t.trim().to_owned()) else { return };
        let written = Written { name: &self.names[k], cells: Vec::new(), rows: &[], file: shown };
        typed.column.doubt = Some(written.doubt_of_mark(&example, '.'));
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

/// What is known of the column called `name` before it is read.
fn rules_of<'o>(name: &str, options: &'o ReadOptions, dates: Option<DateOrder>, mark: Option<Mark>) -> Rules<'o> {
    let said = options.columns.get(name);
    let own = said.and_then(|said| said.missing.as_ref());
    let missing = options.missing.iter().chain(own.into_iter().flatten()).map(String::as_str);
    Rules {
        missing: MissingTexts::with(missing),
        dates,
        kind: said.and_then(|said| said.kind),
        mark,
        limits: said.and_then(|said| said.limits).or(options.limits),
        says_missing: own.is_some(),
    }
}

impl RawColumn {
    /// The typed column. One that was typed as it was read is given away; it is asked for once.
    fn read(&mut self, name: &str, rows: &[RowId], file: &Path, rules: &Rules<'_>) -> Typed {
        let cells: Vec<Option<&str>> = match self {
            Self::Words(texts) => {
                let cells: Vec<Option<&str>> = texts.iter().collect();
                let written = Written { name, cells: Vec::new(), rows, file };
                match clean::of_texts(&cells, &written, rules) {
                    Some(typed) => return typed,
                    None => cells,
                }
            }
            Self::Read(typed, _) => return *typed.take().expect("a column is taken once"),
            Self::Polars(texts) => texts.iter().collect(),
            Self::Texts(texts) => texts.iter().map(Option::as_deref).collect(),
            Self::Typed(values, reason) if rules.kind.is_none_or(|kind| kind == values.kind()) => {
                return Written { name, cells: Vec::new(), rows, file }.take(values.clone(), reason, rules);
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
            Self::Polars(texts) | Self::Words(texts) => texts.len(),
            Self::Texts(texts) => texts.len(),
            Self::Typed(values, _) => values.len(),
            Self::Read(_, rows) => *rows,
        }
    }

    fn is_empty_at(&self, i: usize) -> bool {
        let blank = |text: Option<&str>| text.is_none_or(|t| t.trim().is_empty());
        match self {
            Self::Polars(texts) | Self::Words(texts) => blank(texts.get(i)),
            Self::Texts(texts) => blank(texts[i].as_deref()),
            Self::Typed(values, _) => values.is_missing(i),
            // No row of a table that is read so is empty.
            Self::Read(..) => false,
        }
    }

    fn text_at(&self, i: usize) -> Option<&str> {
        match self {
            Self::Polars(texts) | Self::Words(texts) => texts.get(i),
            Self::Texts(texts) => texts[i].as_deref(),
            Self::Typed(..) | Self::Read(..) => None,
        }
    }

    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Polars(texts) | Self::Words(texts) => {
                Self::Texts(rows.iter().map(|&i| texts.get(i).map(str::to_owned)).collect())
            }
            Self::Texts(texts) => Self::Texts(rows.iter().map(|&i| texts[i].clone()).collect()),
            Self::Typed(values, reason) => Self::Typed(values.select(rows), reason),
            Self::Read(..) => unreachable!("no row of a table that is read so is left out"),
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
            | ReadError::Format { file, .. }
            | ReadError::Encoding { file, .. }
            | ReadError::WhichSheet { file, .. }
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
