//! Times by which a given share has had the event.

use super::Curve;

/// Probabilities closer than this are equal: the square root of the double precision.
const TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// A time with confidence limits; `None` where the curve never gets there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The time.
    pub estimate: Option<f64>,
    /// Lower limit, from the lower curve.
    pub lower: Option<f64>,
    /// Upper limit, from the upper curve.
    pub upper: Option<f64>,
}

impl Curve {
    /// The median as R prints it: the first time with S <= 1/2; where S is 1/2 over a step and falls later, the middle
    /// of the step. Limits by the same rule from the limits of the curve.
    ///
    /// [`Curve::quantile`] at 1/2 differs only where S ends at 1/2 exactly: there it takes the middle of that time and
    /// the last.
    pub fn median(&self) -> Quantile {
        let cross = |curve: &[f64]| {
            let reached = |v: f64| v < 0.5 + TOLERANCE;
            let first = curve.iter().position(|v| reached(*v))?;
            let level = curve[first];
            let fall = (level - 0.5).abs() < TOLERANCE;
            let later = (first..curve.len()).find(|&k| fall && curve[k] < level);
            Some(later.map_or(self.time[first], |k| (self.time[first] + self.time[k]) / 2.0))
        };
        Quantile { estimate: cross(&self.surv), lower: cross(&self.lower), upper: cross(&self.upper) }
    }

    /// The time by which a share `p` has had the event, R's `quantile`: the first time with S <= 1 - p; where S is
    /// 1 - p over a step, its middle. `None` where the curve never gets there, or for `p` outside [0, 1].
    pub fn quantile(&self, p: f64) -> Quantile {
        Quantile {
            estimate: self.crossing(&self.surv, p),
            lower: self.crossing(&self.lower, p),
            upper: self.crossing(&self.upper, p),
        }
    }

    /// Where 1 - `curve` reaches `p`. Limits need not be monotone: their distinct values are looked up in order.
    fn crossing(&self, curve: &[f64], p: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let mut steps: Vec<(f64, f64)> = vec![(0.0, 0.0)];
        let (mut highest, mut last_value) = (0.0_f64, 0.0);
        for (&time, &value) in self.time.iter().zip(curve) {
            let y = 1.0 - value;
            // NaN is no step, but as the last value it means that the curve ends undefined.
            if y != last_value && !(y.is_nan() && f64::is_nan(last_value)) {
                last_value = y;
                if !y.is_nan() {
                    highest = highest.max(y);
                    steps.push((y, time));
                }
            }
        }
        if highest < p {
            return None;
        }
        if p == 0.0 {
            return Some(0.0);
        }
        // Stable, so that of equal values the first time stays in front.
        if !steps.is_sorted_by(|a, b| a.0 <= b.0) {
            steps.sort_by(|a, b| a.0.total_cmp(&b.0));
        }
        steps.dedup_by(|later, kept| later.0 == kept.0);
        let first_from = |bound: f64| steps.get(steps.partition_point(|step| step.0 < bound)).map(|step| step.1);
        let reached = first_from(p - TOLERANCE)?;
        if !f64::is_nan(last_value) && (p - last_value).abs() < TOLERANCE {
            return self.time.last().map(|end| (reached + end) / 2.0);
        }
        first_from(p + TOLERANCE).map(|beyond| (reached + beyond) / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Interval, KaplanMeierSpec};
    use crate::{Groups, Survival};

    #[test]
    fn a_curve_that_ends_at_one_half() {
        let time = (1..=8).map(f64::from).collect();
        let data = Survival::new(time, (1..=8).map(|t| t < 5).collect()).expect("valid");
        let km = KaplanMeierSpec { interval: Interval::None, ..Default::default() }.check().expect("valid");
        let curve = &km.fit(&data, Groups::one()).expect("fits")[0];
        assert_eq!(curve.median().estimate, Some(4.0));
        assert_eq!(curve.quantile(0.5).estimate, Some(6.0));
        assert_eq!(curve.quantile(0.25).estimate, Some(2.5));
        assert_eq!(curve.quantile(0.6).estimate, None);
        assert_eq!(curve.quantile(0.0).estimate, Some(0.0));
        assert_eq!(curve.quantile(1.5).estimate, None);
        assert_eq!(curve.median().lower, None);
    }
}
