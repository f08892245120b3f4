//! Shapiro and Wilk's test of normality by Royston's approximation (1995, Applied Statistics algorithm AS R94).

use super::tails::{normal_quantile, normal_upper};
use super::test_result::{Df, TestError, TestName, TestNote, TestResult};

/// Sample size up to which the approximation was validated; R refuses more.
const VALIDATED: usize = 5000;

/// Shapiro and Wilk's W and its p-value; small p speaks against normality. Three values at least, not all equal.
///
/// # Errors
/// [`TestError`]: fewer than three values, values that are all equal, a value that is not a number.
pub fn shapiro_wilk(values: &[f64]) -> Result<TestResult, TestError> {
    if values.len() < 3 {
        return Err(TestError::TooFew { group: 0, found: values.len(), needed: 3 });
    }
    if values.iter().any(|v| !v.is_finite()) {
        return Err(TestError::NotANumber { group: 0 });
    }
    let mut x = values.to_vec();
    x.sort_unstable_by(f64::total_cmp);
    let n = x.len();
    let range = x[n - 1] - x[0];
    if range <= 0.0 {
        return Err(TestError::Constant);
    }
    let complement = complement_of_w(&x, &weights(n), range);
    let p = p_value(complement, n);
    let mut result = TestResult::new(TestName::ShapiroWilk, 1.0 - complement, Df::None, p);
    if n > VALIDATED {
        result.notes.push(TestNote::LargeSample(n));
    }
    Ok(result)
}

/// Weights of the lower half of the order statistics (those of the upper half are their negatives).
fn weights(n: usize) -> Vec<f64> {
    const LAST: [f64; 6] = [0.0, 0.221_157, -0.147_981, -2.071_19, 4.434_685, -2.706_056];
    const LAST_BUT_ONE: [f64; 6] = [0.0, 0.042_981, -0.293_762, -1.752_461, 5.682_633, -3.582_633];
    let half = n / 2;
    if n == 3 {
        return vec![std::f64::consts::FRAC_1_SQRT_2];
    }
    let size = n as f64;
    let m: Vec<f64> = (1..=half).map(|i| normal_quantile((i as f64 - 0.375) / (size + 0.25))).collect();
    let squares = 2.0 * m.iter().map(|v| v * v).sum::<f64>();
    let root = squares.sqrt();
    let u = 1.0 / size.sqrt();
    let first = polynomial(&LAST, u) - m[0] / root;
    let mut weights = vec![first];
    let scale = if n > 5 {
        let second = polynomial(&LAST_BUT_ONE, u) - m[1] / root;
        weights.push(second);
        let left = squares - 2.0 * m[0] * m[0] - 2.0 * m[1] * m[1];
        (left / (1.0 - 2.0 * first * first - 2.0 * second * second)).sqrt()
    } else {
        ((squares - 2.0 * m[0] * m[0]) / (1.0 - 2.0 * first * first)).sqrt()
    };
    for value in &m[weights.len()..] {
        weights.push(-value / scale);
    }
    weights
}

/// 1 - W, without the cancellation of computing W first.
fn complement_of_w(x: &[f64], weights: &[f64], range: f64) -> f64 {
    let n = x.len();
    let centre = x.iter().map(|v| v / range).sum::<f64>() / n as f64;
    let weight = |i: usize| {
        let j = n - 1 - i;
        match i.cmp(&j) {
            std::cmp::Ordering::Less => -weights[i],
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => weights[j],
        }
    };
    let (mut of_weights, mut of_values, mut of_both) = (0.0, 0.0, 0.0);
    for (i, v) in x.iter().enumerate() {
        let (a, d) = (weight(i), v / range - centre);
        of_weights += a * a;
        of_values += d * d;
        of_both += a * d;
    }
    let root = (of_weights * of_values).sqrt();
    (root - of_both) * (root + of_both) / (of_weights * of_values)
}

/// Royston's normalizing transformation of 1 - W.
fn p_value(complement: f64, n: usize) -> f64 {
    if n == 3 {
        let least = 0.75_f64.sqrt().asin();
        return (6.0 / std::f64::consts::PI * ((1.0 - complement).sqrt().asin() - least)).clamp(0.0, 1.0);
    }
    const SMALL_LIMIT: [f64; 2] = [-2.273, 0.459];
    const SMALL_MEAN: [f64; 4] = [0.544, -0.399_78, 0.025_054, -6.714e-4];
    const SMALL_SD: [f64; 4] = [1.3822, -0.778_57, 0.062_767, -0.002_032_2];
    const LARGE_MEAN: [f64; 4] = [-1.5861, -0.310_82, -0.083_751, 0.003_891_5];
    const LARGE_SD: [f64; 3] = [-0.4803, -0.082_676, 0.003_030_2];
    let size = n as f64;
    let y = complement.ln();
    let (y, mean, sd) = if n <= 11 {
        let limit = polynomial(&SMALL_LIMIT, size);
        if y >= limit {
            return 1e-99;
        }
        (-(limit - y).ln(), polynomial(&SMALL_MEAN, size), polynomial(&SMALL_SD, size).exp())
    } else {
        let log = size.ln();
        (y, polynomial(&LARGE_MEAN, log), polynomial(&LARGE_SD, log).exp())
    };
    normal_upper((y - mean) / sd)
}

/// The polynomial with these coefficients, constant first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of R's shapiro.test.
    #[test]
    fn small_samples_equal_r() {
        let close = |values: &[f64], w: f64, p: f64| {
            let found = shapiro_wilk(values).expect("varies");
            assert!((found.statistic - w).abs() < 1e-12, "{} is not {w}", found.statistic);
            assert!((found.p / p - 1.0).abs() < 1e-9, "{} is not {p}", found.p);
        };
        close(&[1.0, 2.0, 4.0], 0.964_285_714_285_714_2, 0.6368868450289632);
        close(&[1.0, 2.0, 2.5, 9.0], 0.7848998868379492, 0.07778326352348626);
        close(&[3.0, 1.0, 4.0, 1.0, 5.0], 0.893_924_493_793_050_1, 0.3772224690264801);
        close(&[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0], 0.927_724_179_677_942_1, 0.495_596_912_536_83);
        close(
            &[2.7, 1.8, 2.8, 1.8, 2.8, 4.5, 9.0, 0.4, 5.2, 3.5, 3.6, 0.2],
            0.900_728_272_144_941_1,
            0.16208954091736805,
        );
    }

    #[test]
    fn what_has_no_shape_is_refused() {
        assert!(shapiro_wilk(&[1.0, 2.0]).is_err());
        assert_eq!(shapiro_wilk(&[3.0; 9]).expect_err("constant"), TestError::Constant);
        assert!(shapiro_wilk(&[1.0, f64::NAN, 2.0]).is_err());
        let many: Vec<f64> = (0..6000).map(f64::from).collect();
        assert_eq!(shapiro_wilk(&many).expect("large").notes, [TestNote::LargeSample(6000)]);
    }
}
