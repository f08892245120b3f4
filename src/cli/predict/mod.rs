//! `riskset predict`: what a model file says of new patients.

mod one;
mod table;

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::Args;
use tables::is_table;

use super::Common;
use super::output::Output;
use super::source::{Reading, column, extract_cases, listed};
use crate::ask::Dataset;
use crate::jobs::cache::EXTRACTOR;
use crate::jobs::extraction::Case;
use crate::methods::model_file::predict::{self, Answer};
use crate::methods::model_file::{Extraction, ModelFile, document};
use crate::study::{Cohort, RegionShape, Study};
use radiomics::Settings;

#[derive(Args)]
pub(super) struct Options {
    /// A model file that `riskset model` wrote
    model: PathBuf,
    /// New patients: a table, or a study's folder or study.toml
    #[arg(required_unless_present_any = ["image", "value"], conflicts_with_all = ["image", "mask", "value"])]
    new: Option<PathBuf>,
    /// Column of the table that names the patient
    #[arg(long, value_name = "COL", value_parser = column)]
    id: Option<String>,
    /// Folder that the model's paths of images start from [default: that of the table]
    #[arg(long, value_name = "DIR")]
    images: Option<PathBuf>,
    /// An image of one patient, by its sequence; may be given again
    #[arg(long, value_name = "SEQUENCE=IMAGE")]
    image: Vec<String>,
    /// The mask of an image; may be given again
    #[arg(long, value_name = "SEQUENCE=MASK")]
    mask: Vec<String>,
    /// A value of one patient; may be given again
    #[arg(long, value_name = "COL=VALUE")]
    value: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    output: Output,
}

/// New patients, and where their images are.
struct New {
    cohort: Cohort,
    cases: Vec<Case>,
    /// Names of the sequences of the cases.
    sequences: Vec<String>,
    /// The settings by which a study extracts them; those of the model where nobody says otherwise.
    settings: Option<Vec<Settings>>,
    inputs: Vec<PathBuf>,
    notes: Vec<String>,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let file = ModelFile::read(&options.model)?;
    let new = match &options.new {
        None => one::new(&file, options)?,
        Some(path) if !path.exists() => bail!("{}: there is no such file or folder", path.display()),
        Some(path) if path.is_file() && is_table(path) => table::of_table(&file, path, options)?,
        Some(path) => table::of_study(&file, path, options)?,
    };
    options.output.refuse_inputs(&[new.inputs.as_slice(), std::slice::from_ref(&options.model)].concat())?;
    let mut answer = predicted(&file, new, common)?;
    if let Some(note) = file.extraction.as_ref().and_then(other_extractor) {
        answer.notes.push(note);
    }
    options.output.write(&answer, || document::predictions(&answer))
}

/// Whether features have other values than when the model was made.
fn other_extractor(extraction: &Extraction) -> Option<String> {
    (extraction.extractor != EXTRACTOR)
        .then(|| format!("the model's features are those of {}; this riskset has {EXTRACTOR}", extraction.extractor))
}

fn predicted(file: &ModelFile, new: New, common: &Common) -> anyhow::Result<Answer> {
    let New { cohort, cases, sequences, settings, notes, .. } = new;
    let is_column = |name: &str| cohort.frame().get(name).is_some();
    let features = || file.scores.iter().flat_map(|score| &score.features);
    let needs_images = features().any(|feature| !is_column(&feature.name));
    let mut data = Dataset::new(Arc::new(cohort), Arc::default());
    let mut notes = notes;
    match &file.extraction {
        Some(extraction) if needs_images => {
            let of_model = settings_of(extraction)?;
            if let Some(own) = settings {
                same_settings(extraction, &sequences, &own)?;
            }
            same_regions(extraction, &cases)?;
            if cases.is_empty() {
                let template = extraction.images.sequences.first().map(|s| s.image.clone()).unwrap_or_default();
                bail!(
                    "the model {} takes features of images, and there is none: they are looked for as {template} (--images \
                     DIR), or given by --image and --mask",
                    file.model
                );
            }
            // In the order of the cases' sequences.
            let of = |name: &String| of_model.iter().find(|(own, _)| own == name).map(|(_, settings)| settings.clone());
            let settings: Vec<Settings> = sequences.iter().map(|name| of(name).unwrap_or_default()).collect();
            let needed: Vec<Case> = cases
                .into_iter()
                .filter(|case| case.id.repeat.is_none() && of(&sequences[case.id.sequence]).is_some())
                .map(|mut case| {
                    case.regions.specs = extraction.images.regions.clone();
                    case
                })
                .collect();
            let patients = data.cohort.len();
            let extracted = extract_cases(needed, sequences, settings, patients, common)?;
            notes.extend(extracted.notes());
            data.features = Arc::new(extracted.table);
        }
        Some(_) => {
            notes.push("features are taken from columns: by which settings they were extracted is not known".to_owned())
        }
        None => {}
    }
    let mut answer = predict::run(file, &data)?;
    answer.notes.splice(0..0, notes);
    Ok(answer)
}

/// The settings of the model's sequences; an error where this program would not extract as it did.
fn settings_of(extraction: &Extraction) -> anyhow::Result<Vec<(String, Settings)>> {
    let mut study = Study::of_table(PathBuf::new(), PathBuf::new(), crate::study::TableSpec::default());
    study.images = Some(extraction.images.clone());
    study.extraction = extraction.spec.clone();
    let settings = study.settings_by_sequence().map_err(|problems| anyhow!(listed(&problems)))?;
    let names: Vec<String> = study.sequence_names().map(str::to_owned).collect();
    same_settings(extraction, &names, &settings)?;
    Ok(names.into_iter().zip(settings).collect())
}

/// An error that names the first setting in which a sequence of the model is extracted otherwise.
fn same_settings(extraction: &Extraction, names: &[String], settings: &[Settings]) -> anyhow::Result<()> {
    for of in &extraction.settings {
        let Some(at) = names.iter().position(|name| *name == of.sequence) else {
            bail!("there is no sequence {}, of which the model takes features", of.sequence);
        };
        let canonical = settings[at].canonical();
        let own: Vec<&str> = canonical.lines().collect();
        let differs = own.iter().find(|line| !of.lines.iter().any(|l| l == *line));
        let missing = of.lines.iter().find(|line| !own.contains(&line.as_str()));
        if differs.is_some() || missing.is_some() {
            let shown = |line: Option<&str>| line.unwrap_or("nothing of it").to_owned();
            bail!(
                "{} is extracted by other settings than the model's: {} here, {} in the model",
                of.sequence,
                shown(differs.copied()),
                shown(missing.map(String::as_str))
            );
        }
    }
    Ok(())
}

/// An error that names the first region of the model that the cases have not, or otherwise. Where the masks of drawn ones lie
/// is for the cases to say.
fn same_regions(extraction: &Extraction, cases: &[Case]) -> anyhow::Result<()> {
    let Some(case) = cases.first() else { return Ok(()) };
    for region in &extraction.images.regions {
        let Some(own) = case.regions.specs.iter().find(|own| own.name == region.name) else {
            bail!(
                "the model takes {}; there is no such region: add it to the study as [regions.{}]",
                region.words(),
                region.name
            );
        };
        let both_drawn = matches!((&own.shape, &region.shape), (RegionShape::Drawn(..), RegionShape::Drawn(..)));
        let same = both_drawn || (&own.shape, &own.of) == (&region.shape, &region.of);
        if !same || own.inside != region.inside {
            bail!("the region is another than the model's: {} here, {} in the model", own.words(), region.words());
        }
    }
    Ok(())
}
