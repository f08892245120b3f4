//! Feature maps against PyRadiomics' own of a small image.

use std::collections::HashMap;

use radiomics::{Geometry, Mask, Settings, Volume, feature_maps};
use watch::Unwatched;

const SIZE: [usize; 3] = [9, 8, 6];

/// Every how many voxels of the region the stored maps keep one.
const KEPT: usize = 3;

/// Voxels of the image, x fastest.
fn places() -> impl Iterator<Item = [usize; 3]> {
    let [nx, ny, nz] = SIZE;
    (0..nx * ny * nz).map(move |i| [i % nx, i / nx % ny, i / nx / ny])
}

/// The image and the mask of which the maps were made: something of every gray level, and a ball.
fn case() -> (Volume, Mask) {
    let geometry = Geometry { spacing: [1.0, 1.5, 2.0], ..Geometry::unit(SIZE) };
    let gray = |[x, y, z]: [usize; 3]| (x * 37 + y * 61 + z * 89 + x * y * 5 + y * z * 7 + x * z * 3) % 101;
    let inside = |[x, y, z]: [usize; 3]| {
        let [x, y, z] = [x as f64 - 4.0, y as f64 - 3.5, z as f64 - 2.5];
        x * x + y * y + 2.0 * z * z <= 11.0
    };
    let values = places().map(|place| gray(place) as f64).collect();
    let labels = places().map(|place| u32::from(inside(place))).collect();
    (Volume::from_f64(geometry.clone(), values), Mask { geometry, labels })
}

fn settings(configuration: &str) -> Settings {
    let text = match configuration {
        "masked" => "{maskedKernel: true, kernelRadius: 1, binWidth: 20}",
        "whole" => "{maskedKernel: false, kernelRadius: 1, binWidth: 20, initValue: -1}",
        "wide" => "{maskedKernel: true, kernelRadius: 2, binWidth: 25, initValue: .nan, voxelBatch: 10}",
        "flat" => "{maskedKernel: true, kernelRadius: 1, binWidth: 10, force2D: true, force2Ddimension: 0}",
        other => panic!("no configuration {other}"),
    };
    let (voxel, setting): (Vec<&str>, Vec<&str>) = text.trim_matches(['{', '}']).split(", ").partition(|entry| {
        ["maskedKernel", "kernelRadius", "initValue", "voxelBatch"].iter().any(|key| entry.starts_with(key))
    });
    let block = |entries: &[&str]| entries.iter().map(|entry| format!("  {entry}\n")).collect::<String>();
    let classes: String =
        ["firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm"].iter().map(|class| format!("  {class}:\n")).collect();
    let text = format!("setting:\n{}voxelSetting:\n{}featureClass:\n{classes}", block(&setting), block(&voxel));
    Settings::from_parameters(&text).expect("a sound parameter file")
}

/// The maps of `configuration` by name.
fn maps(configuration: &str) -> HashMap<String, Volume> {
    let (image, mask) = case();
    let mut maps = HashMap::new();
    let mut each = |name: &str, map: Volume| {
        maps.insert(name.to_owned(), map);
    };
    feature_maps(&image, &mask, &settings(configuration), &Unwatched, &mut each).expect("maps");
    maps
}

#[test]
fn maps_of_four_configurations() {
    let stored = include_str!("../../../fixtures/voxel_maps.csv");
    let (_, mask) = case();
    let mut found: HashMap<&str, HashMap<String, Volume>> = HashMap::new();
    let (mut compared, mut worst, mut wrong) = (0, 0.0_f64, Vec::new());
    for line in stored.lines().skip(1) {
        let mut fields = line.split(',');
        let mut next = || fields.next().expect("a field");
        let (configuration, name, size) = (next(), next(), next());
        let map = &found.entry(configuration).or_insert_with(|| maps(configuration))[name];
        assert_eq!(map.geometry.size.map(|n| n.to_string()).join("x"), size, "{configuration} {name}");
        let initial = settings(configuration).init_value;
        let (inside, outside): (Vec<usize>, Vec<usize>) = (0..mask.labels.len()).partition(|&i| mask.labels[i] == 1);
        let is_initial = |&i: &usize| map.voxels.get(i).to_bits() == initial.to_bits();
        assert!(outside.iter().all(is_initial), "{configuration} {name} around the region");
        for (&i, expected) in inside.iter().step_by(KEPT).zip(fields) {
            let (value, expected) = (map.voxels.get(i), expected.parse::<f64>().expect("a number"));
            compared += 1;
            let difference = if value.is_nan() && expected.is_nan() {
                0.0
            } else {
                (value - expected).abs() / expected.abs().max(1e-3)
            };
            worst = worst.max(difference);
            // A number against none is wrong too.
            if difference.is_nan() || difference > 1e-6 {
                wrong.push(format!("{configuration} {name} at {i}: {value}, not {expected}"));
            }
        }
    }
    println!("{compared} values, worst relative difference {worst:e}");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}
