//! What a study file says: the table, the roles of its columns, the choices of the analysis. Plain data, read by
//! [`super::read`], written by [`super::write`], built into a [`super::Cohort`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::data::{DateOrder, Expr, Kind};
use crate::problem::Place;

/// A study: everything that is decided before the first number is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// The folder that every relative path starts from.
    pub folder: PathBuf,
    /// The study file, or the bare table it was guessed from.
    pub file: PathBuf,
    /// What the study is called.
    pub title: String,
    /// The clinical table.
    pub table: TableSpec,
    /// The column that names the patient; without one, patients are numbered by row.
    pub id: Option<String>,
    /// The outcomes, the principal one first.
    pub endpoints: Vec<EndpointSpec>,
    /// Which patients a model is built in and which it is validated in.
    pub cohorts: CohortSpec,
    /// The inclusion and exclusion criteria in the order in which they are applied.
    pub enrolment: Vec<Criterion>,
    /// Columns computed from others, in order: each may use those before it.
    pub derived: Vec<Derived>,
    /// What is said of single columns.
    pub columns: Vec<ColumnSpec>,
    /// Where the images and masks are, if the study has any.
    pub images: Option<ImageSpec>,
    /// Radiomic features that are already in a table.
    pub features: Option<FeatureSpec>,
    /// How features are extracted.
    pub extraction: ExtractionSpec,
    /// The choices of the analysis.
    pub analysis: AnalysisSpec,
    /// The named models, in order.
    pub models: Vec<ModelSpec>,
    /// What could not be guessed of a bare table and has to be asked.
    pub questions: Vec<Question>,
    /// Where in the study file each setting stands, by its path (`endpoints.RFS.time`).
    pub places: Places,
}

/// A table and how to read it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSpec {
    /// Path, relative to the study's folder.
    pub path: PathBuf,
    /// The sheet of a workbook; the first one with data if not said.
    pub sheet: Option<String>,
    /// What separates the fields of a text table; found by itself if not said.
    pub delimiter: Option<char>,
    /// Texts that mean a missing value, besides empty, NA, N/A, NaN, null and `.`.
    pub missing: Vec<String>,
    /// How 03/04/2019 is to be read; found by itself if not said.
    pub dates: Option<DateOrder>,
}

/// An outcome: a time and whether the event happened then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointSpec {
    /// Its short name (RFS).
    pub name: String,
    /// What is printed (Recurrence-free survival).
    pub label: Option<String>,
    /// Where time and event come from.
    pub source: EndpointSource,
    /// The unit in which times are computed, shown and asked for.
    pub show: TimeUnit,
}

/// Where an endpoint's time and event come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum EndpointSource {
    /// A column of times and a column that says whether the event happened then.
    Times {
        /// The column of times.
        time: String,
        /// Its unit.
        unit: TimeUnit,
        /// The event.
        event: EventSpec,
    },
    /// From a date of origin to the first of several events, else to the last contact.
    Dates {
        /// The column with the date of origin.
        origin: String,
        /// Columns with the dates of events; the earliest counts. Empty cells are no event.
        events: Vec<String>,
        /// The column with the date of the last contact; if there is none, everybody is followed to the cut-off.
        last_contact: Option<String>,
        /// Follow-up after this date (days since 1970-01-01) is not used.
        cut_off: Option<i32>,
    },
    /// From a date of origin to a date of end, and a column that says whether the event happened then.
    Interval {
        /// The column with the date of origin.
        origin: String,
        /// The column with the date at which follow-up ended.
        end: String,
        /// The event.
        event: EventSpec,
        /// Follow-up after this date (days since 1970-01-01) is not used.
        cut_off: Option<i32>,
    },
}

/// A column that says whether the event happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventSpec {
    /// The column.
    pub column: String,
    /// The values that mean the event; if empty, 1 or true is the event and 0 or false is none.
    pub is: Vec<String>,
}

/// A unit of time. A month is 365.25 / 12 days, a year 365.25.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Days.
    Days,
    /// Weeks.
    Weeks,
    /// Months, the default.
    #[default]
    Months,
    /// Years.
    Years,
}

/// How patients divide into the cohort in which models are built and those in which they are validated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CohortSpec {
    /// Everybody in one cohort.
    One,
    /// A column says so; the first name is the cohort in which models are built.
    Column {
        /// The column.
        column: String,
        /// Its values in order, with the name to show for each.
        names: Vec<CohortName>,
    },
    /// A random split, stratified, of one centre or of everybody; other centres are external.
    Split(SplitSpec),
}

/// A value of the cohort column and what that cohort is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CohortName {
    /// The value in the table.
    pub value: String,
    /// The name shown.
    pub name: String,
}

/// A seeded random split into a training and an internal validation cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of patients in the training cohort, 0 < fraction < 1; the number is rounded down.
    pub fraction: f64,
    /// Seed of the split.
    pub seed: u64,
    /// Columns or endpoints (by their event) whose levels are shared out evenly.
    pub stratify: Vec<String>,
    /// The column that names the centre, if only one centre is split.
    pub centre: Option<String>,
    /// The centre that is split; the others are external.
    pub development: Option<String>,
}

/// One step of the enrolment flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    /// What the flow diagram calls it.
    pub name: String,
    /// Whether patients who meet it stay or go.
    pub kind: CriterionKind,
    /// The condition.
    pub condition: Expr,
}

/// Whether a criterion keeps or removes those who meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CriterionKind {
    /// Only those who meet it stay.
    Include,
    /// Those who meet it go.
    Exclude,
}

/// A column computed from others.
#[derive(Debug, Clone, PartialEq)]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// How it is computed.
    pub expression: Expr,
}

/// What is said of a column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Its name in the table, or a derived column's.
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The type, where the guess is wrong.
    pub kind: Option<Kind>,
    /// Its levels in order, each with the label shown; the values in the table stand first.
    pub levels: Vec<LevelSpec>,
    /// Whether the order of the levels means something.
    pub ordered: bool,
    /// The level the others are compared with; the first if not said.
    pub reference: Option<String>,
    /// More texts that mean a missing value in this column.
    pub missing: Vec<String>,
}

/// A level of a category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelSpec {
    /// The value in the table.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// Where images and masks are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSpec {
    /// The sequences in order.
    pub sequences: Vec<SequenceSpec>,
}

/// One image sequence and its files. In a template, `{id}`, `{sequence}` and `{any column}` stand for the patient's
/// values; `{reader}` and `{reading}` for those of a repeated segmentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceSpec {
    /// Its name (T2WI).
    pub name: String,
    /// Template of the image's path.
    pub image: String,
    /// Template of the mask's path.
    pub mask: String,
    /// The label of the region in the mask; 1 if not said.
    pub label: u32,
    /// Template of the paths of repeated segmentations, with `{reader}`, `{reading}` or both.
    pub repeats: Option<String>,
}

/// Radiomic features that are already in a table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Another table, joined by id; the clinical table itself if not said.
    pub table: Option<TableSpec>,
    /// Its id column; that of the study if not said.
    pub id: Option<String>,
    /// Which columns are features: names, or patterns with `*` and `?`; all of the other table if empty.
    pub columns: Vec<String>,
}

/// How features are extracted; what is not said is PyRadiomics' default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExtractionSpec {
    /// A PyRadiomics parameter file, relative to the study's folder.
    pub params: Option<PathBuf>,
    /// A named set of parameters instead of a file.
    pub preset: Option<String>,
    /// Width of a grey-level bin.
    pub bin_width: Option<f64>,
    /// Number of grey-level bins, instead of a width.
    pub bin_count: Option<u32>,
    /// Voxel spacing in mm that images are resampled to.
    pub spacing: Option<[f64; 3]>,
    /// Whether grey values are normalized first.
    pub normalize: Option<bool>,
    /// Image types by PyRadiomics' names (Original, LoG, Wavelet).
    pub image_types: Vec<String>,
    /// Feature classes by PyRadiomics' names (firstorder, glcm).
    pub classes: Vec<String>,
}

/// The choices of the analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnalysisSpec {
    /// Seed of everything random that has no seed of its own.
    pub seed: u64,
    /// The times at which survival is predicted and judged, in the endpoints' display unit.
    pub times: Vec<f64>,
    /// The clinical variables that are described and screened; every column without another role if empty.
    pub variables: Vec<String>,
    /// How tied events count in a Cox model.
    pub ties: TiesSpec,
    /// A variable enters the multivariable model if its univariate p is below this.
    pub entry_p: f64,
    /// The penalized model.
    pub lasso: LassoSpec,
    /// Agreement between repeated segmentations.
    pub icc: IccSpec,
}

/// How tied events count in a Cox model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TiesSpec {
    /// Efron's approximation.
    #[default]
    Efron,
    /// Breslow's approximation.
    Breslow,
    /// The exact conditional likelihood.
    Exact,
}

/// The penalized Cox model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LassoSpec {
    /// 1 is the lasso, 0 would be ridge.
    pub alpha: f64,
    /// Number of folds of the cross-validation.
    pub folds: usize,
    /// Which penalty is chosen.
    pub rule: LambdaRule,
    /// What the cross-validation measures.
    pub measure: LassoMeasure,
}

/// Which penalty on the path is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LambdaRule {
    /// The one with the best cross-validated measure.
    Min,
    /// The largest within one standard error of it.
    OneSe,
    /// This one.
    Value(f64),
}

/// What a cross-validation measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LassoMeasure {
    /// Partial likelihood deviance.
    #[default]
    Deviance,
    /// Harrell's C.
    Cindex,
}

/// Agreement between repeated segmentations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IccSpec {
    /// Features with a smaller coefficient are not used.
    pub threshold: f64,
    /// Which of Shrout and Fleiss' coefficients (ICC2).
    pub kind: String,
}

/// A named model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSpec {
    /// Its name (combined).
    pub name: String,
    /// What is printed.
    pub label: Option<String>,
    /// Its covariates: columns, or [`RAD_SCORE`].
    pub covariates: Vec<String>,
}

/// The covariate that stands for the score of the penalized model over the radiomic features.
pub const RAD_SCORE: &str = "rad_score";

/// Something about a bare table that only its owner knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the answer decides.
    pub role: Role,
    /// The question.
    pub text: String,
    /// The columns or values that may be the answer, the likeliest first.
    pub candidates: Vec<String>,
}

/// What a column can be to a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Names the patient.
    Id,
    /// Follow-up time.
    Time,
    /// Whether the event happened.
    Event,
    /// Which value of the event column means the event.
    EventValue,
    /// The unit of the follow-up time.
    TimeUnit,
    /// Names the cohort.
    Cohort,
}

/// Where the settings of a study stand in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    spots: BTreeMap<String, (usize, usize)>,
}

impl Places {
    /// Notes where the setting called `key` stands.
    pub fn note(&mut self, key: String, line: usize, column: usize) {
        self.spots.insert(key, (line, column));
    }

    /// Line and column of the setting itself.
    pub fn exact(&self, key: &str) -> Option<(usize, usize)> {
        self.spots.get(key).copied()
    }

    /// Line and column of the setting, or of the nearest section around it that is written down.
    pub fn find(&self, key: &str) -> Option<(usize, usize)> {
        let mut key = key;
        loop {
            if let Some(&spot) = self.spots.get(key) {
                return Some(spot);
            }
            key = &key[..key.rfind('.')?];
        }
    }
}

impl Study {
    /// The place of a setting in the study file: `endpoints.RFS.time`.
    pub fn place(&self, key: &str) -> Place {
        let file = Place::file(self.shown(&self.file));
        match self.places.find(key) {
            Some((line, column)) => file.at(line, column),
            None => file,
        }
    }

    /// A path of the study, absolute or from the study's folder.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.join(path)
    }

    /// A path as it is shown: from the study's folder where it lies inside.
    pub fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.folder).unwrap_or(path).to_owned()
    }

    /// Names of the image sequences, in order.
    pub fn sequence_names(&self) -> impl Iterator<Item = &str> {
        self.images.iter().flat_map(|images| &images.sequences).map(|sequence| sequence.name.as_str())
    }

    /// The endpoint called `name`.
    pub fn endpoint(&self, name: &str) -> Option<&EndpointSpec> {
        self.endpoints.iter().find(|e| e.name == name)
    }

    /// The model called `name`.
    pub fn model(&self, name: &str) -> Option<&ModelSpec> {
        self.models.iter().find(|m| m.name == name)
    }

    /// What is said of the column called `name`.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|c| c.name == name)
    }
}

impl TimeUnit {
    /// All of them, by the word used in study files.
    pub const WORDS: [(&'static str, Self); 4] =
        [("days", Self::Days), ("weeks", Self::Weeks), ("months", Self::Months), ("years", Self::Years)];

    /// Its length in days.
    pub fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => 365.25 / 12.0,
            Self::Years => 365.25,
        }
    }

    /// The word used in study files and on axes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// `time` in this unit, in `other`. The same unit leaves every bit as it is.
    pub fn convert(self, time: f64, other: Self) -> f64 {
        if self == other { time } else { time * self.days() / other.days() }
    }
}

impl EndpointSpec {
    /// What is printed: the label, else the name.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// The columns it is computed from, in the order in which they are asked for in a study file.
    pub fn columns(&self) -> Vec<&str> {
        match &self.source {
            EndpointSource::Times { time, event, .. } => vec![time, &event.column],
            EndpointSource::Dates { origin, events, last_contact, .. } => {
                let events = events.iter().map(String::as_str);
                std::iter::once(origin.as_str()).chain(events).chain(last_contact.as_deref()).collect()
            }
            EndpointSource::Interval { origin, end, event, .. } => vec![origin, end, &event.column],
        }
    }
}

impl Default for AnalysisSpec {
    fn default() -> Self {
        Self {
            seed: 1,
            times: Vec::new(),
            variables: Vec::new(),
            ties: TiesSpec::default(),
            entry_p: 0.05,
            lasso: LassoSpec::default(),
            icc: IccSpec::default(),
        }
    }
}

impl Default for LassoSpec {
    fn default() -> Self {
        Self { alpha: 1.0, folds: 10, rule: LambdaRule::Min, measure: LassoMeasure::default() }
    }
}

impl Default for IccSpec {
    fn default() -> Self {
        Self { threshold: 0.75, kind: "ICC2".to_owned() }
    }
}
