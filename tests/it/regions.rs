//! Regions made of the drawn one, from outside: columns, names, other readers, scores, slices, and what is refused.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::binary::{answer, on, says, stdout};
use crate::tiny;

fn riskset(folder: &Path, subcommand: &str) -> Command {
    on(folder, subcommand, &[])
}

const REGIONS: &str = r#"
[regions.ring5]
ring = 5
features = ["original_firstorder_*", "original_shape_MeshVolume"]

[regions.core]
erode = 3
features = ["original_firstorder_Mean"]

[regions.around]
box = 6
features = []

[regions.rest]
difference = ["around", "lesion", "ring5"]
features = ["original_firstorder_Mean"]

[regions.contrast]
ratio = ["lesion", "rest"]
features = ["original_firstorder_Mean"]
"#;

/// The tiny study with `more` behind its file.
fn write(folder: &Path, more: &str) {
    tiny::write(folder);
    let path = folder.join("study.toml");
    let study = fs::read_to_string(&path).expect("a study");
    fs::write(path, study + more).expect("a file");
}

fn refused(command: &mut Command) -> String {
    let failed = command.assert().failure();
    let output = failed.get_output();
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn regions_are_columns_behind_those_of_the_lesion() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "");
    let plain = answer(&mut riskset(folder.path(), "extract"));
    write(folder.path(), REGIONS);
    let with = answer(&mut riskset(folder.path(), "extract"));
    let rows = |answer: &Value| answer["cases"].as_array().expect("rows").clone();
    for (before, after) in rows(&plain).iter().zip(&rows(&with)) {
        let before = before.as_object().expect("a row");
        assert!(before.iter().all(|(name, value)| after[name] == *value), "the lesion's own features stay");
        let after = after.as_object().expect("a row");
        // Of each sequence 18 + 1 of the ring, one of the core, of the rest, and of the ratio.
        assert_eq!(after.len(), before.len() + 3 * 22);
        for sequence in ["T2WI", "DWI", "AP"] {
            let of = |region: &str| after[&format!("{sequence}{region}_original_firstorder_Mean")].as_f64();
            let (lesion, ring) = (of("").expect("a mean"), of("@ring5").expect("a mean"));
            assert!(ring.is_finite() && ring != lesion);
            let (rest, contrast) = (of("@rest").expect("a mean"), of("@contrast").expect("a ratio"));
            assert!((contrast - lesion / rest).abs() < 1e-12 * contrast.abs());
        }
    }
}

#[test]
fn a_region_is_named_wherever_a_column_is() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), REGIONS);
    let study = folder.path();
    let lasso = ["--features", "T2WI@ring5_*", "--rule", "0.01", "--cohort", "all", "--folds", "3"];
    let lasso = answer(riskset(study, "lasso").args(lasso));
    let terms = lasso["selected"]["terms"].as_array().expect("terms");
    assert!(!terms.is_empty(), "{lasso}");
    assert!(terms.iter().all(|t| t["term"].as_str().is_some_and(|term| term.starts_with("T2WI@ring5_original_"))));
    let name = "`T2WI@ring5_original_firstorder_Mean`";
    let cox = answer(riskset(study, "cox").args(["--cohort", "all", "--covariates", name]));
    assert_eq!(cox["terms"][0]["term"], "T2WI@ring5_original_firstorder_Mean");
    let kept = answer(riskset(study, "km").args(["--cohort", "all", "--where", &format!("{name} > 0")]));
    assert!(kept["groups"][0]["n"].as_u64().is_some_and(|n| n > 0));
    // The second reader's drawings have rings of their own.
    let icc = answer(&mut riskset(study, "icc"));
    let features = icc["features"].as_array().expect("features");
    let ring: Vec<&Value> =
        features.iter().filter(|f| f["feature"].as_str().is_some_and(|f| f.contains("@ring5_"))).collect();
    assert_eq!(ring.len(), 3 * 19);
    assert!(ring.iter().all(|f| f["icc"].as_f64().is_none_or(|icc| icc <= 1.0)));
    assert!(ring.iter().any(|f| f["icc"].as_f64().is_some_and(|icc| icc > 0.5 && icc < 1.0)));
}

#[test]
fn a_score_is_of_the_regions_that_it_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let scores = "\n[scores.ring]\nregions = [\"ring5\"]\nsequences = [\"T2WI\"]\nfeatures = [\"*_Mean\", \"*_Kurtosis\"]\n\
                  rule = 0.01\nfolds = 3\n";
    write(folder.path(), &format!("{REGIONS}{scores}"));
    all_train(folder.path());
    let names = ["--covariates", "score.ring"];
    let cox = answer(riskset(folder.path(), "cox").args(names));
    assert_eq!(cox["terms"][0]["term"], "score.ring");
    assert!(!says(&cox, "no regions are named"), "{cox}");
    let unknown = scores.replace("ring5", "ring6");
    write(folder.path(), &format!("{REGIONS}{unknown}"));
    let said = refused(&mut riskset(folder.path(), "check"));
    assert!(said.contains("score ring: no region ring6") && said.contains("did you mean ring5?"), "{said}");
}

#[test]
fn a_score_that_names_no_regions_says_of_which_its_candidates_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let scores = "\n[scores.any]\nfeatures = [\"*_Mean\"]\nrule = 0.01\nfolds = 3\n";
    write(folder.path(), &format!("{REGIONS}{scores}"));
    all_train(folder.path());
    let lasso = |options: &[&str]| answer(riskset(folder.path(), "lasso").args(options));
    let any = lasso(&["--score", "any"]);
    assert!(says(&any, "features of all are candidates: lesion 3, ring5 3, core 3, rest 3, contrast 3;"), "{any}");
    let check = stdout(&mut riskset(folder.path(), "check"));
    assert!(
        check.contains("score any names no regions and chooses from lesion and ring5, core, rest, contrast"),
        "{check}"
    );
    assert!(check.contains("score any chooses among 15 candidates"), "{check}");
    for named in
        ["regions = [\"lesion\"]\nfeatures = [\"*_Mean\"]", "features = [\"@ring5_*_Mean\", \"original_shape_*\"]"]
    {
        let named = scores.replace("features = [\"*_Mean\"]", named);
        write(folder.path(), &format!("{REGIONS}{named}"));
        all_train(folder.path());
        assert!(!says(&lasso(&["--score", "any"]), "no regions are named"), "{named}");
        assert!(!stdout(&mut riskset(folder.path(), "check")).contains("score any names no regions"), "{named}");
    }
}

#[test]
fn a_slice_shows_lesion_and_ring() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), REGIONS);
    let screen = stdout(
        riskset(folder.path(), "render").args(["--pane", "images", "--size", "80x24", "--keys", "<enter>", "--ascii"]),
    );
    assert!(screen.contains("ring5") && screen.contains("voxels,"), "{screen}");
    let marks = |mark: char| screen.lines().flat_map(|line| line.chars().take(44)).filter(|c| *c == mark).count();
    assert!(marks('O') > 10 && marks('x') > 10, "both outlines: {screen}");
    let id = first_patient(folder.path());
    let figure = folder.path().join("ring.svg");
    riskset(folder.path(), "images")
        .args(["--patient", &id, "--region", "ring5", "-o"])
        .arg(&figure)
        .assert()
        .success();
    let drawn = fs::read_to_string(&figure).expect("a figure");
    assert!(drawn.starts_with("<svg") && drawn.contains("ring5"), "the legend names the ring");
    let said = refused(riskset(folder.path(), "images").args(["--patient", &id, "--region", "contrast"]));
    assert!(said.contains("no region contrast; there is ring5, core, around, rest"), "{said}");
}

/// Takes the cohorts out of the study: those of so few patients have hardly any events.
fn all_train(folder: &Path) {
    let path = folder.join("study.toml");
    let study = fs::read_to_string(&path).expect("a study");
    let begin = study.find("[cohorts]").expect("cohorts");
    let end = begin + study[begin..].find("[[enrolment]]").expect("criteria");
    fs::write(path, study[..begin].to_owned() + &study[end..]).expect("a file");
}

fn first_patient(folder: &Path) -> String {
    let answer = answer(&mut riskset(folder, "extract"));
    answer["cases"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn what_a_case_has_not_is_missing_and_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let regions = "\n[regions.core]\nerode = 60\nfeatures = [\"original_firstorder_Mean\"]\n\n[regions.wide]\nring = 9000\n\
                   features = [\"original_firstorder_Mean\"]\n\n[regions.liver]\nmask = \"livers/{id}.nii.gz\"\nfeatures = \
                   [\"original_firstorder_Mean\"]\n";
    write(folder.path(), regions);
    let extracted = answer(&mut riskset(folder.path(), "extract"));
    let first = &extracted["cases"][0];
    assert!(first["T2WI_original_firstorder_Mean"].is_number());
    for region in ["core", "wide", "liver"] {
        assert!(first[&format!("T2WI@{region}_original_firstorder_Mean")].is_null(), "{region}");
    }
    let notes = extracted["notes"].to_string();
    for said in [
        "region core: it is empty (core, the lesion eroded by 60 mm; voxels are",
        "take a smaller distance, or leave the region out",
        "region wide: 9000 mm are larger than the image of",
        "region liver: ",
    ] {
        assert!(notes.contains(said), "{said}: {notes}");
    }
    let checked = stdout(riskset(folder.path(), "check").arg("--images"));
    assert!(
        checked.contains("patients have no mask of liver") && checked.contains("region core: it is empty"),
        "{checked}"
    );
}

#[test]
fn a_region_that_cannot_be_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    for (regions, message, remedy) in [
        ("[regions.ring5]\nrnig = 5", "unknown key rnig in [regions.ring5]", "did you mean ring?"),
        ("[regions.ring5]\nring = -1", "a distance is above 0 mm, and not -1", "write it in mm"),
        ("[regions.ring5]\nring = [8, 3]", "a ring goes from one distance to a larger one", "ring = [3, 8]"),
        ("[regions.ring_5]\nring = 5", "a region cannot be called ring_5", "letters, digits and -"),
        ("[regions.lesion]\nring = 5", "lesion is a region already", "another name"),
        ("[regions.a]\nring = 5\nbox = 1", "region a is either ring or box", "a section of its own"),
        ("[regions.a]\nunion = [\"lesion\", \"b\"]", "region a: there is no region b before it", "they are lesion"),
        ("[regions.a]\nring = 5\ninside = \"lesoin\"", "there is no region lesoin before it", "did you mean lesion?"),
        ("[regions.a]\nratio = [\"lesion\"]", "region a: ratio is of several regions", "write ratio ="),
        (
            "[regions.a]\nring = 5\nfeatures = [\"glcm*\"]",
            "region a: no feature of the extraction is called glcm*",
            "such as original_shape_Elongation",
        ),
    ] {
        write(folder.path(), &format!("\n{regions}\n"));
        let said = refused(&mut riskset(folder.path(), "check"));
        assert!(said.contains(message) && said.contains(remedy), "{regions}: {said}");
        assert!(said.contains("study.toml:"), "the place: {said}");
    }
}

#[test]
fn a_model_of_a_ring_predicts_from_images_of_one_patient() {
    let folder = tempfile::tempdir().expect("a folder");
    let scores = "\n[scores.ring]\nregions = [\"ring5\"]\nsequences = [\"T2WI\"]\nfeatures = [\"*_Mean\", \"*_Kurtosis\"]\n\
                  rule = 0.01\nfolds = 3\n";
    write(folder.path(), &format!("{REGIONS}{scores}"));
    all_train(folder.path());
    let study = fs::read_to_string(folder.path().join("study.toml")).expect("a study");
    let study = study.replace("combined = ", "ring = [\"score.ring\"]\ncombined = ");
    fs::write(folder.path().join("study.toml"), study).expect("a file");
    let model = folder.path().join("model.json");
    riskset(folder.path(), "model").args(["--model", "ring", "-o"]).arg(&model).assert().success();
    let file: Value = serde_json::from_str(&fs::read_to_string(&model).expect("a file")).expect("JSON");
    let regions = file["extraction"]["images"]["regions"].as_array().expect("regions");
    assert_eq!((regions.len(), &regions[0]["name"]), (1, &Value::from("ring5")), "only what the model takes");
    let mut predict = Command::cargo_bin("riskset").expect("the binary is built");
    predict.env("RISKSET_CACHE_DIR", folder.path().join("cache")).arg("predict").arg(&model);
    let of_study: Value =
        serde_json::from_str(&stdout(predict.arg(folder.path()).args(["--format", "json"]))).expect("JSON");
    let patients = of_study["patients"].as_array().expect("patients");
    let first = patients[0]["id"].as_str().expect("an id");
    let mut predict = Command::cargo_bin("riskset").expect("the binary is built");
    predict.env("RISKSET_CACHE_DIR", folder.path().join("cache")).arg("predict").arg(&model);
    let path =
        |files: &str| format!("T2WI={}", folder.path().join(files).join(format!("{first}_T2WI.nii.gz")).display());
    let one = predict.args(["--image", &path("images"), "--mask", &path("masks"), "--format", "json"]);
    let one: Value = serde_json::from_str(&stdout(one)).expect("JSON");
    assert_eq!(one["patients"][0]["linear_predictor"], patients[0]["linear_predictor"]);
    // Where the study's ring is another, the model says so.
    let study = fs::read_to_string(folder.path().join("study.toml")).expect("a study");
    fs::write(folder.path().join("study.toml"), study.replace("ring = 5", "ring = 7")).expect("a file");
    let mut predict = Command::cargo_bin("riskset").expect("the binary is built");
    let said = refused(
        predict.env("RISKSET_CACHE_DIR", folder.path().join("cache")).arg("predict").arg(&model).arg(folder.path()),
    );
    assert!(said.contains("the region is another than the model's") && said.contains("within 7 mm"), "{said}");
}
