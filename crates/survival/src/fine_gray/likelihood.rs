//! The log pseudo-likelihood of the subdistribution hazard with its score and information.
//!
//! At an event time t the sums over the risk set are those over rows with time >= t plus G(t-) times those, each over G(x-),
//! of rows with another event before t. Row j's expected number of events is r_j H(x_j), and for another event besides
//! r_j / G(x_j-) times the integral of G(t-) dH after x_j: score and information follow as in the Cox model.

use nalgebra::DMatrix;

use crate::cox::columns::Columns;
use crate::cox::gram::{Rows, add_weighted_gram, add_weighted_sums};
use crate::cox::newton::Objective;
use crate::cox::risk_sets::RiskSets;
use crate::cox::{CoxError, Design};
use crate::data::Survival;

/// Sorted data of one cause.
pub(super) struct Subdistribution {
    pub sets: RiskSets,
    pub x: Columns,
    /// Whether a sorted row has another event.
    pub competing: Vec<bool>,
    /// Whether a sorted row is censored.
    pub censored: Vec<bool>,
    /// G(x-) of every sorted row.
    pub uncensored: Vec<f64>,
}

impl Subdistribution {
    pub fn new(design: &Design, survival: &Survival, cause: &[u32], of_interest: u32) -> Result<Self, CoxError> {
        let sets = RiskSets::new(survival, None, None, false)?;
        let x = Columns::new(design, &sets);
        let cause: Vec<u32> = sets.order.iter().map(|&row| cause[row as usize]).collect();
        let censored: Vec<bool> = cause.iter().map(|&c| c == 0).collect();
        Ok(Self {
            uncensored: censoring_before(&sets.time, &censored),
            competing: cause.iter().map(|&c| c != 0 && c != of_interest).collect(),
            censored,
            sets,
            x,
        })
    }

    /// G(t-) at event time `k`.
    pub fn uncensored_at(&self, k: usize) -> f64 {
        self.uncensored[self.sets.events[k].first]
    }

    pub fn likelihood(&self) -> Likelihood<'_> {
        let p = self.x.p;
        Likelihood { data: self, place: Place::default(), score: vec![0.0; p], information: DMatrix::zeros(p, p) }
    }

    /// Everything at the coefficients `beta` (scale of the columns).
    pub fn place(&self, beta: &[f64]) -> Place {
        let mut likelihood = self.likelihood();
        likelihood.evaluate(beta);
        likelihood.place
    }

    /// Sums over the risk set of every event time of risk times `column` (of risk alone without one).
    fn sums(&self, risk: &[f64], column: Option<&[f64]>) -> Vec<f64> {
        let value = |row: usize| risk[row] * column.map_or(1.0, |c| c[row]);
        let events = &self.sets.events;
        let mut sums = vec![0.0; events.len()];
        let (mut later, mut next) = (0.0, self.sets.len());
        for (sum, event) in sums.iter_mut().zip(events).rev() {
            later = (event.first..next).rev().fold(later, |s, row| s + value(row));
            next = event.first;
            *sum = later;
        }
        let (mut earlier, mut next) = (0.0, 0);
        for (k, (sum, event)) in sums.iter_mut().zip(events).enumerate() {
            let gone = (next..event.first).filter(|&row| self.competing[row]);
            earlier += gone.map(|row| value(row) / self.uncensored[row]).sum::<f64>();
            next = event.first;
            *sum += self.uncensored_at(k) * earlier;
        }
        sums
    }
}

/// Kaplan-Meier estimate of the censoring just before every sorted time: at equal times all are at risk.
fn censoring_before(time: &[f64], censored: &[bool]) -> Vec<f64> {
    let mut before = Vec::with_capacity(time.len());
    let mut g = 1.0;
    for tied in time.chunk_by(|a, b| a == b) {
        let start = before.len();
        before.extend(std::iter::repeat_n(g, tied.len()));
        let leaving = censored[start..before.len()].iter().filter(|&&c| c).count();
        g *= 1.0 - leaving as f64 / (time.len() - start) as f64;
    }
    before
}

/// What belongs to one linear predictor.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// Risk of every sorted row.
    pub risk: Vec<f64>,
    /// Events over the sum of risks, per event time.
    pub jumps: Vec<f64>,
    /// Mean covariates: column j, event time k at `[j * events + k]`.
    pub means: Vec<f64>,
    /// Cumulative hazard, one slot per event time after a zero.
    pub hazard: Vec<f64>,
    /// Cumulative integral of G(t-) dH, likewise.
    pub weighted_hazard: Vec<f64>,
}

/// Running sums after a zero.
pub(super) fn cumulate(increments: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    let rest = increments.map(|x| {
        sum += x;
        sum
    });
    std::iter::once(0.0).chain(rest).collect()
}

/// The pseudo-likelihood of one data set.
pub(super) struct Likelihood<'a> {
    data: &'a Subdistribution,
    place: Place,
    score: Vec<f64>,
    information: DMatrix<f64>,
}

impl Objective for Likelihood<'_> {
    fn evaluate(&mut self, beta: &[f64]) -> f64 {
        let (data, sets, x) = (self.data, &self.data.sets, &self.data.x);
        let events = sets.events.len();
        let mut eta = vec![0.0; x.n];
        x.linear_predictor(beta, &[], &mut eta);
        let place = &mut self.place;
        place.risk = eta.iter().map(|e| e.exp()).collect();
        let at_risk = data.sums(&place.risk, None);
        place.jumps = sets.events.iter().zip(&at_risk).map(|(e, s)| e.count / s).collect();
        place.hazard = cumulate(place.jumps.iter().copied());
        place.weighted_hazard = cumulate(place.jumps.iter().enumerate().map(|(k, h)| data.uncensored_at(k) * h));
        place.means.clear();
        for j in 0..x.p {
            let sums = data.sums(&place.risk, Some(x.column(j)));
            place.means.extend(sums.iter().zip(&at_risk).map(|(s, r)| s / r));
        }
        let expected: Vec<f64> = (0..x.n).map(|row| self.place.expected(data, row)).collect();
        let observed = sets.death.iter().map(|&d| f64::from(u8::from(d)));
        let residual: Vec<f64> = observed.zip(&expected).map(|(o, e)| o - e).collect();
        self.score.fill(0.0);
        add_weighted_sums(&mut self.score, x.rows(0), &residual);
        self.information.fill(0.0);
        add_weighted_gram(&mut self.information, x.rows(0), &expected);
        let counts: Vec<f64> = sets.events.iter().map(|e| -e.count).collect();
        let means = Rows { values: &self.place.means, stride: events, start: 0 };
        add_weighted_gram(&mut self.information, means, &counts);
        let own: f64 = sets.events.iter().flat_map(|e| e.dying()).map(|row| eta[row]).sum();
        own - sets.events.iter().zip(&at_risk).map(|(e, s)| e.count * s.ln()).sum::<f64>()
    }

    fn score(&self) -> &[f64] {
        &self.score
    }

    fn information(&self) -> &DMatrix<f64> {
        &self.information
    }
}

impl Place {
    /// Expected events of a sorted row.
    fn expected(&self, data: &Subdistribution, row: usize) -> f64 {
        let until = data.sets.until[row] as usize;
        self.risk[row] * (self.hazard[until] + self.after(data, row, &self.weighted_hazard))
    }

    /// For a row with another event, what `cumulative` still gains after it, over G(x-); else nothing.
    pub fn after(&self, data: &Subdistribution, row: usize, cumulative: &[f64]) -> f64 {
        if !data.competing[row] {
            return 0.0;
        }
        let total = cumulative[cumulative.len() - 1];
        (total - cumulative[data.sets.until[row] as usize]) / data.uncensored[row]
    }
}
