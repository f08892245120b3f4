//! `riskset icc` from outside: a table of raters, a study's repeated segmentations.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

use crate::reference::{Tally, json, number};

fn icc(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("riskset").expect("the binary is built");
    command.env("RISKSET_STATE_DIR", folder.join("state")).env("RISKSET_CACHE_DIR", folder.join("cache")).arg("icc");
    command
}

fn answer(command: &mut Command) -> Value {
    let done = command.args(["--format", "json"]).assert().success();
    serde_json::from_slice(&done.get_output().stdout).expect("one JSON object")
}

#[test]
fn a_table_of_raters() {
    let (Some(reference), Some(table)) =
        (json("survival/icc_sim.json"), crate::oracle::path("survival/data/icc_sim.csv"))
    else {
        return;
    };
    let scratch = tempfile::tempdir().expect("a folder");
    let mut tally = Tally::new("icc --format json, icc_sim", 1e-8, 1e-12);
    let roles = ["--subject", "subject", "--rater", "rater"];
    for kind in ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"] {
        let found = answer(icc(scratch.path()).arg(&table).args(roles).args(["--type", kind]));
        assert_eq!((found["subjects"].as_u64(), found["raters"].as_u64()), (Some(40), Some(2)));
        let features = found["features"].as_array().expect("features");
        for (found, expected) in features.iter().zip(reference["features"].as_array().expect("features")) {
            tally.same("feature", found["feature"].as_str(), expected["feature"].as_str());
            let at = expected["type"].as_array().and_then(|t| t.iter().position(|k| k == kind)).expect("the type");
            for key in ["icc", "lower", "upper", "f", "df1", "df2"] {
                let place = format!("{} {kind} {key}", found["feature"]);
                tally.number(&place, number(&found[key]), number(&expected[key][at]));
            }
            tally.same("kept", found["kept"].as_bool(), Some(number(&expected["icc"][at]) >= 0.75));
        }
    }
    tally.finish();
    let some =
        answer(icc(scratch.path()).arg(&table).args(roles).args(["--features", "feature0?", "--threshold", "0.9"]));
    assert_eq!(some["features"].as_array().map(Vec::len), Some(9));
    let text = icc(scratch.path()).arg(&table).args(roles).assert().success();
    let text = String::from_utf8_lossy(&text.get_output().stdout).into_owned();
    assert!(text.contains("reach an ICC2 of 0.75 (rater: 40 subjects)"), "{text}");
    icc(scratch.path()).arg(&table).assert().code(2);
    icc(scratch.path()).arg(&table).args(roles).args(["--features", "nothing*"]).assert().code(1);
    icc(scratch.path()).arg(&table).args(["--subject", "subject", "--rater", "nobody"]).assert().code(1);
}

#[test]
fn the_repeated_segmentations_of_a_study() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = scratch.path().join("study");
    std::fs::create_dir(&study).expect("a folder");
    crate::tiny::write(&study);
    let found = answer(icc(scratch.path()).arg(&study));
    let features = found["features"].as_array().expect("features");
    assert_eq!(features.len(), 3 * 107);
    assert!(features[0]["feature"].as_str().expect("a name").starts_with("T2WI_original_shape_"));
    assert_eq!(found["comparisons"].as_array().map(Vec::len), Some(2), "within a reader and between two");
    let some = answer(icc(scratch.path()).arg(&study).args(["--features", "AP_*_firstorder_*"]));
    assert_eq!(some["features"].as_array().map(Vec::len), Some(18));
}

#[test]
fn categories_are_judged_by_kappa() {
    // 100 subjects, two raters, three categories; kappas of psych::cohen.kappa.
    let counts = [[20, 4, 2], [5, 30, 8], [1, 6, 24]];
    let mut table = "subject,rater,grade\n".to_owned();
    let mut subject = 0;
    for (i, row) in counts.iter().enumerate() {
        for (j, count) in row.iter().enumerate() {
            for _ in 0..*count {
                subject += 1;
                table += &format!(
                    "S{subject},A,{}\nS{subject},B,{}\n",
                    ["low", "middle", "some"][i],
                    ["low", "middle", "some"][j]
                );
            }
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ratings.csv");
    std::fs::write(&path, table).expect("a table");
    for (weights, kappa) in [("none", 0.603_053_435_114_503_8), ("quadratic", 0.698_795_180_722_891_5)] {
        let order = "grade=low,middle,some";
        let roles = ["--subject", "subject", "--rater", "rater", "--kappa-weights", weights, "--order", order];
        let answer = answer(icc(folder.path()).arg(&path).args(roles));
        let found = answer["categories"][0]["kappa"].as_f64().expect("a kappa");
        assert!((found - kappa).abs() < 1e-12, "{weights}: {found}");
        assert_eq!(answer["categories"][0]["subjects"], 100);
    }
}

/// Of R: kappas and the plain kappa's standard error by psych 2.2.9 (`cohen.kappa`), the weighted one's by the formula of
/// Fleiss, Cohen and Everitt (1969), the intraclass correlation by psych's `ICC(lmer = FALSE)`.
#[test]
fn the_readings_of_a_study() {
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let scratch = tempfile::tempdir().expect("a folder");
    let found = answer(icc(scratch.path()).arg(&study).arg("--readings"));
    let mut tally = Tally::new("icc --readings, hcc_pa_tace", 1e-8, 1e-12);
    let expected: [(&str, &[(&str, f64)]); 3] = [
        ("kappa", &[("kappa", 0.681107724236332), ("std_err", 0.0517222040991377), ("agreed", 117.0 / 149.0)]),
        ("kappa", &[("kappa", 0.555046784789966), ("std_err", 0.0710241082203526), ("agreed", 119.0 / 149.0)]),
        (
            "icc",
            &[
                ("icc", 0.990609726613477),
                ("lower", 0.986954099982621),
                ("upper", 0.993230851429198),
                ("f", 217.169852175724),
            ],
        ),
    ];
    for (k, (measure, values)) in expected.into_iter().enumerate() {
        let reading = &found["readings"][k];
        assert_eq!((reading["subjects"].as_u64(), reading["n_dropped"].as_u64()), (Some(149), Some(0)));
        for (key, value) in values {
            tally.number(&format!("reading {k} {key}"), number(&reading[measure][key]), *value);
        }
    }
    tally.number("mean difference", number(&found["readings"][2]["icc"]["differences"][0]), 0.0369127516778523);
    tally.number("its SD", number(&found["readings"][2]["icc"]["differences"][1]), 0.2087119420846072);
    tally.finish();
    let bare = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/rotterdam_gbsg");
    let refused = icc(scratch.path()).arg(&bare).arg("--readings").assert().code(1);
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("write [readings] in study.toml"));
}
