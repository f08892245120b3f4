//! The whole analysis as a folder: what is in it, that it is the same again, and what is never replaced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn run(out: &Path, options: &[&str]) -> assert_cmd::assert::Assert {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg");
    Command::cargo_bin("riskset")
        .expect("the binary is built")
        .arg("run")
        .arg(study)
        .arg("-o")
        .arg(out)
        .args(options)
        .assert()
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(folder.join(&inside)).expect("a folder").flatten() {
            let path = inside.join(entry.file_name());
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                found.insert(path.display().to_string(), fs::read(entry.path()).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn a_run_is_whole_and_the_same_on_any_number_of_threads() {
    let scratch = tempfile::tempdir().expect("a folder");
    let out = scratch.path().join("out");
    run(&out, &["--threads", "1"]).success();
    let first = files(&out);
    let manifest: Value = serde_json::from_slice(&first["manifest.json"]).expect("a manifest");
    let listed = manifest["files"].as_array().expect("files");
    assert_eq!(listed.len() + 1, first.len());
    for file in listed {
        let bytes = &first[file["path"].as_str().expect("a path")];
        assert_eq!(file["hash"], blake3::hash(bytes).to_hex().as_str(), "{file}");
    }
    assert!(manifest["inputs"].as_array().is_some_and(|inputs| inputs.len() == 2), "{}", manifest["inputs"]);
    let report = String::from_utf8(first["report.html"].clone()).expect("text");
    for part in ["Baseline", "Multivariable Cox model", "Calibration", "Nomogram", "Decision curves", "Methods"] {
        assert!(report.contains(part), "{part}");
    }
    assert!(!report.contains("<script") && !report.contains("src=\"http") && !report.contains("<link"));
    run(&out, &["--threads", "2", "--force"]).success();
    assert_eq!(first, files(&out));
    let names: Vec<String> = fs::read_dir(scratch.path())
        .expect("a folder")
        .flatten()
        .map(|e| e.file_name().display().to_string())
        .collect();
    assert_eq!(names, ["out"], "nothing is left beside the folder");
}

#[test]
fn what_is_there_is_not_replaced() {
    let scratch = tempfile::tempdir().expect("a folder");
    let kept = scratch.path().join("kept.txt");
    fs::write(&kept, "mine").expect("a file");
    let refused = run(scratch.path(), &[]).code(1);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("is not empty"));
    let refused = run(scratch.path(), &["--force"]).code(1);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("other files"));
    run(&kept, &["--force"]).code(1);
    assert_eq!(fs::read_to_string(&kept).expect("a file"), "mine");
}
