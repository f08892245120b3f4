//! Cox models at the sizes that matter: one large fit, a screen of thousands of features, a thousand bootstrap samples.
//!
//! `benches/survival.R` times R on the same data. Run both with one thread: `RAYON_NUM_THREADS=1 cargo bench --bench cox`.

use divan::{Bencher, black_box};
use riskset::survival::Survival;
use riskset::survival::cox::{CheckedCox, CoxSpec, Design};
use riskset::watch::Unwatched;

fn main() {
    divan::main();
}

/// Evenly spread numbers in [0, 1): the fractional parts of i sqrt(k), the same in every language.
fn spread(n: usize, k: f64) -> Vec<f64> {
    (1..=n).map(|i| (i as f64 * k.sqrt()).fract()).collect()
}

/// Covariates of variance 1 and follow-up that depends on them.
fn data(n: usize, p: usize) -> (Vec<Vec<f64>>, Survival) {
    let roots = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0];
    let columns: Vec<Vec<f64>> =
        roots[..p].iter().map(|&k| spread(n, k).into_iter().map(|u| 12_f64.sqrt() * (u - 0.5)).collect()).collect();
    let coef = [0.5, -0.5, 0.3, -0.3, 0.2, -0.2, 0.1, -0.1, 0.0, 0.0];
    let (event, censoring) = (spread(n, 31.0), spread(n, 37.0));
    let times = |i: usize| {
        let lp: f64 = columns.iter().zip(coef).map(|(x, b)| b * x[i]).sum();
        (-(1.0 - event[i]).ln() / lp.exp(), -1.5 * (1.0 - censoring[i]).ln())
    };
    let (time, death) = (0..n).map(times).map(|(t, c)| (t.min(c), t <= c)).unzip();
    (columns, Survival::new(time, death).expect("valid follow-up"))
}

fn design(columns: &[Vec<f64>]) -> Design {
    let empty = Design::new(columns[0].len());
    (0..columns.len()).fold(empty, |d, j| d.linear(&format!("x{j}"), &columns[j]).expect("finite"))
}

fn checked() -> CheckedCox {
    CoxSpec::default().check().expect("no contradiction")
}

/// A fit and, as R's `coxph` has it, the concordance of its linear predictor.
#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 5)]
fn fit_with_concordance(bencher: Bencher<'_, '_>, n: usize) {
    let (columns, survival) = data(n, 10);
    let design = design(&columns);
    bencher.bench_local(|| {
        let fit = checked().fit(&design, &survival, &Unwatched).expect("a fit");
        (fit.loglik, fit.concordance(0.95).expect("scores").c)
    });
}

/// One model for each of 5,064 features.
#[divan::bench(args = [81, 149], sample_count = 10)]
fn screen(bencher: Bencher<'_, '_>, n: usize) {
    let (_, survival) = data(n, 2);
    let features: Vec<Vec<f64>> = (0..5064).map(|j| spread(n, 41.0 + f64::from(j))).collect();
    let features: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    bencher.bench_local(|| checked().screen(black_box(&features), &survival, &Unwatched).expect("a screen"));
}

/// A thousand samples with replacement: a fit and its concordance on the sample.
#[divan::bench(args = [149, 500], sample_count = 5)]
fn bootstrap(bencher: Bencher<'_, '_>, n: usize) {
    let (columns, survival) = data(n, 5);
    let design = design(&columns);
    let checked = checked();
    let draws = spread(1000 * n, 43.0);
    bencher.bench_local(|| {
        let prepared = checked.prepare(&design, &survival).expect("valid");
        let one = |draw: &[f64]| {
            let mut copies = vec![0; n];
            draw.iter().for_each(|u| copies[(u * n as f64) as usize] += 1);
            let refit = prepared.fit_copies(&copies, &Unwatched).expect("a fit");
            prepared.concordance_of_copies(&refit.coef, &copies).expect("scores")
        };
        draws.chunks_exact(n).map(one).sum::<f64>()
    });
}
