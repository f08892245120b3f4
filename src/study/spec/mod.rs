//! What a study file says: the table, the roles of its columns, the choices of the analysis. Plain data, read by
//! [`Study::load`], guessed by [`Study::from_table`], written by [`Study::to_toml`], built by [`Study::cohort`].

mod analysis;
mod audit;
mod images;
mod joined;
mod outcome;
mod picked;
mod places;
mod regions;
mod scores;
mod seal;
mod table;
mod validation;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use analysis::*;
pub use audit::*;
pub use images::*;
pub use joined::*;
pub use outcome::*;
pub use picked::*;
pub use places::Places;
pub use regions::*;
pub use scores::*;
pub use seal::*;
pub use table::*;
pub use validation::*;

use super::memory::TableMemory;
use tables::About;
use tables::problem::Place;

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
    /// Other tables of the same patients, joined by id.
    pub tables: Vec<JoinedSpec>,
    /// The column that names the patient; without one, patients are numbered by row.
    pub id: Option<String>,
    /// The outcomes, the principal one first.
    pub endpoints: Vec<EndpointSpec>,
    /// Which patients a model is built in and which it is validated in.
    pub cohorts: CohortSpec,
    /// Cohorts whose outcomes are withheld.
    pub seal: SealSpec,
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
    /// What several readers read in the same patients.
    pub readings: Vec<ReadingSpec>,
    /// The named scores, in order; see [`Study::named_scores`].
    pub scores: Vec<ScoreSpec>,
    /// The named models, in order.
    pub models: Vec<ModelSpec>,
    /// Answers to items of checklists that no file of the study answers.
    pub audit: Vec<AuditAnswer>,
    /// What could not be guessed of a bare table and has to be asked.
    pub questions: Vec<Question>,
    /// Why settings were guessed as they are, by their path (`endpoints.RFS.time`); nothing for a study that was read.
    pub reasons: BTreeMap<String, String>,
    /// Where in the study file each setting stands, by its path (`endpoints.RFS.time`).
    pub places: Places,
    /// The table where it was read already.
    pub memory: TableMemory,
}

/// Something about a bare table that only its owner knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What the answer decides.
    pub role: Role,
    /// The question.
    pub text: String,
    /// The column that it is about, where it is about the reading of one.
    pub column: Option<String>,
    /// The columns or values that may be the answer, the likeliest first.
    pub candidates: Vec<String>,
    /// The options of a command, or the keys of a study file, that answer it.
    pub option: String,
}

/// What stands in a study file where a question is still to be answered.
pub const UNANSWERED: &str = "?";

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
    /// How the values of a column are read.
    Reading(About),
}

impl Role {
    /// The options of a command that answer a question about it, and the key of a study file.
    pub fn option(self) -> String {
        match self {
            Self::Id => "--id COLUMN (`id`)",
            Self::Time => "--time COLUMN --event COLUMN (`time` of the endpoint)",
            Self::Event => "--time COLUMN --event COLUMN (`event` of the endpoint)",
            Self::EventValue => "--event-is VALUE (`event_is` of the endpoint)",
            Self::TimeUnit => "--time-unit UNIT (`unit` of the endpoint)",
            Self::Cohort => "`order` in [cohorts]",
            Self::Reading(About::Decimal) => "--decimal MARK (`decimal` in the table's section)",
            Self::Reading(About::Dates) => "--dates ORDER (`dates` in the table's section)",
            Self::Reading(About::Limits) => "--limits RULE (`limits` of the column)",
            Self::Reading(About::Units) => "write all values in one unit",
            Self::Reading(About::Kind) => {
                "--missing COLUMN=WORD or --factor COLUMN (`missing` or `kind` of the column)"
            }
        }
        .to_owned()
    }
}

impl fmt::Display for Question {
    /// `question: which value of status means the event? It may be: 1, 2. Answer by --event-is VALUE`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "question: {}", self.text)?;
        if !self.candidates.is_empty() {
            let more = if self.candidates.len() > MOST_CANDIDATES { ", .." } else { "" };
            let shown: Vec<&str> = self.candidates.iter().take(MOST_CANDIDATES).map(String::as_str).collect();
            write!(f, " It may be: {}{more}.", shown.join(", "))?;
        }
        write!(f, " Answer by {}", self.option)
    }
}

/// At most so many candidates are written.
const MOST_CANDIDATES: usize = 8;

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
