//! Residuals of a fitted Cox model: martingale, deviance, score, dfbeta.

use nalgebra::DMatrix;

use super::columns::Columns;
use super::error::CoxError;
use super::event_means::EventMeans;
use super::fit::CoxFit;
use super::hazard::{Hazard, Ties, accumulate};
use super::risk_sets::RiskSets;
use crate::Matrix;

impl CoxFit {
    /// Expected number of events of every row, not weighted: its risk times the cumulative hazard while it was at risk.
    pub fn expected_events(&self) -> Vec<f64> {
        self.sets.by_row(|sorted| self.hazard.expected[sorted] / self.sets.weight[sorted])
    }

    /// Martingale residuals, observed less expected events, by row.
    pub fn martingale(&self) -> Vec<f64> {
        let observed = |sorted: usize| f64::from(u8::from(self.sets.death[sorted]));
        self.sets.by_row(|sorted| observed(sorted) - self.hazard.expected[sorted] / self.sets.weight[sorted])
    }

    /// Deviance residuals: sign(M) sqrt(-2 (M + d ln(d - M))), M the martingale residual, by row.
    pub fn deviance(&self) -> Vec<f64> {
        let expected = self.expected_events();
        let death = |m: f64, e: f64| m + e > 0.5;
        let residual = |(m, e): (f64, f64)| {
            let log = if death(m, e) { e.ln() } else { 0.0 };
            m.signum() * (-2.0 * (m + log)).max(0.0).sqrt()
        };
        self.martingale().into_iter().zip(expected).map(residual).collect()
    }

    /// Score residuals, rows by columns of the design, not weighted; their weighted sum over rows is the score.
    ///
    /// # Errors
    /// [`CoxError::NotAvailable`] with exact ties.
    pub fn score_residuals(&self) -> Result<Matrix, CoxError> {
        self.scores().map(Matrix::of)
    }

    fn scores(&self) -> Result<DMatrix<f64>, CoxError> {
        if self.ties == Ties::Exact {
            return Err(CoxError::NotAvailable("score residuals need Efron's or Breslow's ties, not exact ones"));
        }
        let scaled = score_residuals(&self.sets, &self.x, &self.hazard);
        Ok(self.by_row(&scaled, |j| 1.0 / self.x.scale[j]))
    }

    /// How much each coefficient changes when a row is left out, to first order (a weighted row with its whole weight).
    ///
    /// # Errors
    /// [`CoxError::NotAvailable`] with exact ties.
    pub fn dfbeta(&self) -> Result<Matrix, CoxError> {
        self.changes().map(Matrix::of)
    }

    /// [`Self::dfbeta`] as computations go on with it.
    pub(super) fn changes(&self) -> Result<DMatrix<f64>, CoxError> {
        Ok(self.weighted_scores()? * self.naive_variance.inner())
    }

    /// Score residuals, each row with its weight.
    fn weighted_scores(&self) -> Result<DMatrix<f64>, CoxError> {
        let mut weighted = self.scores()?;
        for (mut row, weight) in weighted.row_iter_mut().zip(self.sets.unsort(&self.sets.weight)) {
            row *= weight;
        }
        Ok(weighted)
    }

    /// [`Self::dfbeta`] in standard errors of the coefficient; NaN where there is no coefficient.
    ///
    /// # Errors
    /// [`CoxError::NotAvailable`] with exact ties.
    pub fn dfbetas(&self) -> Result<Matrix, CoxError> {
        let mut scaled = self.changes()?;
        for (j, mut column) in scaled.column_iter_mut().enumerate() {
            column /= self.naive_variance[(j, j)].sqrt();
        }
        Ok(Matrix::of(scaled))
    }

    /// Likelihood displacement by row: how far the maximized log likelihood lies above the likelihood at the coefficients
    /// without that row, twice, to first order. It is `s' V s`, of the row's score residual `s` with its weight and the
    /// inverse information `V`, which is `d' V^-1 d` of its [`Self::dfbeta`] `d` (Pettitt and Bin Daud, 1989; in R
    /// `d <- residuals(fit, "dfbeta"); rowSums((d %*% solve(vcov(fit))) * d)`).
    ///
    /// # Errors
    /// [`CoxError::NotAvailable`] with exact ties.
    pub fn likelihood_displacement(&self) -> Result<Vec<f64>, CoxError> {
        let weighted = self.weighted_scores()?;
        let changes = &weighted * self.naive_variance.inner();
        Ok(weighted.row_iter().zip(changes.row_iter()).map(|(score, change)| score.dot(&change)).collect())
    }

    /// A sorted rows x columns matrix, put into row order, its columns multiplied.
    pub(super) fn by_row(&self, sorted: &[f64], factor: impl Fn(usize) -> f64) -> DMatrix<f64> {
        let mut rows = DMatrix::zeros(self.n, self.x.p);
        for j in 0..self.x.p {
            let column = &sorted[j * self.n..(j + 1) * self.n];
            for (value, &row) in column.iter().zip(&self.sets.order) {
                rows[(row as usize, j)] = value * factor(j);
            }
        }
        rows
    }
}

/// Score residuals of the sorted rows on the scale of `x`, column by column:
/// d (x - mean) - r sum over event times at risk of (x - xbar) dH, those who die at a tied time being exposed to less.
pub(crate) fn score_residuals(sets: &RiskSets, x: &Columns, hazard: &Hazard) -> Vec<f64> {
    let (means, jumps) = (EventMeans::new(sets, x, hazard), hazard.jumps(sets));
    let mut residuals = Vec::with_capacity(x.n * x.p);
    let mut cumulative = Vec::with_capacity(sets.slots());
    for j in 0..x.p {
        let column = x.column(j);
        accumulate(sets, &mut cumulative, |k| means.drift[means.at(j, k)]);
        for (s, stratum) in sets.strata.iter().enumerate() {
            for row in stratum.rows.clone() {
                let until = sets.until[row] as usize;
                let from = sets.delayed.as_ref().map_or(sets.first_slot(s), |d| d.from[row] as usize);
                let mut exposure = hazard.cumulative[until] - hazard.cumulative[from];
                let mut drifted = cumulative[until] - cumulative[from];
                let mut observed = 0.0;
                if sets.death[row] {
                    let k = sets.own_event(row, s);
                    exposure -= jumps[k].tied;
                    drifted -= means.tied[means.at(j, k)];
                    observed = column[row] - means.mean[means.at(j, k)];
                }
                let risk = hazard.risk[row] / sets.weight[row];
                residuals.push(observed - risk * (column[row] * exposure - drifted));
            }
        }
    }
    residuals
}
