//! Small images on which definitions show their edges, against values that PyRadiomics 3.0.1 gave for them.

use serde_json::Value;

use crate::reference::{Tally, number, numbers};
use radiomics::{self, Geometry, Mask, Settings, Volume, Voxels};
use watch::Unwatched;

/// How the values came about: image and mask were made with SimpleITK 2.5.7 from the numbers stored with each case, the
/// parameters given to PyRadiomics as a file (NumPy 1.26.4).
const CASES: &str = include_str!("../fixtures/pyradiomics_edge_cases.json");

fn three<T: Copy + Default>(values: impl Iterator<Item = T>) -> [T; 3] {
    let mut three = [T::default(); 3];
    three.iter_mut().zip(values).for_each(|(to, from)| *to = from);
    three
}

/// Image and mask of a stored case.
fn read(case: &Value) -> (Volume, Mask) {
    let size = three(numbers(&case["size"]).into_iter().map(|n| n as usize));
    let grid = |key: &str| Geometry { spacing: three(numbers(&case[key]).into_iter()), ..Geometry::unit(size) };
    let values = numbers(&case["values"]);
    let voxels = match case["type"].as_str() {
        Some("float32") => Voxels::F32(values.iter().map(|&x| x as f32).collect()),
        _ => Voxels::I16(values.iter().map(|&x| x as i16).collect()),
    };
    let labels = case["labels"].as_str().expect("labels").bytes().map(|digit| u32::from(digit - b'0')).collect();
    (Volume { geometry: grid("spacing"), voxels }, Mask { geometry: grid("mask_spacing"), labels })
}

#[test]
fn edges_of_the_definitions() {
    let cases: Vec<Value> = serde_json::from_str(CASES).expect("stored cases");
    for case in &cases {
        let name = case["name"].as_str().expect("a name");
        let (image, mask) = read(case);
        let parameters = case["parameters"].as_str().expect("parameters");
        let settings = Settings::from_parameters(parameters).expect("sound parameters");
        let found = radiomics::extract(&image, &mask, &settings, &Unwatched).expect("features");
        let expected = case["features"].as_object().expect("features");
        let mut tally = Tally::new(format!("edge case {name}"), 1e-6, 1e-3);
        tally.same("number of features", found.values.len(), expected.len());
        for (feature, value) in &found.values {
            match expected.get(feature) {
                Some(stored) => tally.number(feature, *value, number(stored)),
                None => tally.same(feature, "computed", "left out"),
            }
        }
        tally.finish();
    }
}
