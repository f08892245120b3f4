//! Restricted cubic splines in Harrell's truncated power basis.

use crate::stats::describe::quantile_sorted;

/// Why a spline cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SplineError {
    /// Fewer than three knots asked for.
    #[error("a restricted cubic spline has at least 3 knots, not {0}")]
    KnotCount(usize),
    /// Too few values to place knots by.
    #[error("{0} values are too few to place knots by (6 are needed); name the knots")]
    TooFewValues(usize),
    /// So many equal values that fewer than three knots remain.
    #[error("ties leave fewer than 3 distinct knots ({0:?}); enter the column as it is, or name the knots")]
    Ties(Vec<f64>),
    /// Knots that are not finite and strictly increasing.
    #[error("the knots {0:?} are not strictly increasing; fewer knots, or knots set by hand, will do")]
    Order(Vec<f64>),
    /// A value that is not a number.
    #[error("row {row}: {value} is not a number")]
    Value {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
}

/// Share of equal values at an end from which that value is not used for a knot.
const HEAVY_TIE: f64 = 0.05;

/// A cubic spline that is linear beyond its outer knots.
///
/// With knots t_1 < .. < t_k the columns are x itself and, for j = 1..k-2,
/// `[(x-t_j)+^3 - (x-t_{k-1})+^3 (t_k-t_j)/(t_k-t_{k-1}) + (x-t_k)+^3 (t_{k-1}-t_j)/(t_k-t_{k-1})] / (t_k-t_1)^2`
/// (Harrell, Regression Modeling Strategies, section 2.4.5; the last divisor puts all columns on the scale of x).
#[derive(Debug, Clone, PartialEq)]
pub struct RestrictedCubicSpline {
    knots: Vec<f64>,
}

impl RestrictedCubicSpline {
    /// A spline with these knots, at least three, strictly increasing.
    ///
    /// # Errors
    /// [`SplineError`]: fewer than three knots, or knots that are not finite and strictly increasing.
    pub fn new(knots: Vec<f64>) -> Result<Self, SplineError> {
        if knots.len() < 3 {
            return Err(SplineError::KnotCount(knots.len()));
        }
        if !knots.windows(2).all(|w| w[0] < w[1]) || !knots.iter().all(|t| t.is_finite()) {
            return Err(SplineError::Order(knots));
        }
        Ok(Self { knots })
    }

    /// A spline with `count` knots at default places of `values`, as Hmisc's `rcspline.eval` puts them.
    ///
    /// Quantiles (type 7) at equal steps from .05 to .95 (3 knots: .10 to .90; more than 6: .025 to .975). With fewer
    /// than 100 values the outer knots are the fifth smallest and fifth largest. A smallest or largest value that 5 %
    /// or more share, while no value between is so common, is set aside: its neighbour is the outer knot. Fewer than
    /// `count` knots come back where the values have too few distinct ones ([`Self::knots`] tells).
    ///
    /// # Errors
    /// [`SplineError`]: fewer than three knots asked for, too few values or too few distinct ones, a value that is not a number.
    pub fn from_quantiles(values: &[f64], count: usize) -> Result<Self, SplineError> {
        if let Some(row) = values.iter().position(|v| !v.is_finite()) {
            return Err(SplineError::Value { row, value: values[row] });
        }
        if count < 3 {
            return Err(SplineError::KnotCount(count));
        }
        if values.len() < 6 {
            return Err(SplineError::TooFewValues(values.len()));
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut knots = default_knots(&sorted, count);
        knots.sort_by(f64::total_cmp);
        knots.dedup();
        if knots.len() < 3 {
            return Err(SplineError::Ties(knots));
        }
        Self::new(knots)
    }

    /// The knots, increasing.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// Number of columns: knots less one.
    pub fn n_columns(&self) -> usize {
        self.knots.len() - 1
    }

    /// The columns at `x`: x, then the non-linear ones.
    pub fn basis(&self, x: f64) -> Vec<f64> {
        std::iter::once(x).chain((0..self.knots.len() - 2).map(|j| self.nonlinear(j, x))).collect()
    }

    /// Column `column` (0 is x itself) at every value.
    pub fn column(&self, column: usize, values: &[f64]) -> Vec<f64> {
        match column {
            0 => values.to_vec(),
            _ => values.iter().map(|&x| self.nonlinear(column - 1, x)).collect(),
        }
    }

    fn nonlinear(&self, j: usize, x: f64) -> f64 {
        let k = self.knots.len();
        let (first, before_last, last) = (self.knots[0], self.knots[k - 2], self.knots[k - 1]);
        let cube = |t: f64| ((x - t).max(0.0) / (last - first).powf(2.0 / 3.0)).powi(3);
        let at = self.knots[j];
        cube(at) + ((before_last - at) * cube(last) - (last - at) * cube(before_last)) / (last - before_last)
    }
}

/// The knots before equal ones are merged.
fn default_knots(sorted: &[f64], count: usize) -> Vec<f64> {
    let distinct = runs(sorted);
    if distinct.len() <= count + 2 {
        let inside = distinct.get(1..distinct.len() - 1).unwrap_or_default();
        return inside.iter().map(|r| r.0).collect();
    }
    let (first, last) = set_aside(&distinct, sorted.len());
    let inner: Vec<f64> =
        sorted.iter().copied().filter(|&x| first.is_none_or(|f| x > f) && last.is_none_or(|l| x < l)).collect();
    let asked = count - usize::from(first.is_some()) - usize::from(last.is_some());
    let outer = match count {
        3 => 0.1,
        4..=6 => 0.05,
        _ => 0.025,
    };
    let spread = |from: f64, n: usize| -> Vec<f64> {
        (0..n).map(|k| quantile_sorted(&inner, from + (1.0 - outer - from) * k as f64 / (n - 1) as f64)).collect()
    };
    let n_distinct = |knots: &[f64]| runs(knots).len();
    let mut knots = match asked {
        1 => return first.into_iter().chain([quantile_sorted(&inner, 0.5)]).chain(last).collect(),
        2 => spread(0.5, 2),
        _ => spread(outer, asked),
    };
    if n_distinct(&knots) < asked.min(3) {
        knots = spread(outer, 2 * asked);
        if let (Some(f), true) = (first, n_distinct(&knots) < 3) {
            let middle = last.map_or_else(|| quantile_sorted(&inner, 0.5), |l| (f + l) / 2.0);
            knots = vec![f, middle, last.unwrap_or_else(|| quantile_sorted(&inner, 1.0 - outer))];
        }
    }
    if inner.len() < 100 && inner.len() >= 5 {
        if first.is_none() {
            knots[0] = inner[4];
        }
        if last.is_none() {
            knots[asked - 1] = inner[inner.len() - 5];
        }
    }
    first.into_iter().chain(knots).chain(last).collect()
}

/// The outer knots that heavy ties at the ends call for.
fn set_aside(distinct: &[(f64, usize)], n: usize) -> (Option<f64>, Option<f64>) {
    let share = |k: usize| distinct[k].1 as f64 / n as f64;
    let end = distinct.len() - 1;
    if (1..end).any(|k| share(k) >= HEAVY_TIE) {
        return (None, None);
    }
    let first = (share(0) >= HEAVY_TIE).then(|| distinct[1].0);
    let last = (share(end) >= HEAVY_TIE).then(|| distinct[end - 1].0);
    (first, last)
}

/// Distinct values of a sorted slice with their counts.
fn runs(sorted: &[f64]) -> Vec<(f64, usize)> {
    sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_linear_beyond_the_outer_knots() {
        let spline = RestrictedCubicSpline::new(vec![1.0, 2.0, 4.0, 7.0]).expect("increasing");
        let slope = |x: f64, c: usize| spline.basis(x + 1.0)[c] - spline.basis(x)[c];
        for c in 0..spline.n_columns() {
            assert!((slope(10.0, c) - slope(20.0, c)).abs() < 1e-10, "column {c}");
            assert!((slope(-10.0, c) - slope(-3.0, c)).abs() < 1e-14, "column {c}");
        }
    }

    #[test]
    fn refuses_what_has_no_three_knots() {
        assert_eq!(RestrictedCubicSpline::new(vec![1.0, 1.0, 2.0]), Err(SplineError::Order(vec![1.0, 1.0, 2.0])));
        let binary: Vec<f64> = (0..50).map(|i| f64::from(i % 2)).collect();
        assert!(matches!(RestrictedCubicSpline::from_quantiles(&binary, 4), Err(SplineError::Ties(_))));
        assert_eq!(RestrictedCubicSpline::from_quantiles(&[3.0; 9], 4), Err(SplineError::Ties(Vec::new())));
    }
}
