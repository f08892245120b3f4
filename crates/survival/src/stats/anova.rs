//! Comparing means and ranks of several groups.

use super::describe::{mean, sum, sum_of_squares, variance};
use super::ranks::midranks;
use super::tails::{chi_square_upper, f_upper};
use super::test_result::{Df, TestError, TestName, TestResult, require_numbers, require_size};

/// One-way analysis of variance: F = mean square between groups over mean square within.
///
/// Groups without values are left out.
///
/// # Errors
/// [`TestError`]: fewer than two groups with values, no more values than groups, no variation, a value that is not a number.
pub fn anova(groups: &[&[f64]]) -> Result<TestResult, TestError> {
    let groups = with_values(groups)?;
    let n: usize = groups.iter().map(|g| g.len()).sum();
    let (df1, df2) = ((groups.len() - 1) as f64, n as f64 - groups.len() as f64);
    if df2 < 1.0 {
        return Err(TestError::TooFew { group: 0, found: 1, needed: 2 });
    }
    let grand = sum(groups.iter().flat_map(|g| g.iter().copied())) / n as f64;
    let between = sum(groups.iter().map(|g| g.len() as f64 * (mean(g) - grand).powi(2)));
    let within = sum(groups.iter().map(|g| sum_of_squares(g)));
    // Below this share of the sum of squares about zero, what is within the groups is rounding.
    let scale = sum(groups.iter().flat_map(|g| g.iter().map(|v| v * v)));
    if within <= 1e-28 * scale {
        return Err(TestError::Constant);
    }
    let f = (between / df1) / (within / df2);
    Ok(TestResult::new(TestName::Anova, f, Df::Two(df1, df2), f_upper(f, df1, df2)))
}

/// Welch's (1951) comparison of means without the assumption of equal variances; two values a group at least.
///
/// # Errors
/// [`TestError`]: fewer than two groups with values, one with a single value, no variation, a value that is not a number.
pub fn welch_anova(groups: &[&[f64]]) -> Result<TestResult, TestError> {
    let groups = with_values(groups)?;
    require_size(&groups, 2)?;
    let k = groups.len() as f64;
    let weights: Vec<f64> = groups.iter().map(|g| g.len() as f64 / variance(g)).collect();
    if weights.iter().any(|w| w.is_infinite()) {
        return Err(TestError::Constant);
    }
    let means: Vec<f64> = groups.iter().map(|g| mean(g)).collect();
    let total: f64 = weights.iter().sum();
    let grand = weights.iter().zip(&means).map(|(w, m)| w * m).sum::<f64>() / total;
    let spread = |(w, g): (&f64, &&[f64])| (1.0 - w / total).powi(2) / (g.len() - 1) as f64;
    let h = weights.iter().zip(&groups).map(spread).sum::<f64>() / (k * k - 1.0);
    let between: f64 = weights.iter().zip(&means).map(|(w, m)| w * (m - grand).powi(2)).sum();
    let f = between / ((k - 1.0) * (1.0 + 2.0 * (k - 2.0) * h));
    let (df1, df2) = (k - 1.0, 1.0 / (3.0 * h));
    Ok(TestResult::new(TestName::WelchAnova, f, Df::Two(df1, df2), f_upper(f, df1, df2)))
}

/// Kruskal and Wallis' test: chi-square of the rank sums, divided by the correction for ties.
///
/// # Errors
/// [`TestError`]: fewer than two groups with values, values that are all equal, a value that is not a number.
pub fn kruskal_wallis(groups: &[&[f64]]) -> Result<TestResult, TestError> {
    let groups = with_values(groups)?;
    let all: Vec<f64> = groups.concat();
    let ranks = midranks(&all);
    let n = all.len() as f64;
    let correction = 1.0 - ranks.tie_sum / (n * n * n - n);
    if correction <= 0.0 {
        return Err(TestError::Constant);
    }
    let mut start = 0;
    let mut squares = 0.0;
    for group in &groups {
        let rank_sum: f64 = ranks.rank[start..start + group.len()].iter().sum();
        squares += rank_sum * rank_sum / group.len() as f64;
        start += group.len();
    }
    let statistic = (12.0 * squares / (n * (n + 1.0)) - 3.0 * (n + 1.0)) / correction;
    let df = (groups.len() - 1) as f64;
    Ok(TestResult::new(TestName::KruskalWallis, statistic, Df::One(df), chi_square_upper(statistic, df)))
}

/// The groups that have values, two at least.
fn with_values<'a>(groups: &[&'a [f64]]) -> Result<Vec<&'a [f64]>, TestError> {
    require_numbers(groups)?;
    let kept: Vec<&[f64]> = groups.iter().copied().filter(|g| !g.is_empty()).collect();
    if kept.len() < 2 { Err(TestError::Groups { found: kept.len() }) } else { Ok(kept) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_give_the_square_of_t() {
        let (a, b): (&[f64], &[f64]) = (&[1.0, 2.5, 3.0, 7.0], &[4.0, 6.0, 9.5]);
        let f = anova(&[a, &[], b]).expect("two groups");
        let t = super::super::t_test::student_t(a, b).expect("two groups");
        assert!((f.statistic - t.statistic * t.statistic).abs() < 1e-13);
        assert!((f.p - t.p).abs() < 1e-15);
        let w = welch_anova(&[a, b]).expect("two groups");
        assert!((w.p - super::super::t_test::welch_t(a, b).expect("two groups").p).abs() < 1e-14);
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        assert_eq!(anova(&[&[1.0, 2.0], &[]]).expect_err("one group"), TestError::Groups { found: 1 });
        assert_eq!(anova(&[&[0.1; 3], &[0.1; 4]]).expect_err("constant"), TestError::Constant);
        assert_eq!(kruskal_wallis(&[&[5.0; 3], &[5.0; 4]]).expect_err("constant"), TestError::Constant);
        assert!(anova(&[&[1.0], &[2.0]]).is_err());
    }
}
