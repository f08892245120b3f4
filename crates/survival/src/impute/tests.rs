use super::*;
use crate::pooling::{PoolSpec, pool};
use crate::stats::rng::Rng;
use watch::Unwatched;

fn numbers(variable: &Variable) -> &[f64] {
    match variable {
        Variable::Number(values) => values,
        Variable::Category { .. } => panic!("not numbers"),
    }
}

fn codes(variable: &Variable) -> &[Option<u32>] {
    match variable {
        Variable::Category { codes, .. } => codes,
        Variable::Number(_) => panic!("not a category"),
    }
}

#[test]
fn the_middle_is_filled_in_and_flagged() {
    let variables = [
        Variable::Number(vec![1.0, f64::NAN, 3.0, 10.0]),
        Variable::Category { codes: vec![Some(2), Some(1), None, Some(2)], levels: 3 },
    ];
    let middle = Middle::fit(&variables).expect("fits");
    let completed = middle.apply(&variables).expect("applies");
    assert_eq!(numbers(&completed.variables[0]), [1.0, 3.0, 3.0, 10.0]);
    assert_eq!(codes(&completed.variables[1])[2], Some(2));
    assert_eq!(completed.filled, [vec![false, true, false, false], vec![false, false, true, false]]);
    // Others get the middle of these.
    let others = [Variable::Number(vec![f64::NAN]), Variable::Category { codes: vec![None], levels: 3 }];
    let completed = middle.apply(&others).expect("applies");
    assert_eq!((numbers(&completed.variables[0])[0], codes(&completed.variables[1])[0]), (3.0, Some(2)));
    let empty = [Variable::Number(vec![f64::NAN; 2])];
    assert_eq!(Middle::fit(&empty), Err(ImputeError::AllMissing(0)));
    assert_eq!(middle.apply(&empty), Err(ImputeError::Shape(1)));
}

/// x known, y = 2 x + noise missing where x is large, a category of three that follows y, missing here and there.
fn at_random(n: usize, seed: u64) -> (Vec<Variable>, Vec<f64>) {
    let mut rng = Rng::new(seed);
    let x: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
    let y: Vec<f64> = x.iter().map(|x| 2.0 * x + rng.normal()).collect();
    let level = |y: &f64| if *y < -1.0 { 0 } else { 1 + u32::from(*y > 1.0) };
    let codes = y.iter().map(|y| Some(level(y)).filter(|_| rng.uniform() > 0.2)).collect();
    let known = y.iter().zip(&x).map(|(y, x)| if *x > 0.5 && rng.uniform() < 0.7 { f64::NAN } else { *y }).collect();
    (vec![Variable::Number(x), Variable::Number(known), Variable::Category { codes, levels: 3 }], y)
}

#[test]
fn chained_equations_take_known_values_and_leave_known_ones() {
    let (variables, _) = at_random(150, 3);
    let spec = ChainedSpec { sets: 4, ..ChainedSpec::default() };
    let fit = spec.check().expect("a spec").fit(&variables, &Unwatched).expect("fits");
    assert_eq!(fit.sets.len(), 4);
    let known: Vec<f64> = numbers(&variables[1]).iter().copied().filter(|v| !v.is_nan()).collect();
    for set in &fit.sets {
        let y = numbers(&set.variables[1]);
        for ((y, filled), before) in y.iter().zip(&set.filled[1]).zip(numbers(&variables[1])) {
            match filled {
                true => assert!(known.contains(y), "somebody has it"),
                false => assert_eq!(y, before),
            }
        }
        assert!(codes(&set.variables[2]).iter().all(Option::is_some));
    }
    assert_ne!(fit.sets[0], fit.sets[1], "sets differ");
    assert_eq!(fit, spec.check().expect("a spec").fit(&variables, &Unwatched).expect("fits"), "a seed gives the same");
}

#[test]
fn pooled_means_are_right_where_known_ones_are_not() {
    let (mut covered, mut bias, mut naive) = (0, 0.0, 0.0);
    let (runs, n) = (60, 200);
    for seed in 0..runs {
        let (variables, complete) = at_random(n, 100 + seed);
        let fit = ChainedSpec { sets: 10, rounds: 5, seed, ..ChainedSpec::default() }
            .check()
            .expect("a spec")
            .fit(&variables, &Unwatched);
        let moments = |values: &[f64]| {
            let (n, mean) = (values.len() as f64, values.iter().sum::<f64>() / values.len() as f64);
            (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
        };
        let sets = fit.expect("fits").sets;
        let (means, variances): (Vec<f64>, Vec<f64>) = sets.iter().map(|s| moments(numbers(&s.variables[1]))).unzip();
        let spec = PoolSpec::of_sample(n as f64, 1.0).expect("a sample");
        let pooled = pool(&means, &variances, spec).expect("pools");
        covered += usize::from(pooled.lower < 0.0 && 0.0 < pooled.upper);
        bias += (pooled.estimate - moments(&complete).0) / f64::from(runs as u32);
        let known: Vec<f64> = numbers(&variables[1]).iter().copied().filter(|v| !v.is_nan()).collect();
        naive += (moments(&known).0 - moments(&complete).0) / f64::from(runs as u32);
    }
    assert!(naive < -0.3, "those who are known are others: {naive}");
    assert!(bias.abs() < 0.06, "{bias}");
    assert!(covered >= 52, "{covered} of {runs} intervals hold the mean");
}

#[test]
fn other_subjects_get_values_of_the_fit() {
    let (variables, _) = at_random(200, 5);
    let spec = ChainedSpec { sets: 3, rounds: 5, ..ChainedSpec::default() };
    let fit = spec.check().expect("a spec").fit(&variables, &Unwatched).expect("fits");
    let others = [
        Variable::Number(vec![2.0, -2.0, 0.0]),
        Variable::Number(vec![f64::NAN, f64::NAN, 0.3]),
        Variable::Category { codes: vec![Some(2), None, Some(1)], levels: 3 },
    ];
    let sets = fit.apply(&others, &Unwatched).expect("applies");
    for set in &sets {
        let y = numbers(&set.variables[1]);
        assert!(y[0] > 0.5 && y[1] < -0.5 && y[2] == 0.3, "{y:?}");
        assert!(codes(&set.variables[2])[1].is_some());
    }
    assert_eq!(sets, fit.apply(&others, &Unwatched).expect("applies"));
    let unseen = [
        Variable::Number(vec![f64::NAN, -2.0, 0.0]),
        Variable::Number(vec![0.1, 0.2, 0.3]),
        Variable::Category { codes: vec![Some(2), None, Some(1)], levels: 3 },
    ];
    assert_eq!(fit.apply(&unseen, &Unwatched), Err(ImputeError::NeverMissing(0)));
}

#[test]
fn what_cannot_be_filled_in_is_said() {
    let spec = ChainedSpec::default();
    let of = |variables: &[Variable]| spec.check().expect("a spec").fit(variables, &Unwatched).map(|_| ());
    assert_eq!(of(&[]), Err(ImputeError::Empty));
    let short = [Variable::Number(vec![1.0, 2.0]), Variable::Number(vec![1.0])];
    assert_eq!(of(&short), Err(ImputeError::Length { variable: 1, found: 1, expected: 2 }));
    let code = [Variable::Category { codes: vec![Some(2)], levels: 2 }];
    assert_eq!(of(&code), Err(ImputeError::Level { variable: 0, row: 0, code: 2, levels: 2 }));
    assert!(matches!(ChainedSpec { donors: 0, ..spec }.check(), Err(ImputeError::Choice { .. })));
}

#[test]
fn what_is_expected_is_the_mean_of_draws_and_holds_nobody() {
    let (variables, _) = at_random(400, 9);
    let spec = ChainedSpec { sets: 20, rounds: 5, ..ChainedSpec::default() };
    let fit = spec.check().expect("a spec").fit(&variables, &Unwatched).expect("fits");
    let expected = fit.expected();
    let others = [
        Variable::Number(vec![1.0, -1.0, 0.2, 9.0]),
        Variable::Number(vec![f64::NAN, f64::NAN, 0.3, f64::NAN]),
        Variable::Category { codes: vec![Some(2), Some(0), None, None], levels: 3 },
    ];
    let filled = expected.apply(&others).expect("applies");
    let y = numbers(&filled.variables[1]);
    let draws = fit.apply(&others, &Unwatched).expect("applies");
    for (i, y) in y.iter().enumerate().take(2) {
        let mean = draws.iter().map(|set| numbers(&set.variables[1])[i]).sum::<f64>() / 20.0;
        assert!((y - mean).abs() < 0.6, "{i}: {y} {mean}");
    }
    assert_eq!((y[2], filled.filled[1][2], filled.filled[1][0]), (0.3, false, true));
    assert!(codes(&filled.variables[2]).iter().all(Option::is_some));
    // Nothing is expected beyond what somebody has.
    let (low, high) = expected.range(1).expect("numbers");
    assert!(y[3] <= high && low < high);
    // One that nobody of the fit missed stands at its mean.
    assert!((expected.number(0, |_| f64::NAN) - expected.mean(0)).abs() < 1e-12);
    assert!(expected.formula(0).is_none() && expected.formula(1).is_some());
    assert_eq!(expected.apply(&others[..2]), Err(ImputeError::Shape(2)));
}

#[test]
fn few_predictors_are_those_that_say_most() {
    let mut rng = Rng::new(4);
    let x: Vec<f64> = (0..120).map(|_| rng.normal()).collect();
    let y: Vec<f64> = x.iter().map(|x| 3.0 * x + 0.2 * rng.normal()).collect();
    let mut variables: Vec<Variable> =
        (0..300).map(|_| Variable::Number((0..120).map(|_| rng.normal()).collect())).collect();
    let known = y.iter().enumerate().map(|(i, y)| if i % 5 == 0 { f64::NAN } else { *y }).collect();
    variables.push(Variable::Number(x));
    variables.push(Variable::Number(known));
    // Correlates perfectly, but those who miss y miss it as well.
    let twin = y.iter().enumerate().map(|(i, y)| if i % 5 == 0 { f64::NAN } else { 2.0 * y }).collect();
    variables.push(Variable::Number(twin));
    let spec = ChainedSpec { sets: 3, rounds: 3, predictors: Some(4), ..ChainedSpec::default() };
    let fit = spec.check().expect("a spec").fit(&variables, &Unwatched).expect("more variables than subjects");
    let expected = fit.expected();
    let formula = expected.formula(301).expect("somebody misses it");
    let others: Vec<usize> = formula.coef.iter().map(|(k, _)| *k).collect();
    assert!(others.len() == 4 && others.contains(&300) && !others.contains(&302), "{others:?}");
    for (i, y) in y.iter().enumerate().filter(|(i, _)| i % 5 == 0) {
        let at = expected.number(301, |k| match &variables[k] {
            Variable::Number(values) => values[i],
            Variable::Category { .. } => f64::NAN,
        });
        assert!((at - y).abs() < 1.2, "{i}: {at} {y}");
    }
    assert!(matches!(ChainedSpec { predictors: Some(0), ..spec }.check(), Err(ImputeError::Choice { .. })));
}

#[test]
fn the_most_frequent_value_is_one_that_somebody_has() {
    let codes = Variable::Number(vec![0.0, 2.0, 2.0, 1.0, 0.0, 2.0, f64::NAN]);
    let words = Variable::Category { codes: vec![Some(1), None, Some(0), Some(0), Some(1), None, None], levels: 2 };
    let modes = Middle::fit_modes(&[codes, words]).expect("fits");
    assert_eq!(numbers(&modes.values()[0]), [2.0]);
    assert_eq!(self::codes(&modes.values()[1]), [Some(0)], "of equally frequent levels the first");
    assert_eq!(most_frequent(&[3.0, 1.0, 3.0, 1.0]), Some(1.0), "of equally frequent numbers the smallest");
    assert_eq!(most_frequent(&[]), None);
}
