//! Figures on paper: SVG of publication quality, readable by any browser, office program or typesetter.
//!
//! Colours are those of Okabe and Ito, which readers with any colour vision can tell apart; lines and points differ by
//! pattern and shape as well.

mod fonts;
mod ink;
mod surface;

use super::Figure;

/// `figure` as an SVG document of `width` by `height` pixels. The same figure gives the same bytes.
pub fn svg(figure: &Figure, width: f64, height: f64) -> String {
    let size = |length: f64| if length.is_finite() { length.clamp(1.0, 20_000.0) } else { 1.0 };
    let mut surface = surface::SvgSurface::new(size(width), size(height));
    super::draw::draw(figure, &mut surface);
    surface.finish(&figure.title)
}
