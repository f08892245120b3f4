//! p-values adjusted for the number of tests, as R's `p.adjust`.

use crate::choice::choices;

/// How to adjust.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Adjustment {
    /// Not at all.
    None,
    /// Times the number of tests.
    Bonferroni,
    /// Holm's step-down method: controls the chance of any false finding.
    #[default]
    Holm,
    /// Benjamini and Hochberg: controls the share of false findings.
    BenjaminiHochberg,
}

choices!(Adjustment, "adjustment of p-values": None = "none", Bonferroni = "bonferroni", Holm = "holm", BenjaminiHochberg = "bh");

/// The adjusted p-values, in the order of `p`; NaN stays NaN and does not count as a test.
pub fn adjust(p: &[f64], adjustment: Adjustment) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).filter(|&i| !p[i].is_nan()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]));
    let m = order.len() as f64;
    let mut adjusted = p.to_vec();
    match adjustment {
        Adjustment::None => {}
        Adjustment::Bonferroni => order.iter().for_each(|&i| adjusted[i] = (p[i] * m).min(1.0)),
        Adjustment::Holm => {
            let mut highest: f64 = 0.0;
            for (rank, &i) in order.iter().enumerate() {
                highest = highest.max((m - rank as f64) * p[i]);
                adjusted[i] = highest.min(1.0);
            }
        }
        Adjustment::BenjaminiHochberg => {
            let mut lowest: f64 = 1.0;
            for (rank, &i) in order.iter().enumerate().rev() {
                lowest = lowest.min(m / (rank as f64 + 1.0) * p[i]);
                adjusted[i] = lowest;
            }
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_as_in_r() {
        let p = [0.01, 0.04, f64::NAN, 0.03, 0.005];
        let close = |found: Vec<f64>, expected: [f64; 5]| {
            found.iter().zip(expected).all(|(f, e)| (f.is_nan() && e.is_nan()) || (f - e).abs() < 1e-15)
        };
        assert!(close(adjust(&p, Adjustment::Holm), [0.03, 0.06, f64::NAN, 0.06, 0.02]));
        assert!(close(adjust(&p, Adjustment::Bonferroni), [0.04, 0.16, f64::NAN, 0.12, 0.02]));
        assert!(close(adjust(&p, Adjustment::BenjaminiHochberg), [0.02, 0.04, f64::NAN, 0.04, 0.02]));
        assert!(close(adjust(&p, Adjustment::None), p));
        assert_eq!(adjust(&[0.9, 0.8], Adjustment::Bonferroni), [1.0, 1.0]);
        assert!(adjust(&[], Adjustment::Holm).is_empty());
    }
}
