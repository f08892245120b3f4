//! What a model is known by when a sealed cohort is opened for it.

use serde::Serialize;

use super::{Answering, Plan};
use crate::ask::AskError;
use crate::study::{ModelSpec, SCORE_PREFIX};

/// Everything that a prediction of the model stands on. Files and versions are not: the model is the same after its study
/// was written anew.
#[derive(Serialize)]
struct Fitted<'a, T: Serialize, C: Serialize, B: Serialize> {
    endpoint: &'a str,
    covariates: &'a [String],
    terms: T,
    coefficients: C,
    baseline: B,
    scores: Vec<FittedScore>,
}

#[derive(Serialize)]
struct FittedScore {
    column: String,
    /// Feature, coefficient of its z-score, mean, standard deviation.
    terms: Vec<(String, f64, f64, f64)>,
    cuts: Vec<f64>,
}

impl Plan<'_> {
    /// The model of this name, or the score of this name (`rad`, `score.rad`) as a model by itself.
    pub fn model_called(&self, name: &str) -> Option<ModelSpec> {
        let score = name.strip_prefix(SCORE_PREFIX).unwrap_or(name).to_owned();
        let model = self.validated(&[name.to_owned()], &[]).into_iter().find(|m| m.name == name);
        model.or_else(|| self.validated(&[], &[score]).into_iter().next())
    }

    /// BLAKE3 of the model as it is fitted in the training cohort to the endpoint in use: its terms, coefficients, baseline
    /// hazard, and the features, coefficients and cuts of its scores.
    ///
    /// # Errors
    /// The model cannot be fitted.
    pub fn model_hash(&self, model: &ModelSpec, answering: &Answering<'_>) -> Result<String, AskError> {
        let fitted = self.answered(self.carried(model.clone(), self.times()), answering)?;
        let mut scores = Vec::new();
        for (column, named) in self.scores_in(model) {
            let answer = self.answered(named.spec, answering)?;
            let terms = answer.selected.terms.iter().map(|t| (t.term.clone(), t.z_coef, t.mean, t.sd)).collect();
            scores.push(FittedScore { column: column.to_owned(), terms, cuts: answer.cuts.clone() });
        }
        let whole = Fitted {
            endpoint: &fitted.endpoint.name,
            covariates: &model.covariates,
            terms: &fitted.terms,
            coefficients: &fitted.coefficients,
            baseline: &fitted.baseline,
            scores,
        };
        let bytes = serde_json::to_vec(&whole).map_err(|error| AskError::Fault(error.to_string()))?;
        Ok(blake3::hash(&bytes).to_hex().to_string())
    }
}
