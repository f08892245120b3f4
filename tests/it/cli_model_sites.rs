//! Models whose scores harmonise and impute, taken away in a file: known sites, unknown ones, missing values.

use std::fs;
use std::path::Path;

use serde_json::Value;
use survival::stats::rng::Rng;

use crate::binary::{answer, model, riskset};
use crate::two_cohorts;

const SECTIONS: &str = r#"[features]
columns = ["f*"]

[analysis]
times = [12]
variables = ["age"]

[scores.rad]
steps = [{ variance = 0 }, { harmonise = "combat", site = "centre" }, { impute = "median" }, { screen = { best = 5 } }]
rule = 0.02

[models]
both = ["age", "score.rad"]
"#;

/// 120 patients of centres A and B, which shifts and stretches every feature; a few values are missing.
fn write(folder: &Path, sections: &str) {
    let mut rng = Rng::new(5);
    let mut table = "id,age,centre,part,months,died,f1,f2,f3,f4,f5,f6,f7,f8\n".to_owned();
    for i in 0..120 {
        let (centre, part) = (["A", "B"][i % 2], two_cohorts::part(i));
        let f: Vec<f64> = (0..8).map(|_| rng.normal()).collect();
        let age = 60.0 + 8.0 * rng.normal();
        let death = 25.0 * rng.exponential() / (0.9 * f[0] - 0.6 * f[1]).exp();
        let end = 10.0 + 40.0 * rng.uniform();
        table += &format!("p{i:03},{age:.1},{centre},{part},{:.3},{}", death.min(end), u8::from(death <= end));
        for (k, x) in f.iter().enumerate() {
            let seen = if centre == "B" { 2.5 * x + 7.0 + k as f64 } else { *x };
            table += &if (i * 8 + k) % 97 == 13 { ",".to_owned() } else { format!(",{seen:.5}") };
        }
        table.push('\n');
    }
    two_cohorts::write(folder, &table, sections);
}

fn predicted(folder: &Path, model: &Path, new: &Path) -> Value {
    answer(riskset(folder, "predict").arg(model).arg(new))
}

#[test]
fn known_sites_are_brought_to_training_and_missing_values_filled_in() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), SECTIONS);
    let (path, file) = model(folder.path(), "both");
    assert_eq!(file["version"], 2, "who knows version 1 alone would compute another score");
    let score = &file["scores"][0];
    assert_eq!((score["harmonisation"].as_str(), score["site"].as_str()), (Some("combat by centre"), Some("centre")));
    let sites = score["features"][0]["sites"].as_array().expect("sites");
    assert_eq!(sites.iter().map(|s| s["site"].as_str()).collect::<Vec<_>>(), [Some("A"), Some("B")]);
    // What it says of the training patients is what the study says of them.
    let answer = predicted(folder.path(), &path, folder.path());
    let all = answer["patients"].as_array().expect("patients");
    assert_eq!(all.len(), 120);
    let own: Vec<f64> = all
        .iter()
        .enumerate()
        .filter(|(i, _)| i % 3 != 2)
        .map(|(_, patient)| patient["scores"]["score.rad"].as_f64().expect("a score"))
        .collect();
    let mean = own.iter().sum::<f64>() / own.len() as f64;
    let sd = (own.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / (own.len() - 1) as f64).sqrt();
    let (low, high) = own.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), s| (l.min(*s), h.max(*s)));
    for (key, found) in [("mean", mean), ("sd", sd), ("min", low), ("max", high)] {
        let stored = score["range"][key].as_f64().expect("a number");
        assert!((found - stored).abs() < 1e-9, "{key}: {found} {stored}");
    }
    let filled = all.iter().flat_map(|p| p["flags"].as_array().expect("flags")).map(|f| f.as_str().unwrap_or_default());
    assert!(filled.filter(|f| f.ends_with("is missing: the median of training stands for it")).count() > 0);
}

#[test]
fn an_unknown_site_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), SECTIONS);
    let (path, _) = model(folder.path(), "both");
    let table = fs::read_to_string(folder.path().join("patients.csv")).expect("a table");
    let new = folder.path().join("new.csv");
    let few: Vec<String> = table.lines().take(4).map(|line| line.replace(",B,", ",C,")).collect();
    fs::write(&new, few.join("\n") + "\n").expect("a file");
    let failed = riskset(folder.path(), "predict").arg(&path).arg(&new).assert().code(1);
    let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(said.contains("p001: centre is C, and the score score.rad knows A, B"), "{said}");
    let mut without: Vec<String> = few.iter().map(|line| line.replace(",C,", ",,")).collect();
    without.truncate(3);
    fs::write(&new, without.join("\n") + "\n").expect("a file");
    let answer = predicted(folder.path(), &path, &new);
    assert!(answer["patients"][0]["linear_predictor"].is_number());
    assert!(answer["patients"][1]["linear_predictor"].is_null());
    assert!(answer["patients"][1]["flags"].to_string().contains("centre is missing: no score.rad"), "{answer}");
}

#[test]
fn effects_that_are_kept_stay_in_the_study() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &SECTIONS.replace("site = \"centre\"", "site = \"centre\", keep = [\"age\"]"));
    let failed = riskset(folder.path(), "model").arg(folder.path()).args(["--model", "both"]).assert().code(1);
    let said = String::from_utf8_lossy(&failed.get_output().stderr).into_owned();
    assert!(said.contains("keeps the effects of age, which a model file cannot do for new patients"), "{said}");
}
