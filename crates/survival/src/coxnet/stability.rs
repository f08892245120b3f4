//! Stability selection: which features enter the path again and again when only half of the subjects are looked at.
//!
//! Meinshausen and Bühlmann, J R Stat Soc B 72:417, 2010; complementary pairs of halves after Shah and Samworth, J R Stat
//! Soc B 75:55, 2013. In each half the path is followed from the largest penalty until one more feature would make more
//! than q that ever had a coefficient; a feature's selection frequency is the share of halves in which it is among them.
//! With a threshold pi above 1/2 the expected number of false selections is at most q^2 / ((2 pi - 1) p) if no selection
//! is worse than guessing and noise features are exchangeable.

use rayon::prelude::*;

use super::design::{Design, Sample};
use super::{Coxnet, CoxnetError, CoxnetPath, Lambdas, Survival, path};
use crate::stats::rng::Rng;
use watch::{Task, Watch};

/// Which parts of the subjects are looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Halves {
    /// These rows each time.
    Given(Vec<Vec<usize>>),
    /// So many random pairs of disjoint halves, those with and without the event halved apart.
    Pairs {
        /// Number of pairs.
        count: usize,
        /// Fixes the draw; pair k is stream k of it.
        seed: u64,
    },
}

/// How often features are selected in parts of the subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct Stability {
    /// Number of features.
    pub features: usize,
    /// The penalties, those of the fit to all subjects.
    pub lambda: Vec<f64>,
    /// q: the most features that enter in each part.
    pub most: usize,
    /// Number of parts.
    pub parts: usize,
    /// The share of parts in which each feature is among the first q to enter.
    pub entered: Vec<f64>,
    /// The share of parts with a coefficient at each penalty, of every feature that ever has one: feature, shares.
    pub frequency: Vec<(usize, Vec<f64>)>,
}

impl Stability {
    /// The features that enter in at least `threshold` of the parts, most frequent first.
    pub fn stable(&self, threshold: f64) -> Vec<usize> {
        let mut stable: Vec<usize> = (0..self.features).filter(|&j| self.entered[j] >= threshold).collect();
        stable.sort_by(|&a, &b| self.entered[b].total_cmp(&self.entered[a]));
        stable
    }

    /// The most false selections that are to be expected at `threshold`; NaN at 1/2 or less, where there is no bound.
    pub fn expected_false(&self, threshold: f64) -> f64 {
        let q = self.most as f64;
        if threshold > 0.5 { q * q / ((2.0 * threshold - 1.0) * self.features as f64) } else { f64::NAN }
    }
}

impl Halves {
    /// The rows of each part.
    fn deal(&self, data: &Survival) -> Vec<Vec<usize>> {
        let (count, seed) = match self {
            Self::Given(rows) => return rows.clone(),
            Self::Pairs { count, seed } => (*count, *seed),
        };
        let mut parts = Vec::with_capacity(2 * count);
        for pair in 0..count {
            let mut order = Rng::stream(seed, pair as u64).permutation(data.len());
            order.sort_by_key(|&i| !data.event()[i]);
            let half = |odd: usize| order.iter().copied().skip(odd).step_by(2).collect::<Vec<usize>>();
            parts.extend([half(0), half(1)]);
        }
        parts
    }
}

impl Coxnet {
    /// Follows the path in every part, at the penalties of the fit to all subjects, in parallel on the ambient pool.
    ///
    /// # Errors
    /// As [`Coxnet::fit`], for the whole and for any part.
    pub fn stability(
        &self,
        data: &Survival,
        columns: &[&[f64]],
        halves: &Halves,
        most: usize,
        watch: &dyn Watch,
    ) -> Result<Stability, CoxnetError> {
        let design = Design::new(data, columns, self.offset.as_deref())?;
        let everybody = Sample::new(&design, |_| true, self.standardize, self.ties())?;
        let full = path::follow(self, &design, &everybody, &Task(watch))?;
        let net = Self { lambdas: Lambdas::Given(full.lambda.clone()), ..self.clone() };
        let parts = halves.deal(data);
        let done = std::sync::atomic::AtomicUsize::new(0);
        let follow = |rows: &Vec<usize>| {
            let mut inside = vec![false; data.len()];
            rows.iter().for_each(|&i| inside[i] = true);
            let sample = Sample::new(&design, |i| inside[design.order[i]], self.standardize, self.ties())?;
            let path = path::follow(&net, &design, &sample, &Task(watch))?;
            watch.step(1 + done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), parts.len())?;
            Ok(path)
        };
        let paths: Vec<CoxnetPath> = parts.par_iter().map(follow).collect::<Result<_, CoxnetError>>()?;
        Ok(count(columns.len(), full.lambda, most, &paths))
    }
}

fn count(features: usize, lambda: Vec<f64>, most: usize, paths: &[CoxnetPath]) -> Stability {
    let share = 1.0 / paths.len().max(1) as f64;
    let mut entered = vec![0_usize; features];
    let mut times = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for path in paths {
        first(path, most).into_iter().for_each(|j| entered[j] += 1);
        for k in 0..lambda.len() {
            // A path that ends early keeps its last solution.
            let Some(at) = path.coefficients.get(k).or(path.coefficients.last()) else { continue };
            at.0.iter().for_each(|(j, _)| times.entry(*j).or_insert_with(|| vec![0; lambda.len()])[k] += 1);
        }
    }
    let shares = |counts: Vec<usize>| counts.into_iter().map(|n| n as f64 * share).collect();
    Stability {
        features,
        most,
        parts: paths.len(),
        entered: entered.into_iter().map(|n| n as f64 * share).collect(),
        frequency: times.into_iter().map(|(j, counts)| (j, shares(counts))).collect(),
        lambda,
    }
}

/// The features that ever have a coefficient, down to the penalty before there are more than `most` of them.
fn first(path: &CoxnetPath, most: usize) -> Vec<usize> {
    let mut ever: Vec<usize> = Vec::new();
    for at in &path.coefficients {
        let new: Vec<usize> = at.0.iter().map(|(j, _)| *j).filter(|j| !ever.contains(j)).collect();
        if ever.len() + new.len() > most {
            break;
        }
        ever.extend(new);
    }
    ever
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_disjoint_halves_with_their_share_of_events() {
        let event = (0..40).map(|i| i % 4 == 0).collect();
        let data = Survival::new((1..=40).map(f64::from).collect(), event).expect("valid");
        let parts = Halves::Pairs { count: 3, seed: 1 }.deal(&data);
        assert_eq!(parts.len(), 6);
        for pair in parts.chunks(2) {
            let mut all = pair.concat();
            all.sort_unstable();
            assert_eq!(all, (0..40).collect::<Vec<_>>());
            assert_eq!(pair[0].iter().filter(|i| data.event()[**i]).count(), 5);
        }
    }

    #[test]
    fn the_bound_holds_above_one_half_only() {
        let stability =
            Stability { features: 100, lambda: vec![], most: 5, parts: 2, entered: vec![], frequency: vec![] };
        assert!((stability.expected_false(0.75) - 0.5).abs() < 1e-15);
        assert!(stability.expected_false(0.5).is_nan());
    }
}
