//! Convolution with separable kernels, one axis after another.

use std::ops::Range;

use super::rotations::Kernels;
use crate::Region;
use crate::ibsi::boundary::Boundary;
use crate::ibsi::field::Field;
use crate::simd::{Kernel, widest};

/// `image` (a whole image) convolved with one set of kernels after another, in `window`. The result of each set continues
/// outside the image by the same rule.
pub(super) fn convolved(image: &Field, stages: &[Kernels], rule: Boundary, window: Region) -> Field {
    let size = image.window.size;
    let windows: Vec<Region> = (1..=stages.len()).map(|after| needed(&stages[after..], rule, window, size)).collect();
    let mut current: Option<Field> = None;
    for (kernels, window) in stages.iter().zip(windows) {
        current = Some(stage(current.as_ref().unwrap_or(image), kernels, rule, window, size));
    }
    current.unwrap_or_else(|| Field { window, values: window.of(&image.values, size) })
}

/// The part of an image of `size` voxels that `stages` look at for their result in `window`.
pub(super) fn needed(stages: &[Kernels], rule: Boundary, window: Region, size: [usize; 3]) -> Region {
    stages.iter().rev().fold(window, |window, kernels| {
        let range = |axis: usize| -> Range<usize> {
            let (low, high) = (window.lower[axis], window.upper()[axis]);
            match kernels.get(axis) {
                Some(kernel) => rule.needed(&reach(low..high, kernel), size[axis]),
                None => low..high,
            }
        };
        let ranges = [range(0), range(1), range(2)];
        Region { lower: ranges.clone().map(|r| r.start), size: ranges.map(|r| r.len()) }
    })
}

/// What a kernel looks at for `range`.
fn reach(range: Range<usize>, kernel: &[f64]) -> Range<isize> {
    let half = (kernel.len() / 2) as isize;
    range.start as isize - half..range.end as isize + half
}

/// `field`, a part of an image of `size` voxels that holds what is needed, convolved along each axis, in `window`.
pub(super) fn stage(field: &Field, kernels: &Kernels, rule: Boundary, window: Region, size: [usize; 3]) -> Field {
    // First the part of each axis without a kernel, then the axes.
    let mut part = field.window;
    for axis in kernels.len()..3 {
        (part.lower[axis], part.size[axis]) = (window.lower[axis], window.size[axis]);
    }
    let within = Region { lower: std::array::from_fn(|d| part.lower[d] - field.window.lower[d]), size: part.size };
    let mut values = within.of(&field.values, field.window.size);
    for (axis, kernel) in kernels.iter().enumerate().rev() {
        let wanted = window.lower[axis]..window.upper()[axis];
        let lower = part.lower[axis];
        let index = |i: isize| rule.index(i, size[axis]).map(|i| i - lower);
        let sources: Vec<Option<usize>> = reach(wanted, kernel).map(index).collect();
        values = along(&values, part.size, axis, &sources, kernel);
        (part.lower[axis], part.size[axis]) = (window.lower[axis], window.size[axis]);
    }
    Field { window, values }
}

/// The lines of `values` along `axis`, whose layers `sources` follow each other, convolved with `kernel`.
fn along(values: &[f64], size: [usize; 3], axis: usize, sources: &[Option<usize>], kernel: &[f64]) -> Vec<f64> {
    let count = sources.len() + 1 - kernel.len();
    let mut result = vec![0.0; values.len() / size[axis] * count];
    widest(Along { values, size, axis, sources, kernel, result: &mut result });
    result
}

struct Along<'a> {
    values: &'a [f64],
    size: [usize; 3],
    axis: usize,
    sources: &'a [Option<usize>],
    kernel: &'a [f64],
    result: &'a mut [f64],
}

impl Kernel for Along<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { values, size, axis, sources, kernel, result } = self;
        let last = kernel.len() - 1;
        let count = sources.len() - last;
        if axis == 0 {
            let mut line = vec![0.0; sources.len()];
            for (row, out) in values.chunks_exact(size[0]).zip(result.chunks_exact_mut(count)) {
                for (value, source) in line.iter_mut().zip(sources) {
                    *value = source.map_or(0.0, |i| row[i]);
                }
                for (k, &weight) in kernel.iter().enumerate() {
                    if weight != 0.0 {
                        for (sum, value) in out.iter_mut().zip(&line[last - k..]) {
                            *sum += weight * value;
                        }
                    }
                }
            }
            return;
        }
        let inner: usize = size[..axis].iter().product();
        for (block, out) in values.chunks_exact(inner * size[axis]).zip(result.chunks_exact_mut(inner * count)) {
            for (i, out) in out.chunks_exact_mut(inner).enumerate() {
                for (k, &weight) in kernel.iter().enumerate() {
                    if let (true, Some(source)) = (weight != 0.0, sources[i + last - k]) {
                        let layer = &block[source * inner..][..inner];
                        for (sum, value) in out.iter_mut().zip(layer) {
                            *sum += weight * value;
                        }
                    }
                }
            }
        }
    }
}
