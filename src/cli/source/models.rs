//! Models that options name, and the radiomic score as a column of them.

use anyhow::bail;

use super::Source;
use crate::ask::ScoreOf;
use crate::cli::{Common, Usage};
use crate::methods::covariates;
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
        source.on.score = source.plan().rad_score().map(ScoreOf::new);
        Ok(source)
    }

    /// The study's models of these names, all of them without any, with the features that they need.
    pub fn with_models(self, common: &Common, names: &[String]) -> anyhow::Result<(Self, Vec<ModelSpec>)> {
        let named = names.iter().map(|name| self.model(Some(name), None)).collect::<anyhow::Result<Vec<_>>>()?;
        let models: Vec<ModelSpec> = match names {
            [] => self.study.models.clone(),
            _ => named.into_iter().flatten().collect(),
        };
        if models.is_empty() {
            bail!(Usage("name a score with --score COL, or models under [models] in study.toml".to_owned()));
        }
        let covariates: Vec<String> = models.iter().flat_map(|m| m.covariates.clone()).collect();
        Ok((self.with_rad_score(common, &covariates)?, models))
    }
}
