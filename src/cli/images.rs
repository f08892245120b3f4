//! `riskset images`: the images and masks of a study, or how they were taken.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tables::{did_you_mean, problem};
use watch::Unwatched;

use super::output::Output;
use crate::ask::{Dataset, Memo};
use crate::jobs::open;
use crate::methods::images::{self, acquisition};
use crate::study::{Cohort, Study};

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
    /// One patient instead: the slice in which the region is largest, with its outline
    #[arg(long, value_name = "ID", conflicts_with = "acquisition")]
    patient: Option<String>,
    /// Of this sequence; the first if not said
    #[arg(long, value_name = "NAME", requires = "patient")]
    sequence: Option<String>,
    /// Outline this region of the study, too; its first if not said
    #[arg(long, value_name = "NAME", requires = "patient")]
    region: Option<String>,
    /// Draw the image of this name that features are computed on, such as wavelet-LLH; extract --save-images writes all
    #[arg(long, value_name = "NAME", requires = "patient", conflicts_with = "region")]
    derived: Option<String>,
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
    if let Some(patient) = &options.patient {
        let asked = one(options, study, cohort, patient)?;
        let answer = Memo::default().ask(&data, asked, &Unwatched)?;
        return options.output.write(&*answer, || images::document::document_of_one(&answer, None));
    }
    let answer = Memo::default().ask(&data, images::Spec { study: options.path.clone() }, &Unwatched)?;
    options.output.write(&*answer, || images::document::document(&answer))
}

/// Picture elements of a slice each way.
const ELEMENTS: usize = 256;

/// The question of one patient's sequence.
fn one(options: &Options, study: &Study, cohort: &Cohort, patient: &str) -> anyhow::Result<images::one::Spec> {
    let Some(row) = cohort.ids().iter().position(|id| id == patient) else {
        let near = did_you_mean(patient, cohort.ids().iter().map(String::as_str));
        anyhow::bail!("no patient {patient} is enrolled{}", near.map(|near| format!("; {near}")).unwrap_or_default());
    };
    let place = |what: &str, asked: &Option<String>, names: &[&str]| match asked {
        None => Ok(0),
        Some(name) => names.iter().position(|own| own == name).ok_or_else(|| {
            let there =
                if names.is_empty() { "there is none".to_owned() } else { format!("there is {}", names.join(", ")) };
            anyhow::anyhow!("the study has no {what} {name}; {there}")
        }),
    };
    let sequences: Vec<&str> = study.sequence_names().collect();
    let regions = study.images.iter().flat_map(|images| &images.regions);
    let regions: Vec<&str> = regions.filter(|region| region.is_place()).map(|region| region.name.as_str()).collect();
    Ok(images::one::Spec {
        study: options.path.clone(),
        row,
        sequence: place("sequence", &options.sequence, &sequences)?,
        most: ELEMENTS,
        zoom: images::Zoom::default(),
        plane: images::Plane::default(),
        reading: place("region", &options.region, &regions)?,
        derived: options.derived.clone(),
    })
}
