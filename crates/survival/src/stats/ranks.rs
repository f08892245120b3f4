//! Ranks with ties.

/// Midranks of some values and how often each distinct value occurs.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranks {
    /// Rank of each value, from 1; equal values share the mean of their ranks.
    pub rank: Vec<f64>,
    /// Sum of t^3 - t over runs of t equal values: 0 without ties.
    pub tie_sum: f64,
}

/// Ranks `values`, which must not hold NaN.
pub fn midranks(values: &[f64]) -> Ranks {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut rank = vec![0.0; values.len()];
    let mut tie_sum = 0.0;
    let mut start = 0;
    // -0.0 and 0.0 are neighbours in the order and equal here.
    for run in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let length = run.len() as f64;
        let shared = start as f64 + (length + 1.0) / 2.0;
        run.iter().for_each(|&i| rank[i] = shared);
        tie_sum += length * length * length - length;
        start += run.len();
    }
    Ranks { rank, tie_sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_rank() {
        let ranks = midranks(&[3.0, 0.0, 3.0, -0.0, 9.0, 3.0]);
        assert_eq!(ranks.rank, [4.0, 1.5, 4.0, 1.5, 6.0, 4.0]);
        assert_eq!(ranks.tie_sum, 24.0 + 6.0);
    }
}
