//! CPU time of a bootstrap of a whole pipeline: 81 patients, 4,844 features, a LASSO of ten folds in each of 200 samples.
//!
//! `cargo bench -p riskset-survival --bench validation -- [SAMPLES] [all]`; `all` puts harmonisation, redundancy filter,
//! screen and mRMR before the LASSO.
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::time::Instant;

use survival::Survival;
use survival::feature_selection::{Keep, MrmrSpec, RedundancySpec, Relevance, UnivariableSpec, VarianceSpec};
use survival::harmonize::CombatSpec;
use survival::score::{Harmonisation, Imputation, Merit, Reduction, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{BootstrapSpec, Draws};
use watch::Unwatched;

const PATIENTS: usize = 81;
const FEATURES: usize = 4844;

fn main() {
    let mut words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let count = words.next().and_then(|n| n.parse().ok()).unwrap_or(200);
    let all = words.next().is_some_and(|word| word == "all");
    let (data, survival) = study();
    let spec =
        if all { every_step() } else { ScoreSpec { variance: Some(VarianceSpec::default()), ..Default::default() } };
    let pipeline = spec.check(&data).expect("a spec");
    let design =
        BootstrapSpec { draws: Draws::Random { count, seed: 1 }, times: vec![12.0, 36.0], candidates: FEATURES };
    let (begin, cpu) = (Instant::now(), cpu_seconds());
    let found = design.clone().check().expect("a spec").fit(&pipeline, &survival, &Unwatched).expect("validates");
    let used = cpu_seconds().zip(cpu).map(|(after, before)| after - before);
    let c = found.models[0].measures.c;
    println!(
        "{} of {count} samples: apparent C {:.3}, optimism {:.3}, corrected {:.3}, .632+ {:.3}",
        found.used, c.apparent, c.optimism, c.corrected, c.point632_plus
    );
    println!(
        "{:.1} s by the clock, {} CPU s",
        begin.elapsed().as_secs_f64(),
        used.map_or("unknown".to_owned(), |s| format!("{s:.1}"))
    );
}

fn every_step() -> ScoreSpec {
    ScoreSpec {
        agreement: Some(0.75),
        variance: Some(VarianceSpec::default()),
        harmonisation: Some(Harmonisation::Combat(CombatSpec::default())),
        imputation: Imputation::Median,
        reductions: vec![
            Reduction::Redundancy(RedundancySpec::default(), Merit::Reliability),
            Reduction::Screen(UnivariableSpec { keep: Keep::P(0.2) }),
            Reduction::Mrmr(MrmrSpec { count: 50, relevance: Relevance::Difference }),
        ],
        ..ScoreSpec::default()
    }
}

/// Features in families that share most of their variance, as filtered images of one lesion do; two sites; 30 events or so.
fn study() -> (ScoreData, Survival) {
    let mut rng = Rng::new(1);
    let bases: Vec<Vec<f64>> = (0..60).map(|_| (0..PATIENTS).map(|_| rng.normal()).collect()).collect();
    let feature = |j: usize, rng: &mut Rng| {
        let own = 0.2 + rng.uniform();
        (0..PATIENTS).map(|i| bases[j % 60][i] + own * rng.normal()).collect::<Vec<f64>>()
    };
    let features: Vec<Vec<f64>> = (0..FEATURES).map(|j| feature(j, &mut rng)).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for (x, y) in bases[0].iter().zip(&bases[1]) {
        let death = 60.0 * rng.exponential() / (0.7 * x + 0.5 * y).exp();
        let censored = 12.0 + 48.0 * rng.uniform();
        time.push(death.min(censored) + 1e-3);
        event.push(death <= censored);
    }
    let reliability = (0..FEATURES).map(|j| 1.0 - 0.0001 * (j % 2000) as f64).collect();
    let site = (0..PATIENTS).map(|i| if i % 3 == 0 { "b" } else { "a" }.to_owned()).collect();
    let data = ScoreData { features, reliability, site, ..ScoreData::default() };
    (data, Survival::new(time, event).expect("follow-up"))
}

/// User and system time of this process so far, where /proc tells it (hundredths of a second).
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |k: usize| fields.get(k)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}
