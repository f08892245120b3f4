//! Values of MIRP 2.7.0: relative 1e-5, 5e-4 where it sums in single precision, 1 % for meshes.

use std::collections::BTreeMap;

use crate::oracle;

#[test]
fn every_image_and_setting() {
    let Some(folder) = oracle::path("ibsi/golden") else { return };
    let mut failed = Vec::new();
    let mut compared = 0;
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files {
        let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let (case, setting) = stem.split_once("__").expect("a case and a setting");
        let golden = oracle::json(&format!("ibsi/golden/{stem}.json")).expect("the file is there");
        let (Some(settings), Some((image, mask))) = (oracle::params(setting), oracle::case(case)) else { return };
        let found = oracle::features(&image, &mask, &settings);
        let found: BTreeMap<&str, f64> = found.values.iter().map(|(name, x)| (name.as_str(), *x)).collect();
        let mut worst: BTreeMap<String, (f64, String)> = BTreeMap::new();
        for (name, entry) in golden["features"].as_object().expect("features") {
            if entry["reference"] == false && !name.contains("_ivh_") || name.ends_with("_AUC") {
                continue;
            }
            let Some(value) = entry["value"].as_f64() else { continue };
            let Some(&x) = found.get(name.as_str()) else {
                failed.push(format!("{stem} {name} is missing"));
                continue;
            };
            let (class, tolerance) = match entry["class"].as_str() {
                Some("mesh") => ("mesh", 1e-2),
                Some("single") => ("single", 5e-4),
                _ => (name.split('_').nth(1).unwrap_or_default(), 1e-5),
            };
            // The shift is the small difference of two positions, which MIRP weights by single-precision intensities.
            let least = if name.ends_with("CentreOfMassShift") { 1.0 } else { 1e-9 };
            let scale = entry["scale"].as_f64().unwrap_or(0.0).max(value.abs()).max(least);
            let relative = (x - value).abs() / scale;
            compared += 1;
            let of_class = worst.entry(class.to_owned()).or_default();
            if relative >= of_class.0 {
                *of_class = (relative, name.clone());
            }
            if !(relative <= tolerance) {
                failed.push(format!("{stem} {name}: {x} for {value} ({relative:.1e})"));
            }
        }
        let worst: Vec<String> = worst.iter().map(|(class, (x, name))| format!("{class} {x:.1e} {name}")).collect();
        println!("{stem}: {}", worst.join(", "));
    }
    println!("{compared} values compared, {} failed", failed.len());
    assert!(failed.is_empty(), "{} of {compared} failed\n{}", failed.len(), failed[..failed.len().min(80)].join("\n"));
}
