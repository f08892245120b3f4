//! The digital phantom of the Image Biomarker Standardisation Initiative.

use radiomics::{Features, Settings};

use super::{FLOOR, TOLERANCE, extracted, image, mask};
use crate::reference::{self, Tally};

/// The phantom's features at bin width 1, merged over directions or averaged.
fn phantom(merged: bool) -> Option<Features> {
    let file = |name: &str| crate::oracle::path(&format!("radiomics/ibsi/{name}"));
    let weighting = if merged { "no_weighting" } else { "null" };
    let parameters = format!("setting: {{binWidth: 1, weightingNorm: {weighting}}}");
    let settings = Settings::from_parameters(&parameters).expect("sound parameters");
    let (image, mask) = (image(&file("phantom_image.nii.gz")?), mask(&file("phantom_mask.nii.gz")?));
    Some(extracted(&image, &mask, &settings))
}

/// Voxels in the phantom's region of interest.
const VOXELS: f64 = 74.0;

/// The feature as the consensus defines it, where PyRadiomics differs: its covariance of the voxel centres divides by n,
/// that of the consensus by n - 1.
fn as_defined(name: &str, value: f64) -> f64 {
    if name.ends_with("AxisLength") { value * (VOXELS / (VOXELS - 1.0)).sqrt() } else { value }
}

fn value(features: &Features, name: &str) -> f64 {
    let name = format!("original_{name}");
    features.values.iter().find(|(n, _)| *n == name).map_or(f64::NAN, |&(_, x)| x)
}

#[test]
fn as_pyradiomics_computes_it() {
    let Some(golden) = reference::json("radiomics/ibsi/digital_phantom__pyradiomics_binwidth1.json") else { return };
    let Some(features) = phantom(false) else { return };
    let mut tally = Tally::new("IBSI digital phantom, PyRadiomics", TOLERANCE, FLOOR);
    for (name, expected) in golden["features"].as_object().expect("features by name") {
        tally.number(name, value(&features, name.trim_start_matches("original_")), reference::number(expected));
    }
    tally.finish();
}

/// One row of the consensus table.
struct Consensus {
    family: String,
    aggregation: String,
    value: f64,
    tolerance: f64,
    /// The feature that means the same.
    feature: String,
    /// What to add to the feature.
    shift: f64,
}

fn consensus() -> Option<Vec<Consensus>> {
    let path = crate::oracle::path("radiomics/ibsi/digital_phantom_reference.csv")?;
    let text = std::fs::read_to_string(path).expect("a readable table");
    let row = |line: &str| {
        // The aggregation may hold a comma inside quotes.
        let (head, quoted, tail) = match line.split('"').collect::<Vec<_>>()[..] {
            [head, quoted, tail] => (head, Some(quoted), tail),
            _ => (line, None, ""),
        };
        let cells: Vec<&str> = match quoted {
            Some(_) => head.trim_end_matches(',').split(',').chain([""]).chain(tail[1..].split(',')).collect(),
            None => line.split(',').collect(),
        };
        let [family, _, aggregation, value, tolerance, feature] = cells[..] else { panic!("six cells: {line}") };
        let number = |cell: &str| cell.parse::<f64>().expect("a number");
        let (feature, shift) = match feature.strip_suffix(" (minus 3)") {
            Some(feature) => (feature, -3.0),
            None => (feature, 0.0),
        };
        Consensus {
            family: family.to_owned(),
            aggregation: quoted.unwrap_or(aggregation).to_owned(),
            value: number(value),
            tolerance: if tolerance.is_empty() { 0.0 } else { number(tolerance) },
            feature: feature.to_owned(),
            shift,
        }
    };
    Some(text.lines().skip(1).filter(|line| !line.ends_with(',')).map(row).collect())
}

/// Consensus values are given with three digits: half a unit of the third is allowed beside the tolerance.
fn rounding(value: f64) -> f64 {
    if value == 0.0 { 5e-4 } else { 0.5 * 10_f64.powf(value.abs().log10().floor() - 2.0) }
}

#[test]
fn within_the_consensus() {
    let (Some(rows), Some(averaged), Some(merged)) = (consensus(), phantom(false), phantom(true)) else { return };
    let mut tally = Tally::new("IBSI digital phantom, consensus", 1.0, 1.0);
    for row in rows {
        let features = match row.aggregation.as_str() {
            "" | "3D" | "3D, averaged" => &averaged,
            "3D, merged" => &merged,
            _ => continue,
        };
        let place = format!("{} {} {}", row.family, row.feature, row.aggregation);
        let found = as_defined(&row.feature, value(features, &row.feature)) + row.shift;
        let difference = (found - row.value).abs();
        // In units of what is allowed.
        tally.number(&place, difference / (row.tolerance + rounding(row.value) * (1.0 + 1e-9)), 0.0);
    }
    tally.finish();
}
