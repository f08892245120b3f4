//! Hothorn and Lausen's (2003) bound from the exact conditional distribution of each cut's statistic.
//!
//! Scores are made whole numbers between 0 and n. The distribution of the sum of m of them over all subsets follows by
//! adding one score after the other; the bound sums, over the cuts, the chance of being beyond the statistic there less
//! the chance of having been beyond it one subject before whatever is drawn next.

use super::CutpointError;
use super::scores::{first_maximum, moments};

/// Subjects at most: the table has (subjects) x (sum of scores) cells.
const MAX_SUBJECTS: usize = 200;

/// The largest statistic of the whole scores, the index of its cut, and the bound on its p-value.
pub(super) fn bound(scores: &[f64], n_low: &[usize]) -> Result<(f64, usize, f64), CutpointError> {
    let n = scores.len();
    if n > MAX_SUBJECTS {
        return Err(CutpointError::TooLarge { n, most: MAX_SUBJECTS });
    }
    let whole = whole_scores(scores);
    let total: usize = whole.iter().sum();
    let squares: usize = whole.iter().map(|a| a * a).sum();
    let by_size: Vec<(f64, f64)> = (0..=n).map(|m| moments(m, n, total as f64, squares as f64)).collect();
    let standardized = |m: usize, sum: usize| (sum as f64 - by_size[m].0).abs() / by_size[m].1.sqrt();
    let statistics: Vec<f64> = n_low.iter().map(|&m| standardized(m, whole[..m].iter().sum())).collect();
    let best = first_maximum(&statistics);
    let most = statistics.iter().copied().fold(0.0, f64::max);
    let chance = subset_sums(&whole, total, n_low[n_low.len() - 1]);
    if let [only] = n_low {
        // One cut is no search: its own conditional p-value, the sum seen included.
        let extreme = (0..=total).filter(|&s| standardized(*only, s) >= most * (1.0 - 1e-9));
        return Ok((most, best, extreme.map(|s| chance[*only][s]).sum::<f64>().min(1.0)));
    }
    let beyond = |m: usize, sum: usize| standardized(m, sum) > most;
    let largest = whole.iter().copied().max().unwrap_or(0);
    let mut p = 0.0;
    for &m in n_low {
        p += (0..=total).filter(|&s| beyond(m, s)).map(|s| chance[m][s]).sum::<f64>();
        let before = m - 1;
        if before < n_low[0] {
            continue;
        }
        // Beyond the limit one subject before, and beyond it now even with the score that draws back most.
        let sure = |s: usize| {
            let below = (s as f64) < by_size[before].0;
            let above = (s as f64) > by_size[before].0;
            (below && s + largest <= total && beyond(m, s + largest)) || (above && beyond(m, s))
        };
        p -= (1..=total).filter(|&s| beyond(before, s) && sure(s)).map(|s| chance[before][s]).sum::<f64>();
    }
    Ok((most, best, p.clamp(0.0, 1.0)))
}

/// Scores as whole numbers from 0: themselves or their doubles where that suffices, else stretched to end at their number
/// and rounded half to even.
fn whole_scores(scores: &[f64]) -> Vec<usize> {
    let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let most = scores.iter().map(|a| a - least).fold(0.0, f64::max);
    let whole = |factor: f64| scores.iter().all(|a| (a * factor).fract() == 0.0);
    let factor = [1.0, 2.0].into_iter().find(|f| whole(*f)).unwrap_or(scores.len() as f64 / most);
    scores.iter().map(|a| ((a - least) * factor).round_ties_even() as usize).collect()
}

/// chance[m][s]: probability that m scores drawn without replacement sum to s, for m up to `most`.
fn subset_sums(scores: &[usize], total: usize, most: usize) -> Vec<Vec<f64>> {
    let n = scores.len();
    let mut subsets = vec![vec![0.0; total + 1]; most + 1];
    subsets[0][0] = 1.0;
    let mut reached = 0;
    for (added, &score) in scores.iter().enumerate() {
        reached += score;
        for m in (1..=most.min(added + 1)).rev() {
            let (smaller, larger) = subsets.split_at_mut(m);
            let from = &smaller[m - 1][..=reached - score];
            larger[0][score..=reached].iter_mut().zip(from).for_each(|(to, from)| *to += from);
        }
    }
    let mut choose = 1.0;
    for (m, sums) in subsets.iter_mut().enumerate() {
        sums.iter_mut().for_each(|count| *count /= choose);
        choose *= (n - m) as f64 / (m + 1) as f64;
    }
    subsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_are_counted() {
        // Pairs of 0, 1, 1, 3: 1, 1, 3, 2, 4, 4.
        let chance = subset_sums(&[0, 1, 1, 3], 5, 2);
        let expected = [0.0, 2.0, 1.0, 1.0, 2.0, 0.0].map(|c| c / 6.0);
        assert!(chance[2].iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-15));
        assert_eq!(whole_scores(&[-1.0, 0.0, 1.0]), [0, 1, 2]);
        assert_eq!(whole_scores(&[-1.5, 0.0, 1.0]), [0, 3, 5]);
        assert_eq!(whole_scores(&[-1.0, 0.0, 0.9]), [0, 2, 3]);
    }
}
