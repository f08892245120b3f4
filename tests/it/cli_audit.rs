//! `riskset audit` from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binary::riskset;

fn audit(folder: &Path, study: &Path) -> Value {
    let mut command = riskset(folder, "audit");
    let output = command.arg(study).args(["--format", "json"]).assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).expect("one JSON object")
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a Value {
    let lists = answer["checklists"].as_array().expect("lists");
    lists.iter().find(|list| list["name"] == name).expect("the list")
}

fn item<'a>(answer: &'a Value, name: &str, item: &str) -> &'a Value {
    let items = list(answer, name)["items"].as_array().expect("items");
    items.iter().find(|one| one["item"] == item).expect("the item")
}

#[test]
fn a_study_is_judged_by_what_it_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = audit(folder.path(), Path::new("sample_cohorts/hcc_pa_tace"));
    let counts = ["TRIPOD+AI", "CLEAR", "METRICS", "RQS"]
        .map(|name| list(&answer, name)["items"].as_array().expect("items").len());
    assert_eq!(counts, [27, 58, 30, 42]);
    for list in answer["checklists"].as_array().expect("lists") {
        for one in list["items"].as_array().expect("items") {
            let status = one["status"].as_str().expect("a status");
            assert!(["met", "not_met", "open", "not_applicable"].contains(&status), "{one}");
            assert!(one["evidence"].is_string() && one["where"].is_string(), "{one}");
            assert!(
                status == "not_applicable" || !one["where"].as_str().expect("text").is_empty() || status == "not_met"
            );
        }
    }
    // The score is the weight of what is met over that of what applies.
    let items = list(&answer, "METRICS")["items"].as_array().expect("items");
    let weight = |one: &&Value| one["weight"].as_f64().expect("a weight");
    let applies: f64 = items.iter().filter(|one| one["status"] != "not_applicable").map(|one| weight(&one)).sum();
    let met: f64 = items.iter().filter(|one| one["status"] == "met").map(|one| weight(&one)).sum();
    let score = list(&answer, "METRICS")["score"].as_f64().expect("a score");
    assert!((score - 100.0 * met / applies).abs() < 1e-9, "{score}");
    // Centre B is external, the sequences are three, lesions were drawn twice.
    assert_eq!(item(&answer, "METRICS", "27")["status"], "met");
    assert_eq!(item(&answer, "METRICS", "23")["status"], "not_met");
    assert_eq!(item(&answer, "METRICS", "14")["status"], "met");
    assert_eq!(item(&answer, "METRICS", "17")["status"], "not_applicable");
    assert_eq!(answer["raise"][0]["key"], "METRICS-3");
}

#[test]
fn a_study_without_radiomics_is_asked_for_what_applies() {
    let folder = tempfile::tempdir().expect("a folder");
    let answer = audit(folder.path(), Path::new("sample_cohorts/rotterdam_gbsg"));
    assert_eq!(list(&answer, "METRICS")["score"], Value::Null);
    assert_eq!(list(&answer, "CLEAR")["counts"]["not_applicable"], 58);
    assert_eq!(item(&answer, "TRIPOD+AI", "12")["parts"].as_array().expect("parts").len(), 7);
}

#[test]
fn steps_of_scores_and_imputation_of_models_are_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path().join("study");
    fs::create_dir(&study).expect("a folder");
    fs::copy("sample_cohorts/hcc_pa_tace/clinical.csv", study.join("clinical.csv")).expect("a table");
    let text = fs::read_to_string("sample_cohorts/hcc_pa_tace/study.toml").expect("a study");
    let plain = |list: &str, number: &str| {
        fs::write(study.join("study.toml"), &text).expect("room");
        item(&audit(folder.path(), &study), list, number).clone()
    };
    assert_eq!(plain("RQS", "8")["status"], "not_met");
    assert_eq!(plain("METRICS", "15")["status"], "open");
    assert_eq!(plain("METRICS", "19")["status"], "open");
    // Each item is answered by its own part of the extraction.
    assert_eq!(plain("CLEAR", "23")["evidence"], "grey values were discretised at a fixed bin width of 25");
    let text = text.replace(
        "cut = \"median\"",
        "cut = \"median\"\nsteps = [{ harmonise = \"combat\", site = \"centre\" }, { impute = \"median\" }, { redundancy = 0.95 }]",
    );
    let combined = "combined = [\"nlr\", \"tumour_size\", \"rad_score\"]";
    let filled = "combined = { covariates = [\"nlr\", \"tumour_size\", \"rad_score\"], impute = \"chained\" }";
    assert!(text.contains("harmonise") && text.contains(combined));
    fs::write(study.join("study.toml"), text.replace(combined, filled)).expect("room");
    let answer = audit(folder.path(), &study);
    assert_eq!(item(&answer, "RQS", "8")["evidence"], "combat by centre");
    assert_eq!(item(&answer, "METRICS", "15")["evidence"], "of features with |r| above 0.95 one stays");
    assert_eq!(item(&answer, "METRICS", "19")["status"], "met");
    for (list, number) in [("TRIPOD+AI", "11"), ("CLEAR", "29")] {
        let said = item(&answer, list, number)["evidence"].as_str().expect("text").to_owned();
        assert!(said.contains("covariates of models are filled in by chained equations"), "{said}");
        assert!(said.contains("(combined)") && said.contains("features are filled in by the median"), "{said}");
    }
}

#[test]
fn scores_of_parts_are_compared_and_every_cut_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path().join("study");
    fs::create_dir(&study).expect("a folder");
    fs::copy("sample_cohorts/hcc_pa_tace/clinical.csv", study.join("clinical.csv")).expect("a table");
    let text = fs::read_to_string("sample_cohorts/hcc_pa_tace/study.toml").expect("a study");
    let judged = |scores: &str, models: &str| {
        let study_text = text.replace("\n[models]\n", &format!("\n{scores}\n[models]\n{models}"));
        assert_ne!(study_text, text);
        fs::write(study.join("study.toml"), study_text).expect("room");
        let answer = audit(folder.path(), &study);
        [("METRICS", "23"), ("RQS", "16")].map(|(list, number)| {
            let one = item(&answer, list, number);
            format!("{}: {}", one["status"].as_str().expect("a status"), one["evidence"].as_str().expect("text"))
        })
    };
    let [parts, cut] = judged("[scores.early]\nsequences = [\"AP\"]\n", "early = [\"group.early\"]\n");
    assert_eq!(parts, "met: radiomics (AP, DWI, T2WI), combined (AP, DWI, T2WI) against early (AP)");
    assert_eq!(cut, "met: each score is cut at its training median, the same in all cohorts");
    // A pattern says as well which sequence is meant.
    let [parts, cut] =
        judged("[scores.early]\nfeatures = [\"AP_*\"]\ncut = \"tertiles\"\n", "early = [\"score.early\"]\n");
    assert!(parts.starts_with("met: ") && parts.ends_with("against early (AP)"), "{parts}");
    let said = "scores are cut, the same in all cohorts: rad at its training median; early at its training tertiles";
    assert_eq!(cut, format!("met: {said}"));
    let [parts, cut] = judged("[scores.early]\nsequences = [\"AP\"]\ncut = \"optimal\"\n", "");
    assert!(parts.starts_with("not_met: ") && parts.contains("no model is of one of them alone"), "{parts}");
    assert!(cut.starts_with("not_met: ") && cut.contains("early at the cut searched in training"), "{cut}");
    let [_, cut] = judged("[scores.early]\nsequences = [\"AP\"]\ncut = 0.5\n", "");
    assert!(cut.starts_with("open: ") && cut.contains("early at a value given"), "{cut}");
}

#[test]
fn answers_are_kept_in_the_study_and_weigh() {
    let folder = tempfile::tempdir().expect("a folder");
    let study = folder.path().join("study");
    fs::create_dir(&study).expect("a folder");
    fs::copy("sample_cohorts/hcc_pa_tace/clinical.csv", study.join("clinical.csv")).expect("a table");
    let text = fs::read_to_string("sample_cohorts/hcc_pa_tace/study.toml").expect("a study");
    let write = |more: &str| fs::write(study.join("study.toml"), format!("{text}{more}")).expect("room");
    write("");
    let before = audit(folder.path(), &study);
    write(
        "\n[audit]\n\"METRICS-3\" = \"Imaging every three months, read by two radiologists\"\n\"METRICS-27\" = \"no: \
         centre B is the same trust\"\n\"CLEAR-58\" = \"not applicable: nothing is deployed\"\n",
    );
    let after = audit(folder.path(), &study);
    let three = item(&after, "METRICS", "3");
    assert_eq!((three["status"].as_str(), three["where"].as_str()), (Some("met"), Some("study.toml: [audit]")));
    assert_eq!(item(&after, "METRICS", "27")["evidence"], "centre B is the same trust");
    assert_eq!(item(&after, "CLEAR", "58")["status"], "not_applicable");
    let score = |answer: &Value| list(answer, "METRICS")["score"].as_f64().expect("a score");
    let applies = 1.0 - 0.0225 - 0.02;
    assert!((score(&after) - score(&before) - 100.0 * (0.0919 - 0.0749) / applies).abs() < 1e-9);
    assert!(after["notes"].to_string().contains("METRICS-27 is answered otherwise than the study shows"));
    write("\n[audit]\n\"CLEAR-59\" = \"yes\"\n");
    let failed = riskset(folder.path(), "audit").arg(&study).assert().code(1).get_output().stderr.clone();
    let said = String::from_utf8_lossy(&failed).into_owned();
    assert!(said.contains("no checklist has an item CLEAR-59") && said.contains("study.toml"), "{said}");
}
