#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod axis;
mod cells;
mod chart;
mod draw;
mod flow;
mod forest;
mod heat_map;
mod nomogram;
mod picture;
mod role;
mod sparkline;
mod stages;
mod surface;
mod svg;
mod ticks;

pub mod format;

pub use axis::{Axis, Scale, Ticks, TimeUnit};
pub use cells::{CellGrid, CellStyle, GridCell, render_cells};
pub use chart::{AtRisk, AtRiskRow, Band, Chart, Label, Layer, Mark, Reference, ReferenceLine, Spread, TopAxis};
pub use flow::{Flow, FlowStep};
pub use forest::{Forest, ForestRow, ForestRowKind};
pub use heat_map::{HeatMap, Track, TrackValues};
pub use nomogram::{Nomogram, NomogramScale};
pub use picture::{Picture, PictureRegion};
pub use role::Role;
pub use sparkline::sparkline;
pub use stages::{Stage, Stages};
pub use surface::{Marker, Pattern};
pub use svg::{Paper, svg, svg_on_paper};

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
    /// Estimates with their limits, row by row.
    Forest(Forest),
    /// Many quantities in many patients.
    HeatMap(HeatMap),
    /// Scales from which a risk is read off.
    Nomogram(Nomogram),
    /// From everybody screened to the cohorts analysed.
    Flow(Flow),
    /// What was done, one stage after the other.
    Stages(Stages),
    /// A slice of an image with outlines.
    Picture(Picture),
    /// Several figures beside and below one another, each with its title.
    Panels(Panels),
}

/// Figures in a grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panels {
    /// How many stand beside one another where there is room.
    pub columns: usize,
    /// The figures, line by line.
    pub figures: Vec<Figure>,
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
        title
            + match &self.body {
                Body::Chart(chart) => chart.preferred_lines(columns),
                Body::Forest(forest) => forest.preferred_lines(),
                Body::HeatMap(map) => map.preferred_lines(),
                Body::Nomogram(nomogram) => nomogram.preferred_lines(),
                Body::Flow(flow) => flow.preferred_lines(),
                Body::Stages(stages) => stages.preferred_lines(),
                Body::Picture(picture) => picture.preferred_lines(columns),
                Body::Panels(panels) => panels.preferred_lines(columns),
            }
    }

    /// Width and height in pixels that do the figure justice on paper.
    pub fn preferred_pixels(&self) -> (f64, f64) {
        const LINE: f64 = 22.0;
        let lines = |columns: usize| self.preferred_lines(columns) as f64;
        match &self.body {
            Body::Chart(chart) if chart.square => (640.0, 420.0),
            Body::Chart(chart) if matches!(chart.y.scale, Scale::Category(_)) => (640.0, (lines(80) * LINE).max(160.0)),
            Body::Chart(_) => (640.0, 420.0),
            Body::Forest(_) => (760.0, lines(80) * 24.0 + 30.0),
            Body::HeatMap(map) => {
                (860.0, (lines(80) * 18.0).max(320.0).min(200.0 + 18.0 * map.rows.len().max(8) as f64))
            }
            Body::Nomogram(nomogram) => (860.0, nomogram.scales.len() as f64 * 48.0 + 40.0),
            Body::Flow(_) => (680.0, lines(80) * 18.5 + 30.0),
            Body::Stages(stages) => (860.0, svg::stages_height(stages, 860.0) + 40.0),
            Body::Picture(picture) => {
                let [across, down] = picture.field;
                let shape = if across > 0.0 { (down / across).clamp(0.1, 10.0) } else { 1.0 };
                (480.0, 460.0 * shape + (picture.regions.len() + 3) as f64 * LINE)
            }
            Body::Panels(panels) => panels.preferred_pixels(),
        }
    }
}

impl Panels {
    /// How many figures stand beside one another in `room`, each at least `least` wide.
    fn beside(&self, room: f64, least: f64) -> usize {
        (self.columns.max(1)).min((room / least).floor().max(1.0) as usize).min(self.figures.len().max(1))
    }

    fn preferred_lines(&self, columns: usize) -> usize {
        let beside = self.beside(columns as f64, NARROWEST_PANEL);
        let each = columns / beside;
        let row = |figures: &[Figure]| figures.iter().map(|figure| figure.preferred_lines(each)).max().unwrap_or(0);
        self.figures.chunks(beside).map(row).sum()
    }

    fn preferred_pixels(&self) -> (f64, f64) {
        let columns = self.columns.clamp(1, self.figures.len().max(1));
        let rows = self.figures.len().div_ceil(columns) as f64;
        if self.figures.iter().all(|figure| matches!(figure.body, Body::Picture(_))) {
            return (240.0 * columns as f64, 280.0 * rows);
        }
        (420.0 * columns as f64, 360.0 * rows)
    }
}

/// Characters below which a panel says too little.
const NARROWEST_PANEL: f64 = 36.0;

impl From<Forest> for Body {
    fn from(forest: Forest) -> Self {
        Self::Forest(forest)
    }
}

impl From<HeatMap> for Body {
    fn from(map: HeatMap) -> Self {
        Self::HeatMap(map)
    }
}

impl From<Nomogram> for Body {
    fn from(nomogram: Nomogram) -> Self {
        Self::Nomogram(nomogram)
    }
}

impl From<Flow> for Body {
    fn from(flow: Flow) -> Self {
        Self::Flow(flow)
    }
}

impl From<Stages> for Body {
    fn from(stages: Stages) -> Self {
        Self::Stages(stages)
    }
}

impl From<Picture> for Body {
    fn from(picture: Picture) -> Self {
        Self::Picture(picture)
    }
}

impl From<Panels> for Body {
    fn from(panels: Panels) -> Self {
        Self::Panels(panels)
    }
}

impl From<Chart> for Body {
    fn from(chart: Chart) -> Self {
        Self::Chart(chart)
    }
}
