//! What a study has, as far as checklists ask for it.

use crate::methods::extraction::Points;
use crate::study::{AuditAnswer, ScoreCut};

/// What is known of a study without computing anything: its settings, its patients, what will be asked of them.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What the study is called.
    pub title: String,
    /// Patients in the table, and those enrolled.
    pub screened: usize,
    /// Patients left by all criteria.
    pub enrolled: usize,
    /// Names of the criteria.
    pub criteria: Vec<String>,
    /// Cohorts with their patients; the first is the one in which models are built.
    pub cohorts: Vec<(String, usize)>,
    /// How patients came into cohorts, in words; none where all are in one.
    pub partition: Option<String>,
    /// Cohorts of other centres than that of the first, as far as the study says so.
    pub external: Vec<String>,
    /// Cohorts beside the first that are of its centre.
    pub internal: Vec<String>,
    /// The column of centres and its levels.
    pub centres: Option<(String, Vec<String>)>,
    /// The outcomes.
    pub endpoints: Vec<Outcome>,
    /// Times of predictions, with their unit.
    pub times: Option<String>,
    /// Clinical variables.
    pub variables: usize,
    /// Those of them without a label.
    pub undescribed: Vec<String>,
    /// Variables with missing values among the enrolled, and how many.
    pub missing: Vec<(String, usize)>,
    /// The named models.
    pub models: Vec<Named>,
    /// How these fill in covariates that are missing, if they do.
    pub imputed: Option<String>,
    /// What is known of radiomics, where the study has any.
    pub radiomics: Option<Radiomics>,
    /// Signs that several readers read.
    pub readings: usize,
    /// Samples of the bootstrap.
    pub bootstraps: usize,
    /// Seed of everything random.
    pub seed: u64,
    /// What authors answered.
    pub answers: Vec<AuditAnswer>,
}

/// An outcome.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// The columns that it is computed from.
    pub columns: Vec<String>,
    /// Patients with a known outcome in the first cohort.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// First and last date of origin, where it is computed from dates.
    pub dates: Option<(String, String)>,
    /// Whether other events compete with its own.
    pub competes: bool,
}

/// A named model.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Whether a radiomic score, or the groups that it makes, is among its covariates.
    pub scored: bool,
    /// The sequences that its scores choose their features from.
    pub sequences: Vec<String>,
    /// Whether something else is.
    pub clinical: bool,
    /// Its coefficients.
    pub coefficients: usize,
}

/// What is known of radiomics.
#[derive(Debug, Clone, Default)]
pub struct Radiomics {
    /// Names of the image sequences; none where features come from a table.
    pub sequences: Vec<String>,
    /// Whether images are DICOM series, whose headers tell how they were taken.
    pub dicom: bool,
    /// Whether regions were drawn more than once.
    pub repeats: bool,
    /// The extraction, in the words of a methods section.
    pub extraction: Option<String>,
    /// The same point by point, in these words.
    pub points: Points,
    /// Whether images are brought to one voxel size.
    pub resampled: bool,
    /// Features of an image and its mask, where that is known.
    pub features: Option<usize>,
    /// Least reliability of a feature, in words.
    pub reliability: String,
    /// The penalized model, in words.
    pub penalized: String,
    /// How differences between sites are taken off, if they are.
    pub harmonised: Option<String>,
    /// The step that drops features which repeat others, if there is one.
    pub redundancy: Option<String>,
    /// How missing features are filled in, if they are.
    pub imputed: Option<String>,
    /// The scores, and where each is cut into groups.
    pub cuts: Vec<(String, ScoreCut)>,
}

impl Facts {
    /// The first outcome.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.endpoints.first()
    }

    /// Whether models are named and times to judge them at.
    pub fn is_judged(&self) -> bool {
        !self.models.is_empty() && !self.endpoints.is_empty()
    }
}
