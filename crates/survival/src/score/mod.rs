//! A score from many features and the models built on it, fitted together: the steps of a radiomic study, in its order.
//!
//! | step | spec | looks at outcomes |
//! |---|---|---|
//! | agreement | features whose reliability is too low are left out | no |
//! | variance | [`VarianceSpec`](crate::feature_selection::VarianceSpec) | no |
//! | harmonisation | [`Harmonisation`]: ComBat or z-scores within sites | no |
//! | imputation | [`Imputation`]: median, most frequent value, or chained equations, of the subjects of the fit | no |
//! | redundancy | [`RedundancySpec`](crate::feature_selection::RedundancySpec), by reliability or by outcome | by outcome |
//! | screen | [`UnivariableSpec`](crate::feature_selection::UnivariableSpec) | yes |
//! | mRMR | [`MrmrSpec`](crate::feature_selection::MrmrSpec) | yes |
//! | elastic net | [`NetSpec`]: LASSO, elastic net or adaptive LASSO, penalty by cross-validation | yes |
//! | cut | [`Cut`] | optimal only |
//! | models | Cox models of clinical columns, score and group | yes |
//!
//! The steps between imputation and elastic net come in the order of [`ScoreSpec::reductions`].
//!
//! Chained equations make several complete data sets. All further steps are fitted to each of them; a coefficient of the score
//! is its mean over the sets (Rubin's point estimate), 0 where a set leaves the feature out. What is predicted for a subject
//! whose features are missing takes the values that are to be expected ([`crate::impute::Expected`]), of the subjects of the
//! fit as of any others.
//!
//! A [`ScorePipeline`] is a [`crate::validation::Pipeline`]: every step is fitted anew in every sample. The readings behind
//! the agreement are not drawn again with the subjects; they know no outcomes.
//!
//! The cross-validation inside deals subjects, not rows: copies of one subject in a bootstrap sample share a fold. Otherwise
//! each fold would be predicted by models that know its subjects, and too small a penalty would be chosen.

mod error;
mod fit;
mod fitted;
mod folds;
mod spec;

pub use error::ScoreError;
pub use fitted::{FittedScore, FittedSteps, FromOthers, Stage, Term};
pub use spec::{Cut, Harmonisation, Imputation, Merit, ModelSpec, NetSpec, Reduction, ScoreData, ScoreSpec};

/// A checked specification and the subjects' data.
#[derive(Debug, Clone)]
pub struct ScorePipeline<'a> {
    spec: ScoreSpec,
    data: &'a ScoreData,
}

#[cfg(test)]
mod tests;
