//! Baseline hazard and survival predicted for given covariates.

use crate::choice::choices;
use nalgebra::DMatrix;

use super::error::CoxError;
use super::event_means::EventMeans;
use super::fit::CoxFit;
use crate::stats::linalg::{dot, quadratic_form};
use crate::stats::tails::normal_critical;

/// Where the linear predictor is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// All covariates zero.
    Zero,
    /// The covariates at [`CoxFit::means`].
    Means,
    /// The covariates at their weighted means in each stratum; without strata the same as `Means`.
    StratumMeans,
}

choices!(Reference, "reference": Zero = "zero", Means = "sample", StratumMeans = "strata");

/// The baseline hazard of one stratum, at every distinct time of its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Code of the stratum; 0 without strata.
    pub stratum: u32,
    /// Distinct times, ascending, censored ones included.
    pub time: Vec<f64>,
    /// Cumulative hazard.
    pub cumhaz: Vec<f64>,
}

/// Survival predicted for one profile.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedSurvival {
    /// Code of the stratum; 0 without strata.
    pub stratum: u32,
    /// Distinct times, ascending, censored ones included.
    pub time: Vec<f64>,
    /// Cumulative hazard.
    pub cumhaz: Vec<f64>,
    /// exp(-cumhaz).
    pub surv: Vec<f64>,
    /// Standard error of the cumulative hazard, that is, of log S; times S it is that of S.
    pub std_err: Vec<f64>,
    /// Lower limit of S, symmetric on the log scale.
    pub lower: Vec<f64>,
    /// Upper limit of S, at most 1.
    pub upper: Vec<f64>,
}

impl PredictedSurvival {
    /// Position of the last time not after `t`, if there is one; before it S is 1.
    pub fn position(&self, t: f64) -> Option<usize> {
        self.time.partition_point(|&u| u <= t).checked_sub(1)
    }

    /// S at `t`, carried flat beyond the last time.
    pub fn survival_at(&self, t: f64) -> f64 {
        self.position(t).map_or(1.0, |k| self.surv[k])
    }
}

impl CoxFit {
    /// The baseline hazard of every stratum; with offsets, at their weighted mean.
    pub fn baseline(&self, reference: Reference) -> Vec<Baseline> {
        (0..self.sets.strata.len())
            .map(|s| {
                let at = match reference {
                    Reference::Zero => vec![0.0; self.x.p],
                    Reference::Means => self.means.clone(),
                    Reference::StratumMeans => self.stratum_means(s),
                };
                let factor = self.relative_hazard(s, &at);
                let (time, slots) = self.times(s);
                let cumhaz = slots.iter().map(|&slot| factor * self.hazard.cumulative[slot]).collect();
                Baseline { stratum: self.sets.strata[s].code, time, cumhaz }
            })
            .collect()
    }

    /// Survival of a subject with the covariates `row` (all columns of the design; see [`super::Design::row`]) in the stratum
    /// with code `stratum` (0 without strata), with limits of confidence `level`; with offsets, at their weighted mean.
    ///
    /// The variance of the cumulative hazard is e^2 (sum w/D^2 + q'Vq), q = (x - centre) H - integral of xbar dH.
    ///
    /// # Errors
    /// A row of another length than the design has columns; a stratum that the fit does not have; a level outside (0, 1).
    pub fn predict_survival(&self, row: &[f64], stratum: u32, level: f64) -> Result<PredictedSurvival, CoxError> {
        let p = self.x.p;
        if row.len() != p {
            return Err(CoxError::Length { what: "the profile", found: row.len(), expected: p });
        }
        let found = self.sets.strata.iter().position(|s| s.code == stratum);
        let s = found.ok_or(CoxError::NotAvailable("the stratum of the profile has no rows in the fit"))?;
        let factor = self.relative_hazard(s, row);
        let variance = self.variance_along(s, row);
        let (time, slots) = self.times(s);
        let critical = normal_critical(level);
        let cumhaz: Vec<f64> = slots.iter().map(|&slot| factor * self.hazard.cumulative[slot]).collect();
        let first = self.sets.first_slot(s);
        let std_err: Vec<f64> = slots.iter().map(|&slot| factor * variance[slot - first].sqrt()).collect();
        let limit = |sign: f64| {
            cumhaz.iter().zip(&std_err).map(|(h, se)| (-h + sign * critical * se).exp().min(1.0)).collect::<Vec<_>>()
        };
        Ok(PredictedSurvival {
            stratum,
            surv: cumhaz.iter().map(|h| (-h).exp()).collect(),
            lower: limit(-1.0),
            upper: limit(1.0),
            time,
            cumhaz,
            std_err,
        })
    }

    /// The linear predictor of every row from `reference`, offsets included (centred for the two means).
    pub fn linear_predictor(&self, reference: Reference) -> Vec<f64> {
        let beta = self.coef_or_zero();
        let mean_offset = mean(&self.sets.offset, &vec![1.0; self.sets.offset.len()]);
        let mut sorted = self.eta.clone();
        for (s, stratum) in self.sets.strata.iter().enumerate() {
            let base = match reference {
                Reference::Zero => -dot(&beta, &self.x.centre),
                Reference::Means => dot(&beta, &self.differences(&self.means)) + mean_offset,
                Reference::StratumMeans => dot(&beta, &self.differences(&self.stratum_means(s))) + mean_offset,
            };
            sorted[stratum.rows.clone()].iter_mut().for_each(|eta| *eta -= base);
        }
        self.sets.unsort(&sorted)
    }

    /// Weighted means of the covariates in stratum `s`; [`Self::means`] where there is only one.
    fn stratum_means(&self, s: usize) -> Vec<f64> {
        if self.sets.strata.len() == 1 {
            return self.means.clone();
        }
        let rows = self.sets.strata[s].rows.clone();
        let weight = &self.sets.weight[rows.clone()];
        let total: f64 = weight.iter().sum();
        let mean = |j: usize| dot(&self.x.column(j)[rows.clone()], weight) / total;
        (0..self.x.p).map(|j| mean(j) / self.x.scale[j] + self.x.centre[j]).collect()
    }

    fn differences(&self, row: &[f64]) -> Vec<f64> {
        row.iter().zip(&self.x.centre).map(|(x, c)| x - c).collect()
    }

    /// Hazard at the covariates `row` over the hazard that `self.hazard` holds for stratum `s`.
    fn relative_hazard(&self, s: usize, row: &[f64]) -> f64 {
        let offset = mean(&self.sets.offset, &self.sets.weight);
        (dot(&self.coef_or_zero(), &self.differences(row)) + offset - self.hazard.shift[s]).exp()
    }

    /// Distinct times of stratum `s` with their slots.
    fn times(&self, s: usize) -> (Vec<f64>, Vec<usize>) {
        let rows = self.sets.strata[s].rows.clone();
        let (mut time, mut slots) = (Vec::new(), Vec::new());
        for row in rows {
            if time.last() != Some(&self.sets.time[row]) {
                time.push(self.sets.time[row]);
                slots.push(self.sets.until[row] as usize);
            }
        }
        (time, slots)
    }

    /// Variance of the cumulative hazard at each slot of stratum `s`, for relative hazard 1.
    fn variance_along(&self, s: usize, row: &[f64]) -> Vec<f64> {
        let p = self.x.p;
        let scale = &self.x.scale;
        let scaled = DMatrix::from_fn(p, p, |i, j| self.variance[(i, j)] / (scale[i] * scale[j]));
        let at: Vec<f64> = self.differences(row).iter().zip(scale).map(|(d, s)| d * s).collect();
        let means = EventMeans::new(&self.sets, &self.x, &self.hazard);
        let mut q = vec![0.0; p];
        let mut own = 0.0;
        let mut variance = vec![0.0];
        let jumps = self.hazard.jumps(&self.sets);
        for k in self.sets.strata[s].events.clone() {
            let jump = &jumps[k];
            own += jump.square;
            for (j, q) in q.iter_mut().enumerate() {
                *q += at[j] * jump.hazard - means.drift[means.at(j, k)];
            }
            variance.push(own + quadratic_form(&scaled, &q));
        }
        variance
    }
}

/// Weighted mean; zero of nothing.
fn mean(values: &[f64], weights: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { dot(values, weights) / weights.iter().sum::<f64>() }
}
