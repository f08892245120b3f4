//! What a model says of single patients: residuals, and what leaving a patient out would change.

use serde::Serialize;

use crate::ask::Dataset;
use survival::cox::{CoxFit, Reference};

/// One value a patient of the fit.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Cases {
    /// The patients.
    pub id: Vec<String>,
    /// Whether the event happened.
    pub event: Vec<bool>,
    /// Linear predictor, centred at the means of the columns.
    pub lp: Vec<f64>,
    /// Observed less expected events.
    pub martingale: Vec<f64>,
    /// The same made symmetric: beyond 2.5 on either side a patient is out of line.
    pub deviance: Vec<f64>,
    /// Twice what the log likelihood loses where the patient is left out of the fit, to first order; empty with exact ties.
    pub displacement: Vec<f64>,
    /// For each term, the change of its coefficient without the patient, in standard errors; empty with exact ties.
    pub dfbetas: Vec<Influence>,
}

/// How much a coefficient hangs on each patient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// The term.
    pub term: String,
    /// One a patient.
    pub value: Vec<f64>,
}

/// The residuals of the patients in `rows`, to whom `fit` was fitted.
pub(super) fn cases(data: &Dataset, fit: &CoxFit, rows: &[usize], event: &[bool]) -> Cases {
    let names = fit.coefficients.iter().map(|c| c.name.clone());
    let dfbetas = fit.dfbetas().map_or_else(
        |_| Vec::new(),
        |all| names.enumerate().map(|(j, term)| Influence { term, value: all.column(j).to_vec() }).collect(),
    );
    Cases {
        id: rows.iter().map(|r| data.cohort.ids()[*r].clone()).collect(),
        event: event.to_vec(),
        lp: fit.linear_predictor(Reference::Means),
        martingale: fit.martingale(),
        deviance: fit.deviance(),
        displacement: fit.likelihood_displacement().unwrap_or_default(),
        dfbetas,
    }
}
