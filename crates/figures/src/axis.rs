//! Axes: what they measure and on which scale.

/// One axis of a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// The quantity with its unit: `Time since treatment, months`.
    pub label: String,
    /// How values become positions.
    pub scale: Scale,
    /// Where the axis begins; by default a little before the data.
    pub from: Option<f64>,
    /// Where the axis ends; by default a little behind the data.
    pub to: Option<f64>,
    /// Which values are labelled.
    pub ticks: Ticks,
}

/// How values become positions.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Scale {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios; values of zero and less have no place.
    Log,
    /// Follow-up time, linear, with ticks at half years, months or the like.
    Time(TimeUnit),
    /// Named places 0, 1, 2, ... from the top down (y) or from left to right (x).
    Category(Vec<String>),
}

/// The unit in which follow-up time is given. A month is 365.25 / 12 days, a year 365.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum TimeUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months, the default.
    #[default]
    Months,
    /// Years.
    Years,
}

/// Which values of an axis are labelled, and how.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Ticks {
    /// Round numbers, as many as there is room for.
    #[default]
    Auto,
    /// Round numbers as percentages of one.
    Percent,
    /// These values with these labels, as far as they do not overlap.
    At(Vec<(f64, String)>),
}

impl Axis {
    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A logarithmic axis.
    pub fn log(label: impl Into<String>) -> Self {
        Self { scale: Scale::Log, ..Self::linear(label) }
    }

    /// A time axis that begins at 0.
    pub fn time(label: impl Into<String>, unit: TimeUnit) -> Self {
        Self { scale: Scale::Time(unit), from: Some(0.0), ..Self::linear(label) }
    }

    /// Named places.
    pub fn category(label: impl Into<String>, names: impl Into<Vec<String>>) -> Self {
        Self { scale: Scale::Category(names.into()), ..Self::linear(label) }
    }

    /// From `low` to `high`.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        (self.from, self.to) = (Some(low), Some(high));
        self
    }

    /// From `low` on.
    #[must_use]
    pub fn from(mut self, low: f64) -> Self {
        self.from = Some(low);
        self
    }

    /// Up to `high`.
    #[must_use]
    pub fn to(mut self, high: f64) -> Self {
        self.to = Some(high);
        self
    }

    /// With these labels.
    #[must_use]
    pub fn ticks(mut self, ticks: Ticks) -> Self {
        self.ticks = ticks;
        self
    }

    /// The whole range of the axis for data from `low` to `high` (not finite: there are no data), with a margin.
    pub(super) fn range(&self, low: f64, high: f64) -> (f64, f64) {
        self.range_with(low, high, MARGIN)
    }

    /// The range without a margin, for scales that round it up to whole cells.
    pub(super) fn bare_range(&self, low: f64, high: f64) -> (f64, f64) {
        self.range_with(low, high, 0.0)
    }

    fn range_with(&self, low: f64, high: f64, margin: f64) -> (f64, f64) {
        if let Scale::Category(names) = &self.scale {
            return (-0.5, names.len().max(1) as f64 - 0.5);
        }
        let log = self.scale == Scale::Log;
        let data = (low <= high).then_some((low, high));
        // An end that is given stays where it is, even if the data have no extent beyond it.
        let beyond =
            |from: f64, step: f64| if log { from * 10f64.powf(step) } else { from + step * from.abs().max(1.0) };
        let (low, high) = match (self.from, self.to, data) {
            (Some(from), Some(to), _) => (from, to),
            (Some(from), None, Some((_, high))) if high > from => (from, pad(high, from, log, margin)),
            (Some(from), None, _) => (from, beyond(from, 1.0)),
            (None, Some(to), Some((low, _))) if low < to => (pad(low, to, log, margin), to),
            (None, Some(to), _) => (beyond(to, -1.0), to),
            (None, None, Some((low, high))) => (pad(low, high, log, margin), pad(high, low, log, margin)),
            (None, None, None) => (1.0, 1.0),
        };
        widened(low, high, log)
    }
}

impl TimeUnit {
    /// All of them, by the word used in files and on axes.
    pub const WORDS: [(&'static str, Self); 4] =
        [("days", Self::Days), ("weeks", Self::Weeks), ("months", Self::Months), ("years", Self::Years)];

    /// The word used in files and on axes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// Its length in days.
    pub fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 365.25 / 12.0,
            Self::Years => 365.25,
        }
    }

    /// `time` in this unit, in `other`. The same unit leaves every bit as it is.
    ///
    /// ```
    /// # use figures::TimeUnit;
    /// assert_eq!(TimeUnit::Years.convert(2.0, TimeUnit::Months), 24.0);
    /// ```
    pub fn convert(self, time: f64, other: Self) -> f64 {
        if self == other { time } else { time * self.days() / other.days() }
    }
}

/// How far an axis goes beyond the data, as a share of their extent.
const MARGIN: f64 = 1.0 / 30.0;

/// `end`, moved by `share` of its distance from `other`, away from it.
fn pad(end: f64, other: f64, log: bool, share: f64) -> f64 {
    if log { end * (end / other).powf(share) } else { end + (end - other) * share }
}

/// A range that is never empty, reversed or, on a log scale, not positive.
fn widened(low: f64, high: f64, log: bool) -> (f64, f64) {
    if log {
        let low = if low > 0.0 && low.is_finite() { low } else { 0.1 };
        let high = if high > 0.0 && high.is_finite() { high } else { low * 10.0 };
        return if low < high { (low, high) } else { (low / 2.0, low * 2.0) };
    }
    let low = if low.is_finite() { low } else { 0.0 };
    let high = if high.is_finite() { high } else { low + 1.0 };
    if low < high && (high - low).is_finite() {
        return (low, high);
    }
    let half = (low.abs() * 0.05).clamp(1e-300, 1e300).max(if low == 0.0 { 0.5 } else { 0.0 });
    (low - half, low + half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_never_empty() {
        let nothing = (f64::INFINITY, f64::NEG_INFINITY);
        for axis in [Axis::linear(""), Axis::log(""), Axis::time("", TimeUnit::Days), Axis::category("", [])] {
            for (low, high) in [nothing, (0.0, 0.0), (5.0, 5.0), (-1.0, 2.0), (1e308, 1.5e308), (-1e308, 1e308)] {
                let (from, to) = axis.range(low, high);
                assert!(from < to && from.is_finite() && to.is_finite(), "{axis:?} {low} {high}: {from} {to}");
            }
        }
    }

    #[test]
    fn given_ends_are_kept() {
        assert_eq!(Axis::linear("").between(0.0, 1.0).range(0.2, 0.4), (0.0, 1.0));
        assert_eq!(Axis::linear("").from(0.0).range(10.0, 60.0), (0.0, 62.0));
        assert_eq!(Axis::linear("").from(0.0).range(f64::INFINITY, f64::NEG_INFINITY), (0.0, 1.0));
        assert_eq!(Axis::linear("").to(0.0).range(0.0, 0.0), (-1.0, 0.0));
    }
}
