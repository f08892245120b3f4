//! Wilcoxon's rank sum test.

use super::ranks::midranks;
use super::tails::normal_upper;
use super::test_result::{Df, TestError, TestName, TestNote, TestResult, require_numbers, require_size};

/// Groups smaller than this are compared by the exact distribution.
const EXACT_BELOW: usize = 50;

/// Mann and Whitney's U as R's `wilcox.test`: W = rank sum of `a` less its smallest possible value.
///
/// Exact when both groups have fewer than 50 values and none tie; else normal, with the variance corrected for ties
/// and a continuity correction of one half.
///
/// # Errors
/// [`TestError`]: a group without values, values that are all equal, a value that is not a number.
pub fn mann_whitney(a: &[f64], b: &[f64]) -> Result<TestResult, TestError> {
    require_size(&[a, b], 1)?;
    require_numbers(&[a, b])?;
    let ranks = midranks(&[a, b].concat());
    let (n, m) = (a.len() as f64, b.len() as f64);
    let w = ranks.rank[..a.len()].iter().sum::<f64>() - n * (n + 1.0) / 2.0;
    let small = a.len() < EXACT_BELOW && b.len() < EXACT_BELOW;
    if small && ranks.tie_sum == 0.0 {
        let mut result = TestResult::new(TestName::MannWhitney, w, Df::None, exact_two_sided(w, a.len(), b.len()));
        result.exact = true;
        return Ok(result);
    }
    let p = normal_two_sided(w, n, m, ranks.tie_sum, 0.5)?;
    let mut result = TestResult::new(TestName::MannWhitney, w, Df::None, p);
    if small {
        result.notes.push(TestNote::TiesPreventExact);
    }
    Ok(result)
}

/// The normal approximation at any sample size, with (0.5) or without (0) continuity correction.
///
/// # Errors
/// [`TestError`]: a group without values, values that are all equal, a value that is not a number.
pub fn mann_whitney_normal(a: &[f64], b: &[f64], correction: f64) -> Result<TestResult, TestError> {
    require_size(&[a, b], 1)?;
    require_numbers(&[a, b])?;
    let ranks = midranks(&[a, b].concat());
    let (n, m) = (a.len() as f64, b.len() as f64);
    let w = ranks.rank[..a.len()].iter().sum::<f64>() - n * (n + 1.0) / 2.0;
    let p = normal_two_sided(w, n, m, ranks.tie_sum, correction)?;
    Ok(TestResult::new(TestName::MannWhitney, w, Df::None, p))
}

fn normal_two_sided(w: f64, n: f64, m: f64, tie_sum: f64, correction: f64) -> Result<f64, TestError> {
    let total = n + m;
    let variance = n * m / 12.0 * (total + 1.0 - tie_sum / (total * (total - 1.0)));
    if variance <= 0.0 || variance.is_nan() {
        return Err(TestError::Constant);
    }
    let distance = (w - n * m / 2.0).abs();
    // The correction never carries past the middle by more than itself: R takes sign(z) / 2, 0 in the middle.
    let z = if distance == 0.0 { 0.0 } else { (distance - correction) / variance.sqrt() };
    Ok((2.0 * normal_upper(z.abs())).min(1.0))
}

/// 2 min(P(W <= w), P(W >= w)), at most 1, without ties.
fn exact_two_sided(w: f64, n: usize, m: usize) -> f64 {
    let counts = rank_sum_counts(n, m);
    let total: f64 = counts.iter().sum();
    // W is whole without ties, and its distribution symmetric.
    let w = w.round() as usize;
    let tail = w.min(n * m - w);
    (2.0 * counts[..=tail].iter().sum::<f64>() / total).min(1.0)
}

/// How many of the C(n + m, n) arrangements have W = 0, 1, .., nm.
///
/// Adding the i-th of m values to a row of n multiplies the generating function by (1 - q^(n+i)) / (1 - q^i); here all
/// terms are sums: c(j, w) = c(j - 1, w - i) + c(j, w) for each i in turn, j the values of the first group placed.
fn rank_sum_counts(n: usize, m: usize) -> Vec<f64> {
    let top = n * m;
    // placed[j][w]: ways to choose j of the first i shifts 0..=i.. with sum w, repeats allowed.
    let mut placed = vec![vec![0.0; top + 1]; n + 1];
    placed[0][0] = 1.0;
    for shift in 0..=m {
        for j in 1..=n {
            for w in shift..=(j * m).min(top) {
                let ways = placed[j - 1][w - shift];
                placed[j][w] += ways;
            }
        }
    }
    placed.swap_remove(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrangements_are_counted_once() {
        // All sums of two of the multiset 0..=2 with repeats: 0, 1, 2, 2, 3, 4.
        assert_eq!(rank_sum_counts(2, 2), [1.0, 1.0, 2.0, 1.0, 1.0]);
        let total: f64 = rank_sum_counts(10, 7).iter().sum();
        assert_eq!(total, 19_448.0);
    }

    #[test]
    fn ties_take_the_normal_approximation() {
        let tied = mann_whitney(&[1.0, 2.0, 2.0], &[2.0, 3.0]).expect("values vary");
        assert!(!tied.exact && tied.notes == [TestNote::TiesPreventExact]);
        assert_eq!(mann_whitney(&[5.0; 3], &[5.0; 3]).expect_err("constant"), TestError::Constant);
        assert_eq!(mann_whitney(&[], &[1.0]).expect_err("empty"), TestError::TooFew { group: 0, found: 0, needed: 1 });
    }
}
