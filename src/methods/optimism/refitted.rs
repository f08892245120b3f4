//! A model that fills in missing covariates, which every sample learns anew.

use survival::Survival;
use survival::cox::Ties;
use survival::validation::{BootstrapSpec, Corrected, Draws, Pipeline, Prediction, Predictor, Sample, ValidationError};
use watch::{Cancelled, Watch};

use super::{AtTime, Measure, Measures, Spec};
use crate::ask::{AskError, Dataset};
use crate::methods::model;
use crate::study::ModelSpec;

/// The model, and the patients that samples are drawn of.
pub(super) struct Refitted<'a> {
    pub data: &'a Dataset,
    pub model: &'a ModelSpec,
    /// Rows of the cohort.
    pub rows: &'a [usize],
    /// Times of predicted risks.
    pub times: &'a [f64],
    pub ties: Ties,
}

/// What the model of one sample predicts for all of them.
pub(super) struct OfAll(Prediction);

impl Refitted<'_> {
    /// Its measures, by the same samples as those of a model that fills in nothing.
    pub fn validated(&self, spec: &Spec, survival: &Survival, watch: &dyn Watch) -> Result<Measures, AskError> {
        let draws = Draws::Random { count: spec.bootstraps, seed: spec.seed };
        let why = |error| match error {
            ValidationError::Cancelled(cancelled) => AskError::from(cancelled),
            other => AskError::Impossible(format!("model {}: {other}", self.model.name)),
        };
        let design = BootstrapSpec { draws, times: self.times.to_vec(), candidates: 0 }.check().map_err(why)?;
        let found = design.fit(self, survival, watch).map_err(why)?;
        let Some(of) = found.models.first() else { return Err(AskError::Fault("no model was validated".to_owned())) };
        let brier = self.times.iter().zip(&of.measures.brier);
        Ok(Measures {
            used: found.used,
            failed: found.failed,
            holds_score: !model::scores_of(self.data, self.model).is_empty(),
            c: of.measures.c.into(),
            slope: of.measures.slope.into(),
            brier: brier.map(|(time, brier)| AtTime { time: *time, measure: (*brier).into() }).collect(),
        })
    }
}

impl Pipeline for Refitted<'_> {
    type Fitted = OfAll;
    type Error = String;

    fn models(&self) -> Vec<String> {
        vec![self.model.name.clone()]
    }

    fn fit(&self, sample: &Sample, watch: &dyn Watch) -> Result<OfAll, String> {
        let rows: Vec<usize> = sample.rows.iter().map(|i| self.rows[*i]).collect();
        let fitted = model::fit_sample(self.data, self.model, &rows, sample.survival, self.ties, watch);
        watch.step(0, 0).map_err(|Cancelled| Cancelled.to_string())?;
        let fitted = fitted.map_err(|error| error.to_string())?;
        let predicted = fitted.predict(self.data, self.rows).map_err(|error| error.to_string())?;
        if predicted.known.len() < self.rows.len() {
            return Err("somebody has a level that nobody of the sample has".to_owned());
        }
        let risk = |time: &f64| fitted.survival_at(&predicted.lp, *time).into_iter().map(|s| 1.0 - s).collect();
        Ok(OfAll(Prediction { risk: self.times.iter().map(risk).collect(), score: predicted.lp.clone() }))
    }
}

impl Predictor for OfAll {
    fn predict(&self, rows: &[usize], _times: &[f64]) -> Vec<Prediction> {
        vec![self.0.rows(rows)]
    }

    fn selected(&self) -> Vec<Vec<usize>> {
        vec![Vec::new()]
    }
}

impl From<Corrected> for Measure {
    fn from(c: Corrected) -> Self {
        Self { apparent: c.apparent, optimism: c.optimism, corrected: c.corrected, samples: c.samples }
    }
}
