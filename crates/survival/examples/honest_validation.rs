//! Whether corrected numbers are honest: pipelines on data whose truth is known.
//!
//! `cargo run --release -p riskset-survival --example honest_validation [DATASETS]`; a hundred take some minutes. The
//! tests of the crate hold smaller versions.
#![allow(clippy::print_stdout, reason = "it prints what it found")]

use survival::Survival;
use survival::concordance::harrell;
use survival::feature_selection::{Keep, UnivariableSpec};
use survival::harmonize::{CombatSpec, SiteData};
use survival::score::{Harmonisation, Reduction, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{
    BootstrapSpec, CrossValidationSpec, Draws, Left, PermutationSpec, Pipeline, Predictor, Sample,
};
use watch::Unwatched;

/// Patients, features and bootstrap samples of each data set.
const PATIENTS: usize = 81;
const FEATURES: usize = 400;
const SAMPLES: usize = 50;

fn main() {
    let datasets = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(20);
    for effect in [0.0, 0.8] {
        corrected_against_truth(datasets, effect);
    }
    permutations(datasets);
    harmonised_with_outcomes(datasets);
}

/// Noise, and a log hazard of `effect` times the first feature; somewhat more than a third have the event.
fn simulated(n: usize, effect: f64, rng: &mut Rng) -> (Vec<Vec<f64>>, Survival) {
    let features: Vec<Vec<f64>> = (0..FEATURES).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for x in &features[0] {
        let death = rng.exponential() / (effect * x).exp();
        let censored = 0.6 * rng.exponential();
        time.push(death.min(censored) + 1e-6);
        event.push(death <= censored);
    }
    (features, Survival::new(time, event).expect("follow-up"))
}

fn mean(values: &[f64]) -> f64 {
    let known: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

fn spread(values: &[f64]) -> f64 {
    let center = mean(values);
    (values.iter().map(|v| (v - center).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}

/// C of a LASSO chosen by ten folds: what each design says, and what 10,000 others say of the fitted model.
fn corrected_against_truth(datasets: usize, effect: f64) {
    let mut found: [Vec<f64>; 6] = Default::default();
    let (mut errors, mut covered) = (Vec::new(), [0.0; 2]);
    for number in 0..datasets {
        let mut rng = Rng::stream(1, number as u64);
        let (features, survival) = simulated(PATIENTS, effect, &mut rng);
        let data = ScoreData { features, ..ScoreData::default() };
        let pipeline = ScoreSpec::default().check(&data).expect("a spec");
        let draws = Draws::Random { count: SAMPLES, seed: number as u64 };
        let bootstrap = BootstrapSpec { draws, times: vec![], candidates: FEATURES };
        let left = Left::Folds { folds: 10, repeats: 2, seed: number as u64 };
        let cross = CrossValidationSpec { left, times: vec![], candidates: FEATURES };
        let (Ok(b), Ok(x)) = (
            bootstrap.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched),
            cross.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched),
        ) else {
            continue;
        };
        let (c, x) = (b.models[0].measures.c, x.models[0].measures.c);
        let truth = if effect == 0.0 { 0.5 } else { in_others(&data, &survival, effect, &mut rng) };
        [c.apparent, c.corrected, c.point632, c.point632_plus, x.value, truth]
            .iter()
            .zip(&mut found)
            .for_each(|(v, f)| f.push(*v));
        errors.push(c.se);
        covered[0] += f64::from(u8::from((c.corrected - truth).abs() <= 1.96 * c.se)) / datasets as f64;
        covered[1] += f64::from(u8::from((x.value - truth).abs() <= 1.96 * x.se)) / datasets as f64;
    }
    println!("log hazard ratio {effect}, {PATIENTS} patients, {FEATURES} features, {} data sets", errors.len());
    let names = ["apparent", "optimism-corrected", ".632", ".632+", "cross-validated", "truth"];
    for (name, values) in names.iter().zip(&found) {
        println!("  {name:<20} mean C {:.3}, standard deviation {:.3}", mean(values), spread(values));
    }
    println!(
        "  mean standard error {:.3}; intervals that hold the truth: bootstrap {:.2}, cross-validation {:.2}",
        mean(&errors),
        covered[0],
        covered[1]
    );
}

/// C of the score fitted to `data` in 10,000 others.
fn in_others(data: &ScoreData, survival: &Survival, effect: f64, rng: &mut Rng) -> f64 {
    let (fresh, outcomes) = simulated(10_000, effect, rng);
    // Both together, so that the fit to the first predicts the others.
    let features = data.features.iter().zip(fresh).map(|(a, b)| a.iter().copied().chain(b).collect()).collect();
    let all = ScoreData { features, ..ScoreData::default() };
    let pipeline = ScoreSpec::default().check(&all).expect("a spec");
    let rows: Vec<usize> = (0..survival.len()).collect();
    let fitted = pipeline.fit(&Sample { rows: &rows, survival }, &Unwatched).expect("fits");
    let others: Vec<usize> = (survival.len()..survival.len() + 10_000).collect();
    harrell(&outcomes, &fitted.predict(&others, &[])[0].score).expect("scores").c
}

/// p of permutations where nothing is to be found: a tenth in each tenth.
fn permutations(datasets: usize) {
    let mut tenths = [0; 10];
    for number in 0..datasets {
        let mut rng = Rng::stream(2, number as u64);
        let (mut features, survival) = simulated(PATIENTS, 0.0, &mut rng);
        features.truncate(60);
        let data = ScoreData { features, ..ScoreData::default() };
        let reductions = vec![Reduction::Screen(UnivariableSpec { keep: Keep::Best(20) })];
        let pipeline = ScoreSpec { reductions, ..ScoreSpec::default() }.check(&data).expect("a spec");
        let permuted = PermutationSpec { count: 39, seed: number as u64 }
            .check()
            .expect("a spec")
            .fit(&pipeline, &survival, &Unwatched);
        let p = permuted.expect("validates").p[0];
        tenths[((p * 10.0).ceil() as usize).clamp(1, 10) - 1] += 1;
    }
    println!("p of permutations in noise, by tenths: {tenths:?} of {datasets}");
}

/// Noise at two sites that differ, one with most of the events: ComBat of all patients that keeps the effect of the event,
/// then a cross-validated LASSO; against ComBat without outcomes inside of the cross-validation.
fn harmonised_with_outcomes(datasets: usize) {
    let (mut leaking, mut inside) = (Vec::new(), Vec::new());
    for number in 0..datasets {
        let mut rng = Rng::stream(3, number as u64);
        let (mut features, survival) = simulated(PATIENTS, 0.0, &mut rng);
        features.truncate(100);
        let at_b = |i: usize, rng: &mut Rng| rng.uniform() < if survival.event()[i] { 0.85 } else { 0.15 };
        let site: Vec<String> = (0..PATIENTS).map(|i| if at_b(i, &mut rng) { "b" } else { "a" }.to_owned()).collect();
        for column in &mut features {
            let shift = rng.normal();
            (0..PATIENTS).filter(|&i| site[i] == "b").for_each(|i| column[i] += shift);
        }
        let event: Vec<f64> = survival.event().iter().map(|e| f64::from(u8::from(*e))).collect();
        let slices: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let names: Vec<&str> = site.iter().map(String::as_str).collect();
        let all = SiteData { features: &slices, site: &names, kept: &[&event] };
        let combat = CombatSpec::default().check().expect("a spec").fit(&all, &Unwatched).expect("fits");
        let treated = combat.apply(&all, &Unwatched).expect("applies").features;
        let left = Left::Folds { folds: 10, repeats: 1, seed: number as u64 };
        let cross = CrossValidationSpec { left, times: vec![], candidates: 100 };
        let c = |spec: ScoreSpec, data: &ScoreData, into: &mut Vec<f64>| {
            let pipeline = spec.check(data).expect("a spec");
            into.extend(
                cross
                    .clone()
                    .check()
                    .expect("a spec")
                    .fit(&pipeline, &survival, &Unwatched)
                    .ok()
                    .map(|x| x.models[0].measures.c.value),
            );
        };
        c(ScoreSpec::default(), &ScoreData { features: treated, ..ScoreData::default() }, &mut leaking);
        let honest =
            ScoreSpec { harmonisation: Some(Harmonisation::Combat(CombatSpec::default())), ..ScoreSpec::default() };
        c(honest, &ScoreData { features, site, ..ScoreData::default() }, &mut inside);
    }
    println!(
        "noise at two sites: cross-validated C {:.3} after ComBat of all patients that keeps the event,",
        mean(&leaking)
    );
    println!("  {:.3} with ComBat in every training part, which knows no outcomes", mean(&inside));
}
