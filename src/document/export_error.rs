//! Why a document cannot be written.

/// Why a document cannot be written in a format.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Drawings hold figures.
    #[error("\"{0}\" has no figure to draw; text, Markdown, CSV, TSV, XLSX, DOCX, LaTeX and HTML hold tables")]
    NoFigure(String),
    /// CSV, TSV and XLSX hold tables.
    #[error("\"{0}\" has no table to write as {1}; text, Markdown, HTML and SVG hold figures")]
    NoTable(String, &'static str),
    /// The workbook could not be made.
    #[error("the workbook could not be made: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The figure could not be printed.
    #[error(transparent)]
    Sheet(#[from] sheets::SheetError),
    /// The document could not be packed.
    #[error("the document could not be packed: {0}")]
    Packed(#[from] zip::result::ZipError),
}
