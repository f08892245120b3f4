//! Why a table cannot be read.

use std::path::{Path, PathBuf};

use crate::problem::{Place, Problem};

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

impl ReadError {
    /// What a reader cannot make sense of; `reason` is what it says.
    pub(super) fn damaged(file: &Path, reason: &str) -> Self {
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
