use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::calibration::OptimismSpec;
use crate::concordance::harrell;
use crate::cox::{Baseline, CoxError, CoxSpec, Design, Reference};
use crate::stats::rng::Rng;
use watch::Unwatched;

/// Follow-up with a log hazard of `effect` times the first column; 60 % have the event.
fn simulated(n: usize, features: usize, effect: f64, seed: u64) -> (Vec<Vec<f64>>, Survival) {
    let mut rng = Rng::new(seed);
    let columns: Vec<Vec<f64>> = (0..features).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for x in &columns[0] {
        let death = rng.exponential() / (effect * x).exp();
        let censored = rng.exponential() * 1.5;
        time.push(death.min(censored) + 1e-6);
        event.push(death <= censored);
    }
    (columns, Survival::new(time, event).expect("valid"))
}

/// A Cox model on the `best` features of a univariable screen; on all of them without one.
struct Screened {
    columns: Vec<Vec<f64>>,
    best: Option<usize>,
}

struct Fit {
    columns: Vec<Vec<f64>>,
    chosen: Vec<usize>,
    coef: Vec<f64>,
    means: Vec<f64>,
    baseline: Baseline,
}

impl Pipeline for Screened {
    type Fitted = Fit;
    type Error = CoxError;

    fn models(&self) -> Vec<String> {
        vec!["model".to_owned()]
    }

    fn fit(&self, sample: &Sample, watch: &dyn Watch) -> Result<Fit, CoxError> {
        let pick = |j: usize| sample.rows.iter().map(|&i| self.columns[j][i]).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = (0..self.columns.len()).map(pick).collect();
        let cox = CoxSpec::default().check()?;
        let mut chosen: Vec<usize> = (0..columns.len()).collect();
        if let Some(best) = self.best {
            let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let found = cox.screen(sample.survival, &slices, watch)?;
            let z = |j: &usize| found[*j].estimate.map_or(0.0, |e| (e.coef / e.se).abs());
            chosen.sort_by(|a, b| z(b).total_cmp(&z(a)));
            chosen.truncate(best);
        }
        let mut design = Design::new(sample.rows.len());
        for &j in &chosen {
            design = design.linear(&format!("x{j}"), &columns[j])?;
        }
        let fit = cox.fit(sample.survival, &design, watch)?;
        let baseline = fit.baseline(Reference::Means).remove(0);
        Ok(Fit { columns: self.columns.clone(), chosen, coef: fit.coef_or_zero(), means: fit.means.clone(), baseline })
    }
}

/// Cumulative hazard at `time`.
fn at(baseline: &Baseline, time: f64) -> f64 {
    let before = baseline.time.partition_point(|t| *t <= time);
    before.checked_sub(1).map_or(0.0, |k| baseline.cumhaz[k])
}

impl Predictor for Fit {
    fn predict(&self, rows: &[usize], times: &[f64]) -> Vec<Prediction> {
        let score = |&i: &usize| {
            let terms = self.chosen.iter().zip(self.coef.iter().zip(&self.means));
            terms.map(|(&j, (b, mean))| b * (self.columns[j][i] - mean)).sum::<f64>()
        };
        let score: Vec<f64> = rows.iter().map(score).collect();
        let risk = |time: &f64| {
            let hazard = at(&self.baseline, *time);
            score.iter().map(|lp| -(-hazard * lp.exp()).exp_m1()).collect()
        };
        let risk = times.iter().map(risk).collect();
        vec![Prediction { score, risk }]
    }

    fn selected(&self) -> Vec<Vec<usize>> {
        vec![self.chosen.clone()]
    }
}

fn bootstrap(count: usize, seed: u64, candidates: usize) -> BootstrapSpec {
    BootstrapSpec { draws: Draws::Random { count, seed }, times: vec![0.5], candidates }
}

#[test]
fn one_cox_model_has_the_optimism_that_calibration_gives_it() {
    let (columns, data) = simulated(90, 4, 0.6, 5);
    let mut design = Design::new(90);
    for (j, column) in columns.iter().enumerate() {
        design = design.linear(&format!("x{j}"), column).expect("a column");
    }
    let cox = CoxSpec::default().check().expect("no contradiction");
    let spec = OptimismSpec { bootstraps: 30, seed: 7, times: vec![0.5] };
    let expected = spec.check().and_then(|spec| spec.fit(&data, &design, &cox, &Unwatched)).expect("optimism");
    let found = bootstrap(30, 7, 4)
        .clone()
        .check()
        .expect("a spec")
        .fit(&Screened { columns, best: None }, &data, &Unwatched)
        .expect("validates");
    let measures = &found.models[0].measures;
    let close = |a: &Corrected, b: &crate::calibration::Corrected| {
        assert!((a.apparent - b.apparent).abs() < 1e-8 && (a.optimism - b.optimism).abs() < 1e-8, "{a:?} {b:?}");
    };
    close(&measures.c, &expected.c);
    close(&measures.slope, &expected.slope);
    close(&measures.brier[0], &expected.brier[0]);
    assert_eq!((found.used, found.failed), (30, 0));
    assert!(measures.slope.corrected < 1.0 && measures.c.se > 0.02 && measures.c.se < 0.1, "{measures:?}");
    assert!(measures.c.point632_plus < measures.c.apparent && measures.c.out_of_bag < measures.c.point632);
}

#[test]
fn results_are_the_same_on_any_number_of_threads() {
    let (columns, data) = simulated(60, 12, 0.5, 2);
    let centre: Vec<usize> = (0..60).map(|i| i % 4).collect();
    let pipeline = Screened { columns, best: Some(2) };
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let cross = |left| CrossValidationSpec { left, times: vec![0.4, 0.8], candidates: 12 };
        pool.install(|| {
            let folds = Left::Folds { folds: 5, repeats: 2, seed: 3 };
            let results = (
                bootstrap(12, 1, 12)
                    .clone()
                    .check()
                    .expect("a spec")
                    .fit(&pipeline, &data, &Unwatched)
                    .expect("validates"),
                cross(folds).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates"),
                cross(Left::Centres(centre.clone()))
                    .clone()
                    .check()
                    .expect("a spec")
                    .fit(&pipeline, &data, &Unwatched)
                    .expect("validates"),
                PermutationSpec { count: 9, seed: 1 }
                    .check()
                    .expect("a spec")
                    .fit(&pipeline, &data, &Unwatched)
                    .expect("validates"),
            );
            format!("{results:?}")
        })
    };
    assert_eq!(all(1), all(3));
}

#[test]
fn samples_can_be_made_apart_and_put_together() {
    let (columns, data) = simulated(60, 6, 0.5, 4);
    let pipeline = Screened { columns, best: Some(2) };
    let spec = bootstrap(8, 1, 6);
    let apart: Vec<Result<Replicate, String>> = (0..8)
        .rev()
        .map(|b| spec.clone().check().expect("a spec").replicate(&pipeline, &data, b, &Unwatched))
        .rev()
        .collect();
    let rows: Vec<usize> = (0..60).collect();
    let fitted = pipeline.fit(&Sample { rows: &rows, survival: &data }, &Unwatched).expect("fits");
    let together =
        spec.clone().check().expect("a spec").summarize(&pipeline, &fitted, &data, apart).expect("a summary");
    assert_eq!(
        format!("{together:?}"),
        format!("{:?}", spec.clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates"))
    );
}

/// Stops after so many steps.
struct Stop(AtomicUsize);

impl Watch for Stop {
    fn step(&self, _: usize, _: usize) -> Result<(), Cancelled> {
        let left = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| Cancelled)
    }
}

#[test]
fn it_stops_when_told_to() {
    let (columns, data) = simulated(50, 5, 0.5, 4);
    let pipeline = Screened { columns, best: Some(2) };
    for steps in [0, 1, 5, 30] {
        let watch = Stop(AtomicUsize::new(steps));
        assert_eq!(
            bootstrap(50, 1, 5).clone().check().expect("a spec").fit(&pipeline, &data, &watch),
            Err(ValidationError::Cancelled(Cancelled))
        );
        let watch = Stop(AtomicUsize::new(steps));
        let permutation = PermutationSpec { count: 50, seed: 1 }.check().expect("a spec").fit(&pipeline, &data, &watch);
        assert_eq!(permutation, Err(ValidationError::Cancelled(Cancelled)));
    }
}

#[test]
fn samples_that_fail_are_counted_and_said() {
    let (columns, data) = simulated(50, 3, 0.5, 4);
    let pipeline = Screened { columns, best: None };
    let censored: Vec<usize> = (0..50).filter(|&i| !data.event()[i]).collect();
    let everybody: Vec<usize> = (0..50).collect();
    let spec = BootstrapSpec { draws: Draws::Given(vec![everybody, censored.clone()]), times: vec![], candidates: 3 };
    let found = spec.clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates");
    assert_eq!((found.used, found.failed), (1, 1));
    assert!(found.first_failure.is_some_and(|said| said.contains("has the event")));
    assert!(found.models[0].measures.c.optimism.abs() < 1e-12, "the sample is everybody");
    let spec = BootstrapSpec { draws: Draws::Given(vec![censored]), ..spec };
    assert!(matches!(
        spec.clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched),
        Err(ValidationError::AllFailed { samples: 1, .. })
    ));
    let spec = BootstrapSpec { draws: Draws::Given(vec![vec![50]]), ..spec };
    let wrong = ValidationError::Row { sample: 0, row: 50, subjects: 50 };
    assert_eq!(spec.clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched), Err(wrong));
}

#[test]
fn every_subject_is_left_out_once_a_deal() {
    let (columns, data) = simulated(53, 3, 0.5, 4);
    let pipeline = Screened { columns, best: Some(1) };
    let spec = |left| CrossValidationSpec { left, times: vec![0.5], candidates: 3 };
    let folds = Left::Folds { folds: 10, repeats: 3, seed: 1 };
    let found = spec(folds).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates");
    let model = &found.models[0];
    assert_eq!((found.used, model.parts.len()), (30, 30));
    assert_eq!(model.parts.iter().map(|p| p.n).sum::<usize>(), 3 * 53);
    assert_eq!(model.parts.iter().map(|p| p.events).sum::<usize>(), 3 * data.n_events());
    let spread = model.parts.iter().map(|p| p.events);
    assert!(spread.clone().max().expect("parts") - spread.min().expect("parts") <= 1, "events are dealt apart");
    let centres = Left::Centres((0..53).map(|i| 7 * (i % 3)).collect());
    let found = spec(centres).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates");
    let parts: Vec<usize> = found.models[0].parts.iter().map(|p| p.part).collect();
    assert_eq!(parts, [0, 7, 14]);
    let one = Left::Centres(vec![1; 53]);
    assert_eq!(
        spec(one).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched),
        Err(ValidationError::OneCentre)
    );
    let many = Left::Folds { folds: 54, repeats: 1, seed: 1 };
    assert_eq!(
        spec(many).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched),
        Err(ValidationError::Folds { folds: 54, subjects: 53 })
    );
}

#[test]
fn selection_is_counted() {
    let samples = [vec![3, 1], vec![3], vec![1, 3, 4]];
    let selection = Selection::new(samples.iter(), 10);
    assert_eq!((selection.min, selection.mean, selection.max), (1, 2.0, 3));
    let of = |feature: usize| *selection.features.iter().find(|f| f.feature == feature).expect("used");
    assert_eq!((of(3).share, of(1).rank, of(4).rank), (1.0, 1.5, 3.0));
    assert_eq!(selection.features.iter().map(|f| f.feature).collect::<Vec<_>>(), [3, 1, 4]);
    // By hand: variances 0, 1/3, 1/3 over ten features against 0.2 * 0.8.
    assert!((selection.stability - (1.0 - (2.0 / 3.0 / 10.0) / 0.16)).abs() < 1e-12);
}

#[test]
fn a_planted_signal_is_as_good_in_new_subjects_as_it_says() {
    let (columns, data) = simulated(150, 40, 0.9, 11);
    let pipeline = Screened { columns, best: Some(3) };
    let found =
        bootstrap(40, 1, 40).clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates");
    assert_eq!(found.models[0].selection.features[0].feature, 0);
    assert_eq!(found.models[0].selection.features[0].share, 1.0);
    let c = found.models[0].measures.c;
    // The fitted model on 10,000 others.
    let rows: Vec<usize> = (0..150).collect();
    let fitted = pipeline.fit(&Sample { rows: &rows, survival: &data }, &Unwatched).expect("fits");
    let (fresh, outcomes) = simulated(10_000, 40, 0.9, 12);
    let others = Fit { columns: fresh, ..fitted };
    let score = others.predict(&(0..10_000).collect::<Vec<_>>(), &[]).remove(0).score;
    let truth = harrell(&outcomes, &score).expect("scores").c;
    assert!((c.corrected - truth).abs() < 2.0 * c.se, "{c:?} and {truth} in new subjects");
    let permuted = PermutationSpec { count: 19, seed: 1 }
        .check()
        .expect("a spec")
        .fit(&pipeline, &data, &Unwatched)
        .expect("validates");
    assert_eq!(permuted.p, [0.05]);
}

/// The bootstrap of a selection and a Cox model, written out in R (tests/data/validation.R).
#[test]
fn optimism_and_632_equal_a_direct_script() {
    let stored: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/data/validation.json")).expect("JSON");
    let numbers = |value: &serde_json::Value| {
        value.as_array().expect("numbers").iter().map(|v| v.as_f64().expect("a number")).collect::<Vec<f64>>()
    };
    let lists = |key: &str| stored[key].as_array().expect("lists").iter().map(numbers).collect::<Vec<_>>();
    let event = numbers(&stored["event"]).iter().map(|e| *e == 1.0).collect();
    let data = Survival::new(numbers(&stored["time"]), event).expect("valid");
    let draws = lists("draws").iter().map(|rows| rows.iter().map(|i| *i as usize).collect()).collect();
    let at = stored["at"].as_f64().expect("a time");
    let pipeline = Screened { columns: lists("columns"), best: Some(3) };
    let spec = BootstrapSpec { draws: Draws::Given(draws), times: vec![at], candidates: 11 };
    let found = spec.clone().check().expect("a spec").fit(&pipeline, &data, &Unwatched).expect("validates");
    let model = &found.models[0];
    let names: Vec<&str> = model.selected.iter().map(|&j| stored["names"][j].as_str().expect("a name")).collect();
    assert_eq!(serde_json::json!(names), stored["selected"]);
    let close = |what: &str, key: &str, found: f64| {
        let expected = stored[what][key].as_f64().unwrap_or_else(|| numbers(&stored[what][key])[0]);
        assert!((found - expected).abs() < 1e-8, "{what} {key}: {found} is not {expected}");
    };
    for (what, measure) in [("c", model.measures.c), ("brier", model.measures.brier[0])] {
        close(what, "apparent", measure.apparent);
        close(what, "optimism", measure.optimism);
        close(what, "out_of_bag", measure.out_of_bag);
        close(what, "point632", measure.point632);
        close(what, "point632_plus", measure.point632_plus);
    }
    close("slope", "optimism", model.measures.slope.optimism);
}

#[test]
fn permutations_of_noise_have_uniform_p() {
    let mut p = Vec::new();
    for seed in 0..60 {
        let (columns, data) = simulated(40, 10, 0.0, 500 + seed);
        let pipeline = Screened { columns, best: Some(2) };
        p.push(
            PermutationSpec { count: 19, seed }
                .check()
                .expect("a spec")
                .fit(&pipeline, &data, &Unwatched)
                .expect("validates")
                .p[0],
        );
    }
    // Of 60 uniform ones: the mean within 2.6 standard errors, and each quarter within 2.7.
    let mean = p.iter().sum::<f64>() / 60.0;
    assert!((mean - 0.525).abs() < 0.097, "{mean}");
    for quarter in 0..4 {
        let (low, high) = (0.25 * f64::from(quarter), 0.25 * f64::from(quarter + 1));
        let n = p.iter().filter(|p| **p > low + 1e-9 && **p <= high + 1e-9).count();
        assert!((6..=24).contains(&n), "{n} of 60 between {low} and {high}");
    }
}
