//! What a run was made from and of: versions, seeds, settings, and the hash of every file read and written.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::folder::File;
use crate::app::State;
use crate::jobs::extraction::cases_of;

/// Its name in the folder.
pub(super) const NAME: &str = "manifest.json";

/// The manifest of `files`, and of the study that they come from. It holds no clock and no path of this machine, so
/// the same run gives the same bytes.
pub(super) fn manifest(state: &State, files: &[File]) -> anyhow::Result<File> {
    let study = state.study.as_ref().context("there is no study")?;
    let extraction = state.has_images().then_some(&study.extraction);
    let value = json!({
        "riskset": env!("CARGO_PKG_VERSION"),
        "study": study.title,
        "endpoint": state.endpoint().map(|e| &e.name),
        "seed": study.analysis.seed,
        "analysis": study.analysis,
        "models": state.models(),
        "choices": state.choices,
        "extraction": extraction,
        "patients": state.cohort().map(|c| c.len()),
        "patients_with_features": state.data.as_ref().map(|d| d.features.n_complete()),
        "hash": "BLAKE3",
        "inputs": inputs(state)?,
        "files": files.iter().map(of_file).collect::<Vec<Value>>(),
    });
    let text = serde_json::to_string_pretty(&value)? + "\n";
    Ok(File { path: NAME.to_owned(), bytes: text.into_bytes() })
}

fn of_file(file: &File) -> Value {
    json!({ "path": file.path, "bytes": file.bytes.len(), "hash": blake3::hash(&file.bytes).to_hex().as_str() })
}

/// Every file that the study is read from, by its path in the study's folder.
fn inputs(state: &State) -> anyhow::Result<Vec<Value>> {
    let Some(study) = &state.study else { return Ok(Vec::new()) };
    let mut paths = vec![study.file.clone(), study.folder.join(&study.table.path)];
    paths.extend(study.features.iter().filter_map(|f| f.table.as_ref()).map(|t| study.folder.join(&t.path)));
    if let Some(cohort) = state.cohort() {
        paths.extend(cases_of(study, cohort).into_iter().flat_map(|case| [case.image, case.mask]));
    }
    paths.sort();
    paths.dedup();
    let of_input = |path: &Path| -> anyhow::Result<Value> {
        let bytes = fs::read(path).with_context(|| path.display().to_string())?;
        let shown = path.strip_prefix(&study.folder).unwrap_or(path).display().to_string();
        Ok(json!({ "path": shown, "bytes": bytes.len(), "hash": blake3::hash(&bytes).to_hex().as_str() }))
    };
    paths.iter().filter(|p| p.is_file()).map(|p| of_input(p)).collect()
}
