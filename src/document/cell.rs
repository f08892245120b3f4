//! One cell of a table: what is shown, and the numbers behind it.

use figures::format;

/// What people read and what a data file gets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The text on screen and paper.
    pub shown: String,
    /// The value in full precision.
    pub value: Value,
}

/// The value behind a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// There is none: an empty field in data files.
    #[default]
    Missing,
    /// A real number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// The shown text is the value.
    Text,
    /// Several numbers in one cell, each with the name that its column gets in a data file behind the column's own
    /// title; the main one has the name `""`. A hazard ratio with its limits: `[("", 1.23), ("lower", 1.04), ("upper",
    /// 1.46)]`.
    Parts(Vec<(&'static str, f64)>),
}

impl Cell {
    /// A cell of plain text.
    pub fn text(shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), value: Value::Text }
    }

    /// Nothing at all: the cell of a group's heading row.
    pub fn empty() -> Self {
        Self::default()
    }

    /// A value that should be there and is not.
    pub fn missing() -> Self {
        Self { shown: format::MISSING.into(), value: Value::Missing }
    }

    /// `value`, shown as `shown`.
    pub fn number(value: f64, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), value: if value.is_nan() { Value::Missing } else { Value::Number(value) } }
    }

    /// Several named numbers, shown as `shown`; see [`Value::Parts`].
    pub fn parts(parts: impl Into<Vec<(&'static str, f64)>>, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), value: Value::Parts(parts.into()) }
    }

    /// A count: `1,234`.
    pub fn count(n: usize) -> Self {
        Self { shown: format::count(n), value: Value::Integer(i64::try_from(n).unwrap_or(i64::MAX)) }
    }

    /// A signed whole number.
    pub fn integer(n: i64) -> Self {
        Self { shown: format::integer(n), value: Value::Integer(n) }
    }

    /// A number with `decimals` decimals.
    pub fn fixed(x: f64, decimals: usize) -> Self {
        Self::number(x, format::fixed(x, decimals))
    }

    /// A number with `digits` significant digits.
    pub fn significant(x: f64, digits: usize) -> Self {
        Self::number(x, format::significant(x, digits))
    }

    /// A fraction of one as a percentage with one decimal.
    pub fn percent(fraction: f64) -> Self {
        Self::number(fraction, format::percent(fraction, 1))
    }

    /// A p-value.
    pub fn p_value(p: f64) -> Self {
        Self::number(p, format::p_value(p))
    }

    /// A hazard ratio or odds ratio with its limits.
    pub fn ratio_ci(estimate: f64, lower: f64, upper: f64) -> Self {
        Self::parts(limits(estimate, lower, upper), format::ratio_ci(estimate, lower, upper))
    }

    /// An estimate with its limits, all with `decimals` decimals.
    pub fn estimate_ci(estimate: f64, lower: f64, upper: f64, decimals: usize) -> Self {
        Self::parts(limits(estimate, lower, upper), format::estimate_ci(estimate, lower, upper, decimals))
    }

    /// A probability with its limits, which are shown no farther than a probability goes; the values are kept.
    pub fn probability_ci(estimate: f64, lower: f64, upper: f64, decimals: usize) -> Self {
        Self::parts(limits(estimate, lower, upper), format::probability_ci(estimate, lower, upper, decimals))
    }

    /// Mean and standard deviation, with the decimals that the spread of all groups deserves.
    pub fn mean_sd(mean: f64, sd: f64, spread: f64) -> Self {
        Self::parts([("mean", mean), ("sd", sd)], format::mean_sd_beside(mean, sd, spread))
    }

    /// Median and quartiles, with the decimals that the distance of the quartiles of all groups deserves.
    pub fn median_iqr(median: f64, q1: f64, q3: f64, spread: f64) -> Self {
        let parts = [("median", median), ("q1", q1), ("q3", q3)];
        Self::parts(parts, format::median_iqr_beside(median, q1, q3, spread))
    }

    /// `n` of `total`: `31 (38.3%)`.
    pub fn count_percent(n: usize, total: usize) -> Self {
        let percentage = 100.0 * n as f64 / total as f64;
        Self::parts([("n", n as f64), ("percent", percentage)], format::count_percent(n, total))
    }
}

fn limits(estimate: f64, lower: f64, upper: f64) -> [(&'static str, f64); 3] {
    [("", estimate), ("lower", lower), ("upper", upper)]
}

impl From<&str> for Cell {
    fn from(shown: &str) -> Self {
        Self::text(shown)
    }
}

impl From<String> for Cell {
    fn from(shown: String) -> Self {
        Self::text(shown)
    }
}
