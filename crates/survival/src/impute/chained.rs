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

use super::expected::{Expected, Formula, Kind};
use super::regression::{Coding, Regression, known_columns, predict, response};
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
    /// Each variable is regressed on so many others, those that correlate most with it; on all of them if not said. Others
    /// that fewer than half of those who miss it have come last. With more variables than subjects this is needed
    /// (van Buuren, Boshuizen and Knook, Stat Med 18:681, 1999).
    pub predictors: Option<usize>,
    /// Fixes everything; set k is stream k of it.
    pub seed: u64,
}

impl Default for ChainedSpec {
    fn default() -> Self {
        Self { sets: 20, rounds: 10, donors: 5, predictors: None, seed: 1 }
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
    /// The variables that it is regressed on.
    others: Vec<usize>,
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
    /// [`ImputeError::Choice`]: `sets`, `rounds`, `donors` or `predictors` of 0.
    pub fn check(self) -> Result<CheckedChained, ImputeError> {
        let numbers = [
            ("the number of sets", self.sets),
            ("the number of rounds", self.rounds),
            ("the number of donors", self.donors),
            ("the number of predictors", self.predictors.unwrap_or(1)),
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
        let targets: Vec<(usize, Vec<usize>)> =
            order(&filled).into_iter().map(|k| (k, predictors(variables, &filled, k, spec.predictors))).collect();
        let one = |set: usize| {
            let mut rng = Rng::stream(spec.seed, set as u64);
            let mut complete = start(variables, &filled, n, &mut rng);
            let mut chain = Chain { equations: Vec::new() };
            for round in 0..spec.rounds {
                watch.step(set * spec.rounds + round, spec.sets * spec.rounds)?;
                chain.equations.clear();
                for (target, others) in &targets {
                    let missing = &filled[*target];
                    let equation = Equation::new(&complete, missing, (*target, others), &mut rng);
                    let Some(equation) = equation else { continue };
                    let picked = equation.picked(&complete, missing, &complete, spec.donors, &mut rng);
                    let own = complete[*target].clone();
                    picked.into_iter().for_each(|(i, donor)| complete[*target].take(i, &own, donor));
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
                    let target = equation.variable;
                    let picked = equation.picked(&complete, &filled[target], known, self.spec.donors, &mut rng);
                    picked.into_iter().for_each(|(i, donor)| complete[target].take(i, &known[target], donor));
                }
            }
            Ok(Completed { variables: complete, filled: filled.clone() })
        };
        (0..self.spec.sets).into_par_iter().map(one).collect::<Vec<Result<_, ImputeError>>>().into_iter().collect()
    }
}

impl ChainedFit {
    /// The equations as formulas: each coefficient is its mean over the sets.
    pub fn expected(&self) -> Expected {
        let first = &self.sets[0].variables;
        let kinds: Vec<Kind> = first.iter().map(Kind::of).collect();
        let mut starts = vec![0];
        kinds.iter().for_each(|kind| starts.push(starts[starts.len() - 1] + kind.width()));
        let share = 1.0 / self.sets.len() as f64;
        let mut means = vec![0.0; starts[kinds.len()]];
        for set in &self.sets {
            for (mean, column) in means.iter_mut().zip(set.variables.iter().flat_map(known_columns)) {
                *mean += share * column.iter().sum::<f64>() / column.len() as f64;
            }
        }
        let mut formulas = vec![Vec::new(); kinds.len()];
        for equation in self.chains.iter().flat_map(|chain| &chain.equations) {
            let places: Vec<usize> = equation.others.iter().flat_map(|&k| starts[k]..starts[k + 1]).collect();
            let of_set = (0..kinds[equation.variable].width()).map(|r| {
                let (intercept, coef) = equation.coding.unscaled(&equation.regression.estimate[r]);
                Formula { intercept, coef: places.iter().copied().zip(coef).collect() }
            });
            add(&mut formulas[equation.variable], of_set.collect(), share);
        }
        Expected { kinds, means, formulas }
    }
}

/// Adds `share` of each formula to those of the sets before.
fn add(formulas: &mut Vec<Formula>, of_set: Vec<Formula>, share: f64) {
    for (k, found) in of_set.into_iter().enumerate() {
        if formulas.len() == k {
            let coef = found.coef.iter().map(|(place, _)| (*place, 0.0)).collect();
            formulas.push(Formula { intercept: 0.0, coef });
        }
        let own = &mut formulas[k];
        own.intercept += share * found.intercept;
        own.coef.iter_mut().zip(found.coef).for_each(|((_, sum), (_, b))| *sum += share * b);
    }
}

/// The others that a variable is regressed on, in their order: all of them, or the `most` that correlate best with it among
/// subjects who have both. Those that half of the subjects who miss the variable have come first: the rest would have to be
/// made up themselves.
fn predictors(variables: &[Variable], filled: &[Vec<bool>], target: usize, most: Option<usize>) -> Vec<usize> {
    let mut others: Vec<usize> = (0..variables.len()).filter(|k| *k != target).collect();
    let Some(most) = most.filter(|most| *most < others.len()) else { return others };
    let own = known_columns(&variables[target]);
    let correlation = |k: usize| {
        let columns = known_columns(&variables[k]);
        let both: Vec<usize> = (0..filled[k].len()).filter(|&i| !filled[target][i] && !filled[k][i]).collect();
        let pairs = own.iter().flat_map(|a| columns.iter().map(move |b| (a, b)));
        pairs.map(|(a, b)| correlated(a, b, &both).abs()).fold(0.0, f64::max)
    };
    let usable = |k: usize| {
        let miss = filled[target].iter().zip(&filled[k]).filter(|(own, _)| **own);
        let (all, have) = miss.fold((0, 0), |(all, have), (_, other)| (all + 1, have + usize::from(!other)));
        2 * have >= all
    };
    let mut ranked: Vec<(bool, f64, usize)> = others.iter().map(|&k| (usable(k), correlation(k), k)).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
    others = ranked[..most].iter().map(|(.., k)| *k).collect();
    others.sort_unstable();
    others
}

/// Pearson's r of the subjects `rows`; 0 where one of the two does not vary.
fn correlated(a: &[f64], b: &[f64], rows: &[usize]) -> f64 {
    let n = rows.len() as f64;
    let mean = |x: &[f64]| rows.iter().map(|&i| x[i]).sum::<f64>() / n;
    let (of_a, of_b) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(usize) -> f64| rows.iter().map(|&i| f(i)).sum::<f64>();
    let (aa, bb) = (sum(&|i| (a[i] - of_a).powi(2)), sum(&|i| (b[i] - of_b).powi(2)));
    let r = sum(&|i| (a[i] - of_a) * (b[i] - of_b)) / (aa * bb).sqrt();
    if r.is_finite() { r } else { 0.0 }
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
    /// The regression of a variable on others.
    fn new(
        complete: &[Variable],
        missing: &[bool],
        (target, others): (usize, &[usize]),
        rng: &mut Rng,
    ) -> Option<Self> {
        let coding = Coding::new(complete, others);
        let donors: Vec<usize> = (0..missing.len()).filter(|&i| !missing[i]).collect();
        let x = coding.matrix(complete, others);
        let regression = Regression::new(&x, &donors, &response(&complete[target]), rng)?;
        Some(Self { variable: target, others: others.to_vec(), coding, regression, donors })
    }

    /// For each of the subjects of `complete` who miss the variable somebody among `known` with a like prediction.
    fn picked(
        &self,
        complete: &[Variable],
        missing: &[bool],
        known: &[Variable],
        donors: usize,
        rng: &mut Rng,
    ) -> Vec<(usize, usize)> {
        if !missing.contains(&true) {
            return Vec::new();
        }
        let of_donors = predict(&self.coding.matrix(known, &self.others), &self.regression.estimate);
        let of_others = predict(&self.coding.matrix(complete, &self.others), &self.regression.drawn);
        let take = donors.min(self.donors.len());
        let mut near: Vec<(f64, usize)> = Vec::with_capacity(self.donors.len());
        let mut picked = Vec::new();
        for i in (0..missing.len()).filter(|&i| missing[i]) {
            near.clear();
            let distance = |d: usize| (of_donors.row(d) - of_others.row(i)).norm_squared();
            near.extend(self.donors.iter().map(|&d| (distance(d), d)));
            // Ties by place; a sort of all would cost more.
            near.select_nth_unstable_by(take - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            near[..take].sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            picked.push((i, near[rng.below(take)].1));
        }
        picked
    }
}
