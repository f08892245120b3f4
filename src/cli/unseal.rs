//! `riskset unseal`: outcomes of sealed cohorts are looked at from now on, with the model that is to be tried, on record.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use clap::Args;
use tables::{date, problem};
use watch::Unwatched;

use super::source::extract_features;
use super::{Common, Usage};
use crate::ask::{Dataset, FeatureTable, Memo};
use crate::jobs::open::{self, Opened};
use crate::plan::{Answering, Choices, Plan};
use crate::study::{ModelSpec, Study, Unsealing};
use crate::writing;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or its study.toml
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    /// Only these cohorts [default: all that are sealed]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    cohort: Vec<String>,
    /// The model, or the score, that is to be tried there; the only one if not said
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let Opened { study, cohort, problems, .. } = open::open(&options.study);
    let (Some(study), Some(cohort), false) = (study, cohort, problem::any_error(&problems)) else {
        let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
        bail!("{}\n{}", problem::summary(&problems), listed.join("\n"));
    };
    let opened = options.opened(&study)?;
    let choices = Choices::default();
    let bare = Dataset::new(cohort.clone(), Arc::new(FeatureTable::new(cohort.len(), Vec::new())));
    let plan = Plan { study: &study, data: &bare, choices: &choices };
    let model = options.model(&plan)?;
    let covariates = model.covariates.iter().map(String::as_str);
    let data = match plan.needs_images(&plan.selection(), covariates) {
        true => Dataset::new(cohort, Arc::new(extract_features(&study, &bare.cohort, common)?.table)),
        false => bare.clone(),
    };
    let plan = Plan { study: &study, data: &data, choices: &choices };
    let answering = Answering { memo: &Memo::default(), watch: &Unwatched };
    let hash = plan.model_hash(&model, &answering).with_context(|| format!("model {}", model.name))?;
    let at = now();
    let mut kept = Study::clone(&study);
    kept.seal.unsealed.extend(opened.iter().map(|cohort| Unsealing {
        cohort: cohort.clone(),
        at: at.clone(),
        model: model.name.clone(),
        hash: hash.clone(),
        riskset: env!("CARGO_PKG_VERSION").to_owned(),
    }));
    let path = study.resolve(&study.file);
    let path = if path.is_file() { path } else { study.file.clone() };
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(&path).with_context(|| shown.clone())?;
    let Some(text) = kept.updated(&text) else {
        bail!("{shown} is written in a way that the record cannot be added to: [[unsealed]] stands in it otherwise");
    };
    writing::write(&path, text.as_bytes()).with_context(|| shown.clone())?;
    let (cohorts, name, short) = (opened.join(" and "), &model.name, &hash[..16]);
    writeln!(io::stdout(), "unsealed {cohorts} at {at} for the model {name} ({short}); recorded in {shown}")?;
    Ok(())
}

impl Options {
    /// The cohorts to open: each was sealed and is closed still.
    fn opened(&self, study: &Study) -> anyhow::Result<Vec<String>> {
        let closed: Vec<String> = study.seal.closed().map(str::to_owned).collect();
        if let Some(name) = self.cohort.iter().find(|name| !closed.contains(name)) {
            if let Some(before) = study.seal.unsealed.iter().find(|u| u.cohort == **name) {
                bail!("{name} was unsealed at {} for the model {}: that is done once", before.at, before.model);
            }
            let sealed = if closed.is_empty() { "none".to_owned() } else { closed.join(", ") };
            bail!(Usage(format!("--cohort {name}: sealed is {sealed}")));
        }
        match (closed.is_empty(), self.cohort.is_empty()) {
            (true, _) if !study.seal.unsealed.is_empty() => bail!("every sealed cohort was unsealed already"),
            (true, _) => bail!("no cohort is sealed: write sealed = [\"NAME\"] in [cohorts] of study.toml"),
            (false, true) => Ok(closed),
            (false, false) => Ok(self.cohort.clone()),
        }
    }

    fn model(&self, plan: &Plan<'_>) -> anyhow::Result<ModelSpec> {
        let all = plan.validated(&[], &[]);
        let names: Vec<&str> = all.iter().map(|m| m.name.as_str()).collect();
        let listed = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        match (&self.model, all.as_slice()) {
            (Some(name), _) => {
                plan.model_called(name).ok_or_else(|| Usage(format!("--model {name}: the study has {listed}")).into())
            }
            (None, [one]) => Ok(one.clone()),
            (None, []) => bail!("the study has neither models nor scores: unseal for a model that is to be tried"),
            (None, _) => bail!(Usage(format!("say which model is to be tried: --model NAME; there are {listed}"))),
        }
    }
}

/// The time of day in universal time.
fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (day, second) = (i32::try_from(seconds / 86_400).unwrap_or(i32::MAX), seconds % 86_400);
    format!("{}T{:02}:{:02}:{:02}Z", date::iso(day), second / 3600, second / 60 % 60, second % 60)
}
