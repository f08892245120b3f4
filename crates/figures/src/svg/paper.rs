//! How large a figure is in a column of a journal.

use super::fonts::{SIZE, text_width};
use crate::axis::Scale;
use crate::chart::Chart;
use crate::forest::PITCH;
use crate::{Body, Figure, Panels, Stages};

/// Millimetres of a typographic point.
const POINT: f64 = 25.4 / 72.0;
/// A line of text on paper, in pixels.
const LINE: f64 = SIZE * 1.3;
/// Width of an average character, in pixels.
const CHARACTER: f64 = SIZE * 0.52;
/// A plot of two quantities is so much wider than high.
const ASPECT: f64 = 0.66;

/// The sheet that a figure is set on. Letters and lines have the same size on every width, so that figures of one and of
/// two columns look alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    /// Width in millimetres: most journals have columns of 85, 114 and 174 mm.
    pub width_mm: f64,
    /// Height of letters in points; lines are in proportion (0.9 pt at 7 pt, thin ones 0.6 pt).
    pub text_pt: f64,
}

impl Paper {
    /// One column of most journals.
    pub const COLUMN: Self = Self { width_mm: 85.0, text_pt: 7.0 };
    /// One and a half columns.
    pub const COLUMN_AND_HALF: Self = Self { width_mm: 114.0, text_pt: 7.0 };
    /// The width of a page.
    pub const PAGE: Self = Self { width_mm: 174.0, text_pt: 7.0 };

    /// Millimetres of a pixel.
    pub(super) fn pixel(self) -> f64 {
        self.text_pt * POINT / SIZE
    }

    /// Width and height of `figure` in pixels.
    pub(super) fn pixels(self, figure: &Figure) -> (f64, f64) {
        let width = self.width_mm / self.pixel();
        (width, height(figure, width))
    }
}

/// The height that `figure` needs in a width, both in pixels.
fn height(figure: &Figure, width: f64) -> f64 {
    let title = if figure.title.is_empty() { 0.0 } else { 1.6 * LINE };
    let lines = |figure: &Figure| figure.preferred_lines((width / CHARACTER) as usize) as f64;
    title
        + match &figure.body {
            Body::Chart(chart) if matches!(chart.y.scale, Scale::Category(_)) => {
                (lines(figure) * 1.8 * LINE).max(160.0)
            }
            Body::Chart(chart) => plot(chart, width),
            // Headings, rows, and three lines of the axis.
            Body::Forest(forest) => (forest.rows.len() as f64 + 4.0) * PITCH * LINE + 1.3 * LINE,
            Body::HeatMap(map) => {
                (lines(figure) * 1.2 * LINE).max(width * 0.4).min(200.0 + 18.0 * map.rows.len().max(8) as f64)
            }
            Body::Picture(picture) => {
                let [across, down] = picture.field;
                let shape = if across > 0.0 { (down / across).clamp(0.1, 10.0) } else { 1.0 };
                width * 0.96 * shape + (picture.regions.len() + 3) as f64 * LINE
            }
            Body::Nomogram(nomogram) => nomogram.scales.len() as f64 * 3.1 * LINE + 2.5 * LINE,
            Body::Flow(_) => lines(figure) * 1.2 * LINE + 2.0 * LINE,
            Body::Stages(stages) => stages_height(stages, width) + LINE,
            Body::Panels(panels) => of_panels(panels, width),
        }
}

/// The height of stages in a width, the margins of the sheet taken off.
pub fn stages_height(stages: &Stages, width: f64) -> f64 {
    stages.height(width - 1.2 * LINE, (CHARACTER, LINE), &text_width)
}

fn plot(chart: &Chart, width: f64) -> f64 {
    let at_risk = chart.at_risk.as_ref().map_or(0.0, |table| (table.rows.len() as f64 + 1.8) * LINE);
    let top = if chart.top.is_some() { 2.4 * LINE } else { 0.0 };
    let plot = if chart.square { (width * 0.9).min(400.0) } else { (width * ASPECT).min(420.0) };
    plot + at_risk + top + chart.spread.len() as f64 * LINE
}

/// Every row of panels is as high as its highest panel.
fn of_panels(panels: &Panels, width: f64) -> f64 {
    let beside = panels.beside(width / CHARACTER, crate::NARROWEST_PANEL);
    panel_rows(panels, beside, width / beside as f64).iter().sum::<f64>() + 1.2 * LINE
}

/// The height of each row of panels, so many beside one another in a width each.
pub fn panel_rows(panels: &Panels, beside: usize, each: f64) -> Vec<f64> {
    let highest = |row: &[Figure]| row.iter().map(|figure| height(figure, each) + 0.5 * LINE).fold(0.0, f64::max);
    panels.figures.chunks(beside.max(1)).map(highest).collect()
}
