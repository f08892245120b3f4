//! The whole pipeline validated: every step of the scores and the models built on them fitted again, in each sample.

pub mod document;
pub mod figure;
pub mod script;

mod answer;
mod fits;
mod judged;
mod pipeline;
mod prepared;
pub mod sensitivity;

pub use answer::{
    Answer, AtTime, Cohort, Corrected, DesignSaid, Difference, Feature, Measured, Model, Permuted, Size, Subjects,
};
pub use fits::{Fits, Keeper, Outcome, StoredFit};

use serde::Serialize;
use survival::cox::Ties;
use survival::validation::{BootstrapSpec, CrossValidationSpec, Draws, Left, PermutationSpec, Sample, ValidationError};
use watch::Watch;

use self::judged::Judged;
use self::pipeline::StudyPipeline;
use self::prepared::{Prepared, centres};
use super::made::Named;
use super::{horizon, model, sample_size};
use crate::ask::{Ask, AskError, Asked, Dataset, Question, Selection, Source};
use crate::study::{LearnedColumn, ModelSpec};
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

fn run(data: &Dataset, spec: &Spec, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
    if spec.models.is_empty() {
        return Err(AskError::Impossible("there is neither a score nor a model to validate".to_owned()));
    }
    let endpoint = data.endpoint_of(&spec.on)?;
    let times = horizon::times(data, &spec.on, &spec.times)?;
    let mut notes = Vec::new();
    let prepared = Prepared::of_training(data, spec, ask, watch, &mut notes)?;
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
    let candidates = prepared.candidates();
    let judged = judged(data, spec, &prepared, &pipeline, &times, watch)?;
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
        subjects: Subjects::new(endpoint, spec.training.as_ref(), survival),
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

/// Every model judged by the design.
fn judged(
    data: &Dataset,
    spec: &Spec,
    prepared: &Prepared<'_>,
    pipeline: &StudyPipeline<'_>,
    times: &[f64],
    watch: &dyn Watch,
) -> Result<Judged, AskError> {
    let Prepared { subjects, survival, parts, .. } = prepared;
    let (candidates, names) = (prepared.candidates(), pipeline.feature_names());
    Ok(match &spec.design {
        Design::Bootstrap(count) => {
            let draws = Draws::Random { count: *count, seed: spec.seed };
            let design = BootstrapSpec { draws, times: times.to_vec(), candidates }.check().map_err(why)?;
            judged::of_bootstrap(design.fit(pipeline, survival, watch).map_err(why)?, times, &names)
        }
        Design::Nested { folds, repeats } => {
            let left = Left::Folds { folds: *folds, repeats: *repeats, seed: spec.seed };
            let design = CrossValidationSpec { left, times: times.to_vec(), candidates }.check().map_err(why)?;
            judged::of_cross_validation(design.fit(pipeline, survival, watch).map_err(why)?, times, &names, None)
        }
        Design::LeaveCentreOut(column) => {
            let (centres, codes) = centres(data, column, subjects)?;
            let left = Left::Centres(codes);
            let design = CrossValidationSpec { left, times: times.to_vec(), candidates }.check().map_err(why)?;
            let found = design.fit(pipeline, survival, watch).map_err(why)?;
            judged::of_cross_validation(found, times, &names, Some(&centres))
        }
        Design::Permutation(count) => {
            if let Some(part) = parts.iter().find(|part| part.own.is_some()) {
                return Err(AskError::Impossible(format!(
                    "{} is fitted to another endpoint than {}, whose outcomes would not be in random order; validate that",
                    part.named.label,
                    data.endpoint_of(&spec.on)?.name
                )));
            }
            let design = PermutationSpec { count: *count, seed: spec.seed }.check().map_err(why)?;
            judged::of_permutation(design.fit(pipeline, survival, watch).map_err(why)?)
        }
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
