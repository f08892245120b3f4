//! `riskset check`: every problem of a study at once.

mod ibsi;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use tables::problem::{self, Problem};
use watch::Unwatched;

use super::output::Output;
use super::source::Reading;
use crate::ask::{Dataset, Memo};
use crate::document::Document;
use crate::jobs::open::{self, Opened};
use crate::methods::images;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table
    #[arg(required_unless_present = "ibsi")]
    path: Option<PathBuf>,
    /// Compute the IBSI reference values on this machine: of the digital phantom, and of the CT phantom where FOLDER has it
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, conflicts_with_all = ["path", "images"])]
    #[allow(clippy::option_option)] // without, alone, and with a folder
    ibsi: Option<Option<PathBuf>>,
    /// Also read every image and mask: geometry, regions, grey values, bins
    #[arg(long)]
    images: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Answer {
    problems: Vec<Problem>,
    errors: usize,
    questions: Vec<Asked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<images::Answer>,
    notes: Vec<String>,
}

/// A question as scripts read it.
#[derive(Serialize)]
struct Asked {
    asks: String,
    column: Option<String>,
    candidates: Vec<String>,
    option: String,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    if let Some(folder) = &options.ibsi {
        return ibsi::run(folder.as_deref(), &options.output);
    }
    let Some(path) = &options.path else { return Ok(()) };
    let mut opened = open::open_as(path, options.reading.opening()?);
    let mut ranges = None;
    if options.images {
        let answer = look_at_images(path, &opened)?;
        opened.problems.extend(answer.problems.iter().cloned());
        problem::sort(&mut opened.problems);
        ranges = Some(answer);
    }
    if let Some(study) = &opened.study {
        options.output.refuse_inputs(&study.sources(opened.cohort.as_deref()))?;
    }
    let summary = problem::summary(&opened.problems);
    let failed = problem::any_error(&opened.problems);
    if failed {
        anyhow::bail!("{summary}\n{}", problem::lines(&opened.problems));
    }
    let notes = ranges.as_ref().map(|answer| answer.notes.clone()).unwrap_or_default();
    let questions = asked(&opened);
    let answer = Answer { problems: opened.problems, errors: 0, questions, images: ranges, notes };
    options.output.write(&answer, || {
        let document = crate::methods::problems::document(&answer.problems);
        match &answer.images {
            Some(images) => Document {
                notes: answer.notes.clone(),
                ..document.with(images::document::ranges(&images.ranges, &images.binning))
            },
            None => document,
        }
    })
}

/// What only the owner of the data can answer: of the table's roles, and of columns that cannot be read without it.
fn asked(opened: &Opened) -> Vec<Asked> {
    let of_study = opened.study.iter().flat_map(|study| &study.questions);
    let mut asked: Vec<Asked> = of_study
        .map(|q| Asked {
            asks: q.text.clone(),
            column: q.column.clone(),
            candidates: q.candidates.clone(),
            option: q.option.clone(),
        })
        .collect();
    let columns = opened.cohort.iter().flat_map(|cohort| cohort.frame().columns());
    for (column, doubt) in columns.filter_map(|c| Some((c, c.doubt.as_ref()?))) {
        if !asked.iter().any(|a| a.column.as_ref() == Some(&column.name)) {
            asked.push(Asked {
                asks: doubt.text.clone(),
                column: Some(column.name.clone()),
                candidates: doubt.candidates.clone(),
                option: doubt.option.clone(),
            });
        }
    }
    asked
}

/// What the images and masks of the study hold.
fn look_at_images(path: &Path, opened: &Opened) -> anyhow::Result<images::Answer> {
    let Some(cohort) = &opened.cohort else {
        anyhow::bail!("{}: the patients cannot be read; run check without --images first", path.display());
    };
    let data = Dataset::new(Arc::clone(cohort), Arc::default());
    Ok((*Memo::default().ask(&data, images::Spec { study: path.to_owned() }, &Unwatched)?).clone())
}
