//! The radiomics engine against PyRadiomics 3.0.1 and the IBSI digital phantom.

mod features;
mod ibsi;
mod matrices;
mod voxel;

use std::path::Path;

use imaging::{MaskChoice, read_image, read_mask};
use radiomics::{Features, Mask, Settings, Volume, extract};
use watch::Unwatched;

/// Relative tolerance of features; values below a thousandth are compared to an absolute 1e-9.
const TOLERANCE: f64 = 1e-6;
const FLOOR: f64 = 1e-3;

fn image(path: &Path) -> Volume {
    read_image(path).expect("a readable image")
}

fn mask(path: &Path) -> Mask {
    read_mask(path, &MaskChoice::default()).expect("a readable mask")
}

/// The settings of the parameter file `radiomics/params/<name>.yaml` of the references.
fn settings(name: &str) -> Option<Settings> {
    let text = std::fs::read_to_string(crate::oracle::path(&format!("radiomics/params/{name}.yaml"))?);
    Some(Settings::from_parameters(&text.expect("a readable parameter file")).expect("a sound parameter file"))
}

fn extracted(image: &Volume, mask: &Mask, settings: &Settings) -> Features {
    extract(image, mask, settings, &Unwatched).expect("features")
}
