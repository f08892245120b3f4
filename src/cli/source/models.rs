//! Models that options name, and the radiomic score as a column of them.

use anyhow::bail;

use super::{Rows, Source};
use crate::ask::ScoreOf;
use crate::cli::{Common, Usage};
use crate::methods::{covariates, cox};
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

    /// The same study with its models of these names, all of them without any, and the features that they need.
    pub fn with_models(mut self, common: &Common, names: &[String]) -> anyhow::Result<Self> {
        let named = names.iter().map(|name| self.model(Some(name), None)).collect::<anyhow::Result<Vec<_>>>()?;
        if !names.is_empty() {
            self.study.models = named.into_iter().flatten().collect();
        }
        if self.study.models.is_empty() {
            bail!(Usage("name a score with --score COL, or models under [models] in study.toml".to_owned()));
        }
        let covariates: Vec<String> = self.study.models.iter().flat_map(|m| m.covariates.clone()).collect();
        self.with_rad_score(common, &covariates)
    }

    /// The covariates of the study's joint model, as the plan has it: those of its variables that enter by their
    /// univariable p. A note says which they are.
    pub fn entered(&mut self, rows: &Rows, kind: &cox::Options) -> anyhow::Result<Vec<String>> {
        let plan = self.plan();
        let of_plan = plan.cox();
        let on = rows.of(&plan.scored(self.training()));
        let answer = self.ask(cox::Spec { on, options: kind.clone(), ..of_plan })?;
        let Some(joint) = &answer.joint else {
            bail!("no variable enters the joint model ({}); name its covariates: --covariates A,B,..", answer.rule);
        };
        self.notes.push(format!("{}: {}", answer.rule, joint.variables.join(", ")));
        if self.study.images.is_some() {
            let score = format!("{RAD_SCORE} is no candidate here, for no features are extracted");
            self.notes.push(format!("{score}; name it among --covariates"));
        }
        Ok(joint.variables.clone())
    }
}
