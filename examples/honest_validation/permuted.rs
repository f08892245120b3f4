//! p of permuted outcomes where there is nothing to find.

use std::error::Error;

use figures::{Axis, Chart, Figure, Layer, Mark, Reference};
use survival::feature_selection::{Keep, UnivariableSpec};
use survival::score::{NetSpec, Reduction, ScoreData, ScoreSpec};
use survival::stats::rng::Rng;
use survival::validation::PermutationSpec;
use watch::Unwatched;

use crate::selected::simulated;

const PATIENTS: usize = 81;
const FEATURES: usize = 60;
/// Orders of the outcomes: p comes in fortieths.
const ORDERS: usize = 39;

/// p of each data set.
pub struct Found {
    /// Of a pipeline that always makes a score: a screen among all features, then ridge regression.
    ridge: Vec<f64>,
    /// Of one that may select nothing: a LASSO.
    lasso: Vec<f64>,
}

impl Found {
    pub fn of(datasets: usize) -> Result<Self, Box<dyn Error>> {
        let (mut ridge, mut lasso) = (Vec::new(), Vec::new());
        for number in 0..datasets as u64 {
            let (features, survival) = simulated(PATIENTS, FEATURES, 0.0, &mut Rng::stream(2, number))?;
            let data = ScoreData { features, ..ScoreData::default() };
            let permutation = PermutationSpec { count: ORDERS, seed: number }.check()?;
            let p = |spec: ScoreSpec| -> Result<f64, Box<dyn Error>> {
                Ok(permutation.fit(&spec.check(&data)?, &survival, &Unwatched)?.p[0])
            };
            let net = |alpha: f64| NetSpec { alpha, folds: 5, ..NetSpec::default() };
            let screen = vec![Reduction::Screen(UnivariableSpec { keep: Keep::Best(20) })];
            ridge.push(p(ScoreSpec { reductions: screen.clone(), net: net(0.0), ..ScoreSpec::default() })?);
            lasso.push(p(ScoreSpec { reductions: screen, net: net(1.0), ..ScoreSpec::default() })?);
        }
        Ok(Self { ridge, lasso })
    }

    pub fn print(&self) {
        println!("p of {ORDERS} orders of the outcomes in noise, {} data sets", self.ridge.len());
        for (name, p) in [("ridge", &self.ridge), ("LASSO", &self.lasso)] {
            let (farthest, limit) = (farthest(p), 1.358 / (p.len() as f64).sqrt());
            let up_to = |limit: f64| p.iter().filter(|p| **p <= limit + 1e-9).count() as f64 / p.len() as f64;
            println!(
                "  {name}: Kolmogorov-Smirnov {farthest:.3} (5 % of uniform ones are above {limit:.3}); p <= 0.05 in {:.3}, <= 0.1 in \
                 {:.3}, <= 0.5 in {:.3}",
                up_to(0.05),
                up_to(0.1),
                up_to(0.5)
            );
        }
    }

    /// The share of data sets with a p up to each value.
    pub fn figure(&self) -> Figure {
        let steps = |name: &str, index: usize, p: &[f64]| {
            let x: Vec<f64> = (0..=ORDERS + 1).map(|k| k as f64 / (ORDERS + 1) as f64).collect();
            let y = x.iter().map(|x| share(p, *x)).collect();
            Layer::series(index, name, Mark::Steps { x, y, band: None, censored: Vec::new() })
        };
        let layers = vec![
            steps("screen and ridge regression", 0, &self.ridge),
            steps("screen and LASSO, which may select nothing (p is 1 then)", 1, &self.lasso),
        ];
        let chart = Chart {
            x: Axis::linear("p of permuted outcomes").between(0.0, 1.0),
            y: Axis::linear("Share of data sets with at most this p").between(0.0, 1.0),
            layers,
            references: vec![Reference::identity()],
            square: true,
            ..Chart::default()
        };
        Figure::new("Noise", chart)
    }
}

fn share(p: &[f64], x: f64) -> f64 {
    p.iter().filter(|p| **p <= x + 1e-9).count() as f64 / p.len() as f64
}

/// The largest distance between the share of values up to a possible p and that p.
fn farthest(p: &[f64]) -> f64 {
    (1..=ORDERS + 1).map(|k| k as f64 / (ORDERS + 1) as f64).map(|x| (share(p, x) - x).abs()).fold(0.0, f64::max)
}
