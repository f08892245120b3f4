//! Gabor filters: a wave under a bell, in the slices of a plane.

use super::{Seen, pool_into};
use crate::Region;
use crate::ibsi::boundary::Boundary;
use crate::ibsi::field::Field;
use crate::ibsi::fourier::{Complex, Fourier, fast_length};
use crate::ibsi::settings::{Filter, GaborResponse, Pooling};

/// The parameters in voxels of a plane.
struct Wave {
    sigma: f64,
    lambda: f64,
    gamma: f64,
}

/// Standard deviations at which the bell has fallen below double precision.
const END: f64 = 8.7;

/// The responses at all angles and in all planes asked for, pooled.
pub(super) fn response(seen: &Seen<'_>, filter: &Filter, rule: Boundary) -> Field {
    let Filter::Gabor { sigma, lambda, gamma, thetas, response, three_planes, pooling } = filter else {
        return seen.part();
    };
    // The axis across the slices, and those along their rows and columns.
    let planes: &[[usize; 3]] = if *three_planes { &[[2, 1, 0], [1, 2, 0], [0, 2, 1]] } else { &[[2, 1, 0]] };
    let angles = angles(thetas, *response);
    let mut pool = None;
    for &[across, rows, columns] in planes {
        let spacing = seen.spacing[rows].max(seen.spacing[columns]);
        let wave = Wave { sigma: sigma / spacing, lambda: lambda / spacing, gamma: *gamma };
        let slices = Slices::new(seen, [columns, rows, across], &wave, rule);
        slices.respond(seen, &wave, &angles, *response, *pooling, &mut pool);
    }
    let mut pool = pool.unwrap_or_else(|| seen.part());
    if *pooling == Pooling::Average {
        let total = (planes.len() * thetas.len()) as f64;
        pool.values.iter_mut().for_each(|x| *x /= total);
    }
    pool
}

/// Angles in radians, and for how many each stands: half a turn conjugates the kernel, which leaves the modulus and the
/// real part of the response to a real image as they are.
fn angles(thetas: &[f64], response: GaborResponse) -> Vec<(f64, f64)> {
    let same = matches!(response, GaborResponse::Modulus | GaborResponse::Real);
    let mut found: Vec<(f64, f64)> = Vec::new();
    for &theta in thetas {
        let theta = if same { theta.rem_euclid(180.0) } else { theta };
        match found.iter_mut().find(|(other, _)| (*other - theta).abs() < 1e-9) {
            Some((_, count)) => *count += 1.0,
            None => found.push((theta, 1.0)),
        }
    }
    found.into_iter().map(|(theta, count)| (theta.to_radians(), count)).collect()
}

/// The slices across one axis of the window, continued by half a kernel.
struct Slices {
    /// Axes along columns (u), along rows (v) and across.
    axes: [usize; 3],
    /// Voxels of the kernel on each side of its middle.
    half: usize,
    /// Indices of the image behind each place of a continued slice along u and v.
    sources: [Vec<Option<usize>>; 2],
    fourier: Fourier,
    size: [usize; 3],
}

impl Slices {
    fn new(seen: &Seen<'_>, axes: [usize; 3], wave: &Wave, rule: Boundary) -> Self {
        let whole = seen.image.window.size;
        // The kernel is as large as the image, or as its bell.
        let image_half = whole[axes[0]].max(whole[axes[1]]) / 2;
        let bell = (END * wave.sigma / wave.gamma.min(1.0)).ceil() as usize;
        let half = image_half.min(bell);
        let sources = [axes[0], axes[1]].map(|axis| {
            let (low, high) = (seen.window.lower[axis] as isize, seen.window.upper()[axis] as isize);
            (low - half as isize..high + half as isize).map(|i| rule.index(i, whole[axis])).collect::<Vec<_>>()
        });
        let size = [fast_length(sources[0].len()), fast_length(sources[1].len()), 1];
        Self { axes, half, sources, fourier: Fourier::new(size, 2), size }
    }

    /// Takes the responses of every slice of the window into `pool`.
    fn respond(
        &self,
        seen: &Seen<'_>,
        wave: &Wave,
        angles: &[(f64, f64)],
        response: GaborResponse,
        pooling: Pooling,
        pool: &mut Option<Field>,
    ) {
        let kernels: Vec<Complex> = angles.iter().map(|&(theta, _)| self.kernel(wave, theta)).collect();
        let Region { lower, size } = seen.window;
        let [u, v, across] = self.axes;
        let stride = [1, size[0], size[0] * size[1]];
        let mut responses: Vec<Field> =
            angles.iter().map(|_| Field { window: seen.window, values: vec![0.0; seen.window.len()] }).collect();
        for slice in 0..size[across] {
            let transformed = self.transformed(seen, lower[across] + slice);
            for (kernel, field) in kernels.iter().zip(&mut responses) {
                let mut product = transformed.times(kernel);
                self.fourier.inverse_of_rows(&mut product, self.half..self.half + size[v]);
                for row in 0..size[v] {
                    let start = self.half + self.size[0] * (row + self.half);
                    for column in 0..size[u] {
                        let at = slice * stride[across] + row * stride[v] + column * stride[u];
                        field.values[at] = part(product.re[start + column], product.im[start + column], response);
                    }
                }
            }
        }
        for (field, (_, count)) in responses.iter().zip(angles) {
            pool_into(pool, field, 1.0, *count, pooling);
        }
    }

    /// The transform of the continued slice `index`.
    fn transformed(&self, seen: &Seen<'_>, index: usize) -> Complex {
        let whole = seen.image.window.size;
        let stride = [1, whole[0], whole[0] * whole[1]];
        let [u, v, across] = self.axes;
        let mut slice = Complex::zeros(self.size[0] * self.size[1]);
        for (row, source) in slice.re.chunks_exact_mut(self.size[0]).zip(&self.sources[1]) {
            let Some(source) = source else { continue };
            let start = index * stride[across] + source * stride[v];
            for (value, source) in row.iter_mut().zip(&self.sources[0]) {
                *value = source.map_or(0.0, |i| seen.image.values[start + i * stride[u]]);
            }
        }
        self.fourier.forward_of_corner(&mut slice, [self.sources[0].len(), self.sources[1].len(), 1]);
        slice
    }

    /// The transform of exp(-(x² + γ² y²) / 2 σ² + 2 π i x / λ), turned clockwise by `theta`, its middle at the origin.
    fn kernel(&self, wave: &Wave, theta: f64) -> Complex {
        let (sine, cosine) = theta.sin_cos();
        let [nu, nv, _] = self.size;
        let mut kernel = Complex::zeros(nu * nv);
        let half = self.half as isize;
        for row in -half..=half {
            for column in -half..=half {
                let (r, c) = (row as f64, column as f64);
                let (x, y) = (sine * r + cosine * c, sine * c - cosine * r);
                let bell = -(x * x + wave.gamma * wave.gamma * y * y) / (2.0 * wave.sigma * wave.sigma);
                let (wave_im, wave_re) = (2.0 * std::f64::consts::PI * x / wave.lambda).sin_cos();
                let wrapped = |i: isize, n: usize| i.rem_euclid(n as isize) as usize;
                let at = wrapped(column, nu) + nu * wrapped(row, nv);
                (kernel.re[at], kernel.im[at]) = (bell.exp() * wave_re, bell.exp() * wave_im);
            }
        }
        self.fourier.forward(&mut kernel);
        kernel
    }
}

fn part(re: f64, im: f64, response: GaborResponse) -> f64 {
    match response {
        GaborResponse::Modulus => (re * re + im * im).sqrt(),
        GaborResponse::Real => re,
        GaborResponse::Imaginary => im,
        GaborResponse::Angle => im.atan2(re),
    }
}
