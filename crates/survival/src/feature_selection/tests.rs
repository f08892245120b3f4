use super::*;
use crate::Survival;
use crate::stats::rng::Rng;
use watch::Unwatched;

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

/// Two columns with a common cause, a copy of the first with a little noise, and noise; times follow the cause.
fn data() -> (Vec<Vec<f64>>, Survival) {
    let (n, mut rng) = (120, Rng::new(4));
    let cause: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
    let near = |from: &[f64], spread: f64, rng: &mut Rng| from.iter().map(|x| x + spread * rng.normal()).collect();
    let first: Vec<f64> = near(&cause, 0.3, &mut rng);
    let copy = near(&first, 0.05, &mut rng);
    let second = near(&cause, 0.8, &mut rng);
    let noise: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
    let time = cause.iter().map(|x| rng.exponential() * (-x).exp() + 1e-6).collect();
    (vec![first, copy, second, noise], Survival::new(time, vec![true; n]).expect("valid"))
}

#[test]
fn what_does_not_vary_is_left_out() {
    let mut rare = vec![0.0; 100];
    rare[3] = 1.0;
    let varied: Vec<f64> = (0..100).map(f64::from).collect();
    let small: Vec<f64> = varied.iter().map(|v| v * 1e-4).collect();
    let columns = [vec![0.1 + 0.2; 100], rare, varied, small, vec![f64::NAN; 100]];
    let kept = |spec: VarianceSpec| spec.check().expect("limits").fit(&slices(&columns));
    assert_eq!(kept(VarianceSpec::default()), [2, 3]);
    assert_eq!(kept(VarianceSpec { least: 0.0, frequency_ratio: None }), [1, 2, 3]);
    assert_eq!(kept(VarianceSpec { least: 1.0, frequency_ratio: None }), [2]);
    assert!(VarianceSpec { least: -1.0, ..VarianceSpec::default() }.check().is_err());
}

#[test]
fn of_two_that_say_the_same_the_better_stays() {
    let (columns, _) = data();
    let kept = |rule, merit: &[f64]| {
        let spec = RedundancySpec { limit: 0.95, ranks: false, rule };
        spec.check().expect("a spec").fit(&slices(&columns), merit, &Unwatched).expect("columns")
    };
    for rule in [RedundancyRule::Better, RedundancyRule::Cluster] {
        assert_eq!(kept(rule, &[0.9, 0.8, 0.7, 0.6]), [0, 2, 3]);
        assert_eq!(kept(rule, &[0.8, 0.9, 0.7, 0.6]), [1, 2, 3]);
        assert_eq!(kept(rule, &[f64::NAN, 0.1, 0.7, 0.6]), [1, 2, 3]);
        assert_eq!(kept(rule, &[0.5; 4]), [0, 2, 3], "the first of equals");
    }
    let spec = RedundancySpec { limit: 1.1, ..RedundancySpec::default() };
    assert!(matches!(spec.check(), Err(SelectionError::Limit { .. })));
}

#[test]
fn no_two_that_stay_are_correlated_above_the_limit() {
    let (n, mut rng) = (40, Rng::new(9));
    let bases: Vec<Vec<f64>> = (0..5).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let columns: Vec<Vec<f64>> =
        (0..60).map(|j| (0..n).map(|i| bases[j % 5][i] + 0.5 * rng.normal()).collect()).collect();
    let merit: Vec<f64> = (0..60).map(|_| rng.uniform()).collect();
    for ranks in [false, true] {
        let spec = RedundancySpec { limit: 0.7, ranks, rule: RedundancyRule::Better };
        let kept = spec.check().expect("a spec").fit(&slices(&columns), &merit, &Unwatched).expect("columns");
        let unit = correlation::Unit::new(&slices(&columns), ranks);
        let r: Vec<Vec<f64>> = (0..60).map(|j| unit.with_all(j)).collect();
        assert!((0..60).all(|j| (r[j][j] - 1.0).abs() < 1e-12));
        for (a, &i) in kept.iter().enumerate() {
            assert!(kept[..a].iter().all(|&j| r[i][j].abs() <= 0.7));
        }
        for j in (0..60).filter(|j| !kept.contains(j)) {
            let better = kept.iter().any(|&k| merit[k] > merit[j] && r[j][k].abs() > 0.7);
            assert!(better, "{j} was left out for a better one");
        }
    }
}

#[test]
fn mrmr_passes_over_the_copy() {
    let (columns, data) = data();
    let take = |count| {
        MrmrSpec { count, relevance: Relevance::Difference }
            .check()
            .expect("a spec")
            .fit(&slices(&columns), &data, &Unwatched)
            .expect("features")
    };
    assert!(take(1) == [0] || take(1) == [1], "the most relevant");
    let two = take(2);
    assert!(!(two.contains(&0) && two.contains(&1)), "{two:?}");
    assert_eq!(take(9), [0, 1, 2, 3]);
    let quotient = MrmrSpec { count: 2, relevance: Relevance::Quotient }.check().expect("a spec").fit(
        &slices(&columns),
        &data,
        &Unwatched,
    );
    assert_eq!(quotient.expect("features").len(), 2);
}

#[test]
fn a_univariable_screen_finds_what_matters() {
    let (columns, data) = data();
    let keep = |keep| {
        UnivariableSpec { keep }.check().expect("a spec").fit(&slices(&columns), &data, &Unwatched).expect("features").0
    };
    assert_eq!(keep(Keep::P(0.001)), [0, 1, 2]);
    assert_eq!(keep(Keep::Q(0.001)), [0, 1, 2]);
    assert_eq!(keep(Keep::Best(2)).len(), 2);
    assert_eq!(keep(Keep::Best(9)), [0, 1, 2, 3]);
    let mut missing = columns.clone();
    missing[1][7] = f64::NAN;
    let found =
        UnivariableSpec { keep: Keep::P(0.1) }.check().expect("a spec").fit(&slices(&missing), &data, &Unwatched);
    assert_eq!(found, Err(SelectionError::NotFinite { column: 1, row: 7 }));
}
