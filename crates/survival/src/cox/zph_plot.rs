//! What a plot of a test of proportional hazards shows: scaled Schoenfeld residuals over time and a smooth through them.

use nalgebra::{DMatrix, DVector};

use super::fit::CoxFit;
use super::zph::TestedTerm;
use crate::Matrix;
use crate::spline::RestrictedCubicSpline;
use crate::stats::describe::quantile_sorted;

/// Scaled Schoenfeld residuals, one row for every event (by stratum and time), one column for every term.
///
/// A term of one column is shown as its b(t); one of several by the multiple of its linear predictor, 1 where hazards are
/// proportional.
#[derive(Debug, Clone, PartialEq)]
pub struct ZphPlot {
    /// Names of the terms.
    pub terms: Vec<String>,
    /// Time of every event.
    pub time: Vec<f64>,
    /// Transformed time of every event.
    pub x: Vec<f64>,
    /// Events by terms; NaN where a term's covariates do not vary in the event's stratum.
    pub y: Matrix,
    /// Variance of the columns of `y`: the mean information's inverse.
    pub variance: Matrix,
}

/// A smooth of one term's residuals.
#[derive(Debug, Clone, PartialEq)]
pub struct ZphSmooth {
    /// Transformed times, equally spaced.
    pub x: Vec<f64>,
    /// The smooth.
    pub y: Vec<f64>,
    /// Two standard errors below.
    pub lower: Vec<f64>,
    /// Two standard errors above.
    pub upper: Vec<f64>,
}

impl ZphPlot {
    /// `g` is the transform at every event time, `information` that of the columns with coefficients (scale of the fit).
    pub(super) fn new(fit: &CoxFit, g: &[f64], information: &DMatrix<f64>, terms: &[TestedTerm]) -> Self {
        let (sets, kept) = (&fit.sets, &fit.kept);
        let scale = |at: usize| fit.x.scale[kept[at]];
        let coef = fit.coef_or_zero();
        let coef: Vec<f64> = kept.iter().map(|&j| coef[j]).collect();
        let schoenfeld = fit.schoenfeld();
        let used = used_events(fit, terms);
        // The mean information of one event, each pair of columns over the events of the strata in which both vary.
        let mean_information = DMatrix::from_fn(kept.len(), kept.len(), |i, j| {
            let shared: f64 = used.iter().map(|u| u[i].min(u[j])).sum();
            information[(i, j)] / (scale(i) * scale(j)) / if shared == 0.0 { 1.0 } else { shared }
        });
        let mut combine = DMatrix::zeros(kept.len(), terms.len());
        for (t, term) in terms.iter().enumerate() {
            let single = term.columns.len() == 1;
            term.columns.iter().for_each(|&c| combine[(c, t)] = if single { 1.0 } else { coef[c] });
        }
        let own = DMatrix::from_fn(schoenfeld.time.len(), kept.len(), |i, at| schoenfeld.residuals[(i, kept[at])]);
        let residuals = own * &combine;
        let mean_information = combine.transpose() * mean_information * &combine;
        let mut y = DMatrix::from_element(residuals.nrows(), terms.len(), f64::NAN);
        let mut row = 0;
        for (s, stratum) in sets.strata.iter().enumerate() {
            let varying: Vec<usize> = (0..terms.len()).filter(|&t| used[s][terms[t].columns[0]] > 0.0).collect();
            let deaths: usize = sets.events[stratum.events.clone()].iter().map(|e| e.deaths).sum();
            let inverse = crate::stats::linalg::submatrix(&mean_information, &varying).try_inverse();
            for i in row..row + deaths {
                let raw = DVector::from_iterator(varying.len(), varying.iter().map(|&t| residuals[(i, t)]));
                if let Some(inverse) = &inverse {
                    let scaled = inverse * raw;
                    for (&t, value) in varying.iter().zip(scaled.iter()) {
                        let columns = &terms[t].columns;
                        y[(i, t)] = value + if columns.len() == 1 { coef[columns[0]] } else { 1.0 };
                    }
                }
            }
            row += deaths;
        }
        let size = terms.len();
        Self {
            terms: terms.iter().map(|t| t.name.clone()).collect(),
            x: sets.events.iter().zip(g).flat_map(|(e, &g)| std::iter::repeat_n(g, e.deaths)).collect(),
            time: schoenfeld.time,
            y: Matrix::of(y),
            variance: Matrix::of(
                mean_information.try_inverse().unwrap_or_else(|| DMatrix::from_element(size, size, f64::NAN)),
            ),
        }
    }

    /// A natural cubic spline with `df` coefficients (4 in R) through the residuals of term `t`, at `points` places.
    ///
    /// Inner knots at equal quantiles of the places and events together, least squares; none when the events are too few
    /// or their times too alike.
    pub fn smooth(&self, t: usize, df: usize, points: usize) -> Option<ZphSmooth> {
        let (low, high) = self.x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
        let places: Vec<f64> = (0..points).map(|k| low + (high - low) * k as f64 / (points - 1) as f64).collect();
        let mut all: Vec<f64> = places.iter().chain(&self.x).copied().collect();
        all.sort_by(f64::total_cmp);
        let knots = (0..df).map(|k| quantile_sorted(&all, k as f64 / (df - 1) as f64)).collect();
        let spline = RestrictedCubicSpline::new(knots).ok()?;
        // Centred and scaled for a well-conditioned fit; the space of functions is the same.
        let row = |x: f64| {
            let z = |v: f64| v / (high - low);
            let basis = spline.basis(x);
            std::iter::once(1.0)
                .chain(basis.into_iter().enumerate().map(move |(j, b)| z(if j == 0 { b - low } else { b })))
        };
        let seen: Vec<usize> = (0..self.x.len()).filter(|&i| self.y[(i, t)].is_finite()).collect();
        if seen.len() < df {
            return None;
        }
        let design = DMatrix::from_row_iterator(seen.len(), df, seen.iter().flat_map(|&i| row(self.x[i])));
        let response = DVector::from_iterator(seen.len(), seen.iter().map(|&i| self.y[(i, t)]));
        let qr = design.qr();
        let r_inverse = qr.r().try_inverse()?;
        let coefficients = &r_inverse * (qr.q().transpose() * response);
        let at = DMatrix::from_row_iterator(points, df, places.iter().flat_map(|&x| row(x)));
        let y: Vec<f64> = (&at * coefficients).iter().copied().collect();
        let half = |i: usize| 2.0 * (self.variance[(t, t)] * (at.row(i) * &r_inverse).norm_squared()).sqrt();
        Some(ZphSmooth {
            lower: (0..points).map(|i| y[i] - half(i)).collect(),
            upper: (0..points).map(|i| y[i] + half(i)).collect(),
            x: places,
            y,
        })
    }
}

/// Per stratum and column with a coefficient: the stratum's events, or 0 where the column does not vary in it; the columns
/// of one term go by the one that varies most.
fn used_events(fit: &CoxFit, terms: &[TestedTerm]) -> Vec<Vec<f64>> {
    fit.sets
        .strata
        .iter()
        .map(|stratum| {
            let deaths: usize = fit.sets.events[stratum.events.clone()].iter().map(|e| e.deaths).sum();
            let varies = |j: usize| {
                let column = &fit.x.column(j)[stratum.rows.clone()];
                column.iter().any(|v| *v != column[0])
            };
            let mut used: Vec<f64> = fit.kept.iter().map(|&j| if varies(j) { deaths as f64 } else { 0.0 }).collect();
            for term in terms.iter().filter(|t| t.columns.len() > 1) {
                let most = term.columns.iter().map(|&c| used[c]).fold(0.0, f64::max);
                term.columns.iter().for_each(|&c| used[c] = most);
            }
            used
        })
        .collect()
}
