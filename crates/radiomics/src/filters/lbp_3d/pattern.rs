//! The bits of the samples around sixteen voxels, and their power in each degree of harmonics.

use super::super::super::lines::{LANES, Lanes};
use super::harmonics::Complex;

/// The harmonics of one degree: by vertex, then by order.
pub(super) type Degree = Vec<Vec<Complex>>;

/// Sixteen complex numbers.
#[derive(Clone, Copy)]
struct ComplexLanes {
    re: Lanes,
    im: Lanes,
}

impl ComplexLanes {
    const ZERO: Self = Self { re: [0.0; LANES], im: [0.0; LANES] };
}

/// Turns `samples` into bits: 1 where a sample is at least the centre.
#[inline(always)]
pub(super) fn bits(samples: &mut [Lanes], centre: &Lanes) {
    for sample in samples {
        for lane in 0..LANES {
            sample[lane] = if sample[lane] >= centre[lane] { 1.0 } else { 0.0 };
        }
    }
}

/// The length of the part of the bits that the harmonics of one degree make: with c_m = Σ_u b(u) Y_m(u) and
/// g(v) = Σ_m c_m Y_m(v), the real part of √(Σ_v g(v)²). Nothing is conjugated. The first product of each complex
/// multiplication is fused with the sum, as NumPy has it.
#[inline(always)]
pub(super) fn power(bits: &[Lanes], degree: &Degree) -> Lanes {
    let mut moments = vec![ComplexLanes::ZERO; degree[0].len()];
    for (order, moment) in moments.iter_mut().enumerate() {
        let mut sum = ComplexLanes::ZERO;
        for (bits, harmonics) in bits.iter().zip(degree) {
            let [re, im] = harmonics[order];
            for (lane, bit) in bits.iter().enumerate() {
                sum.re[lane] += bit * re;
                sum.im[lane] += bit * im;
            }
        }
        *moment = sum;
    }
    let mut sum = ComplexLanes::ZERO;
    for harmonics in degree {
        let mut part = ComplexLanes::ZERO;
        for (moment, [re, im]) in moments.iter().zip(harmonics) {
            for lane in 0..LANES {
                part.re[lane] += moment.re[lane].mul_add(*re, -(moment.im[lane] * im));
                part.im[lane] += moment.re[lane].mul_add(*im, moment.im[lane] * re);
            }
        }
        for lane in 0..LANES {
            let (re, im) = (part.re[lane], part.im[lane]);
            sum.re[lane] += re * re - im * im;
            sum.im[lane] += re * im + im * re;
        }
    }
    std::array::from_fn(|lane| real_root(sum.re[lane], sum.im[lane]))
}

/// The real part of the principal square root of re + i im.
fn real_root(re: f64, im: f64) -> f64 {
    if im == 0.0 {
        return if re < 0.0 { 0.0 } else { re.sqrt() };
    }
    let modulus = re.hypot(im);
    if re > 0.0 { (0.5 * (modulus + re)).sqrt() } else { 0.5 * (im / (0.5 * (modulus - re)).sqrt()).abs() }
}
