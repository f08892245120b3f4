//! Every feature of every stored case under seven parameter files.

use riskset::radiomics::Features;
use riskset::radiomics::catalogue;
use riskset::radiomics::diagnostics::Diagnostic;
use serde_json::Value;

use super::{FLOOR, TOLERANCE, extracted, image, mask, settings};
use crate::reference::{self, Tally};

const CASES: [&str; 6] = ["brain1", "breast1", "lung1", "synth1", "synth2", "synth4"];

/// Features that hang on the last bit of values that are equal in exact arithmetic, with the bound that holds instead: the
/// spherical harmonics of LBP3D give equal patterns values that differ by rounding, and whether those tie with the 10th
/// or 90th percentile decides whether they lie in the robust range.
const TIES: [(&str, f64); 1] = [("lbp-3D-m2_firstorder_RobustMeanAbsoluteDeviation", 5e-3)];

/// Compares names, order and values of all features of all cases under `config`, and their diagnostics.
fn compare(config: &str) {
    let Some(settings) = settings(config) else { return };
    for case in CASES {
        let Some(folder) = crate::oracle::path("radiomics/golden") else { return };
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{case}__{config}.json"))) else { continue };
        let golden: Value = serde_json::from_str(&text).expect("reference files are JSON");
        let order = order(&text, &golden["features"]);
        let file = |key: &str| {
            let name = golden[key].as_str().expect("a file name");
            crate::oracle::path(&format!("radiomics/images/{name}")).expect("the image beside its values")
        };
        let features = extracted(&image(&file("image")), &mask(&file("mask")), &settings);
        let mut tally = Tally::new(format!("features {case} {config}"), TOLERANCE, FLOOR);
        values(&mut tally, &features, &golden["features"], &order);
        diagnostics(&mut tally, &features, &golden["diagnostics"]);
        let names: Vec<String> = features.values.iter().map(|(name, _)| name.clone()).collect();
        let columns = catalogue::columns(&settings);
        tally.same("columns of the catalogue", names.iter().all(|name| columns.contains(name)), true);
        tally.finish();
    }
}

/// The names of `features` as they follow each other in the `text` of the file.
fn order(text: &str, features: &Value) -> Vec<String> {
    let names = features.as_object().expect("features by name").keys();
    let mut places: Vec<_> = names.map(|name| (text.find(&format!("\"{name}\"")), name.clone())).collect();
    places.sort();
    places.into_iter().map(|(_, name)| name).collect()
}

fn values(tally: &mut Tally, features: &Features, golden: &Value, order: &[String]) {
    tally.same("number of features", features.values.len(), order.len());
    for (name, (found, value)) in order.iter().zip(&features.values) {
        tally.same("order of features", found, name);
        let expected = reference::number(&golden[name]);
        match TIES.iter().find(|(tied, _)| tied == name) {
            // In units of what is allowed.
            Some((_, bound)) => {
                let within = (value - expected).abs() / expected.abs() <= *bound;
                tally.same(&format!("{name} within {bound}"), within, true);
            }
            None => tally.number(name, *value, expected),
        }
    }
}

fn diagnostics(tally: &mut Tally, features: &Features, golden: &Value) {
    for (name, expected) in golden.as_object().expect("diagnostics by name") {
        if name.contains("_Versions_") || name.contains("_Configuration_") {
            continue;
        }
        match features.diagnostics.iter().find(|(n, _)| n == name).map(|(_, value)| value) {
            Some(Diagnostic::Text(text)) => tally.same(name, Some(text.as_str()), expected.as_str()),
            Some(Diagnostic::Number(x)) => tally.number(name, *x, reference::number(expected)),
            Some(Diagnostic::Numbers(x)) => tally.numbers(name, x, &reference::numbers(expected)),
            None => tally.same(name, None, Some(expected)),
        }
    }
}

#[test]
fn a_default() {
    compare("a_default");
}

#[test]
fn b_paper1688() {
    compare("b_paper1688");
}

#[test]
fn c_filters_native() {
    compare("c_filters_native");
}

#[test]
fn d_mri_normalized() {
    compare("d_mri_normalized");
}

#[test]
fn e_force2d() {
    compare("e_force2d");
}

#[test]
fn f_variants() {
    compare("f_variants");
}

#[test]
fn g_slice2d() {
    compare("g_slice2d");
}
