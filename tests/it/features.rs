//! What is said of single radiomic features, against the functions that it stands on.

use std::sync::Arc;
use survival::cox::Ties;

use crate::reference::Tally;
use riskset::ask::Memo;
use riskset::ask::{Dataset, Selection};
use riskset::jobs::open;
use riskset::methods::features;
use riskset::study::IccSpec;
use survival::concordance::harrell;
use survival::cox::{CoxSpec, Design};
use watch::Unwatched;

/// Two clinical numbers of real patients, one of them with missing values, taken for features.
#[test]
fn concordance_and_hazard_ratio_are_those_of_training() {
    let scratch = tempfile::tempdir().expect("a folder");
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_cohorts/lung_ncctg");
    std::fs::copy(sample.join("patients.csv"), scratch.path().join("patients.csv")).expect("a copy");
    let study = std::fs::read_to_string(sample.join("study.toml")).expect("a study");
    let study = format!("{study}\n[features]\ncolumns = [\"age\", \"wt.loss\"]\n");
    std::fs::write(scratch.path().join("study.toml"), study).expect("a file");
    let cohort = open::open(scratch.path()).cohort.expect("patients");
    let data = Dataset::new(Arc::clone(&cohort), Arc::default());
    let on = Selection { endpoint: Some("OS".to_owned()), ..Selection::default() };
    let training = cohort.groups().levels[0].clone();
    let spec =
        features::Spec { on: on.clone(), training: Some(training.clone()), icc: IccSpec::default(), ties: Ties::Efron };
    let answer = Memo::default().ask(&data, spec, &Unwatched).expect("an answer");

    let mut tally = Tally::new("features of lung", 1e-9, 1e-12);
    let selected = data.select(&Selection { cohort: Some(training), ..on }).expect("training");
    for found in &answer.features {
        let all = cohort.frame().get(&found.column.name).and_then(|c| c.numbers()).expect("numbers");
        let known: Vec<usize> = (0..selected.rows.len()).filter(|&i| all[selected.rows[i]].is_finite()).collect();
        let values: Vec<f64> = known.iter().map(|&i| all[selected.rows[i]]).collect();
        let survival = selected.survival.as_ref().expect("an endpoint").select(&known);
        let design = Design::new(values.len()).linear("x", &values).expect("a column");
        let cox = CoxSpec::default().check().expect("a model").fit(&survival, &design, &Unwatched).expect("a fit");
        let estimate = cox.coefficients[0].estimate.expect("an estimate");
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let sd = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt();
        let name = &found.column.name;
        tally.number(&format!("{name} C"), found.c, harrell(&survival, &values).expect("pairs").c);
        tally.number(&format!("{name} HR per SD"), found.hr, (estimate.coef * sd).exp());
        tally.number(&format!("{name} p"), found.p, estimate.p);
        tally.same(&format!("{name} missing"), found.missing, all.iter().filter(|x| x.is_nan()).count());
    }
    tally.same("features", answer.features.len(), 2);
    tally.finish();
}
