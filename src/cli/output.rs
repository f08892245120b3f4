//! Where results go: stdout, or a file that is written as a whole and never silently replaced.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Usage;
use crate::document::delimited::{self, Separator};
use crate::document::text::{self, TextStyle};
use crate::document::{Document, ExportFormat, Precision, export, markdown, print};
use crate::writing;
use figures::format::{is_unseen, visible};

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
    Csv,
    Md,
    /// The tables as an Excel workbook
    Xlsx,
    /// Three-line tables, text and figures for Word
    Docx,
    /// Three-line tables for LaTeX
    #[value(alias = "tex")]
    Latex,
    Html,
    /// A script for R that gives the same numbers from the same file
    R,
    /// The figures as a drawing
    Svg,
    /// The figures as a page
    Pdf,
    Png,
    #[value(alias = "tif")]
    Tiff,
}

impl Format {
    /// The format that the ending of a file's name means.
    fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "json" => Self::Json,
            "csv" => Self::Csv,
            "md" => Self::Md,
            "xlsx" => Self::Xlsx,
            "docx" => Self::Docx,
            "tex" => Self::Latex,
            "html" => Self::Html,
            "r" => Self::R,
            "svg" => Self::Svg,
            "pdf" => Self::Pdf,
            "png" => Self::Png,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }

    /// What is made of a document in this format; none for what is no document.
    fn exported(self) -> Option<ExportFormat> {
        Some(match self {
            Self::Text | Self::Json | Self::R => return None,
            Self::Csv => ExportFormat::Csv,
            Self::Md => ExportFormat::Markdown,
            Self::Xlsx => ExportFormat::Xlsx,
            Self::Docx => ExportFormat::Docx,
            Self::Latex => ExportFormat::Latex,
            Self::Html => ExportFormat::Html,
            Self::Svg => ExportFormat::Svg,
            Self::Pdf => ExportFormat::Pdf,
            Self::Png => ExportFormat::Png,
            Self::Tiff => ExportFormat::Tiff,
        })
    }

    /// Whether a terminal cannot show it.
    fn is_binary(self) -> bool {
        matches!(self, Self::Xlsx | Self::Docx | Self::Pdf | Self::Png | Self::Tiff)
    }

    /// Its word on the command line.
    pub fn word(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// Options of every subcommand that gives a result.
#[derive(Args, Clone)]
pub(super) struct Output {
    /// How the result is written [default: by the ending of -o FILE, else text]
    #[arg(
        long,
        value_enum,
        hide_possible_values = true,
        value_name = "text|json|csv|md|xlsx|docx|latex|html|r|svg|pdf|png|tiff"
    )]
    format: Option<Format>,
    /// Write to this file instead of stdout (-); FIGURE.svg, .pdf, .png or .tiff draws
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file if it is there; never one that is read
    #[arg(long)]
    pub force: bool,
    /// Pixels on an inch, of figures as PNG or TIFF
    #[arg(long, value_name = "N", default_value_t = 300.0, value_parser = dpi)]
    dpi: f64,
    /// Width of figures: journals have columns of 85, 114 and 174 mm [default: 85; 174 with names or numbers beside the
    /// drawing, or of several panels]
    #[arg(long, value_name = "MM", value_parser = millimetres)]
    width_mm: Option<f64>,
}

fn dpi(text: &str) -> Result<f64, String> {
    between(text, 36.0, 2400.0)
}

fn millimetres(text: &str) -> Result<f64, String> {
    between(text, 30.0, 1000.0)
}

fn between(text: &str, least: f64, most: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(format!("write a number from {least} to {most}")),
    }
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
        let format = self.format();
        let Some(exported) = format.exported() else {
            let text = match format {
                Format::Json => json(answer, notes)?,
                Format::R => {
                    bail!(Usage("--format r: this command has no script for R; text, json and csv hold it".to_owned()))
                }
                _ => text::render(&document(), TextStyle::default()),
            };
            return self.write_text(&text);
        };
        match (exported.printed(), exported) {
            (Some(format), _) => self.write_figure(&document(), format),
            // A document without a table is empty as CSV.
            (None, ExportFormat::Csv) => {
                self.write_text(&delimited::render(&document(), Separator::Comma, Precision::Full))
            }
            (None, ExportFormat::Markdown) => self.write_text(&markdown::render(&document())),
            (None, _) => self.write_bytes(&export(&document(), exported, Precision::Full, TextStyle::default())?),
        }
    }

    /// How the result is to be written: as asked, else by the ending of the file, else as text.
    pub fn format(&self) -> Format {
        self.format_or(Format::Text)
    }

    /// The same of a command that writes `usual` if nothing is asked for.
    pub fn format_or(&self, usual: Format) -> Format {
        self.format.or_else(|| self.file().and_then(Format::of_path)).unwrap_or(usual)
    }

    /// Whether a figure is to be drawn, and nothing else.
    pub fn is_figure(&self) -> bool {
        self.format().exported().is_some_and(|format| format.printed().is_some())
    }

    /// Whether a script for R is to be written.
    pub fn is_script(&self) -> bool {
        self.format() == Format::R
    }

    /// Prints the document's figures; characters that no font has are named on stderr.
    fn write_figure(&self, document: &Document, format: print::PrintFormat) -> anyhow::Result<()> {
        let how = print::Print { dpi: self.dpi, width_mm: self.width_mm };
        let printed = print::print(document, format, how)?;
        if !printed.without_glyph.is_empty() {
            let characters: String = printed.without_glyph.iter().collect();
            warn(&format!("no font here has these characters, they are missing in the figure: {characters}"));
        }
        self.write_bytes(&printed.bytes)
    }

    /// Writes a finished file.
    fn write_bytes(&self, bytes: &[u8]) -> anyhow::Result<()> {
        match self.file() {
            Some(path) => {
                self.refuse_to_replace(path)?;
                writing::write(path, bytes).with_context(|| path.display().to_string())
            }
            None if self.format().is_binary() && self.output.is_none() => {
                let word = self.format().word();
                bail!(Usage(format!("--format {word} goes to a file: -o FILE.{word}")))
            }
            None => {
                let mut out = io::stdout().lock();
                out.write_all(bytes)?;
                Ok(out.flush()?)
            }
        }
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

    /// The same on stdout, where the file is for something else.
    pub fn on_stdout(&self) -> Self {
        Self { output: None, ..self.clone() }
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
