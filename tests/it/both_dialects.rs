//! A study in both dialects, from outside: columns, agreement, a score of IBSI features, its model elsewhere, and pictures
//! of the images that features are computed on.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::binary::{answer, refused, riskset};
use crate::tiny;

const PARAMS: &str = "\
setting: {dialect: [pyradiomics, ibsi], binCount: 16, aggregation: [3D_avg], ivhBinCount: 100, resampledPixelSpacing: [2, 2, 2]}
imageType: {Original: {}, LoG: {sigma: [3]}, Gabor: [{name: gabor, sigma: 5, lambda: 2, gamma: 1.5}]}
featureClass: {firstorder: [Mean, Entropy], statistics: [Mean, Variance], glcm: [JointEntropy], morphology: [Volume]}
";

const SCORE: &str = "\n[scores.ibsi]\nsequences = [\"T2WI\"]\nfeatures = [\"original_statistics_*\", \"original_glcm_*_3D_avg\"]\n\
                     rule = 0.01\nfolds = 3\n";

/// The tiny study under those settings, all of its patients in one cohort.
fn write(folder: &Path, more: &str) {
    tiny::write(folder);
    fs::write(folder.join("both.yaml"), PARAMS).expect("a file");
    let path = folder.join("study.toml");
    let study = fs::read_to_string(&path).expect("a study");
    let (begin, end) = (study.find("[cohorts]").expect("cohorts"), study.find("[[enrolment]]").expect("criteria"));
    let study = study[..begin].to_owned() + &study[end..];
    let study = study.replace("preset = \"default\"", "params = \"both.yaml\"");
    fs::write(path, study + more).expect("a file");
}

/// A subcommand that is run in the study's folder.
fn inside(folder: &Path, subcommand: &str) -> Command {
    let mut command = riskset(folder, subcommand);
    command.current_dir(folder);
    command
}

#[test]
fn a_score_of_one_dialect_is_fitted_saved_and_predicted_beside_the_other() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), SCORE);
    let extracted = answer(inside(folder.path(), "extract").arg("."));
    let first = &extracted["cases"][0];
    let of = |name: &str| first[format!("T2WI_{name}")].as_f64().unwrap_or(f64::NAN);
    assert!(of("original_firstorder_Mean").is_finite() && of("original_statistics_Mean").is_finite());
    assert!(of("log-sigma-3-mm-3D_glcm_JointEntropy").is_finite() && of("gabor_statistics_Variance").is_finite());
    let icc = answer(inside(folder.path(), "icc").arg("."));
    let names: Vec<&str> =
        icc["features"].as_array().expect("features").iter().filter_map(|f| f["feature"].as_str()).collect();
    for name in
        ["T2WI_original_glcm_JointEntropy", "T2WI_original_glcm_JointEntropy_3D_avg", "T2WI_original_morphology_Volume"]
    {
        assert!(names.contains(&name), "{name} of {names:?}");
    }
    let cox = answer(inside(folder.path(), "cox").args([".", "--covariates", "score.ibsi"]));
    assert_eq!(cox["terms"][0]["term"], "score.ibsi");
    let models = "\n[models]\nibsi = [\"score.ibsi\"]\n";
    let study = fs::read_to_string(folder.path().join("study.toml")).expect("a study");
    let (before, _) = study.split_once("[models]").expect("models");
    fs::write(folder.path().join("study.toml"), before.to_owned() + &models[1..] + SCORE).expect("a file");
    inside(folder.path(), "model").args([".", "--model", "ibsi", "-o", "model.json"]).assert().success();
    let predicted = answer(inside(folder.path(), "predict").args(["model.json", "."]));
    let patients = predicted["patients"].as_array().expect("patients");
    assert!(patients.iter().any(|p| p["linear_predictor"].as_f64().is_some_and(|lp| lp != 0.0)), "{predicted}");
}

#[test]
fn a_derived_image_is_drawn_as_it_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "");
    let extracted = answer(inside(folder.path(), "extract").arg("."));
    let id = extracted["cases"][0]["id"].as_str().expect("an id");
    let file = |name: &str| format!("{name}/{id}_T2WI.nii.gz");
    inside(folder.path(), "extract")
        .args([file("images"), file("masks")])
        .args(["--params", "both.yaml", "--save-images", "maps"])
        .assert()
        .success();
    for name in ["log-sigma-3-mm-3D", "gabor", "ibsi_original"] {
        let seen = answer(inside(folder.path(), "images").args([".", "--patient", id, "--derived", name]));
        let map = imaging::read_image(&folder.path().join("maps").join(format!("{name}.nii.gz"))).expect("a map");
        let values = map.voxels.to_f64();
        let [low, high] = [f64::min, f64::max].map(|pick| values.iter().copied().reduce(pick).expect("voxels"));
        assert_eq!(seen["look"]["size"], serde_json::json!(map.geometry.size), "{name}");
        let range = |at: usize| seen["look"]["range"][at].as_f64().expect("a number");
        // The files are in single precision.
        let close = |a: f64, b: f64| (a - b).abs() <= 1e-6 * (high - low);
        assert!(close(range(0), low) && close(range(1), high), "{name}: {} {low} {high}", seen["look"]["range"]);
        assert!(seen["look"]["roi"]["Ok"]["voxels"].as_u64().is_some_and(|n| n > 0), "{name}: {}", seen["look"]);
    }
    inside(folder.path(), "images")
        .args([".", "--patient", id, "--derived", "gabor", "-o", "gabor.svg"])
        .assert()
        .success();
    let drawn = fs::read_to_string(folder.path().join("gabor.svg")).expect("a figure");
    assert!(drawn.starts_with("<svg") && drawn.contains("gabor"));
    let said = refused(inside(folder.path(), "images").args([".", "--patient", id, "--derived", "gabbor"]), 1);
    assert!(said.contains("no image called gabbor is derived; there are original, log-sigma-3-mm-3D"), "{said}");
}
