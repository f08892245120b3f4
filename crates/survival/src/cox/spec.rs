//! What kind of Cox model is to be fitted.

use super::design::Design;
use super::error::CoxError;
use super::factor::Factor;
use super::fit::CoxFit;
use super::hazard::Ties;
use crate::Survival;
use watch::Watch;

/// The choices of a Cox model, R's by default: Efron's ties, times made equal within rounding, 20 iterations, 95 % limits.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxSpec {
    /// How tied events share their risk set.
    pub ties: Ties,
    /// A baseline hazard of its own for every level.
    pub strata: Option<Factor>,
    /// Added to the linear predictor, a value for every row.
    pub offset: Option<Vec<f64>>,
    /// Initial coefficients, one for every column (default: zeros). Tests are against them.
    pub init: Option<Vec<f64>>,
    /// Robust (infinitesimal jackknife) standard errors.
    pub robust: bool,
    /// Subjects that belong together, by equal numbers: robust standard errors count clusters, not rows.
    pub cluster: Option<Vec<u32>>,
    /// Firth's penalty: maximise l(b) + log det I(b) / 2.
    pub firth: bool,
    /// Confidence of the limits.
    pub conf_level: f64,
    /// Newton-Raphson iterations at most (with Firth's penalty ten times as many, its steps being shorter).
    pub max_iter: usize,
    /// Converged when the log-likelihood changes by less than this much of itself.
    pub eps: f64,
    /// Whether times that differ by rounding only are made equal.
    pub timefix: bool,
}

impl Default for CoxSpec {
    fn default() -> Self {
        Self {
            ties: Ties::Efron,
            strata: None,
            offset: None,
            init: None,
            robust: false,
            cluster: None,
            firth: false,
            conf_level: 0.95,
            max_iter: 20,
            eps: 1e-9,
            timefix: true,
        }
    }
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedCox(pub(crate) CoxSpec);

impl CoxSpec {
    /// Default choices with these ties.
    pub fn with_ties(ties: Ties) -> Self {
        Self { ties, ..Self::default() }
    }

    /// Whether standard errors are robust: asked for, or implied by clusters.
    pub fn is_robust(&self) -> bool {
        self.robust || self.cluster.is_some()
    }

    /// The same choices for some of the rows, in that order.
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        Self {
            strata: self.strata.as_ref().map(|s| s.select(rows)),
            offset: self.offset.as_ref().map(|o| rows.iter().map(|&i| o[i]).collect()),
            cluster: self.cluster.as_ref().map(|c| rows.iter().map(|&i| c[i]).collect()),
            ..self.clone()
        }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`CoxError::Setting`] for a level or `eps` out of range, [`CoxError::Conflict`] for choices that exclude each other,
    /// [`CoxError::NotFinite`] for an offset or initial value that is no number.
    pub fn check(self) -> Result<CheckedCox, CoxError> {
        if !(self.conf_level > 0.0 && self.conf_level < 1.0) {
            let value = self.conf_level;
            return Err(CoxError::Setting { what: "the confidence level", range: "between 0 and 1", value });
        }
        if !(self.eps > 0.0 && self.eps.is_finite()) {
            return Err(CoxError::Setting { what: "eps", range: "above 0", value: self.eps });
        }
        if self.ties == Ties::Exact && self.is_robust() {
            return Err(CoxError::Conflict("robust standard errors need Efron's or Breslow's ties"));
        }
        if self.ties == Ties::Exact && self.firth {
            return Err(CoxError::Conflict("Firth's penalty needs Efron's or Breslow's ties"));
        }
        if self.firth && self.is_robust() {
            return Err(CoxError::Conflict("Firth's penalty and robust standard errors do not go together"));
        }
        for (what, values) in [("the offset of row", &self.offset), ("initial coefficient", &self.init)] {
            if let Some(index) = values.iter().flatten().position(|v| !v.is_finite()) {
                let value = values.as_ref().map_or(f64::NAN, |v| v[index]);
                return Err(CoxError::NotFinite { what, index, value });
            }
        }
        Ok(CheckedCox(self))
    }
}

impl CheckedCox {
    /// The strata, if there are any.
    pub fn strata(&self) -> Option<&Factor> {
        self.0.strata.as_ref()
    }

    /// Fits the model to the rows of `survival` and `design`; `watch` sees the iterations.
    ///
    /// # Errors
    /// A design, strata, offsets, clusters or initial values that do not fit the data; weights of zero, or any with exact ties;
    /// intervals that vanish when times are made equal; initial values with a likelihood that is not finite;
    /// [`CoxError::Cancelled`]. What does not keep the model from being fitted is a note of the fit.
    pub fn fit(&self, survival: &Survival, design: &Design, watch: &dyn Watch) -> Result<CoxFit, CoxError> {
        self.check_data(design, survival)?;
        CoxFit::new(&self.0, design, survival, watch)
    }

    /// Whether the data have the lengths and weights that a fit needs.
    pub(crate) fn check_data(&self, design: &Design, survival: &Survival) -> Result<(), CoxError> {
        let n = survival.len();
        let spec = &self.0;
        let lengths = [
            ("the design", Some(design.rows()), n),
            ("strata", spec.strata.as_ref().map(Factor::len), n),
            ("the offset", spec.offset.as_ref().map(Vec::len), n),
            ("cluster", spec.cluster.as_ref().map(Vec::len), n),
            ("init", spec.init.as_ref().map(Vec::len), design.n_columns()),
        ];
        for (what, found, expected) in lengths {
            if let Some(found) = found.filter(|&f| f != expected) {
                return Err(CoxError::Length { what, found, expected });
            }
        }
        if let Some(weights) = survival.weights() {
            if spec.ties == Ties::Exact {
                return Err(CoxError::Conflict("case weights need Efron's or Breslow's ties"));
            }
            if let Some(row) = weights.iter().position(|&w| w == 0.0) {
                return Err(CoxError::ZeroWeight { row });
            }
        }
        Ok(())
    }
}
