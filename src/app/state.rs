//! Everything that the screen shows, as plain data.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::answers::{Answers, Slot};
use super::choices::Choices;
use super::extraction::Extraction;
use super::history::History;
use super::log::Log;
use super::pane_id::PaneId;
use super::visits::Visits;
use crate::ask::{Asked, Dataset, FeatureTable, ScoreOf, Selection};
use crate::data::Expr;
use crate::methods::lasso;
use crate::problem::Problem;
use crate::study::{Cohort, Endpoint, IccSpec, LassoSpec, ModelSpec, RAD_GROUP, RAD_SCORE, Study};

/// The Rad-score that patients are filtered by.
const SCORE: Slot = "score";

/// The state of the program.
#[derive(Debug)]
pub struct State {
    /// What was opened: a study's folder or file, or a table.
    pub path: PathBuf,
    /// The study, once it is read.
    pub study: Option<Arc<Study>>,
    /// Cohort and features, once the study is read and has a cohort.
    pub data: Option<Arc<Dataset>>,
    /// What is wrong or doubtful.
    pub problems: Vec<Problem>,
    /// The user's choices.
    pub choices: Choices,
    /// Choices before and after.
    pub history: History<Choices>,
    /// Questions and answers.
    pub answers: Answers,
    /// The extraction.
    pub extraction: Extraction,
    /// Features that have arrived; those that questions are asked of lag a little behind.
    pub arriving: Arc<FeatureTable>,
    /// Panes visited; the current one is on screen.
    pub visits: Visits,
    /// What was told.
    pub log: Log,
    /// Time since the start of the program.
    pub now: Duration,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// Whether the program has the mouse.
    pub mouse: bool,
}

impl State {
    /// The state before anything is read.
    pub fn new(path: PathBuf, size: (u16, u16)) -> Self {
        Self {
            path,
            study: None,
            data: None,
            problems: Vec::new(),
            choices: Choices::default(),
            history: History::default(),
            answers: Answers::default(),
            extraction: Extraction::default(),
            arriving: Arc::default(),
            visits: Visits::new(PaneId::Cohort),
            log: Log::default(),
            now: Duration::ZERO,
            size,
            mouse: false,
        }
    }

    /// The pane on screen.
    pub fn pane(&self) -> PaneId {
        self.visits.current()
    }

    /// The cohort, once it is read.
    pub fn cohort(&self) -> Option<&Cohort> {
        self.data.as_ref().map(|d| &*d.cohort)
    }

    /// The endpoints; none before the study is read.
    pub fn endpoints(&self) -> &[Endpoint] {
        self.cohort().map_or(&[], Cohort::endpoints)
    }

    /// Names of the cohorts.
    pub fn cohorts(&self) -> &[String] {
        self.cohort().map_or(&[], |c| &c.groups().levels)
    }

    /// The endpoint in use.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        let chosen = self.choices.endpoint.as_deref();
        self.endpoints().iter().find(|e| Some(e.name.as_str()) == chosen).or(self.endpoints().first())
    }

    /// Whether the study has images.
    pub fn has_images(&self) -> bool {
        self.study.as_ref().is_some_and(|s| s.images.is_some())
    }

    /// Whether some of its images are segmented more than once.
    pub fn has_repeats(&self) -> bool {
        let images = self.study.as_ref().and_then(|s| s.images.as_ref());
        images.is_some_and(|images| images.sequences.iter().any(|sequence| sequence.repeats.is_some()))
    }

    /// The patients in use: endpoint, cohort and filter.
    pub fn selection(&self) -> Selection {
        Selection {
            endpoint: self.endpoint().map(|e| e.name.clone()),
            cohort: self.choices.cohort.clone(),
            filter: self.choices.filter.clone(),
            ..Selection::default()
        }
    }

    /// The same patients without a limit to one cohort.
    pub fn selection_of_all_cohorts(&self) -> Selection {
        Selection { cohort: None, ..self.selection() }
    }

    /// The cohort in which models are built: the study's first.
    pub fn training(&self) -> Option<&str> {
        self.cohorts().first().map(String::as_str)
    }

    /// The models to validate: the study's, and the one chosen by hand among the Cox models if it is none of them.
    pub fn models(&self) -> Vec<ModelSpec> {
        let mut models = self.study.as_ref().map_or_else(Vec::new, |s| s.models.clone());
        if let Some(covariates) = self.choices.cox.covariates.as_ref().filter(|c| !c.is_empty())
            && !models.iter().any(|m| m.covariates == *covariates)
        {
            models.push(ModelSpec { name: "chosen".to_owned(), label: None, covariates: covariates.clone() });
        }
        models
    }

    /// The model that makes the Rad-score: the study's, with the choices made. A filter does not change it, for it says
    /// whom to look at, not how the score came about. `None` where the table has a column of that name.
    pub fn rad_score(&self) -> Option<lasso::Spec> {
        let analysis = &self.study.as_ref()?.analysis;
        if self.cohort()?.frame().get(RAD_SCORE).is_some() {
            return None;
        }
        let on = Selection { endpoint: self.endpoint().map(|e| e.name.clone()), ..Selection::default() };
        let training = self.training().map(str::to_owned);
        let chosen = &self.choices.lasso;
        let of_study = LassoSpec {
            alpha: chosen.alpha.unwrap_or(analysis.lasso.alpha),
            rule: chosen.rule.unwrap_or(analysis.lasso.rule),
            measure: chosen.measure.unwrap_or(analysis.lasso.measure),
            ..analysis.lasso.clone()
        };
        let seed = chosen.seed.unwrap_or(analysis.seed);
        Some(lasso::Spec {
            deals: chosen.deals.unwrap_or(1),
            adaptive: chosen.adaptive.then_some(1.0),
            ..lasso::Spec::of_study(on, training, &of_study, &self.icc(), seed)
        })
    }

    /// Whether patients have a Rad-score, or may have one as soon as it is worked out.
    pub fn is_scored(&self) -> bool {
        let arrived =
            self.data.as_ref().is_some_and(|d| d.features.n_complete() > 0 || !d.cohort.features().is_empty());
        arrived && self.rad_score().is_some()
    }

    /// `on` with the Rad-score among its columns, if there are features.
    pub fn scored(&self, on: Selection) -> Selection {
        Selection { score: self.rad_score().filter(|_| self.is_scored()).map(ScoreOf::new), ..on }
    }

    /// The selection with the Rad-score among its columns, if that `is_used` or patients are filtered by it.
    pub fn scored_if(&self, is_used: bool) -> Selection {
        let on = self.selection();
        if is_used || self.filters_by_score() { self.scored(on) } else { on }
    }

    /// `on` with the Rad-score among its columns, if one of `models` or the filter names it.
    pub fn with_rad_score(&self, on: Selection, models: &[ModelSpec]) -> Selection {
        let in_models = models.iter().any(|m| m.covariates.iter().any(|c| c == RAD_SCORE));
        let holds = in_models || self.filters_by_score();
        Selection { score: self.rad_score().filter(|_| holds).map(ScoreOf::new), ..on }
    }

    /// The reliability that is asked of radiomic features: the study's, with the threshold chosen.
    pub fn icc(&self) -> IccSpec {
        let of_study = self.study.as_ref().map(|s| s.analysis.icc.clone()).unwrap_or_default();
        IccSpec { threshold: self.choices.features.icc.unwrap_or(of_study.threshold), ..of_study }
    }

    /// The times at which predictions are judged, as the study says.
    pub fn times(&self) -> Vec<f64> {
        self.study.as_ref().map_or_else(Vec::new, |s| s.analysis.times.clone())
    }

    /// Patients of the filter, cohort and endpoint in use, and events among them; for headings.
    ///
    /// A filter by the Rad-score counts as soon as the score is there.
    pub fn counts(&self) -> Option<(usize, usize)> {
        let data = self.data.as_ref()?;
        let status = self.answers.status(SCORE);
        let score = self.rad_score().filter(|_| self.filters_by_score()).map(ScoreOf::new);
        let selected = match (status.answer(), score) {
            (Some(known), Some(score)) => score.known(known, data).ok()?.select(&self.selection()),
            _ => data.select(&self.selection()),
        };
        let selected = selected.ok()?;
        let events = selected.survival.as_ref().map_or(0, survival::Survival::n_events);
        Some((selected.rows.len(), events))
    }

    /// Questions that every pane has: the Rad-score, where patients are filtered by it.
    pub fn asks(&self) -> Vec<(Slot, Asked)> {
        let score = self.rad_score().filter(|_| self.filters_by_score());
        score.map(|spec| (SCORE, Asked::new(spec))).into_iter().collect()
    }

    fn filters_by_score(&self) -> bool {
        let filter = self.choices.filter.as_ref().and_then(|text| Expr::parse(text).ok());
        filter.is_some_and(|expr| expr.names().iter().any(|n| *n == RAD_SCORE || *n == RAD_GROUP))
    }

    /// Checks a filter before it is chosen: the message of what is wrong with it.
    pub fn check_filter(&self, text: &str) -> Result<(), String> {
        let expr = Expr::parse(text).map_err(|e| e.to_string())?;
        let Some(data) = &self.data else { return Ok(()) };
        let with_score = self.rad_score().filter(|_| self.is_scored()).map(ScoreOf::new);
        let with_score = with_score.map(|score| score.missing("not looked at here", data)).transpose();
        let scored = with_score.map_err(|e| e.to_string())?;
        let frame = scored.as_ref().map_or(data.cohort.frame(), |d| d.cohort.frame());
        expr.keep(frame).map(drop).map_err(|e| e.to_string())
    }

    /// `choices` without those that this study does not know: names and conditions change between sessions.
    pub fn fitting(&self, mut choices: Choices) -> Choices {
        choices.endpoint.take_if(|name| !self.endpoints().iter().any(|e| e.name == *name));
        choices.cohort.take_if(|name| !self.cohorts().contains(name));
        choices.filter.take_if(|text| self.check_filter(text).is_err());
        choices
    }

    /// When something on screen changes by itself next.
    pub fn deadline(&self) -> Option<Duration> {
        self.log.deadline()
    }
}
