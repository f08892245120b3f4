//! What a run was made from and of: versions, seeds, settings, and the hash of every file read and written.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::folder::File;
use crate::ask::Dataset;
use crate::jobs::extraction::cases_of;
use crate::plan::Choices;
use crate::study::{Cohort, Study};

/// Its name in the folder.
pub(super) const NAME: &str = "manifest.json";

/// The manifest of `files`, and of the study that they come from. It holds no clock and no path of this machine, so
/// the same run gives the same bytes. `choices` are those that the user made for this run.
pub(super) fn manifest(
    study: &Study,
    data: &Dataset,
    endpoints: &[String],
    choices: &Choices,
    files: &[File],
) -> anyhow::Result<File> {
    let value = json!({
        "riskset": env!("CARGO_PKG_VERSION"),
        "study": study.title,
        "endpoint": endpoints.first(),
        "endpoints": endpoints,
        "seed": study.analysis.seed,
        "analysis": study.analysis,
        "models": study.models,
        "choices": made(choices)?,
        "extraction": study.images.as_ref().map(|_| &study.extraction),
        "patients": data.cohort.len(),
        "patients_with_features": data.features.n_complete(),
        "hash": "BLAKE3",
        "inputs": inputs(study, &data.cohort)?,
        "files": files.iter().map(of_file).collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&value)? + "\n";
    Ok(File { path: NAME.to_owned(), bytes: text.into_bytes() })
}

/// The choices that differ from what is done without any.
fn made(choices: &Choices) -> anyhow::Result<Value> {
    let (mut made, usual) = (serde_json::to_value(choices)?, serde_json::to_value(Choices::default())?);
    if let Some(object) = made.as_object_mut() {
        object.retain(|key, value| usual.get(key) != Some(value));
    }
    Ok(made)
}

fn of_file(file: &File) -> Value {
    json!({ "path": file.path, "bytes": file.bytes.len(), "hash": blake3::hash(&file.bytes).to_hex().as_str() })
}

/// Every file that the study is read from, by its path in the study's folder.
fn inputs(study: &Study, cohort: &Cohort) -> anyhow::Result<Vec<Value>> {
    let mut paths = vec![study.file.clone(), study.folder.join(&study.table.path)];
    paths.extend(study.features.iter().filter_map(|f| f.table.as_ref()).map(|t| study.folder.join(&t.path)));
    paths.extend(cases_of(study, cohort).into_iter().flat_map(|case| [case.image, case.mask]));
    paths.sort();
    paths.dedup();
    let of_input = |path: &Path| -> anyhow::Result<Value> {
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        let shown = path.strip_prefix(&study.folder).unwrap_or(path).display().to_string();
        Ok(json!({ "path": shown, "bytes": bytes.len(), "hash": blake3::hash(&bytes).to_hex().as_str() }))
    };
    paths.iter().filter(|p| p.is_file()).map(|p| of_input(p)).collect()
}
