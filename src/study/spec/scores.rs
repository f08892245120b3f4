//! Scores of many features: what each is made of, step by step.

use serde::{Deserialize, Serialize};

use survival::coxnet::{LambdaRule, Measure};
use tables::Category;

/// A named score, fitted once in the training cohort and used under its name anywhere.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ScoreSpec {
    /// Its name (rad): the columns are `score.rad` and `group.rad`.
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// The endpoint that it is fitted to; the study's first if not said.
    pub endpoint: Option<String>,
    /// The sequences whose features are candidates; all if empty.
    pub sequences: Vec<String>,
    /// The regions whose features are candidates, `lesion` for the drawn one; all if empty.
    pub regions: Vec<String>,
    /// Names of candidates, or patterns with `*` and `?`; all if empty.
    pub features: Vec<String>,
    /// Columns of the table that are candidates instead of features.
    pub columns: Vec<String>,
    /// What happens to the candidates before the penalized model.
    pub steps: Vec<ScoreStep>,
    /// 1 is the lasso; the study's if not said.
    pub alpha: Option<f64>,
    /// Exponent of adaptive weights.
    pub adaptive: Option<f64>,
    /// Folds of the cross-validation; the study's if not said.
    pub folds: Option<usize>,
    /// Which penalty is chosen; the study's if not said.
    pub rule: Option<LambdaRule>,
    /// What the cross-validation measures; the study's if not said.
    pub measure: Option<Measure>,
    /// Where it is cut into groups.
    pub cut: ScoreCut,
}

/// A step between the candidates and the penalized model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreStep {
    /// Features whose agreement between segmentations is below this are left out.
    Agreement(f64),
    /// Features with a variance of at most this, or with one value nearly everywhere, are left out.
    Variance(f64),
    /// Sites are brought to one scale.
    Harmonise {
        /// How.
        method: SiteMethod,
        /// The column that names the site.
        site: String,
        /// Columns whose effect on the features is kept.
        keep: Vec<String>,
        /// The site that stays as it is.
        reference: Option<String>,
    },
    /// Missing values are filled in.
    Impute(ImputeMethod),
    /// Of features that correlate above a limit the better one stays.
    Redundancy {
        /// The largest |r| allowed.
        limit: f64,
        /// Which is better.
        keep: BetterBy,
        /// One of each cluster, instead of each against all that stay.
        clusters: bool,
        /// Spearman's r instead of Pearson's.
        ranks: bool,
    },
    /// Features with a univariable p below this stay.
    ScreenP(f64),
    /// Features with a q (Benjamini and Hochberg) below this stay.
    ScreenQ(f64),
    /// So many with the smallest p stay.
    ScreenBest(usize),
    /// So many stay that are most relevant and least redundant.
    Mrmr(usize),
}

/// How sites are brought to one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteMethod {
    /// ComBat with parametric priors.
    #[default]
    Combat,
    /// With the other features as prior.
    NonParametric,
    /// Location alone.
    MeanOnly,
    /// Location and scale without priors.
    LocationScale,
    /// z-scores within sites.
    ZScores,
}

impl SiteMethod {
    /// The words of the study file and of commands.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("combat", Self::Combat),
        ("combat-nonparametric", Self::NonParametric),
        ("mean-only", Self::MeanOnly),
        ("location-scale", Self::LocationScale),
        ("z", Self::ZScores),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, of)| *of == self).map_or("", |(word, _)| word)
    }
}

/// What is put in for missing values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImputeMethod {
    /// Nothing: features that are missing in a patient of the fit are left out.
    #[default]
    None,
    /// The median of the patients of the fit.
    Median,
    /// Their most frequent value.
    Mode,
    /// Several complete data sets by chained equations.
    Chained(ChainedSets),
}

impl ImputeMethod {
    /// The words of the study file.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("none", Self::None),
        ("median", Self::Median),
        ("mode", Self::Mode),
        ("chained", Self::Chained(ChainedSets::USUAL)),
    ];

    /// What is filled in, in words; none where nothing is.
    pub fn words(self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Median => Some("the median".to_owned()),
            Self::Mode => Some("the most frequent value".to_owned()),
            Self::Chained(ChainedSets { sets, .. }) => {
                Some(format!("chained equations with predictive mean matching, {sets} sets pooled by Rubin's rules"))
            }
        }
    }

    /// Its word, whatever its numbers.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Median => "median",
            Self::Mode => "mode",
            Self::Chained(_) => "chained",
        }
    }
}

/// The numbers of an imputation by chained equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainedSets {
    /// Complete data sets.
    pub sets: usize,
    /// Rounds through the features.
    pub rounds: usize,
    /// Patients among whom a value is drawn.
    pub donors: usize,
    /// Features that each is regressed on.
    pub predictors: usize,
}

impl ChainedSets {
    /// What is usual: ten sets of ten rounds, a value of one of five patients, 15 predictors.
    pub const USUAL: Self = Self { sets: 10, rounds: 10, donors: 5, predictors: 15 };
}

/// Which of two correlated features is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetterBy {
    /// The one with the larger univariable |z|.
    #[default]
    Outcome,
    /// The one with the higher agreement between segmentations.
    Agreement,
}

impl BetterBy {
    /// The words of the study file.
    pub const WORDS: [(&'static str, Self); 2] = [("outcome", Self::Outcome), ("agreement", Self::Agreement)];
}

/// Where a score is cut into groups, all in the training cohort.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreCut {
    /// At its median.
    #[default]
    Median,
    /// At its tertiles.
    Tertiles,
    /// At the largest log-rank statistic, with at least a tenth of the patients on either side.
    Optimal,
    /// Here.
    Value(f64),
}

impl ScoreCut {
    /// Share of the patients that is on either side of a searched cut.
    pub const LEAST_SHARE: f64 = 0.1;
    /// The words of the study file; a number is a value.
    pub const WORDS: [(&'static str, Self); 3] =
        [("median", Self::Median), ("tertiles", Self::Tertiles), ("optimal", Self::Optimal)];

    /// Where it is, in words: `its training median`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Median => "its training median",
            Self::Tertiles => "its training tertiles",
            Self::Optimal => "the cut searched in training",
            Self::Value(_) => "a value given",
        }
    }

    /// Names of the groups, from the lowest score.
    pub fn groups(self) -> &'static [&'static str] {
        if self == Self::Tertiles { &["low", "middle", "high"] } else { &["low", "high"] }
    }

    /// The number of a score's group: how many of the `cuts` it is above; none of a score that is not known (NaN).
    pub fn group(cuts: &[f64], score: f64) -> Option<usize> {
        (!score.is_nan()).then(|| cuts.iter().filter(|cut| score > **cut).count())
    }

    /// The groups of `scores` as a column, in the order of risk.
    pub fn grouped(self, cuts: &[f64], scores: &[f64]) -> Category {
        let levels = self.groups().iter().map(|level| (*level).to_owned()).collect();
        let codes = scores.iter().map(|score| Self::group(cuts, *score).map(|group| group as u32)).collect();
        Category { ordered: true, ..Category::new(levels, codes) }
    }
}

impl ScoreSpec {
    /// The name of the score that a study with features has without saying so.
    pub const IMPLIED: &'static str = "rad";

    /// The score that a study with features has without saying so: of all features, to the first endpoint.
    pub fn implied() -> Self {
        Self { name: Self::IMPLIED.to_owned(), label: Some("Rad-score".to_owned()), ..Self::default() }
    }

    /// Whether features of this region are candidates.
    pub fn takes_region(&self, name: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|region| region == name)
    }

    /// What is printed.
    pub fn label(&self) -> String {
        self.label.clone().unwrap_or_else(|| format!("{SCORE_PREFIX}{}", self.name))
    }
}

/// What stands before the name of a score in the column of its values.
pub const SCORE_PREFIX: &str = "score.";

/// What stands before the name of a score in the column of its groups.
pub const GROUP_PREFIX: &str = "group.";
