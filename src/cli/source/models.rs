//! Models that options name, and the radiomic score as a column of them.

use anyhow::bail;
use tables::names::{split_names, unquoted};

use super::{Rows, Source, columns};
use crate::cli::{Common, Usage};
use crate::methods::{covariates, cox};
use crate::plan::columns_of;
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
        let name = "model".to_owned();
        Ok(covariates.map(|covariates| ModelSpec { name, covariates, ..ModelSpec::default() }))
    }

    /// The same data with every column among its own that `names`, or a filter, name and that can be made: of scores, which
    /// are fitted in the study's training cohort, of features, which are extracted, of cohorts.
    pub fn knowing<'n>(
        self,
        common: &Common,
        names: impl IntoIterator<Item = &'n str> + Clone,
    ) -> anyhow::Result<Self> {
        let needs_images = self.plan().needs_images(&self.on, names.clone());
        let mut source = if needs_images { self.with_features(common)? } else { self };
        source.on = source.plan().naming(source.on.clone(), names);
        Ok(source)
    }

    /// The same, by covariates as they are written.
    pub fn knowing_covariates(self, common: &Common, covariates: &[String]) -> anyhow::Result<Self> {
        let names: Vec<String> =
            columns_of(self.data.cohort.frame(), covariates).into_iter().map(str::to_owned).collect();
        let numbers = columns::few_numbers(self.data.cohort.frame(), &self.study, names.iter().map(String::as_str));
        let mut source = self.knowing(common, names.iter().map(String::as_str))?;
        source.notes.extend(numbers);
        Ok(source)
    }

    /// The same, by lists of columns as options give them.
    pub fn knowing_lists<S: AsRef<str>>(self, common: &Common, lists: &[S]) -> anyhow::Result<Self> {
        let whole = lists.iter().map(|list| unquoted(list.as_ref()).to_owned());
        let names: Vec<String> = whole.chain(split_names(lists)).collect();
        self.knowing(common, names.iter().map(String::as_str))
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
        self.knowing_covariates(common, &covariates)
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
