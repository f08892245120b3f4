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
use super::covariate_sums::{CovariateSums, walk_risk_sets};
use super::gram::{BLOCK, Rows, add_weighted_gram, add_weighted_sums, without_rounding};
use super::hazard::{Hazard, Ties};
use super::newton::Objective;
use super::risk_sets::RiskSets;

/// Room for one run of rows or event times.
struct Work {
    sums: CovariateSums,
    weights: Vec<f64>,
    scratch: Vec<f64>,
}

impl Work {
    fn new(p: usize) -> Self {
        Self { sums: CovariateSums::new(p), weights: Vec::with_capacity(BLOCK), scratch: Vec::with_capacity(BLOCK) }
    }
}

/// Breslow's or Efron's log partial likelihood of one data set, with everything that its evaluation reuses.
pub(crate) struct PartialLikelihood<'a> {
    sets: &'a RiskSets,
    x: &'a Columns,
    ties: Ties,
    /// Where last evaluated.
    at: Vec<f64>,
    eta: Vec<f64>,
    hazard: Hazard,
    work: Work,
    score: Vec<f64>,
    information: DMatrix<f64>,
}

impl<'a> PartialLikelihood<'a> {
    pub fn new(sets: &'a RiskSets, x: &'a Columns, ties: Ties) -> Self {
        Self {
            sets,
            x,
            ties,
            at: Vec::new(),
            eta: vec![0.0; sets.len()],
            hazard: Hazard::default(),
            work: Work::new(x.p),
            score: vec![0.0; x.p],
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
            self.hazard.update(self.sets, &self.eta, self.ties);
        }
        (self.eta, self.hazard)
    }

    /// Adds the part of the rows to score and information.
    fn add_rows(&mut self) {
        let Work { weights, scratch, .. } = &mut self.work;
        let mut start = 0;
        while start < self.x.n {
            let rows = start..(start + BLOCK).min(self.x.n);
            let expected = &self.hazard.expected[rows.clone()];
            weights.clear();
            let observed = |r: usize| f64::from(u8::from(self.sets.death[r])) * self.sets.weight[r];
            weights.extend(rows.clone().zip(expected).map(|(r, e)| observed(r) - e));
            add_weighted_sums(&mut self.score, self.x.rows(start), weights);
            add_weighted_gram(&mut self.information, self.x.rows(start), expected, scratch);
            start = rows.end;
        }
    }
}

/// Takes sum over steps of (multiplier of the event time) w xbar xbar' off `information`.
fn subtract_means(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    multiplier: impl Fn(usize) -> f64,
    information: &mut DMatrix<f64>,
    work: &mut Work,
) {
    let Work { sums, weights, scratch } = work;
    walk_risk_sets(sets, x, hazard, sums, |run, sums| {
        let jumps = &hazard.jumps[run.clone()];
        let multipliers = run.map(&multiplier);
        if jumps.iter().any(|j| j.square_cross != 0.0) {
            weights.clear();
            weights.extend(jumps.iter().zip(multipliers.clone()).map(|(j, g)| match j.square_cross {
                0.0 => 0.0,
                cross => -g * (j.square_tied - cross * cross / j.square),
            }));
            add_weighted_gram(information, Rows { values: &sums.dying, stride: BLOCK, start: 0 }, weights, scratch);
            for column in 0..x.p {
                for (k, jump) in jumps.iter().enumerate().filter(|(_, j)| j.square_cross != 0.0) {
                    let at = column * BLOCK + k;
                    sums.at_risk[at] -= jump.square_cross / jump.square * sums.dying[at];
                }
            }
        }
        weights.clear();
        weights.extend(jumps.iter().zip(multipliers).map(|(j, g)| -g * j.square));
        add_weighted_gram(information, Rows { values: &sums.at_risk, stride: BLOCK, start: 0 }, weights, scratch);
    });
}

/// The information with every event time's part multiplied, on the scale of `x` (lower triangle).
pub(crate) fn information_weighted(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    multiplier: impl Fn(usize) -> f64,
) -> DMatrix<f64> {
    let mut work = Work::new(x.p);
    let mut information = DMatrix::zeros(x.p, x.p);
    let expected = hazard.expected_with(sets, &multiplier);
    add_weighted_gram(&mut information, x.rows(0), &expected, &mut work.scratch);
    subtract_means(sets, x, hazard, multiplier, &mut information, &mut work);
    information
}

impl Objective for PartialLikelihood<'_> {
    fn evaluate(&mut self, beta: &[f64]) -> f64 {
        self.at.clear();
        self.at.extend_from_slice(beta);
        self.x.linear_predictor(beta, &self.sets.offset, &mut self.eta);
        let loglik = self.hazard.update(self.sets, &self.eta, self.ties);
        self.score.fill(0.0);
        self.information.fill(0.0);
        self.add_rows();
        let moments = self.information.diagonal();
        subtract_means(self.sets, self.x, &self.hazard, |_| 1.0, &mut self.information, &mut self.work);
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
