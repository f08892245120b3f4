//! Elastic-net Cox regression as glmnet defines it.
//!
//! Minimizes -l(b) + lambda * sum of f_j (alpha |b_j| + (1 - alpha) b_j^2 / 2), where l is Breslow's log partial
//! likelihood with weights that sum to 1 and f_j are penalty factors rescaled to sum to the number of features.
//! Features are standardized with the 1/N standard deviation unless told otherwise; coefficients come back on the
//! scale of the columns as given. Times are taken as they are (no merging of nearly equal ones); a subject censored at
//! an event time is still at risk then (with glmnet's own iterations: as far as glmnet keeps to that).
//!
//! Definitions: Simon, Friedman, Hastie and Tibshirani, J Stat Softw 39(5), 2011; the rules for the sequence of
//! penalties and its end are those of glmnet 4.1. The algorithm is another: Newton steps on the exact curvature among
//! the features in play, every other feature excluded by a bound on its gradient or checked. Every solution therefore
//! meets its optimality conditions far more closely than glmnet's at the same `thresh`.

mod adaptive;
mod cv;
mod cycle;
mod descent;
mod design;
mod folds;
mod inverse;
pub(crate) mod kernels;
mod optimum;
mod partial;
mod path;
mod quadratic;
mod repeated;
mod result;
mod screen;
mod stability;
mod sweep;
mod ties;
mod working;

pub use adaptive::AdaptiveFactors;
pub use cv::{CvPath, FoldFits, LambdaRule, Measure};
pub use folds::Folds;
pub use repeated::RepeatedCv;
pub use result::{CoxnetPath, PathEnd, Sparse, deviance};
pub use stability::{Halves, Stability};

use super::Survival;
use design::{Design, Sample};
use ties::Ties;
use watch::{Cancelled, Watch};

/// Why an elastic net cannot be fitted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CoxnetError {
    /// Mixing outside 0 to 1.
    #[error("alpha {0} is not between 0 (ridge) and 1 (lasso)")]
    Alpha(f64),
    /// Unusable penalties.
    #[error("lambda must be finite and not negative, and there must be at least one")]
    Lambda,
    /// Unusable ratio of the smallest penalty to the largest.
    #[error("the smallest lambda must be a part between 0 and 1 of the largest, not {0}")]
    LambdaMinRatio(f64),
    /// Unusable convergence threshold.
    #[error("thresh {0} is not a small positive number")]
    Thresh(f64),
    /// A negative or undefined penalty factor, or nothing left to penalize.
    #[error(
        "penalty factor of feature {feature}: {value} is not a factor (0 or more; infinite leaves the feature out)"
    )]
    PenaltyFactor {
        /// Column, from 0.
        feature: usize,
        /// The value.
        value: f64,
    },
    /// Delayed entry is not part of the method.
    #[error("the elastic net takes follow-up from time zero: remove the entry times")]
    DelayedEntry,
    /// A time that is not positive.
    #[error("row {row}: time {value} is not positive; the elastic net, as glmnet, takes only positive times")]
    Time {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// Vectors of different length.
    #[error("{what} has {found} values, {expected} are needed")]
    Length {
        /// The offending vector.
        what: String,
        /// Its length.
        found: usize,
        /// The length needed.
        expected: usize,
    },
    /// A missing or infinite feature value.
    #[error("feature {column}, row {row}: {value} is not a finite number; drop or fill in missing values first")]
    NotFinite {
        /// Column, from 0.
        column: usize,
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A missing or infinite offset.
    #[error("row {row}: offset {value} is not a finite number")]
    Offset {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// No columns.
    #[error("there are no features")]
    NoFeatures,
    /// Every column holds a single value.
    #[error("every feature is constant among the subjects of the fit")]
    AllConstant,
    /// Nobody had the event.
    #[error("none of the {subjects} subjects of the fit had the event")]
    NoEvents {
        /// Number of subjects.
        subjects: usize,
    },
    /// All features are unpenalized, excluded or without any association.
    #[error("no feature is left to penalize: all have factor zero, are constant, or have no association at all")]
    NothingToPenalize,
    /// The model of the unpenalized features has no finite solution.
    #[error("the features without penalty separate the events: their coefficients are infinite; penalize them")]
    Unpenalized,
    /// A number of folds that cannot be dealt.
    #[error("{subjects} subjects cannot be dealt into {count} folds: take 3 or more, and no more than subjects")]
    FoldCount {
        /// Folds asked for.
        count: usize,
        /// Number of subjects.
        subjects: usize,
    },
    /// Fold numbers with gaps.
    #[error("folds must be numbered from 1 on without a gap, and there must be at least 3")]
    FoldNumbers,
    /// A fold without which nothing can be fitted.
    #[error("fold {fold} of {folds} has all events: without it there is nothing to fit; share them among the folds")]
    FoldWithAllEvents {
        /// The fold, from 1.
        fold: usize,
        /// Number of folds.
        folds: usize,
    },
    /// A fold too small for its own deviance.
    #[error("fold {fold} has {subjects} subjects; deviance within folds needs at least 10: use the grouped deviance")]
    SmallFold {
        /// The fold, from 1.
        fold: usize,
        /// Its subjects.
        subjects: usize,
    },
    /// No fold could be judged at any penalty.
    #[error("the measure is undefined in every fold: there are no comparable pairs; take fewer folds")]
    NoMeasure,
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Not even the largest penalty given has a solution.
    #[error("no convergence at the largest lambda given: take larger ones")]
    NoConvergence,
}

/// The penalties to visit.
#[derive(Debug, Clone, PartialEq)]
pub enum Lambdas {
    /// `count` values, equally spaced in their logarithm, from the least that selects nothing down to `min_ratio`
    /// times that (default 0.01 with fewer subjects than features, else 0.0001).
    Automatic {
        /// Number of values.
        count: usize,
        /// Smallest value as part of the largest.
        min_ratio: Option<f64>,
    },
    /// These values; visited from the largest down.
    Given(Vec<f64>),
}

/// How close to the solution to come.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Convergence {
    /// To the solution itself: optimality conditions hold to 1e-8 of the penalty.
    #[default]
    Optimum,
    /// As close as glmnet comes with this `thresh`: its own iterations, so its own digits, and its own loss of some who are
    /// censored at a time of death in long follow-up. With thousands of features
    /// glmnet's default of 1e-7 leaves an error of a few thousandths in the deviance ratio near the path's end.
    Descent {
        /// Largest squared change of a standardized coefficient, times its curvature, relative to the null deviance.
        thresh: f64,
    },
}

/// What to fit; `check` makes it a [`Coxnet`].
#[derive(Debug, Clone, PartialEq)]
pub struct CoxnetSpec {
    /// 1 is the lasso, 0 ridge regression.
    pub alpha: f64,
    /// Penalties.
    pub lambdas: Lambdas,
    /// Whether the penalty sees features divided by their standard deviation.
    pub standardize: bool,
    /// How close to the solution to come.
    pub convergence: Convergence,
    /// A factor for each feature's penalty: 0 is not penalized, infinite is left out. Default: all 1.
    pub penalty_factor: Option<Vec<f64>>,
    /// A known part of each subject's linear predictor.
    pub offset: Option<Vec<f64>>,
    /// End the path when more features than this are selected.
    pub most_features: Option<usize>,
}

impl Default for CoxnetSpec {
    fn default() -> Self {
        Self {
            alpha: 1.0,
            lambdas: Lambdas::Automatic { count: 100, min_ratio: None },
            standardize: true,
            convergence: Convergence::Optimum,
            penalty_factor: None,
            offset: None,
            most_features: None,
        }
    }
}

impl CoxnetSpec {
    /// Checks everything that can be checked without data.
    ///
    /// # Errors
    /// [`CoxnetError::Alpha`], [`CoxnetError::Lambda`], [`CoxnetError::LambdaMinRatio`], [`CoxnetError::Thresh`] or
    /// [`CoxnetError::PenaltyFactor`], each for a value out of range.
    pub fn check(self) -> Result<Coxnet, CoxnetError> {
        if !(0.0..=1.0).contains(&self.alpha) {
            return Err(CoxnetError::Alpha(self.alpha));
        }
        if let Convergence::Descent { thresh } = self.convergence
            && !(thresh > 0.0 && thresh < 0.1)
        {
            return Err(CoxnetError::Thresh(thresh));
        }
        let lambdas = match self.lambdas {
            Lambdas::Automatic { count: 0, .. } => return Err(CoxnetError::Lambda),
            Lambdas::Automatic { min_ratio: Some(ratio), .. } if !(ratio > 0.0 && ratio < 1.0) => {
                return Err(CoxnetError::LambdaMinRatio(ratio));
            }
            Lambdas::Automatic { count, min_ratio } => Lambdas::Automatic { count, min_ratio },
            Lambdas::Given(mut given) => {
                if given.is_empty() || given.iter().any(|l| !l.is_finite() || *l < 0.0) {
                    return Err(CoxnetError::Lambda);
                }
                given.sort_by(|a, b| b.total_cmp(a));
                Lambdas::Given(given)
            }
        };
        if let Some(factor) = &self.penalty_factor
            && let Some(feature) = factor.iter().position(|f| f.is_nan() || *f < 0.0)
        {
            return Err(CoxnetError::PenaltyFactor { feature, value: factor[feature] });
        }
        Ok(Coxnet {
            alpha: self.alpha,
            lambdas,
            standardize: self.standardize,
            convergence: self.convergence,
            penalty_factor: self.penalty_factor,
            offset: self.offset,
            most_features: self.most_features,
        })
    }
}

/// A checked elastic net, ready to be fitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Coxnet {
    alpha: f64,
    lambdas: Lambdas,
    standardize: bool,
    convergence: Convergence,
    penalty_factor: Option<Vec<f64>>,
    offset: Option<Vec<f64>>,
    most_features: Option<usize>,
}

impl Coxnet {
    fn ties(&self) -> Ties {
        match self.convergence {
            Convergence::Optimum => Ties::AtRisk,
            Convergence::Descent { .. } => Ties::AsGlmnet,
        }
    }

    /// Fits the whole path. `columns` are the features, each with one finite value per subject; `watch` sees a step a penalty.
    ///
    /// # Errors
    /// Features, factors or offsets that do not fit the data or are not finite; follow-up with delayed entry or times that are not
    /// positive; nobody with the event; nothing to penalize; no solution at the first penalty; [`CoxnetError::Cancelled`].
    pub fn fit(&self, data: &Survival, columns: &[&[f64]], watch: &dyn Watch) -> Result<CoxnetPath, CoxnetError> {
        let design = Design::new(data, columns, self.offset.as_deref())?;
        let sample = Sample::new(&design, |_| true, self.standardize, self.ties())?;
        path::follow(self, &design, &sample, watch)
    }
}
