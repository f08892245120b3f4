//! What is fitted, and to which data.

use super::{ScoreError, ScorePipeline};
use crate::coxnet::{LambdaRule, Measure};
use crate::feature_selection::{MrmrSpec, RedundancySpec, UnivariableSpec, VarianceSpec};
use crate::harmonize::CombatSpec;
use crate::impute::ChainedSpec;

/// Everything known of the subjects but their outcomes: columns with a value per subject.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScoreData {
    /// Features; NaN is missing.
    pub features: Vec<Vec<f64>>,
    /// Agreement between readings of each feature, such as its ICC; empty if unknown.
    pub reliability: Vec<f64>,
    /// Site of each subject; empty if harmonisation is not asked for.
    pub site: Vec<String>,
    /// Covariates whose effect on the features a harmonisation keeps.
    pub kept: Vec<Vec<f64>>,
    /// Columns that models may take beside the score, as numbers; none missing.
    pub clinical: Vec<Vec<f64>>,
}

/// How sites are brought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Harmonisation {
    /// ComBat.
    Combat(CombatSpec),
    /// z-scores within each site.
    ZScores,
}

/// What becomes of missing features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Imputation {
    /// They are an error.
    #[default]
    None,
    /// The median of the subjects of the fit is put in.
    Median,
    /// Their most frequent value is put in.
    Mode,
    /// Several complete data sets by chained equations.
    Chained(ChainedSpec),
}

/// Which of two correlated features is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Merit {
    /// The one with the higher reliability.
    Reliability,
    /// The one with the larger |z| in a univariable Cox model.
    #[default]
    Outcome,
}

/// A step that leaves out features before the elastic net.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reduction {
    /// Features that say the same.
    Redundancy(RedundancySpec, Merit),
    /// Each feature alone.
    Screen(UnivariableSpec),
    /// Most relevant, least redundant.
    Mrmr(MrmrSpec),
}

/// The elastic net.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NetSpec {
    /// 1 is the LASSO.
    pub alpha: f64,
    /// Exponent of adaptive weights from a ridge regression.
    pub adaptive: Option<f64>,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Fixes their deal.
    pub seed: u64,
    /// Deal those with and without the event apart.
    pub stratified: bool,
    /// What judges a penalty.
    pub measure: Measure,
    /// Which penalty is taken.
    pub rule: LambdaRule,
}

impl Default for NetSpec {
    fn default() -> Self {
        Self {
            alpha: 1.0,
            adaptive: None,
            folds: 10,
            seed: 1,
            stratified: false,
            measure: Measure::GroupedDeviance,
            rule: LambdaRule::Min,
        }
    }
}

/// Where the score is cut into groups.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Cut {
    /// At the median of the subjects of the fit.
    #[default]
    Median,
    /// At its tertiles.
    Tertiles,
    /// At the largest log-rank statistic, with at least this share of the subjects on either side.
    Optimal(f64),
    /// Here.
    Value(f64),
}

/// A Cox model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ModelSpec {
    /// Its name.
    pub name: String,
    /// Places of its clinical columns.
    pub clinical: Vec<usize>,
    /// With the score.
    pub score: bool,
    /// With the group that the cut makes of it, as 0, 1, ..
    pub group: bool,
}

/// All steps; those that are `None` are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScoreSpec {
    /// Least reliability.
    pub agreement: Option<f64>,
    /// Features that hardly vary.
    pub variance: Option<VarianceSpec>,
    /// Sites.
    pub harmonisation: Option<Harmonisation>,
    /// Missing features.
    pub imputation: Imputation,
    /// What leaves out further features, in this order.
    pub reductions: Vec<Reduction>,
    /// The penalized model.
    pub net: NetSpec,
    /// The groups.
    pub cut: Cut,
    /// Models; without any there is one of the score alone, named `score`.
    pub models: Vec<ModelSpec>,
}

impl ScoreData {
    /// Number of subjects.
    pub fn subjects(&self) -> usize {
        self.features.first().map_or(0, Vec::len)
    }
}

impl ScoreSpec {
    /// Checks everything that can be checked before fitting.
    ///
    /// # Errors
    /// No features, columns of different lengths, sites or reliabilities that are asked for and not there, a model without
    /// anything in it, a clinical column that is not there or has missing values, numbers of chained equations that are 0.
    pub fn check(mut self, data: &ScoreData) -> Result<ScorePipeline<'_>, ScoreError> {
        let n = data.subjects();
        if n == 0 {
            return Err(ScoreError::NoFeatures);
        }
        let columns =
            [("feature", &data.features), ("covariate kept", &data.kept), ("clinical column", &data.clinical)];
        for (what, columns) in columns {
            if let Some(column) = columns.iter().position(|c| c.len() != n) {
                return Err(ScoreError::Length { what, column, found: columns[column].len(), expected: n });
            }
        }
        let by_reliability = self.agreement.is_some()
            || self.reductions.iter().any(|step| matches!(step, Reduction::Redundancy(_, Merit::Reliability)));
        if by_reliability && data.reliability.len() != data.features.len() {
            let (found, expected) = (data.reliability.len(), data.features.len());
            return Err(ScoreError::Length { what: "reliability", column: 0, found, expected });
        }
        if self.harmonisation.is_some() && data.site.len() != n {
            return Err(ScoreError::Length { what: "site", column: 0, found: data.site.len(), expected: n });
        }
        if let Imputation::Chained(chained) = self.imputation {
            chained.check()?;
        }
        if self.models.is_empty() {
            self.models = vec![ModelSpec { name: "score".to_owned(), score: true, ..ModelSpec::default() }];
        }
        for model in &self.models {
            if model.clinical.is_empty() && !model.score && !model.group {
                return Err(ScoreError::EmptyModel(model.name.clone()));
            }
            let bad = |c: &usize| data.clinical.get(*c).is_none_or(|values| values.iter().any(|v| !v.is_finite()));
            if let Some(&column) = model.clinical.iter().find(|c| bad(c)) {
                return Err(ScoreError::Clinical { model: model.name.clone(), column });
            }
        }
        Ok(ScorePipeline { spec: self, data })
    }
}
