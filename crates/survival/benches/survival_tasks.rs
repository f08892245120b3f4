//! The half of `benches/survival.py` that is timed against R: the tasks of `benches/survival.R`, on the same data.
//!
//! Reads a word at a time: `prepare TASK N OPTION` makes the data and answers `ready`, `run` answers `done`, `values` answers
//! with the last run's results as JSON.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::time::Instant;

use rayon::prelude::*;
use survival::concordance::harrell;
use survival::cox::{CoxSpec, Design};
use survival::coxnet::{Convergence, CoxnetSpec, Folds, LambdaRule, Measure};
use survival::kaplan_meier::KaplanMeierSpec;
use survival::logrank::LogRankSpec;
use survival::{Groups, Survival};
use watch::Unwatched;

/// Results by name, to be compared with R's.
type Values = BTreeMap<&'static str, Vec<f64>>;

/// A task with its data in memory.
type Task = Box<dyn Fn() -> Values>;

fn main() -> std::io::Result<()> {
    let mut task: Option<Task> = None;
    let mut values = Values::new();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match (words.as_slice(), &task) {
            (["prepare", name, n, option], _) => {
                task = Some(prepare(name, n.parse().expect("a number of subjects"), option));
                writeln!(out, "ready")?;
            }
            (["run"], Some(run)) => {
                let start = Instant::now();
                values = run();
                writeln!(out, "done {}", start.elapsed().as_secs_f64())?;
            }
            (["values"], _) => writeln!(out, "{}", serde_json::to_string(&values)?)?,
            // Started as any benchmark is, without the script.
            _ => writeln!(out, "run benches/survival.py")?,
        }
        out.flush()?;
    }
    Ok(())
}

fn prepare(name: &str, n: usize, option: &str) -> Task {
    match name {
        "lasso" => lasso(n, option),
        "screen" => screen(n),
        "bootstrap" => bootstrap(n),
        "coxph" => coxph(n),
        "survfit" => survfit(FollowUp::large(n, 10, option == "days")),
        "survdiff" => survdiff(FollowUp::large(n, 10, option == "days")),
        "concordance" => concordance(FollowUp::large(n, 10, option == "days")),
        _ => panic!("no task {name}"),
    }
}

/// Ten folds and the path that is judged; `option` is glmnet's `thresh`, or `optimum`.
fn lasso(n: usize, option: &str) -> Task {
    let (columns, FollowUp { time, event, .. }) = features(n);
    let convergence = match option.parse() {
        Ok(thresh) => Convergence::Descent { thresh },
        Err(_) => Convergence::Optimum,
    };
    let folds = Folds::Given((0..n).map(|i| i % 10 + 1).collect());
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let net = CoxnetSpec { convergence, ..CoxnetSpec::default() }.check().expect("a lasso");
        let cv = net
            .cross_validate(&data, &columns, &folds, Measure::GroupedDeviance, &Unwatched)
            .expect("a cross-validation");
        let dense = |lambda: f64| {
            let mut dense = vec![0.0; columns.len()];
            cv.path.at(lambda).0.into_iter().for_each(|(j, b)| dense[j] = b);
            dense
        };
        Values::from([
            ("lambda.min", vec![cv.lambda(LambdaRule::Min)]),
            ("lambda.1se", vec![cv.lambda(LambdaRule::OneSe)]),
            ("coef at lambda.min", dense(cv.lambda(LambdaRule::Min))),
            ("coef at the end", dense(cv.path.lambda[cv.path.lambda.len() - 1])),
            ("cvm", cv.cvm),
        ])
    })
}

/// One model for each of thousands of features.
fn screen(n: usize) -> Task {
    let (columns, FollowUp { time, event, .. }) = features(n);
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let cox = CoxSpec::default().check().expect("no contradiction");
        let found = cox.screen(&data, &columns, &Unwatched).expect("a screen");
        let estimates = || found.iter().map(|s| s.estimate.expect("no feature is constant"));
        Values::from([
            ("coef", estimates().map(|e| e.coef).collect()),
            ("se", estimates().map(|e| e.se).collect()),
            ("p", estimates().map(|e| e.p).collect()),
            ("lr", found.iter().map(|s| s.lr.statistic).collect()),
        ])
    })
}

/// A thousand samples with replacement: a model of five covariates and its concordance on the sample.
fn bootstrap(n: usize) -> Task {
    let FollowUp { columns, time, event, .. } = FollowUp::large(n, 5, false);
    let draws = spread(1000 * n, 43.0);
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let design = design(&columns);
        let cox = CoxSpec::default().check().expect("no contradiction");
        let prepared = cox.prepare(&data, &design).expect("data");
        let one = |draw: &[f64]| {
            let mut copies = vec![0; n];
            draw.iter().for_each(|u| copies[(u * n as f64) as usize] += 1);
            let sample = prepared.sample(&copies).expect("a sample");
            let refit = sample.fit(&Unwatched).expect("a fit");
            let c = sample.concordance(&refit.coef).expect("scores");
            (refit.coef, c)
        };
        let (coef, c): (Vec<Vec<f64>>, Vec<f64>) = draws.par_chunks_exact(n).map(one).unzip();
        Values::from([("coef", coef.concat()), ("c", c)])
    })
}

/// A fit with what R's `coxph` has in it: tests, linear predictor, residuals and the concordance.
fn coxph(n: usize) -> Task {
    let FollowUp { columns, time, event, .. } = FollowUp::large(n, 10, false);
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let design = design(&columns);
        let cox = CoxSpec::default().check().expect("no contradiction");
        let fit = cox.fit(&data, &design, &Unwatched).expect("a fit");
        let concordance = fit.concordance(0.95).expect("scores");
        let martingale = fit.martingale();
        Values::from([
            ("coef", fit.coef()),
            ("variance", fit.variance().values().to_vec()),
            ("loglik", vec![fit.loglik_null, fit.loglik]),
            ("tests", vec![fit.score.statistic, fit.wald.statistic]),
            ("residuals", martingale[..n.min(1000)].to_vec()),
            ("c", vec![concordance.c, concordance.se]),
        ])
    })
}

fn survfit(FollowUp { time, event, group, .. }: FollowUp) -> Task {
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let groups = Groups::new(&group, 2).expect("codes");
        let km = KaplanMeierSpec::default().check().expect("a level");
        let curves = km.fit(&data, groups).expect("curves");
        // Every thousandth row is enough to compare.
        let some = |column: fn(&survival::kaplan_meier::Curve) -> &Vec<f64>| {
            curves.iter().flat_map(|c| column(c).iter().step_by(1000).copied()).collect()
        };
        Values::from([
            ("time", some(|c| &c.time)),
            ("surv", some(|c| &c.surv)),
            ("std.err", some(|c| &c.std_err)),
            ("lower", some(|c| &c.lower)),
            ("cumhaz", some(|c| &c.cumhaz)),
        ])
    })
}

fn survdiff(FollowUp { time, event, group, .. }: FollowUp) -> Task {
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let groups = Groups::new(&group, 2).expect("codes");
        let test = LogRankSpec::default().check().expect("no weights");
        let found = test.fit(&data, groups, Groups::one()).expect("two groups");
        Values::from([
            ("expected", found.expected),
            ("variance", found.variance.values().to_vec()),
            ("chi-square", vec![found.statistic]),
        ])
    })
}

fn concordance(FollowUp { columns, time, event, .. }: FollowUp) -> Task {
    Box::new(move || {
        let data = Survival::new(time.clone(), event.clone()).expect("follow-up");
        let found = harrell(&data, &columns[0]).expect("scores");
        let counts = vec![found.concordant, found.discordant, found.tied_score, found.tied_time, found.tied_both];
        Values::from([("c", vec![found.c]), ("se", vec![found.se]), ("pairs", counts)])
    })
}

fn design(columns: &[Vec<f64>]) -> Design {
    let empty = Design::new(columns[0].len());
    (0..columns.len()).fold(empty, |d, j| d.linear(&format!("x{}", j + 1), &columns[j]).expect("finite"))
}

/// Evenly spread numbers in [0, 1): the fractional parts of i sqrt(k), the same in every language.
fn spread(n: usize, k: f64) -> Vec<f64> {
    (1..=n).map(|i| (i as f64 * k.sqrt()).fract()).collect()
}

/// The fractional parts of i^2 sqrt(k): for fewer subjects, and less even.
fn noise(n: usize, k: f64) -> Vec<f64> {
    (1..=n).map(|i| ((i * i) as f64 * k.sqrt()).fract()).collect()
}

/// Brought to mean 0 and variance 1.
fn centred(u: Vec<f64>) -> Vec<f64> {
    u.into_iter().map(|u| 12_f64.sqrt() * (u - 0.5)).collect()
}

/// Covariates and follow-up that depends on them, row by row.
struct FollowUp {
    columns: Vec<Vec<f64>>,
    time: Vec<f64>,
    event: Vec<bool>,
    group: Vec<usize>,
}

impl FollowUp {
    /// Up to ten covariates; about six in ten have the event. In whole days there are some thousand distinct times.
    fn large(n: usize, p: usize, days: bool) -> Self {
        let roots = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0];
        let coef = [0.5, -0.5, 0.3, -0.3, 0.2, -0.2, 0.1, -0.1, 0.0, 0.0];
        let columns: Vec<Vec<f64>> = roots[..p].iter().map(|&k| centred(spread(n, k))).collect();
        let mut data = Self::drawn(columns, &coef, spread(n, 31.0), spread(n, 37.0), 1.5);
        if days {
            data.time.iter_mut().for_each(|t| *t = (365.0 * *t).ceil());
        }
        data
    }

    fn drawn(columns: Vec<Vec<f64>>, coef: &[f64], event: Vec<f64>, censoring: Vec<f64>, mean: f64) -> Self {
        let times = |i: usize| {
            let lp: f64 = columns.iter().zip(coef).map(|(x, b)| b * x[i]).sum();
            (-(1.0 - event[i]).ln() / lp.exp(), -mean * (1.0 - censoring[i]).ln())
        };
        let (time, event) = (0..event.len()).map(times).map(|(t, c)| (t.min(c), t <= c)).unzip();
        let group = columns[0].iter().map(|x| usize::from(*x > 0.0)).collect();
        Self { columns, time, event, group }
    }
}

/// 5,064 features that share 24 traits, as those of one image do, and follow-up that depends on three of these: about four
/// in ten have the event. Each feature is two traits and noise of its own, in nine mixtures.
fn features(n: usize) -> (Vec<Vec<f64>>, FollowUp) {
    let roots = [
        41.0, 43.0, 47.0, 53.0, 59.0, 61.0, 67.0, 71.0, 73.0, 79.0, 83.0, 89.0, 97.0, 101.0, 103.0, 107.0, 109.0,
        113.0, 127.0, 131.0, 137.0, 139.0, 149.0, 151.0,
    ];
    let traits: Vec<Vec<f64>> = roots.iter().map(|&k| centred(noise(n, k))).collect();
    let one = |j: usize| {
        let (a, b, own) = (&traits[j % 24], &traits[j / 24 % 24], centred(noise(n, 200.5 + j as f64)));
        let part = (j % 9 + 1) as f64 / 10.0;
        (0..n).map(|i| (1.0 - part) * (a[i] + 0.5 * b[i]) + part * own[i]).collect()
    };
    let columns = (0..5064).map(one).collect();
    let follow_up = FollowUp::drawn(traits[..3].to_vec(), &[0.8, -0.6, 0.4], noise(n, 31.0), noise(n, 37.0), 0.6);
    (columns, follow_up)
}
