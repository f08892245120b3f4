//! From values to places.

use crate::axis::{Axis, Scale};

/// Where the values of an axis lie on the surface.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    pub low: f64,
    pub high: f64,
    from: f64,
    to: f64,
    log: bool,
}

impl Position {
    /// Values from `low` at `from` to `high` at `to`.
    pub fn new(axis: &Axis, (low, high): (f64, f64), from: f64, to: f64) -> Self {
        Self { low, high, from, to, log: axis.scale == Scale::Log }
    }

    /// The place of `value`; NaN for what has none.
    pub fn at(&self, value: f64) -> f64 {
        let share = if self.log {
            (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        // Far beyond the surface is as good as infinitely far and keeps later arithmetic finite; NaN stays.
        let share = share.clamp(-1e4, 1e4);
        // Exact at the far end too: a curve along the edge of the plot must not fall out of it by rounding.
        if share == 1.0 { self.to } else { self.from + share * (self.to - self.from) }
    }

    /// Whether `value` lies on the axis.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_an_axis_are_the_edges_of_the_plot() {
        let axis = Axis::linear("survival");
        for tenth in 0..10_000 {
            let (from, to) = (640.0 - f64::from(tenth) / 30.0, 15.6 + f64::from(tenth) / 70.0);
            let position = Position::new(&axis, (0.0, 1.0), from, to);
            assert_eq!((position.at(0.0), position.at(1.0)), (from, to));
        }
    }
}
