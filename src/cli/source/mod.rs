//! What a subcommand is asked of: a table or a study, which endpoint, which patients.
//!
//! A bare table has the roles that its options name; what they leave open is guessed. Its times stay as they are written.
//! A study has its own roles, cohorts, units and criteria; options change them for this one run.

mod asked;
mod cohorts;
mod columns;
mod endpoint;
mod features;
mod models;
mod reading;

pub(super) use columns::{few_numbers, trust_id};
pub(super) use features::{extract_cases, extract_features};
pub(super) use reading::Reading;

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use tables::names::{split_names, unquoted};
use tables::problem::{self, Problem, Severity};
use tables::{Expr, is_table};

use super::Usage;
use crate::ask::{Dataset, FeatureTable, Memo, Selection};
use crate::cli::choice::one_of;
use crate::plan::Choices;
use crate::study::{Cohort, CohortSpec, Criterion, CriterionKind, EndpointSpec, Study, TimeUnit};

/// Options that say what an analysis is asked of.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Data {
    /// A table (CSV, TSV, XLSX, Parquet, SPSS, Stata, SAS), a study's folder or its study.toml
    #[arg(value_name = "DATA")]
    data: PathBuf,
    /// Column of follow-up times
    #[arg(long, value_name = "COL", requires = "event", value_parser = column, help_heading = "Data")]
    time: Option<String>,
    /// Column that says whether the event happened: 1 or 0, true or false, or see --event-is
    #[arg(long, value_name = "COL", requires = "time", value_parser = column, help_heading = "Data")]
    event: Option<String>,
    /// Value of the event column that means the event; may be given again
    #[arg(long, value_name = "VALUE", help_heading = "Data")]
    event_is: Vec<String>,
    /// Unit of the times, for what is printed; guessed if not said
    #[arg(long, value_name = "UNIT", value_parser = one_of(TimeUnit::WORDS), requires = "time", help_heading = "Data")]
    time_unit: Option<TimeUnit>,
    /// Endpoint of the study; its first if not said
    #[arg(long, value_name = "NAME", conflicts_with = "time", help_heading = "Data")]
    endpoint: Option<String>,
    /// Only this cohort of the study, or of a table's column of cohorts; several with commas, or `all`
    #[arg(long, value_name = "NAME,..", help_heading = "Data")]
    cohort: Option<String>,
    /// Only rows that meet a condition, such as 'center == 1 and age >= 18'
    #[arg(long = "where", value_name = "EXPR", help_heading = "Data")]
    condition: Option<String>,
    /// Take numeric columns as factors
    #[arg(long, value_name = "COL,..", help_heading = "Data")]
    factor: Vec<String>,
    /// Level that the others of a factor are compared with; may be given again
    #[arg(long, value_name = "COL=LEVEL", help_heading = "Data")]
    reference: Vec<String>,
    /// Order of the levels of a column of words, lowest first; may be given again
    #[arg(long, value_name = "COL=LEVEL,..", help_heading = "Data")]
    order: Vec<String>,
    /// Column that names the patient
    #[arg(long, value_name = "COL", value_parser = column, help_heading = "Data")]
    id: Option<String>,
    /// Seed of everything random [default: the study's, else 1]
    #[arg(long, value_name = "N", help_heading = "Data")]
    seed: Option<u64>,
    #[command(flatten)]
    reading: Reading,
}

/// Options of analyses in which rows are weighted or at risk late.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Rows {
    /// Column of the times from which rows are at risk
    #[arg(long, value_name = "COL", value_parser = column)]
    pub entry: Option<String>,
    /// Column of case weights
    #[arg(long, value_name = "COL", value_parser = column)]
    pub weights: Option<String>,
}

/// What an analysis is asked of.
pub(super) struct Source {
    /// The patients and their features.
    pub data: Dataset,
    /// The study, or what is known of a bare table.
    pub study: Study,
    /// The patients and the endpoint that were asked for.
    pub on: Selection,
    /// What the options choose of endpoint, cohort and filter.
    choices: Choices,
    /// True for a table without a study.
    pub is_bare: bool,
    /// The column of a bare table that seems to hold cohorts.
    aside: Option<String>,
    /// What a reader should know of the data.
    notes: Vec<String>,
    memo: Memo,
}

/// The name of a column, with or without backticks or quotes around it.
pub(super) fn column(name: &str) -> Result<String, Infallible> {
    Ok(unquoted(name).to_owned())
}

/// At most so many errors are listed.
const LISTED: usize = 20;

impl Data {
    /// The rows of `data` that meet `condition`, for commands with options of their own.
    pub fn of_columns(data: &Path, condition: Option<String>, factor: Vec<String>) -> Self {
        Self { data: data.to_owned(), condition, factor, ..Self::default() }
    }

    /// The data of an analysis of survival.
    pub fn survival(&self) -> anyhow::Result<Source> {
        self.open(true, self.event_is.clone())?.expecting(&self.event_is)
    }

    /// The data of an analysis of survival in which these values of the event column are the event.
    pub fn survival_until(&self, event_is: &[&str]) -> anyhow::Result<Source> {
        self.open(true, event_is.iter().map(|&v| v.to_owned()).collect())
    }

    /// How the study writes that nothing had happened when follow-up ended, where its endpoint tells causes apart.
    pub fn censored(&self) -> Option<String> {
        if self.time.is_some() || (self.data.is_file() && is_table(&self.data)) {
            return None;
        }
        let endpoints = Study::open(&self.data).0?.endpoints;
        let wanted = |e: &EndpointSpec| self.endpoint.as_ref().is_none_or(|name| e.name == *name);
        endpoints.into_iter().find(wanted)?.causes.map(|causes| causes.censored)
    }

    /// Whether the options say which endpoint is meant.
    pub fn names_endpoint(&self) -> bool {
        self.endpoint.is_some() || self.time.is_some()
    }

    /// The data of an analysis that needs no endpoint.
    pub fn columns(&self) -> anyhow::Result<Source> {
        self.open(false, self.event_is.clone())
    }

    /// The same data when a subject may have several rows, and the column that names the subject.
    pub fn by_subject(&self) -> (Self, Option<String>) {
        (Self { id: None, ..self.clone() }, self.id.clone())
    }

    fn open(&self, survival: bool, event_is: Vec<String>) -> anyhow::Result<Source> {
        let mut study = self.study()?;
        let is_bare = study.is_guessed();
        let says_value = !event_is.is_empty();
        endpoint::apply(self, &mut study, event_is, is_bare)?;
        if is_bare && survival && study.endpoints.is_empty() && self.endpoint.is_none() {
            endpoint::ask(&study)?;
        }
        let mut notes = Vec::new();
        let unit = if is_bare && survival { endpoint::guessed_unit(self, &study) } else { None };
        if let Some(id) = &self.id {
            study.id = Some(id.clone());
        } else if is_bare {
            notes.extend(trust_id(&mut study));
        }
        let aside = if is_bare { cohorts::settle(&mut study, self.cohort.as_deref())? } else { None };
        let filter = self.apply_condition(&mut study)?;
        let (cohort, problems) = self.build(&mut study, survival, is_bare)?;
        notes.extend(columns::of_the_table(&problems));
        if self.condition.is_some() && filter.is_none() {
            let flow = cohort.flow();
            notes.extend(flow.steps.last().map(|step| {
                let before = flow.rows_before(flow.steps.len() - 1);
                format!("--where {}: {} of {before} rows remain", step.criterion, step.rows)
            }));
        }
        notes.extend(aside.iter().map(|aside| aside.note.clone()));
        notes.extend(unit);
        let cohort = self.with_levels(cohort)?;
        let endpoint = self.endpoint.clone().or_else(|| cohort.endpoints().first().map(|e| e.name.clone()));
        if survival && endpoint.is_none() {
            bail!(Usage(format!("{}: name the endpoint with --time COL --event COL", self.data.display())));
        }
        if survival && let Some(name) = &endpoint {
            let is_guessed = is_bare && self.time.is_none();
            notes.extend(endpoint::guesses(&study, &cohort, name, is_guessed, says_value));
        }
        notes.extend(columns::unread(cohort.frame()));
        notes.extend(columns::remarks(cohort.frame()));
        study.analysis.seed = self.seed.unwrap_or(study.analysis.seed);
        let seed = study.analysis.seed;
        study.models.iter_mut().for_each(|model| model.seeded(seed));
        // The rows of a bare table's cohort were kept by a criterion.
        let in_cohort = self.cohort.clone().filter(|_| !is_bare);
        let on = Selection {
            endpoint: endpoint.clone(),
            cohort: in_cohort.clone(),
            filter: filter.clone(),
            ..Selection::default()
        };
        let choices = Choices { endpoint, cohort: in_cohort, filter, ..Choices::default() };
        let features = Arc::new(FeatureTable::new(cohort.len(), Vec::new()));
        let data = Dataset::new(Arc::new(cohort), features);
        let aside = aside.map(|aside| aside.column);
        Ok(Source { data, study, on, choices, is_bare, aside, notes, memo: Memo::default() })
    }

    /// The study, or what is known of a bare table.
    fn study(&self) -> anyhow::Result<Study> {
        if !self.data.exists() {
            bail!("{}: there is no such file or folder", self.data.display());
        }
        // Whoever names time and event of a table means these and not those of a study beside it.
        let named = self.data.is_file() && is_table(&self.data) && self.time.is_some();
        if named {
            cohorts::refuse_sealed(&self.data)?;
        }
        let how = self.reading.opening()?;
        let (study, problems) = match named {
            true => Study::from_table(&self.data, how),
            false => Study::open_as(&self.data, how),
        };
        match study {
            Some(study) if study.is_guessed() || !problem::any_error(&problems) => Ok(study),
            _ => bail!(listed(&problems)),
        }
    }

    /// The cohort with the factors, their order and their first levels as the options have them.
    fn with_levels(&self, cohort: Cohort) -> anyhow::Result<Cohort> {
        let cohort = columns::in_order(columns::as_factors(cohort, &split_names(&self.factor))?, &self.order)?;
        columns::with_references(cohort, &self.reference)
    }

    /// Makes `--where` a criterion, so that rows it leaves out need not even be valid. Where a study splits its patients
    /// at random it comes after the split, which must stay the same, and where it takes figures of the training cohort,
    /// after that is known: then it is returned, to be a filter.
    fn apply_condition(&self, study: &mut Study) -> anyhow::Result<Option<String>> {
        let Some(text) = &self.condition else { return Ok(None) };
        let condition = Expr::parse(text).map_err(|error| Usage(format!("--where: {error}")))?;
        let late = study.learned_columns();
        let is_late = condition.looks_at_all() || condition.names().iter().any(|name| late.contains(name));
        if is_late || matches!(study.cohorts, CohortSpec::Split(_)) || is_made(study, &condition) {
            return Ok(Some(text.clone()));
        }
        let (name, kind) = (text.clone(), CriterionKind::Include);
        study.enrolment.push(Criterion { name, kind, condition, after_split: false });
        Ok(None)
    }

    fn build(&self, study: &mut Study, survival: bool, is_bare: bool) -> anyhow::Result<(Cohort, Vec<Problem>)> {
        let (mut cohort, mut problems) = study.cohort();
        // What was only guessed, and is not asked for, keeps nobody from their analysis.
        if is_bare && !survival && self.time.is_none() && problem::any_error(&problems) {
            study.endpoints.clear();
            (cohort, problems) = study.cohort();
        }
        match cohort {
            Some(cohort) if !problem::any_error(&problems) => Ok((cohort, problems)),
            _ => bail!(listed(&problems)),
        }
    }
}

impl Rows {
    /// The same patients with these columns.
    pub fn of(&self, on: &Selection) -> Selection {
        Selection { entry: self.entry.clone(), weights: self.weights.clone(), ..on.clone() }
    }
}

/// Whether a condition names a column that the table has not and that is made of others later.
fn is_made(study: &Study, condition: &Expr) -> bool {
    let may_be = condition.names().into_iter().filter(|name| study.is_made(name, &[])).collect::<Vec<_>>();
    if may_be.is_empty() {
        return false;
    }
    let (frame, _) = study.read_table();
    may_be.iter().any(|name| frame.as_ref().is_none_or(|frame| frame.get(name).is_none()))
}

/// The errors, one a line, without those beyond the first few.
pub(super) fn listed(problems: &[Problem]) -> String {
    let errors: Vec<Problem> = problems.iter().filter(|p| p.severity == Severity::Error).cloned().collect();
    let errors: Vec<String> = problem::gathered(&errors).iter().map(ToString::to_string).collect();
    let more = errors.len().saturating_sub(LISTED);
    let mut lines = errors[..errors.len() - more].to_vec();
    if more > 0 {
        let errors = if more == 1 { "error" } else { "errors" };
        lines.push(format!("and {more} more {errors}; `riskset check` lists all"));
    }
    lines.join("\n")
}
