//! The IBSI dialect from outside: reference values, settings, names, images, both dialects at once.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binary::{program as riskset, refused, stdout as printed};

/// An image of 12 x 10 x 6 voxels of 1.5 x 1.5 x 3 mm with a region in its middle, written to `folder`.
fn case(folder: &Path) -> [std::path::PathBuf; 2] {
    use radiomics::{Geometry, Mask, Volume, Voxels};
    let geometry = Geometry { spacing: [1.5, 1.5, 3.0], ..Geometry::unit([12, 10, 6]) };
    let at = |i: usize| [i % 12, i / 12 % 10, i / 120];
    let value = |i: usize| {
        let [x, y, z] = at(i);
        (100 + (x * 37 + y * 19 + z * 53 + x * y * z) % 211) as i16
    };
    let inside = |i: usize| {
        let [x, y, z] = at(i);
        u32::from((2..10).contains(&x) && (2..8).contains(&y) && (1..5).contains(&z))
    };
    let image = Volume { geometry: geometry.clone(), voxels: Voxels::I16((0..720).map(value).collect()) };
    let mask = Mask { geometry, labels: (0..720).map(inside).collect() };
    let paths = ["image.nrrd", "mask.nrrd"].map(|name| folder.join(name));
    imaging::write_image(&paths[0], &image).expect("an image");
    imaging::write_mask(&paths[1], &mask).expect("a mask");
    paths
}

fn params(folder: &Path, text: &str) -> std::path::PathBuf {
    let path = folder.join("params.yaml");
    fs::write(&path, text).expect("a file");
    path
}

fn object(text: &str) -> serde_json::Map<String, Value> {
    match serde_json::from_str(text).expect("JSON") {
        Value::Object(map) => map,
        other => panic!("{other}"),
    }
}

#[test]
fn the_digital_phantom_is_checked_without_any_file() {
    let scratch = tempfile::tempdir().expect("a folder");
    let answer = object(&printed(riskset(scratch.path()).args(["check", "--ibsi", "--format", "json"])));
    let set = &answer["sets"][0];
    assert_eq!((set["met"].as_u64(), set["of"].as_u64()), (Some(482), Some(482)));
    let text = printed(riskset(scratch.path()).args(["check", "--ibsi"]));
    assert!(text.contains("digital phantom") && text.contains("GYBY_ITBB") && text.contains("CC BY-NC 3.0"), "{text}");
    let error = refused(riskset(scratch.path()).args(["check", "--ibsi"]).arg(scratch.path()), 1);
    assert!(error.contains("the CT phantom is not here"), "{error}");
}

#[test]
fn the_ct_phantom_is_checked_from_a_folder() {
    let Some(folder) = crate::oracle::path("ibsi/phantoms") else { return };
    let scratch = tempfile::tempdir().expect("a folder");
    let answer =
        object(&printed(riskset(scratch.path()).args(["check", "--ibsi"]).arg(folder).args(["--format", "json"])));
    let sets = answer["sets"].as_array().expect("sets");
    let counts: Vec<_> = sets.iter().map(|set| (set["met"].as_u64(), set["of"].as_u64())).collect();
    let expected = [482, 346, 346, 210, 210, 210, 162, 161].map(|n| (Some(n), Some(n)));
    assert_eq!(counts, expected);
}

#[test]
fn columns_have_names_or_codes() {
    let scratch = tempfile::tempdir().expect("a folder");
    let [image, mask] = case(scratch.path());
    let own = params(scratch.path(), "setting: {dialect: ibsi, binCount: 16, aggregation: [3D_avg, 3D]}\n");
    let run = |extra: &[&str]| {
        let mut command = riskset(scratch.path());
        command.arg("extract").args([&image, &mask]).arg("--params").arg(&own).args(["--format", "json"]).args(extra);
        object(&printed(&mut command))
    };
    let (named, coded) = (run(&[]), run(&["--names", "ibsi"]));
    assert_eq!(named["original_glcm_JointMaximum_3D_avg"], coded["original_GYBY_ITBB"]);
    assert_eq!(named["original_ivh_V10"], coded["original_NK6P"]);
    assert_eq!(named.len(), coded.len());
    assert_eq!(named.values().filter(|x| x.is_number()).count(), 177);
    let error = refused(riskset(scratch.path()).arg("extract").args([&image, &mask]).args(["--names", "ibsi"]), 2);
    assert!(error.contains("--dialect ibsi"), "{error}");
}

#[test]
fn both_dialects_come_from_one_file() {
    let scratch = tempfile::tempdir().expect("a folder");
    let [image, mask] = case(scratch.path());
    let text = "\
setting: {dialect: [pyradiomics, ibsi], binCount: 16, aggregation: [3D_avg, 3D], ivhBinCount: 100}
imageType: {Original: {}, LoG: {sigma: [3]}, Mean: [{name: mean, support: 3}]}
featureClass: {firstorder: [Mean], statistics: [Mean], glcm: [], morphology: [Volume]}
";
    let both = params(scratch.path(), text);
    let run = |folder: Option<&Path>| {
        let mut command = riskset(scratch.path());
        command.arg("extract").args([&image, &mask]).arg("--params").arg(&both).args(["--format", "json"]);
        if let Some(folder) = folder {
            command.arg("--save-images").arg(folder);
        }
        object(&printed(&mut command))
    };
    let folder = scratch.path().join("images");
    let found = run(Some(&folder));
    let close = |a: &str, b: &str| {
        let (a, b) = (found[a].as_f64().expect("a number"), found[b].as_f64().expect("a number"));
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} {b}");
    };
    close("original_firstorder_Mean", "original_statistics_Mean");
    close("original_glcm_JointEntropy", "original_glcm_JointEntropy_3D_avg");
    assert!(found.contains_key("log-sigma-3-mm-3D_firstorder_Mean") && found.contains_key("mean_statistics_Mean"));
    assert!(!found.contains_key("mean_firstorder_Mean") && !found.contains_key("mean_morphology_Volume"));
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("a folder")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["ibsi_original.nii.gz", "log-sigma-3-mm-3D.nii.gz", "mean.nii.gz", "original.nii.gz"]);
    let mean = imaging::read_image(&folder.join("mean.nii.gz")).expect("an image");
    assert_eq!(mean.geometry.size, [12, 10, 6]);
}

#[test]
fn what_means_nothing_in_the_dialect_is_refused() {
    let scratch = tempfile::tempdir().expect("a folder");
    let [image, mask] = case(scratch.path());
    let mistakes = [
        ("setting: {dialect: ibsi, padDistance: 5}", "padDistance is PyRadiomics'"),
        ("setting: {dialect: ibsi, binWidht: 5}", "did you mean binWidth?"),
        ("setting: {dialect: ibsi, binWidth: 5, binCount: 5}", "give one of them"),
        ("setting: {dialect: ibsi, force2D: true, aggregation: [3D_avg]}", "3D_avg looks across slices"),
        ("setting: {dialect: ibsi, force2D: true, resampledPixelSpacing: [1, 1, 1]}", "must be 0 along z"),
        ("setting: {dialect: ibsi, binWidth: 5, binAnchor: range}", "needs a lower end of resegmentRange"),
        (
            "setting: {dialect: ibsi}\nimageType: {LoG: [{truncate: 4}]}\nfeatureClass: {statistics: []}",
            "sigma is missing",
        ),
        (
            "setting: {dialect: ibsi}\nimageType: {Mean: [{support: 4}]}\nfeatureClass: {statistics: []}",
            "an odd number",
        ),
        (
            "setting: {dialect: ibsi}\nimageType: {Laws: [{kernels: L5E5E5, rotationInvariance: true, pooling: average}]}",
            "the average over the rotations of E5",
        ),
        (
            "setting: {dialect: ibsi}\nimageType: {Mean: [{support: 3}]}\nfeatureClass: {glcm: []}",
            "needs binWidth or binCount",
        ),
        ("setting: {dialect: ibis}", "dialect wants pyradiomics, ibsi"),
        ("setting: {dialect: ibsi}\nfeatureClass: {firstorder: []}", "unknown feature class firstorder"),
    ];
    for (text, message) in mistakes {
        let own = params(scratch.path(), text);
        let error = refused(riskset(scratch.path()).arg("extract").args([&image, &mask]).arg("--params").arg(&own), 1);
        assert!(error.contains(message), "{text}\n{error}");
    }
    // Intensities that are no grey levels need bins.
    let own = params(scratch.path(), "setting: {dialect: ibsi, resampledPixelSpacing: [1, 1, 1]}");
    let error = refused(riskset(scratch.path()).arg("extract").args([&image, &mask]).arg("--params").arg(&own), 1);
    assert!(error.contains("give binWidth or binCount"), "{error}");
}

#[test]
fn presets_extract_a_study_and_name_what_was_done() {
    let scratch = tempfile::tempdir().expect("a folder");
    let [image, mask] = case(scratch.path());
    for preset in ["ibsi-ct", "ibsi-mr"] {
        let mut command = riskset(scratch.path());
        command.arg("extract").args([&image, &mask]).args(["--preset", preset, "--format", "json"]);
        let found = object(&printed(&mut command));
        assert!(found["original_ngldm_DependenceCountEnergy_3D"].is_f64(), "{preset}");
    }
}
