//! `riskset check`: every problem of a study at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

use super::output::Output;
use crate::ask::{Dataset, Memo};
use crate::document::Document;
use crate::jobs::open::{self, Opened};
use crate::methods::images;
use crate::problem::{self, Problem};
use watch::Unwatched;

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder, its study.toml, or a table
    path: PathBuf,
    /// Also read every image and mask: geometry, regions, grey values, bins
    #[arg(long)]
    images: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Answer {
    problems: Vec<Problem>,
    errors: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<images::Answer>,
    notes: Vec<String>,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let mut opened = open::open(&options.path);
    let mut ranges = None;
    if options.images {
        let answer = look_at_images(&options.path, &opened)?;
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
        let listed: Vec<String> = opened.problems.iter().map(ToString::to_string).collect();
        anyhow::bail!("{summary}\n{}", listed.join("\n"));
    }
    let notes = ranges.as_ref().map(|answer| answer.notes.clone()).unwrap_or_default();
    let answer = Answer { problems: opened.problems, errors: 0, images: ranges, notes };
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

/// What the images and masks of the study hold.
fn look_at_images(path: &Path, opened: &Opened) -> anyhow::Result<images::Answer> {
    let Some(cohort) = &opened.cohort else {
        anyhow::bail!("{}: the patients cannot be read; run check without --images first", path.display());
    };
    let data = Dataset { cohort: Arc::clone(cohort), features: Arc::default() };
    Ok((*Memo::default().ask(&data, images::Spec { study: path.to_owned() }, &Unwatched)?).clone())
}
