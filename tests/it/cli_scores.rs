//! Named scores as columns of every command, and `riskset validate`, from outside.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use survival::stats::rng::Rng;

const FEATURES: usize = 24;

const STUDY: &str = r#"version = 1
table = "patients.csv"
id = "id"

[endpoints.RFS]
time = "rfs_months"
event = "rfs"
unit = "months"

[endpoints.OS]
time = "os_months"
event = "os"
unit = "months"

[cohorts]
column = "cohort_name"
order = ["training", "internal", "external"]

[features]
columns = ["f*"]

[analysis]
times = [12, 24]
variables = ["age", "stage"]

[scores.rad]
endpoint = "RFS"
steps = [{ variance = 0 }, { redundancy = 0.95 }, { screen = { best = 12 } }]

[scores.few]
label = "Two features"
endpoint = "RFS"
features = ["f1", "f2"]
rule = 0.01
cut = "tertiles"

[models]
clinical = ["age", "stage"]
both = ["age", "stage", "score.rad"]
grouped = ["age", "group.few"]
"#;

/// 160 patients in three cohorts: recurrence follows f1 and f2, death is later and follows f1 alone.
fn write(folder: &Path, study: &str) {
    let mut rng = Rng::new(11);
    let mut table = "id,age,stage,centre,cohort_name,rfs_months,rfs,os_months,os".to_owned();
    (1..=FEATURES).for_each(|k| write!(table, ",f{k}").expect("a text"));
    table.push('\n');
    for i in 0..160 {
        let f: Vec<f64> = (0..FEATURES).map(|_| rng.normal()).collect();
        let age = 60.0 + 8.0 * rng.normal();
        let recurrence = 20.0 * rng.exponential() / (0.9 * f[0] - 0.7 * f[1] + 0.02 * (age - 60.0)).exp();
        let death = 40.0 * rng.exponential() / (0.8 * f[0]).exp();
        let end = 10.0 + 50.0 * rng.uniform();
        let (rfs, os) = (recurrence.min(end), death.min(end + 5.0));
        let cohort = ["training", "training", "internal", "external"][i % 4];
        let (stage, centre) = (["I", "II"][i % 3 % 2], ["A", "B"][i % 2]);
        let (seen, died) = (u8::from(recurrence <= end), u8::from(death <= end + 5.0));
        write!(table, "p{i:03},{age:.1},{stage},{centre},{cohort},{rfs:.3},{seen},{os:.3},{died}").expect("a text");
        f.iter().for_each(|x| write!(table, ",{x:.5}").expect("a text"));
        table.push('\n');
    }
    fs::write(folder.join("patients.csv"), table).expect("a file");
    fs::write(folder.join("study.toml"), study).expect("a file");
}

fn riskset(folder: &Path, subcommand: &str, options: &[&str]) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache"));
    command.arg(subcommand).arg(folder).args(options);
    command
}

fn json(folder: &Path, subcommand: &str, options: &[&str]) -> Value {
    let mut command = riskset(folder, subcommand, options);
    let output = command.args(["--format", "json"]).assert().success();
    serde_json::from_slice(&output.get_output().stdout).expect("one JSON object")
}

fn says(answer: &Value, words: &str) -> bool {
    let notes = answer["notes"].as_array().expect("notes");
    notes.iter().any(|note| note.as_str().is_some_and(|note| note.contains(words)))
}

#[test]
fn a_score_is_a_column_wherever_one_can_be_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let cox = json(at, "cox", &["--covariates", "age,score.rad"]);
    assert_eq!((cox["n"].as_u64(), cox["terms"][1]["term"].as_str()), (Some(80), Some("score.rad")));
    assert!(says(&cox, "was fitted to RFS of these patients"), "{}", cox["notes"]);
    let first = json(at, "cox", &["--covariates", "age,rad_score"]);
    assert_eq!(first["terms"][1]["coef"], cox["terms"][1]["coef"], "rad_score is another name of the first");
    let km = json(at, "km", &["--by", "group.few", "--cohort", "external"]);
    let groups: Vec<&str> =
        km["groups"].as_array().expect("groups").iter().filter_map(|g| g["group"].as_str()).collect();
    assert_eq!(groups, ["low", "middle", "high"]);
    assert!(!says(&km, "fitted to"), "nobody of these made the score: {}", km["notes"]);
    let os = json(at, "logrank", &["--endpoint", "OS", "--by", "group.rad"]);
    let rfs = json(at, "logrank", &["--by", "group.rad"]);
    let sizes = |answer: &Value| {
        answer["groups"].as_array().expect("groups").iter().map(|g| g["n"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&os), sizes(&rfs), "one score, whichever endpoint is asked about");
    assert!(says(&os, "was fitted to RFS in the training cohort"), "{}", os["notes"]);
    assert!(says(&rfs, "80 of these 160 patients"), "{}", rfs["notes"]);
    let c = json(at, "cindex", &["--score", "score.few", "--where", "score.rad > 0 and cohort != 'external'"]);
    assert!(c["n"].as_u64().is_some_and(|n| n < 120) && says(&c, "pooled"), "{c}");
    let table = json(at, "table1", &["--by", "group.rad", "--vars", "age,score.few,f3"]);
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(3));
}

#[test]
fn cohorts_are_pooled_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let n = |cohort: &str| json(at, "km", &["--cohort", cohort])["groups"][0]["n"].as_u64().expect("a count");
    assert_eq!(n("training,internal"), n("training") + n("internal"));
    assert_eq!(n("all"), 160);
    let failed = riskset(at, "km", &["--cohort", "training,extern"]).assert().code(1);
    let message = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(message.contains("there is no cohort extern"), "{message}");
}

#[test]
fn mistakes_in_scores_are_found_with_their_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let wrong = STUDY
        .replace("endpoint = \"RFS\"\nsteps", "endpoint = \"RFSS\"\nsteps")
        .replace("{ redundancy = 0.95 }", "{ redundancy = 1.5 }, { agreement = 0.8 }")
        .replace("\"score.rad\"", "\"score.rat\"")
        .replace("cut = \"tertiles\"", "cut = \"tertile\"");
    write(at, &wrong);
    let failed = riskset(at, "check", &[]).assert().code(1);
    let output = failed.get_output();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    for words in [
        "score rad: no endpoint RFSS",
        "redundancy is between 0 and 1",
        "agreement stands behind variance",
        "no column score.rat",
        "did you mean tertiles?",
    ] {
        assert!(said.contains(words), "{words}:\n{said}");
    }
}

#[test]
fn a_validation_refits_all_is_resumed_and_has_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let options = ["--design", "bootstrap", "--n", "20", "--format", "json"];
    let bytes = |threads: &str| {
        let output = riskset(at, "validate", &options).args(["--threads", threads]).assert().success();
        output.get_output().stdout.clone()
    };
    let first = bytes("1");
    let answer: Value = serde_json::from_slice(&first).expect("one JSON object");
    let models = answer["models"].as_array().expect("models");
    assert_eq!(models.len(), 3);
    for model in models {
        let value = |part: &str| model[part]["c"].as_f64().expect("a C");
        assert!((value("apparent") - value("optimism") - value("corrected")).abs() < 1e-12, "{model}");
    }
    // The apparent C is that of the study's own models.
    let performance = json(at, "performance", &["--cohort", "training"]);
    for (k, model) in models.iter().enumerate() {
        let own = performance["cohorts"][0]["scores"][k]["concordance"]["c"].as_f64().expect("a C");
        assert!((model["apparent"]["c"].as_f64().expect("a C") - own).abs() < 1e-9, "{}", model["model"]);
    }
    let cohorts: Vec<&Value> = models[1]["cohorts"].as_array().expect("cohorts").iter().map(|c| &c["cohort"]).collect();
    assert_eq!(cohorts, ["internal", "external"]);
    assert_eq!(models[0]["features"].as_array().map(Vec::len), Some(0), "no score, no features");
    assert!(models[1]["features"].as_array().is_some_and(|f| f.iter().any(|f| f["feature"] == "f1")));
    assert!(
        answer["report"].is_string() && says(&answer, "Publish the value of --design nested"),
        "{}",
        answer["notes"]
    );
    // Killed: half of the fits are gone, and one was being written.
    let kept = at.join("cache/validation");
    let file = fs::read_dir(&kept).expect("a folder").flatten().next().expect("a file").path();
    let text = fs::read_to_string(&file).expect("text");
    let half: Vec<&str> = text.lines().take(text.lines().count() / 2).collect();
    fs::write(&file, format!("{}\n{{\"sample\":\"12", half.join("\n"))).expect("a file");
    assert_eq!(first, bytes("2"));
    fs::remove_dir_all(&kept).expect("gone");
    assert_eq!(first, bytes("2"));
}

#[test]
fn every_design_gives_what_it_promises() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let nested = json(at, "validate", &["--design", "nested", "--folds", "5", "--repeats", "2", "--models", "both"]);
    let design = &nested["design"];
    assert_eq!((design["kind"].as_str(), design["folds"].as_u64()), (Some("nested"), Some(5)));
    let c = |part: &str| nested["models"][0][part]["c"].as_f64().expect("a C");
    assert!(c("corrected") < c("apparent") && c("corrected") > 0.6, "{nested}");
    let permuted = json(at, "validate", &["--design", "permutation", "--n", "19", "--scores", "few"]);
    let found = &permuted["models"][0];
    assert_eq!((found["model"].as_str(), found["permutation"]["p"].as_f64()), (Some("score.few"), Some(0.05)));
    assert_eq!(found["permutation"]["c"].as_array().map(Vec::len), Some(19));
    let left =
        json(at, "validate", &["--design", "leave-centre-out", "--centre", "centre", "--models", "clinical,grouped"]);
    assert_eq!(left["models"][1]["centres"].as_array().map(Vec::len), Some(2));
    let failed = riskset(at, "validate", &["--models", "nobody"]).assert().code(2);
    let message = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(message.contains("the study has clinical, both, grouped"), "{message}");
}
