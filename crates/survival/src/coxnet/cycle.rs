//! Whether iterations go round in a circle.

/// Looks for a state that comes again: what follows from each state alone then never ends.
///
/// The state is compared with the one at the last power of two steps (Brent, "An improved Monte Carlo factorization
/// algorithm", 1980), so that a circle is found at most about three times its length after it is entered, and one state is
/// kept.
#[derive(Debug, Default)]
pub(super) struct Cycle {
    kept: Vec<u64>,
    steps: usize,
    next: usize,
}

impl Cycle {
    /// Takes in the next state; whether it was there before.
    pub(super) fn comes_again(&mut self, state: impl Iterator<Item = f64> + Clone) -> bool {
        let bits = state.map(f64::to_bits);
        if self.steps > 0 && self.kept.iter().copied().eq(bits.clone()) {
            return true;
        }
        if self.steps >= self.next {
            self.kept.clear();
            self.kept.extend(bits);
            self.next = 2 * self.steps + 1;
        }
        self.steps += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_and_a_line_is_not() {
        let circle = |n: usize| if n < 5 { n } else { 5 + (n - 5) % 7 };
        let mut cycle = Cycle::default();
        let found = (0..100).position(|n| cycle.comes_again([circle(n) as f64, 1.0].into_iter()));
        assert!(found.is_some_and(|n| n > 5 && n < 40), "{found:?}");
        let mut cycle = Cycle::default();
        assert!(!(0..1000).any(|n| cycle.comes_again([f64::from(n)].into_iter())));
    }
}
