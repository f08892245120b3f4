//! Log-rank scores and the standardized sums of the lower group.

use crate::data::Survival;
use crate::stats::describe::sum;

/// Statistics that differ by less than this part are equal.
const TIE: f64 = 1e-12;

/// Log-rank scores of the rows `order`, in that order: d_i less the sum over event times t_j <= t_i of
/// d_j / (N - L_j + 1), L_j the subjects with t <= t_j. Tied subjects all have the last of their ranks.
pub(super) fn log_rank_scores(data: &Survival, order: &[usize]) -> Vec<f64> {
    let n = order.len();
    let mut by_time: Vec<usize> = (0..n).collect();
    by_time.sort_unstable_by(|&a, &b| data.time()[order[a]].total_cmp(&data.time()[order[b]]));
    let mut scores = vec![0.0; n];
    let (mut hazard, mut gone) = (0.0, 0);
    for tied in by_time.chunk_by(|&a, &b| data.time()[order[a]] == data.time()[order[b]]) {
        gone += tied.len();
        let events = tied.iter().filter(|&&i| data.event()[order[i]]).count();
        hazard += events as f64 / (n - gone + 1) as f64;
        for &i in tied {
            scores[i] = f64::from(u8::from(data.event()[order[i]])) - hazard;
        }
    }
    scores
}

/// Mean and permutation variance of the sum of `m` of N scores with these sums.
pub(super) fn moments(m: usize, n: usize, total: f64, squares: f64) -> (f64, f64) {
    let (m, n) = (m as f64, n as f64);
    (m / n * total, m * (n - m) / (n * n * (n - 1.0)) * (n * squares - total * total))
}

/// |sum of the first m scores - mean| / sd for each m of `n_low`, which ascends; `None` where the scores do not vary.
pub(super) fn standardized(scores: &[f64], n_low: &[usize]) -> Option<Vec<f64>> {
    let n = scores.len();
    let total = sum(scores.iter().copied());
    let squares = sum(scores.iter().map(|a| a * a));
    // n times the sum of squares about the mean, against its rounding.
    let spread = n as f64 * squares - total * total;
    if spread <= 1e-12 * n as f64 * squares {
        return None;
    }
    let (mut low, mut lost, mut done) = (0.0, 0.0, 0);
    let statistic = |&m: &usize| {
        for &score in &scores[done..m] {
            // Kahan: the sum must not drift over a million scores.
            let value = score - lost;
            let next = low + value;
            lost = (next - low) - value;
            low = next;
        }
        done = m;
        let (mean, variance) = moments(m, n, total, squares);
        ((low - mean) / variance.sqrt()).abs()
    };
    Some(n_low.iter().map(statistic).collect())
}

/// Index of the first maximum, values that differ by rounding being equal.
pub(super) fn first_maximum(statistics: &[f64]) -> usize {
    let most = statistics.iter().copied().fold(0.0, f64::max);
    statistics.iter().position(|s| *s >= most * (1.0 - TIE)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_by_hand() {
        let data = Survival::new(vec![5.0, 1.0, 1.0, 3.0], vec![true, true, false, true]).expect("valid");
        let scores = log_rank_scores(&data, &[0, 1, 2, 3]);
        let (first, second, last) = (1.0 / 3.0, 1.0 / 3.0 + 1.0 / 2.0, 1.0 / 3.0 + 1.0 / 2.0 + 1.0);
        assert_eq!(scores, [1.0 - last, 1.0 - first, -first, 1.0 - second]);
    }

    #[test]
    fn the_first_of_equal_maxima_wins() {
        assert_eq!(first_maximum(&[1.0, 2.0, 2.0 + 1e-15, 0.5]), 1);
        assert_eq!(standardized(&[0.5; 5], &[2]), None);
    }
}
