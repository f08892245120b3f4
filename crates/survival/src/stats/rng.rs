//! The one source of randomness: named streams of ChaCha with 8 rounds, the same numbers on every machine.
//!
//! The seed and the stream number make the key and the nonce themselves, no library's seeding scheme is used, and
//! transcendental functions come from `libm`, so that a seed gives the same bytes with any compiler and processor.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Written before the seed in the key: another version of this file that draws otherwise gets another name.
const NAME: [u8; 24] = *b"riskset random numbers 1";

/// A stream of random numbers.
///
/// Give every task of a parallel computation its own stream of one seed: results then do not depend on the threads.
#[derive(Debug, Clone)]
pub struct Rng {
    generator: ChaCha8Rng,
    spare_normal: Option<f64>,
}

impl Rng {
    /// Stream 0 of `seed`.
    pub fn new(seed: u64) -> Self {
        Self::stream(seed, 0)
    }

    /// Stream number `stream` of `seed`; streams of one seed are independent.
    pub fn stream(seed: u64, stream: u64) -> Self {
        let mut key = [0; 32];
        key[..24].copy_from_slice(&NAME);
        key[24..].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self { generator, spare_normal: None }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform on [0, 1), a multiple of 2^-53.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform on 0..`n`, without bias (Lemire's multiplication with rejection); 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let threshold = n.wrapping_neg().checked_rem(n).unwrap_or(0);
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= threshold {
                return (product >> 64) as usize;
            }
        }
    }

    /// Standard normal (Box and Muller's pairs).
    pub fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        // 1 - uniform is never 0.
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.uniform()));
        let (sine, cosine) = libm::sincos(2.0 * std::f64::consts::PI * self.uniform());
        self.spare_normal = Some(radius * sine);
        radius * cosine
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.uniform())
    }

    /// Puts `values` in random order, all orders equally likely.
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }

    /// The numbers 0..`n` in random order.
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// `count` of the numbers 0..`n`, without repeats, in random order; all of them when `count` exceeds `n`.
    pub fn sample(&mut self, n: usize, count: usize) -> Vec<usize> {
        let mut pool: Vec<usize> = (0..n).collect();
        for next in 0..count.min(n) {
            let other = next + self.below(n - next);
            pool.swap(next, other);
        }
        pool.truncate(count);
        pool
    }

    /// `n` draws with replacement from 0..`n`: the rows of a bootstrap sample.
    pub fn bootstrap(&mut self, n: usize) -> Vec<usize> {
        (0..n).map(|_| self.below(n)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_never_change() {
        let mut rng = Rng::stream(1, 2);
        let bits: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
        assert_eq!(bits, [3_795_813_653_541_063_384, 15_119_931_963_381_813_205, 5_456_508_465_663_085_332]);
        let normals: Vec<u64> = (0..3).map(|_| rng.normal().to_bits()).collect();
        assert_eq!(normals, [4_596_162_754_683_606_283, 4_591_087_559_406_396_866, 13_826_253_965_914_651_215]);
        assert_eq!(Rng::new(1).permutation(8), [0, 4, 1, 6, 7, 5, 2, 3]);
    }

    #[test]
    fn draws_have_their_distribution() {
        let mut rng = Rng::new(7);
        let n = 100_000;
        let normals: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        let mean = normals.iter().sum::<f64>() / f64::from(n);
        let variance = normals.iter().map(|z| z * z).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let mut counts = [0; 7];
        (0..70_000).for_each(|_| counts[rng.below(7)] += 1);
        assert!(counts.iter().all(|c| (9_600..10_400).contains(c)), "{counts:?}");
        assert!((0..1000).all(|_| (0.0..1.0).contains(&rng.uniform())));
        assert_eq!(rng.below(0), 0);
    }

    #[test]
    fn samples_do_not_repeat() {
        let mut sample = Rng::new(3).sample(50, 20);
        assert_eq!(sample.len(), 20);
        sample.sort_unstable();
        sample.dedup();
        assert_eq!(sample.len(), 20);
        assert_eq!(Rng::new(3).sample(5, 9).len(), 5);
        assert_ne!(Rng::stream(3, 0).bits(), Rng::stream(3, 1).bits());
    }
}
