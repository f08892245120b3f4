//! Where results go: stdout, or a file that is written as a whole and never silently replaced.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::document::delimited::{self, Separator};
use crate::document::text::{self, TextStyle};
use crate::document::{Document, Precision, markdown};
use crate::jobs::cache::write_atomically;

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Csv,
    Md,
}

/// Options of every subcommand that gives a result.
#[derive(Args, Clone)]
pub(super) struct Output {
    /// How the result is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

impl Output {
    /// Writes an answer: as JSON in its own form, else as the document that a pane would show.
    pub fn write<A: Serialize>(&self, answer: &A, document: impl FnOnce() -> Document) -> anyhow::Result<()> {
        self.write_with_notes(answer, &[], document)
    }

    /// The same with notes before the answer's own.
    pub fn write_with_notes<A: Serialize>(
        &self,
        answer: &A,
        notes: &[String],
        document: impl FnOnce() -> Document,
    ) -> anyhow::Result<()> {
        let document = || {
            let mut document = document();
            document.notes.splice(0..0, notes.iter().cloned());
            document
        };
        let text = match self.format {
            Format::Json => json(answer, notes)?,
            Format::Text => text::render(&document(), TextStyle::default()),
            Format::Csv => delimited::render(&document(), Separator::Comma, Precision::Full),
            Format::Md => markdown::render(&document()),
        };
        self.write_text(&text)
    }

    /// Writes a finished text.
    pub fn write_text(&self, text: &str) -> anyhow::Result<()> {
        match &self.output {
            None => print(text),
            Some(path) => {
                self.refuse_to_replace(path)?;
                write_atomically(path, text.as_bytes()).with_context(|| path.display().to_string())
            }
        }
    }

    /// An error if `path` is there and may not be replaced; long work asks before it begins.
    pub fn refuse_to_replace(&self, path: &Path) -> anyhow::Result<()> {
        if path.exists() && !self.force {
            bail!("{} is there already; --force replaces it", path.display());
        }
        Ok(())
    }
}

/// One JSON object with the program's version; numbers that are not finite are null.
fn json<A: Serialize>(answer: &A, notes: &[String]) -> anyhow::Result<String> {
    let mut value = serde_json::to_value(answer)?;
    if let Some(object) = value.as_object_mut() {
        let own = object.entry("notes").or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let Some(own) = own.as_array_mut() {
            own.splice(0..0, notes.iter().cloned().map(serde_json::Value::from));
        }
        object.insert("riskset".to_owned(), env!("CARGO_PKG_VERSION").into());
    }
    Ok(serde_json::to_string(&value)? + "\n")
}

/// Prints to stdout.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}
