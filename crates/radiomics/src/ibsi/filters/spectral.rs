//! Filters defined by their transfer function: Simoncelli's wavelets and Riesz transforms.

use super::Seen;
use crate::ibsi::boundary::Boundary;
use crate::ibsi::field::Field;
use crate::ibsi::fourier::{Complex, Fourier};
use crate::ibsi::settings::RieszOf;

/// Frequencies along one axis of `n` samples, in the order of a transform: the centred grid (k - c) / c, c = (n - 1) / 2,
/// moved so that its middle comes first. It is not quite that of the samples of a Fourier transform, but the one that the
/// initiative's reference maps were made on.
fn frequencies(n: usize) -> Vec<f64> {
    let centre = 0.5 * (n as f64 - 1.0);
    (0..n).map(|j| if n == 1 { 0.0 } else { ((j + n / 2) % n) as f64 / centre - 1.0 }).collect()
}

/// Values of a transfer function at the frequencies of an array of `size`, along its first `axes` axes.
fn transfer(size: [usize; 3], axes: usize, at: impl Fn(&[f64]) -> [f64; 2]) -> Complex {
    let along = size.map(frequencies);
    let depth = if axes == 2 { 1 } else { size[2] };
    let mut values = Complex::zeros(size[0] * size[1] * depth);
    for z in 0..depth {
        for y in 0..size[1] {
            for x in 0..size[0] {
                let k = x + size[0] * (y + size[1] * z);
                [values.re[k], values.im[k]] = at(&[along[0][x], along[1][y], along[2][z]][..axes]);
            }
        }
    }
    values
}

fn distance(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// cos(π/2 log2(2 d / m)) between m / 4 and m, with m halved from level to level.
fn simoncelli_at(v: &[f64], level: usize) -> f64 {
    let (d, top) = (distance(v), 0.5_f64.powi(level as i32 - 1));
    if (0.25 * top..=top).contains(&d) { (std::f64::consts::FRAC_PI_2 * (2.0 * d / top).log2()).cos() } else { 0.0 }
}

/// (-i)^L sqrt(L! / (l1! l2! l3!)) Π v^l / |v|^L, as real and imaginary part.
fn riesz_at(v: &[f64], order: &[usize; 3]) -> [f64; 2] {
    let d = distance(v);
    let total: usize = order.iter().sum();
    if d == 0.0 && total > 0 {
        return [0.0; 2];
    }
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let scale = (factorial(total) / order.iter().map(|&l| factorial(l)).product::<f64>()).sqrt();
    let product: f64 = v.iter().zip(order).filter(|(_, l)| **l > 0).map(|(x, &l)| (x / d).powi(l as i32)).product();
    let value = scale * product;
    match total % 4 {
        0 => [value, 0.0],
        1 => [0.0, -value],
        2 => [-value, 0.0],
        _ => [0.0, value],
    }
}

/// Simoncelli's non-separable wavelet. The transform makes the image periodic, whatever the boundary rule.
pub(super) fn simoncelli(seen: &Seen<'_>, level: usize) -> Field {
    filtered(seen, |v| [simoncelli_at(v, level), 0.0])
}

/// The Riesz transform of the response of another filter.
pub(super) fn riesz(seen: &Seen<'_>, of: &RieszOf, order: [usize; 3], rule: Boundary) -> Field {
    match *of {
        RieszOf::Simoncelli { level } => {
            filtered(seen, |v| riesz_at(v, &order).map(|part| part * simoncelli_at(v, level)))
        }
        RieszOf::LoG { sigma, truncate } => riesz_of_laplacian(seen, sigma, truncate, order, rule),
    }
}

/// The image times `at` in the frequency domain, as a whole or slice by slice.
fn filtered(seen: &Seen<'_>, at: impl Fn(&[f64]) -> [f64; 2]) -> Field {
    let size = seen.image.window.size;
    if !seen.by_slice {
        let transfer = transfer(size, 3, at);
        let values = multiplied(&seen.image.values, &Fourier::new(size, 3), &transfer);
        return Field { window: seen.window, values: seen.window.of(&values, size) };
    }
    let plane = [size[0], size[1], 1];
    let (fourier, transfer) = (Fourier::new(plane, 2), transfer(plane, 2, at));
    let mut values = Vec::with_capacity(seen.window.len());
    let inside = crate::Region {
        lower: [seen.window.lower[0], seen.window.lower[1], 0],
        size: [seen.window.size[0], seen.window.size[1], 1],
    };
    for z in seen.window.lower[2]..seen.window.upper()[2] {
        let slice = &seen.image.values[z * size[0] * size[1]..][..size[0] * size[1]];
        values.extend(inside.of(&multiplied(slice, &fourier, &transfer), plane));
    }
    Field { window: seen.window, values }
}

/// The real part of `values` times `transfer` in the frequency domain.
fn multiplied(values: &[f64], fourier: &Fourier, transfer: &Complex) -> Vec<f64> {
    let mut transformed = Complex { re: values.to_vec(), im: vec![0.0; values.len()] };
    fourier.forward(&mut transformed);
    transformed.multiply(transfer);
    fourier.inverse(&mut transformed);
    transformed.re
}

/// The image continued by the kernel's radius on each side, times the transforms of kernel and Riesz at that size.
fn riesz_of_laplacian(seen: &Seen<'_>, sigma: f64, truncate: f64, order: [usize; 3], rule: Boundary) -> Field {
    let axes = if seen.by_slice { 2 } else { 3 };
    let whole = seen.image.window.size;
    let s = seen.spacing[..axes].iter().map(|spacing| sigma / spacing).fold(0.0, f64::max);
    let radius: [usize; 3] =
        std::array::from_fn(|d| if d < axes { (truncate * sigma / seen.spacing[d] + 0.5).floor() as usize } else { 0 });
    let mut size: [usize; 3] = std::array::from_fn(|d| whole[d] + 2 * radius[d]);
    let slices = if axes == 2 { std::mem::replace(&mut size[2], 1) } else { 1 };
    let fourier = Fourier::new(size, axes);
    let mut kernel = Complex::zeros(size.iter().product());
    let bell = |d: usize, k: usize| ((k as f64 - radius[d] as f64) / s).powi(2);
    let norm = -1.0 / (s * s) * (2.0 * std::f64::consts::PI * s * s).powf(-0.5 * axes as f64);
    for z in 0..=2 * radius[2] {
        for y in 0..=2 * radius[1] {
            for x in 0..=2 * radius[0] {
                let q: f64 = [bell(0, x), bell(1, y), bell(2, z)][..axes].iter().sum();
                kernel.re[x + size[0] * (y + size[1] * z)] = norm * (axes as f64 - q) * (-0.5 * q).exp();
            }
        }
    }
    fourier.forward(&mut kernel);
    kernel.multiply(&transfer(size, axes, |v| riesz_at(v, &order)));
    let indices: [Vec<Option<usize>>; 3] = std::array::from_fn(|d| {
        let r = radius[d] as isize;
        (-r..whole[d] as isize + r).map(|i| rule.index(i, whole[d])).collect()
    });
    let window = seen.window;
    let mut values = Vec::with_capacity(window.len());
    // The kernel begins at the origin and the image at its radius: the response comes twice the radius later.
    let wanted = |z: std::ops::Range<usize>| crate::Region {
        lower: [window.lower[0] + 2 * radius[0], window.lower[1] + 2 * radius[1], z.start],
        size: [window.size[0], window.size[1], z.len()],
    };
    let mut continued = vec![0.0; size.iter().product()];
    let layers = if axes == 2 { window.lower[2]..window.upper()[2].min(slices) } else { 0..1 };
    for slice in layers {
        let depth = if axes == 2 { std::slice::from_ref(&indices[2][slice]) } else { &indices[2][..] };
        continued.fill(0.0);
        for (z, source_z) in depth.iter().enumerate() {
            for (y, source_y) in indices[1].iter().enumerate() {
                let (Some(source_z), Some(source_y)) = (source_z, source_y) else { continue };
                let row = &mut continued[size[0] * (y + size[1] * z)..][..size[0]];
                let start = whole[0] * (source_y + whole[1] * source_z);
                for (value, source) in row.iter_mut().zip(&indices[0]) {
                    *value = source.map_or(0.0, |x| seen.image.values[start + x]);
                }
            }
        }
        let response = multiplied(&continued, &fourier, &kernel);
        let first = window.lower[2] + 2 * radius[2];
        let part = if axes == 2 { wanted(0..1) } else { wanted(first..first + window.size[2]) };
        values.extend(part.of(&response, size));
    }
    Field { window, values }
}
