//! What was estimated of a model: in one set of patients, or in several imputed ones.

use survival::Matrix;
use survival::cox::{Baseline, CoxFit, Reference, Tabulated};
use survival::pooling::{Pooled, PooledCox};

/// The fit of a model.
#[derive(Debug, Clone)]
pub enum Estimates {
    /// Of one set of patients.
    One(Box<CoxFit>),
    /// Of several imputed sets, pooled by Rubin's rules.
    Sets(Box<PooledCox>),
}

/// A coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Log hazard ratio, 0 where there is none.
    pub coef: f64,
    /// Its standard error; none where there is no coefficient.
    pub se: Option<f64>,
    /// What the linear predictor is measured from.
    pub mean: f64,
    /// What pooling says of it.
    pub pooled: Option<Pooled>,
}

impl Estimates {
    /// Patients.
    pub fn n(&self) -> usize {
        match self {
            Self::One(fit) => fit.n,
            Self::Sets(pooled) => pooled.n,
        }
    }

    /// Events among them.
    pub fn events(&self) -> usize {
        match self {
            Self::One(fit) => fit.n_events,
            Self::Sets(pooled) => pooled.n_events,
        }
    }

    /// The coefficients, 0 where there is none.
    pub fn coef(&self) -> Vec<f64> {
        match self {
            Self::One(fit) => fit.coef_or_zero(),
            Self::Sets(pooled) => pooled.coef_or_zero().to_vec(),
        }
    }

    /// Means that the linear predictor is measured from.
    pub fn means(&self) -> &[f64] {
        match self {
            Self::One(fit) => &fit.means,
            Self::Sets(pooled) => &pooled.means,
        }
    }

    /// Covariance of the coefficients.
    pub fn variance(&self) -> &Matrix {
        match self {
            Self::One(fit) => fit.variance(),
            Self::Sets(pooled) => pooled.variance(),
        }
    }

    /// Cumulative hazard at the means; none where the model has none.
    pub fn baseline(&self) -> Option<Baseline> {
        match self {
            Self::One(fit) => fit.baseline(Reference::Means).pop(),
            Self::Sets(pooled) => Some(pooled.baseline()),
        }
    }

    /// The hazard up to each of `times`, with what its standard error needs.
    pub fn tabulate(&self, times: &[f64]) -> Vec<Tabulated> {
        match self {
            Self::One(fit) => fit.tabulate(times),
            Self::Sets(pooled) => pooled.tabulate(times),
        }
    }

    /// One for every column of the design.
    pub fn estimates(&self) -> Vec<Estimate> {
        let one = |(j, (coef, mean)): (usize, (f64, &f64))| {
            let (se, pooled) = match self {
                Self::One(fit) => (fit.coefficients[j].estimate.map(|e| e.se), None),
                Self::Sets(pooled) => (pooled.terms[j].map(|term| term.se), pooled.terms[j]),
            };
            Estimate { coef, se, mean: *mean, pooled }
        };
        self.coef().into_iter().zip(self.means()).enumerate().map(one).collect()
    }

    /// The caveats of every fit, each once.
    pub fn notes(&self) -> Vec<String> {
        let fits: &[CoxFit] = match self {
            Self::One(fit) => std::slice::from_ref(fit),
            Self::Sets(pooled) => pooled.fits(),
        };
        let mut notes: Vec<String> = Vec::new();
        for note in fits.iter().flat_map(|fit| &fit.notes).map(ToString::to_string) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }
}
