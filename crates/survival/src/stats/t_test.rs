//! Comparing two means.

use super::describe::{mean, variance};
use super::tails::t_two_sided;
use super::test_result::{Df, TestError, TestName, TestResult, require_numbers, require_size};

/// Student's t-test of equal means with a common variance: t = (mean a - mean b) / sqrt(s^2 (1/n + 1/m)).
///
/// # Errors
/// [`TestError`]: too few values to estimate a variance, no variation, a value that is not a number.
pub fn student_t(a: &[f64], b: &[f64]) -> Result<TestResult, TestError> {
    require_size(&[a, b], 1)?;
    let (n, m) = (a.len() as f64, b.len() as f64);
    let df = n + m - 2.0;
    if df < 1.0 {
        return Err(TestError::TooFew { group: 0, found: 1, needed: 2 });
    }
    // A group of one has no variance of its own but the other may have.
    let pooled = [a, b].iter().filter(|g| g.len() > 1).map(|g| (g.len() - 1) as f64 * variance(g)).sum::<f64>() / df;
    t_statistic(TestName::StudentT, a, b, (pooled * (1.0 / n + 1.0 / m)).sqrt(), df)
}

/// Welch's t-test of equal means: each group has its variance, the degrees of freedom are Satterthwaite's.
///
/// # Errors
/// [`TestError`]: a group with fewer than two values, no variation, a value that is not a number.
pub fn welch_t(a: &[f64], b: &[f64]) -> Result<TestResult, TestError> {
    require_size(&[a, b], 2)?;
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (va, vb) = (variance(a) / n, variance(b) / m);
    let df = (va + vb) * (va + vb) / (va * va / (n - 1.0) + vb * vb / (m - 1.0));
    t_statistic(TestName::WelchT, a, b, (va + vb).sqrt(), df)
}

fn t_statistic(name: TestName, a: &[f64], b: &[f64], error: f64, df: f64) -> Result<TestResult, TestError> {
    require_numbers(&[a, b])?;
    let (ma, mb) = (mean(a), mean(b));
    // Rounding alone makes errors of this size: R's rule for "essentially constant".
    if error < 10.0 * f64::EPSILON * ma.abs().max(mb.abs()) || error == 0.0 {
        return Err(TestError::Constant);
    }
    let t = (ma - mb) / error;
    Ok(TestResult::new(name, t, Df::One(df), t_two_sided(t, df)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_one_can_be_compared_by_student_only() {
        // t.test(c(1, 2, 4), 9, var.equal = TRUE)
        let t = student_t(&[1.0, 2.0, 4.0], &[9.0]).expect("three degrees of freedom");
        assert!((t.statistic - -3.779_644_730_092_272).abs() < 1e-13 && t.df == Df::One(2.0));
        assert_eq!(
            welch_t(&[1.0, 2.0], &[9.0]).expect_err("one value"),
            TestError::TooFew { group: 1, found: 1, needed: 2 }
        );
    }

    #[test]
    fn constant_groups_are_refused() {
        assert_eq!(student_t(&[5.0; 3], &[5.0; 3]).expect_err("constant"), TestError::Constant);
        assert_eq!(welch_t(&[5.0; 3], &[7.0; 3]).expect_err("constant"), TestError::Constant);
        assert_eq!(welch_t(&[0.0; 3], &[0.0; 3]).expect_err("constant"), TestError::Constant);
        assert_eq!(student_t(&[1.0, 2.0], &[f64::NAN, 3.0]).expect_err("NaN"), TestError::NotANumber { group: 1 });
    }
}
