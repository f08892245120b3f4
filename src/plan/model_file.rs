//! A model of the study as a file of its own.

mod performance;
mod score;
mod variable;

use std::sync::Arc;

use watch::Watch;

use super::{Plan, columns_of};
use crate::ask::{AskError, Dataset, Memo, Question, Score as _};
use crate::methods::model;
use crate::methods::model_file::{
    self, FORMAT, ModelFile, Provenance, Score, VERSION, VERSION_WITH_COVARIATES, VERSION_WITH_EXPECTED,
    VERSION_WITH_STEPS,
};
use crate::study::ModelSpec;

/// Who answers the questions behind a file.
pub struct Answering<'a> {
    /// Answers each question once.
    pub memo: &'a Memo,
    /// Stops the work.
    pub watch: &'a dyn Watch,
}

impl Plan<'_> {
    /// The fit behind a model file.
    pub fn carried(&self, model: ModelSpec, times: Vec<f64>) -> model_file::Spec {
        let on = self.with_models(self.selection_of_all_cohorts(), std::slice::from_ref(&model));
        model_file::Spec { on, model, ties: self.ties(), times }
    }

    /// `model` with all that a prediction at `times` needs. What it was made from, and by which extractor, is for the caller
    /// to add.
    ///
    /// # Errors
    /// The model cannot be fitted.
    pub fn model_file(
        &self,
        model: ModelSpec,
        times: Vec<f64>,
        answering: &Answering<'_>,
    ) -> Result<ModelFile, AskError> {
        let spec = self.carried(model.clone(), times);
        let fitted = self.answered(spec, answering)?;
        let scores = self.carried_scores(&model, &fitted.rows, answering)?;
        let mut notes = fitted.notes.clone();
        let performance = self.how_well(&model, answering, &mut notes)?;
        let with_made = self.with_made(&model, answering)?;
        let (variables, derived) = self.taken(with_made.cohort.frame(), &fitted.terms, &scores, &fitted.rows)?;
        Ok(ModelFile {
            format: FORMAT.to_owned(),
            version: version(&scores, fitted.imputation.is_some()),
            riskset: env!("CARGO_PKG_VERSION").to_owned(),
            model: model.name.clone(),
            label: model::label(&model).to_owned(),
            study: self.study.title.clone(),
            endpoint: fitted.endpoint.clone(),
            variables,
            derived,
            imputation: fitted.imputation.clone(),
            extraction: self.extraction(&scores)?,
            scores,
            ties: self.ties(),
            terms: fitted.terms.clone(),
            coefficients: fitted.coefficients.clone(),
            covariance: fitted.covariance.clone(),
            baseline: fitted.baseline.clone(),
            cut: fitted.cut,
            training: fitted.training.clone(),
            performance,
            provenance: Provenance { seed: self.seed(), ..Provenance::default() },
            notes,
        })
    }

    pub(super) fn answered<Q: Question>(
        &self,
        question: Q,
        answering: &Answering<'_>,
    ) -> Result<Arc<Q::Answer>, AskError> {
        answering.memo.ask(self.data, question, answering.watch)
    }

    /// The patients with the columns that are made for `model`.
    fn with_made(&self, model: &ModelSpec, answering: &Answering<'_>) -> Result<Dataset, AskError> {
        match self.made(columns_of(self.cohort().frame(), &model.covariates)) {
            Some(made) => made.columns(Ok(&*self.answered(made.clone(), answering)?), self.data),
            None => Ok(self.data.clone()),
        }
    }
}

/// The oldest version of the format that holds all of it.
fn version(scores: &[Score], imputes_covariates: bool) -> u32 {
    let any = |has: &dyn Fn(&Score) -> bool| scores.iter().any(has);
    if imputes_covariates {
        VERSION_WITH_COVARIATES
    } else if any(&|score| score.features.iter().any(|f| f.from_others.is_some())) {
        VERSION_WITH_EXPECTED
    } else if any(&|score| score.site.is_some() || score.features.iter().any(|f| f.fill.is_some())) {
        VERSION_WITH_STEPS
    } else {
        VERSION
    }
}
