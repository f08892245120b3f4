//! Validation of a whole pipeline: every step refitted in every sample.
//!
//! A [`Pipeline`] is anything that can be fitted to the outcomes of some subjects and then predicts others: a Cox model, or
//! harmonisation, filters, imputation, selection, penalized model and cut-off one after the other. It is refitted by
//!
//! - [`BootstrapSpec`]: optimism (Harrell, Lee and Mark, Stat Med 15:361, 1996), .632 and .632+ (Efron and Tibshirani,
//!   J Am Stat Assoc 92:548, 1997; for the Brier score Gerds and Schumacher, Biometrics 63:1283, 2007);
//! - [`CrossValidationSpec`]: repeated cross-validation, nested where the pipeline tunes itself by one of its own, and
//!   leaving out one centre at a time;
//! - [`PermutationSpec`]: the outcomes in random order, as if nothing predicted them.
//!
//! What happens before the pipeline is not validated: a feature that was looked for in all subjects stays an optimistic one.
//! Predictions are made without outcomes, which the trait's shape ensures.
//!
//! Samples are numbered and each has its own stream of random numbers; they are worked on in parallel on the ambient pool
//! and put together by number, so that results have the same bytes on any number of threads. A sample whose pipeline fails
//! (no event in it, say) is counted, and left out. Results of single samples can be computed, kept and summarized apart:
//! [`CheckedBootstrap::replicate`] and [`CheckedBootstrap::summarize`].

mod bootstrap;
mod cross;
mod difference;
mod measures;
mod permutation;
mod point632;
mod selection;
mod work;

pub use bootstrap::{
    Bootstrap, BootstrapModel, BootstrapSpec, CheckedBootstrap, Corrected, Draws, Replicate, ReplicateModel,
};
pub use cross::{CheckedCrossValidation, CrossModel, CrossValidation, CrossValidationSpec, Deal, Left, PartModel};
pub use difference::ModelDifference;
pub use measures::{Judged, Measures, judge};
pub use permutation::{CheckedPermutation, Permutation, PermutationSpec};
pub use selection::{Frequency, Selection};

use super::Survival;
use watch::{Cancelled, Watch};

/// Subjects to fit to.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    /// Their rows among all subjects; a subject may come several times.
    pub rows: &'a [usize],
    /// Their outcomes, in the order of `rows`; permuted where that is the design.
    pub survival: &'a Survival,
}

/// Steps that are fitted together. What is known of the subjects but their outcomes belongs to the pipeline itself.
pub trait Pipeline: Sync {
    /// The fitted steps.
    type Fitted: Predictor;
    /// Why they cannot be fitted.
    type Error: std::fmt::Display + Send;

    /// Names of the models that one fit makes, such as a score, a clinical model and both together.
    fn models(&self) -> Vec<String>;

    /// Fits all steps to `sample`.
    ///
    /// A pipeline that cross-validates inside should keep copies of one subject in one fold, or each fold is
    /// predicted by models that know its subjects.
    ///
    /// # Errors
    /// Why a step cannot be fitted to the sample.
    fn fit(&self, sample: &Sample, watch: &dyn Watch) -> Result<Self::Fitted, Self::Error>;
}

/// Fitted steps.
pub trait Predictor: Send + Sync {
    /// What each model predicts for the subjects `rows`; risks by each of `times`.
    fn predict(&self, rows: &[usize], times: &[f64]) -> Vec<Prediction>;

    /// The features that each model uses, most important first; empty where there are none to choose from.
    fn selected(&self) -> Vec<Vec<usize>>;
}

/// What a model predicts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prediction {
    /// A value per subject, higher for higher risk; on the scale of a log hazard where the slope is to mean something.
    pub score: Vec<f64>,
    /// For each time the probability of the event by then, a value per subject; empty if the model predicts none.
    pub risk: Vec<Vec<f64>>,
}

/// Why a pipeline cannot be validated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ValidationError {
    /// No samples asked for.
    #[error("validation needs at least one sample")]
    NoSamples,
    /// The pipeline cannot be fitted to all subjects.
    #[error("the pipeline cannot be fitted to all {subjects} subjects: {reason}")]
    Whole {
        /// Their number.
        subjects: usize,
        /// What the pipeline said.
        reason: String,
    },
    /// Every sample failed.
    #[error("the pipeline could not be fitted to any of the {samples} samples; the first: {reason}")]
    AllFailed {
        /// Their number.
        samples: usize,
        /// What the pipeline said of the first.
        reason: String,
    },
    /// Rows of a sample that are no subjects.
    #[error("sample {sample} has row {row} where there are {subjects} subjects")]
    Row {
        /// Which sample, from 0.
        sample: usize,
        /// The row.
        row: usize,
        /// Number of subjects.
        subjects: usize,
    },
    /// A time that is none.
    #[error("the time of judgement {0} is not above 0")]
    Time(f64),
    /// Fewer than two folds.
    #[error("the number of folds is {0}: nothing is left when one of them is left out")]
    TooFewFolds(usize),
    /// Folds that cannot be dealt.
    #[error("{subjects} subjects cannot be dealt into {folds} folds")]
    Folds {
        /// Folds asked for.
        folds: usize,
        /// Number of subjects.
        subjects: usize,
    },
    /// Centres for another number of subjects.
    #[error("{found} centres for {expected} subjects")]
    Centres {
        /// Their number.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// One centre alone.
    #[error("there is one centre: nothing is left when it is left out")]
    OneCentre,
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Fails unless all times are above 0.
fn check_times(times: &[f64]) -> Result<(), ValidationError> {
    match times.iter().find(|t| !(**t > 0.0 && t.is_finite())) {
        Some(time) => Err(ValidationError::Time(*time)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
