//! One lesion in one sequence: its shape, its texture, and its outline as different readers draw it.

use super::patient::{Centre, Patient};
use radiomics::{Geometry, Mask, Volume, Voxels};
use survival::stats::rng::Rng;
use volume::IDENTITY;

/// Margin of liver around the lesion, in mm.
const MARGIN: f64 = 6.0;
/// How much of the seen heterogeneity of a sequence is its own, and not the patient's.
const OWN_SHARE: f64 = 0.12;

/// Mean of the liver, of the lesion above it, and standard deviation of texture and noise, for each sequence.
const LOOKS: [(f64, f64, f64, f64); 3] =
    [(260.0, 170.0, 85.0, 9.0), (190.0, 260.0, 95.0, 10.0), (420.0, 150.0, 80.0, 9.0)];

/// A lesion in the image of one sequence.
pub(super) struct Lesion {
    geometry: Geometry,
    /// Bumps of the outline: direction and height as a share of the radius.
    bumps: Vec<([f64; 3], f64)>,
    radius: f64,
    values: Vec<i16>,
    seed: u64,
    stream: u64,
}

/// Who draws the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Reader A's first, which the analysis uses.
    First,
    /// Reader A's second.
    Second,
    /// Reader B's, who draws a little wider.
    OtherReader,
}

impl Lesion {
    /// The lesion of `patient` in a sequence; all sequences show one shape, each its own texture.
    pub fn of(seed: u64, patient: &Patient, sequence: usize) -> Self {
        let mut shape = Rng::stream(seed, 100_000 + patient.number as u64);
        let bumps: Vec<_> = (0..6).map(|_| (direction(&mut shape), 0.13 * shape.normal())).collect();
        let radius = 10.0 * patient.size / 2.0 / 1.12;
        let stream = 200_000 + 10 * patient.number as u64 + sequence as u64;
        let geometry = geometry(patient, 2.0 * (1.15 * radius + MARGIN), &mut shape);
        let mut lesion = Self { geometry, bumps, radius, values: Vec::new(), seed, stream };
        lesion.values = lesion.paint(patient, sequence);
        lesion
    }

    /// The image.
    pub fn image(&self) -> Volume {
        Volume { geometry: self.geometry.clone(), voxels: Voxels::I16(self.values.clone()) }
    }

    /// The outline as a reader draws it: the true one, with the reader's bias and unsteady hand.
    pub fn mask(&self, reading: Reading) -> Mask {
        let (bias, unsteadiness, offset) = match reading {
            Reading::First => (1.0, 0.012, 0),
            Reading::Second => (1.0, 0.02, 1),
            Reading::OtherReader => (1.03, 0.03, 2),
        };
        let mut hand = Rng::stream(self.seed, 1_000_000 + 10 * self.stream + offset);
        let drift: Vec<_> = (0..5).map(|_| (direction(&mut hand), unsteadiness * hand.normal())).collect();
        let inside = self.positions().map(|at| self.depth(at, bias, &drift) > 0.0);
        Mask { labels: inside.map(u32::from).collect(), geometry: self.geometry.clone() }
    }

    /// Positions of all voxels from the centre of the lesion, in mm, x fastest.
    fn positions(&self) -> impl Iterator<Item = [f64; 3]> + '_ {
        let [nx, ny, nz] = self.geometry.size;
        let [sx, sy, sz] = self.geometry.spacing;
        let from_centre = |i: usize, n: usize, spacing: f64| (i as f64 - (n - 1) as f64 / 2.0) * spacing;
        (0..nz).flat_map(move |z| {
            (0..ny).flat_map(move |y| {
                (0..nx).map(move |x| [from_centre(x, nx, sx), from_centre(y, ny, sy), from_centre(z, nz, sz)])
            })
        })
    }

    /// How deep `at` lies under the outline, as a share of the radius there; negative outside.
    fn depth(&self, at: [f64; 3], bias: f64, drift: &[([f64; 3], f64)]) -> f64 {
        let length = dot(at, at).sqrt();
        if length == 0.0 {
            return 1.0;
        }
        let towards = at.map(|x| x / length);
        let bumps = self.bumps.iter().chain(drift).map(|(v, height)| {
            let c = dot(towards, *v);
            height * (1.5 * c * c - 0.5 + 0.5 * c)
        });
        let radius = self.radius * bias * (1.0 + bumps.sum::<f64>()).clamp(0.6, 1.3);
        1.0 - length / radius
    }

    fn paint(&self, patient: &Patient, sequence: usize) -> Vec<i16> {
        let mut rng = Rng::stream(self.seed, self.stream);
        let (liver, contrast, sd, noise) = LOOKS[sequence];
        // What this sequence shows of the patient's heterogeneity.
        let seen = (1.0 - OWN_SHARE).sqrt() * patient.texture + OWN_SHARE.sqrt() * rng.normal();
        let fine_share = 1.0 / (1.0 + libm::exp(-1.6 * seen));
        let amplitude = sd * libm::exp(0.28 * seen + 0.04 * rng.normal());
        let contrast = contrast * (1.0 + 0.12 * rng.normal());
        let fine = self.field(&mut rng, 1);
        let coarse = self.field(&mut rng, 5);
        let spots = self.field(&mut rng, 3);
        let (scale, offset) = match patient.centre {
            Centre::A => (1.0, 0.0),
            Centre::B => (1.28, 35.0),
        };
        let threshold = 1.9 - 0.35 * seen;
        let voxel = |(i, at): (usize, [f64; 3])| {
            let depth = self.depth(at, 1.0, &[]);
            // The edge is blurred over a tenth of the radius.
            let inside = (0.5 + 5.0 * depth).clamp(0.0, 1.0);
            let texture = fine_share.sqrt() * fine[i] + (1.0 - fine_share).sqrt() * coarse[i];
            let necrosis = if spots[i] > threshold && depth > 0.15 { -0.8 * contrast } else { 0.0 };
            let value = liver + 0.35 * noise * coarse[i] + inside * (contrast + amplitude * texture + necrosis);
            (scale * value + offset).clamp(0.0, 4095.0)
        };
        let clean: Vec<f64> = self.positions().enumerate().map(voxel).collect();
        clean.into_iter().map(|v| (v + scale * noise * rng.normal()).round().clamp(0.0, 4095.0) as i16).collect()
    }

    /// White noise smoothed `passes` times over neighbours, with mean 0 and variance 1.
    fn field(&self, rng: &mut Rng, passes: usize) -> Vec<f64> {
        let mut field: Vec<f64> = (0..self.geometry.len()).map(|_| rng.normal()).collect();
        let [nx, ny, nz] = self.geometry.size;
        // Slices are thick: smoothing across them reaches further, so it is done less often.
        for pass in 0..passes {
            smooth(&mut field, nx, 1);
            smooth(&mut field, ny, nx);
            if pass % 3 == 0 {
                smooth(&mut field, nz, nx * ny);
            }
        }
        let n = field.len() as f64;
        let mean = field.iter().sum::<f64>() / n;
        let sd = (field.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
        field.iter_mut().for_each(|x| *x = (*x - mean) / sd);
        field
    }
}

/// Smooths along one axis by weights 1/4, 1/2, 1/4; the edge value is repeated.
fn smooth(field: &mut [f64], length: usize, stride: usize) {
    let starts: Vec<usize> = (0..field.len()).filter(|i| (i / stride).is_multiple_of(length)).collect();
    for start in starts {
        let at = |k: usize| start + k * stride;
        let mut before = field[start];
        for k in 0..length {
            let here = field[at(k)];
            let after = field[at((k + 1).min(length - 1))];
            field[at(k)] = 0.25 * before + 0.5 * here + 0.25 * after;
            before = here;
        }
    }
}

/// The grid of a patient's images: as large as the lesion needs.
fn geometry(patient: &Patient, extent: f64, rng: &mut Rng) -> Geometry {
    let spacing = match patient.centre {
        Centre::A => [2.0, 2.0, 5.0],
        Centre::B => [1.75, 1.75, 6.0],
    };
    let size = spacing.map(|s: f64| (extent / s).ceil() as usize);
    // Whole millimetres: NIfTI keeps them exactly.
    let origin = [(); 3].map(|()| -120.0 + rng.below(120) as f64);
    Geometry { size, spacing, origin, direction: IDENTITY }
}

fn direction(rng: &mut Rng) -> [f64; 3] {
    loop {
        let v = [rng.normal(), rng.normal(), rng.normal()];
        let length = dot(v, v).sqrt();
        if length > 1e-6 {
            return v.map(|x| x / length);
        }
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
