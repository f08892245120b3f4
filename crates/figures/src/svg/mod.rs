//! Figures on paper: SVG of publication quality, readable by any browser, office program or typesetter.
//!
//! Colours are those of Okabe and Ito, which readers with any colour vision can tell apart; lines and points differ by
//! pattern and shape as well.

mod fonts;
mod image;
mod ink;
mod paper;
mod surface;

pub use paper::{Paper, panel_rows, stages_height};

use super::Figure;

/// `figure` as an SVG document of `width` by `height` pixels. The same figure gives the same bytes.
pub fn svg(figure: &Figure, width: f64, height: f64) -> String {
    let mut surface = surface::SvgSurface::new(size(width), size(height));
    super::draw::draw(figure, &mut surface);
    surface.finish(&figure.title, None)
}

/// `figure` as an SVG document for print: as wide as `paper`, as high as the figure needs, its size in millimetres. The
/// same figure gives the same bytes.
pub fn svg_on_paper(figure: &Figure, paper: Paper) -> String {
    let (width, height) = paper.pixels(figure);
    let mut surface = surface::SvgSurface::new(size(width), size(height));
    super::draw::draw(figure, &mut surface);
    surface.finish(&figure.title, Some(paper.pixel()))
}

fn size(length: f64) -> f64 {
    if length.is_finite() { length.clamp(1.0, 20_000.0) } else { 1.0 }
}
