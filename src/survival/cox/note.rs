//! Caveats that travel with a fit.

use std::fmt;

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
    /// Few events for so many coefficients.
    FewEvents {
        /// Number of events.
        events: usize,
        /// Number of coefficients.
        coefficients: usize,
    },
    /// No more clusters than coefficients: the robust variance is singular.
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
pub(crate) const EVENTS_PER_COEFFICIENT: usize = 10;

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
            Self::FewEvents { events, coefficients } => {
                let per = *events as f64 / *coefficients as f64;
                write!(f, "{events} events for {coefficients} coefficients: {per:.1} per coefficient, fewer than 10")
            }
            Self::FewClusters { clusters, coefficients } => {
                write!(
                    f,
                    "{clusters} clusters for {coefficients} coefficients: robust tests of the model are not reliable"
                )
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
