//! Where results go: stdout, or a file that is written as a whole and never silently replaced.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::document::delimited::{self, Separator};
use crate::document::text::{self, TextStyle};
use crate::document::{Document, Precision, markdown};
use crate::writing;
use figures::format::{is_unseen, visible};

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
    /// Write to this file instead of stdout (-)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there; never one that is read
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
        match self.file() {
            None => print(text),
            Some(path) => {
                self.refuse_to_replace(path)?;
                writing::write(path, text.as_bytes()).with_context(|| path.display().to_string())
            }
        }
    }

    /// The file to write; none for stdout.
    pub fn file(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| path.as_os_str() != "-")
    }

    /// An error if `path` is there and may not be replaced; long work asks before it begins.
    pub fn refuse_to_replace(&self, path: &Path) -> anyhow::Result<()> {
        refuse_to_replace(path, self.force)
    }

    /// An error if the file to write is one of `inputs`, or lies in a folder of images among them.
    pub fn refuse_inputs(&self, inputs: &[PathBuf]) -> anyhow::Result<()> {
        self.file().map_or(Ok(()), |path| refuse_inputs(path, inputs))
    }
}

/// An error if `path` is there and writing would replace it, unless that is what was asked for.
pub(super) fn refuse_to_replace(path: &Path, force: bool) -> anyhow::Result<()> {
    if writing::would_replace(path) && !force {
        bail!("{} is there already; --force replaces it", path.display());
    }
    Ok(())
}

/// An error if `path` is one of `inputs`.
pub(super) fn refuse_inputs(path: &Path, inputs: &[PathBuf]) -> anyhow::Result<()> {
    match writing::is_input(path, inputs) {
        Some(input) if input.is_dir() => {
            bail!("{} lies in {}, which is read; name another file", path.display(), input.display())
        }
        Some(_) => bail!("{} is a file that is read; name another file", path.display()),
        None => Ok(()),
    }
}

/// Says something on stderr that is no error.
pub(super) fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "riskset: warning: {}", visible(text));
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
    Ok(escaped(&serde_json::to_string(&value)?) + "\n")
}

/// JSON in which what cannot be seen is escaped, as control characters are anyway.
pub(super) fn escaped(json: &str) -> String {
    if !json.contains(is_unseen) {
        return json.to_owned();
    }
    let mut units = [0; 2];
    let escape = |unit: &mut u16| format!("\\u{unit:04x}");
    let character = |c: char| match is_unseen(c) {
        true => c.encode_utf16(&mut units).iter_mut().map(escape).collect(),
        false => c.to_string(),
    };
    json.chars().map(character).collect()
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
