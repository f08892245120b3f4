//! The exponential function of many numbers, in a form that compilers turn into vectors.
//!
//! x = n ln 2 + r with |r| <= ln 2 / 2, e^x = 2^n e^r, and e^r by its series to r^13, whose next term is 4e-18. Off by less
//! than one unit in the last place, and the same on every machine, which the C library's is not.

/// Beyond this 2^n, or what is subtracted for it, is no longer an ordinary number.
const NEAR: f64 = 700.0;

/// Added and taken off again it leaves the nearest whole number, whose bits are the lowest of the sum.
const WHOLE: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts; the first has zeros at its end, so that its product with a whole number is exact.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// 1 / k! from k = 2 on.
const SERIES: [f64; 12] = [
    1.0 / 2.0,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// Replaces every number by its exponential.
#[inline(always)]
pub(crate) fn exponentiate(values: &mut [f64]) {
    if values.iter().fold(true, |near, x| near & (x.abs() <= NEAR)) {
        values.iter_mut().for_each(|x| *x = of_near(*x));
    } else {
        values.iter_mut().for_each(|x| *x = x.exp());
    }
}

/// e^x for |x| <= [`NEAR`].
#[inline(always)]
fn of_near(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + WHOLE;
    let n = shifted - WHOLE;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    let series = SERIES.iter().rev().fold(0.0, |sum, c| sum * r + c);
    // The exponent of 2^n; what lies above its eleven bits is shifted out.
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    (1.0 + (r + r * r * series)) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_library_has_it() {
        let mut x: Vec<f64> = (-70_000..=70_000).map(|k| f64::from(k) / 100.003).collect();
        let library: Vec<f64> = x.iter().map(|x| x.exp()).collect();
        exponentiate(&mut x);
        let off = x.iter().zip(&library).map(|(a, b)| (a - b).abs() / b).fold(0.0, f64::max);
        assert!(off <= f64::EPSILON, "{off:e}");
    }

    #[test]
    fn the_ends_of_the_range() {
        let mut x = [0.0, -0.0, 700.0, -700.0];
        exponentiate(&mut x);
        assert_eq!(x[..2], [1.0, 1.0]);
        assert!(x[2] * x[3] > 1.0 - 1e-15 && x[2] * x[3] < 1.0 + 1e-15);
        let mut far = [f64::INFINITY, f64::NEG_INFINITY, 710.0, -745.0];
        exponentiate(&mut far);
        assert_eq!(far, [f64::INFINITY, 0.0, 710_f64.exp(), (-745_f64).exp()]);
        let mut nothing = [f64::NAN];
        exponentiate(&mut nothing);
        assert!(nothing[0].is_nan());
    }
}
