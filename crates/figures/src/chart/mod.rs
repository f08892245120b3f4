//! Charts: two axes and what is drawn between them.

mod beside;
mod clip;
mod draw;
mod ends;
mod labels;
mod layout;
mod marks;
mod occupied;
mod position;
mod references;
mod scales;
mod snapped;
#[cfg(test)]
mod tests;

use super::axis::{Axis, Scale};
use super::role::Role;
use super::surface::{Marker, Pattern};

pub(super) use draw::draw;
pub(super) use position::Position;

/// Two axes and what is drawn between them, from the first layer at the back to the last in front.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// Values along the upper edge, such as the number of non-zero coefficients.
    pub top: Option<TopAxis>,
    /// What is drawn.
    pub layers: Vec<Layer>,
    /// Lines to compare with.
    pub references: Vec<Reference>,
    /// Numbers at risk below the horizontal axis.
    pub at_risk: Option<AtRisk>,
    /// How values are spread along the horizontal axis: a strip of bars for each series above the plot.
    pub spread: Vec<Spread>,
    /// Short texts for a free corner: `log-rank p < 0.001`.
    pub remarks: Vec<String>,
    /// Whether both axes have the same length on paper.
    pub square: bool,
}

/// Labels along the upper edge of a chart, at positions of its horizontal axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TopAxis {
    /// What the labels are.
    pub label: String,
    /// Position and label; those that would overlap are left out.
    pub ticks: Vec<(f64, String)>,
}

/// How the values of one series are spread along the horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// The series.
    pub role: Role,
    /// What is counted, said behind the name of the horizontal axis where the strip is drawn: `patients`.
    pub counted: String,
    /// One more than there are bars, rising.
    pub edges: Vec<f64>,
    /// How many values lie between neighbouring edges.
    pub counts: Vec<f64>,
}

/// One series of a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// How the reader learns what it is.
    pub label: Label,
    /// What it means.
    pub role: Role,
    /// The pattern of its lines.
    pub pattern: Pattern,
    /// The shape of its points.
    pub marker: Marker,
    /// What is drawn.
    pub mark: Mark,
}

/// How the reader learns what a layer is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Label {
    /// From the title or another layer.
    #[default]
    None,
    /// By an entry of the legend.
    Legend(String),
    /// By its name at the right end of its line, as far as there is room: longer lines of names give way to those
    /// whose ends are further from zero.
    End(String),
    /// By its name inside of its area where that is widest.
    Inside(String),
}

/// The shape of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A step function: `y[i]` from `x[i]` up to `x[i + 1]`, the last as far as its `x` goes.
    Steps {
        /// Where steps begin, rising.
        x: Vec<f64>,
        /// The values from there on.
        y: Vec<f64>,
        /// Confidence limits of the values.
        band: Option<Band>,
        /// Where observations were censored: marks on the line.
        censored: Vec<f64>,
    },
    /// A line through points; NaN interrupts it.
    Line {
        /// Horizontal positions.
        x: Vec<f64>,
        /// Vertical positions.
        y: Vec<f64>,
        /// Confidence limits.
        band: Option<Band>,
    },
    /// Points, with limits and names if there are any.
    Points {
        /// Horizontal positions.
        x: Vec<f64>,
        /// Vertical positions.
        y: Vec<f64>,
        /// Limits, drawn as vertical bars.
        limits: Option<Band>,
        /// Names of some of the points: index and name, the most important first.
        names: Vec<(usize, String)>,
    },
    /// Bars from zero between neighbouring `edges`: a histogram.
    Histogram {
        /// One more than there are bars, rising.
        edges: Vec<f64>,
        /// The heights.
        heights: Vec<f64>,
    },
    /// Horizontal bars from zero, one for each place of a vertical category axis, with a text at the end.
    Bars {
        /// The lengths.
        values: Vec<f64>,
        /// What stands at the end of each.
        texts: Vec<String>,
    },
    /// The area between two lines, straight or in steps.
    Area {
        /// Horizontal positions.
        x: Vec<f64>,
        /// The lower edge.
        lower: Vec<f64>,
        /// The upper edge.
        upper: Vec<f64>,
        /// Whether values hold until the next position.
        steps: bool,
    },
    /// A box with whiskers at place `at` of a vertical category axis, over the single values.
    Box {
        /// The place.
        at: f64,
        /// Lower whisker, first quartile, median, third quartile, upper whisker.
        summary: [f64; 5],
        /// Single values, scattered across the place in the order they come.
        values: Vec<f64>,
    },
}

/// Lower and upper limits, one pair for every point; NaN where there is none.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// The lower limits.
    pub lower: Vec<f64>,
    /// The upper limits.
    pub upper: Vec<f64>,
}

impl Band {
    /// The band between limits; none without any.
    pub fn between(lower: &[f64], upper: &[f64]) -> Option<Self> {
        (!lower.is_empty()).then(|| Self { lower: lower.to_vec(), upper: upper.to_vec() })
    }
}

/// A line to compare with, and its name if it needs one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where it runs.
    pub line: ReferenceLine,
    /// Its name, at its end.
    pub label: Option<String>,
    /// What it means, [`Role::Reference`] or [`Role::Selection`] for a cursor.
    pub role: Role,
}

/// Where a reference line runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReferenceLine {
    /// At a value of the horizontal axis, from bottom to top.
    Vertical(f64),
    /// At a value of the vertical axis, from left to right.
    Horizontal(f64),
    /// Where both axes have the same value.
    Identity,
}

/// The table of numbers at risk below a survival curve.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// Its heading: `Number at risk`.
    pub title: String,
    /// One row for each curve.
    pub rows: Vec<AtRiskRow>,
}

/// The numbers at risk of one curve.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRiskRow {
    /// The curve.
    pub label: String,
    /// The curve's role.
    pub role: Role,
    /// All distinct times, rising.
    pub time: Vec<f64>,
    /// The number at risk just before each.
    pub n_risk: Vec<f64>,
}

impl Chart {
    /// Lines of text that do the chart justice in `columns`.
    pub(super) fn preferred_lines(&self, columns: usize) -> usize {
        let at_risk = self.at_risk.as_ref().map_or(0, |table| table.rows.len());
        let extra = at_risk + usize::from(self.top.is_some()) + self.spread.len();
        if let Scale::Category(names) = &self.y.scale {
            let each = if self.layers.iter().any(|layer| matches!(layer.mark, Mark::Box { .. })) { 3 } else { 1 };
            return names.len() * each + 4;
        }
        extra + (columns / 5).clamp(8, 24) + if self.square { 4 } else { 0 }
    }
}

impl Layer {
    /// The look of series `index`, named in the legend.
    pub fn series(index: usize, name: impl Into<String>, mark: Mark) -> Self {
        Self {
            label: Label::Legend(name.into()),
            role: Role::series(index),
            pattern: Pattern::series(index),
            marker: Marker::series(index),
            mark,
        }
    }

    /// A layer without a name.
    pub fn plain(role: Role, mark: Mark) -> Self {
        Self { label: Label::None, role, pattern: Pattern::Solid, marker: Marker::Disc, mark }
    }

    /// Whether it has a confidence band.
    fn has_band(&self) -> bool {
        matches!(&self.mark, Mark::Steps { band: Some(_), .. } | Mark::Line { band: Some(_), .. })
    }

    /// In another role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// With another label.
    #[must_use]
    pub fn label(mut self, label: Label) -> Self {
        self.label = label;
        self
    }

    /// With another line pattern.
    #[must_use]
    pub fn pattern(mut self, pattern: Pattern) -> Self {
        self.pattern = pattern;
        self
    }

    /// With another marker.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }
}

impl Reference {
    /// A dotted line at `x`.
    pub fn vertical(x: f64, label: impl Into<String>) -> Self {
        Self::at(ReferenceLine::Vertical(x), label)
    }

    /// A dotted line at `y`.
    pub fn horizontal(y: f64, label: impl Into<String>) -> Self {
        Self::at(ReferenceLine::Horizontal(y), label)
    }

    /// The line of equal values.
    pub fn identity() -> Self {
        Self::at(ReferenceLine::Identity, "")
    }

    fn at(line: ReferenceLine, label: impl Into<String>) -> Self {
        let label = Some(label.into()).filter(|label| !label.is_empty());
        Self { line, label, role: Role::Reference }
    }
}

impl AtRiskRow {
    /// How many are at risk at `time`.
    fn at(&self, time: f64) -> f64 {
        let next = self.time.partition_point(|event| *event < time);
        self.n_risk.get(next).copied().unwrap_or(0.0)
    }
}
