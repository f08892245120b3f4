//! Models that options name, and the radiomic score as a column of them.

use anyhow::bail;

use super::Source;
use crate::ask::{ScoreOf, Selection};
use crate::cli::{Common, Usage};
use crate::methods::{covariates, lasso};
use crate::study::{ModelSpec, RAD_SCORE};

impl Source {
    /// The study's model of that name, or one of these covariates; none if neither is said.
    pub fn model(&self, name: Option<&str>, list: Option<&str>) -> anyhow::Result<Option<ModelSpec>> {
        if let Some(name) = name {
            let models = &self.study.models;
            let Some(model) = models.iter().find(|m| m.name == *name) else {
                let names: Vec<&str> = models.iter().map(|m| m.name.as_str()).collect();
                bail!(Usage(match names.as_slice() {
                    [] => format!("--model {name}: the study has no models; say --covariates a,b"),
                    names => format!("--model {name}: the study has the models {}", names.join(", ")),
                }));
            };
            return Ok(Some(model.clone()));
        }
        let covariates = list.map(covariates::split).filter(|list| !list.is_empty());
        Ok(covariates.map(|covariates| ModelSpec { name: "model".to_owned(), label: None, covariates }))
    }

    /// The same data, with the study's radiomic score among the columns if `names` asks for it and the table has none:
    /// features are extracted, and the study's penalized model is fitted in its training cohort.
    pub fn with_rad_score<S: AsRef<str>>(self, common: &Common, names: &[S]) -> anyhow::Result<Self> {
        let asked = names.iter().any(|name| name.as_ref() == RAD_SCORE);
        if !asked || self.data.cohort.frame().get(RAD_SCORE).is_some() {
            return Ok(self);
        }
        let mut source = self.with_features(common)?;
        let analysis = &source.study.analysis;
        let everybody = Selection { endpoint: source.on.endpoint.clone(), ..Selection::default() };
        let training = source.data.cohort.groups().levels.first().cloned();
        let score = lasso::Spec::of_study(everybody, training, &analysis.lasso, &analysis.icc, source.seed);
        source.on.score = Some(ScoreOf::new(score));
        Ok(source)
    }
}
