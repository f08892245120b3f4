//! `riskset images`: the images and masks of a study, or how they were taken.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tables::problem;
use watch::Unwatched;

use super::output::Output;
use crate::ask::{Dataset, Memo};
use crate::jobs::open;
use crate::methods::images::{self, acquisition};

#[derive(Args)]
pub(super) struct Options {
    /// A study's folder or study.toml
    path: PathBuf,
    /// How the images were taken, from their DICOM headers, by centre and sequence
    #[arg(long)]
    acquisition: bool,
    /// The column of the centres; the study's, if it names one
    #[arg(long, value_name = "COL", requires = "acquisition")]
    centre: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let opened = open::open(&options.path);
    let (Some(study), Some(cohort)) = (&opened.study, &opened.cohort) else {
        anyhow::bail!("{}\n{}", problem::summary(&opened.problems), problem::lines(&opened.problems));
    };
    if study.images.is_none() {
        anyhow::bail!("{}: the study names no images; add a section [images]", options.path.display());
    }
    if options.acquisition {
        let answer = acquisition::run(study, cohort, options.centre.as_deref()).map_err(anyhow::Error::msg)?;
        return options.output.write(&answer, || acquisition::document::document(&answer));
    }
    let data = Dataset::new(Arc::clone(cohort), Arc::default());
    let answer = Memo::default().ask(&data, images::Spec { study: options.path.clone() }, &Unwatched)?;
    options.output.write(&*answer, || images::document::document(&answer))
}
