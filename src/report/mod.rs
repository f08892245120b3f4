//! From answers to documents: what a pane shows, an export writes and a report collects.

pub mod document;

use std::path::Path;

use document::Document;
use document::text::{self, TextStyle};

/// Why a document cannot be written in a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The file's ending names no format.
    #[error("`{0}` names no format: end the file's name in csv, tsv, md, txt or svg")]
    UnknownFormat(String),
    /// The format holds only figures, and there is none.
    #[error("there is no figure here to write as SVG; csv, tsv, md or txt take the table")]
    NoFigure,
}

/// Size of an exported figure in points.
const FIGURE: (f64, f64) = (640.0, 420.0);

/// The bytes of a document in the format that the ending of `path` names.
pub fn render_for(document: &Document, path: &Path) -> Result<Vec<u8>, ExportError> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let text = match ending.as_str() {
        "csv" => document::csv(document),
        "tsv" => document::tsv(document),
        "md" => document::markdown(document),
        "txt" => text::render(document, TextStyle::default()),
        "svg" => {
            let figure = document.figures().next().ok_or(ExportError::NoFigure)?;
            crate::plot::svg(figure, FIGURE.0, FIGURE.1)
        }
        _ => return Err(ExportError::UnknownFormat(path.display().to_string())),
    };
    Ok(text.into_bytes())
}
