#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod faces;
mod ordered;
mod pixels;

use resvg::usvg::{self, Tree};

/// A drawing on a sheet of a certain size.
pub struct Sheet {
    tree: Tree,
    without_glyph: Vec<char>,
}

/// Why a drawing cannot be made into a file.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The drawing is no SVG.
    #[error("the drawing is no SVG: {0}")]
    NoSvg(#[from] usvg::Error),
    /// A picture of so many pixels cannot be made.
    #[error("a picture of {0} x {1} pixels cannot be made: 1 to 20,000 each way can; choose other --dpi or --width-mm")]
    Size(f64, f64),
    /// The PDF could not be written.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    /// The PNG could not be written.
    #[error("the PNG could not be written: {0}")]
    Png(#[from] png::EncodingError),
    /// The TIFF could not be written.
    #[error("the TIFF could not be written: {0}")]
    Tiff(#[from] tiff::TiffError),
}

/// Pixels of SVG on an inch.
const SVG_DPI: f32 = 96.0;

impl Sheet {
    /// The drawing `svg`, whose width and height say how large the sheet is (`width="85mm"`).
    ///
    /// Text is set in the faces that this crate holds. Only where they lack a character are the system's fonts looked
    /// through for it.
    ///
    /// # Errors
    /// When `svg` is no SVG.
    pub fn new(svg: &str) -> Result<Self, SheetError> {
        let faces = faces::Faces::of(svg);
        let options = usvg::Options {
            dpi: SVG_DPI,
            font_family: faces::FAMILY.to_owned(),
            fontdb: faces.database,
            font_resolver: faces::resolver(),
            ..usvg::Options::default()
        };
        Ok(Self { tree: Tree::from_str(svg, &options)?, without_glyph: faces.lacking })
    }

    /// Characters of the drawing that no font at hand has, and that are missing from it.
    pub fn without_glyph(&self) -> &[char] {
        &self.without_glyph
    }

    /// A PDF of one page, its text as text and its lines as lines.
    ///
    /// # Errors
    /// When the drawing cannot be converted.
    pub fn pdf(&self) -> Result<Vec<u8>, SheetError> {
        let page = svg2pdf::PageOptions { dpi: SVG_DPI };
        svg2pdf::to_pdf(&self.tree, svg2pdf::ConversionOptions::default(), page)
            .map(ordered::ordered)
            .map_err(|error| SheetError::Pdf(error.to_string()))
    }

    /// A PNG on white with `dpi` pixels on an inch, which it says of itself.
    ///
    /// # Errors
    /// When the picture would be too large, or cannot be written.
    pub fn png(&self, dpi: f64) -> Result<Vec<u8>, SheetError> {
        pixels::Pixels::of(&self.tree, dpi)?.png()
    }

    /// A TIFF on white with `dpi` pixels on an inch, which it says of itself; compressed without loss (LZW).
    ///
    /// # Errors
    /// When the picture would be too large, or cannot be written.
    pub fn tiff(&self, dpi: f64) -> Result<Vec<u8>, SheetError> {
        pixels::Pixels::of(&self.tree, dpi)?.tiff()
    }
}
