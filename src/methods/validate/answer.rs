//! What comes of validating a pipeline.

use figures::format;
use serde::Serialize;
use survival::Survival;

use super::{Design, Spec};
use crate::study::{Endpoint, TimeUnit};

/// The design, what was refitted, and every model judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// How it was validated.
    pub design: DesignSaid,
    /// Whom everything was fitted to, and to which outcome.
    #[serde(flatten)]
    pub subjects: Subjects,
    /// Patients of that cohort left out.
    pub n_dropped: usize,
    /// Features that the scores choose from.
    pub candidates: usize,
    /// Events for each of them.
    pub events_per_candidate: Option<f64>,
    /// What every fit did anew.
    pub steps: Vec<String>,
    /// Whether something was selected before the models were fitted.
    pub selects: bool,
    /// The models.
    pub models: Vec<Model>,
    /// The corrected C of every two of them, each later one less each before it.
    pub differences: Vec<Difference>,
    /// The model whose corrected value is to be published: the one with the highest.
    pub report: Option<String>,
    /// Fits that were made.
    pub used: usize,
    /// Fits that could not be made.
    pub failed: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The patients of the fits and their outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subjects {
    /// Name of the endpoint.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The cohort in which everything was fitted; all patients if there are no cohorts.
    pub training: Option<String>,
    /// Patients that were drawn from.
    pub n: usize,
    /// Events among them.
    pub events: usize,
}

impl Subjects {
    pub(super) fn new(endpoint: &Endpoint, training: Option<&String>, survival: &Survival) -> Self {
        Self {
            endpoint: endpoint.name.clone(),
            label: endpoint.label.clone(),
            unit: endpoint.unit,
            training: training.cloned(),
            n: survival.time().len(),
            events: survival.n_events(),
        }
    }

    /// `the training cohort (81 patients, 30 events)`.
    pub fn words(&self) -> String {
        let of = self.training.as_ref().map_or_else(|| "all patients".to_owned(), |name| format!("the {name} cohort"));
        format!("{of} ({} patients, {} events)", format::count(self.n), format::count(self.events))
    }
}

/// The design.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DesignSaid {
    pub kind: &'static str,
    pub n: Option<usize>,
    pub folds: Option<usize>,
    pub repeats: Option<usize>,
    pub centre: Option<String>,
    pub seed: u64,
}

impl DesignSaid {
    pub(super) fn new(spec: &Spec) -> Self {
        let (mut n, mut folds, mut repeats, mut centre) = (None, None, None, None);
        match &spec.design {
            Design::Bootstrap(count) | Design::Permutation(count) => n = Some(*count),
            Design::Nested { folds: f, repeats: r } => (folds, repeats) = (Some(*f), Some(*r)),
            Design::LeaveCentreOut(column) => centre = Some(column.clone()),
        }
        Self { kind: spec.design.word(), n, folds, repeats, centre, seed: spec.seed }
    }
}

/// One model validated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Its name.
    pub model: String,
    /// What it is called in print.
    pub label: String,
    /// In the patients that it was fitted to.
    pub apparent: Measured,
    /// Apparent less corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimism: Option<Measured>,
    /// In others as they are to be expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
    /// In each cohort, or each centre left out.
    pub cohorts: Vec<Cohort>,
    /// Each centre, predicted by what was fitted to the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub centres: Vec<Cohort>,
    /// With outcomes in random order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<Permuted>,
    /// How many features it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Which features, the most frequent first.
    pub features: Vec<Feature>,
    /// Stability of the choice: 1 is always the same, 0 as by chance.
    pub stability: Option<f64>,
}

/// The corrected C of one model less that of another, predicted for the same patients.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Difference {
    /// The model whose C is taken off.
    pub first: String,
    /// The model that it is taken off from.
    pub second: String,
    pub difference: f64,
    /// That of two predictions for the same patients.
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    /// Two-sided, of no difference.
    pub p: f64,
}

/// Measures of performance; `None` where undefined.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
#[allow(missing_docs)]
pub struct Measured {
    pub c: f64,
    pub slope: f64,
    pub auc: Vec<AtTime>,
    pub brier: Vec<AtTime>,
    pub ipa: Vec<AtTime>,
}

/// A measure at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)]
pub struct AtTime {
    /// `auc`, `brier` or `ipa`.
    pub name: &'static str,
    pub time: f64,
    pub value: f64,
    /// Standard error and 95 % limits, where there are some.
    pub limits: Option<[f64; 3]>,
}

impl Serialize for AtTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry(self.name, &self.value)?;
        if let Some([se, lower, upper]) = self.limits {
            map.serialize_entry("se", &se)?;
            map.serialize_entry("lower", &lower)?;
            map.serialize_entry("upper", &upper)?;
        }
        map.end()
    }
}

/// Corrected measures.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Corrected {
    pub c: f64,
    pub se: f64,
    pub lower: f64,
    pub upper: f64,
    pub slope: f64,
    pub slope_se: f64,
    pub slope_lower: f64,
    pub slope_upper: f64,
    pub auc: Vec<AtTime>,
    pub brier: Vec<AtTime>,
    pub ipa: Vec<AtTime>,
    /// C of the patients outside of the samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_bag: Option<f64>,
    /// The .632+ estimate of C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point632_plus: Option<f64>,
}

impl Measured {
    /// C, slope, then AUC, Brier score and IPA, each by time.
    pub fn values(&self) -> Vec<f64> {
        in_a_row(self.c, self.slope, [&self.auc, &self.brier, &self.ipa])
    }
}

impl Corrected {
    /// C, slope, then AUC, Brier score and IPA, each by time.
    pub fn values(&self) -> Vec<f64> {
        in_a_row(self.c, self.slope, [&self.auc, &self.brier, &self.ipa])
    }
}

fn in_a_row(c: f64, slope: f64, by_time: [&Vec<AtTime>; 3]) -> Vec<f64> {
    [c, slope].into_iter().chain(by_time.into_iter().flatten().map(|at| at.value)).collect()
}

/// One cohort's C of the model fitted to all patients of training.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Cohort {
    pub cohort: String,
    pub n: usize,
    pub events: usize,
    pub c: f64,
    pub lower: f64,
    pub upper: f64,
    pub slope: f64,
}

/// Outcomes in random order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Permuted {
    pub p: f64,
    /// The apparent C of each order.
    pub c: Vec<f64>,
}

/// How many features.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Size {
    pub mean: f64,
    pub min: usize,
    pub max: usize,
}

/// A feature's share of the fits, and its mean rank there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Feature {
    pub feature: String,
    pub share: f64,
    pub rank: f64,
}

/// The model with the highest corrected C; of equal ones the first.
pub(super) fn best(models: &[Model]) -> Option<String> {
    let c = |m: &Model| m.corrected.as_ref().map(|corrected| corrected.c).filter(|c| !c.is_nan());
    let mut best: Option<(&Model, f64)> = None;
    for model in models {
        if let Some(value) = c(model)
            && best.is_none_or(|(_, highest)| value > highest)
        {
            best = Some((model, value));
        }
    }
    best.map(|(model, _)| model.model.clone())
}
