//! ComBat against neuroCombat 0.2.12.

use std::path::Path;

use survival::harmonize::{CombatSpec, Harmonizer, SiteData, SitePrior};
use watch::Unwatched;

use super::{json, numbers, reference};

/// Closeness that the definitions allow: neuroCombat multiplies likelihoods where we add their logarithms.
const EXACT: f64 = 1e-8;
const BY_LIKELIHOOD: f64 = 1e-6;

struct Patients {
    site: Vec<String>,
    age: Vec<f64>,
    stage: Vec<f64>,
    features: Vec<Vec<f64>>,
}

impl Patients {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a table");
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let column = |j: usize| rows.iter().map(|row| row[j].parse().expect("a number")).collect::<Vec<f64>>();
        Self {
            site: rows.iter().map(|row| row[1].to_owned()).collect(),
            age: column(2),
            stage: column(3),
            features: (4..rows[0].len()).map(column).collect(),
        }
    }

    fn part(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.site.len()).filter(|&i| keep(i)).collect();
        let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
        Self {
            site: rows.iter().map(|&i| self.site[i].clone()).collect(),
            age: pick(&self.age),
            stage: pick(&self.stage),
            features: self.features.iter().map(|f| pick(f)).collect(),
        }
    }

    fn with<T>(&self, keep: bool, then: impl FnOnce(&SiteData) -> T) -> T {
        let features: Vec<&[f64]> = self.features.iter().map(Vec::as_slice).collect();
        let site: Vec<&str> = self.site.iter().map(String::as_str).collect();
        let kept: &[&[f64]] = &[&self.age, &self.stage];
        then(&SiteData { features: &features, site: &site, kept: if keep { kept } else { &[] } })
    }
}

fn spec(prior: SitePrior) -> CombatSpec {
    CombatSpec { prior, ..CombatSpec::default() }
}

/// Values of rows against those of columns.
fn compare(name: &str, rows: &serde_json::Value, columns: &[Vec<f64>], tolerance: f64) {
    let mut worst: f64 = 0.0;
    for (i, row) in rows.as_array().expect("rows").iter().enumerate() {
        for (expected, column) in numbers(row).iter().zip(columns) {
            worst = worst.max((column[i] - expected).abs() / expected.abs().max(1e-3));
        }
    }
    println!("{name}: largest relative difference {worst:.1e}");
    assert!(worst <= tolerance, "{name}: {worst:e}");
}

#[test]
fn combat_equals_neurocombat() {
    let (Some(table), Some(golden)) = (reference("data/combat.csv"), reference("combat.json")) else { return };
    let (patients, golden) = (Patients::read(&table), json(&golden));
    let cases = [
        ("parametric", spec(SitePrior::Parametric), false, EXACT),
        ("parametric_covariates", spec(SitePrior::Parametric), true, EXACT),
        ("nonparametric", spec(SitePrior::NonParametric), false, BY_LIKELIHOOD),
        ("mean_only", CombatSpec { mean_only: true, ..CombatSpec::default() }, false, EXACT),
        ("no_eb", spec(SitePrior::None), false, EXACT),
        ("reference_A", CombatSpec { reference: Some("A".into()), ..CombatSpec::default() }, false, EXACT),
    ];
    for (name, spec, keep, tolerance) in cases {
        let fitted: Harmonizer =
            patients.with(keep, |data| spec.clone().check().expect("a spec").fit(data, &Unwatched)).expect("fits");
        let harmonised = patients.with(keep, |data| fitted.apply(data, &Unwatched)).expect("applies");
        let expected = &golden[name];
        compare(name, &expected["data"], &harmonised.features, tolerance);
        for (site, (gamma, delta)) in fitted.sites.iter().zip(
            expected["gamma_star"]
                .as_array()
                .expect("sites")
                .iter()
                .zip(expected["delta_star"].as_array().expect("sites")),
        ) {
            let close = |a: f64, b: f64| (a - b).abs() <= 100.0 * tolerance * b.abs().max(1e-3);
            assert!(site.gamma_star.iter().zip(numbers(gamma)).all(|(a, b)| close(*a, b)), "{name} {}", site.name);
            assert!(site.delta_star.iter().zip(numbers(delta)).all(|(a, b)| close(*a, b)), "{name} {}", site.name);
        }
    }
}

#[test]
fn a_fit_applied_to_others_equals_neurocombat() {
    let (Some(table), Some(golden)) = (reference("data/combat.csv"), reference("combat.json")) else { return };
    let (patients, golden) = (Patients::read(&table), json(&golden));
    let (training, others) = (patients.part(|i| i % 4 != 0), patients.part(|i| i % 4 == 0));
    let fitted = training
        .with(false, |data| CombatSpec::default().check().expect("a spec").fit(data, &Unwatched))
        .expect("fits");
    let harmonised = others.with(false, |data| fitted.apply(data, &Unwatched)).expect("applies");
    compare("applied", &golden["applied"]["data"], &harmonised.features, EXACT);
    assert!(harmonised.new_sites.is_empty());
}

#[test]
fn a_site_fitted_alone_is_the_reference_of_others() {
    let (Some(table), Some(golden)) = (reference("data/combat.csv"), reference("combat.json")) else { return };
    let (patients, golden) = (Patients::read(&table), json(&golden));
    let alone = patients.part(|i| patients.site[i] == "A");
    let fitted =
        alone.with(false, |data| CombatSpec::default().check().expect("a spec").fit(data, &Unwatched)).expect("fits");
    let harmonised = patients.with(false, |data| fitted.apply(data, &Unwatched)).expect("applies");
    // neuroCombat has no new sites; with A as reference it gives B and C the same values.
    compare("new sites", &golden["reference_A"]["data"], &harmonised.features, EXACT);
    assert_eq!(harmonised.new_sites.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["B", "C"]);
}
