//! Positions of tick labels on an axis of follow-up time.

use crate::axis::TimeUnit;

/// Steps that people think in: a year is 12 months, half a year 180 days.
pub fn steps(unit: TimeUnit) -> &'static [f64] {
    match unit {
        TimeUnit::Days => &[1.0, 2.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 360.0],
        TimeUnit::Weeks => &[1.0, 2.0, 4.0, 13.0, 26.0, 52.0],
        TimeUnit::Months => &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0],
        TimeUnit::Years => &[0.25, 0.5, 1.0, 2.0, 5.0],
    }
}

/// At most `wanted` (two at least) multiples of a step that people think in.
pub fn follow_up(low: f64, high: f64, wanted: usize, unit: TimeUnit) -> Vec<f64> {
    let steps = steps(unit);
    let most = wanted.max(2);
    let multiples = |step: f64| {
        let first = (low / step - 1e-9).ceil();
        let count = ((high / step + 1e-9).floor() - first + 1.0).max(0.0) as usize;
        (first, count)
    };
    if (high - low) < steps[0] * 0.5 {
        return super::talbot::extended(low, high, wanted);
    }
    let step = steps.iter().copied().find(|step| multiples(*step).1 <= most);
    let step = step.unwrap_or_else(|| rounded_up((high - low) / (most - 1) as f64, steps[steps.len() - 1]));
    let (first, count) = multiples(step);
    (0..count).map(|at| (first + at as f64) * step).collect()
}

/// The smallest of 1, 2, 5, 10, 20, ... times `unit` that is not below `needed`.
fn rounded_up(needed: f64, unit: f64) -> f64 {
    let power = 10f64.powf((needed / unit).log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|multiple| multiple * power * unit)
        .find(|step| *step >= needed)
        .unwrap_or(10.0 * power * unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_come_in_years() {
        assert_eq!(follow_up(0.0, 72.0, 7, TimeUnit::Months), [0.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0]);
        assert_eq!(follow_up(0.0, 72.0, 4, TimeUnit::Months), [0.0, 24.0, 48.0, 72.0]);
        assert_eq!(follow_up(0.0, 300.0, 4, TimeUnit::Months), [0.0, 120.0, 240.0]);
    }

    #[test]
    fn other_units() {
        assert_eq!(follow_up(0.0, 1000.0, 4, TimeUnit::Days), [0.0, 360.0, 720.0]);
        assert_eq!(follow_up(0.0, 11.0, 7, TimeUnit::Years), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(follow_up(0.0, 0.02, 3, TimeUnit::Years), [0.0, 0.01, 0.02]);
    }
}
