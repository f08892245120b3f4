//! A score in a model file.

use serde::{Deserialize, Serialize};
use survival::harmonize::SiteLine;

use super::Range;
use crate::methods::lasso::FromOthers;

/// A score: the sum of coef (x - mean) / sd over its features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The name of its column.
    pub name: String,
    /// How it came about, in words.
    pub method: String,
    /// Its features.
    pub features: Vec<Feature>,
    /// Where it is cut: above it is the second group.
    pub cut: f64,
    /// All cuts, rising, where there are several: above k of them is group k, counted from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<f64>,
    /// Names of the groups, the lower first.
    pub groups: Vec<String>,
    /// How sites are brought to one scale before; none if they are not.
    pub harmonisation: Option<String>,
    /// The column that names the site then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// What `fill` is of the training cohort, where that is not the median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled_by: Option<String>,
    /// The score in the training cohort.
    pub range: Option<Range>,
}

impl Score {
    /// The group of a value.
    pub fn group(&self, value: f64) -> Option<&str> {
        let cuts = if self.cuts.is_empty() { std::slice::from_ref(&self.cut) } else { &self.cuts };
        self.groups.get(cuts.iter().filter(|cut| value > **cut).count()).map(String::as_str)
    }

    /// A feature that missing values follow from and that the score has not.
    pub fn unknown_other(&self) -> Option<&str> {
        let others = self.features.iter().filter_map(|f| f.from_others.as_ref()).flat_map(|of| &of.features);
        let mut names = others.map(|other| other.feature.as_str());
        names.find(|name| !self.features.iter().any(|f| f.name == *name))
    }

    /// Whether there is a name for every group.
    pub fn is_whole(&self) -> bool {
        self.groups.len() == self.cuts.len().max(1) + 1
    }
}

/// A feature of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// The name of its column: the sequence, an underscore, the name that extraction gives it.
    pub name: String,
    /// The sequence; none where features come from a table.
    pub sequence: Option<String>,
    /// Coefficient of its z-score.
    pub coef: f64,
    /// Mean in the training cohort; 0, with a standard deviation of 1, in a score of columns as they are.
    pub mean: f64,
    /// Standard deviation, divisor n - 1.
    pub sd: f64,
    /// Its smallest and largest value there.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// What brings it to the scale of training at each site: `factor * x + offset`. Mean and sd are those of the result, the
    /// smallest and largest value those of x.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteLine>,
    /// What stands for a missing value, on the scale of training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<f64>,
    /// How a missing value follows from other features of the score, some of them with a coefficient of 0, on the scale of
    /// training. Those that are missing as well stand at their `fill`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_others: Option<FromOthers>,
}
