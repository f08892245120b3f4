//! C without its standard error: for samples by the thousand.

use std::ops::Range;

use super::ConcordanceSpec;
use super::ordered::Ordered;
use super::pairs::Pairs;

/// Harrell's C, pairs being formed within each of `strata`; NaN without a comparable pair.
pub(crate) fn harrell_alone(ordered: &Ordered<'_>, strata: impl Iterator<Item = Range<usize>>) -> f64 {
    let spec = ConcordanceSpec::default();
    let mut pairs = Pairs::default();
    strata.for_each(|places| pairs.count_alone(ordered.part(places), &spec));
    let Pairs { concordant, discordant, tied_score, .. } = pairs;
    ((concordant - discordant) / (concordant + discordant + tied_score) + 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Survival;
    use crate::concordance::harrell;

    #[test]
    fn as_with_its_standard_error() {
        for n in [1, 7, 60, 500] {
            let time: Vec<f64> = (0..n).map(|k| (k / 3) as f64).collect();
            let event: Vec<bool> = (0..n).map(|k| k % 3 < 2 && k % 5 > 0).collect();
            let score: Vec<f64> = (0..n).map(|k| (k * 37 % 101) as f64).collect();
            let weight: Vec<f64> = (0..n).map(|k| (k % 4 + 1) as f64).collect();
            let data = Survival::new(time.clone(), event.clone()).and_then(|d| d.with_weights(weight.clone()));
            let whole = harrell(&data.expect("follow-up"), &score).expect("scores").c;
            // Events first at equal times.
            let mut order: Vec<usize> = (0..n).collect();
            order.sort_by_key(|&k| (k / 3, !event[k]));
            let pick = |values: &[f64]| order.iter().map(|&k| values[k]).collect::<Vec<_>>();
            let (time, score, weight) = (pick(&time), pick(&score), pick(&weight));
            let event: Vec<bool> = order.iter().map(|&k| event[k]).collect();
            let ordered = Ordered { time: &time, event: &event, score: &score, weight: Some(&weight), entry: None };
            let alone = harrell_alone(&ordered, std::iter::once(0..n));
            assert!(alone == whole || alone.is_nan() && whole.is_nan(), "{n}: {alone} {whole}");
        }
    }
}
