//! Transforms along one line: by Stockham's algorithm, for lengths with large prime factors by Bluestein's.

use std::f64::consts::PI;

/// Lines at a time.
pub(super) const LANES: usize = 8;

/// A complex value of each of the lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes {
    pub re: [f64; LANES],
    pub im: [f64; LANES],
}

impl Lanes {
    pub const ZERO: Self = Self { re: [0.0; LANES], im: [0.0; LANES] };

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        let mut sum = self;
        for k in 0..LANES {
            sum.re[k] += other.re[k];
            sum.im[k] += other.im[k];
        }
        sum
    }

    #[inline(always)]
    fn minus(self, other: Self) -> Self {
        let mut difference = self;
        for k in 0..LANES {
            difference.re[k] -= other.re[k];
            difference.im[k] -= other.im[k];
        }
        difference
    }

    #[inline(always)]
    fn times(self, (re, im): (f64, f64)) -> Self {
        let mut product = self;
        for k in 0..LANES {
            product.re[k] = self.re[k] * re - self.im[k] * im;
            product.im[k] = self.re[k] * im + self.im[k] * re;
        }
        product
    }

    /// Times a real number.
    #[inline(always)]
    fn scaled(self, factor: f64) -> Self {
        let mut product = self;
        for k in 0..LANES {
            product.re[k] *= factor;
            product.im[k] *= factor;
        }
        product
    }

    /// Real and imaginary parts in each other's place: the transform of such values runs backwards.
    #[inline(always)]
    fn swapped(self) -> Self {
        Self { re: self.im, im: self.re }
    }

    /// Times -i.
    #[inline(always)]
    fn turned(self) -> Self {
        let mut turned = self;
        for k in 0..LANES {
            (turned.re[k], turned.im[k]) = (self.im[k], -self.re[k]);
        }
        turned
    }
}

/// Transforms of lines of one length.
pub(super) struct Line {
    n: usize,
    /// Their product is the length: 4, 2, 3, 5 and whatever primes are left.
    factors: Vec<usize>,
    /// exp(-2 π i k / n).
    roots: Vec<(f64, f64)>,
    /// What a length with a large prime factor is transformed by.
    chirp: Option<Box<Chirp>>,
}

/// Bluestein's algorithm: a transform as a convolution of a length that has small factors.
struct Chirp {
    /// exp(-π i k² / n).
    chirp: Vec<(f64, f64)>,
    /// The transform of the conjugate chirp, over the length of the convolution.
    spectrum: Vec<(f64, f64)>,
    convolution: Line,
}

/// A larger prime factor costs more than a convolution.
const LARGEST_FACTOR: usize = 13;

impl Line {
    pub fn new(n: usize) -> Self {
        let (mut left, mut factors, mut factor) = (n, Vec::new(), 4);
        while left > 1 {
            if left.is_multiple_of(factor) {
                factors.push(factor);
                left /= factor;
            } else {
                factor = match factor {
                    4 => 2,
                    2 => 3,
                    other => other + 2,
                };
            }
        }
        let root = |k: usize| {
            let (sine, cosine) = (-2.0 * PI * k as f64 / n as f64).sin_cos();
            (cosine, sine)
        };
        let is_large = factors.iter().any(|&factor| factor > LARGEST_FACTOR);
        let chirp = is_large.then(|| Box::new(Chirp::new(n)));
        Self { n, factors, roots: (0..n).map(root).collect(), chirp }
    }

    /// Transforms `data` in place; `scratch` is as long.
    #[inline(always)]
    pub fn transform(&self, data: &mut Vec<Lanes>, scratch: &mut Vec<Lanes>) {
        match &self.chirp {
            Some(chirp) => chirp.transform(data),
            None => self.factor_by_factor(data, scratch),
        }
    }

    /// Stockham's algorithm: at each factor r the array is looked at as `stride` interleaved lines of length m r; each becomes r lines of length
    /// m. The results come out in order.
    #[inline(always)]
    fn factor_by_factor(&self, data: &mut Vec<Lanes>, scratch: &mut Vec<Lanes>) {
        let (mut stride, mut left) = (1, self.n);
        for &factor in &self.factors {
            let m = left / factor;
            for p in 0..m {
                let root = |k: usize| self.roots[p * k * stride % self.n];
                for q in 0..stride {
                    let from = |j: usize| data[q + stride * (p + j * m)];
                    let to = q + stride * factor * p;
                    match factor {
                        2 => {
                            let (a, b) = (from(0), from(1));
                            scratch[to] = a.plus(b);
                            scratch[to + stride] = a.minus(b).times(root(1));
                        }
                        3 => {
                            let [a, b, c] = three(from(0), from(1), from(2));
                            scratch[to] = a;
                            scratch[to + stride] = b.times(root(1));
                            scratch[to + 2 * stride] = c.times(root(2));
                        }
                        4 => {
                            let (a, b, c, d) = (from(0), from(1), from(2), from(3));
                            let (even, odd) = (a.plus(c), b.plus(d));
                            let (across, turned) = (a.minus(c), b.minus(d).turned());
                            scratch[to] = even.plus(odd);
                            scratch[to + stride] = across.plus(turned).times(root(1));
                            scratch[to + 2 * stride] = even.minus(odd).times(root(2));
                            scratch[to + 3 * stride] = across.minus(turned).times(root(3));
                        }
                        5 => {
                            let parts = five([from(0), from(1), from(2), from(3), from(4)]);
                            scratch[to] = parts[0];
                            for k in 1..5 {
                                scratch[to + k * stride] = parts[k].times(root(k));
                            }
                        }
                        _ => {
                            let turn = self.n / factor;
                            for k in 0..factor {
                                let mut sum = Lanes::ZERO;
                                for j in 0..factor {
                                    sum = sum.plus(from(j).times(self.roots[j * k % factor * turn]));
                                }
                                scratch[to + k * stride] = sum.times(root(k));
                            }
                        }
                    }
                }
            }
            std::mem::swap(data, scratch);
            stride *= factor;
            left = m;
        }
    }
}

impl Chirp {
    fn new(n: usize) -> Self {
        let chirp: Vec<(f64, f64)> = (0..n)
            .map(|k| {
                // The square within two turns, where its sine has all digits.
                let (sine, cosine) = (-PI * (k * k % (2 * n)) as f64 / n as f64).sin_cos();
                (cosine, sine)
            })
            .collect();
        let length = super::fast_length(2 * n - 1);
        let convolution = Line::new(length);
        let mut spectrum = vec![Lanes::ZERO; length];
        for (k, &(re, im)) in chirp.iter().enumerate() {
            for at in [k, (length - k) % length] {
                (spectrum[at].re[0], spectrum[at].im[0]) = (re, -im);
            }
        }
        let mut scratch = spectrum.clone();
        convolution.factor_by_factor(&mut spectrum, &mut scratch);
        // The factor of the inverse transform is taken in.
        let scale = 1.0 / length as f64;
        let spectrum = spectrum.iter().map(|value| (value.re[0] * scale, value.im[0] * scale)).collect();
        Self { chirp, spectrum, convolution }
    }

    #[inline(always)]
    fn transform(&self, data: &mut [Lanes]) {
        let mut wide = vec![Lanes::ZERO; self.spectrum.len()];
        let mut scratch = wide.clone();
        for ((wide, value), &root) in wide.iter_mut().zip(data.iter()).zip(&self.chirp) {
            *wide = value.times(root);
        }
        self.convolution.factor_by_factor(&mut wide, &mut scratch);
        for (value, &factor) in wide.iter_mut().zip(&self.spectrum) {
            *value = value.times(factor).swapped();
        }
        self.convolution.factor_by_factor(&mut wide, &mut scratch);
        for ((value, wide), &root) in data.iter_mut().zip(&wide).zip(&self.chirp) {
            *value = wide.swapped().times(root);
        }
    }
}

#[inline(always)]
fn three(a: Lanes, b: Lanes, c: Lanes) -> [Lanes; 3] {
    let sum = b.plus(c);
    let middle = a.minus(sum.scaled(0.5));
    let side = b.minus(c).turned().scaled(0.75_f64.sqrt());
    [a.plus(sum), middle.plus(side), middle.minus(side)]
}

#[inline(always)]
fn five([a, b, c, d, e]: [Lanes; 5]) -> [Lanes; 5] {
    // Cosines and sines of 72 and 144 degrees.
    const COSINES: [f64; 2] = [0.309_016_994_374_947_45, -0.809_016_994_374_947_5];
    const SINES: [f64; 2] = [0.951_056_516_295_153_5, 0.587_785_252_292_473_1];
    let (outer, inner) = (b.plus(e), c.plus(d));
    let (outer_gap, inner_gap) = (b.minus(e).turned(), c.minus(d).turned());
    let first = a.plus(outer.scaled(COSINES[0])).plus(inner.scaled(COSINES[1]));
    let second = a.plus(outer.scaled(COSINES[1])).plus(inner.scaled(COSINES[0]));
    let first_side = outer_gap.scaled(SINES[0]).plus(inner_gap.scaled(SINES[1]));
    let second_side = outer_gap.scaled(SINES[1]).minus(inner_gap.scaled(SINES[0]));
    [
        a.plus(outer).plus(inner),
        first.plus(first_side),
        second.plus(second_side),
        second.minus(second_side),
        first.minus(first_side),
    ]
}
