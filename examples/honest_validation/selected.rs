//! A LASSO among hundreds of features: what each design says of it, and what 10,000 new patients say.

use std::error::Error;

use figures::Figure;
use survival::Survival;
use survival::concordance::harrell;
use survival::score::{ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::{BootstrapSpec, CrossValidationSpec, Draws, Left, Pipeline, Predictor, Sample};
use watch::Unwatched;

use crate::summary::{boxes, error, mean, said};

/// Patients, features and bootstrap samples of each data set.
const PATIENTS: usize = 81;
const FEATURES: usize = 200;
const SAMPLES: usize = 30;
/// New patients in whom the truth is seen.
const NEW: usize = 10_000;
/// Log hazard ratio of the planted feature.
pub const EFFECT: f64 = 0.8;

const NAMES: [&str; 6] =
    ["apparent", "corrected for optimism", ".632", ".632+", "cross-validated", "10,000 new patients"];

/// What came of each data set.
pub struct Found {
    effect: f64,
    /// C by each of the names.
    c: [Vec<f64>; 6],
    /// How often the 95 % limits of the bootstrap and of the cross-validation hold the truth.
    covered: [usize; 2],
    /// The share of each data set's cross-validation fits that use the first feature.
    share: Vec<f64>,
    /// In how many data sets it is the most frequent of all.
    first: usize,
}

/// Features, each a column, and who was followed for how long.
type Simulated = (Vec<Vec<f64>>, Survival);

/// Noise, and a log hazard of `effect` times the first feature; somewhat more than a third have the event.
pub fn simulated(n: usize, features: usize, effect: f64, rng: &mut Rng) -> Result<Simulated, Box<dyn Error>> {
    let features: Vec<Vec<f64>> = (0..features).map(|_| (0..n).map(|_| rng.normal()).collect()).collect();
    let (mut time, mut event) = (Vec::new(), Vec::new());
    for x in &features[0] {
        let death = rng.exponential() / (effect * x).exp();
        let censored = 0.6 * rng.exponential();
        time.push(death.min(censored) + 1e-6);
        event.push(death <= censored);
    }
    Ok((features, Survival::new(time, event)?))
}

impl Found {
    pub fn of(datasets: usize, effect: f64) -> Result<Self, Box<dyn Error>> {
        let mut found = Self { effect, c: Default::default(), covered: [0; 2], share: Vec::new(), first: 0 };
        for number in 0..datasets as u64 {
            found.add(number)?;
        }
        Ok(found)
    }

    fn add(&mut self, number: u64) -> Result<(), Box<dyn Error>> {
        let mut rng = Rng::stream(1, number);
        let (features, survival) = simulated(PATIENTS, FEATURES, self.effect, &mut rng)?;
        let data = ScoreData { features, ..ScoreData::default() };
        let pipeline = ScoreSpec::default().check(&data)?;
        let draws = Draws::Random { count: SAMPLES, seed: number };
        let bootstrap = BootstrapSpec { draws, times: vec![], candidates: FEATURES };
        let left = Left::Folds { folds: 10, repeats: 2, seed: number };
        let cross = CrossValidationSpec { left, times: vec![], candidates: FEATURES };
        let by_bootstrap = bootstrap.check()?.fit(&pipeline, &survival, &Unwatched)?;
        let crossed = cross.check()?.fit(&pipeline, &survival, &Unwatched)?;
        let (c, x) = (by_bootstrap.models[0].measures.c, crossed.models[0].measures.c);
        let truth = if self.effect == 0.0 { 0.5 } else { in_others(&data, &survival, self.effect, &mut rng)? };
        let values = [c.apparent, c.corrected, c.point632, c.point632_plus, x.value, truth];
        values.into_iter().zip(&mut self.c).for_each(|(value, of)| of.push(value));
        let holds = |center: f64, se: f64| usize::from((center - truth).abs() <= 1.96 * se);
        self.covered[0] += holds(c.corrected, c.se);
        self.covered[1] += holds(x.value, x.se);
        let frequencies = &crossed.models[0].selection.features;
        self.share.push(frequencies.iter().find(|f| f.feature == 0).map_or(0.0, |f| f.share));
        self.first += usize::from(frequencies.first().is_some_and(|most| most.feature == 0));
        Ok(())
    }

    pub fn print(&self) {
        let n = self.c[0].len();
        println!("log hazard ratio {}: {PATIENTS} patients, {FEATURES} features, {n} data sets", self.effect);
        for (name, values) in NAMES.iter().zip(&self.c) {
            let apart: Vec<f64> = values.iter().zip(&self.c[5]).map(|(value, truth)| value - truth).collect();
            let (off, se) = (mean(&apart), error(&apart));
            println!("  {name:<23} mean C {}; off by {off:+.3}, Monte-Carlo error {se:.3}", said(values));
        }
        let [bootstrap, cross] = self.covered.map(|covered| covered as f64 / n as f64);
        println!("  limits that hold the truth: optimism {bootstrap:.2}, cross-validation {cross:.2}");
        let share = mean(&self.share);
        println!(
            "  the first feature is in {share:.2} of the fits, and the most frequent of all in {} data sets",
            self.first
        );
    }

    pub fn figure(&self, title: &str) -> Figure {
        let named: Vec<(&str, &[f64])> = NAMES.into_iter().zip(self.c.iter().map(Vec::as_slice)).collect();
        Figure::new(title, boxes(&named, mean(&self.c[5]), "truth"))
    }
}

/// C of the score fitted to `data` in others.
fn in_others(data: &ScoreData, survival: &Survival, effect: f64, rng: &mut Rng) -> Result<f64, Box<dyn Error>> {
    let (fresh, outcomes) = simulated(NEW, FEATURES, effect, rng)?;
    // Both together, so that the fit to the first predicts the others.
    let features = data.features.iter().zip(fresh).map(|(a, b)| a.iter().copied().chain(b).collect()).collect();
    let all = ScoreData { features, ..ScoreData::default() };
    let pipeline = ScoreSpec::default().check(&all)?;
    let rows: Vec<usize> = (0..survival.len()).collect();
    let fitted = pipeline.fit(&Sample { rows: &rows, survival }, &Unwatched)?;
    let others: Vec<usize> = (survival.len()..survival.len() + NEW).collect();
    Ok(harrell(&outcomes, &fitted.predict(&others, &[])[0].score)?.c)
}
