//! Caveats that travel with a fit.

use std::fmt;

use super::columns::Columns;
use super::newton::{Maximum, Stopping};
use super::risk_sets::RiskSets;

/// Something a reader of the fit must know.
#[derive(Debug, Clone, PartialEq)]
pub enum CoxNote {
    /// Nobody had the event: nothing can be estimated.
    NoEvents,
    /// The iterations ran out.
    NotConverged {
        /// How many there were.
        iterations: usize,
    },
    /// The likelihood converged before this coefficient did: it may be infinite (separation).
    MayBeInfinite {
        /// Name of the column.
        column: String,
    },
    /// The column is constant or given by earlier ones: it has no coefficient.
    Aliased {
        /// Name of the column.
        column: String,
    },
    /// The column varies, but at no event is there anybody at risk in whom it differs: it has no coefficient.
    NotCompared {
        /// Name of the column.
        column: String,
    },
    /// Few events for so many coefficients.
    FewEvents {
        /// Number of events.
        events: usize,
        /// Number of coefficients.
        coefficients: usize,
    },
    /// Fewer than 20 clusters, or no more than coefficients: the robust variance, a sum over clusters, has no more rank
    /// than there are and is too small with few (Cameron and Miller, J Hum Resour 50:317, 2015).
    FewClusters {
        /// Number of clusters.
        clusters: usize,
        /// Number of coefficients.
        coefficients: usize,
    },
    /// Strata without events add nothing.
    StrataWithoutEvents {
        /// How many.
        strata: usize,
    },
}

/// Events per coefficient under which a fit is said to have few.
const EVENTS_PER_COEFFICIENT: usize = 10;

/// Clusters under which a robust variance is said to rest on few.
pub(super) const FEW_CLUSTERS: usize = 20;

/// How much one more Newton step may move a coefficient, relative to it, before it is called infinite:
/// R's `coxph.control()$toler.inf`.
pub(super) const INFINITE_TOLERANCE: f64 = 3.162_277_660_168_379_5e-5;

impl CoxNote {
    /// What there is to say of a maximum on the scale of `x`.
    pub(crate) fn of_maximum(
        maximum: &Maximum,
        x: &Columns,
        names: &[String],
        sets: &RiskSets,
        stopping: Stopping,
        penalised: bool,
    ) -> Vec<Self> {
        let n_events = sets.n_events();
        if n_events == 0 {
            return vec![Self::NoEvents];
        }
        let mut notes = Vec::new();
        if !maximum.converged {
            notes.push(Self::NotConverged { iterations: stopping.max_iter });
        }
        let (aliased, kept): (Vec<usize>, Vec<usize>) = (0..x.p).partition(|&j| maximum.aliased[j]);
        if stopping.max_iter > 1 && !penalised {
            let mut step = maximum.score.clone();
            maximum.information.solve(&mut step);
            let moves = |j: usize| {
                let (step, coef) = ((step[j] * x.scale[j]).abs(), (maximum.beta[j] * x.scale[j]).abs());
                maximum.information.is_singular(j)
                    || !maximum.score[j].is_finite()
                    || (step > stopping.eps && step > INFINITE_TOLERANCE * coef)
            };
            let moving = kept.iter().filter(|&&j| moves(j));
            notes.extend(moving.map(|&j| Self::MayBeInfinite { column: names[j].clone() }));
        }
        notes.extend(aliased.into_iter().map(|j| {
            let (values, column) = (x.column(j), names[j].clone());
            let varies = values.iter().any(|v| *v != values[0]);
            if varies && !sets.compares(values) { Self::NotCompared { column } } else { Self::Aliased { column } }
        }));
        if n_events < EVENTS_PER_COEFFICIENT * kept.len() {
            notes.push(Self::FewEvents { events: n_events, coefficients: kept.len() });
        }
        notes
    }
}

impl fmt::Display for CoxNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEvents => write!(f, "no events: nothing can be estimated"),
            Self::NotConverged { iterations } => write!(f, "not converged after {iterations} iterations"),
            Self::MayBeInfinite { column } => {
                write!(f, "the coefficient of {column} may be infinite (separation); Firth's penalty keeps it finite")
            }
            Self::Aliased { column } => {
                write!(f, "{column} is constant or given by earlier columns and has no coefficient")
            }
            Self::NotCompared { column } => {
                write!(
                    f,
                    "at no event is anybody at risk in whom {column} differs: with nothing to compare it has no "
                )?;
                write!(f, "coefficient")
            }
            Self::FewEvents { events, coefficients } => {
                let per = *events as f64 / *coefficients as f64;
                let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
                let (events, coefficients) = (count(*events, "event"), count(*coefficients, "coefficient"));
                write!(f, "{events} for {coefficients}: {per:.1} per coefficient, fewer than 10")
            }
            Self::FewClusters { clusters, coefficients } => {
                let only =
                    if *clusters == 1 { "only 1 cluster".to_owned() } else { format!("only {clusters} clusters") };
                let of =
                    if clusters <= coefficients { format!(" for {coefficients} coefficients") } else { String::new() };
                write!(f, "{only}{of}: robust standard errors, intervals and p from so few are not to be relied on")
            }
            Self::StrataWithoutEvents { strata } => {
                write!(
                    f,
                    "{strata} {} no events and add nothing",
                    if *strata == 1 { "stratum has" } else { "strata have" }
                )
            }
        }
    }
}
