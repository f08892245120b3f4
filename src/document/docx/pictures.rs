//! Figures as pictures in a Word document.

use figures::{Figure, Paper};
use sheets::SheetError;

use super::super::print::{Print, PrintFormat, print_figure, usual_width};
use super::{Page, escaped};

/// English metric units of a millimetre.
const EMU: f64 = 36_000.0;
/// Twentieths of a point in a millimetre.
const TWENTIETHS: f64 = 1_440.0 / 25.4;
/// So high may a picture be, of a page.
const HIGHEST_MM: f64 = 215.0;

/// The pictures so far, as PNG of 300 dpi.
#[derive(Default)]
pub struct Pictures(Vec<Vec<u8>>);

impl Pictures {
    /// Draws `figure` and gives the paragraph that shows it.
    pub fn add(&mut self, figure: &Figure, page: Page) -> Result<String, SheetError> {
        let room = f64::from(page.room()) / TWENTIETHS;
        let width_mm = usual_width(figure).max(Paper::COLUMN_AND_HALF.width_mm).min(room);
        let how = Print { width_mm: Some(width_mm), ..Print::default() };
        let bytes = print_figure(figure, PrintFormat::Png, how)?.bytes;
        let side = |at: usize| f64::from(u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
        // A PNG says its size in its first chunk.
        let height_mm = width_mm * side(20) / side(16);
        let shrunk = (HIGHEST_MM / height_mm).min(1.0);
        self.0.push(bytes);
        Ok(paragraph(self.0.len(), width_mm * shrunk * EMU, height_mm * shrunk * EMU, &figure.title))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub fn files(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        (1..).zip(self.0).map(|(n, bytes): (usize, _)| (format!("word/media/image{n}.png"), bytes))
    }
}

fn paragraph(n: usize, width: f64, height: f64, said: &str) -> String {
    let (width, height, said) = (width.round() as u64, height.round() as u64, escaped(said));
    format!(
        "<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"{n}\" name=\"Figure {n}\" descr=\"{said}\"/>\
         <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
         <pic:nvPicPr><pic:cNvPr id=\"{n}\" name=\"image{n}.png\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:embed=\"rIdImage{n}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>\
         </wp:inline></w:drawing></w:r></w:p>"
    )
}
