//! A radiomic pipeline in bootstrap samples against glmnet and survival on the same rows and folds, where R has both.

use std::fs;
use std::path::Path;
use std::process::Command;

use survival::Survival;
use survival::coxnet::Folds;
use survival::score::{NetSpec, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{Pipeline, Predictor, Sample, judge};
use watch::Unwatched;

/// The folds of subjects, whose copies in a sample stay together.
fn folds(rows: &[usize], survival: &Survival) -> Vec<usize> {
    let mut subjects = rows.to_vec();
    subjects.sort_unstable();
    subjects.dedup();
    let random = Folds::Random { count: 10, seed: 1, stratified: true };
    let fold = random.assign(&survival.select(&subjects), 0).expect("folds");
    rows.iter().map(|row| fold[subjects.binary_search(row).expect("one of them")]).collect()
}

fn column(name: usize, values: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(format!("b{name}")).chain(values).collect()
}

/// Columns as CSV.
fn write(path: &Path, columns: &[Vec<String>]) {
    let row = |i: usize| columns.iter().map(|c| c[i].as_str()).collect::<Vec<_>>().join(",");
    let rows: Vec<String> = (0..columns[0].len()).map(row).collect();
    fs::write(path, rows.join("\n") + "\n").expect("a file");
}

/// Fits the LASSO to so many samples, has R do the same, and gives the largest difference; none without R.
fn compared(features: Vec<Vec<f64>>, survival: &Survival, samples: usize) -> Option<f64> {
    let folder = tempfile::tempdir().expect("a folder");
    let n = survival.time().len();
    let mut data = vec![
        std::iter::once("time".to_owned()).chain(survival.time().iter().map(f64::to_string)).collect::<Vec<_>>(),
        std::iter::once("event".to_owned()).chain(survival.event().iter().map(|e| u8::from(*e).to_string())).collect(),
    ];
    data.extend(features.iter().enumerate().map(|(j, x)| column(j, x.iter().map(f64::to_string))));
    write(&folder.path().join("data.csv"), &data);
    let everything = ScoreData { features, ..ScoreData::default() };
    let net = NetSpec { stratified: true, ..NetSpec::default() };
    let pipeline = ScoreSpec { net, ..ScoreSpec::default() }.check(&everything).expect("a spec");
    let (mut drawn, mut dealt) = (Vec::new(), Vec::new());
    let mut found = vec!["lambda,features,inside,whole".to_owned()];
    for b in 0..samples {
        let rows = Rng::stream(1, b as u64).bootstrap(n);
        let own = survival.select(&rows);
        let fitted = pipeline.fit(&Sample { rows: &rows, survival: &own }, &Unwatched).expect("fits");
        let everybody: Vec<usize> = (0..n).collect();
        let c = |rows: &[usize]| {
            let prediction = fitted.predict(rows, &[]).swap_remove(0);
            judge(&survival.select(rows), &prediction, &[], None).c.value
        };
        found.push(format!("{},{},{},{}", fitted.lambda, fitted.terms.len(), c(&rows), c(&everybody)));
        dealt.push(column(b, folds(&rows, survival).iter().map(usize::to_string)));
        drawn.push(column(b, rows.iter().map(|row| (row + 1).to_string())));
    }
    write(&folder.path().join("samples.csv"), &drawn);
    write(&folder.path().join("folds.csv"), &dealt);
    fs::write(folder.path().join("riskset.csv"), found.join("\n") + "\n").expect("a file");
    let has = Command::new("Rscript").args(["-e", "library(survival); library(glmnet)"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        println!("skipped: R with survival and glmnet is not installed");
        return None;
    }
    let r = Command::new("Rscript").args(["--vanilla", "benches/pipeline.R"]).arg(folder.path()).output();
    let r = r.expect("R runs");
    let said = String::from_utf8_lossy(&r.stdout).into_owned();
    assert!(r.status.success(), "{}", String::from_utf8_lossy(&r.stderr));
    println!("{said}");
    assert!(found[1..].iter().any(|line| !line.contains(",0,")), "some sample selects something");
    let last = said.lines().last().and_then(|line| line.strip_prefix("largest difference "));
    last.and_then(|text| text.parse().ok())
}

#[test]
fn a_pipeline_in_bootstrap_samples_is_that_of_glmnet() {
    let mut rng = Rng::new(17);
    let features: Vec<Vec<f64>> = (0..150).map(|_| (0..81).map(|_| rng.normal()).collect()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for (x, y) in features[0].iter().zip(&features[1]) {
        let death = 60.0 * rng.exponential() / (1.2 * x - 0.9 * y).exp();
        let censored = 12.0 + 48.0 * rng.uniform();
        time.push(death.min(censored) + 1e-3);
        event.push(death <= censored);
    }
    let survival = Survival::new(time, event).expect("follow-up");
    if let Some(worst) = compared(features, &survival, 4) {
        assert!(worst < 1e-5, "{worst}");
    }
}

/// `cargo test --release --test it -- --ignored --nocapture the_sample_studys_pipeline`
#[test]
#[ignore = "extracts the sample study first, which takes minutes"]
fn the_sample_studys_pipeline_is_that_of_glmnet() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("features.csv");
    let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/hcc_pa_tace");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("riskset"));
    assert!(command.arg("extract").arg(&study).arg("-o").arg(&path).status().expect("it runs").success());
    let cohort = riskset::study::Study::open(&study).0.expect("a study").cohort().0.expect("a cohort");
    let table = fs::read_to_string(&path).expect("a table");
    let mut lines = table.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let id = names.iter().position(|name| *name == "id").expect("ids");
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let row_of = |i: usize| rows.iter().find(|row| row[id] == cohort.ids()[i]);
    let endpoint = cohort.endpoint("RFS").expect("an endpoint");
    let known: Vec<usize> = cohort.training().iter().copied().filter(|i| row_of(*i).is_some()).collect();
    let (survival, known) = endpoint.follow_up(&known).expect("follow-up");
    let number = |i: usize, k: usize| row_of(i).and_then(|row| row[k].parse::<f64>().ok()).unwrap_or(f64::NAN);
    let of_feature = |k: usize| known.iter().map(|i| number(*i, k)).collect::<Vec<f64>>();
    let varies = |x: &Vec<f64>| x.iter().all(|v| v.is_finite()) && x.iter().any(|v| *v != x[0]);
    let features: Vec<Vec<f64>> = (0..names.len()).filter(|k| *k != id).map(of_feature).filter(varies).collect();
    println!("{} patients, {} features", known.len(), features.len());
    if let Some(worst) = compared(features, &survival, 3) {
        assert!(worst < 1e-4, "{worst}");
    }
}
