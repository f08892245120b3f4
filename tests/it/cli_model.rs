//! `riskset model` and `predict` from outside: the file, its R script, what it refuses.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

use crate::binary::{self, answer, riskset};
use crate::cli_impute;

fn refused(command: &mut Command) -> String {
    binary::refused(command, 1)
}

const BREAST: &str = "sample_cohorts/rotterdam_gbsg";

/// The full model of the breast cancer study, in a file.
fn full(folder: &Path) -> PathBuf {
    let path = folder.join("full.json");
    riskset(folder, "model").args([BREAST, "--model", "full", "-o"]).arg(&path).assert().success();
    path
}

fn patients(answer: &Value) -> &Vec<Value> {
    answer["patients"].as_array().expect("patients")
}

#[test]
fn a_model_file_predicts_what_the_model_predicts() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = full(folder.path());
    let table = Path::new(BREAST).join("patients.csv");
    let predicted = answer(riskset(folder.path(), "predict").arg(&model).arg(&table));
    assert_eq!(predicted["model"], "full");
    // A profile of `cox` is the same patient: the one in the third row.
    let text = fs::read_to_string(&table).expect("a table");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let row: Vec<&str> = lines.nth(2).expect("a row").split(',').collect();
    let of = |name: &str| row[names.iter().position(|n| *n == name).expect("a column")];
    let level = |name: &str| match (name, of(name)) {
        ("meno", "0") => "before",
        ("meno", _) => "after",
        ("hormon", "0") => "no",
        ("hormon", _) => "yes",
        ("grade", "3") => "3",
        ("grade", _) => "1-2",
        (_, text) => text,
    };
    let nodes: f64 = of("nodes").parse().expect("a number");
    let pgr: f64 = of("pgr").parse().expect("a number");
    let profile = format!(
        "age={},meno={},size={},grade={},nodes_decay={},log_pgr={},hormon={}",
        of("age"),
        level("meno"),
        of("size"),
        level("grade"),
        (-0.12 * nodes).exp(),
        (pgr + 1.0).ln(),
        level("hormon")
    );
    let covariates = "age,meno,size,grade,nodes_decay,log_pgr,hormon";
    let cox = answer(riskset(folder.path(), "cox").args([
        BREAST,
        "--cohort",
        "development",
        "--covariates",
        covariates,
        "--profile",
        &profile,
        "--at",
        "24,36,60",
    ]));
    let at = cox["profiles"][0]["at"].as_array().expect("times");
    let third = &patients(&predicted)[2];
    let survival = third["survival"].as_array().expect("times");
    assert_eq!(survival.len(), 3);
    for (a, b) in survival.iter().zip(at) {
        for (key, other) in [("time", "time"), ("survival", "surv"), ("lower", "lower"), ("upper", "upper")] {
            let (a, b) = (a[key].as_f64().expect("a number"), b[other].as_f64().expect("a number"));
            assert!((a - b).abs() < 1e-12, "{key}: {a} {b}");
        }
    }
    let lp = (third["linear_predictor"].as_f64(), cox["profiles"][0]["lp"].as_f64());
    assert!((lp.0.expect("a number") - lp.1.expect("a number")).abs() < 1e-12, "{lp:?}");
    // The study gives the same as its table, and the same study the same bytes.
    let of_study = answer(riskset(folder.path(), "predict").arg(&model).arg(BREAST));
    assert_eq!(patients(&of_study)[2]["survival"], third["survival"]);
    let again = folder.path().join("again.json");
    riskset(folder.path(), "model").args([BREAST, "--model", "full", "-o"]).arg(&again).assert().success();
    assert_eq!(fs::read(&model).expect("a file"), fs::read(&again).expect("a file"));
}

/// The script of docs/model.md in a file.
fn script_of_the_documentation(folder: &Path) -> PathBuf {
    let page = fs::read_to_string("docs/model.md").expect("the page");
    let script = page.split("```r\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a script");
    assert!(script.lines().count() <= 40, "{} lines", script.lines().count());
    let path = folder.join("predict.R");
    fs::write(&path, script).expect("room");
    path
}

/// Holds what the script predicts for a table against `predict`: values compared, and the largest difference.
pub fn as_by_r(script: &Path, model: &Path, table: &Path, predicted: &Value) -> (usize, f64) {
    let r = std::process::Command::new("Rscript").arg("--vanilla").arg(script).args([model, table]).output();
    let r = r.expect("R runs");
    assert!(r.status.success(), "{}", String::from_utf8_lossy(&r.stderr));
    let text = String::from_utf8(r.stdout).expect("text");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), patients(predicted).len());
    let (mut compared, mut largest) = (0, 0.0_f64);
    let is_group = |name: &str| name.starts_with("group");
    for (row, patient) in rows.iter().zip(patients(predicted)) {
        let of = |name: &str| row[names.iter().position(|n| *n == name).expect("a column")];
        let mut same = |name: &str, ours: &Value| {
            let Some(ours) = ours.as_f64() else { return assert_eq!(of(name), "NA", "{name}") };
            let theirs = of(name).parse::<f64>().expect("a number");
            assert!((theirs - ours).abs() < 1e-12, "{name}: {theirs} {ours}");
            (compared, largest) = (compared + 1, largest.max((theirs - ours).abs()));
        };
        same("linear_predictor", &patient["linear_predictor"]);
        for (name, score) in patient["scores"].as_object().into_iter().flatten() {
            if names.contains(&name.as_str()) && !is_group(name) {
                same(name, score);
            }
        }
        for at in patient["survival"].as_array().expect("times") {
            let time = at["time"].as_f64().expect("a time");
            for key in ["survival", "lower", "upper"] {
                same(&format!("{key}_{time}"), &at[key]);
            }
        }
        for (name, group) in patient["groups"].as_object().into_iter().flatten() {
            let column = if name == "linear_predictor" { "group" } else { name };
            if let (true, Some(group)) = (is_group(column) && names.contains(&column), group.as_str()) {
                assert_eq!(of(column), group, "{name}");
            }
        }
    }
    (compared, largest)
}

#[test]
fn the_script_of_the_documentation_predicts_the_same() {
    if !has_r() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = script_of_the_documentation(folder.path());
    let table = Path::new(BREAST).join("patients.csv");
    // Splines, products and levels in one model.
    let bent = folder.path().join("bent.json");
    let covariates = "rcs(age,4),grade*hormon,nodes_decay,size*nodes_decay";
    let mut made = riskset(folder.path(), "model");
    made.args([BREAST, "--covariates", covariates, "--at", "12,24,36,60", "-o"]).arg(&bent).assert().success();
    // One patient alone.
    let one = folder.path().join("one.csv");
    let text = fs::read_to_string(&table).expect("a table");
    fs::write(&one, text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n").expect("room");
    for model in [full(folder.path()), bent] {
        for (table, least) in [(&table, 9000), (&one, 4)] {
            let predicted = answer(riskset(folder.path(), "predict").arg(&model).arg(table));
            let (compared, largest) = as_by_r(&script, &model, table, &predicted);
            println!("{compared} values compared with R, largest difference {largest:.1e}");
            assert!(compared >= least, "{compared}");
        }
    }
}

fn has_r() -> bool {
    let has = std::process::Command::new("Rscript").arg("--version").output().is_ok();
    if !has {
        println!("skipped: Rscript is not installed");
    }
    has
}

/// Scores, their groups, and missing features that follow from others.
#[test]
fn the_script_of_the_documentation_predicts_scores_and_groups() {
    if !has_r() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = script_of_the_documentation(folder.path());
    for (steps, version) in [("", 1), ("{ impute = \"median\" }", 2), (cli_impute::CHAINED, 3)] {
        let study = folder.path().join(format!("study{version}"));
        fs::create_dir(&study).expect("a folder");
        cli_impute::write(&study, steps);
        let file = study.join("study.toml");
        let text = fs::read_to_string(&file).expect("a study");
        let models = "[models]\nby_group = [\"age\", \"group.rad\"]\n";
        fs::write(&file, text.replace("[models]\n", models)).expect("room");
        for name in ["both", "by_group"] {
            let model = study.join(format!("{name}.json"));
            riskset(&study, "model").arg(&study).args(["--model", name, "-o"]).arg(&model).assert().success();
            let text = fs::read_to_string(&model).expect("a file");
            assert!(text.contains(&format!("\"version\": {version}")), "{version}: {}", &text[..200]);
            let table = study.join("patients.csv");
            let predicted = answer(riskset(&study, "predict").arg(&model).arg(&table));
            let (compared, largest) = as_by_r(&script, &model, &table, &predicted);
            println!("version {version}, {name}: {compared} values compared with R, largest difference {largest:.1e}");
            assert!(compared > 300, "{compared}");
        }
    }
}

#[test]
fn what_a_model_was_not_made_for_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = full(folder.path());
    let table = |text: &str| {
        let path = folder.path().join("new.csv");
        fs::write(&path, text).expect("room");
        path
    };
    let predict = |text: &str| {
        let path = table(text);
        let mut command = riskset(folder.path(), "predict");
        command.arg(&model).arg(path);
        command
    };
    let header = "id,age,meno,size,grade,nodes,pgr,hormon";
    let missing = refused(&mut predict("id,age,meno,size,grade,pgr,hormon\n1,60,1,<=20,3,90,0\n"));
    assert!(missing.contains("nodes (Positive nodes, a number)"), "{missing}");
    let level = refused(&mut predict(&format!("{header}\n1,60,1,<=20,4,3,90,0\n2,50,0,>50,3,1,9,1\n")));
    assert!(level.contains("grade") && level.contains('4'), "{level}");
    let word = refused(&mut predict(&format!("{header}\n1,sixty,1,<=20,3,3,90,0\n2,50,0,>50,3,1,9,1\n")));
    assert!(word.contains("age") && word.contains("sixty"), "{word}");
    let unit = refused(&mut predict("id,age (months),meno,size,grade,nodes,pgr,hormon\n1,720,1,<=20,3,3,90,0\n"));
    assert!(unit.contains("age (months)") && unit.contains("years"), "{unit}");
    let other = folder.path().join("other.json");
    fs::write(&other, "{\"format\": \"riskset-model\", \"version\": 7}").expect("room");
    let version = refused(riskset(folder.path(), "predict").arg(&other).arg(BREAST));
    assert!(version.contains("version is 7"), "{version}");
    let itself =
        refused(riskset(folder.path(), "predict").arg(&model).arg(BREAST).arg("-o").arg(&model).arg("--force"));
    assert!(itself.contains("is a file that is read"), "{itself}");
    // One that is missing has no prediction, one far outside is flagged; labels do for values.
    let mut flagged = predict(&format!("{header}\n1,150,after,<=20,3,3,90,no\n2,,0,>50,3,1,9,1\n"));
    let flagged = answer(&mut flagged);
    let [first, second] = patients(&flagged).as_slice() else { panic!("two patients") };
    assert!(first["flags"][0].as_str().expect("a flag").contains("age 150 is beyond the training cohort"));
    assert!(first["linear_predictor"].is_number());
    assert!(second["linear_predictor"].is_null() && second["survival"].as_array().expect("none").is_empty());
    assert!(second["flags"][0].as_str().expect("a flag").contains("age is missing"));
}

/// A small simulated study with first-order features only.
pub fn simulated(folder: &Path) -> PathBuf {
    let study = folder.join("study");
    let mut command = riskset(folder, "simulate");
    command.arg(&study).args(["--patients", "60", "--seed", "5"]).assert().success();
    let file = study.join("study.toml");
    let text = fs::read_to_string(&file).expect("a study");
    let extraction = "[extraction]\nspacing = [2, 2, 2]\nclasses = [\"firstorder\", \"shape\"]\n";
    let text = text.replace("[extraction]\npreset = \"paper\"\n", extraction);
    assert!(text.contains("classes ="), "{text}");
    fs::write(&file, text).expect("room");
    study
}

#[test]
fn a_score_is_predicted_from_images_as_from_the_study() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = simulated(folder.path());
    let model = folder.path().join("combined.json");
    riskset(folder.path(), "model").arg(&study).args(["--model", "combined", "-o"]).arg(&model).assert().success();
    let text = fs::read_to_string(&model).expect("a file");
    assert!(!text.contains("HCC-0"), "no patient's id is in the file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let lasso = answer(riskset(folder.path(), "lasso").arg(&study));
    let score_of = |id: &Value| {
        let scores = lasso["scores"].as_array().expect("scores");
        scores.iter().find(|s| s["id"] == *id).expect("the patient")["score"].as_f64()
    };
    let of_study = answer(riskset(folder.path(), "predict").arg(&model).arg(&study));
    for patient in patients(&of_study) {
        let score = patient["scores"]["rad_score"].as_f64();
        assert_eq!(score, score_of(&patient["id"]), "{}", patient["id"]);
        let high = score.map(|score| score > lasso["cut"].as_f64().expect("a cut"));
        let group = patient["groups"]["rad_score"].as_str();
        assert_eq!(group, high.map(|high| if high { "high" } else { "low" }));
    }
    // The table alone, with the images beside it.
    let of_table = answer(riskset(folder.path(), "predict").arg(&model).arg(study.join("clinical.csv")));
    let by_id =
        |answer: &Value, id: &Value| patients(answer).iter().find(|p| p["id"] == *id).cloned().expect("the patient");
    let first = &patients(&of_study)[0];
    assert_eq!(by_id(&of_table, &first["id"]), *first);
    // One patient, everything named.
    let id = first["id"].as_str().expect("an id");
    let table = fs::read_to_string(study.join("clinical.csv")).expect("a table");
    let names: Vec<&str> = table.lines().next().expect("a header").split(',').collect();
    let row: Vec<&str> = table.lines().find(|l| l.split(',').any(|f| f == id)).expect("a row").split(',').collect();
    let value = |name: &str| format!("{name}={}", row[names.iter().position(|n| *n == name).expect("a column")]);
    let mut one = riskset(folder.path(), "predict");
    one.arg(&model);
    for name in ["neutrophils", "lymphocytes", "tumour_size"] {
        one.args(["--value", &value(name)]);
    }
    let sequences = file["extraction"]["images"]["sequences"].as_array().expect("sequences");
    for sequence in sequences {
        let name = sequence["name"].as_str().expect("a name");
        let path = |folder: &str| format!("{name}={}", study.join(format!("{folder}/{id}_{name}.nii.gz")).display());
        one.args(["--image", &path("images"), "--mask", &path("masks")]);
    }
    let one = answer(&mut one);
    assert_eq!(patients(&one)[0]["survival"], first["survival"]);
    // What a column is computed from is not needed where the column itself is given; all else is.
    let mut short = riskset(folder.path(), "predict");
    short.arg(&model).args(["--value", "nlr=2", "--value", "tumour_size=3"]);
    let short = refused(&mut short);
    assert!(short.contains("takes features of images, and there is none"), "{short}");
    let none = refused(riskset(folder.path(), "predict").arg(&model).args(["--value", "tumour_size=3"]));
    assert!(none.contains("--value neutrophils=..") || none.contains("--value lymphocytes=.."), "{none}");
    // Another study extracts otherwise.
    let file = study.join("study.toml");
    let text = fs::read_to_string(&file).expect("a study");
    fs::write(&file, text.replace("spacing = [2, 2, 2]", "spacing = [2, 2, 2]\nbin_width = 10")).expect("room");
    let other = refused(riskset(folder.path(), "predict").arg(&model).arg(&study));
    assert!(other.contains("is extracted by other settings than the model's: binWidth=10"), "{other}");
}

/// What tells two things apart that are not the same.
fn answer_of_diff(folder: &Path, a: &Path, b: &Path) -> Value {
    let mut command = riskset(folder, "diff");
    let differ = command.arg(a).arg(b).args(["--format", "json"]).assert().code(1);
    serde_json::from_slice(&differ.get_output().stdout).expect("one JSON object")
}

#[test]
fn diff_tells_runs_and_models_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path().join("study");
    fs::create_dir(&study).expect("a folder");
    for name in ["patients.csv", "study.toml"] {
        fs::copy(Path::new("sample_cohorts/lung_ncctg").join(name), study.join(name)).expect("a file");
    }
    let run = |name: &str| {
        let out = folder.path().join(name);
        riskset(folder.path(), "run").arg(&study).arg("-o").arg(&out).assert().success();
        out
    };
    let (first, again) = (run("first"), run("again"));
    let same = answer(riskset(folder.path(), "diff").arg(&first).arg(&again));
    assert_eq!((same["same"].as_bool(), same["files"].as_array().map(Vec::len)), (Some(true), Some(0)));
    let text = fs::read_to_string(study.join("study.toml")).expect("a study");
    fs::write(study.join("study.toml"), text.replace("seed = 1", "seed = 2")).expect("room");
    let other = run("other");
    let differ = answer_of_diff(folder.path(), &first, &other);
    let settings = differ["settings"].as_array().expect("settings");
    assert!(settings.iter().any(|s| s["key"] == "seed" && s["a"] == 1 && s["b"] == 2), "{settings:?}");
    assert!(differ["inputs"].to_string().contains("study.toml"));
    let numbers = differ["numbers"].as_array().expect("numbers");
    assert!(numbers.iter().any(|n| n["differing"].as_u64() > Some(0) && n["largest"].as_f64() > Some(0.0)));
    // A level of the baseline table is named with its variable, and what is missing of a number, too.
    let table = fs::read_to_string(study.join("patients.csv")).expect("a table");
    let text = table.replacen("L001,3,306,2,74,1,1,90,100,1175,", "L001,3,306,2,74,2,1,90,100,1175,12", 1);
    assert_ne!(text, table);
    fs::write(study.join("patients.csv"), text).expect("room");
    let said = answer_of_diff(folder.path(), &other, &run("woman"));
    let rows: Vec<&str> = said["numbers"]
        .as_array()
        .expect("numbers")
        .iter()
        .flat_map(|n| n["differences"].as_array().expect("rows"))
        .filter_map(|d| d["row"].as_str())
        .collect();
    assert!(rows.contains(&"Sex, male") && rows.contains(&"Weight loss in 6 months, lb, missing"), "{rows:?}");
    // The run has a file of its model, which is compared as well.
    let model = |run: &Path| run.join("models/clinical.json");
    let models = answer_of_diff(folder.path(), &model(&first), &model(&other));
    assert!(models["numbers"][0]["differences"].as_array().is_some_and(|d| !d.is_empty()));
    riskset(folder.path(), "diff").arg(model(&first)).arg(model(&again)).assert().success();
    let neither = refused(riskset(folder.path(), "diff").arg(&first).arg(study.join("study.toml")));
    assert!(neither.contains("is no model file"), "{neither}");
}
