//! The whole pipeline validated: every step of the scores and the models built on them fitted again, in each sample.

pub mod document;
pub mod figure;
pub mod script;

mod answer;
mod fits;
mod judged;
mod pipeline;
pub mod sensitivity;

pub use answer::{Answer, AtTime, Cohort, Corrected, DesignSaid, Difference, Feature, Measured, Model, Permuted, Size};
pub use fits::{Fits, Keeper, Outcome, StoredFit};

use serde::Serialize;
use survival::Survival;
use survival::cox::Ties;
use survival::validation::{BootstrapSpec, CrossValidationSpec, Draws, Left, PermutationSpec, Sample, ValidationError};
use watch::Watch;

use self::pipeline::{Part, StudyPipeline};
use super::horizon;
use super::lasso::steps;
use super::made::Named;
use super::model::{self, imputation};
use super::sample_size;
use crate::ask::{Ask, AskError, Asked, Dataset, Question, Selection, Source};
use crate::study::{ImputeMethod, LearnedColumn, ModelSpec};
use figures::format;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Which endpoint and patients; its cohort does not matter.
    pub on: Selection,
    /// The cohort in which everything is fitted; all patients if there are no cohorts.
    pub training: Option<String>,
    /// The scores that the models hold.
    pub scores: Vec<Named>,
    /// The models.
    pub models: Vec<ModelSpec>,
    /// Columns that they hold and that take figures of the patients of the fit.
    pub learned: Vec<LearnedColumn>,
    /// Columns that they hold and that are computed from the scores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<LearnedColumn>,
    /// How tied events count.
    pub ties: Ties,
    /// Times of AUC and Brier score; the quartiles of the times of events if not said.
    pub times: Vec<f64>,
    /// How.
    pub design: Design,
    /// Fixes every draw.
    pub seed: u64,
    /// Fits that are known already.
    #[serde(skip)]
    pub fits: Fits,
}

/// How a pipeline is validated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Design {
    /// Optimism in so many bootstrap samples.
    Bootstrap(usize),
    /// Cross-validation around the pipeline's own.
    Nested {
        /// Number of folds.
        folds: usize,
        /// How often they are dealt.
        repeats: usize,
    },
    /// The centres of this column, each left out in turn.
    LeaveCentreOut(String),
    /// Outcomes in so many random orders.
    Permutation(usize),
}

impl Design {
    /// A small part of it whose fits the whole takes over, for a first estimate; none where it is small itself.
    pub fn first_part(&self) -> Option<Self> {
        const FIRST: usize = 10;
        match self {
            Self::Bootstrap(n) if *n >= 4 * FIRST => Some(Self::Bootstrap(FIRST)),
            Self::Nested { folds, repeats } if *repeats > 1 => Some(Self::Nested { folds: *folds, repeats: 1 }),
            _ => None,
        }
    }

    /// Its word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bootstrap(_) => "bootstrap",
            Self::Nested { .. } => "nested",
            Self::LeaveCentreOut(_) => "leave-centre-out",
            Self::Permutation(_) => "permutation",
        }
    }
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "validation of the pipeline";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn score(&self) -> Option<&crate::ask::ScoreOf> {
        // A filter may name scores; those of the models are fitted here.
        self.on.score.as_ref()
    }

    fn uses_features(&self) -> bool {
        true
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, ask, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// The subjects, their follow-up and what is fitted to them.
struct Prepared<'a> {
    subjects: Vec<usize>,
    survival: Survival,
    parts: Vec<Part<'a>>,
    n_dropped: usize,
}

fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    if spec.models.is_empty() {
        return Err(AskError::Impossible("there is neither a score nor a model to validate".to_owned()));
    }
    let endpoint = data.endpoint(spec.on.endpoint.as_deref().unwrap_or_default())?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let mut notes = Vec::new();
    let prepared = prepare(data, spec, ask, watch, &mut notes)?;
    let Prepared { subjects, survival, parts, n_dropped } = &prepared;
    let key = key(data, spec, &times);
    let pipeline = StudyPipeline::new(data, spec, subjects, parts, &times, key)?;
    let everybody: Vec<usize> = (0..subjects.len()).collect();
    let whole = pipeline.fit_study(&Sample { rows: &everybody, survival }, watch);
    let whole = whole.map_err(|why| match watch.step(0, 0) {
        Err(cancelled) => cancelled.into(),
        Ok(()) => {
            AskError::Impossible(format!("the pipeline cannot be fitted to all {} patients: {why}", subjects.len()))
        }
    })?;
    let candidates: usize = parts.iter().map(|part| part.input.names.len()).sum();
    let names = pipeline.feature_names();
    let judged = match &spec.design {
        Design::Bootstrap(count) => {
            let draws = Draws::Random { count: *count, seed: spec.seed };
            let design = BootstrapSpec { draws, times: times.clone(), candidates }.check().map_err(why)?;
            judged::of_bootstrap(design.fit(&pipeline, survival, watch).map_err(why)?, &times, &names)
        }
        Design::Nested { folds, repeats } => {
            let left = Left::Folds { folds: *folds, repeats: *repeats, seed: spec.seed };
            let design = CrossValidationSpec { left, times: times.clone(), candidates }.check().map_err(why)?;
            judged::of_cross_validation(design.fit(&pipeline, survival, watch).map_err(why)?, &times, &names, None)
        }
        Design::LeaveCentreOut(column) => {
            let (centres, codes) = centres(data, column, subjects)?;
            let left = Left::Centres(codes);
            let design = CrossValidationSpec { left, times: times.clone(), candidates }.check().map_err(why)?;
            let found = design.fit(&pipeline, survival, watch).map_err(why)?;
            judged::of_cross_validation(found, &times, &names, Some(&centres))
        }
        Design::Permutation(count) => {
            if let Some(part) = parts.iter().find(|part| part.own.is_some()) {
                return Err(AskError::Impossible(format!(
                    "{} is fitted to another endpoint than {}, whose outcomes would not be in random order; validate that",
                    part.named.label, endpoint.name
                )));
            }
            let design = PermutationSpec { count: *count, seed: spec.seed }.check().map_err(why)?;
            judged::of_permutation(design.fit(&pipeline, survival, watch).map_err(why)?)
        }
    };
    let selects = !parts.is_empty();
    notes.extend(judged::of_candidates(survival.n_events(), candidates));
    let parameters = candidates + clinical(data, spec);
    if let Some(needed) = times.last().and_then(|time| sample_size::needed(survival, parameters, *time)) {
        notes.push(needed.said(endpoint.unit));
    }
    judged.caveats(spec, selects, &mut notes);
    if *n_dropped > 0 {
        notes.push(format!(
            "{} left out: a covariate or a feature of one of the models is missing",
            format::patients_are(*n_dropped)
        ));
    }
    let cohorts = judged::cohorts(data, spec, &whole, subjects, &mut notes)?;
    let mut models = judged.models;
    for (model, (cohorts, spec)) in models.iter_mut().zip(cohorts.into_iter().zip(&spec.models)) {
        model.cohorts = cohorts;
        model.label = model::label(spec).to_owned();
    }
    Ok(Answer {
        design: DesignSaid::new(spec),
        endpoint: endpoint.name.clone(),
        label: endpoint.label.clone(),
        unit: endpoint.unit,
        training: spec.training.clone(),
        n: subjects.len(),
        events: survival.n_events(),
        n_dropped: *n_dropped,
        candidates,
        events_per_candidate: (candidates > 0).then(|| survival.n_events() as f64 / candidates as f64),
        steps: refitted(spec),
        selects,
        report: answer::best(&models),
        used: judged.used,
        failed: judged.failed,
        models,
        differences: judged.differences,
        notes,
    })
}

fn why(error: ValidationError) -> AskError {
    match error {
        ValidationError::Cancelled(cancelled) => cancelled.into(),
        other => AskError::impossible(other),
    }
}

/// Coefficients of the models beside those of scores.
fn clinical(data: &Dataset, spec: &Spec) -> usize {
    let frame = data.cohort.frame();
    let mut names: Vec<&str> = spec.models.iter().flat_map(|m| model::columns_of(data, m)).collect();
    names.sort_unstable();
    names.dedup();
    let coefficients = |name: &&str| {
        let column = frame.get(name).filter(|_| !spec.scores.iter().any(|score| score.is_called(name)))?;
        Some(column.numbers().map_or_else(|| column.factor().levels.len().saturating_sub(1), |_| 1))
    };
    names.iter().filter_map(coefficients).sum()
}

/// What every fit does anew, in words.
fn refitted(spec: &Spec) -> Vec<String> {
    let of_score = |named: &Named| {
        let words = named.spec.steps_in_words();
        words.into_iter().map(|step| format!("{}: {step}", named.name)).collect::<Vec<_>>()
    };
    let filled = |m: &ModelSpec| m.impute.words().map(|how| format!("; missing covariates by {how}"));
    let model =
        |m: &ModelSpec| format!("model {}: {}{}", m.name, m.covariates.join(", "), filled(m).unwrap_or_default());
    let models = spec.models.iter().map(model);
    let columns = spec.learned.iter().chain(&spec.derived).map(|c| format!("column {}: {}", c.name, c.expression));
    columns.chain(spec.scores.iter().flat_map(of_score)).chain(models).collect()
}

/// The pipeline, its data and times as a key, whatever the design: fits to one sample serve every design.
fn key(data: &Dataset, spec: &Spec, times: &[f64]) -> String {
    let pipeline = Spec { design: Design::Bootstrap(0), times: times.to_vec(), seed: 0, ..spec.clone() };
    let key = format!("{:?}", Asked::new(pipeline));
    let mut hash = blake3::Hasher::new();
    hash.update(env!("CARGO_PKG_VERSION").as_bytes()).update(key.as_bytes());
    hash.update(data.cohort.revision().to_string().as_bytes()).update(&data.features.revision());
    hash.finalize().to_hex().to_string()
}

/// Those of the training cohort in whom all scores and models can be fitted; all patients where centres are left out and
/// the training cohort has one only.
fn prepare<'a>(
    data: &'a Dataset,
    spec: &'a Spec,
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Prepared<'a>, AskError> {
    let mut on = Selection { cohort: spec.training.clone(), ..spec.on.clone() };
    if let Design::LeaveCentreOut(column) = &spec.design {
        let training = data.select(&on)?.rows;
        if centres(data, column, &training)?.0.len() < 2 {
            on.cohort = None;
            notes.push(format!(
                "the training cohort has one centre: the patients of all cohorts are pooled, and each centre of {column} is \
                 predicted by what is fitted to the others"
            ));
        }
    }
    prepare_of(data, spec, on.cohort, ask, watch, notes)
}

/// Those of these cohorts, one or several with commas between, in whom all scores and models can be fitted.
fn prepare_of<'a>(
    data: &'a Dataset,
    spec: &'a Spec,
    cohort: Option<String>,
    ask: &dyn Ask,
    watch: &dyn Watch,
    notes: &mut Vec<String>,
) -> Result<Prepared<'a>, AskError> {
    let on = Selection { cohort, ..spec.on.clone() };
    let selected = data.select(&on)?;
    let survival = selected.survival.ok_or_else(|| AskError::Impossible("name an endpoint".to_owned()))?;
    notes.extend(selected.notes);
    let mut complete = selected.rows.clone();
    let mut inputs = Vec::new();
    for named in &spec.scores {
        let cohort = on.cohort.clone();
        let input = steps::input(data, &super::lasso::Spec { training: cohort, ..named.spec.clone() }, ask, watch)?;
        notes.extend(input.notes.iter().map(|note| format!("{}: {note}", named.label)));
        complete.retain(|row| input.rows.binary_search(row).is_ok());
        inputs.push(input);
    }
    for model in &spec.models {
        let mut names = behind(data, spec, model);
        // Missing covariates are filled in by every fit; a score that is missing is not.
        names.retain(|name| model.impute == ImputeMethod::None || imputation::is_of_score(name));
        let columns: Vec<_> = names.iter().filter_map(|name| data.cohort.frame().get(name)).collect();
        complete.retain(|row| columns.iter().all(|column| !column.values.is_missing(*row)));
    }
    if complete.is_empty() {
        return Err(AskError::Impossible("no patient has all covariates and features of the models".to_owned()));
    }
    let kept: Vec<usize> = complete.iter().filter_map(|row| selected.rows.binary_search(row).ok()).collect();
    let mut parts = Vec::new();
    for (named, input) in spec.scores.iter().zip(inputs) {
        let own = match named.spec.on.endpoint == spec.on.endpoint {
            true => None,
            false => {
                let name = named.spec.on.endpoint.clone();
                let other =
                    data.select(&Selection { endpoint: name, cohort: on.cohort.clone(), ..Selection::default() })?;
                let at: Vec<usize> = complete.iter().filter_map(|row| other.rows.binary_search(row).ok()).collect();
                Some(other.survival.ok_or_else(|| AskError::Impossible("name an endpoint".to_owned()))?.select(&at))
            }
        };
        let all = spec.models.iter().flat_map(|m| behind(data, spec, m));
        let mut columns: Vec<String> = all.filter(|name| named.is_called(name)).collect();
        columns.sort_unstable();
        columns.dedup();
        parts.push(Part { named, input, own, columns });
    }
    Ok(Prepared {
        n_dropped: selected.n_dropped + selected.rows.len() - complete.len(),
        survival: survival.select(&kept),
        subjects: complete,
        parts,
    })
}

/// The columns that a model's covariates use, and those that derived columns among them are computed from.
fn behind(data: &Dataset, spec: &Spec, model: &ModelSpec) -> Vec<String> {
    let mut names: Vec<String> = model::columns_of(data, model).into_iter().map(str::to_owned).collect();
    let mut at = 0;
    while let Some(name) = names.get(at) {
        let parsed = spec.derived.iter().find(|d| d.name == *name).and_then(|d| d.parsed().ok());
        names.extend(parsed.iter().flat_map(|expression| expression.names()).map(str::to_owned).collect::<Vec<_>>());
        at += 1;
    }
    names
}

/// Names of the centres of these rows, and the number of each row's centre.
fn centres(data: &Dataset, column: &str, rows: &[usize]) -> Result<(Vec<String>, Vec<usize>), AskError> {
    let values = &data.cohort.frame().column(column).map_err(AskError::impossible)?.values;
    let texts: Vec<String> = rows
        .iter()
        .map(|row| {
            let place = || format!("{}: the centre is not known", data.cohort.frame().place_of(*row).field(column));
            values.text(*row).ok_or_else(|| AskError::Impossible(place()))
        })
        .collect::<Result<_, _>>()?;
    let mut names = texts.clone();
    names.sort();
    names.dedup();
    let codes = texts.iter().filter_map(|text| names.binary_search(text).ok()).collect();
    Ok((names, codes))
}
