//! Fourier transforms of images and slices: eight lines side by side, one in each lane of the vectors.

mod line;

use std::ops::Range;

use crate::simd::{Kernel, widest};
use line::{LANES, Lanes, Line};

/// Complex values, real and imaginary parts apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Complex {
    /// Real parts.
    pub re: Vec<f64>,
    /// Imaginary parts, as many.
    pub im: Vec<f64>,
}

impl Complex {
    /// `n` zeros.
    pub fn zeros(n: usize) -> Self {
        Self { re: vec![0.0; n], im: vec![0.0; n] }
    }

    /// Each value times that of `other`.
    pub fn times(&self, other: &Self) -> Self {
        let mut product = self.clone();
        product.multiply(other);
        product
    }

    /// Multiplies each value by that of `other`.
    pub fn multiply(&mut self, other: &Self) {
        let parts = self.re.iter_mut().zip(&mut self.im).zip(other.re.iter().zip(&other.im));
        for ((re, im), (a, b)) in parts {
            (*re, *im) = (*re * a - *im * b, *re * b + *im * a);
        }
    }
}

/// Transforms of arrays of one size (x fastest), along x, y and z or along x and y alone.
pub struct Fourier {
    size: [usize; 3],
    lines: [Line; 3],
    /// Axes that are transformed: 3, or 2 for a slice.
    axes: usize,
}

impl Fourier {
    /// For arrays of `size`, transformed along the first `axes` axes.
    pub fn new(size: [usize; 3], axes: usize) -> Self {
        Self { size, lines: size.map(Line::new), axes }
    }

    /// The transform of `values` in place: Σ x exp(-2 π i j k / n).
    pub fn forward(&self, values: &mut Complex) {
        self.forward_of_corner(values, self.size);
    }

    /// As [`forward`](Self::forward), where values are 0 outside the first `filled` ones along each axis.
    pub fn forward_of_corner(&self, values: &mut Complex, filled: [usize; 3]) {
        let Complex { re, im } = values;
        self.transform(re, im, filled);
    }

    /// As [`inverse`](Self::inverse), of a slice of which the rows `rows` (y) alone are wanted.
    pub fn inverse_of_rows(&self, values: &mut Complex, rows: Range<usize>) {
        let Complex { re, im } = values;
        let [nx, ny, _] = self.size;
        widest(Pass { line: &self.lines[1], size: self.size, axis: 1, extent: self.size, re: im, im: re });
        let wanted = rows.start * nx..rows.end * nx;
        let (re, im) = (&mut re[wanted.clone()], &mut im[wanted]);
        let size = [nx, rows.len(), 1];
        widest(Pass { line: &self.lines[0], size, axis: 0, extent: size, re: im, im: re });
        let scale = 1.0 / (nx * ny) as f64;
        re.iter_mut().chain(im).for_each(|value| *value *= scale);
    }

    /// The inverse of the transform in place, with its factor 1 / n.
    pub fn inverse(&self, values: &mut Complex) {
        // With real and imaginary parts swapped the transform runs backwards.
        let Complex { re, im } = values;
        self.transform(im, re, self.size);
        let scale = 1.0 / self.size[..self.axes].iter().product::<usize>() as f64;
        re.iter_mut().chain(im).for_each(|value| *value *= scale);
    }

    fn transform(&self, re: &mut [f64], im: &mut [f64], filled: [usize; 3]) {
        for axis in 0..self.axes {
            // Lines along this axis that lie in what is still empty stay empty.
            let mut extent = self.size;
            extent[axis + 1..].copy_from_slice(&filled[axis + 1..]);
            widest(Pass { line: &self.lines[axis], size: self.size, axis, extent, re, im });
        }
    }
}

/// The lines along one axis that begin within `extent`.
struct Pass<'a> {
    line: &'a Line,
    size: [usize; 3],
    axis: usize,
    extent: [usize; 3],
    re: &'a mut [f64],
    im: &'a mut [f64],
}

impl Kernel for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { line, size: [nx, ny, nz], axis, extent, re, im } = self;
        // From one value of a line to the next, from one lane to the next, how many lanes, and from one set of lanes to
        // the next.
        let (n, along, across, lanes, others, step) = match axis {
            0 => (nx, 1, nx, extent[1], extent[2], nx * ny),
            1 => (ny, nx, 1, extent[0], extent[2], nx * ny),
            _ => (nz, nx * ny, 1, extent[0], extent[1], nx),
        };
        let mut data = vec![Lanes::ZERO; n];
        let mut scratch = data.clone();
        for other in 0..others {
            for lane in (0..lanes).step_by(LANES) {
                let count = LANES.min(lanes - lane);
                let start = other * step + lane * across;
                for (k, values) in data.iter_mut().enumerate() {
                    let at = start + k * along;
                    for c in 0..count {
                        (values.re[c], values.im[c]) = (re[at + c * across], im[at + c * across]);
                    }
                }
                line.transform(&mut data, &mut scratch);
                for (k, values) in data.iter().enumerate() {
                    let at = start + k * along;
                    for c in 0..count {
                        (re[at + c * across], im[at + c * across]) = (values.re[c], values.im[c]);
                    }
                }
            }
        }
    }
}

/// The smallest length of at least `n` that transforms fast.
pub fn fast_length(n: usize) -> usize {
    let smooth = |mut m: usize| {
        for factor in [2, 3, 5] {
            while m.is_multiple_of(factor) {
                m /= factor;
            }
        }
        m == 1
    };
    (n.max(1)..).find(|&m| smooth(m)).unwrap_or(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that follow no rule.
    fn noise(n: usize) -> Complex {
        let value = |i: usize| ((i * 7919 + 13) % 1009) as f64 / 1009.0 - 0.5;
        Complex { re: (0..n).map(value).collect(), im: (n..2 * n).map(value).collect() }
    }

    fn differ(a: &Complex, b: &Complex) -> f64 {
        let parts = a.re.iter().zip(&b.re).chain(a.im.iter().zip(&b.im));
        parts.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn lines_of_every_length_are_transformed() {
        for n in (1..40).chain([49, 67, 120, 197, 201]) {
            let values = noise(n);
            let mut found = values.clone();
            Fourier::new([n, 1, 1], 1).forward(&mut found);
            let mut expected = Complex::zeros(n);
            for k in 0..n {
                for j in 0..n {
                    let angle = -2.0 * std::f64::consts::PI * ((j * k) % n) as f64 / n as f64;
                    let (sine, cosine) = angle.sin_cos();
                    expected.re[k] += values.re[j] * cosine - values.im[j] * sine;
                    expected.im[k] += values.re[j] * sine + values.im[j] * cosine;
                }
            }
            assert!(differ(&found, &expected) < 1e-11, "{n}");
        }
    }

    #[test]
    fn transforms_of_a_corner_are_those_of_the_whole() {
        let (size, filled) = ([20, 6, 5], [7, 3, 2]);
        let mut whole = noise(600);
        for i in 0..600 {
            let index = [i % 20, i / 20 % 6, i / 120];
            if (0..3).any(|d| index[d] >= filled[d]) {
                (whole.re[i], whole.im[i]) = (0.0, 0.0);
            }
        }
        let (original, mut corner) = (whole.clone(), whole.clone());
        let fourier = Fourier::new(size, 3);
        fourier.forward(&mut whole);
        fourier.forward_of_corner(&mut corner, filled);
        assert!(differ(&whole, &corner) < 1e-12);
        fourier.inverse(&mut whole);
        assert!(differ(&whole, &original) < 1e-12);
        assert_eq!([1, 11, 97, 211].map(fast_length), [1, 12, 100, 216]);
    }
}
