//! `riskset run`: the whole analysis of a study, as it says, as a folder to keep.
//!
//! Every chapter of the plan is asked and written, for each endpoint, in the order of a paper. The folder holds
//! `report.html`, `tables/`, `figures/`, `models/`, `features.csv` where there are radiomic features, and `manifest.json`. It appears
//! as a whole or not at all. `--layout paper` writes the numbered tables and figures of a paper instead of the report. Where a case could not be extracted, or a chapter failed on a fault, the folder is written
//! and the exit status is 1.

mod folder;
mod manifest;
mod models;
mod paper;
mod replace;
mod report;
mod written;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, ValueEnum};
use tables::problem;

use self::folder::Folder;
use self::report::Report;
use self::written::write_all;
use super::Common;
use super::output::warn;
use super::source::extract_features;
use crate::ask::{Dataset, FeatureTable, Memo};
use crate::jobs::fits::FitsOnDisk;
use crate::jobs::open::{self, Opened};
use crate::methods::validate::Fits;
use crate::plan::chapters::Asking;
use crate::plan::{self, Choices, Plan};
use crate::study::{Cohort, Study};
use watch::Unwatched;

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
    /// What is written: `report`, all chapters on one page, or `paper`, numbered tables and figures with their legends, and
    /// all of them with the methods in one document for Word
    #[arg(long, value_enum, value_name = "report|paper", hide_possible_values = true, default_value_t = Layout::Report)]
    layout: Layout,
    /// Do not extract features
    #[arg(long)]
    no_extract: bool,
}

/// What a run writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    Report,
    Paper,
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
        bail!("{}\n{}", problem::summary(&problems), problem::lines(&problems));
    };
    folder.refuse_inputs(&study.sources(Some(&cohort)))?;
    let endpoints = endpoints(&cohort, options.endpoint.as_deref())?;
    let (features, failed) = match options.no_extract {
        true => (FeatureTable::new(cohort.len(), sequences(&study)), Vec::new()),
        // What is to be known of regions stands among the checks of the images.
        false => {
            let extracted = extract_features(&study, &cohort, common)?;
            (extracted.table, extracted.failed)
        }
    };
    let data = Dataset::new(cohort, Arc::new(features));
    let choices = Choices { endpoint: options.endpoint.clone(), ..Choices::default() };
    let memo = Memo::default();
    let fits = Fits::kept(FitsOnDisk::new(common.places().cache()));
    let plan = Plan { study: &study, data: &data, choices: &choices };
    let chapters = write_all(&plan, &endpoints, &problems, &memo, common.threads(), &fits);
    let asking = Asking { plan, problems: &problems, memo: &memo, watch: &Unwatched, fits: fits.clone() };
    let summary = plan::paper::summary(&asking);
    let report = Report { study: &study, data: &data, endpoints: &endpoints, chapters, summary };
    let (mut files, mut faults) = match options.layout {
        Layout::Report => (report.files(), Vec::new()),
        Layout::Paper => {
            let paper = plan::paper::write(&asking);
            let (files, without_glyph) = paper::files(&paper, (&study.title, &report.summary), &report.methods())?;
            if !without_glyph.is_empty() {
                let characters: String = without_glyph.iter().collect();
                warn(&format!("no font here has these characters, they are missing in figures: {characters}"));
            }
            (files, paper::faults(&paper))
        }
    };
    files.extend(models::files(&study, &data, &endpoints, &memo)?);
    let manifest = manifest::manifest(&study, &data, &endpoints, &choices, &files, &memo)?;
    folder.write(&files, &manifest)?;
    faults.extend(failed.into_iter().chain(report.faults()));
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
