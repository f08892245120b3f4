//! Forest plots: one estimate with its limits in every row, as a bar and in figures.

mod draw;

use super::axis::{Axis, Scale};

pub(super) use draw::draw;

/// A table of estimates with a picture of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    /// What the estimates are, on a logarithmic axis for ratios.
    pub axis: Axis,
    /// The value of no effect.
    pub neutral: f64,
    /// What lies below and above it: `lower risk`, `higher risk`.
    pub directions: Option<(String, String)>,
    /// Headings of the columns of names, numbers of patients, estimates and p-values.
    pub headings: [String; 4],
    /// The rows from top to bottom.
    pub rows: Vec<ForestRow>,
    /// The row under the cursor.
    pub selected: Option<usize>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestRow {
    /// The covariate, level or subgroup.
    pub label: String,
    /// Levels by which the label is moved in.
    pub indent: u8,
    /// What the row is.
    pub kind: ForestRowKind,
    /// Number of patients and the like; may be empty.
    pub n: String,
    /// Estimate and limits.
    pub estimate: [f64; 3],
    /// The same as text.
    pub shown: String,
    /// The p-value as text.
    pub p: String,
}

/// What a row of a forest plot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForestRowKind {
    /// An estimate.
    #[default]
    Estimate,
    /// The heading of rows below it.
    Header,
    /// The level that others are compared with.
    Reference,
    /// A summary of rows above it.
    Summary,
}

impl ForestRow {
    /// A ratio with its limits and p-value.
    pub fn ratio(label: impl Into<String>, estimate: [f64; 3], p: f64) -> Self {
        let [ratio, lower, upper] = estimate;
        let shown = crate::format::ratio_ci(ratio, lower, upper);
        Self { label: label.into(), estimate, shown, p: crate::format::p_value(p), ..Self::default() }
    }

    /// The heading of the rows below it.
    pub fn header(label: impl Into<String>) -> Self {
        Self { label: label.into(), kind: ForestRowKind::Header, estimate: [f64::NAN; 3], ..Self::default() }
    }

    /// The level that the others are compared with.
    pub fn reference(label: impl Into<String>) -> Self {
        let shown = crate::format::REFERENCE.into();
        Self {
            label: label.into(),
            indent: 1,
            kind: ForestRowKind::Reference,
            estimate: [f64::NAN; 3],
            shown,
            ..Self::default()
        }
    }

    /// With a number of patients (and events).
    #[must_use]
    pub fn n(mut self, n: impl Into<String>) -> Self {
        self.n = n.into();
        self
    }

    /// Moved in by one level.
    #[must_use]
    pub fn indented(mut self) -> Self {
        self.indent += 1;
        self
    }
}

/// Lines from one row to the next on paper.
pub(super) const PITCH: f64 = 1.45;

/// Estimates further out than their own eightfold do not stretch the axis.
const REACH: f64 = 8.0;

impl Forest {
    /// Hazard ratios on a logarithmic axis around 1.
    pub fn hazard_ratios(rows: Vec<ForestRow>) -> Self {
        Self {
            axis: Axis::log("Hazard ratio"),
            neutral: 1.0,
            directions: Some(("lower risk".into(), "higher risk".into())),
            headings: ["", "n", "HR (95% CI)", "p"].map(str::to_owned),
            rows,
            selected: None,
        }
    }

    /// Lines of text for all rows.
    pub(super) fn preferred_lines(&self) -> usize {
        self.rows.len() + 4
    }

    /// The ends of the axis: all limits, except those far beyond their estimates.
    fn range(&self) -> (f64, f64) {
        let log = self.axis.scale == Scale::Log;
        let mut range = (self.neutral, self.neutral);
        // A row without a limit says nothing about where the others lie.
        let bounded = |row: &[f64; 3]| row.iter().all(|value| value.is_finite() && (!log || *value > 0.0));
        for [estimate, lower, upper] in self.rows.iter().map(|row| row.estimate).filter(bounded) {
            let (low, high) = if log { (estimate / REACH, estimate * REACH) } else { (f64::MIN, f64::MAX) };
            range.0 = range.0.min(lower.max(low));
            range.1 = range.1.max(upper.min(high));
        }
        if log {
            range = (range.0.max(self.neutral * 1e-3), range.1.min(self.neutral * 1e3));
        }
        self.axis.range(range.0, range.1)
    }
}
