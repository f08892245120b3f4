//! `riskset audit`: a study before checklists of reporting and quality.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use tables::problem;

use super::output::Output;
use super::source::listed;
use crate::ask::{Dataset, FeatureTable};
use crate::methods::audit;
use crate::plan::{Choices, Plan};
use crate::study::Study;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or its study.toml, or a table
    study: PathBuf,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (study, problems) = Study::open(&options.study);
    let Some(study) = study.filter(|_| !problem::any_error(&problems)) else { bail!(listed(&problems)) };
    let (cohort, problems) = study.cohort();
    let Some(cohort) = cohort.filter(|_| !problem::any_error(&problems)) else { bail!(listed(&problems)) };
    options.output.refuse_inputs(&study.sources(Some(&cohort)))?;
    let features = Arc::new(FeatureTable::new(cohort.len(), Vec::new()));
    let data = Dataset::new(Arc::new(cohort), features);
    let choices = Choices::default();
    let answer = audit::run(&Plan { study: &study, data: &data, choices: &choices }.audited());
    options.output.write(&answer, || audit::document::document(&answer))
}
