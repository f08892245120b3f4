//! `riskset extract --voxel` from outside: files, what they hold, refusals.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use imaging::{CaseChoice, Pair, read_image, read_pair};

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace").join(file)
}

#[test]
fn maps_hold_the_features_of_the_kernels() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut names: Vec<_> = fs::read_dir(sample("images")).expect("images").flatten().map(|e| e.file_name()).collect();
    names.sort();
    let (image_path, mask_path) = (sample("images").join(&names[0]), sample("masks").join(&names[0]));
    let parameters = scratch.path().join("p.yaml");
    fs::write(
        &parameters,
        "imageType: {Original: {}}\nfeatureClass: {firstorder: [Mean, Maximum]}\nvoxelSetting: {kernelRadius: 1, initValue: -1}\n",
    )
    .expect("a file");
    let run = |folder: &str, arguments: &[&str]| {
        let mut command = Command::cargo_bin("riskset").expect("the binary is built");
        command.args(["extract", "--voxel", "--format", "json", "--params"]).arg(&parameters);
        command.args([&image_path, &mask_path]).arg("-o").arg(scratch.path().join(folder)).args(arguments);
        command
    };
    let output = run("maps", &[]).assert().success();
    let said: Value = serde_json::from_slice(&output.get_output().stdout).expect("JSON");
    let features: Vec<_> = said["maps"].as_array().expect("maps").iter().map(|m| m["feature"].as_str()).collect();
    assert_eq!(features, [Some("original_firstorder_Mean"), Some("original_firstorder_Maximum")]);
    run("as_nrrd", &["--map-format", "nrrd", "--threads", "1"]).assert().success();

    let Pair { image, mask, .. } =
        read_pair(&image_path, &mask_path, &CaseChoice::default()).expect("the sample's pair");
    let map = read_image(&scratch.path().join("maps/original_firstorder_Mean.nii.gz")).expect("a map");
    let same = read_image(&scratch.path().join("as_nrrd/original_firstorder_Mean.nrrd")).expect("a map");
    let (values, kept) = (map.voxels.to_f64(), image.voxels.to_f64());
    assert_eq!(values, same.voxels.to_f64());
    let shift: [usize; 3] = std::array::from_fn(|d| {
        ((map.geometry.origin[d] - image.geometry.origin[d]) / image.geometry.spacing[d]).abs().round() as usize
    });
    let [nx, ny, nz] = image.geometry.size;
    let at = |p: [usize; 3]| p[0] + nx * (p[1] + ny * p[2]);
    let mut compared = 0;
    for (k, value) in values.iter().enumerate() {
        let [mx, my, _] = map.geometry.size;
        let own = [k % mx, k / mx % my, k / mx / my];
        let centre: [usize; 3] = std::array::from_fn(|d| own[d] + shift[d]);
        if mask.labels[at(centre)] != 1 {
            assert_eq!(*value, -1.0, "outside the region");
            continue;
        }
        let near = |c: usize, n: usize| c.saturating_sub(1)..=(c + 1).min(n - 1);
        let mut inside = Vec::new();
        for z in near(centre[2], nz) {
            for y in near(centre[1], ny) {
                let row = near(centre[0], nx).map(|x| at([x, y, z]));
                inside.extend(row.filter(|voxel| mask.labels[*voxel] == 1).map(|voxel| kept[voxel]));
            }
        }
        let mean = inside.iter().sum::<f64>() / inside.len() as f64;
        assert!((value - mean).abs() <= 1e-6 * mean.abs().max(1.0), "{value} where the mean is {mean}");
        compared += 1;
    }
    assert_eq!(compared, mask.labels.iter().filter(|label| *label == 1).count());

    let said = run("maps", &[]).assert().code(1);
    let said = String::from_utf8_lossy(&said.get_output().stderr).into_owned();
    assert!(said.contains("is not empty; name another folder"), "{said}");
    run("maps", &["--force"]).assert().success();
    run("other", &["--label", "all"]).assert().code(2);
    let mut nowhere = Command::cargo_bin("riskset").expect("the binary is built");
    nowhere.args(["extract", "--voxel"]).args([&image_path, &mask_path]).assert().code(2);
}
