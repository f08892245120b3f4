//! Small versions of the simulations of docs/validation.md: corrected numbers on data whose truth is known. Bounds are three
//! Monte-Carlo errors of the means; the larger version is `cargo run --release --example honest_validation`.

use survival::Survival;
use survival::concordance::harrell;
use survival::harmonize::{CombatSpec, SiteData};
use survival::score::{Harmonisation, NetSpec, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{CrossModel, CrossValidationSpec, Left, Pipeline, Predictor, Sample};
use watch::Unwatched;

const DATASETS: u64 = 24;
const PATIENTS: usize = 70;
const FEATURES: usize = 60;

/// Noise, and a log hazard of `effect` times the first feature.
fn simulated(n: usize, effect: f64, rng: &mut Rng) -> (Vec<Vec<f64>>, Survival) {
    let features: Vec<Vec<f64>> = (0..FEATURES).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for x in &features[0] {
        let death = rng.exponential() / (effect * x).exp();
        let censored = 0.8 * rng.exponential();
        time.push(death.min(censored) + 1e-6);
        event.push(death <= censored);
    }
    (features, Survival::new(time, event).expect("follow-up"))
}

fn spec() -> ScoreSpec {
    ScoreSpec { net: NetSpec { folds: 5, ..NetSpec::default() }, ..ScoreSpec::default() }
}

fn crossed(spec: ScoreSpec, data: &ScoreData, survival: &Survival, seed: u64) -> CrossModel {
    let left = Left::Folds { folds: 5, repeats: 1, seed };
    let cross = CrossValidationSpec { left, times: vec![], candidates: FEATURES }.check().expect("a spec");
    let pipeline = spec.check(data).expect("a spec");
    cross.fit(&pipeline, survival, &Unwatched).expect("validates").models.remove(0)
}

/// Mean and its Monte-Carlo error.
fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[test]
fn noise_looks_good_and_is_half_when_every_step_is_refitted() {
    let (mut apparent, mut corrected) = (Vec::new(), Vec::new());
    for number in 0..DATASETS {
        let (features, survival) = simulated(PATIENTS, 0.0, &mut Rng::stream(1, number));
        let model = crossed(spec(), &ScoreData { features, ..ScoreData::default() }, &survival, number);
        apparent.push(model.apparent.c);
        corrected.push(model.measures.c.value);
    }
    let ((apparent, of_apparent), (corrected, error)) = (mean(&apparent), mean(&corrected));
    assert!(apparent - 0.5 > 3.0 * of_apparent, "{apparent}, error {of_apparent}");
    assert!(error < 0.03 && (corrected - 0.5).abs() < 3.0 * error, "{corrected}, error {error}");
}

#[test]
fn a_planted_signal_is_found_and_as_good_in_new_patients_as_the_corrected_number_says() {
    let (mut apart, mut found) = (Vec::new(), 0);
    for number in 0..DATASETS {
        let mut rng = Rng::stream(2, number);
        let (features, survival) = simulated(PATIENTS, 1.0, &mut rng);
        let (fresh, outcomes) = simulated(2_000, 1.0, &mut rng);
        let data = ScoreData { features: features.clone(), ..ScoreData::default() };
        let model = crossed(spec(), &data, &survival, number);
        found += u64::from(model.selection.features.first().is_some_and(|most| most.feature == 0));
        // Both together, so that the fit to the first predicts the others.
        let both = features.into_iter().zip(fresh).map(|(a, b)| a.into_iter().chain(b).collect()).collect();
        let both = ScoreData { features: both, ..ScoreData::default() };
        let pipeline = spec().check(&both).expect("a spec");
        let rows: Vec<usize> = (0..PATIENTS).collect();
        let fitted = pipeline.fit(&Sample { rows: &rows, survival: &survival }, &Unwatched).expect("fits");
        let others: Vec<usize> = (PATIENTS..PATIENTS + 2_000).collect();
        let truth = harrell(&outcomes, &fitted.predict(&others, &[])[0].score).expect("scores").c;
        apart.push(model.measures.c.value - truth);
    }
    let (apart, error) = mean(&apart);
    assert!(error < 0.03 && apart.abs() < 3.0 * error, "{apart}, error {error}");
    assert!(found >= DATASETS - 4, "{found}");
}

#[test]
fn harmonisation_that_knows_outcomes_shows_and_one_inside_does_not() {
    let (mut leaking, mut inside) = (Vec::new(), Vec::new());
    for number in 0..DATASETS {
        let mut rng = Rng::stream(3, number);
        let (mut features, survival) = simulated(PATIENTS, 0.0, &mut rng);
        let event: Vec<f64> = survival.event().iter().map(|e| f64::from(u8::from(*e))).collect();
        let at_b: Vec<bool> = event.iter().map(|e| rng.uniform() < 0.15 + 0.7 * e).collect();
        for column in &mut features {
            let shift = rng.normal();
            column.iter_mut().zip(&at_b).filter(|(_, at_b)| **at_b).for_each(|(value, _)| *value += shift);
        }
        let site: Vec<String> = at_b.iter().map(|at_b| if *at_b { "b" } else { "a" }.to_owned()).collect();
        let slices: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let names: Vec<&str> = site.iter().map(String::as_str).collect();
        let all = SiteData { features: &slices, site: &names, kept: &[&event] };
        let combat = CombatSpec::default().check().expect("a spec").fit(&all, &Unwatched).expect("fits");
        let treated = combat.apply(&all, &Unwatched).expect("applies").features;
        let treated = ScoreData { features: treated, ..ScoreData::default() };
        leaking.push(crossed(spec(), &treated, &survival, number).measures.c.value);
        let harmonisation = Some(Harmonisation::Combat(CombatSpec::default()));
        let data = ScoreData { features, site, ..ScoreData::default() };
        inside.push(crossed(ScoreSpec { harmonisation, ..spec() }, &data, &survival, number).measures.c.value);
    }
    let ((leaking, of_leaking), (inside, of_inside)) = (mean(&leaking), mean(&inside));
    assert!(leaking - 0.5 > 3.0 * of_leaking, "{leaking}, error {of_leaking}");
    assert!((inside - 0.5).abs() < 3.0 * of_inside, "{inside}, error {of_inside}");
}
