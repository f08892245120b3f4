//! `riskset run`: the whole analysis of a study, as it says, as a folder to keep.
//!
//! Every chapter of the plan is asked and written, for each endpoint, in the order of a paper. The folder holds
//! `report.html`, `tables/`, `figures/`, `models/`, `features.csv` where there are radiomic features, and `manifest.json`. It appears
//! as a whole or not at all. Where a case could not be extracted, or a chapter failed on a fault, the folder is written
//! and the exit status is 1.

mod folder;
mod manifest;
mod models;
mod replace;
mod report;
mod written;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::Args;
use tables::problem;

use self::folder::Folder;
use self::report::Report;
use self::written::write_all;
use super::Common;
use super::source::extract_features;
use crate::ask::{Dataset, FeatureTable, Memo};
use crate::jobs::fits::FitsOnDisk;
use crate::jobs::open::{self, Opened};
use crate::methods::validate::Fits;
use crate::plan::{Choices, Plan};
use crate::study::{Cohort, Study};

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or its study.toml
    study: PathBuf,
    /// Write into this folder
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Only this endpoint of the study; all of them if not said
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Replace what a former run has written there; other files stay
    #[arg(long)]
    force: bool,
    /// Do not extract features
    #[arg(long)]
    no_extract: bool,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    if !options.study.exists() {
        bail!("{}: there is no such file or folder", options.study.display());
    }
    let folder = Folder::new(&options.output, options.force, common.places().state())?;
    // What is there is not even asked about before it is clear that it is no study's.
    folder.refuse_inputs(std::slice::from_ref(&options.study))?;
    let Opened { study, cohort, problems, .. } = open::open(&options.study);
    let (Some(study), Some(cohort), false) = (study, cohort, problem::any_error(&problems)) else {
        let listed: Vec<String> = problems.iter().map(ToString::to_string).collect();
        bail!("{}\n{}", problem::summary(&problems), listed.join("\n"));
    };
    folder.refuse_inputs(&study.sources(Some(&cohort)))?;
    let endpoints = endpoints(&cohort, options.endpoint.as_deref())?;
    let (features, failed) = match options.no_extract {
        true => (FeatureTable::new(cohort.len(), sequences(&study)), Vec::new()),
        false => extract_features(&study, &cohort, common)?,
    };
    let data = Dataset::new(cohort, Arc::new(features));
    let choices = Choices { endpoint: options.endpoint.clone(), ..Choices::default() };
    let memo = Memo::default();
    let fits = Fits::kept(FitsOnDisk::new(common.places().cache()));
    let plan = Plan { study: &study, data: &data, choices: &choices };
    let chapters = write_all(&plan, &endpoints, &problems, &memo, common.threads(), &fits);
    let report = Report { study: &study, data: &data, endpoints: &endpoints, chapters };
    let mut files = report.files();
    files.extend(models::files(&study, &data, &endpoints, &memo)?);
    let manifest = manifest::manifest(&study, &data, &endpoints, &choices, &files)?;
    folder.write(&files, &manifest)?;
    let faults: Vec<String> = failed.into_iter().chain(report.faults()).collect();
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} is written, but not whole:\n{}", options.output.display(), faults.join("\n"))
}

/// Names of the endpoints to report: all, or the one asked for.
fn endpoints(cohort: &Cohort, asked: Option<&str>) -> anyhow::Result<Vec<String>> {
    let names: Vec<String> = cohort.endpoints().iter().map(|e| e.name.clone()).collect();
    let Some(asked) = asked else { return Ok(names) };
    match names.iter().find(|name| name.eq_ignore_ascii_case(asked)) {
        Some(name) => Ok(vec![name.clone()]),
        None => bail!("there is no endpoint {asked}; there is {}", names.join(", ")),
    }
}

fn sequences(study: &Study) -> Vec<String> {
    study.sequence_names().map(str::to_owned).collect()
}
