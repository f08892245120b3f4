//! `riskset extract` from outside: values, batches, failures, restarts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use serde_json::Value;

use crate::reference::{self, Tally};

fn riskset(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command
}

fn sample(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace").join(file)
}

/// What `command` printed; it must succeed.
fn printed(command: &mut Command) -> String {
    let output = command.assert().success();
    String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8")
}

/// What `command` said on stderr; it must fail with 1 and print nothing else.
fn refused(command: &mut Command) -> String {
    let output = command.assert().code(1);
    assert!(output.get_output().stdout.is_empty(), "nothing is printed on failure");
    String::from_utf8(output.get_output().stderr.clone()).expect("UTF-8")
}

/// A table of the first `n` patients' cases of one sequence, by absolute paths, under `folder`.
pub fn batch(folder: &Path, n: usize) -> PathBuf {
    let mut text = "Case,Image,Mask,Label\n".to_owned();
    for file in case_names().iter().take(n) {
        let (image, mask) = (sample(&format!("images/{file}")), sample(&format!("masks/{file}")));
        text += &format!("{file},{},{},1\n", image.display(), mask.display());
    }
    let path = folder.join("cases.csv");
    fs::write(&path, text).expect("a file");
    path
}

fn case_names() -> Vec<String> {
    let entries = fs::read_dir(sample("images")).expect("the sample's images");
    let mut names: Vec<String> = entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[test]
fn one_case_is_pyradiomics_flat_object() {
    let scratch = tempfile::tempdir().expect("a folder");
    let mut tally = Tally::new("extract --format json, a_default", 1e-6, 1e-3);
    for case in ["brain1", "breast1", "lung1", "synth1", "synth2", "synth4"] {
        let Some(folder) = crate::oracle::path("radiomics") else { return };
        let written = fs::read_to_string(folder.join(format!("golden/{case}__a_default.json"))).expect("a file");
        let golden: Value = serde_json::from_str(&written).expect("reference files are JSON");
        let file = |key: &str| folder.join("images").join(golden[key].as_str().expect("a name"));
        let params = folder.join("params/a_default.yaml");
        let text = printed(
            riskset(scratch.path())
                .arg("extract")
                .args([file("image"), file("mask")])
                .arg("--params")
                .arg(params)
                .args(["--format", "json", "--diagnostics"]),
        );
        let found: Value = serde_json::from_str(&text).expect("one JSON object");
        let features = golden["features"].as_object().expect("features by name");
        for (name, expected) in features {
            tally.number(&format!("{case} {name}"), reference::number(&found[name]), reference::number(expected));
        }
        let n = found.as_object().expect("an object").keys().filter(|name| features.contains_key(*name)).count();
        tally.same("number of features", n, features.len());
        let order = |text: &str| {
            let mut names: Vec<&String> = features.keys().collect();
            names.sort_by_key(|name| text.find(&format!("\"{name}\"")));
            names.into_iter().cloned().collect::<Vec<_>>()
        };
        tally.same("order of features", order(&text), order(&written));
        let hash = "diagnostics_Image-original_Hash";
        tally.same(hash, found[hash].as_str(), golden["diagnostics"][hash].as_str());
    }
    tally.finish();
}

#[test]
fn every_label_of_a_mask_and_every_format() {
    let scratch = tempfile::tempdir().expect("a folder");
    let name = &case_names()[0];
    let files = [sample(&format!("images/{name}")), sample(&format!("masks/{name}"))];
    let run = |arguments: &[&str]| {
        let mut command = riskset(scratch.path());
        command.arg("extract").args(&files).args(arguments);
        command
    };
    let flat: Value = serde_json::from_str(&printed(&mut run(&["--format", "json"]))).expect("JSON");
    let all: Value = serde_json::from_str(&printed(&mut run(&["--format", "json", "--label", "all"]))).expect("JSON");
    assert_eq!(all["1"]["original_glcm_Contrast"], flat["original_glcm_Contrast"]);
    assert!(flat["notes"].is_array() && flat["riskset"].is_string());
    let csv = printed(&mut run(&["--format", "csv"]));
    assert!(csv.starts_with("Image,Mask,Label,original_shape_Elongation,") && csv.lines().count() == 2, "{csv}");
    assert!(printed(&mut run(&[])).contains("original_firstorder_Mean"));
    let said = refused(&mut run(&["--label", "7"]));
    assert!(said.contains("label 7 is not in it; it holds 1 (") && said.contains("--label 1"), "{said}");
    let said = refused(&mut run(&["--label", "none"]));
    assert!(said.contains("no region \"none\"; it holds 1 ("), "{said}");
    run(&["--preset", "paper", "--params", "x.yaml"]).assert().code(2);
    fs::write(scratch.path().join("p.yaml"), "setting:\n  binWidht: 5\n").expect("a file");
    let said = refused(run(&["--params"]).arg(scratch.path().join("p.yaml")));
    assert!(said.contains("p.yaml: line 2, column 3: unknown setting binWidht; did you mean binWidth?"), "{said}");
}

#[test]
fn a_batch_goes_on_past_cases_that_fail() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let table = batch(folder, 2);
    let name = &case_names()[2];
    let whole = fs::read(sample(&format!("images/{name}"))).expect("an image");
    fs::write(folder.join("cut.nii.gz"), &whole[..whole.len() / 2]).expect("a file");
    let image = imaging::read_image(&sample(&format!("images/{name}"))).expect("an image");
    let empty = radiomics::Mask { labels: vec![0; image.geometry.len()].into(), geometry: image.geometry };
    imaging::write_mask(&folder.join("empty.nii.gz"), &empty).expect("a mask");
    let mask = sample(&format!("masks/{name}"));
    let mut text = fs::read_to_string(&table).expect("the table");
    // Relative paths are relative to the table.
    text += &format!("cut,cut.nii.gz,{},1\n", mask.display());
    text += &format!("empty,{},empty.nii.gz,\n", sample(&format!("images/{name}")).display());
    text += "absent,no.nii.gz,no.nii.gz,1\n\"a, quoted\",,,1\n";
    fs::write(&table, text).expect("the table");

    let out = folder.join("features.csv");
    let run = |jobs: &str, out: &Path| {
        let mut command = riskset(folder);
        command.arg("extract").arg("--batch").arg(&table).args(["--jobs", jobs, "-o"]).arg(out);
        command
    };
    let said = refused(&mut run("2", &out));
    assert!(said.contains("4 of 6 cases failed") && said.contains("features.errors.csv"), "{said}");
    let features = fs::read_to_string(&out).expect("the features of the others");
    assert!(features.starts_with("Case,Image,Mask,Label,original_shape_Elongation,") && features.lines().count() == 3);
    let errors = fs::read_to_string(folder.join("features.errors.csv")).expect("the failures");
    let lines: Vec<&str> = errors.lines().collect();
    assert_eq!((lines.len(), lines[0]), (5, "Case,Image,Mask,Label,Error"));
    for (line, words) in lines[1..].iter().zip(["truncated", "label 1 is not in it", "no.nii.gz", "Image is empty"]) {
        assert!(line.contains(words), "{line}");
    }
    assert!(lines[4].starts_with("\"a, quoted\","), "{}", lines[4]);
    assert!(refused(&mut run("2", &out)).contains("--force replaces it"));

    let again = folder.join("again.csv");
    fs::remove_dir_all(folder.join("cache")).expect("the cache");
    refused(&mut run("1", &again));
    assert_eq!(fs::read(&out).expect("a file"), fs::read(&again).expect("a file"), "one job and two");
}

/// Cases in a cache.
pub fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries
        .map(
            |path| {
                if path.is_dir() { files_below(&path) } else { usize::from(path.extension() == Some("json".as_ref())) }
            },
        )
        .sum()
}

#[test]
fn a_study_becomes_one_table() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = scratch.path().join("study");
    fs::create_dir(&study).expect("a folder");
    crate::tiny::write(&study);
    let run = || printed(riskset(scratch.path()).arg("extract").arg(&study).args(["--format", "csv"]));
    let table = run();
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((lines.len(), lines[0].len()), (9, 1 + 3 * 107));
    assert_eq!((lines[0][0], lines[0][1]), ("id", "T2WI_original_shape_Elongation"));
    assert!(lines[1..].iter().all(|row| row.len() == lines[0].len() && row.iter().all(|field| !field.is_empty())));
    assert_eq!(run(), table, "from the cache");
    // What is written can be read as the features of a study.
    fs::write(study.join("features.csv"), &table).expect("a file");
    let text = fs::read_to_string(study.join("study.toml")).expect("the study");
    fs::write(study.join("study.toml"), format!("{text}\n[features]\ntable = \"features.csv\"\n")).expect("a file");
    riskset(scratch.path()).arg("check").arg(&study).assert().success();

    fs::remove_file(study.join("masks/HCC-003_DWI.nii.gz")).expect("a mask");
    fs::write(study.join("masks/HCC-005_AP.nii.gz"), b"").expect("a file");
    let said = refused(riskset(scratch.path()).arg("extract").arg(&study));
    assert!(said.contains("HCC-005 AP") && said.contains("-o FILE writes the others"), "{said}");
    let out = scratch.path().join("f.csv");
    refused(riskset(scratch.path()).arg("extract").arg(&study).arg("-o").arg(&out));
    let table = fs::read_to_string(&out).expect("the features of the others");
    let empty = table.lines().find(|line| line.starts_with("HCC-003")).expect("a row a patient");
    assert_eq!(empty.split(',').filter(|field| field.is_empty()).count(), 107);
    let errors = fs::read_to_string(scratch.path().join("f.errors.csv")).expect("the failures");
    assert!(errors.starts_with("id,Error\nHCC-005,"), "{errors}");
}

#[cfg(unix)]
#[test]
fn a_signal_stops_cleanly() {
    let scratch = tempfile::tempdir().expect("a folder");
    let folder = scratch.path();
    let table = batch(folder, 40);
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("riskset"));
    command.args(["extract", "--preset", "paper", "--jobs", "1", "--cache-dir"]).arg(folder.join("cache"));
    command.arg("--batch").arg(&table).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    let began = Instant::now();
    while files_below(&folder.join("cache/cases")) < 1 && began.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = rustix::process::Pid::from_raw(child.id() as i32).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it can be told to stop");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{said}");
    assert!(said.contains("of 40 cases are done and kept"), "{said}");
    assert!(files_below(&folder.join("cache/cases")) >= 1);
}
