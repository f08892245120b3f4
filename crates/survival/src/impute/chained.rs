//! Multiple imputation by chained equations with predictive mean matching.
//!
//! van Buuren and Groothuis-Oudshoorn, J Stat Softw 45(3), 2011; Little, J Bus Econ Stat 6:287, 1988. Each variable with
//! missing values is regressed in turn on all others; a missing value becomes that of one of the `donors` subjects whose
//! predictions are nearest, so that only values occur that somebody has. Predictions of donors are those of the estimated
//! coefficients, predictions of recipients those of coefficients drawn from their posterior (mice's `pmm`, type 1). A
//! category is predicted by its levels' 0/1 columns together and matched by their distance, which has no counterpart in
//! mice but works for any number of levels.
//!
//! To estimate effects on an outcome the outcome belongs among the variables: the event and the Nelson-Aalen estimate of
//! its time (White and Royston, Stat Med 28:1982, 2009). To predict new subjects it must not, for they have none.

use rayon::prelude::*;

use super::regression::{Coding, Regression, predict, response};
use super::{Completed, ImputeError, Variable, check, check_like};
use crate::stats::rng::Rng;
use watch::Watch;

/// How to impute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainedSpec {
    /// m: complete data sets. One for each per cent of incomplete subjects is a common choice.
    pub sets: usize,
    /// Rounds through the variables.
    pub rounds: usize,
    /// Subjects among whom a value is drawn.
    pub donors: usize,
    /// Fixes everything; set k is stream k of it.
    pub seed: u64,
}

impl Default for ChainedSpec {
    fn default() -> Self {
        Self { sets: 20, rounds: 10, donors: 5, seed: 1 }
    }
}

/// Numbers of which none is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckedChained(ChainedSpec);

/// m imputed data sets, and how each fills in others.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainedFit {
    spec: ChainedSpec,
    /// The subjects of the fit, completed.
    pub sets: Vec<Completed>,
    chains: Vec<Chain>,
}

/// The last round's equations of one set.
#[derive(Debug, Clone, PartialEq)]
struct Chain {
    equations: Vec<Equation>,
}

/// How one variable is filled in.
#[derive(Debug, Clone, PartialEq)]
struct Equation {
    variable: usize,
    coding: Coding,
    regression: Regression,
    /// Subjects of the fit who have the variable.
    donors: Vec<usize>,
}

impl ChainedSpec {
    /// Checks the numbers of sets, rounds and donors.
    ///
    /// ```
    /// use survival::impute::{ChainedSpec, Variable};
    ///
    /// let age = Variable::Number(vec![50.0, 60.0, f64::NAN, 70.0, 55.0]);
    /// let marker = Variable::Number(vec![1.0, 2.0, 1.5, 3.0, 1.2]);
    /// let fit = ChainedSpec { sets: 5, ..ChainedSpec::default() }.check()?.fit(&[age, marker], &survival::Unwatched)?;
    /// assert_eq!(fit.sets.len(), 5);
    /// assert!(fit.sets.iter().all(|set| set.filled[0] == [false, false, true, false, false]));
    /// # Ok::<(), survival::impute::ImputeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ImputeError::Choice`]: `sets`, `rounds` or `donors` of 0.
    pub fn check(self) -> Result<CheckedChained, ImputeError> {
        let numbers = [
            ("the number of sets", self.sets),
            ("the number of rounds", self.rounds),
            ("the number of donors", self.donors),
        ];
        match numbers.into_iter().find(|(_, number)| *number == 0) {
            Some((what, _)) => Err(ImputeError::Choice { what, least: 1 }),
            None => Ok(CheckedChained(self)),
        }
    }
}

impl CheckedChained {
    /// Imputes the missing values of `variables`, set by set in parallel on the ambient pool.
    ///
    /// # Errors
    /// Variables of different lengths, infinite values, codes that are no levels, a variable
    /// without any value, cancellation.
    pub fn fit(&self, variables: &[Variable], watch: &dyn Watch) -> Result<ChainedFit, ImputeError> {
        let n = check(variables)?;
        let spec = self.0;
        let filled: Vec<Vec<bool>> = variables.iter().map(Variable::missing).collect();
        if let Some(k) = filled.iter().position(|missing| missing.iter().all(|m| *m)) {
            return Err(ImputeError::AllMissing(k));
        }
        let one = |set: usize| {
            let mut rng = Rng::stream(spec.seed, set as u64);
            let mut complete = start(variables, &filled, n, &mut rng);
            let mut chain = Chain { equations: Vec::new() };
            for round in 0..spec.rounds {
                watch.step(set * spec.rounds + round, spec.sets * spec.rounds)?;
                chain.equations.clear();
                for target in order(&filled) {
                    let Some(equation) = Equation::new(&complete, &filled[target], target, &mut rng) else { continue };
                    let known = complete.clone();
                    equation.fill(&mut complete, &filled[target], &known, spec.donors, &mut rng);
                    chain.equations.push(equation);
                }
            }
            Ok((Completed { variables: complete, filled: filled.clone() }, chain))
        };
        let made: Vec<(Completed, Chain)> = (0..spec.sets)
            .into_par_iter()
            .map(one)
            .collect::<Vec<Result<_, ImputeError>>>()
            .into_iter()
            .collect::<Result<_, _>>()?;
        let (sets, chains) = made.into_iter().unzip();
        Ok(ChainedFit { spec, sets, chains })
    }
}

impl ChainedFit {
    /// Fills in other subjects from the subjects of the fit, once for each set.
    ///
    /// # Errors
    /// Variables that are not those of the fit, a variable missing here that no subject of the fit missed, cancellation.
    pub fn apply(&self, variables: &[Variable], watch: &dyn Watch) -> Result<Vec<Completed>, ImputeError> {
        let n = check_like(&self.sets[0].variables, variables)?;
        let filled: Vec<Vec<bool>> = variables.iter().map(Variable::missing).collect();
        let has_equation = |k: usize| self.chains[0].equations.iter().any(|e| e.variable == k);
        if let Some(k) = (0..filled.len()).find(|&k| filled[k].contains(&true) && !has_equation(k)) {
            return Err(ImputeError::NeverMissing(k));
        }
        let one = |set: usize| {
            // Streams beyond those of the fit.
            let mut rng = Rng::stream(self.spec.seed, (self.spec.sets + set) as u64);
            let known = &self.sets[set].variables;
            let mut complete = variables.to_vec();
            for (k, variable) in complete.iter_mut().enumerate() {
                let size = known[k].len();
                (0..n).filter(|&i| filled[k][i]).for_each(|i| variable.take(i, &known[k], rng.below(size)));
            }
            for round in 0..self.spec.rounds {
                watch.step(set * self.spec.rounds + round, self.spec.sets * self.spec.rounds)?;
                for equation in &self.chains[set].equations {
                    equation.fill(&mut complete, &filled[equation.variable], known, self.spec.donors, &mut rng);
                }
            }
            Ok(Completed { variables: complete, filled: filled.clone() })
        };
        (0..self.spec.sets).into_par_iter().map(one).collect::<Vec<Result<_, ImputeError>>>().into_iter().collect()
    }
}

/// Variables with missing values, those with fewest first.
fn order(filled: &[Vec<bool>]) -> Vec<usize> {
    let count = |k: usize| filled[k].iter().filter(|m| **m).count();
    let mut order: Vec<usize> = (0..filled.len()).filter(|&k| count(k) > 0).collect();
    order.sort_by_key(|&k| count(k));
    order
}

/// Missing values drawn from the known ones of their variable.
fn start(variables: &[Variable], filled: &[Vec<bool>], n: usize, rng: &mut Rng) -> Vec<Variable> {
    let mut complete = variables.to_vec();
    for (k, variable) in complete.iter_mut().enumerate() {
        let known: Vec<usize> = (0..n).filter(|&i| !filled[k][i]).collect();
        (0..n).filter(|&i| filled[k][i]).for_each(|i| variable.take(i, &variables[k], known[rng.below(known.len())]));
    }
    complete
}

impl Equation {
    fn new(complete: &[Variable], missing: &[bool], target: usize, rng: &mut Rng) -> Option<Self> {
        let coding = Coding::new(complete, target);
        let donors: Vec<usize> = (0..missing.len()).filter(|&i| !missing[i]).collect();
        let x = coding.matrix(complete, target);
        let regression = Regression::new(&x, &donors, &response(&complete[target]), rng)?;
        Some(Self { variable: target, coding, regression, donors })
    }

    /// Gives those of `complete` who miss the variable the value of somebody among `known` with a like prediction.
    fn fill(&self, complete: &mut [Variable], missing: &[bool], known: &[Variable], donors: usize, rng: &mut Rng) {
        if !missing.contains(&true) {
            return;
        }
        let target = self.variable;
        let of_donors = predict(&self.coding.matrix(known, target), &self.regression.estimate);
        let of_others = predict(&self.coding.matrix(complete, target), &self.regression.drawn);
        let take = donors.min(self.donors.len());
        let mut near: Vec<(f64, usize)> = Vec::with_capacity(self.donors.len());
        for i in (0..missing.len()).filter(|&i| missing[i]) {
            near.clear();
            let distance = |d: usize| (of_donors.row(d) - of_others.row(i)).norm_squared();
            near.extend(self.donors.iter().map(|&d| (distance(d), d)));
            // Ties by place; a sort of all would cost more.
            near.select_nth_unstable_by(take - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near[..take].sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            complete[target].take(i, &known[target], near[rng.below(take)].1);
        }
    }
}
