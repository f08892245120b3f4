//! The penalized model over radiomic features and the score that other questions stand on.

use std::sync::Arc;

use proptest::prelude::*;

use riskset::ask::Memo;
use riskset::ask::grouping::Grouping;
use riskset::ask::{AskError, Dataset, FeatureTable, Question, Repeat, ScoreOf, Selection};
use riskset::methods::km;
use riskset::methods::{lasso, made};
use riskset::study::RAD_GROUP;
use riskset::study::{Cohort, CohortParts, Endpoint, IccSpec, LassoSpec, TimeUnit};
use survival::stats::rng::Rng;
use tables::{Category, Column, Frame, Values};
use watch::Unwatched;

/// Patients of the training cohort, and of the validation cohort behind them.
const TRAINING: usize = 60;
const VALIDATION: usize = 30;
/// Features; the first two matter.
const FEATURES: usize = 12;

/// Two cohorts with features, of which the validation cohort's follow-up and values depend on `validation` only.
fn cohorts(training: u64, validation: u64) -> (Cohort, Vec<Vec<f64>>) {
    let (mut time, mut event, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for (seed, n) in [(training, TRAINING), (validation, VALIDATION)] {
        let mut rng = Rng::new(seed);
        for _ in 0..n {
            let features: Vec<f64> = (0..FEATURES).map(|_| 100.0 + 5.0 * rng.normal()).collect();
            let risk = (0.2 * (features[0] - features[1])).exp();
            time.push(rng.exponential() / risk + 0.01);
            event.push(Some(rng.uniform() < 0.7));
            rows.push(features);
        }
    }
    let n = TRAINING + VALIDATION;
    let codes = (0..n).map(|i| Some(u32::from(i >= TRAINING))).collect();
    let ids: Vec<String> = (0..n).map(|i| format!("P{i:03}")).collect();
    let endpoint = Endpoint {
        name: "RFS".to_owned(),
        label: "Recurrence-free survival".to_owned(),
        unit: TimeUnit::Months,
        time,
        event,
        causes: None,
        notes: Vec::new(),
        guesses: Vec::new(),
    };
    let number = Column::new("number", Values::Number((0..n).map(|i| i as f64).collect()), "made");
    let parts = CohortParts {
        frame: Frame::from_columns(vec![number]).expect("a column"),
        ids,
        endpoints: vec![endpoint],
        groups: Category::new(vec!["training".to_owned(), "validation".to_owned()], codes),
        ..CohortParts::default()
    };
    (Cohort::new(parts).expect("equal lengths"), rows)
}

fn names() -> Arc<[String]> {
    (0..FEATURES).map(|j| format!("f{j}")).collect()
}

fn dataset(training: u64, validation: u64) -> Dataset {
    let (cohort, rows) = cohorts(training, validation);
    let mut features = FeatureTable::new(rows.len(), ["AP".to_owned()]);
    for (patient, row) in rows.into_iter().enumerate() {
        assert!(features.insert(patient, 0, None, &names(), row.into()));
    }
    Dataset::new(Arc::new(cohort), Arc::new(features))
}

fn spec() -> lasso::Spec {
    let on = Selection { endpoint: Some("RFS".to_owned()), ..Selection::default() };
    lasso::Spec::of_study(on, Some("training".to_owned()), &LassoSpec::default(), &IccSpec::default(), 1)
}

fn ask<Q: Question>(data: &Dataset, question: Q) -> Result<Arc<Q::Answer>, AskError> {
    Memo::default().ask(data, question, &Unwatched)
}

fn model(data: &Dataset, spec: lasso::Spec) -> lasso::Answer {
    Arc::unwrap_or_clone(ask(data, spec).expect("a model"))
}

/// The score and its groups under the names of a study's first.
fn as_column(spec: lasso::Spec) -> ScoreOf {
    let columns = ["rad_score", "rad_group"].map(str::to_owned).to_vec();
    let named = made::Named { name: "rad".to_owned(), label: "Rad-score".to_owned(), is_first: true, spec };
    ScoreOf::new(made::Spec { columns, scores: vec![named], derived: Vec::new() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_training_cohort_alone_makes_the_model(seed in 0_u64..1000, other in 1000_u64..2000) {
        let (a, b) = (model(&dataset(seed, 1), spec()), model(&dataset(seed, other), spec()));
        prop_assert_eq!(&a.selected, &b.selected);
        prop_assert_eq!((&a.lambda, &a.cv, a.cut), (&b.lambda, &b.cv, b.cut));
        prop_assert_eq!(&a.scores[..TRAINING], &b.scores[..TRAINING]);
        prop_assert_eq!(&a.cohorts[0], &b.cohorts[0]);
    }

    #[test]
    fn half_of_the_training_cohort_is_above_the_cut(seed in 0_u64..1000) {
        let answer = model(&dataset(seed, seed + 1), spec());
        prop_assert_eq!(answer.cut, answer.cohorts[0].median);
        if !answer.selected.terms.is_empty() {
            prop_assert_eq!(answer.cohorts[0].high, TRAINING / 2);
            // z-scores of the training cohort add up to nothing.
            prop_assert!(answer.cohorts[0].mean.abs() < 1e-10);
        }
        for term in &answer.selected.terms {
            prop_assert!((term.coef * term.sd / term.z_coef - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn curves_stand_on_the_score_of_the_same_data() {
    let data = dataset(3, 4);
    let on = |cohort: &str| Selection {
        endpoint: Some("RFS".to_owned()),
        cohort: Some(cohort.to_owned()),
        score: Some(as_column(spec())),
        ..Selection::default()
    };
    let by = Some(Grouping::Column(RAD_GROUP.to_owned()));
    let model = model(&data, spec());
    for (code, cohort) in ["training", "validation"].into_iter().enumerate() {
        let query = km::Spec { on: on(cohort), by: by.clone(), ..km::Spec::default() };
        assert!(query.uses_features());
        let answer = ask(&data, query).expect("curves");
        let high = answer.groups.iter().find(|g| g.group.ends_with("high")).map_or(0, |g| g.n);
        assert_eq!(high, model.cohorts[code].high, "{cohort}: the same cut in every cohort");
    }
    let filtered = Selection { filter: Some("rad_score > 0".to_owned()), ..on("training") };
    let answer = ask(&data, km::Spec { on: filtered, ..km::Spec::default() }).expect("curves");
    let above = model.scores[..TRAINING].iter().filter(|s| s.score > 0.0).count();
    assert_eq!(answer.groups[0].n, above);
}

#[test]
fn without_features_curves_are_drawn_and_say_that_there_is_no_score() {
    let (cohort, rows) = cohorts(3, 4);
    let data = Dataset::new(Arc::new(cohort), Arc::new(FeatureTable::new(rows.len(), ["AP".to_owned()])));
    assert!(matches!(ask(&data, spec()), Err(AskError::NotYet(_))));
    let on = Selection { score: Some(as_column(spec())), ..spec().on };
    let answer = ask(&data, km::Spec { on, ..km::Spec::default() }).expect("one curve");
    assert_eq!(answer.groups[0].n, rows.len());
    assert!(answer.notes.iter().any(|n| n.contains("no Rad-score")), "{:?}", answer.notes);
}

#[test]
fn unreliable_features_are_no_candidates() {
    let (_, rows) = cohorts(3, 4);
    let mut data = dataset(3, 4);
    let features = Arc::make_mut(&mut data.features);
    let repeat = |reader: &str, reading: &str| Repeat { reader: reader.to_owned(), reading: reading.to_owned() };
    let mut rng = Rng::new(9);
    for (patient, row) in rows.iter().enumerate().take(20) {
        for again in [repeat("A", "2"), repeat("B", "1")] {
            // The first feature cannot be reproduced; the others can.
            let mut values = row.clone();
            values[0] = 100.0 + 5.0 * rng.normal();
            values[1..].iter_mut().for_each(|v| *v += 0.1 * rng.normal());
            assert!(features.insert(patient, 0, Some(again), &names(), values.into()));
        }
    }
    let answer = model(&data, spec());
    let stages: Vec<usize> = answer.stages.iter().map(|s| s.features).collect();
    assert_eq!(stages[..3], [FEATURES, FEATURES - 1, FEATURES - 1]);
    assert!(answer.paths.iter().all(|p| p.feature != "AP_f0"));
    assert!(answer.selected.terms.iter().all(|t| t.icc.is_some_and(|icc| icc > 0.75)));
}

#[test]
fn patients_without_features_have_no_score_and_do_not_enter_the_fit() {
    let (cohort, rows) = cohorts(3, 4);
    let mut features = FeatureTable::new(rows.len(), ["AP".to_owned()]);
    for (patient, row) in rows.into_iter().enumerate().filter(|(i, _)| i % 10 != 0) {
        assert!(features.insert(patient, 0, None, &names(), row.into()));
    }
    let data = Dataset::new(Arc::new(cohort), Arc::new(features));
    let answer = model(&data, spec());
    assert_eq!((answer.n, answer.n_dropped), (TRAINING - TRAINING / 10, TRAINING / 10));
    assert!(answer.scores.iter().all(|s| s.score.is_nan() == (s.row % 10 == 0)));
    assert_eq!(answer.cohorts[1].scored, VALIDATION - VALIDATION / 10);
}
