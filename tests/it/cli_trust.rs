//! `riskset harmonize`, `pool` and `samplesize` from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::binary::{answer, refused, riskset, stdout};
use crate::reference::number;

/// Two sites, one shifted and stretched; a feature without variance, a text column and a missing value.
const TABLE: &str = "id,centre,age,sex,f1,f2,f3,flat,remark
p1,A,50,f,1.0,10.5,0.31,7,\"a, b\"
p2,A,61,m,2.0,11.0,0.12,7,
p3,A,47,f,1.5,9.0,0.44,7,x
p4,A,70,m,3.5,12.5,0.25,7,y
p5,B,52,f,11.0,30.0,0.91,7,z
p6,B,66,m,14.0,38.0,,7,u
p7,B,49,f,12.5,33.0,0.65,7,v
p8,B,58,m,19.0,45.0,0.52,7,w
";

fn table(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("table.csv");
    fs::write(&path, TABLE).expect("a file");
    path
}

fn column(csv: &str, name: &str) -> Vec<String> {
    let mut lines = csv.lines();
    let at = lines.next().expect("a header").split(',').position(|n| n == name).expect("the column");
    lines.map(|line| line.split(',').nth(at).expect("a field").to_owned()).collect()
}

#[test]
fn harmonize_writes_the_table_that_neurocombat_gives() {
    let (Some(table), Some(golden)) =
        (crate::oracle::path("trust/data/combat.csv"), crate::oracle::path("trust/combat.json"))
    else {
        return;
    };
    let golden: Value = serde_json::from_str(&fs::read_to_string(golden).expect("a file")).expect("JSON");
    let scratch = tempfile::tempdir().expect("a folder");
    let cases: [(&str, &[&str]); 6] = [
        ("parametric", &[]),
        ("parametric_covariates", &["--keep", "age,stage"]),
        ("nonparametric", &["--method", "combat-nonparametric"]),
        ("mean_only", &["--method", "mean-only"]),
        ("no_eb", &["--method", "location-scale"]),
        ("reference_A", &["--reference", "A"]),
    ];
    for (name, options) in cases {
        let harmonize = || {
            let mut command = riskset(scratch.path(), "harmonize");
            command.arg(&table).args(["--site", "site", "--features", "f*"]).args(options);
            command
        };
        let csv = stdout(harmonize().args(["--format", "csv"]));
        let mut compared = 0;
        for (line, expected) in csv.lines().skip(1).zip(golden[name]["data"].as_array().expect("rows")) {
            for (found, expected) in line.split(',').skip(4).zip(expected.as_array().expect("values")) {
                let (found, expected): (f64, f64) = (found.parse().expect("a number"), number(expected));
                assert!((found - expected).abs() <= 1e-8 * expected.abs().max(1e-3), "{name}: {found} {expected}");
                compared += 1;
            }
        }
        assert_eq!(compared, 90 * 30);
        let fitted = answer(&mut harmonize());
        assert_eq!(fitted["sites"], serde_json::json!(["A", "B", "C"]));
        for key in ["gamma_star", "delta_star"] {
            for site in 0..3 {
                for (found, expected) in fitted[key][site]
                    .as_array()
                    .expect("values")
                    .iter()
                    .zip(golden[name][key][site].as_array().expect("values"))
                {
                    assert!((number(found) - number(expected)).abs() <= 1e-6 * number(expected).abs().max(1e-3));
                }
            }
        }
        for key in ["method", "reference", "n", "grand_mean", "pooled_variance", "features"] {
            assert!(fitted.get(key).is_some(), "{key} is promised");
        }
    }
}

#[test]
fn harmonize_leaves_everything_else_as_it_is() {
    let scratch = tempfile::tempdir().expect("a folder");
    let table = table(scratch.path());
    let mut command = riskset(scratch.path(), "harmonize");
    command.arg(&table).args([
        "--site",
        "centre",
        "--features",
        "f*",
        "--keep",
        "age,sex",
        "--method",
        "location-scale",
    ]);
    let done = command.assert().success();
    let csv = String::from_utf8(done.get_output().stdout.clone()).expect("text");
    let said = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(said.contains("1 feature has no variance"), "{said}");
    assert_eq!(csv.lines().next(), TABLE.lines().next());
    assert_eq!(column(&csv, "id"), column(TABLE, "id"));
    assert_eq!(column(&csv, "flat"), column(TABLE, "flat"));
    assert!(csv.contains("\"a, b\""), "{csv}");
    assert_eq!(column(&csv, "f3")[5], "", "a missing value stays missing");
    assert_ne!(column(&csv, "f1"), column(TABLE, "f1"));
    let text = stdout(riskset(scratch.path(), "harmonize").arg(&table).args([
        "--site",
        "centre",
        "--features",
        "f1,f2",
        "--format",
        "text",
    ]));
    assert!(text.contains("2 features harmonised by combat") && text.contains("Median shift"), "{text}");
}

#[test]
fn harmonize_brings_a_new_site_to_the_fit() {
    let scratch = tempfile::tempdir().expect("a folder");
    let table = table(scratch.path());
    let mut command = riskset(scratch.path(), "harmonize");
    command.arg(&table).args(["--site", "centre", "--features", "f1,f2,f3", "--fit-where", "centre == 'A'"]);
    let fitted = answer(&mut command);
    assert_eq!((&fitted["sites"], &fitted["n"]), (&serde_json::json!(["A"]), &serde_json::json!([4])));
    assert_eq!((&fitted["new_sites"][0]["site"], &fitted["new_sites"][0]["n"]), (&"B".into(), &4.into()));
    let notes = fitted["notes"].to_string();
    assert!(notes.contains("site B was not in the fit") && notes.contains("without outcomes"), "{notes}");
    let mut command = riskset(scratch.path(), "harmonize");
    command.arg(&table).args(["--site", "centre", "--features", "f1,f2,f3", "--fit-where", "centre == 'A'"]);
    let csv = stdout(&mut command);
    let f1: Vec<f64> = column(&csv, "f1").iter().map(|v| v.parse().expect("a number")).collect();
    assert!((f1[0] - 1.0).abs() < 1e-12, "the fitted site stays: {f1:?}");
    assert!(f1[4..].iter().all(|v| (-1.0..6.0).contains(v)), "the new one comes to it: {f1:?}");
}

#[test]
fn harmonize_fits_to_a_cohort_of_a_study() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let mut command = riskset(scratch.path(), "harmonize");
    command.arg(&study).args(["--site", "centre", "--features", "alb,platelets", "--keep", "sex"]);
    let fitted = answer(command.args(["--fit-where", "cohort == 'training'"]));
    assert_eq!(fitted["n"].as_array().map(|n| n.iter().filter_map(Value::as_u64).sum()), Some(81_u64), "{fitted}");
    assert_eq!(fitted["kept"], serde_json::json!(["sex=female"]));
    let mut command = riskset(scratch.path(), "harmonize");
    command.arg(&study).args(["--site", "centre", "--features", "alb,platelets", "--keep", "recurrence"]);
    let notes = answer(&mut command)["notes"].to_string();
    assert!(notes.contains("--keep recurrence") && notes.contains("too good"), "{notes}");
}

#[test]
fn harmonize_takes_the_radiomic_features_of_a_study() {
    let scratch = tempfile::tempdir().expect("a folder");
    let study = scratch.path().join("study");
    riskset(scratch.path(), "simulate").arg(&study).args(["--patients", "14", "--seed", "3"]).assert().success();
    let params =
        "setting:\n  binWidth: 25\nimageType:\n  Original: {}\nfeatureClass:\n  firstorder: [Mean, Skewness]\n";
    fs::write(study.join("params.yaml"), params).expect("a file");
    let text = fs::read_to_string(study.join("study.toml")).expect("a study");
    let line = |line: &str| match line {
        _ if line.starts_with("preset = ") => "params = \"params.yaml\"".to_owned(),
        _ if line.starts_with("sequences = ") => "sequences = [\"T2WI\"]".to_owned(),
        _ if line.starts_with("repeats = ") => String::new(),
        other => other.to_owned(),
    };
    let text: Vec<String> = text.lines().map(line).collect();
    fs::write(study.join("study.toml"), text.join("\n")).expect("a file");
    let mut command = riskset(scratch.path(), "harmonize");
    let csv = stdout(command.arg(&study).args(["--site", "centre", "--features", "T2WI_original_*"]));
    for name in ["T2WI_original_firstorder_Mean", "T2WI_original_firstorder_Skewness"] {
        let values: Vec<f64> = column(&csv, name).iter().map(|v| v.parse().expect("a number")).collect();
        assert_eq!(values.len(), 14, "{name}");
    }
}

#[test]
fn harmonize_says_what_cannot_be() {
    let scratch = tempfile::tempdir().expect("a folder");
    let table = table(scratch.path());
    let with = |options: &[&str]| {
        let mut command = riskset(scratch.path(), "harmonize");
        command.arg(&table).args(options);
        command
    };
    let said = refused(&mut with(&["--site", "center", "--features", "f1,f2"]), 1);
    assert!(said.contains("centre"), "the nearest name is offered: {said}");
    let said = refused(&mut with(&["--site", "centre", "--features", "x*"]), 1);
    assert!(said.contains("--features x*"), "{said}");
    let said = refused(&mut with(&["--site", "centre", "--features", "f1,f2", "--reference", "C"]), 1);
    assert!(said.contains("--reference C") && said.contains("A, B"), "{said}");
    let said = refused(&mut with(&["--site", "centre", "--features", "f1,f2", "--keep", "remark"]), 1);
    assert!(said.contains("--keep remark") && said.contains("row 2"), "{said}");
    let own = table.to_str().expect("a path");
    refused(&mut with(&["--site", "centre", "--features", "f1,f2", "-o", own, "--force"]), 1);
    assert_eq!(fs::read_to_string(&table).expect("a file"), TABLE, "an output is never an input");
    let said = refused(&mut with(&["--site", "centre", "--features", "f1"]), 1);
    assert!(said.contains("--method location-scale"), "{said}");
    let said = refused(&mut with(&["--site", "centre", "--features", "f1,f2", "--method", "z", "--reference", "A"]), 2);
    assert!(said.contains("--method z"), "{said}");
    refused(&mut with(&["--site", "centre"]), 2);
}

#[test]
fn pool_gives_what_mice_gives() {
    let Some(golden) = crate::oracle::path("trust/pool.json") else { return };
    let golden: Value = serde_json::from_str(&fs::read_to_string(golden).expect("a file")).expect("JSON");
    let scratch = tempfile::tempdir().expect("a folder");
    for case in golden["cases"].as_array().expect("cases") {
        let list = |key: &str| {
            let values: Vec<String> = case[key].as_array().expect("values").iter().map(ToString::to_string).collect();
            values.join(",")
        };
        let mut command = riskset(scratch.path(), "pool");
        command.args(["--estimates", &list("estimates"), "--variances", &list("variances")]);
        if case["n"].is_number() {
            command.args(["--n", &case["n"].to_string(), "--k", &case["k"].to_string()]);
        }
        let found = answer(&mut command);
        assert_eq!(found["m"], case["m"]);
        for key in ["pooled", "within", "between", "total", "df", "riv", "lambda", "fmi", "se", "lower", "upper", "p"] {
            let (found, expected) = (number(&found[key]), number(&case[key]));
            assert!((found - expected).abs() <= 1e-10 * expected.abs().max(1e-3), "{key}: {found} {expected}");
        }
    }
}

#[test]
fn pool_says_what_cannot_be() {
    let scratch = tempfile::tempdir().expect("a folder");
    let with = |options: &[&str]| {
        let mut command = riskset(scratch.path(), "pool");
        command.args(options);
        command
    };
    let text = stdout(&mut with(&["--estimates", "-0.1,0.2,0.3", "--variances", "0.01,0.02,0.015"]));
    assert!(text.contains("fmi") && text.contains("--n and --k"), "{text}");
    refused(&mut with(&["--estimates", "0.1,0.2", "--variances", "0.01"]), 2);
    let said = refused(&mut with(&["--estimates", "0.1,0.2", "--variances", "0.01,-0.02"]), 1);
    assert!(said.contains("variance 2"), "{said}");
    refused(&mut with(&["--estimates", "0.1", "--variances", "0.01"]), 1);
    refused(&mut with(&["--estimates", "0.1,0.2", "--variances", "0.1,0.1", "--n", "4", "--k", "4"]), 1);
}

#[test]
fn samplesize_gives_the_published_example() {
    let scratch = tempfile::tempdir().expect("a folder");
    let with = |options: &[&str]| {
        let mut command = riskset(scratch.path(), "samplesize");
        command.args(["--rate", "0.065", "--time", "2", "--mean-follow-up", "2.07"]).args(options);
        command
    };
    let found = answer(&mut with(&["--parameters", "30", "--r2", "0.051"]));
    assert_eq!((found["n"].as_u64(), found["events"].as_u64()), (Some(5143), Some(692)));
    assert!((number(&found["events_per_parameter"]) - 23.07).abs() < 0.005);
    let criteria = found["criteria"].as_array().expect("criteria");
    assert_eq!((criteria.len(), criteria[0]["n"].as_u64(), criteria[1]["n"].as_u64()), (3, Some(5143), Some(1039)));
    assert_eq!((criteria[0]["name"].as_str(), number(&criteria[0]["shrinkage"])), (Some("shrinkage"), 0.9));
    let text = stdout(&mut with(&["--parameters", "30", "--r2", "0.051"]));
    assert!(text.contains("5,143 patients with 692 events (23.07 events per parameter)"), "{text}");
    let md = stdout(with(&["--parameters", "30", "--c", "0.7"]).args(["--format", "md"]));
    assert!(md.contains("approximated from a C of 0.7"), "{md}");
    refused(&mut with(&["--parameters", "30"]), 2);
    let said = refused(&mut with(&["--parameters", "30", "--r2", "0.9"]), 1);
    assert!(said.contains("largest Cox-Snell R squared"), "{said}");
}
