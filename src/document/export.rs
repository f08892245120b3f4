//! One way to any file format.

use std::path::Path;

use super::data::Precision;
use super::delimited::{self, Separator};
use super::export_error::ExportError;
use super::print::{Print, PrintFormat, print};
use super::text::{self, TextStyle};
use super::{Block, Document, docx, html, latex, markdown, xlsx};
use figures::Figure;

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
    /// Paragraphs and three-line tables for Word.
    Docx,
    /// Paragraphs and three-line tables for LaTeX.
    Latex,
    /// The figures as a drawing.
    Svg,
    /// The figures as a page.
    Pdf,
    /// The figures as pixels.
    Png,
    /// The figures as pixels, as many journals want them.
    Tiff,
}

impl ExportFormat {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::Csv,
        Self::Tsv,
        Self::Markdown,
        Self::Xlsx,
        Self::Docx,
        Self::Latex,
        Self::Svg,
        Self::Pdf,
        Self::Png,
        Self::Tiff,
        Self::Html,
        Self::Text,
    ];

    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Latex => "tex",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Tiff => "tiff",
        }
    }

    /// The format that the extension of `path` names.
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        if extension == "tif" {
            return Some(Self::Tiff);
        }
        Self::ALL.into_iter().find(|format| format.extension() == extension)
    }

    /// How figures are printed in this format, if it holds figures alone.
    pub fn printed(self) -> Option<PrintFormat> {
        match self {
            Self::Svg => Some(PrintFormat::Svg),
            Self::Pdf => Some(PrintFormat::Pdf),
            Self::Png => Some(PrintFormat::Png),
            Self::Tiff => Some(PrintFormat::Tiff),
            _ => None,
        }
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
    let printed = |format| print(document, format, Print::default()).map(|printed| printed.bytes);
    Ok(match format {
        ExportFormat::Text => text::render(document, style).into_bytes(),
        ExportFormat::Markdown => markdown::render(document).into_bytes(),
        ExportFormat::Csv => delimited::render(document, Separator::Comma, precision).into_bytes(),
        ExportFormat::Tsv => delimited::render(document, Separator::Tab, precision).into_bytes(),
        ExportFormat::Xlsx => xlsx::render(document, precision)?,
        ExportFormat::Html => html::render(document).into_bytes(),
        ExportFormat::Docx => docx::render(document)?,
        ExportFormat::Latex => latex::render(document).into_bytes(),
        ExportFormat::Svg => printed(PrintFormat::Svg)?,
        ExportFormat::Pdf => printed(PrintFormat::Pdf)?,
        ExportFormat::Png => printed(PrintFormat::Png)?,
        ExportFormat::Tiff => printed(PrintFormat::Tiff)?,
    })
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
