//! What PyRadiomics reports beside the features: where image and mask come from and what was done to them.

use serde::Serialize;
use sha1::{Digest, Sha1};

use super::discretise::Levels;
use super::features::glszm;
use super::lines::Scalar;
use super::resample::Frame;
use super::texture::{Grid, LevelGrid, one_way};
use super::{Geometry, Mask, Region, Roi, Settings, Volume};
use volume::each_type;

/// One value of the diagnostics.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Diagnostic {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Several numbers, such as a size along x, y, z.
    Numbers(Vec<f64>),
}

/// Diagnostics by name, in PyRadiomics' order.
pub type Diagnostics = Vec<(String, Diagnostic)>;

/// Version and settings.
pub(super) fn configuration(settings: &Settings) -> Diagnostics {
    use super::settings::Key;
    let line = |pairs: Vec<String>| Diagnostic::Text(format!("{{{}}}", pairs.join(", ")));
    let options = Key::ALL.iter().map(|key| format!("{}: {}", key.name, key.read(settings)));
    let images = settings.image_types.iter().map(|image| {
        let own: Vec<String> = image.overrides().map(|(name, value)| format!("{name}: {value}")).collect();
        format!("{}: {{{}}}", image.image_type.name(), own.join(", "))
    });
    vec![
        ("diagnostics_Versions_riskset".to_owned(), Diagnostic::Text(env!("CARGO_PKG_VERSION").to_owned())),
        ("diagnostics_Configuration_Settings".to_owned(), line(options.collect())),
        ("diagnostics_Configuration_EnabledImageTypes".to_owned(), line(images.collect())),
    ]
}

/// About `image` at the stage `stage` (`original` or `interpolated`).
pub(super) fn of_image(image: &Volume, stage: &str) -> Diagnostics {
    let mut found = Vec::new();
    let mut add = |what: &str, value| found.push((format!("diagnostics_Image-{stage}_{what}"), value));
    if stage == "original" {
        add("Hash", Diagnostic::Text(pixel_hash(image)));
        add("Dimensionality", Diagnostic::Text("3D".to_owned()));
    }
    add_grid(&mut add, &image.geometry);
    each_type!(&image.voxels, v => add_statistics(&mut add, v));
    found
}

/// About the region of interest of `mask` at the stage `stage`; with its values where `image` lies on the same grid.
pub(super) fn of_mask(mask: &Mask, region: Region, label: u32, image: Option<&Volume>, stage: &str) -> Diagnostics {
    let roi = Roi::new(mask, region, label);
    let mut found = Vec::new();
    let mut add = |what: &str, value| found.push((format!("diagnostics_Mask-{stage}_{what}"), value));
    if stage == "original" {
        add("Hash", Diagnostic::Text(mask_hash(mask)));
    }
    add_grid(&mut add, &mask.geometry);
    let bounds = region.lower.iter().chain(&region.size).map(|&n| n as f64);
    add("BoundingBox", Diagnostic::Numbers(bounds.collect()));
    add("VoxelNum", Diagnostic::Number(roi.len() as f64));
    add("VolumeNum", Diagnostic::Number(parts(&roi) as f64));
    let centre = centre(&roi);
    add("CenterOfMassIndex", Diagnostic::Numbers(centre.to_vec()));
    let point = Frame::new(&mask.geometry).map_or([f64::NAN; 3], |frame| frame.point_between(centre));
    add("CenterOfMass", Diagnostic::Numbers(point.to_vec()));
    if let Some(image) = image {
        add_statistics(&mut add, &roi.values(image).values);
    }
    found
}

fn add_grid(add: &mut impl FnMut(&str, Diagnostic), geometry: &Geometry) {
    add("Spacing", Diagnostic::Numbers(geometry.spacing.to_vec()));
    add("Size", Diagnostic::Numbers(geometry.size.iter().map(|&n| n as f64).collect()));
}

fn add_statistics<T: Scalar>(add: &mut impl FnMut(&str, Diagnostic), values: &[T]) {
    let values = || values.iter().map(|x| x.to_f64());
    add("Mean", Diagnostic::Number(values().sum::<f64>() / values().len() as f64));
    add("Minimum", Diagnostic::Number(values().fold(f64::INFINITY, f64::min)));
    add("Maximum", Diagnostic::Number(values().fold(f64::NEG_INFINITY, f64::max)));
}

/// SHA-1 of the values of an image in its own type, little-endian: what `SimpleITK.Hash` prints.
pub fn pixel_hash(image: &Volume) -> String {
    each_type!(&image.voxels, v => hexadecimal(&Sha1::digest(bytemuck::cast_slice(v))))
}

/// SHA-1 of the labels of a mask as 32-bit integers, as PyRadiomics prints it.
pub fn mask_hash(mask: &Mask) -> String {
    const BLOCK: usize = 1 << 14;
    let mut hash = Sha1::new();
    for start in (0..mask.labels.len()).step_by(BLOCK) {
        let block: Vec<u32> = mask.labels.part(start..mask.labels.len().min(start + BLOCK)).collect();
        hash.update(bytemuck::cast_slice(&block));
    }
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Number of parts of the region that touch nowhere, not even at corners.
fn parts(roi: &Roi) -> usize {
    let grid = Grid::new(roi, 1);
    let counts = vec![roi.len() as u32];
    let levels = Levels { numbers: vec![1], indices: vec![0; roi.len()], counts, highest: 1, in_region: 1 };
    // Without neighbours the region is one voxel.
    one_way(&[1], roi.geometry.size, &Settings::default())
        .map_or(1, |neighbours| glszm::zones(&LevelGrid::new(&grid, &levels), &neighbours).len())
}

/// Mean index of the voxels along x, y, z on the whole grid.
fn centre(roi: &Roi) -> [f64; 3] {
    let mut sum = [0; 3];
    for &voxel in &roi.voxels {
        let index = roi.index(voxel);
        (0..3).for_each(|d| sum[d] += roi.region.lower[d] + index[d]);
    }
    sum.map(|s| s as f64 / roi.len() as f64)
}
