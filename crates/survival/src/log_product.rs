//! The sum of the logarithms of many numbers, taken as the logarithm of their product.

/// The product of positive numbers, side by side in `N` lanes: fractions between 1 and 2 with powers of two beside them, so that
/// it neither overflows nor vanishes and one logarithm at the end is enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LogProduct<const N: usize> {
    fraction: [f64; N],
    power: [i64; N],
    /// Logarithms of what has no place in the product.
    sum: [f64; N],
}

const FRACTION_BITS: u32 = 52;
const BIAS: i64 = 1023;

impl<const N: usize> LogProduct<N> {
    pub fn new() -> Self {
        Self { fraction: [1.0; N], power: [0; N], sum: [0.0; N] }
    }

    /// Adds `weight` times the logarithm of each number.
    #[inline(always)]
    pub fn add(&mut self, numbers: &[f64; N], weight: f64) {
        // Twice one of these is an ordinary number still; zero, what is negative and what is none goes the plain way too.
        let near = numbers.iter().fold(true, |near, d| near & (*d > 1e-300) & (*d < 1e300));
        if weight != 1.0 || !near {
            (0..N).for_each(|l| self.sum[l] += weight * numbers[l].ln());
            return;
        }
        for ((fraction, power), number) in self.fraction.iter_mut().zip(&mut self.power).zip(numbers) {
            let bits = (*fraction * number).to_bits();
            *power += (bits >> FRACTION_BITS) as i64 - BIAS;
            *fraction = f64::from_bits(bits & ((1 << FRACTION_BITS) - 1) | 1_f64.to_bits());
        }
    }

    /// The sums of the logarithms.
    pub fn ln(&self) -> [f64; N] {
        std::array::from_fn(|l| self.sum[l] + (self.fraction[l].ln() + self.power[l] as f64 * std::f64::consts::LN_2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_sum_of_logarithms() {
        let numbers = |k: i32| [f64::from(k) * 1e-7, 1e280 / f64::from(k), f64::from(k % 7 + 1)];
        let mut product = LogProduct::new();
        let mut sums = [0.0; 3];
        for k in 1..5000 {
            product.add(&numbers(k), 1.0);
            sums.iter_mut().zip(numbers(k)).for_each(|(sum, d)| *sum += d.ln());
        }
        product.add(&[2.0, 1e305, 0.5], 1.5);
        sums.iter_mut().zip([2_f64, 1e305, 0.5]).for_each(|(sum, d)| *sum += 1.5 * d.ln());
        for (a, b) in product.ln().iter().zip(sums) {
            assert!((a - b).abs() <= 1e-12 * b.abs(), "{a} {b}");
        }
    }

    #[test]
    fn no_logarithm_of_what_has_none() {
        let mut product = LogProduct::new();
        product.add(&[0.0, -1.0, f64::NAN, f64::INFINITY, 1.0], 1.0);
        let [zero, negative, nan, infinite, one] = product.ln();
        assert!(
            zero == f64::NEG_INFINITY && negative.is_nan() && nan.is_nan() && infinite == f64::INFINITY && one == 0.0
        );
    }
}
