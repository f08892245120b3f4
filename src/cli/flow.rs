//! `riskset flow`: how the patients came to be enrolled, and who was left out.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use tables::problem;

use super::output::Output;
use super::source::{Reading, listed};
use crate::methods::cohort::left;
use crate::study::Study;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or its study.toml, or a table
    #[arg(value_name = "STUDY")]
    study: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let (study, problems) = Study::open_as(&options.study, options.reading.opening()?);
    let Some(study) = study.filter(|_| !problem::any_error(&problems)) else { bail!(listed(&problems)) };
    let (cohort, problems) = study.cohort();
    let Some(cohort) = cohort.filter(|_| !problem::any_error(&problems)) else { bail!(listed(&problems)) };
    options.output.refuse_inputs(&study.sources(Some(&cohort)))?;
    options.output.write(&left::Answer::of(&cohort), || left::document(&cohort))
}
