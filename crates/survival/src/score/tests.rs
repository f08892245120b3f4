use super::*;
use crate::Survival;
use crate::coxnet::{CoxnetSpec, Folds, LambdaRule, Measure};
use crate::feature_selection::{
    Keep, MrmrSpec, RedundancyRule, RedundancySpec, Relevance, UnivariableSpec, VarianceSpec,
};
use crate::harmonize::{CombatSpec, SiteData};
use crate::impute::ChainedSpec;
use crate::stats::rng::Rng;
use crate::validation::{
    BootstrapSpec, CrossValidationSpec, Draws, Left, PermutationSpec, Pipeline, Predictor, Sample,
};
use watch::Unwatched;

/// Features at two sites, the second shifted; feature 3 is a copy of feature 2, feature 5 constant; events follow feature 2.
fn data(n: usize, p: usize, seed: u64) -> (ScoreData, Survival) {
    let mut rng = Rng::new(seed);
    let site: Vec<String> = (0..n).map(|i| if i % 3 == 0 { "b" } else { "a" }.to_owned()).collect();
    let mut features: Vec<Vec<f64>> = (0..p).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    features[3] = features[2].iter().map(|x| x + 0.01 * rng.normal()).collect();
    features[5] = vec![1.0; n];
    let age: Vec<f64> = (0..n).map(|_| 60.0 + 10.0 * rng.normal()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for i in 0..n {
        let death = rng.exponential() / (features[2][i] + 0.03 * (age[i] - 60.0)).exp();
        let censored = 2.0 * rng.exponential();
        time.push(death.min(censored) + 1e-6);
        event.push(death <= censored);
    }
    for column in &mut features {
        (0..n).filter(|i| i % 3 == 0).for_each(|i| column[i] = 2.0 * column[i] + 5.0);
    }
    features[5] = vec![1.0; n];
    let reliability = (0..p).map(|j| if j == 2 { 0.95 } else { 0.8 - 0.01 * (j % 20) as f64 }).collect();
    let data = ScoreData { features, reliability, site, kept: vec![age.clone()], clinical: vec![age] };
    (data, Survival::new(time, event).expect("valid"))
}

fn everybody<'a>(pipeline: &ScorePipeline<'a>, survival: &Survival) -> FittedScore<'a> {
    let rows: Vec<usize> = (0..survival.len()).collect();
    pipeline.fit(&Sample { rows: &rows, survival }, &Unwatched).expect("fits")
}

fn all_steps() -> ScoreSpec {
    ScoreSpec {
        agreement: Some(0.7),
        variance: Some(VarianceSpec::default()),
        harmonisation: Some(Harmonisation::Combat(CombatSpec::default())),
        imputation: Imputation::Median,
        reductions: vec![
            Reduction::Redundancy(
                RedundancySpec { limit: 0.9, ranks: false, rule: RedundancyRule::Better },
                Merit::Reliability,
            ),
            Reduction::Screen(UnivariableSpec { keep: Keep::P(0.5) }),
            Reduction::Mrmr(MrmrSpec { count: 6, relevance: Relevance::Difference }),
        ],
        models: vec![
            ModelSpec { name: "clinical".to_owned(), clinical: vec![0], ..ModelSpec::default() },
            ModelSpec { name: "both".to_owned(), clinical: vec![0], score: true, ..ModelSpec::default() },
        ],
        ..ScoreSpec::default()
    }
}

#[test]
fn without_other_steps_it_is_the_lasso() {
    let (mut data, survival) = data(90, 40, 1);
    data.features.remove(5);
    let slices: Vec<&[f64]> = data.features.iter().map(Vec::as_slice).collect();
    let net = CoxnetSpec::default().check().expect("a lasso");
    let cv = net
        .cross_validate(&survival, &slices, &Folds::default(), Measure::GroupedDeviance, &Unwatched)
        .expect("a cross-validation");
    let fitted = everybody(&ScoreSpec::default().check(&data).expect("a spec"), &survival);
    assert_eq!(fitted.lambda, cv.lambda(LambdaRule::Min));
    let mut found: Vec<(usize, f64)> = fitted.terms.iter().map(|t| (t.feature, t.coef)).collect();
    found.sort_by_key(|(j, _)| *j);
    assert_eq!(found, cv.path.at(fitted.lambda).0);
    let rows: Vec<usize> = (0..90).collect();
    let score = fitted.score(&rows);
    assert!(score.iter().sum::<f64>().abs() < 1e-9, "the score is centred");
    let high = fitted.groups(&rows).iter().filter(|g| **g == 1).count();
    assert_eq!(high, 45);
}

#[test]
fn every_step_does_its_part() {
    let (mut data, survival) = data(120, 30, 2);
    data.features[7][4] = f64::NAN;
    let pipeline = all_steps().check(&data).expect("a spec");
    let fitted = everybody(&pipeline, &survival);
    let left: Vec<(&str, usize)> = fitted.steps.stages.iter().map(|s| (s.name, s.features)).collect();
    let names: Vec<&str> = left.iter().map(|s| s.0).collect();
    let steps = ["candidates", "agreement", "variance", "redundancy", "univariable screen", "mRMR", "elastic net"];
    assert_eq!(names, steps);
    assert!(left.windows(2).all(|w| w[1].1 <= w[0].1), "{left:?}");
    assert_eq!((left[0].1, left[1].1 - left[2].1, left[2].1 - left[3].1), (30, 1, 1), "constant one, then a copy");
    assert_eq!(fitted.terms[0].feature, 2);
    assert!(fitted.terms.iter().all(|t| t.feature != 3));
    // Sites are brought together: the shifted one has no other score on the average.
    let rows: Vec<usize> = (0..120).collect();
    let score = fitted.score(&rows);
    let mean = |b: bool| {
        let of: Vec<f64> = rows.iter().filter(|i| (**i % 3 == 0) == b).map(|&i| score[i]).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    assert!((mean(true) - mean(false)).abs() < 0.4, "{} {}", mean(true), mean(false));
    let predictions = fitted.predict(&rows, &[0.5]);
    assert_eq!(predictions.len(), 2);
    assert!(predictions.iter().flat_map(|p| &p.risk[0]).all(|r| (0.0..=1.0).contains(r)));
    assert_eq!(fitted.selected()[0], Vec::<usize>::new(), "the clinical model chooses nothing");
}

#[test]
fn the_whole_is_validated_and_clinical_and_joint_models_are_compared() {
    let (data, survival) = data(90, 30, 3);
    let pipeline = all_steps().check(&data).expect("a spec");
    let spec = BootstrapSpec { draws: Draws::Random { count: 12, seed: 1 }, times: vec![0.5], candidates: 30 };
    let found = spec.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates");
    assert_eq!((found.used, found.failed), (12, 0));
    let [clinical, both] = found.models.as_slice() else { panic!("two models") };
    assert_eq!((clinical.name.as_str(), both.name.as_str()), ("clinical", "both"));
    assert!(both.measures.c.corrected > clinical.measures.c.corrected);
    assert!(both.measures.c.optimism > 0.0);
    let [adds] = found.differences.as_slice() else { panic!("one pair") };
    assert_eq!((adds.first, adds.second), (0, 1));
    assert!((adds.c.value - (both.measures.c.corrected - clinical.measures.c.corrected)).abs() < 1e-12);
    assert!(adds.c.lower > 0.0 && adds.p < 0.05, "the score adds to age: {adds:?}");
    let left = Left::Folds { folds: 5, repeats: 2, seed: 1 };
    let cross = CrossValidationSpec { left, times: vec![], candidates: 30 };
    let found = cross.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates");
    assert!(found.differences[0].c.lower > 0.0, "{:?}", found.differences);
    assert!(both.selection.features.iter().any(|f| f.feature == 2 && f.share == 1.0));
    let permuted = PermutationSpec { count: 9, seed: 1 }
        .check()
        .expect("a spec")
        .fit(&pipeline, &survival, &Unwatched)
        .expect("validates");
    assert_eq!(permuted.p[1], 0.1);
}

#[test]
fn missing_features_are_an_error_unless_filled_in() {
    let (mut data, survival) = data(60, 10, 4);
    data.features[1][8] = f64::NAN;
    let rows: Vec<usize> = (0..60).collect();
    let pipeline = ScoreSpec::default().check(&data).expect("a spec");
    let found = pipeline.fit(&Sample { rows: &rows, survival: &survival }, &Unwatched).map(|_| ());
    assert_eq!(found, Err(ScoreError::Missing { feature: 1, subject: 8 }));
    let spec = ScoreSpec { imputation: Imputation::Median, ..ScoreSpec::default() };
    let fitted = everybody(&spec.check(&data).expect("a spec"), &survival);
    assert!(fitted.score(&rows).iter().all(|s| s.is_finite()));
}

#[test]
fn chained_equations_pool_the_coefficients_of_their_sets() {
    let (mut data, survival) = data(120, 10, 4);
    data.features.remove(5);
    // Feature 2, which matters, misses in a quarter; feature 3 is its copy.
    (0..120).filter(|i| i % 4 == 1).for_each(|i| data.features[2][i] = f64::NAN);
    let chained = ChainedSpec { sets: 5, rounds: 4, predictors: Some(3), ..ChainedSpec::default() };
    let net = NetSpec { rule: LambdaRule::Value(0.05), ..NetSpec::default() };
    let spec = ScoreSpec { imputation: Imputation::Chained(chained), net, ..ScoreSpec::default() };
    let pipeline = spec.check(&data).expect("a spec");
    let rows: Vec<usize> = (0..120).collect();
    let sample = Sample { rows: &rows, survival: &survival };
    let fitted = pipeline.fit(&sample, &Unwatched).expect("fits");
    let sets = pipeline.steps(&sample, &Unwatched).expect("fits");
    assert_eq!(sets.len(), 5);
    assert_ne!(sets[0].1, sets[1].1, "sets differ");
    // The mean over the sets of the coefficient that each has alone.
    let coef = |values: &[Vec<f64>]| {
        let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let cv = CoxnetSpec::default().check().expect("a lasso").cross_validate(
            &survival,
            &slices,
            &Folds::Given(folds::of_subjects(&rows, &survival, 10, 1, false)),
            Measure::GroupedDeviance,
            &Unwatched,
        );
        let path = cv.expect("a path").path;
        path.at(0.05).0.iter().find(|(j, _)| *j == 3).map_or(0.0, |(_, b)| *b)
    };
    let mean = sets.iter().map(|(_, values)| coef(values)).sum::<f64>() / 5.0;
    let own = fitted.terms.iter().find(|t| t.feature == 3).map_or(0.0, |t| t.coef);
    assert!((own - mean).abs() < 1e-12, "{own} {mean}");
    // Who misses the feature has the score that its copy lets expect.
    let line = fitted.steps.from_others(2).expect("somebody misses it");
    assert!(line.coef.len() == 3 && line.coef.iter().any(|(j, b)| *j == 3 && (b - 1.0).abs() < 0.05), "{line:?}");
    assert!(fitted.score(&rows).iter().all(|s| s.is_finite()));
    let filled = fitted.steps.apply(&[2], &[1]);
    assert!((filled[0][0] - data.features[3][1]).abs() < 0.1, "{filled:?}");
    assert!(fitted.steps.from_others(3).is_none() && fitted.steps.fill(3).is_some());
    let again = pipeline.fit(&sample, &Unwatched).expect("fits");
    assert_eq!(again.terms, fitted.terms);
    let none = ChainedSpec { sets: 0, ..chained };
    let spec = ScoreSpec { imputation: Imputation::Chained(none), ..ScoreSpec::default() };
    assert!(matches!(spec.check(&data), Err(ScoreError::Impute(_))));
}

#[test]
fn cuts_are_those_of_the_sample() {
    let (data, survival) = data(90, 12, 5);
    let rows: Vec<usize> = (0..90).collect();
    let groups = |cut: Cut| {
        let fitted = everybody(&ScoreSpec { cut, ..ScoreSpec::default() }.check(&data).expect("a spec"), &survival);
        let groups = fitted.groups(&rows);
        (0..=fitted.cuts.len()).map(|g| groups.iter().filter(|x| **x == g).count()).collect::<Vec<_>>()
    };
    assert_eq!(groups(Cut::Median), [45, 45]);
    assert_eq!(groups(Cut::Tertiles), [30, 30, 30]);
    assert_eq!(groups(Cut::Value(1e9)), [90, 0]);
    let optimal = groups(Cut::Optimal(0.2));
    assert!(optimal.iter().all(|n| *n >= 18), "{optimal:?}");
}

#[test]
fn what_cannot_be_is_said_before_fitting() {
    let (data, _) = data(30, 8, 6);
    let said = |spec: ScoreSpec, data: &ScoreData| spec.check(data).map(|_| ()).expect_err("refused");
    let without = ScoreData { reliability: vec![], site: vec![], ..data.clone() };
    assert!(matches!(
        said(ScoreSpec { agreement: Some(0.75), ..Default::default() }, &without),
        ScoreError::Length { .. }
    ));
    let sites = ScoreSpec { harmonisation: Some(Harmonisation::ZScores), ..Default::default() };
    assert!(matches!(said(sites, &without), ScoreError::Length { what: "site", .. }));
    let model = |clinical: Vec<usize>| ScoreSpec {
        models: vec![ModelSpec { name: "m".to_owned(), clinical, ..Default::default() }],
        ..Default::default()
    };
    assert_eq!(said(model(vec![]), &data), ScoreError::EmptyModel("m".to_owned()));
    assert_eq!(said(model(vec![7]), &data), ScoreError::Clinical { model: "m".to_owned(), column: 7 });
    assert_eq!(said(ScoreSpec::default(), &ScoreData::default()), ScoreError::NoFeatures);
}

/// Noise only: what a LASSO finds in it is gone in new subjects, and every correction but the optimism's comes close to that.
#[test]
fn noise_is_found_to_be_noise() {
    let mut found: [f64; 3] = [0.0; 3];
    let mut models: f64 = 0.0;
    for seed in 0..6 {
        let (mut data, _) = data(80, 120, 40 + seed);
        data.features.remove(5);
        let (_, survival) = self::data(80, 6, 400 + seed);
        let reductions = vec![Reduction::Screen(UnivariableSpec { keep: Keep::Best(4) })];
        // A penalty that leaves all four in.
        let net = NetSpec { rule: LambdaRule::Value(0.01), ..NetSpec::default() };
        let pipeline = ScoreSpec { reductions, net, ..ScoreSpec::default() }.check(&data).expect("a spec");
        let draws = Draws::Random { count: 20, seed };
        let spec = BootstrapSpec { draws, times: vec![], candidates: 119 };
        let c = spec.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates").models
            [0]
        .measures
        .c;
        let left = Left::Folds { folds: 10, repeats: 1, seed };
        let cross = CrossValidationSpec { left, times: vec![], candidates: 119 };
        let x = cross.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates").models
            [0]
        .measures
        .c;
        [c.apparent, c.point632_plus, x.value].iter().zip(&mut found).for_each(|(v, f)| *f += v);
        models += 1.0;
    }
    let [apparent, plus, cross] = found.map(|f| f / models);
    assert!(apparent > 0.58, "four of 119 features seem to matter: {apparent}");
    assert!((plus - 0.5).abs() < 0.05 && (cross - 0.5).abs() < 0.05, "{plus} {cross}");
}

/// ComBat of all subjects that keeps the effect of the event makes signal out of noise where sites have different shares of
/// events; without outcomes, inside of the validation, it does not.
#[test]
fn harmonising_with_outcomes_leaks_and_ours_does_not() {
    let (mut leaking, mut inside) = (0.0, 0.0);
    for seed in 0..4 {
        let mut rng = Rng::stream(3, seed);
        let (_, survival) = data(80, 6, 60 + seed);
        let at_b = |i: usize, rng: &mut Rng| rng.uniform() < if survival.event()[i] { 0.92 } else { 0.08 };
        let site: Vec<String> = (0..80).map(|i| if at_b(i, &mut rng) { "b" } else { "a" }.to_owned()).collect();
        let column = |rng: &mut Rng| {
            let shift = rng.normal();
            (0..80).map(|i| rng.normal() + if site[i] == "b" { shift } else { 0.0 }).collect::<Vec<f64>>()
        };
        let features: Vec<Vec<f64>> = (0..90).map(|_| column(&mut rng)).collect();
        let event: Vec<f64> = survival.event().iter().map(|e| f64::from(u8::from(*e))).collect();
        let slices: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let names: Vec<&str> = site.iter().map(String::as_str).collect();
        let all = SiteData { features: &slices, site: &names, kept: &[&event] };
        let combat = CombatSpec::default().check().expect("a spec").fit(&all, &Unwatched).expect("fits");
        let treated = combat.apply(&all, &Unwatched).expect("applies").features;
        let net = NetSpec { rule: LambdaRule::Value(0.05), ..NetSpec::default() };
        let c = |harmonisation: Option<Harmonisation>, data: &ScoreData| {
            let pipeline = ScoreSpec { harmonisation, net, ..ScoreSpec::default() }.check(data).expect("a spec");
            let left = Left::Folds { folds: 5, repeats: 1, seed };
            let cross = CrossValidationSpec { left, times: vec![], candidates: 90 };
            cross.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates").models[0]
                .measures
                .c
                .value
                / 4.0
        };
        leaking += c(None, &ScoreData { features: treated, ..ScoreData::default() });
        let combat = Some(Harmonisation::Combat(CombatSpec::default()));
        inside += c(combat, &ScoreData { features, site, ..ScoreData::default() });
    }
    assert!(leaking > 0.58 && (inside - 0.5).abs() < 0.06, "{leaking} {inside}");
}
