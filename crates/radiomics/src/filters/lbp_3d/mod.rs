//! Three-dimensional local binary patterns by spherical harmonics.
//!
//! Banerjee, Moelker, Niessen and van Walsum, 3D LBP-based rotationally invariant region description, ACCV 2012
//! Workshops, as PyRadiomics writes it with SciPy and trimesh.
//!
//! All arithmetic is NumPy's and SciPy's on a processor with AVX2, to the last bit. On others NumPy differs from itself
//! by an ulp in the arc functions (AVX-512) or in complex products (no fused multiply-add): 1e-15 of the powers, but
//! where the squares in a power cancel, the root magnifies that to 1e-8.

mod harmonics;
mod kurtosis;
mod pattern;
mod samples;
mod sphere;
mod spline;

use std::ops::Range;

use rayon::prelude::*;

use super::super::lines::{LANES, Lanes};
use super::super::roi::Roi;
use super::super::simd::{self, Kernel};
use pattern::Degree;
use samples::Sphere;
use volume::Region;
use volume::{Mask, PixelType, Volume, each_type};

/// The sphere of samples and what is made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbp3dSpec {
    /// Degrees of spherical harmonics: 0 to one below this.
    pub levels: usize,
    /// Radius of the sphere in voxels.
    pub radius: f64,
    /// Times that the edges of an icosahedron are halved: 12, 42, 162, … samples.
    pub subdivisions: usize,
}

/// The derived images, `f64`, on the region; 0 in voxels that do not have the label.
#[derive(Debug, Clone, PartialEq)]
pub struct Lbp3d {
    /// One image per degree: the power of the bits in it.
    pub levels: Vec<Volume>,
    /// The excess kurtosis of the samples; not a number where all are equal.
    pub kurtosis: Volume,
}

/// The patterns of the voxels of `region` that have the label.
///
/// The image is sampled on a sphere by the cubic spline through it, 0 outside, and the samples are stored in the
/// image's pixel type. The bit of a sample is set if it is at least the centre.
pub fn local_binary_patterns_3d(image: &Volume, mask: &Mask, label: u32, spec: &Lbp3dSpec, region: &Region) -> Lbp3d {
    let vertices = sphere::icosphere(spec.subdivisions, spec.radius);
    let degrees: Vec<Degree> = (0..spec.levels).map(|n| harmonics::harmonics(n, &vertices, spec.radius)).collect();
    let (pixel, size) = (image.voxels.pixel_type(), image.geometry.size);
    let sphere = each_type!(&image.voxels, values => Sphere::new(values, pixel, size, region, &vertices));
    let centres = image.cropped(region).voxels.to_f64();
    let mut inside = vec![false; region.len()];
    Roi::new(mask, *region, label).voxels.iter().for_each(|&voxel| inside[voxel as usize] = true);
    let is_single = pixel == PixelType::F32;
    let patterns = |slice: usize| {
        let part = slice * region.size[0] * region.size[1]..(slice + 1) * region.size[0] * region.size[1];
        let (centres, inside) = (&centres[part.clone()], &inside[part]);
        simd::widest(Patterns { sphere: &sphere, degrees: &degrees, slice, centres, inside, is_single })
    };
    let slices: Vec<Vec<Vec<f64>>> = (0..region.size[2]).into_par_iter().map(patterns).collect();
    let geometry = image.geometry.cropped(region);
    let volume = |number: usize| {
        let values = slices.iter().flat_map(|images| &images[number]).copied().collect();
        Volume::from_f64(geometry.clone(), values)
    };
    Lbp3d { levels: (0..spec.levels).map(volume).collect(), kurtosis: volume(spec.levels) }
}

/// The patterns of one slice of the region.
struct Patterns<'a> {
    sphere: &'a Sphere,
    degrees: &'a [Degree],
    slice: usize,
    centres: &'a [f64],
    inside: &'a [bool],
    is_single: bool,
}

impl Kernel for Patterns<'_> {
    /// The images of the degrees, then the kurtosis.
    type Output = Vec<Vec<f64>>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let nx = self.sphere.row_len();
        let mut images = vec![vec![0.0; self.inside.len()]; self.degrees.len() + 1];
        let mut samples = self.sphere.room();
        for (y, start) in (0..self.inside.len()).step_by(nx).enumerate() {
            for part in parts(&self.inside[start..start + nx]) {
                let blocks = part.len().div_ceil(LANES);
                self.sphere.sample([part.start, y, self.slice], blocks, &mut samples);
                for (block, samples) in samples.blocks[..blocks].iter_mut().enumerate() {
                    let from = start + part.start + block * LANES;
                    let to = (from + LANES).min(start + part.end);
                    let inside = &self.inside[from..to];
                    let mut centre = [0.0; LANES];
                    centre[..to - from].copy_from_slice(&self.centres[from..to]);
                    let kurtosis = match self.is_single {
                        true => kurtosis::kurtosis::<f32>(samples, 1e-6),
                        false => kurtosis::kurtosis::<f64>(samples, 1e-15),
                    };
                    pattern::bits(samples, &centre);
                    // Plain loops: a closure in an iterator chain may be compiled apart, without the wide vectors.
                    for (number, degree) in self.degrees.iter().enumerate() {
                        store(&mut images[number][from..to], &pattern::power(samples, degree), inside);
                    }
                    store(&mut images[self.degrees.len()][from..to], &kurtosis, inside);
                }
            }
        }
        images
    }
}

/// The parts of a row that hold what is inside of it, with no more than [`LANES`] voxels outside between two of theirs.
fn parts(inside: &[bool]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    for (x, _) in inside.iter().enumerate().filter(|(_, inside)| **inside) {
        match parts.last_mut() {
            Some(last) if x <= last.end + LANES => last.end = x + 1,
            _ => parts.push(x..x + 1),
        }
    }
    parts
}

/// Stores the values of the voxels that are inside.
#[inline(always)]
fn store(image: &mut [f64], values: &Lanes, inside: &[bool]) {
    for (lane, to) in image.iter_mut().enumerate() {
        if inside[lane] {
            *to = values[lane];
        }
    }
}
