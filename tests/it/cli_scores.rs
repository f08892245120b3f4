//! Named scores as columns of every command, and `riskset validate`, from outside.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use survival::stats::rng::Rng;

use crate::binary::{answer, on as riskset, says, stdout};

const FEATURES: usize = 24;

pub const STUDY: &str = r#"version = 1
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
pub fn write(folder: &Path, study: &str) {
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

fn json(folder: &Path, subcommand: &str, options: &[&str]) -> Value {
    answer(&mut riskset(folder, subcommand, options))
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
fn what_is_said_of_a_cut_is_true_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let said = |cut: &str| {
        write(at, &STUDY.replace("cut = \"tertiles\"", cut));
        let text =
            stdout(&mut riskset(at, "lasso", &["--score", "few"])).split_whitespace().collect::<Vec<_>>().join(" ");
        (text, json(at, "lasso", &["--score", "few"]))
    };
    let (text, answer) = said("cut = \"tertiles\"");
    assert!(text.contains("(its tertiles in the training cohort) are the middle and the high group"), "{text}");
    assert!(text.contains("Group low") && !text.contains("Above the cut") && !text.contains("its median"), "{text}");
    let training = &answer["cohorts"][0];
    let high = answer["scores"]
        .as_array()
        .expect("scores")
        .iter()
        .filter(|s| s["cohort"] == "training" && s["score"].as_f64() > answer["cuts"][1].as_f64());
    assert_eq!(training["groups"], serde_json::json!([27, 26, 27]));
    assert_eq!(training["high"].as_u64(), Some(high.count() as u64), "those above the highest cut");
    let (text, answer) = said("cut = \"optimal\"");
    assert!(text.contains("(the largest log-rank statistic in the training cohort) is the high group"), "{text}");
    assert!(answer["cohorts"][0].get("groups").is_none(), "of two groups the high one says it");
    let (text, _) = said("cut = 0.25");
    assert!(text.contains("Above 0.2500 (a value given) is the high group"), "{text}");
    let (text, _) = said("cut = \"median\"");
    assert!(text.contains("(its median in the training cohort) is the high group"), "{text}");
    // The pane of the first score says where that is cut, too.
    let cut = json(at, "lasso", &[])["cut"].as_f64().expect("a cut");
    let said = format!("Above {} (its median in the training cohort)", figures::format::significant(cut, 4));
    let shown = ["--pane", "lasso", "--size", "80x24", "--ascii", "--keys", "<tab><tab><tab>"];
    let pane = stdout(&mut riskset(at, "render", &shown));
    assert!(pane.contains(&said), "{pane}");
}

/// In print both figures name both penalties that stand out, as near to one another as they may be.
#[test]
fn the_drawn_path_names_its_penalties() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    for score in ["rad", "few"] {
        let path = at.join(format!("{score}.svg"));
        riskset(at, "lasso", &["--score", score, "-o"]).arg(&path).assert().success();
        let drawing = fs::read_to_string(&path).expect("a drawing");
        let named = |name: &str| drawing.lines().filter(|line| *line == name).count();
        assert_eq!((named("1se"), named("min")), (2, 2), "{score}");
    }
}

#[test]
fn the_report_divides_every_endpoint_by_the_score_that_was_fitted_to_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let out = at.join("out");
    riskset(at, "run", &["-o"]).arg(&out).assert().success();
    let report = fs::read_to_string(out.join("report.html")).expect("a report");
    for endpoint in ["RFS", "OS"] {
        let test = json(at, "logrank", &["--endpoint", endpoint, "--by", "group.rad"]);
        let statistic = test["statistic"].as_f64().expect("a statistic");
        assert!(report.contains(&format!("Log-rank chi-square {statistic:.2} on 1 df")), "{endpoint}: {statistic}");
    }
    assert!(report.contains("was fitted to RFS in the training cohort"), "beside the curves of OS");
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

/// What a column learns of training is learned anew in every sample; a column that has the same values without learning
/// is as good in training and less corrected.
#[test]
fn learned_columns_are_learned_in_every_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let table = fs::read_to_string(at.join("patients.csv")).expect("a table");
    let mut f1: Vec<f64> = (table.lines().skip(1).filter(|line| line.contains(",training,")))
        .map(|line| line.split(',').nth(9).and_then(|text| text.parse().ok()).expect("f1"))
        .collect();
    f1.sort_by(f64::total_cmp);
    let median = (f1[f1.len() / 2 - 1] + f1[f1.len() / 2]) / 2.0;
    let columns = format!("[derived]\nhalf = \"quantile_group(f1, 2)\"\nfixed = \"ifelse(f1 > {median}, 2, 1)\"\n");
    let models = "[models]\nlearned = [\"half\"]\ngiven = [\"fixed\"]\n";
    write(at, &format!("{}{columns}{models}", STUDY.split("[models]").next().expect("a part")));
    let answer = json(at, "validate", &["--design", "bootstrap", "--n", "20"]);
    assert!(
        answer["steps"].as_array().expect("steps").iter().any(|s| s == "column half: quantile_group(f1, 2)"),
        "{answer}"
    );
    let c = |k: usize, what: &str| answer["models"][k][what]["c"].as_f64().expect("a number");
    assert!((c(0, "apparent") - c(1, "apparent")).abs() < 1e-12, "{answer}");
    assert!((c(0, "optimism") - c(1, "optimism")).abs() > 1e-6, "{answer}");
    // As candidates of a score they are learned too.
    let score = "[scores.halves]\nendpoint = \"RFS\"\ncolumns = [\"half\", \"f2\"]\nrule = 0.01\n";
    let study = STUDY.split("[scores.rad]").next().expect("a part");
    write(at, &format!("{study}{columns}{score}"));
    let answer = json(at, "validate", &["--design", "bootstrap", "--n", "5"]);
    assert!(
        answer["steps"].as_array().expect("steps").iter().any(|s| s == "column half: quantile_group(f1, 2)"),
        "{answer}"
    );
    assert_eq!(answer["models"][0]["model"], "score.halves");
}

#[test]
fn sensitivity_varies_what_should_not_matter() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, STUDY);
    let options = ["--design", "sensitivity", "--n", "6", "--models", "both,clinical"];
    let bytes = |threads: &str| {
        let mut command = riskset(at, "validate", &options);
        let output = command.args(["--threads", threads, "--format", "json"]).assert().success();
        output.get_output().stdout.clone()
    };
    let once = bytes("1");
    assert_eq!(once, bytes("2"));
    let answer: Value = serde_json::from_slice(&once).expect("JSON");
    assert_eq!(answer["design"]["kind"], "sensitivity");
    let both = &answer["models"][1];
    assert_eq!(both["model"], "both");
    let variations = both["variations"].as_array().expect("a list");
    let kinds: Vec<(&str, u64)> = variations
        .iter()
        .map(|v| (v["what"].as_str().expect("a word"), v["fits"].as_u64().expect("a number")))
        .collect();
    assert_eq!(kinds, [("fit", 1), ("seed", 6), ("division", 6), ("one left out", 80)]);
    for varied in variations {
        let names: Vec<&Value> = varied["cohorts"].as_array().expect("a list").iter().map(|c| &c["cohort"]).collect();
        assert_eq!(names, ["internal", "external"]);
        for spread in [&varied["apparent"], &varied["cohorts"][0]["c"], &varied["cohorts"][1]["c"], &varied["size"]] {
            let of = |key: &str| spread[key].as_f64().expect("a number");
            assert!(of("min") <= of("mean") + 1e-12 && of("mean") <= of("max") + 1e-12, "{varied}");
        }
    }
    assert_eq!(variations[0]["overlap"]["mean"], 1.0);
    // Other folds choose other penalties.
    let of = |key: &str| (variations[1]["apparent"][key].clone(), variations[1]["size"][key].clone());
    assert_ne!((of("min"), of("max")), (of("mean"), of("mean")), "{}", variations[1]);
    // The fit to everybody is that of the other designs.
    let nested =
        json(at, "validate", &["--design", "nested", "--folds", "3", "--repeats", "1", "--models", "both,clinical"]);
    assert_eq!(nested["models"][1]["apparent"]["c"], variations[0]["apparent"]["mean"]);
    assert_eq!(nested["models"][1]["cohorts"][1]["c"], variations[0]["cohorts"][1]["c"]["mean"]);
    assert!(both["patient"]["id"].as_str().is_some_and(|id| id.starts_with('p')), "{both}");
    // A model without a score has no folds to vary.
    let clinical = answer["models"][0]["variations"].as_array().expect("a list");
    assert_eq!(clinical.len(), 4);
    let refused = riskset(at, "validate", &["--bin-width", "10"]).assert().code(2);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("--design sensitivity"));
}

/// A model file carries every cut of its scores, takes groups as covariates, and scores of columns as they are.
#[test]
fn a_model_file_groups_as_the_study_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let scores =
        "[scores.bed]\nendpoint = \"RFS\"\ncolumns = [\"age\", \"f1\", \"f2\"]\nrule = 0.01\ncut = \"tertiles\"\n";
    let study = STUDY.split("[models]").next().expect("a part");
    write(at, &format!("{study}{scores}\n[models]\ngrouped = [\"age\", \"group.few\", \"group.bed\"]\n"));
    let file = at.join("model.json");
    riskset(at, "model", &["--model", "grouped", "-o", &file.display().to_string()]).assert().success();
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    let done =
        command.arg("predict").arg(&file).arg(at.join("patients.csv")).args(["--format", "json"]).assert().success();
    let predicted: Value = serde_json::from_slice(&done.get_output().stdout).expect("JSON");
    let patients = predicted["patients"].as_array().expect("patients");
    assert_eq!(patients.len(), 160);
    for name in ["few", "bed"] {
        let groups = |level: &str| -> Vec<&str> {
            let of = |p: &&Value| p["groups"][format!("group.{name}")] == level;
            patients.iter().filter(of).filter_map(|p| p["id"].as_str()).collect()
        };
        for level in ["low", "middle", "high"] {
            let filter = format!("group.{name} == '{level}'");
            let table = json(at, "table1", &["--vars", "age", "--cohort", "all", "--where", &filter]);
            let there = table["n"][0].as_u64().expect("a number");
            assert_eq!(groups(level).len() as u64, there, "{name} {level}");
        }
        assert!(groups("middle").len() > 20, "{name}");
    }
    let lp = |p: &Value| p["linear_predictor"].as_f64();
    assert!(patients.iter().all(|p| lp(p).is_some()), "{}", patients[0]);
    // The levels of the groups count, not the scores: patients of one age and group have one prediction.
    let cox = json(at, "cox", &["--covariates", "age,group.few,group.bed"]);
    let terms: Vec<&str> = cox["terms"].as_array().expect("terms").iter().filter_map(|t| t["term"].as_str()).collect();
    assert_eq!(terms.len(), 5, "{terms:?}");
}
