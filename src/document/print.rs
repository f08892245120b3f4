//! A document's figures on a sheet for print: SVG, PDF, PNG, TIFF.

use figures::format::width;
use figures::{Body, Figure, Flow, Panels, Paper, svg_on_paper};
use sheets::Sheet;

use super::Document;
use super::export_error::ExportError;

/// How a figure is printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Print {
    /// Pixels on an inch, of PNG and TIFF.
    pub dpi: f64,
    /// Width of the sheet; the usual one for the kind of figure if not said.
    pub width_mm: Option<f64>,
}

/// The files that a figure is printed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PrintFormat {
    /// Lines and text, for editing.
    Svg,
    /// Lines and text, for typesetting.
    Pdf,
    /// Pixels.
    Png,
    /// Pixels, as many journals want them.
    Tiff,
}

/// A printed figure.
pub struct Printed {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters that no font at hand has, and that are missing in it.
    pub without_glyph: Vec<char>,
}

impl Default for Print {
    fn default() -> Self {
        Self { dpi: 300.0, width_mm: None }
    }
}

/// The figures of `document` on one sheet: one by itself without a title, which belongs into its legend; several as
/// panels a, b, c.
///
/// # Errors
/// When there is no figure, or the file cannot be made.
pub fn print(document: &Document, format: PrintFormat, how: Print) -> Result<Printed, ExportError> {
    let figure = sheet(document).ok_or_else(|| ExportError::NoFigure(document.title.clone()))?;
    Ok(print_figure(&figure, format, how)?)
}

/// One figure on a sheet.
///
/// # Errors
/// When the file cannot be made.
pub fn print_figure(figure: &Figure, format: PrintFormat, how: Print) -> Result<Printed, sheets::SheetError> {
    let width_mm = how.width_mm.unwrap_or_else(|| usual_width(figure));
    let drawing = svg_on_paper(figure, Paper { width_mm, ..Paper::COLUMN });
    if format == PrintFormat::Svg {
        // Who shows it has fonts of their own.
        return Ok(Printed { bytes: drawing.into_bytes(), without_glyph: Vec::new() });
    }
    let sheet = Sheet::new(&drawing)?;
    let bytes = match format {
        PrintFormat::Tiff => sheet.tiff(how.dpi)?,
        PrintFormat::Png => sheet.png(how.dpi)?,
        PrintFormat::Pdf | PrintFormat::Svg => sheet.pdf()?,
    };
    Ok(Printed { bytes, without_glyph: sheet.without_glyph().to_vec() })
}

/// All figures of a document as one; none if there are none.
pub fn sheet(document: &Document) -> Option<Figure> {
    let mut found: Vec<Figure> = document.figures().cloned().collect();
    match found.len() {
        0 => None,
        1 => found.pop().map(|only| Figure { title: String::new(), ..only }),
        _ => Some(composed(found, 2)),
    }
}

/// `figures` as panels a, b, c, at most `columns` beside one another.
pub fn composed(figures: Vec<Figure>, columns: usize) -> Figure {
    let lettered = |(letter, figure): (char, Figure)| {
        let title = format!("{letter}  {}", figure.title);
        Figure { title: title.trim_end().to_owned(), ..figure }
    };
    let figures = ('a'..='z').chain('A'..='Z').zip(figures).map(lettered).collect();
    Figure::new("", Panels { columns, figures })
}

/// Figures beside one another as a row of panels; one by itself stays as it is.
pub fn row(mut figures: Vec<Figure>) -> Figure {
    match figures.len() {
        1 => figures.remove(0),
        columns => Figure::new("", Panels { columns, figures }),
    }
}

/// Rows below one another, each as high as it needs.
pub fn column(mut rows: Vec<Figure>) -> Figure {
    match rows.len() {
        1 => rows.remove(0),
        _ => Figure::new("", Panels { columns: 1, figures: rows }),
    }
}

/// A column for two axes, the page for what holds names and numbers beside the drawing.
pub(super) fn usual_width(figure: &Figure) -> f64 {
    match &figure.body {
        Body::Chart(_) | Body::Picture(_) => Paper::COLUMN.width_mm,
        Body::Panels(panels) if panels.figures.len() == 1 => Paper::COLUMN.width_mm,
        Body::Flow(flow) => flow_width(flow),
        Body::Forest(_) | Body::HeatMap(_) | Body::Nomogram(_) | Body::Stages(_) | Body::Panels(_) => {
            Paper::PAGE.width_mm
        }
    }
}

/// Characters that a flow diagram may have in a column, and in one and a half: reasons stand right of the boxes.
const COLUMN_HOLDS: usize = 60;
const COLUMN_AND_HALF_HOLDS: usize = 82;

/// The narrowest of the journals' widths in which boxes and reasons have room.
fn flow_width(flow: &Flow) -> f64 {
    let reason = flow.steps.iter().flat_map(|step| &step.lost).map(|(reason, _)| width(reason)).max().unwrap_or(0);
    let boxes = flow.steps.iter().map(|step| width(&step.label) + 14).max().unwrap_or(0);
    let ends: usize = flow.ends.iter().map(|(name, _)| width(name).max(7) + 6).sum();
    match (boxes / 2 + reason + 16).max(ends).max(boxes) {
        needed if needed <= COLUMN_HOLDS => Paper::COLUMN.width_mm,
        needed if needed <= COLUMN_AND_HALF_HOLDS => Paper::COLUMN_AND_HALF.width_mm,
        _ => Paper::PAGE.width_mm,
    }
}
