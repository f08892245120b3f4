//! Features of many cases as a table, and the table of those that failed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Options;
use crate::cli::Usage;
use crate::cli::output::{Format, escaped};
use crate::document::Field;
use crate::document::delimited::{self, Separator};
use crate::jobs::cache::CaseFeatures;
use crate::writing;

/// A line of column names is not longer.
const LONGEST_HEAD: u64 = 1 << 16;

/// A table whose first columns are texts and whose others are features.
pub(super) struct FeatureRows {
    /// Names of the columns of text.
    pub head: Vec<String>,
    /// Names of the features.
    pub columns: Vec<String>,
    /// The rows; a feature that is not there is not a number.
    pub rows: Vec<(Vec<String>, Vec<f64>)>,
    /// What users of the values should know.
    pub notes: Vec<String>,
}

/// A case without features: its texts, and why.
pub(super) struct Failure {
    pub texts: Vec<String>,
    pub reason: String,
}

/// The values of `features` by the names in `columns`; those of an image that a case lacks are not a number.
pub(super) fn aligned(features: &CaseFeatures, columns: &[String]) -> Vec<f64> {
    if *features.names == *columns {
        return features.values.to_vec();
    }
    let by_name: std::collections::HashMap<&str, f64> =
        features.names.iter().map(String::as_str).zip(features.values.iter().copied()).collect();
    columns.iter().map(|name| by_name.get(name.as_str()).copied().unwrap_or(f64::NAN)).collect()
}

impl FeatureRows {
    /// Writes the table as `options` say; `failures` go to a table beside it and make this an error.
    ///
    /// Without a file to write to, nothing is printed if there are failures.
    pub fn write(&self, failures: &[Failure], options: &Options) -> anyhow::Result<()> {
        let output = &options.output;
        if output.format() != Format::Json {
            // A table of cases has no place for them.
            self.notes.iter().for_each(|note| {
                let _ = writeln!(io::stderr(), "note: {note}");
            });
        }
        let errors = output.file().map(errors_file);
        if failures.is_empty() {
            output.write_text(&self.text(output.format())?)?;
            // What failed before --force replaced the table is no longer true.
            if let Some(stale) = errors.filter(|path| is_table_of_errors(path)) {
                std::fs::remove_file(&stale).with_context(|| stale.display().to_string())?;
            }
            return Ok(());
        }
        let (n, of) = (failures.len(), self.rows.len() + failures.len());
        let listed: Vec<&str> = failures.iter().take(10).map(|failure| failure.reason.as_str()).collect();
        let more = if n > listed.len() { format!("\nand {} more", n - listed.len()) } else { String::new() };
        let Some(errors) = errors else {
            bail!("{n} cases failed; -o FILE writes the others\n{}{more}", listed.join("\n"));
        };
        writing::write(&errors, self.failed(failures).as_bytes()).with_context(|| errors.display().to_string())?;
        output.write_text(&self.text(output.format())?)?;
        bail!("{n} of {of} cases failed, see {}\n{}{more}", errors.display(), listed.join("\n"))
    }

    fn text(&self, format: Format) -> anyhow::Result<String> {
        match format {
            Format::Csv | Format::Text => Ok(self.csv()),
            Format::Json => Ok(escaped(&serde_json::to_string(self)?) + "\n"),
            other => {
                bail!(Usage(format!("--format {}: a table of features is written as csv or json", other.word())))
            }
        }
    }

    fn csv(&self) -> String {
        let names: Vec<Field> = self.head.iter().chain(&self.columns).cloned().map(Field::Text).collect();
        let mut text = delimited::line(&names, Separator::Comma);
        for (texts, values) in &self.rows {
            let texts = texts.iter().cloned().map(Field::Text);
            let fields: Vec<Field> = texts.chain(values.iter().map(|value| Field::Number(*value, None))).collect();
            text += &delimited::line(&fields, Separator::Comma);
        }
        text
    }

    fn failed(&self, failures: &[Failure]) -> String {
        let names: Vec<Field> =
            self.head.iter().map(String::as_str).chain(["Error"]).map(|name| Field::Text(name.to_owned())).collect();
        let mut text = delimited::line(&names, Separator::Comma);
        for failure in failures {
            let texts = failure.texts.iter().chain([&failure.reason]);
            let fields: Vec<Field> = texts.cloned().map(Field::Text).collect();
            text += &delimited::line(&fields, Separator::Comma);
        }
        text
    }
}

impl Serialize for FeatureRows {
    /// `{cases: [{Image: .., original_shape_Elongation: ..}]}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Row<'a>(&'a FeatureRows, usize);
        impl Serialize for Row<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let (texts, values) = &self.0.rows[self.1];
                let mut map = serializer.serialize_map(None)?;
                self.0.head.iter().zip(texts).try_for_each(|(name, text)| map.serialize_entry(name, text))?;
                self.0.columns.iter().zip(values).try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
        let mut map = serializer.serialize_map(None)?;
        let rows: Vec<Row<'_>> = (0..self.rows.len()).map(|row| Row(self, row)).collect();
        map.serialize_entry("cases", &rows)?;
        map.serialize_entry("notes", &self.notes)?;
        map.serialize_entry("riskset", env!("CARGO_PKG_VERSION"))?;
        map.end()
    }
}

/// Whether a file is a table of errors: one whose last column is `Error`.
pub(super) fn is_table_of_errors(path: &Path) -> bool {
    let head = File::open(path).and_then(|file| {
        let mut line = String::new();
        BufReader::new(file.take(LONGEST_HEAD)).read_line(&mut line).map(|_| line)
    });
    head.is_ok_and(|line| line.trim_end().ends_with(",Error"))
}

/// `features.errors.csv` beside `features.csv`.
pub(super) fn errors_file(output: &Path) -> PathBuf {
    let stem = output.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    output.with_file_name(format!("{stem}.errors.csv"))
}
