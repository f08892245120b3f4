//! What a run was made from and of: versions, seeds, settings, and the hash of every file read and written.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};
use watch::Unwatched;

use super::folder::File;
use crate::ask::{Dataset, Memo};
use crate::plan::{Answering, Choices, Plan};
use crate::study::{Cohort, Study, Unsealing};

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
    memo: &Memo,
) -> anyhow::Result<File> {
    let seal = sealed(&Plan { study, data, choices }, memo);
    let value = json!({
        "riskset": env!("CARGO_PKG_VERSION"),
        "study": study.title,
        "endpoint": endpoints.first(),
        "endpoints": endpoints,
        "seed": study.analysis.seed,
        "analysis": study.analysis,
        "models": study.models,
        "scores": &*study.named_scores(),
        "seal": seal,
        "choices": made(choices)?,
        "extraction": study.images.as_ref().map(|_| &study.extraction),
        "regions": study.images.as_ref().map(|images| &images.regions).filter(|regions| !regions.is_empty()),
        "patients": data.cohort.len(),
        "patients_with_features": data.features.n_complete(),
        "hash": "BLAKE3",
        "inputs": inputs(study, &data.cohort)?,
        "files": files.iter().map(of_file).collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&value)? + "\n";
    Ok(File { path: NAME.to_owned(), bytes: text.into_bytes() })
}

/// The cohorts that are sealed still, and what was unsealed: when, for which model as it was then, and whether that model
/// is the same now. Nothing where no cohort was ever sealed.
fn sealed(plan: &Plan<'_>, memo: &Memo) -> Value {
    let seal = &plan.study.seal;
    if seal.cohorts.is_empty() && seal.unsealed.is_empty() {
        return Value::Null;
    }
    let answering = Answering { memo, watch: &Unwatched };
    let own = Plan { choices: &Choices::default(), ..*plan };
    let now = |name: &str| own.model_called(name).and_then(|model| own.model_hash(&model, &answering).ok());
    let unsealed = |u: &Unsealing| {
        let now = now(&u.model);
        json!({
            "cohort": u.cohort, "at": u.at, "model": u.model, "hash": u.hash, "riskset": u.riskset,
            "same_model": now.map(|now| now == u.hash),
        })
    };
    json!({
        "sealed": seal.closed().collect::<Vec<_>>(),
        "unsealed": seal.unsealed.iter().map(unsealed).collect::<Vec<Value>>(),
    })
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

/// Every file that the study is read from, by its path in the study's folder; a folder of slices is one entry, with the
/// hash of their names and contents.
fn inputs(study: &Study, cohort: &Cohort) -> anyhow::Result<Vec<Value>> {
    let of_input = |path: &Path| -> anyhow::Result<Value> {
        let shown = path.strip_prefix(&study.folder).unwrap_or(path).display().to_string();
        let read = |path: &Path| fs::read(path).with_context(|| path.display().to_string());
        if path.is_file() {
            let bytes = read(path)?;
            return Ok(json!({ "path": shown, "bytes": bytes.len(), "hash": blake3::hash(&bytes).to_hex().as_str() }));
        }
        let mut files = Vec::new();
        files_below(path, &mut files)?;
        let (mut hasher, mut size) = (blake3::Hasher::new(), 0);
        for file in &files {
            let bytes = read(file)?;
            size += bytes.len();
            hasher.update(file.strip_prefix(path).unwrap_or(file).to_string_lossy().as_bytes());
            hasher.update(blake3::hash(&bytes).as_bytes());
        }
        let hash = hasher.finalize();
        Ok(json!({ "path": shown, "files": files.len(), "bytes": size, "hash": hash.to_hex().as_str() }))
    };
    study.sources(Some(cohort)).iter().filter(|p| p.exists()).map(|p| of_input(p)).collect()
}

/// The files in a folder and those in it, by name.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.map(|e| Ok(e?.path())).collect::<std::io::Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() { files_below(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
