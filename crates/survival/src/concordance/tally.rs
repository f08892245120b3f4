//! Who is there, by score: a set of subjects that tells how many have lower, equal and higher scores than one.

/// Where a subject stands among all of its stratum by ascending score.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    /// Its own place, that of nobody else.
    own: u32,
    /// The first place of those with its score.
    pub(super) first: u32,
    /// The place after the last of them.
    until: u32,
}

/// The standing of everybody, given everybody by ascending score.
pub(super) fn standings(score: &[f64], subject: &[u32]) -> Vec<Standing> {
    let mut standings = vec![Standing::default(); score.len()];
    let mut first = 0;
    for equal in score.chunk_by(|a, b| a == b) {
        let until = first + equal.len() as u32;
        for own in first..until {
            standings[subject[own as usize] as usize] = Standing { own, first, until };
        }
        first = until;
    }
    standings
}

/// Weight of lower, equal and higher scores.
#[derive(Debug, PartialEq)]
pub(super) struct Split {
    pub(super) lower: f64,
    pub(super) equal: f64,
    pub(super) higher: f64,
}

/// A set of weighted subjects.
pub(super) trait Tally {
    /// Nobody yet of so many.
    fn new(subjects: usize) -> Self;
    /// Lets one in, or out with a negative weight.
    fn add(&mut self, standing: Standing, weight: f64);
    /// Weight of those with the same score.
    fn equal(&self, standing: Standing) -> f64;
    /// Weight of all.
    fn total(&self) -> f64;
    /// Weight by score.
    fn split(&self, standing: Standing) -> Split;
}

/// Any weights: a Fenwick tree over the first places of the scores.
pub(super) struct Weights {
    sums: Vec<f64>,
    at: Vec<f64>,
    total: f64,
}

impl Tally for Weights {
    fn new(subjects: usize) -> Self {
        Self { sums: vec![0.0; subjects + 1], at: vec![0.0; subjects], total: 0.0 }
    }

    fn add(&mut self, standing: Standing, weight: f64) {
        self.at[standing.first as usize] += weight;
        self.total += weight;
        add_to_tree(&mut self.sums, standing.first as usize, |sum| *sum += weight);
    }

    fn equal(&self, standing: Standing) -> f64 {
        self.at[standing.first as usize]
    }

    fn total(&self) -> f64 {
        self.total
    }

    fn split(&self, standing: Standing) -> Split {
        let mut lower = 0.0;
        visit_tree(&self.sums, standing.first as usize, |sum| lower += sum);
        let equal = self.equal(standing);
        Split { lower, equal, higher: self.total - lower - equal }
    }
}

/// Weights of one: a bit for each subject and a Fenwick tree over words of bits, small enough for the fastest caches.
pub(super) struct Bits {
    words: Vec<u64>,
    sums: Vec<u32>,
    total: u32,
}

impl Bits {
    /// Those at places before `place`.
    #[inline]
    fn before(&self, place: u32) -> u32 {
        let (word, bit) = (place as usize / 64, place % 64);
        let mut count = (self.words[word] & ((1 << bit) - 1)).count_ones();
        visit_tree(&self.sums, word, |sum| count += sum);
        count
    }

    #[inline]
    fn is_in(&self, place: u32) -> bool {
        self.words[place as usize / 64] >> (place % 64) & 1 == 1
    }
}

impl Tally for Bits {
    fn new(subjects: usize) -> Self {
        // One word more than needed: the last score ends where it begins.
        let words = subjects / 64 + 1;
        Self { words: vec![0; words], sums: vec![0; words + 1], total: 0 }
    }

    /// `weight` is 1, -1 or 0.
    fn add(&mut self, standing: Standing, weight: f64) {
        if weight == 0.0 {
            return;
        }
        let word = standing.own as usize / 64;
        self.words[word] ^= 1 << (standing.own % 64);
        let change = if weight > 0.0 { 1 } else { u32::MAX };
        self.total = self.total.wrapping_add(change);
        add_to_tree(&mut self.sums, word, |sum| *sum = sum.wrapping_add(change));
    }

    fn equal(&self, standing: Standing) -> f64 {
        if standing.until - standing.first == 1 {
            return f64::from(u8::from(self.is_in(standing.own)));
        }
        f64::from(self.before(standing.until) - self.before(standing.first))
    }

    fn total(&self) -> f64 {
        f64::from(self.total)
    }

    fn split(&self, standing: Standing) -> Split {
        let (lower, equal) = (f64::from(self.before(standing.first)), self.equal(standing));
        Split { lower, equal, higher: self.total() - lower - equal }
    }
}

/// Changes the sums of a Fenwick tree that place `place` is in.
#[inline]
fn add_to_tree<T>(sums: &mut [T], place: usize, mut change: impl FnMut(&mut T)) {
    let mut k = place + 1;
    while k < sums.len() {
        change(&mut sums[k]);
        k += k & k.wrapping_neg();
    }
}

/// Visits the sums of a Fenwick tree that together are that of the places before `place`.
#[inline]
fn visit_tree<T: Copy>(sums: &[T], place: usize, mut visit: impl FnMut(T)) {
    let mut k = place;
    while k > 0 {
        visit(sums[k]);
        k &= k - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_and_weights_of_one_agree() {
        // Some of 300 subjects share scores, in an order that is not theirs.
        let score: Vec<f64> = (0..300).map(|k| f64::from(k - k % 7 % 3)).collect();
        let subject: Vec<u32> = (0..300).map(|k| k * 77 % 300).collect();
        let standings = standings(&score, &subject);
        let (mut bits, mut weights) = (Bits::new(300), Weights::new(300));
        let mut is_in = [false; 300];
        for step in 0..2000_usize {
            let one = step * 131 % 300;
            let weight = if is_in[one] { -1.0 } else { 1.0 };
            is_in[one] = !is_in[one];
            bits.add(standings[one], weight);
            weights.add(standings[one], weight);
            let other = standings[step * 59 % 300];
            assert_eq!(bits.split(other), weights.split(other));
            assert_eq!(bits.total(), is_in.iter().filter(|&&i| i).count() as f64);
        }
    }
}
