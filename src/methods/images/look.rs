//! What one image and its mask hold.

use serde::Serialize;

use crate::study::Made;
use radiomics::preview::{Preview, preview};
use radiomics::{Mask, Settings, Volume};
use volume::grid::{self, TOLERANCE};

/// An image and its mask in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// Voxels of the image along x, y, z.
    pub size: [usize; 3],
    /// Distances between their centres in mm.
    pub spacing: [f64; 3],
    /// Smallest and largest gray value of the image.
    pub range: [f64; 2],
    /// How the grid of the mask differs from that of the image, if it does.
    pub mismatch: Option<Mismatch>,
    /// The labels of the mask and their voxels.
    pub labels: Vec<(u32, usize)>,
    /// The region of interest, or why there is none.
    pub roi: Result<Roi, String>,
    /// What was found in reading them that users of the values should know.
    pub notes: Vec<String>,
}

/// Image and mask lie on different grids.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mismatch {
    /// In words, with millimetres.
    pub words: String,
    /// The farthest that a voxel of the one is from the same voxel of the other, in mm.
    pub farthest: f64,
}

/// A region of interest in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Roi {
    /// Its voxels on the image's grid.
    pub voxels: usize,
    /// Their volume in cm³.
    pub volume: f64,
    /// Its first voxel along x, y, z.
    pub lower: [usize; 3],
    /// The voxels of its box.
    pub size: [usize; 3],
    /// Its smallest and largest gray value.
    pub range: [f64; 2],
    /// Its mean gray value.
    pub mean: f64,
    /// Bins from its smallest to its largest gray value.
    pub bins: usize,
    /// Whether it reaches the edge of the image within a slice: it may be cut off.
    pub at_edge: bool,
}

/// Another region of a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionLook {
    /// Its name.
    pub region: String,
    /// Its voxels.
    pub voxels: usize,
    /// Their volume in cm³.
    pub volume: f64,
    /// Why there is none, if there is none; else what users of its features should know.
    pub remarks: Vec<String>,
}

impl RegionLook {
    /// A region that was made, or not.
    pub fn of((region, made): Made) -> Self {
        match made {
            Err(why) => Self { region, voxels: 0, volume: 0.0, remarks: vec![why] },
            Ok(made) => {
                let voxels = made.mask.labels.of(1).map(|run| run.len()).sum();
                let volume = voxels as f64 * made.mask.geometry.voxel_volume() / 1000.0;
                Self { region, voxels, volume, remarks: made.notes }
            }
        }
    }
}

/// What `image` and `mask` hold under `settings`, and the region's gray values if it has any.
pub fn look(image: &Volume, mask: &Mask, settings: &Settings) -> (Look, Option<Preview>) {
    let tolerance = settings.geometry_tolerance.unwrap_or(TOLERANCE);
    let mismatch = grid::compare(&image.geometry, &mask.geometry, tolerance).err();
    let seen = preview(image, mask, settings);
    let roi = match &seen {
        Ok(seen) => Ok(roi(image, seen)),
        Err(error) => Err(error.to_string()),
    };
    let look = Look {
        size: image.geometry.size,
        spacing: image.geometry.spacing,
        range: extremes(&image.voxels.to_f64()),
        mismatch: mismatch.map(|m| Mismatch { words: m.to_string(), farthest: m.farthest }),
        labels: mask.labels.counts().into_iter().map(|found| (found.label, found.voxels)).collect(),
        roi,
        notes: Vec::new(),
    };
    (look, seen.ok())
}

fn roi(image: &Volume, seen: &Preview) -> Roi {
    let n = seen.values.len();
    let region = seen.region;
    let upper = region.upper();
    Roi {
        voxels: n,
        volume: n as f64 * image.geometry.voxel_volume() / 1000.0,
        lower: region.lower,
        size: region.size,
        range: extremes(&seen.values),
        mean: seen.values.iter().sum::<f64>() / n as f64,
        bins: seen.counts.len(),
        at_edge: (0..2).any(|d| region.lower[d] == 0 || upper[d] == image.geometry.size[d]),
    }
}

fn extremes(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    [low, values.iter().copied().fold(f64::NEG_INFINITY, f64::max)]
}
