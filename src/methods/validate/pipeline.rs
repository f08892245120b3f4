//! The study's scores and the models built on them, fitted together to any sample.

use std::sync::Arc;

use survival::Survival;
use survival::score::{ScoreData, ScorePipeline};
use survival::validation::{Pipeline, Prediction, Sample};
use tables::{Column, Values};
use watch::{Cancelled, Watch};

use super::Spec;
use super::fits::{Fit, Outcome};
use crate::ask::{AskError, Dataset};
use crate::methods::lasso::steps::ScoreInput;
use crate::methods::made::Named;
use crate::methods::model::{self, Fitted};
use crate::study::{GROUP_PREFIX, LearnedColumn, ModelSpec, RAD_GROUP};

/// One score of the pipeline.
pub(super) struct Part<'a> {
    pub named: &'a Named,
    pub input: ScoreInput,
    /// Follow-up for its own endpoint, by subject, where that is another than the models'.
    pub own: Option<Survival>,
    /// Names of the columns that are made of it.
    pub columns: Vec<String>,
}

/// Everything that is fitted again.
pub(super) struct StudyPipeline<'a> {
    pub data: &'a Dataset,
    pub spec: &'a Spec,
    /// Rows of the cohort of the subjects.
    pub subjects: &'a [usize],
    pub parts: &'a [Part<'a>],
    pub scores: Vec<ScorePipeline<'a>>,
    /// Times of predicted risks.
    pub times: &'a [f64],
    /// The pipeline, its data and times as a key.
    pub key: String,
}

/// All steps fitted, with predictions for every patient of the study.
pub(super) struct FittedStudy {
    /// The data with the fitted scores among the columns.
    data: Dataset,
    models: Vec<Fitted>,
    selected: Vec<Vec<usize>>,
}

impl<'a> StudyPipeline<'a> {
    /// Checks the scores' steps against their data.
    pub fn new(
        data: &'a Dataset,
        spec: &'a Spec,
        subjects: &'a [usize],
        parts: &'a [Part<'a>],
        times: &'a [f64],
        key: String,
    ) -> Result<Self, AskError> {
        let check = |part: &'a Part<'a>| {
            let values: &'a ScoreData = &part.input.data;
            part.named.spec.pipeline().check(values).map_err(AskError::impossible)
        };
        let scores = parts.iter().map(check).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { data, spec, subjects, parts, scores, times, key })
    }

    /// Fits every step to a sample.
    pub fn fit_study(&self, sample: &Sample, watch: &dyn Watch) -> Result<FittedStudy, String> {
        let rows: Vec<usize> = sample.rows.iter().map(|i| self.subjects[*i]).collect();
        let mut data = self.relearned(&rows)?;
        let mut used: Vec<Vec<usize>> = Vec::new();
        let mut before = 0;
        for (part, pipeline) in self.parts.iter().zip(&self.scores) {
            let own = part.own.as_ref().map(|own| own.select(sample.rows));
            let survival = own.as_ref().unwrap_or(sample.survival);
            let sample = Sample { rows: &rows, survival };
            let why = |error: String| format!("{}: {error}", part.named.label);
            let learned = part.relearned(&data, &self.spec.learned);
            let (score, terms) = match &learned {
                None => scored(pipeline, &sample, part, watch).map_err(why)?,
                // Its candidates are others in every sample.
                Some(values) => {
                    let own = part.named.spec.pipeline().check(values).map_err(|error| why(error.to_string()))?;
                    scored(&own, &sample, part, watch).map_err(why)?
                }
            };
            data = with_score(data, part, &score).map_err(|error| error.to_string())?;
            used.push(terms.into_iter().map(|feature| before + feature).collect());
            before += part.input.names.len();
        }
        let data = self.computed(data, &rows)?;
        let one = |spec: &ModelSpec| {
            model::fit_sample(&data, spec, &rows, sample.survival, self.spec.ties, watch).map_err(|e| e.to_string())
        };
        let models = self.spec.models.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        let selected = self.spec.models.iter().map(|spec| self.features_of(&data, spec, &used)).collect();
        Ok(FittedStudy { data, models, selected })
    }

    /// The data with the columns that learn of patients learned of `rows`.
    fn relearned(&self, rows: &[usize]) -> Result<Dataset, String> {
        if self.spec.learned.is_empty() {
            return Ok(self.data.clone());
        }
        let cohort = (*self.data.cohort).clone().relearned(&self.spec.learned, rows)?;
        Ok(Dataset { cohort: Arc::new(cohort), ..self.data.clone() })
    }

    /// The data with the columns that are computed from scores.
    fn computed(&self, data: Dataset, rows: &[usize]) -> Result<Dataset, String> {
        let mut cohort = Arc::clone(&data.cohort);
        for derived in &self.spec.derived {
            let column = derived.computed(cohort.frame(), rows)?;
            let with = Arc::unwrap_or_clone(cohort).with_column(column).map_err(|error| error.to_string())?;
            cohort = Arc::new(with);
        }
        Ok(Dataset { cohort, ..data })
    }

    /// The features of the scores that a model holds.
    fn features_of(&self, data: &Dataset, spec: &ModelSpec, used: &[Vec<usize>]) -> Vec<usize> {
        let covariates = behind(data, self.spec, spec);
        let holds = |part: &Part| part.columns.iter().any(|name| covariates.contains(name));
        self.parts.iter().zip(used).filter(|(part, _)| holds(part)).flat_map(|(_, used)| used.clone()).collect()
    }

    /// The names of all features, in the order of their numbers.
    pub fn feature_names(&self) -> Vec<&str> {
        self.parts.iter().flat_map(|part| part.input.names.iter().map(String::as_str)).collect()
    }

    fn fit_subjects(&self, sample: &Sample, watch: &dyn Watch) -> Result<Fit, String> {
        let fitted = self.fit_study(sample, watch)?;
        let predictions = fitted.predict(self.subjects, self.times).map_err(|e| e.to_string())?;
        for (prediction, spec) in predictions.iter().zip(&self.spec.models) {
            let unknown = prediction.score.iter().filter(|x| x.is_nan()).count();
            if unknown > 0 {
                return Err(format!(
                    "{}: {unknown} of {} subjects have a level that nobody of the sample has, or no score",
                    model::label(spec),
                    self.subjects.len()
                ));
            }
        }
        Ok(Fit { predictions, selected: fitted.selected })
    }
}

impl Pipeline for StudyPipeline<'_> {
    type Fitted = Fit;
    type Error = String;

    fn models(&self) -> Vec<String> {
        self.spec.models.iter().map(|m| m.name.clone()).collect()
    }

    fn fit(&self, sample: &Sample, watch: &dyn Watch) -> Result<Fit, String> {
        let key = sample_key(sample);
        if let Some(outcome) = self.spec.fits.known(&self.key, &key) {
            return outcome.map(|stored| stored.fit());
        }
        let fit = self.fit_subjects(sample, watch);
        // What failed because somebody asked to stop is no failure of the sample.
        watch.step(0, 0).map_err(|Cancelled| Cancelled.to_string())?;
        let outcome: Outcome = fit.as_ref().map(Fit::stored).map_err(Clone::clone);
        self.spec.fits.keep(&self.key, &key, &outcome);
        fit
    }
}

impl FittedStudy {
    /// The features that each model uses.
    pub fn selected(&self) -> &[Vec<usize>] {
        &self.selected
    }

    /// What each model predicts for these rows of the cohort; NaN where a covariate is missing or unknown to the fit.
    pub fn predict(&self, rows: &[usize], times: &[f64]) -> Result<Vec<Prediction>, AskError> {
        let one = |fitted: &Fitted| {
            let predicted = fitted.predict(&self.data, rows)?;
            let spread = |values: Vec<f64>| {
                let mut all = vec![f64::NAN; rows.len()];
                predicted.known.iter().zip(values).for_each(|(at, value)| all[*at] = value);
                all
            };
            let risk = |time: &f64| {
                let survival = fitted.survival_at(&predicted.lp, *time);
                spread(survival.into_iter().map(|s| 1.0 - s).collect())
            };
            Ok(Prediction { risk: times.iter().map(risk).collect(), score: spread(predicted.lp.clone()) })
        };
        self.models.iter().map(one).collect()
    }
}

/// The sample as a key: its rows and outcomes.
fn sample_key(sample: &Sample) -> String {
    let mut hash = blake3::Hasher::new();
    for row in sample.rows {
        hash.update(&(*row as u64).to_le_bytes());
    }
    for (time, event) in sample.survival.time().iter().zip(sample.survival.event()) {
        hash.update(&time.to_le_bytes()).update(&[u8::from(*event)]);
    }
    hash.finalize().to_hex()[..32].to_owned()
}

/// A fitted score's values, one for every row of the cohort (NaN where it is not known), and where it is cut.
struct ScoredRows {
    values: Vec<f64>,
    cuts: Vec<f64>,
    is_empty: bool,
}

/// One score fitted to a sample, and the candidates that it uses.
fn scored(
    pipeline: &ScorePipeline<'_>,
    sample: &Sample,
    part: &Part,
    watch: &dyn Watch,
) -> Result<(ScoredRows, Vec<usize>), String> {
    let fitted = pipeline.fit(sample, watch).map_err(|error| error.to_string())?;
    let known = &part.input.known;
    let mut values = vec![f64::NAN; part.input.data.subjects()];
    known.iter().zip(fitted.score(known)).for_each(|(row, score)| values[*row] = score);
    let terms = fitted.terms.iter().map(|term| term.feature).collect();
    Ok((ScoredRows { values, cuts: fitted.cuts.clone(), is_empty: fitted.terms.is_empty() }, terms))
}

impl Part<'_> {
    /// The candidates with those among them that learn of patients as `data` has them; none if no candidate does.
    fn relearned(&self, data: &Dataset, learned: &[LearnedColumn]) -> Option<ScoreData> {
        let at: Vec<(usize, &str)> = (self.input.names.iter().enumerate())
            .filter(|(_, name)| learned.iter().any(|column| column.name == **name))
            .map(|(j, name)| (j, name.as_str()))
            .collect();
        if at.is_empty() {
            return None;
        }
        let mut values = self.input.data.clone();
        for (j, name) in at {
            if let Some(numbers) = data.cohort.frame().get(name).and_then(Column::numbers) {
                values.features[j] = numbers.iter().map(|x| if x.is_finite() { *x } else { f64::NAN }).collect();
            }
        }
        Some(values)
    }
}

/// `data` with the columns of one fitted score.
fn with_score(data: Dataset, part: &Part, score: &ScoredRows) -> Result<Dataset, AskError> {
    let ScoredRows { values: scores, cuts, is_empty } = score;
    let mut cohort = (*data.cohort).clone();
    for name in &part.columns {
        let is_group = name == RAD_GROUP || name.starts_with(GROUP_PREFIX);
        // Without any feature everybody has one score and one group, which explain nothing.
        let values = match is_group && !is_empty {
            true => Values::Category(part.named.spec.cut.grouped(cuts, scores)),
            false => Values::Number(scores.clone()),
        };
        cohort = cohort.with_column(Column::new(name, values, "fitted to a sample")).map_err(AskError::impossible)?;
    }
    Ok(Dataset { cohort: Arc::new(cohort), ..data })
}

/// The columns that a model's covariates use, and those that derived columns among them are computed from.
pub(super) fn behind(data: &Dataset, spec: &Spec, model: &ModelSpec) -> Vec<String> {
    let mut names: Vec<String> = model::columns_of(data, model).into_iter().map(str::to_owned).collect();
    let mut at = 0;
    while let Some(name) = names.get(at) {
        let parsed = spec.derived.iter().find(|d| d.name == *name).and_then(|d| d.parsed().ok());
        names.extend(parsed.iter().flat_map(|expression| expression.names()).map(str::to_owned).collect::<Vec<_>>());
        at += 1;
    }
    names
}
