//! The .632 and .632+ estimates.

use crate::Survival;
use crate::brier::BrierSpec;

/// Share of the subjects that a bootstrap sample holds on the average, 1 - 1/e.
const INSIDE: f64 = 0.632;

/// Both estimates of one measure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point632 {
    /// 0.368 apparent + 0.632 out of bag.
    pub plain: f64,
    /// The weight of the out-of-bag error grows with the relative overfitting R: w = 0.632 / (1 - 0.368 R).
    pub plus: f64,
}

impl Point632 {
    pub(super) const UNDEFINED: Self = Self { plain: f64::NAN, plus: f64::NAN };

    /// Of an error, for which `chance` is that of predictions without any relation to outcomes.
    pub(super) fn error(apparent: f64, out_of_bag: f64, chance: f64) -> Self {
        let plain = (1.0 - INSIDE) * apparent + INSIDE * out_of_bag;
        // Efron and Tibshirani's guards: no worse than chance, no overfitting below zero.
        let bounded = out_of_bag.min(chance);
        let overfits = bounded > apparent && chance > apparent;
        let rate = if overfits { (bounded - apparent) / (chance - apparent) } else { 0.0 };
        let weight = INSIDE / (1.0 - (1.0 - INSIDE) * rate);
        let plus = (1.0 - weight) * apparent + weight * bounded;
        if plain.is_nan() || chance.is_nan() { Self { plain, plus: f64::NAN } } else { Self { plain, plus } }
    }

    /// Of a concordance, whose error is 1 - C and 0.5 by chance.
    pub(super) fn concordance(apparent: f64, out_of_bag: f64) -> Self {
        let Self { plain, plus } = Self::error(1.0 - apparent, 1.0 - out_of_bag, 0.5);
        Self { plain: 1.0 - plain, plus: 1.0 - plus }
    }
}

/// Brier score at `time` if every subject had every subject's predicted risk: that of predictions which know nothing.
pub(super) fn chance_brier(data: &Survival, risk: &[f64], time: f64) -> f64 {
    let constant = |risk: f64| {
        let judged = BrierSpec::at(time).check().and_then(|spec| spec.fit(data, &vec![risk; data.len()]));
        judged.map_or(f64::NAN, |b| b.brier)
    };
    // A constant risk r scores a (1 - r)^2 + b r^2.
    let (a, b) = (constant(0.0), constant(1.0));
    risk.iter().map(|r| a * (1.0 - r) * (1.0 - r) + b * r * r).sum::<f64>() / risk.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_go_from_632_to_one() {
        let none = Point632::error(0.3, 0.3, 0.5);
        assert!((none.plain - 0.3).abs() < 1e-15 && (none.plus - 0.3).abs() < 1e-15);
        let complete = Point632::error(0.0, 0.5, 0.5);
        assert!((complete.plain - 0.316).abs() < 1e-15 && (complete.plus - 0.5).abs() < 1e-15);
        // By hand: R = 0.15 / 0.3, w = 0.632 / (1 - 0.368 / 2).
        let half = Point632::error(0.2, 0.35, 0.5);
        let weight = 0.632 / 0.816;
        assert!((half.plus - (0.2 * (1.0 - weight) + 0.35 * weight)).abs() < 1e-15);
        let worse = Point632::concordance(0.9, 0.4);
        assert!((worse.plus - 0.5).abs() < 1e-15, "no worse than chance: {worse:?}");
    }

    #[test]
    fn chance_is_every_risk_for_everybody() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true; 4]).expect("valid");
        let risk = [0.9, 0.4, 0.2, 0.1];
        let outcome = [1.0, 1.0, 0.0, 0.0];
        let pairs = outcome.iter().flat_map(|y| risk.iter().map(move |r| (y - r) * (y - r)));
        let expected: f64 = pairs.sum::<f64>() / 16.0;
        assert!((chance_brier(&data, &risk, 2.5) - expected).abs() < 1e-15);
    }
}
