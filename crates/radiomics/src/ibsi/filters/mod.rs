//! Response maps of the filters of the initiative's second chapter.
//!
//! A filter sees the whole prepared image, continued outside by its boundary rule, and gives its response in a window of
//! it. Kernels are convolved, not correlated.

mod gabor;
mod kernels;
mod rotations;
mod separable;
mod spectral;

pub(super) use kernels::laws_kernel;

use super::boundary::Boundary;
use super::field::Field;
use super::settings::{Filter, Image, LawsEnergy, Pooling};
use crate::Region;
use crate::filters::WaveletFilters;
use rotations::{Kernels, rotations};

/// What filters see.
pub(super) struct Seen<'a> {
    /// The whole image.
    pub image: &'a Field,
    /// Its voxels in mm.
    pub spacing: [f64; 3],
    /// Every slice (z) stands for itself.
    pub by_slice: bool,
    /// Where the response is wanted.
    pub window: Region,
}

/// The response map of `image`.
pub(super) fn response(seen: &Seen<'_>, image: &Image) -> Field {
    let rule = image.boundary;
    match &image.filter {
        Filter::Original => seen.part(),
        Filter::Mean { support } => {
            let kernel = vec![1.0 / *support as f64; *support];
            seen.convolved(&[seen.along_each(&kernel)], rule, seen.window)
        }
        Filter::LoG { sigma, truncate } => laplacian(seen, *sigma, *truncate, rule),
        Filter::Laws { kernels, rotations, energy } => {
            let named = kernels.iter().map(|name| laws_kernel(name).unwrap_or_default()).collect();
            laws(seen, named, *rotations, *energy, rule)
        }
        Filter::Gabor { .. } => gabor::response(seen, &image.filter, rule),
        Filter::Wavelet { wavelet, high, level, rotations } => {
            seen.pooled(&wavelet_stages(wavelet, high, *level), *rotations, rule, seen.window)
        }
        Filter::Simoncelli { level } => spectral::simoncelli(seen, *level),
        Filter::Riesz { of, order } => spectral::riesz(seen, of, *order, rule),
    }
}

impl Seen<'_> {
    /// The image in the window.
    fn part(&self) -> Field {
        Field { window: self.window, values: self.window.of(&self.image.values, self.image.window.size) }
    }

    /// `kernel` along x and y, and along z unless slices stand alone.
    fn along_each(&self, kernel: &[f64]) -> Kernels {
        vec![kernel.to_vec(); if self.by_slice { 2 } else { 3 }]
    }

    /// The image convolved with one set of kernels after another, in `window`.
    fn convolved(&self, stages: &[Kernels], rule: Boundary, window: Region) -> Field {
        separable::convolved(self.image, stages, rule, window)
    }

    /// The responses to all rotations of `stages`, pooled; without pooling the response to them as they are.
    fn pooled(&self, stages: &[Kernels], pooling: Option<Pooling>, rule: Boundary, window: Region) -> Field {
        let Some(pooling) = pooling else { return self.convolved(stages, rule, window) };
        let mut pool: Option<Field> = None;
        let mut total = 0.0;
        for rotated in rotations(stages) {
            let response = self.convolved(&rotated.stages, rule, window);
            for (sign, count) in [(1.0, rotated.positive), (-1.0, rotated.negative)] {
                if count > 0 {
                    total += f64::from(count);
                    pool_into(&mut pool, &response, sign, f64::from(count), pooling);
                }
            }
        }
        let mut pool = pool.unwrap_or_else(|| self.part());
        if pooling == Pooling::Average {
            pool.values.iter_mut().for_each(|x| *x /= total);
        }
        pool
    }
}

/// Takes `sign` times `response`, which stands for `count` responses, into `pool`; an average is divided afterwards.
fn pool_into(pool: &mut Option<Field>, response: &Field, sign: f64, count: f64, pooling: Pooling) {
    let factor = if pooling == Pooling::Average { sign * count } else { sign };
    let Some(pool) = pool else {
        let values = response.values.iter().map(|x| factor * x).collect();
        *pool = Some(Field { window: response.window, values });
        return;
    };
    let pairs = pool.values.iter_mut().zip(&response.values);
    match pooling {
        Pooling::Max => pairs.for_each(|(pooled, x)| *pooled = pooled.max(factor * x)),
        Pooling::Min => pairs.for_each(|(pooled, x)| *pooled = pooled.min(factor * x)),
        Pooling::Average => pairs.for_each(|(pooled, x)| *pooled += factor * x),
    }
}

/// -1/s² (2 π s²)^(-D/2) (D - r²/s²) exp(-r²/2s²) as the sum of D separable kernels, one for each axis.
///
/// s is `sigma` over the smallest spacing; along each axis the kernel ends at `truncate` sigma.
fn laplacian(seen: &Seen<'_>, sigma: f64, truncate: f64, rule: Boundary) -> Field {
    let axes = if seen.by_slice { 2 } else { 3 };
    let s = seen.spacing[..axes].iter().map(|spacing| sigma / spacing).fold(0.0, f64::max);
    let radius = |axis: usize| (truncate * sigma / seen.spacing[axis] + 0.5).floor() as isize;
    let scale = -1.0 / (s * s) * (2.0 * std::f64::consts::PI * s * s).powf(-0.5 * axes as f64);
    let mut sum: Option<Field> = None;
    for curved in 0..axes {
        let kernel = |axis: usize| -> Vec<f64> {
            let of = |x: isize| {
                let q = (x * x) as f64 / (s * s);
                let bell = (-0.5 * q).exp();
                if axis == curved { scale * (1.0 - q) * bell } else { bell }
            };
            (-radius(axis)..=radius(axis)).map(of).collect()
        };
        let response = seen.convolved(&[(0..axes).map(kernel).collect()], rule, seen.window);
        pool_into(&mut sum, &response, 1.0, 1.0, Pooling::Average);
    }
    sum.unwrap_or_else(|| seen.part())
}

fn laws(
    seen: &Seen<'_>,
    kernels: Kernels,
    rotations: Option<Pooling>,
    energy: Option<LawsEnergy>,
    rule: Boundary,
) -> Field {
    let Some(LawsEnergy { delta }) = energy else { return seen.pooled(&[kernels], rotations, rule, seen.window) };
    let support = 2 * delta + 1;
    let mean = seen.along_each(&vec![1.0 / support as f64; support]);
    // The energy is the mean of the response's modulus, which continues outside the image by the same rule.
    let around = separable::needed(std::slice::from_ref(&mean), rule, seen.window, seen.image.window.size);
    let mut response = seen.pooled(&[kernels], rotations, rule, around);
    response.values.iter_mut().for_each(|x| *x = x.abs());
    separable::stage(&response, &mean, rule, seen.window, seen.image.window.size)
}

/// The low-pass filters of all levels but the last, then the filters asked for. At each level a zero is put between the
/// coefficients of the one before.
fn wavelet_stages(wavelet: &str, high: &[bool], level: usize) -> Vec<Kernels> {
    let Some(filters) = WaveletFilters::named(wavelet) else { return Vec::new() };
    // Filters of even length turn about the voxel behind their middle.
    let odd = |filter: &[f64]| {
        let mut filter = filter.to_vec();
        if filter.len().is_multiple_of(2) {
            filter.push(0.0);
        }
        filter
    };
    let (mut low, mut pass) = (odd(&filters.low), odd(&filters.high));
    let spread = |filter: &[f64]| -> Vec<f64> {
        let mut wide = vec![0.0; 2 * filter.len() - 1];
        filter.iter().enumerate().for_each(|(i, &c)| wide[2 * i] = c);
        wide
    };
    let mut stages = Vec::new();
    for _ in 1..level {
        stages.push(vec![low.clone(); high.len()]);
        (low, pass) = (spread(&low), spread(&pass));
    }
    stages.push(high.iter().map(|&high| if high { pass.clone() } else { low.clone() }).collect());
    stages
}
