//! The log partial likelihood with its score and information, by Breslow's or Efron's rule.
//!
//! With E_j the expected number of events of row j (its risk times the cumulative hazard while at risk):
//! score = sum_j x_j (w_j d_j - E_j), and
//! information = sum_j E_j x_j x_j' - sum over the steps l of all event times of w xbar_l xbar_l',
//! where xbar_l = (S1 - f_l s1) / D_l is the mean covariate of step l. Both matrices are weighted Gram matrices, over rows
//! and over event times, so a fit never updates a matrix row by row. The steps of one event time share two vectors, S1 and
//! s1, so that however many events tie, two rows stand for them: with A = sum w/D^2, B = sum f w/D^2, C = sum f^2 w/D^2
//! the steps' sum is A v v' + (C - B^2/A) s1 s1', v = S1 - (B/A) s1.

use nalgebra::DMatrix;

use super::columns::Columns;
use super::covariate_sums::{CovariateSums, STRIDE, walk_risk_sets};
use super::gram::{BLOCK, Rows, add_weighted_gram, add_weighted_sums, without_rounding};
use super::hazard::{Hazard, Ties, weighted_risks};
use super::jump::{Jump, LogLikelihood};
use super::newton::Objective;
use super::risk_sets::{Block, RiskSets};

/// Beyond this a linear predictor is shifted before its exponential is taken.
const NEAR: f64 = 300.0;

/// Breslow's or Efron's log partial likelihood of one data set, with everything that its evaluation reuses.
pub(crate) struct PartialLikelihood<'a> {
    sets: &'a RiskSets,
    x: &'a Columns,
    /// Where last evaluated.
    at: Vec<f64>,
    eta: Vec<f64>,
    hazard: Hazard,
    sums: CovariateSums,
    score: Vec<f64>,
    /// Sum over the steps of w xbar xbar'.
    means: DMatrix<f64>,
    information: DMatrix<f64>,
}

impl<'a> PartialLikelihood<'a> {
    pub fn new(sets: &'a RiskSets, x: &'a Columns, ties: Ties) -> Self {
        Self {
            sets,
            x,
            at: Vec::new(),
            eta: vec![0.0; sets.len()],
            hazard: Hazard::unknown(ties),
            sums: CovariateSums::new(x.p),
            score: vec![0.0; x.p],
            means: DMatrix::zeros(x.p, x.p),
            information: DMatrix::zeros(x.p, x.p),
        }
    }

    /// The hazard where last evaluated.
    pub fn hazard(&self) -> &Hazard {
        &self.hazard
    }

    /// The linear predictor and the hazard at `beta`, computed again only if that is not where the last evaluation was.
    pub fn into_place(mut self, beta: &[f64]) -> (Vec<f64>, Hazard) {
        if self.at != beta {
            self.x.linear_predictor(beta, &self.sets.offset, &mut self.eta);
            self.hazard.update(self.sets, &self.eta);
        }
        (self.eta, self.hazard)
    }

    /// Hazard and mean covariates at `beta` in one pass over blocks of rows, each of which is read from memory once; returns
    /// the log-likelihood, or nothing where rows leave their risk sets again or risks are out of range.
    fn sweep(&mut self, beta: &[f64]) -> Option<f64> {
        if self.sets.delayed.is_some() {
            return None;
        }
        let (sets, x) = (self.sets, self.x);
        let mut loglik = LogLikelihood::new();
        let mut jumps = Vec::with_capacity(BLOCK);
        self.hazard.begin(sets);
        for block in sets.blocks() {
            let Block { stratum, rows, run } = &block;
            let eta = &mut self.eta[rows.clone()];
            x.linear_predictor_from(rows.start, beta, &sets.offset, eta);
            if !eta.iter().fold(true, |near, e| near & (e.abs() < NEAR)) {
                return None;
            }
            weighted_risks(eta, 0.0, &sets.weight[rows.clone()], &mut self.hazard.risk[rows.clone()]);
            self.sums.take(sets, x, &self.hazard.risk, &block);
            self.sums.take_dying(sets, x, &self.hazard.risk, run);
            jumps.clear();
            for (k, at_risk) in run.clone().zip(self.sums.risks()) {
                self.hazard.at_risk[k] = *at_risk;
                self.hazard.dying[k] = self.hazard.risk[sets.events[k].dying()].iter().sum();
                jumps.push(self.hazard.step(sets, *stratum, k, &self.eta, &mut loglik));
            }
            add_means(&mut self.means, &jumps, |_| 1.0, &mut self.sums);
        }
        self.hazard.end(sets);
        Some(loglik.value())
    }

    /// The same pass by pass.
    fn pass_by_pass(&mut self, beta: &[f64]) -> f64 {
        self.x.linear_predictor(beta, &self.sets.offset, &mut self.eta);
        let loglik = self.hazard.update(self.sets, &self.eta);
        self.means.fill(0.0);
        add_all_means(&mut self.means, self.sets, self.x, &self.hazard, |_| 1.0, &mut self.sums);
        loglik
    }

    /// Adds the part of the rows to score and information.
    fn add_rows(&mut self) {
        let mut residual = Vec::with_capacity(BLOCK);
        for start in (0..self.x.n).step_by(BLOCK) {
            let rows = start..(start + BLOCK).min(self.x.n);
            let expected = &self.hazard.expected[rows.clone()];
            let observed = |r: usize| f64::from(u8::from(self.sets.death[r])) * self.sets.weight[r];
            residual.clear();
            residual.extend(rows.zip(expected).map(|(r, e)| observed(r) - e));
            add_weighted_sums(&mut self.score, self.x.rows(start), &residual);
            add_weighted_gram(&mut self.information, self.x.rows(start), expected);
        }
    }
}

/// Adds the sum over steps of (multiplier of the event time) w xbar xbar' of one run, whose first event time is number 0.
fn add_means(means: &mut DMatrix<f64>, jumps: &[Jump], multiplier: impl Fn(usize) -> f64, sums: &mut CovariateSums) {
    let mut weights = [0.0; BLOCK];
    let mut shares = [0.0; BLOCK];
    let tied = sums.tied();
    for (&place, (weight, share)) in tied.iter().zip(weights.iter_mut().zip(&mut shares)) {
        let jump = &jumps[place];
        // By Breslow's rule nothing.
        *share = if jump.square_cross == 0.0 { 0.0 } else { jump.square_cross / jump.square };
        *weight = multiplier(place) * (jump.square_tied - jump.square_cross * *share);
    }
    add_weighted_gram(means, Rows { values: sums.dying(), stride: STRIDE, start: 0 }, &weights[..tied.len()]);
    sums.less_dying(&shares);
    weights.iter_mut().zip(jumps).enumerate().for_each(|(k, (weight, jump))| *weight = multiplier(k) * jump.square);
    let at_risk = Rows { values: sums.at_risk(), stride: STRIDE, start: 0 };
    add_weighted_gram(means, at_risk, &weights[..jumps.len()]);
}

/// Adds the sum over the steps of all event times.
fn add_all_means(
    means: &mut DMatrix<f64>,
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    multiplier: impl Fn(usize) -> f64,
    sums: &mut CovariateSums,
) {
    let jumps = hazard.jumps(sets);
    walk_risk_sets(sets, x, hazard, sums, |run, sums| {
        add_means(means, &jumps[run.clone()], |k| multiplier(run.start + k), sums);
    });
}

/// The information with every event time's part multiplied, on the scale of `x` (lower triangle).
pub(crate) fn information_weighted(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    multiplier: impl Fn(usize) -> f64,
) -> DMatrix<f64> {
    let mut information = DMatrix::zeros(x.p, x.p);
    let mut means = DMatrix::zeros(x.p, x.p);
    let expected = hazard.expected_with(sets, &multiplier);
    add_weighted_gram(&mut information, x.rows(0), &expected);
    add_all_means(&mut means, sets, x, hazard, multiplier, &mut CovariateSums::new(x.p));
    information - means
}

impl Objective for PartialLikelihood<'_> {
    fn evaluate(&mut self, beta: &[f64]) -> f64 {
        self.at.clear();
        self.at.extend_from_slice(beta);
        self.score.fill(0.0);
        self.information.fill(0.0);
        self.means.fill(0.0);
        let loglik = self.sweep(beta).unwrap_or_else(|| self.pass_by_pass(beta));
        self.add_rows();
        let moments = self.information.diagonal();
        self.information -= &self.means;
        for j in 0..self.x.p {
            if without_rounding(self.information[(j, j)], moments[j]) == 0.0 {
                self.information.row_mut(j).fill(0.0);
                self.information.column_mut(j).fill(0.0);
            }
        }
        loglik
    }

    fn score(&self) -> &[f64] {
        &self.score
    }

    fn information(&self) -> &DMatrix<f64> {
        &self.information
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cox::{Design, Factor};
    use crate::{DataError, Survival};

    /// Several blocks, ties, weights, two strata; `offset` for everybody.
    fn data(offset: f64) -> Result<(RiskSets, Design), DataError> {
        let n = 1300;
        let column = |step: usize| (0..n).map(|k| (k * step % 101) as f64 / 25.0).collect::<Vec<f64>>();
        let survival =
            Survival::new((0..n).map(|k| (k * 37 % 911) as f64).collect(), (0..n).map(|k| k % 3 > 0).collect())?
                .with_weights((0..n).map(|k| (k % 4 + 1) as f64 / 2.0).collect())?;
        let strata = Factor::from_labels(&(0..n).map(|k| if k % 5 == 0 { "b" } else { "a" }).collect::<Vec<_>>());
        let sets = RiskSets::new(&survival, Some(&strata), Some(&vec![offset; n]), true).expect("risk sets");
        let design = Design::new(n).linear("x", &column(17)).and_then(|d| d.linear("y", &column(29))).expect("columns");
        Ok((sets, design))
    }

    #[test]
    fn one_pass_and_pass_by_pass_agree() {
        for ties in [Ties::Efron, Ties::Breslow] {
            // Risks far from 1 are shifted, pass by pass; the likelihood does not see it.
            let [near, far] = [0.0, 400.0].map(|offset| {
                let (sets, design) = data(offset).expect("follow-up");
                let x = Columns::new(&design, &sets);
                let mut likelihood = PartialLikelihood::new(&sets, &x, ties);
                assert_eq!(likelihood.sweep(&[0.3, -0.2]).is_some(), offset == 0.0);
                let loglik = likelihood.evaluate(&[0.3, -0.2]);
                (loglik, likelihood.score().to_vec(), likelihood.information().clone())
            });
            assert!((near.0 - far.0).abs() < 1e-9, "{} {}", near.0, far.0);
            assert!(near.1.iter().zip(&far.1).all(|(a, b)| (a - b).abs() < 1e-9), "{near:?} {far:?}");
            assert!((near.2 - far.2).abs().max() < 1e-9);
        }
    }
}
