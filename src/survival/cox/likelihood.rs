//! The log partial likelihood with its score and information, by Breslow's or Efron's rule.
//!
//! With E_j the expected number of events of row j (its risk times the cumulative hazard while at risk):
//! score = sum_j x_j (w_j d_j - E_j), and
//! information = sum_j E_j x_j x_j' - sum over the steps l of all event times of w xbar_l xbar_l',
//! where xbar_l = (S1 - f_l s1) / D_l is the mean covariate of step l. Both matrices are weighted Gram matrices, over rows
//! and over event times, so a fit never updates a matrix row by row. The steps of one event time share two vectors, S1 and
//! s1, so that however many events tie, two rows stand for them: with A = sum w/D^2, B = sum f w/D^2, C = sum f^2 w/D^2
//! the steps' sum is A v v' + (C - B^2/A) s1 s1', v = S1 - (B/A) s1.

use std::ops::Range;

use nalgebra::DMatrix;

use super::columns::Columns;
use super::gram::{BLOCK, add_weighted_gram, lanes_dot, without_rounding};
use super::hazard::{Carry, Hazard, Ties};
use super::newton::Objective;
use super::risk_sets::RiskSets;

/// Sums of risk times covariate over risk sets and over those who die, for a run of event times.
pub(crate) struct CovariateSums {
    /// Event time k, column j at `[j * BLOCK + k - first]`.
    pub at_risk: Vec<f64>,
    /// The same over those who die.
    pub dying: Vec<f64>,
}

impl CovariateSums {
    pub fn new(p: usize) -> Self {
        Self { at_risk: vec![0.0; p * BLOCK], dying: vec![0.0; p * BLOCK] }
    }
}

/// Calls `visit` with runs of at most [`BLOCK`] event times, from the last to the first of each stratum.
pub(crate) fn walk_risk_sets(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    sums: &mut CovariateSums,
    mut visit: impl FnMut(Range<usize>, &mut CovariateSums),
) {
    let n = x.n;
    for stratum in &sets.strata {
        let mut carries = vec![Carry::new(stratum.rows.end); x.p];
        let mut end = stratum.events.end;
        while end > stratum.events.start {
            let run = end.saturating_sub(BLOCK).max(stratum.events.start)..end;
            for (j, carry) in carries.iter_mut().enumerate() {
                let column = x.column(j);
                let by_entry = x.by_entry.get(j * n..(j + 1) * n).unwrap_or_default();
                for k in run.clone().rev() {
                    let event = &sets.events[k];
                    let outside = sets.delayed.as_ref().map(|d| d.outside[k] as usize);
                    let at = j * BLOCK + k - run.start;
                    sums.at_risk[at] = carry.advance_products(
                        (column, &hazard.risk),
                        event.first,
                        (by_entry, &hazard.risk_by_entry),
                        outside,
                    );
                    if event.deaths > 1 {
                        let dying = event.dying();
                        let pairs = column[dying.clone()].iter().zip(&hazard.risk[dying]);
                        sums.dying[at] = pairs.map(|(x, r)| x * r).sum();
                    } else {
                        sums.dying[at] = column[event.first] * hazard.risk[event.first];
                    }
                }
            }
            end = run.start;
            visit(run, sums);
        }
    }
}

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

    /// Adds the part of the rows to score and information.
    fn add_rows(&mut self) {
        let Work { weights, scratch, .. } = &mut self.work;
        let mut start = 0;
        while start < self.x.n {
            let rows = start..(start + BLOCK).min(self.x.n);
            let expected = &self.hazard.expected[rows.clone()];
            weights.clear();
            let observed = |r: usize| if self.sets.death[r] { self.sets.weight[r] } else { 0.0 };
            weights.extend(rows.clone().zip(expected).map(|(r, e)| observed(r) - e));
            for (j, u) in self.score.iter_mut().enumerate() {
                *u += lanes_dot(weights, &self.x.column(j)[rows.clone()]);
            }
            let gram = &mut self.information;
            add_weighted_gram(gram, &self.x.values, self.x.n, start, expected, scratch);
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
            add_weighted_gram(information, &sums.dying, BLOCK, 0, weights, scratch);
            for column in 0..x.p {
                for (k, jump) in jumps.iter().enumerate().filter(|(_, j)| j.square_cross != 0.0) {
                    let at = column * BLOCK + k;
                    sums.at_risk[at] -= jump.square_cross / jump.square * sums.dying[at];
                }
            }
        }
        weights.clear();
        weights.extend(jumps.iter().zip(multipliers).map(|(j, g)| -g * j.square));
        add_weighted_gram(information, &sums.at_risk, BLOCK, 0, weights, scratch);
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
    add_weighted_gram(&mut information, &x.values, x.n, 0, &expected, &mut work.scratch);
    subtract_means(sets, x, hazard, multiplier, &mut information, &mut work);
    information
}

impl Objective for PartialLikelihood<'_> {
    fn evaluate(&mut self, beta: &[f64]) -> f64 {
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
