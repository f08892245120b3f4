//! Grey levels by the initiative's definitions.

use super::settings::{Anchor, Binning};
use crate::discretise::{BinError, Levels, MOST_BINS, MOST_LEVELS};

/// Sorts `values` into bins; `low` is the lower end of the range that resegmented them.
///
/// Bins of a width: floor((x - anchor) / width) + 1. A count of bins: floor(count (x - min) / (max - min)) + 1, the
/// maximum in the last; where all values are equal, the middle one.
pub fn levels(values: &[f64], binning: Binning, low: Option<f64>) -> Result<Levels, BinError> {
    let minimum = values.iter().copied().fold(f64::INFINITY, f64::min);
    let maximum = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let number: Box<dyn Fn(f64) -> f64> = match binning {
        Binning::None if values.iter().any(|x| x.fract() != 0.0) || minimum < 1.0 => return Err(BinError::NotLevels),
        Binning::None => Box::new(|x| x),
        Binning::Width { width, anchor } => {
            let anchor = match anchor {
                Anchor::At(at) => at,
                Anchor::Range => low.unwrap_or(minimum),
                Anchor::Minimum => minimum,
            };
            Box::new(move |x| (whole_steps((x - anchor) / width) + 1.0).max(1.0))
        }
        Binning::Count(count) => {
            let count = count as f64;
            let span = maximum - minimum;
            Box::new(move |x| match span {
                0.0 => (count / 2.0).ceil(),
                _ => (whole_steps(count * (x - minimum) / span) + 1.0).min(count),
            })
        }
    };
    let highest = number(maximum);
    if highest.is_nan() || highest >= MOST_BINS as f64 {
        return Err(BinError::TooMany { bins: highest });
    }
    let bins: Vec<u32> = values.iter().map(|&x| number(x) as u32).collect();
    let levels = Levels::from_bins(&bins, highest as usize);
    if levels.len() > MOST_LEVELS { Err(BinError::TooMany { bins: levels.len() as f64 }) } else { Ok(levels) }
}

/// The whole steps in `steps`. A value on the edge of a bin lies in the upper one, also where the width (10.3) or the
/// interpolation leaves it below by its last bits.
pub(super) fn whole_steps(steps: f64) -> f64 {
    let nearest = steps.round();
    if (steps - nearest).abs() <= 1e-9 * steps.abs().max(1.0) { nearest } else { steps.floor() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(values: &[f64], binning: Binning, low: Option<f64>) -> Vec<u32> {
        let levels = levels(values, binning, low).expect("levels");
        levels.indices.iter().map(|&i| levels.numbers[i as usize]).collect()
    }

    #[test]
    fn bins_begin_at_their_anchor() {
        let binning = |anchor| Binning::Width { width: 25.0, anchor };
        let values = [-90.0, -75.0, 0.0, 24.9];
        assert_eq!(numbers(&values, binning(Anchor::Range), Some(-100.0)), [1, 2, 5, 5]);
        assert_eq!(numbers(&values, binning(Anchor::Minimum), Some(-100.0)), [1, 1, 4, 5]);
        assert_eq!(numbers(&values, binning(Anchor::At(-75.0)), None), [1, 1, 4, 4]);
        // 154.5 is 15 times 10.3, but not in doubles.
        let odd = Binning::Width { width: 10.3, anchor: Anchor::Minimum };
        assert_eq!(numbers(&[127.0, 281.5, 281.4], odd, None), [1, 16, 15]);
    }

    #[test]
    fn the_maximum_lies_in_the_last_of_counted_bins() {
        assert_eq!(numbers(&[0.0, 1.0, 2.0, 3.9, 4.0], Binning::Count(4), None), [1, 2, 3, 4, 4]);
        assert_eq!(numbers(&[7.0, 7.0], Binning::Count(32), None), [16, 16]);
        assert_eq!(numbers(&[1.0, 4.0, 3.0], Binning::None, None), [1, 4, 3]);
        assert_eq!(levels(&[0.0, 4.0], Binning::None, None), Err(BinError::NotLevels));
        assert_eq!(levels(&[1.5], Binning::None, None), Err(BinError::NotLevels));
    }
}
