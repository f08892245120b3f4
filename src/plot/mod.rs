//! Figures: what an analysis shows, drawn on a terminal or on paper.
//!
//! A [`Figure`] is data: axes, curves, rows of a forest plot. The same figure becomes a grid of characters with
//! [`render_cells`] (Braille and box drawing, or plain ASCII) and a drawing of publication quality with [`svg`]; no
//! colours are chosen before that, marks carry a [`Role`].
//!
//! [`figures`] has one function for each kind of figure that the analyses need.

#![allow(dead_code)]

mod axis;
mod cells;
mod chart;
mod draw;
mod role;
mod surface;
mod svg;
mod ticks;

pub mod figures;

pub use axis::{Axis, Scale, Ticks, TimeUnit};
pub use cells::{CellGrid, CellStyle, GridCell, render_cells};
pub use chart::{AtRisk, AtRiskRow, Band, Chart, Label, Layer, Mark, Reference, ReferenceLine, TopAxis};
pub use role::Role;
pub use surface::{Marker, Pattern};
pub use svg::svg;

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What it shows; nothing where the place already says so.
    pub title: String,
    /// The figure itself.
    pub body: Body,
}

/// The kinds of figures.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Two axes and what is drawn between them.
    Chart(Chart),
}

impl Figure {
    /// A figure under `title`.
    pub fn new(title: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { title: title.into(), body: body.into() }
    }
}

impl Figure {
    /// Lines of text that do the figure justice in `columns`.
    pub fn preferred_lines(&self, columns: usize) -> usize {
        let title = usize::from(!self.title.is_empty());
        match &self.body {
            Body::Chart(chart) => title + chart.preferred_lines(columns),
        }
    }
}

impl From<Chart> for Body {
    fn from(chart: Chart) -> Self {
        Self::Chart(chart)
    }
}
