//! One model for every term, and which terms go on to a joint one.

use super::design::{Coding, Design};
use super::error::CoxError;
use super::fit::CoxFit;
use super::spec::CheckedCox;
use crate::Survival;
use watch::Watch;

/// The model of one term alone.
#[derive(Debug, Clone)]
pub struct Univariate {
    /// Index of the term in the design.
    pub term: usize,
    /// Its model; the p of the whole term is that of `fit.lr`.
    pub fit: CoxFit,
}

impl CheckedCox {
    /// Fits every term of `design` by itself; interactions have no model of their own and are passed over.
    ///
    /// # Errors
    /// As [`CheckedCox::fit`], for any term.
    pub fn univariate(
        &self,
        survival: &Survival,
        design: &Design,
        watch: &dyn Watch,
    ) -> Result<Vec<Univariate>, CoxError> {
        let total = design.terms().len();
        let alone = design.terms().iter().enumerate().filter(|(_, t)| !matches!(t.coding, Coding::Interaction(_)));
        alone
            .map(|(term, _)| {
                watch.step(term, total)?;
                Ok(Univariate { term, fit: self.fit(survival, &design.keep_terms(&[term])?, watch)? })
            })
            .collect()
    }
}

/// The terms whose likelihood ratio p is below `threshold`: those that enter a multivariable model.
pub fn entering(models: &[Univariate], threshold: f64) -> Vec<usize> {
    models.iter().filter(|m| m.fit.lr.p < threshold).map(|m| m.term).collect()
}
