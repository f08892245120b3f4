//! Which samples an interpolator takes along one axis, and with what weights: ITK's definitions.

use std::f64::consts::{PI, SQRT_2};

use super::super::settings::Interpolator;

/// No interpolator takes more samples along an axis.
const MOST: usize = 10;

/// Half the width of the windowed sinc interpolators, in samples.
const SINC_RADIUS: usize = 5;

/// Samples along one axis around a position, and their weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taps {
    len: usize,
    index: [usize; MOST],
    weight: [f64; MOST],
}

impl Taps {
    const NONE: Self = Self { len: 0, index: [0; MOST], weight: [0.0; MOST] };

    /// The samples around the continuous index `x` of an axis of `n` samples of `spacing` mm; `None` outside
    /// the image. The nearest voxel is taken by [`nearest`].
    #[inline]
    pub fn new(interpolator: Interpolator, x: f64, n: usize, spacing: f64) -> Option<Self> {
        if !is_inside(x, n) {
            return None;
        }
        Some(match interpolator {
            Interpolator::Linear => Self::linear(x, n),
            Interpolator::BSpline => Self::spline(x, n),
            Interpolator::Gaussian => Self::gaussian(x, n, 0.8 * spacing, 4.0, spacing),
            Interpolator::LabelGaussian => Self::gaussian(x, n, spacing, 1.0, spacing),
            sinc => Self::windowed_sinc(sinc, x, n),
        })
    }

    /// The sample indices.
    #[inline(always)]
    pub fn indices(&self) -> &[usize] {
        &self.index[..self.len]
    }

    /// The weights, one per index (for linear interpolation: the second is the way from the first to the second).
    #[inline(always)]
    pub fn weights(&self) -> &[f64] {
        &self.weight[..self.len]
    }

    /// The same samples counted from `lower`.
    pub fn counted_from(mut self, lower: usize) -> Self {
        self.index[..self.len].iter_mut().for_each(|i| *i -= lower);
        self
    }

    fn push(&mut self, index: usize, weight: f64) {
        self.index[self.len] = index;
        self.weight[self.len] = weight;
        self.len += 1;
    }

    /// Constant in the outer half of the first and last voxel.
    fn linear(x: f64, n: usize) -> Self {
        let base = x.floor().max(0.0);
        let mut taps = Self::NONE;
        taps.push(base as usize, 1.0);
        taps.push((base as usize + 1).min(n - 1), (x - base).max(0.0));
        taps
    }

    /// Four cubic B-splines; the base is the floor of the index in single precision, as in ITK.
    #[inline]
    fn spline(x: f64, n: usize) -> Self {
        let base = (x as f32).floor();
        let w = x - f64::from(base);
        let last = (1.0 / 6.0) * w * w * w;
        let first = (1.0 / 6.0) + 0.5 * w * (w - 1.0) - last;
        let third = w + first - 2.0 * last;
        let second = 1.0 - first - third - last;
        let mut taps = Self::NONE;
        for (k, weight) in [first, second, third, last].into_iter().enumerate() {
            taps.push(mirrored(base as i64 - 1 + k as i64, n), weight);
        }
        taps
    }

    /// Integrals of a Gaussian of `sigma` mm over the voxels within `alpha` sigma.
    fn gaussian(x: f64, n: usize, sigma: f64, alpha: f64, spacing: f64) -> Self {
        let scale = 1.0 / (SQRT_2 * sigma / spacing);
        let cut_off = sigma * alpha / spacing;
        let begin = (x + 0.5 - cut_off).floor().max(0.0);
        let end = ((x + 0.5 + cut_off).ceil() as usize).min(n);
        let mut t = (-0.5 - x + begin) * scale;
        let mut before = erf(t);
        let mut taps = Self::NONE;
        for i in begin as usize..end {
            t += scale;
            let after = erf(t);
            taps.push(i, after - before);
            before = after;
        }
        taps
    }

    /// Ten samples weighted by sin(πd)/(πd) times a window; beyond the image its edge is repeated.
    fn windowed_sinc(window: Interpolator, x: f64, n: usize) -> Self {
        let base = x.floor();
        let way = x - base;
        let mut taps = Self::NONE;
        let mut d = way + SINC_RADIUS as f64;
        for i in 0..2 * SINC_RADIUS {
            d -= 1.0;
            let weight =
                if way == 0.0 { f64::from(u8::from(i + 1 == SINC_RADIUS)) } else { window_of(window, d) * sinc(d) };
            let index = base as i64 + i as i64 + 1 - SINC_RADIUS as i64;
            taps.push(index.clamp(0, n as i64 - 1) as usize, weight);
        }
        taps
    }
}

/// True within `[-0.5, n - 0.5)`, where ITK's images end.
#[inline]
fn is_inside(x: f64, n: usize) -> bool {
    x >= -0.5 && x < n as f64 - 0.5
}

/// The sample nearest to the continuous index `x`, halves rounding up; `None` outside.
#[inline]
pub(super) fn nearest(x: f64, n: usize) -> Option<usize> {
    is_inside(x, n).then(|| ((x + 0.5).floor() as usize).min(n - 1))
}

/// Index `i` of a line of `n` samples that is mirrored about its first and its last sample.
#[inline]
fn mirrored(mut i: i64, n: usize) -> usize {
    let last = n as i64 - 1;
    if last == 0 {
        return 0;
    }
    while i < 0 || i > last {
        i = if i < 0 { -i } else { 2 * last - i };
    }
    i as usize
}

/// sin(πd)/(πd).
fn sinc(d: f64) -> f64 {
    if d == 0.0 { 1.0 } else { (PI * d).sin() / (PI * d) }
}

/// The window at distance `d`.
fn window_of(window: Interpolator, d: f64) -> f64 {
    const RADIUS: f64 = SINC_RADIUS as f64;
    match window {
        Interpolator::HammingWindowedSinc => 0.54 + 0.46 * (d * (PI / RADIUS)).cos(),
        Interpolator::CosineWindowedSinc => (d * (PI / (2.0 * RADIUS))).cos(),
        Interpolator::WelchWindowedSinc => 1.0 - d * (1.0 / (RADIUS * RADIUS)) * d,
        Interpolator::LanczosWindowedSinc if d == 0.0 => 1.0,
        Interpolator::LanczosWindowedSinc => {
            let z = PI / RADIUS * d;
            z.sin() / z
        }
        _ => 0.42 + 0.5 * (d * (PI / RADIUS)).cos() + 0.08 * (d * (2.0 * PI / RADIUS)).cos(),
    }
}

/// The error function as VNL computes it: the incomplete gamma function P(1/2, x²), to a relative 3e-7. Its error
/// shows in the weights, so it is part of the definition.
fn erf(x: f64) -> f64 {
    let p = incomplete_gamma(x * x);
    if x < 0.0 { -p } else { p }
}

/// P(a, x) for a = 1/2: a series below a + 1, a continued fraction (Lentz's method) above.
fn incomplete_gamma(x: f64) -> f64 {
    const A: f64 = 0.5;
    const TOLERANCE: f64 = 3e-7;
    const TINY: f64 = 1e-30;
    const MOST_TERMS: usize = 100;
    if x <= 0.0 {
        return 0.0;
    }
    let scale = (-x + A * x.ln() - log_gamma(A)).exp();
    if x < A + 1.0 {
        let (mut a, mut term) = (A, 1.0 / A);
        let mut sum = term;
        for _ in 0..MOST_TERMS {
            a += 1.0;
            term *= x / a;
            sum += term;
            if term.abs() < sum.abs() * TOLERANCE {
                break;
            }
        }
        return sum * scale;
    }
    let (mut b, mut c) = (x + 1.0 - A, 1.0 / TINY);
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..=MOST_TERMS {
        let a = i as f64 * (A - i as f64);
        let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b);
        c = away_from_zero(b + a / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < TOLERANCE {
            break;
        }
    }
    1.0 - scale * fraction
}

/// ln Γ(x) by Lanczos' approximation with the six terms of V. Toth, to 3e-11.
fn log_gamma(x: f64) -> f64 {
    let mut sum = 2.506_628_275_634_795;
    sum += 225.525_584_619_175_2 / x;
    sum -= 268.295_973_841_304_9 / (x + 1.0);
    sum += 80.903_080_693_462_25 / (x + 2.0);
    sum -= 5.007_578_639_705_176 / (x + 3.0);
    sum += 0.011_468_489_543_478_146 / (x + 4.0);
    let shifted = x + 4.65;
    sum.ln() + (x - 0.5) * shifted.ln() - shifted
}
