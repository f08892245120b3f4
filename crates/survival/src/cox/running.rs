//! Running sums that lose nothing.

/// A sum that keeps what each addition rounds off (Neumaier's two-sum).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ExactSum {
    sum: f64,
    error: f64,
}

impl ExactSum {
    #[inline]
    pub fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        let part = sum - self.sum;
        self.error += (self.sum - (sum - part)) + (x - part);
        self.sum = sum;
    }

    pub fn value(&self) -> f64 {
        self.sum + self.error
    }
}

/// A running sum over risk sets with delayed entry, from the last event time of a stratum to its first.
///
/// Rows that end are added, those not yet at risk taken off again; the difference may be far smaller than what was added,
/// so the sum is kept exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carry {
    next: usize,
    next_outside: usize,
    sum: ExactSum,
}

impl Carry {
    /// Nothing summed yet, in a stratum whose rows end before `end`.
    pub fn new(end: usize) -> Self {
        Self { next: end, next_outside: end, sum: ExactSum::default() }
    }

    /// Adds `ended` of the rows from `first` on, takes off `entered` of the positions from `outside` on.
    #[inline]
    pub fn advance(
        &mut self,
        first: usize,
        ended: impl Fn(usize) -> f64,
        outside: usize,
        entered: impl Fn(usize) -> f64,
    ) -> f64 {
        (first..self.next).rev().for_each(|row| self.sum.add(ended(row)));
        (outside..self.next_outside).rev().for_each(|position| self.sum.add(-entered(position)));
        (self.next, self.next_outside) = (first, outside);
        self.sum.value()
    }
}
