//! The last two columns of a table: every way to split what remains of the rows between them.

use std::rc::Rc;

/// Binomial probabilities of the first column's share 0..=row of one row total.
pub(super) struct Split {
    pub(super) ln_probability: Vec<f64>,
    pub(super) probability: Vec<f64>,
}

/// All splits of several rows in which the first column gets its total.
///
/// With the same binomial success probability in every row, the weight of a completion is the product of the rows'
/// probabilities, apart from a factor common to all.
pub(super) struct Ends<'a> {
    rows: &'a [Rc<Split>],
    total: usize,
    /// Sum of the row totals after each row.
    room_after: Vec<usize>,
}

impl<'a> Ends<'a> {
    pub(super) fn new(rows: &'a [Rc<Split>], total: u64) -> Self {
        let mut room_after = vec![0; rows.len()];
        for i in (0..rows.len().saturating_sub(1)).rev() {
            room_after[i] = room_after[i + 1] + rows[i + 1].probability.len() - 1;
        }
        Self { rows, total: total as usize, room_after }
    }

    /// An upper bound of the number of completions.
    pub(super) fn count(&self) -> u64 {
        let free = &self.rows[..self.rows.len() - 1];
        free.iter().map(|row| row.probability.len().min(self.total + 1) as u64).product()
    }

    /// Probability that the binomials sum to the total: what all completions add up to.
    pub(super) fn all(&self) -> f64 {
        self.ln_all().exp()
    }

    /// ln of [`Self::all`], from the closed form of the sum: a binomial of all rows together.
    pub(super) fn ln_all(&self) -> f64 {
        let n = self.rows.iter().map(|row| row.probability.len() - 1).sum::<usize>();
        let ln = |k: usize| crate::stats::special::ln_gamma(k as f64 + 1.0);
        let (first, second) = (self.total as f64, (n - self.total) as f64);
        let part = |c: f64| if c > 0.0 { c * (c / n as f64).ln() } else { 0.0 };
        ln(n) - ln(self.total) - ln(n - self.total) + part(first) + part(second)
    }

    /// Sum of the probabilities whose logarithm is at most `limit`; parts under `negligible` may be left out.
    ///
    /// Adds the number of completions looked at to `steps`.
    pub(super) fn sum_up_to(&self, limit: f64, negligible: f64, steps: &mut u64) -> f64 {
        self.sum_from(0, self.total, limit, negligible, steps)
    }

    fn range(&self, row: usize, rest: usize) -> std::ops::RangeInclusive<usize> {
        let most = self.rows[row].probability.len() - 1;
        rest.saturating_sub(self.room_after[row])..=most.min(rest)
    }

    fn sum_from(&self, row: usize, rest: usize, limit: f64, negligible: f64, steps: &mut u64) -> f64 {
        let split = &self.rows[row];
        if row + 2 == self.rows.len() {
            let last = &self.rows[row + 1];
            let (low, high) = self.range(row, rest).into_inner();
            if low > high {
                return 0.0;
            }
            *steps += (high - low + 1) as u64;
            let pairs = low..=high;
            let mine = split.ln_probability[pairs.clone()].iter().zip(&split.probability[pairs]);
            let pairs = rest - high..=rest - low;
            let others = last.ln_probability[pairs.clone()].iter().zip(&last.probability[pairs]).rev();
            return mine.zip(others).map(|((la, a), (lb, b))| if la + lb <= limit { a * b } else { 0.0 }).sum();
        }
        let mut sum = 0.0;
        for x in self.range(row, rest) {
            let p = split.probability[x];
            if p >= negligible {
                let limit = limit - split.ln_probability[x];
                sum += p * self.sum_from(row + 1, rest - x, limit, negligible / p, steps);
            }
        }
        sum
    }

    /// The completions by ascending log probability, each with the sum of the probabilities up to it.
    pub(super) fn cumulated(&self) -> Vec<(f64, f64)> {
        let mut ends = Vec::new();
        self.collect(0, self.total, 0.0, 1.0, &mut ends);
        ends.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut sum = 0.0;
        for end in &mut ends {
            sum += end.1;
            end.1 = sum;
        }
        ends
    }

    fn collect(&self, row: usize, rest: usize, ln_before: f64, before: f64, ends: &mut Vec<(f64, f64)>) {
        let split = &self.rows[row];
        if row + 1 == self.rows.len() {
            ends.push((ln_before + split.ln_probability[rest], before * split.probability[rest]));
            return;
        }
        for x in self.range(row, rest) {
            self.collect(row + 1, rest - x, ln_before + split.ln_probability[x], before * split.probability[x], ends);
        }
    }
}
