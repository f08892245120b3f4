//! `riskset model`: a model of a study as a file of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use watch::Unwatched;

use super::output::{Format, Output};
use super::source::Data;
use super::{Common, Usage};
use crate::ask::Memo;
use crate::jobs::cache::EXTRACTOR;
use crate::jobs::extraction::cases_of;
use crate::methods::model_file::{self, FileHash, ImagesHash, ModelFile};
use crate::plan::Answering;
use crate::study::{Cohort, Study};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    data: Data,
    /// A named model of the study; its only one if not said
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Covariates of a model, fitted in a study's training cohort or in all rows of a table
    #[arg(long, value_name = "COL,..", conflicts_with = "model")]
    covariates: Option<String>,
    /// Times for which it will predict survival [default: the study's, else the quartiles of the times of events]
    #[arg(long, value_name = "T,..", value_delimiter = ',')]
    at: Vec<f64>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(options: &Options, common: &Common) -> anyhow::Result<()> {
    let source = options.data.survival()?;
    let only = match source.study.models.as_slice() {
        [one] if options.covariates.is_none() => Some(one.name.clone()),
        _ => None,
    };
    let Some(model) = source.model(options.model.as_deref().or(only.as_deref()), options.covariates.as_deref())? else {
        bail!(Usage("say which model: --model NAME or --covariates a,b".to_owned()));
    };
    options.output.refuse_inputs(&source.study.sources(Some(&source.data.cohort)))?;
    if let Some(path) = options.output.file() {
        options.output.refuse_to_replace(path)?;
    }
    let source = source.knowing_covariates(common, &model.covariates)?;
    let memo = Memo::default();
    let answering = Answering { memo: &memo, watch: &Unwatched };
    let mut file = source.plan().model_file(model, source.times(&options.at), &answering)?;
    complete(&mut file, &source.study, &source.data.cohort)?;
    file.notes.splice(0..0, source.notes().iter().cloned());
    match (options.output.format(), options.output.file()) {
        (Format::Json, _) | (Format::Text, Some(_)) => options.output.write_text(&text(&file)?),
        _ => options.output.write(&file, || model_file::document::document(&file)),
    }
}

/// The text of a model file.
pub(super) fn text(file: &ModelFile) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(file)? + "\n")
}

/// Adds what the model was made from, and by which extractor.
pub(super) fn complete(file: &mut ModelFile, study: &Study, cohort: &Cohort) -> anyhow::Result<()> {
    let mut paths: Vec<PathBuf> = vec![study.file.clone(), study.resolve(&study.table.path)];
    paths.extend(study.features.iter().filter_map(|f| f.table.as_ref()).map(|table| study.resolve(&table.path)));
    paths.extend(study.extraction.params.iter().map(|params| study.resolve(params)));
    paths.sort();
    paths.dedup();
    let hash = |path: &Path| -> anyhow::Result<blake3::Hash> {
        Ok(blake3::hash(&fs::read(path).with_context(|| path.display().to_string())?))
    };
    for path in paths.iter().filter(|path| path.is_file()) {
        let shown = study.shown(path);
        let path_shown =
            if shown.is_absolute() { shown.file_name().map(PathBuf::from).unwrap_or(shown) } else { shown };
        file.provenance
            .files
            .push(FileHash { path: path_shown.display().to_string(), hash: hash(path)?.to_hex().to_string() });
    }
    let Some(extraction) = &mut file.extraction else { return Ok(()) };
    EXTRACTOR.clone_into(&mut extraction.extractor);
    let mut hashes = Vec::new();
    for case in cases_of(study, cohort).into_iter().filter(|case| case.id.repeat.is_none()) {
        for path in [case.image, case.mask] {
            hashes.extend(path.is_file().then(|| hash(&path)).transpose()?);
        }
    }
    let mut all = blake3::Hasher::new();
    for hash in &hashes {
        all.update(hash.as_bytes());
    }
    file.provenance.images = Some(ImagesHash { files: hashes.len(), hash: all.finalize().to_hex().to_string() });
    Ok(())
}
