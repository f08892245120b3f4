//! The 2 x 2 table: one free cell with a hypergeometric distribution.

use super::TIE_TOLERANCE;
use crate::stats::cross_table::CrossTable;

/// The first cell's possible values from `low`, with probabilities relative to the most likely one.
struct Hypergeometric {
    low: u64,
    relative: Vec<f64>,
    seen: usize,
}

impl Hypergeometric {
    /// By the ratio of neighbours from the mode outwards, so that nothing overflows or cancels.
    fn of(table: &CrossTable) -> Self {
        let (first_row, first_column) = (table.row_totals()[0], table.column_totals()[0]);
        let second_column = table.column_totals()[1];
        let low = first_row.saturating_sub(second_column);
        let high = first_row.min(first_column);
        let total = (table.total() + 2) as f64;
        let mode = ((first_row + 1) as f64 * (first_column + 1) as f64 / total).floor() as u64;
        let mode = (mode.clamp(low, high) - low) as usize;
        // P(x + 1) / P(x).
        let step = |x: u64| {
            (first_row - x) as f64 * (first_column - x) as f64
                / ((x + 1) as f64 * (second_column + x + 1 - first_row) as f64)
        };
        let mut relative = vec![1.0; (high - low + 1) as usize];
        for k in mode + 1..relative.len() {
            relative[k] = relative[k - 1] * step(low + k as u64 - 1);
        }
        for k in (0..mode).rev() {
            relative[k] = relative[k + 1] / step(low + k as u64);
        }
        Self { low, relative, seen: (table.get(0, 0) - low) as usize }
    }
}

/// Two-sided p-value of a 2 x 2 table without empty margins.
pub(super) fn p_value(table: &CrossTable) -> f64 {
    let distribution = Hypergeometric::of(table);
    let limit = distribution.relative[distribution.seen] * (1.0 + TIE_TOLERANCE);
    let unlikely: f64 = distribution.relative.iter().filter(|d| **d <= limit).sum();
    (unlikely / distribution.relative.iter().sum::<f64>()).min(1.0)
}

/// The odds ratio of a 2 x 2 table, conditional on its margins, with exact limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OddsRatio {
    /// Conditional maximum likelihood estimate: 0 or infinite where a cell decides it.
    pub estimate: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
}

/// The conditional odds ratio with limits at `level` (0.95); `None` unless the table is 2 x 2 without empty margins.
///
/// Solved to the last digits; R's `fisher.test` stops at about four.
pub fn odds_ratio(table: &CrossTable, level: f64) -> Option<OddsRatio> {
    let (table, dropped) = table.without_empty().ok()?;
    if dropped > 0 || table.rows() != 2 || table.columns() != 2 {
        return None;
    }
    let distribution = Hypergeometric::of(&table);
    let (seen, top) = (distribution.seen, distribution.relative.len() - 1);
    let alpha = (1.0 - level) / 2.0;
    let ln: Vec<f64> = distribution.relative.iter().map(|d| d.ln()).collect();
    // Weighted share of the outcomes kept by `weight` under log odds ratio `b`.
    let under = |b: f64, weight: &dyn Fn(usize) -> f64| {
        let scale = (0..ln.len()).map(|k| ln[k] + b * k as f64).fold(f64::NEG_INFINITY, f64::max);
        let (mut kept, mut all) = (0.0, 0.0);
        for (k, l) in ln.iter().enumerate() {
            let density = (l + b * k as f64 - scale).exp();
            kept += density * weight(k);
            all += density;
        }
        kept / all
    };
    let mean = |b: f64| under(b, &|k| k as f64) - seen as f64;
    let at_most = |b: f64| alpha - under(b, &|k| f64::from(u8::from(k <= seen)));
    let at_least = |b: f64| under(b, &|k| f64::from(u8::from(k >= seen))) - alpha;
    debug_assert!(distribution.low <= table.get(0, 0));
    Some(OddsRatio {
        estimate: if seen == 0 {
            0.0
        } else if seen == top {
            f64::INFINITY
        } else {
            root(mean).exp()
        },
        lower: if seen == 0 { 0.0 } else { root(at_least).exp() },
        upper: if seen == top { f64::INFINITY } else { root(at_most).exp() },
    })
}

/// Where an increasing function crosses 0, by bisection.
fn root(function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-1.0, 1.0);
    while function(low) > 0.0 && low > -700.0 {
        low *= 2.0;
    }
    while function(high) < 0.0 && high < 700.0 {
        high *= 2.0;
    }
    while high - low > 2.0 * f64::EPSILON * low.abs().max(high.abs()) {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odds_ratio_is_one_in_a_balanced_table() {
        let table = CrossTable::new(&[vec![5, 5], vec![5, 5]]).expect("2 x 2");
        let or = odds_ratio(&table, 0.95).expect("2 x 2");
        assert!((or.estimate - 1.0).abs() < 1e-12);
        assert!((or.lower * or.upper - 1.0).abs() < 1e-10);
        let zero = odds_ratio(&CrossTable::new(&[vec![0, 5], vec![6, 1]]).expect("2 x 2"), 0.95).expect("2 x 2");
        assert_eq!((zero.estimate, zero.lower), (0.0, 0.0));
        // fisher.test of R gives 0.5941967.
        assert!((zero.upper - 0.594_196_7).abs() < 1e-6, "{}", zero.upper);
    }
}
