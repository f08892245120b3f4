//! One way to any file format.

use std::path::Path;

use super::data::Precision;
use super::delimited::{self, Separator};
use super::text::{self, TextStyle};
use super::{Block, Document, html, markdown, xlsx};
use figures::{Body, Figure, Panels, svg};

/// The formats that a document can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Plain text, as printed.
    Text,
    /// Markdown.
    Markdown,
    /// The tables, separated by commas.
    Csv,
    /// The tables, separated by tabs.
    Tsv,
    /// The tables as an Excel workbook.
    Xlsx,
    /// Everything in one page.
    Html,
    /// The figures.
    Svg,
}

/// Why a document cannot be written in a format.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// SVG holds figures.
    #[error("\"{0}\" has no figure to write as SVG; text, Markdown, CSV, TSV, XLSX and HTML hold tables")]
    NoFigure(String),
    /// CSV, TSV and XLSX hold tables.
    #[error("\"{0}\" has no table to write as {1}; text, Markdown, HTML and SVG hold figures")]
    NoTable(String, &'static str),
    /// The workbook could not be made.
    #[error("the workbook could not be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl ExportFormat {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [Self::Csv, Self::Tsv, Self::Markdown, Self::Xlsx, Self::Svg, Self::Html, Self::Text];

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Svg => "svg",
        }
    }

    /// The format that the extension of `path` names.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }
}

/// The bytes of a file with `document` in `format`; `precision` concerns CSV, TSV and XLSX, `style` concerns text.
pub fn export(
    document: &Document,
    format: ExportFormat,
    precision: Precision,
    style: TextStyle,
) -> Result<Vec<u8>, ExportError> {
    let needs_table = matches!(format, ExportFormat::Csv | ExportFormat::Tsv | ExportFormat::Xlsx);
    if needs_table && super::data::tables(document, precision).is_empty() {
        return Err(ExportError::NoTable(document.title.clone(), format.extension()));
    }
    Ok(match format {
        ExportFormat::Text => text::render(document, style).into_bytes(),
        ExportFormat::Markdown => markdown::render(document).into_bytes(),
        ExportFormat::Csv => delimited::render(document, Separator::Comma, precision).into_bytes(),
        ExportFormat::Tsv => delimited::render(document, Separator::Tab, precision).into_bytes(),
        ExportFormat::Xlsx => xlsx::render(document, precision)?,
        ExportFormat::Html => html::render(document).into_bytes(),
        ExportFormat::Svg => figures(document)?.into_bytes(),
    })
}

/// All figures of the document on one sheet, below one another.
fn figures(document: &Document) -> Result<String, ExportError> {
    let mut found: Vec<Figure> = document.figures().cloned().collect();
    if found.is_empty() {
        return Err(ExportError::NoFigure(document.title.clone()));
    }
    if let [only] = found.as_mut_slice() {
        if only.title.is_empty() {
            only.title.clone_from(&document.title);
        }
        let (width, height) = only.preferred_pixels();
        return Ok(svg(only, width, height));
    }
    let (width, height) = found
        .iter()
        .map(Figure::preferred_pixels)
        .fold((0.0, 0.0), |(width, height): (f64, f64), one| (width.max(one.0), height.max(one.1)));
    let count = found.len() as f64;
    let sheet = Figure { title: document.title.clone(), body: Body::Panels(Panels { columns: 1, figures: found }) };
    Ok(svg(&sheet, width, height * count))
}

impl Document {
    /// The figures, from top to bottom.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Figure(figure) => Some(&**figure),
            _ => None,
        })
    }
}
