//! Schoenfeld residuals: covariates of those who die, less their mean over the risk set.

use nalgebra::DMatrix;

use super::event_means::EventMeans;
use super::fit::CoxFit;
use crate::Matrix;

/// One row for every event, by stratum and time; tied events stay in row order.
#[derive(Debug, Clone, PartialEq)]
pub struct Schoenfeld {
    /// Row of the data that has the event.
    pub row: Vec<usize>,
    /// Time of the event.
    pub time: Vec<f64>,
    /// Events by columns of the design.
    pub residuals: Matrix,
}

impl CoxFit {
    /// x - xbar at every event, not weighted; with Efron's ties xbar is the mean over the steps of the event time.
    pub fn schoenfeld(&self) -> Schoenfeld {
        let means = EventMeans::new(&self.sets, &self.x, &self.hazard);
        let dying: Vec<(usize, usize)> =
            self.sets.events.iter().enumerate().flat_map(|(k, e)| e.dying().map(move |row| (k, row))).collect();
        let residual = |i: usize, j: usize| {
            let (k, row) = dying[i];
            (self.x.column(j)[row] - means.mean[means.at(j, k)]) / self.x.scale[j]
        };
        Schoenfeld {
            row: dying.iter().map(|&(_, row)| self.sets.order[row] as usize).collect(),
            time: dying.iter().map(|&(k, _)| self.sets.events[k].time).collect(),
            residuals: Matrix::of(DMatrix::from_fn(dying.len(), self.x.p, residual)),
        }
    }

    /// Schoenfeld residuals times the number of events and the variance, plus the coefficients: around b(t) at each event.
    pub fn scaled_schoenfeld(&self) -> Schoenfeld {
        let mut schoenfeld = self.schoenfeld();
        let coef = self.coef_or_zero();
        let mut scaled = schoenfeld.residuals.inner() * self.naive_variance.inner() * self.n_events as f64;
        for (j, mut column) in scaled.column_iter_mut().enumerate() {
            column.add_scalar_mut(coef[j]);
        }
        schoenfeld.residuals = Matrix::of(scaled);
        schoenfeld
    }
}
