//! The middle of the sandwich variance: squares of each row's influence on the score, the estimation of G included.
//!
//! Row i contributes eta_i + psi_i (Fine and Gray 1999, section 4): eta_i its weighted score residual, and
//! psi_i = integral of q(u)/Y(u) against its censoring martingale, with
//! q(u) = sum over event times t >= u of G(t-) dH(t) (A1(u) - xbar(t) A0(u)), where A0 and A1 sum r/G(x-) and r x/G(x-) over
//! rows with another event before u.

use nalgebra::DMatrix;

use super::likelihood::{Place, Subdistribution, cumulate};

/// sum over rows of (eta + psi)(eta + psi)', on the scale of the columns.
pub(super) fn meat(data: &Subdistribution, place: &Place) -> DMatrix<f64> {
    let (n, p) = (data.x.n, data.x.p);
    let mut influence = DMatrix::zeros(n, p);
    for j in 0..p {
        let drift = Drift::new(data, place, j);
        let psi = censoring_part(data, place, &drift, j);
        for row in 0..n {
            influence[(row, j)] = score_residual(data, place, &drift, j, row) + psi[row];
        }
    }
    influence.transpose() * influence
}

/// Running integrals of the mean covariate over the event times, for one column.
struct Drift<'a> {
    means: &'a [f64],
    /// Of xbar dH.
    plain: Vec<f64>,
    /// Of G(t-) xbar dH.
    weighted: Vec<f64>,
}

impl<'a> Drift<'a> {
    fn new(data: &Subdistribution, place: &'a Place, j: usize) -> Self {
        let events = data.sets.events.len();
        let means = &place.means[j * events..(j + 1) * events];
        let steps = || means.iter().zip(&place.jumps).map(|(m, h)| m * h);
        Self {
            means,
            plain: cumulate(steps()),
            weighted: cumulate(steps().enumerate().map(|(k, step)| data.uncensored_at(k) * step)),
        }
    }
}

fn score_residual(data: &Subdistribution, place: &Place, drift: &Drift<'_>, j: usize, row: usize) -> f64 {
    let until = data.sets.until[row] as usize;
    let x = data.x.column(j)[row];
    let exposure = place.hazard[until] + place.after(data, row, &place.weighted_hazard);
    let drifted = drift.plain[until] + place.after(data, row, &drift.weighted);
    let observed = if data.sets.death[row] { x - drift.means[until - 1] } else { 0.0 };
    observed - place.risk[row] * (x * exposure - drifted)
}

/// psi of every sorted row.
fn censoring_part(data: &Subdistribution, place: &Place, drift: &Drift<'_>, j: usize) -> Vec<f64> {
    let (n, column) = (data.x.n, data.x.column(j));
    let (total_hazard, total_drift) = (last(&place.weighted_hazard), last(&drift.weighted));
    let (mut psi, mut cumulative) = (Vec::with_capacity(n), 0.0);
    let (mut a0, mut a1) = (0.0, 0.0);
    for tied in data.sets.time.chunk_by(|a, b| a == b) {
        let rows = psi.len()..psi.len() + tied.len();
        // Event times before this one: those up to the rows' own slot, less the one at this very time.
        let own_event = data.sets.death[rows.start];
        let before = data.sets.until[rows.start] as usize - usize::from(own_event);
        let q = a1 * (total_hazard - place.weighted_hazard[before]) - a0 * (total_drift - drift.weighted[before]);
        let at_risk = (n - rows.start) as f64;
        let leaving = rows.clone().filter(|&row| data.censored[row]).count() as f64;
        cumulative -= leaving * q / (at_risk * at_risk);
        psi.extend(rows.clone().map(|row| cumulative + if data.censored[row] { q / at_risk } else { 0.0 }));
        for row in rows.filter(|&row| data.competing[row]) {
            let weight = place.risk[row] / data.uncensored[row];
            a0 += weight;
            a1 += weight * column[row];
        }
    }
    psi
}

fn last(cumulative: &[f64]) -> f64 {
    cumulative[cumulative.len() - 1]
}
