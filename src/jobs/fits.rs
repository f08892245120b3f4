//! Fits of a validation, kept line by line in the cache's folder: a run that was killed goes on where it ended.

use std::collections::HashMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::methods::validate::{Keeper, Outcome};

/// Fits in files of a folder, one a pipeline.
pub struct FitsOnDisk {
    folder: PathBuf,
    /// One line at a time.
    writing: Mutex<()>,
}

/// A line of a file.
#[derive(Serialize, Deserialize)]
struct Line {
    sample: String,
    outcome: Outcome,
    /// Hash of sample and outcome: a line that was cut off counts as absent.
    check: String,
}

impl FitsOnDisk {
    /// The fits in the cache at `folder`.
    pub fn new(cache: impl Into<PathBuf>) -> Self {
        Self { folder: cache.into().join("validation"), writing: Mutex::default() }
    }

    fn file(&self, pipeline: &str) -> PathBuf {
        self.folder.join(format!("{pipeline}.jsonl"))
    }
}

fn check(sample: &str, outcome: &Outcome) -> Option<String> {
    let text = serde_json::to_string(&(sample, outcome)).ok()?;
    Some(blake3::hash(text.as_bytes()).to_hex()[..16].to_owned())
}

impl Keeper for FitsOnDisk {
    fn load(&self, pipeline: &str) -> HashMap<String, Outcome> {
        let text = fs::read_to_string(self.file(pipeline)).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let whole = lines.filter(|line| check(&line.sample, &line.outcome).as_ref() == Some(&line.check));
        whole.map(|line| (line.sample, line.outcome)).collect()
    }

    fn keep(&self, pipeline: &str, sample: &str, outcome: &Outcome) {
        // The files are an aid: what cannot be kept is fitted again the next time.
        let Some(check) = check(sample, outcome) else { return };
        let line = Line { sample: sample.to_owned(), outcome: outcome.clone(), check };
        let Ok(text) = serde_json::to_string(&line) else { return };
        let _one = self.writing.lock();
        let file = self.file(pipeline);
        if fs::create_dir_all(&self.folder).is_err() {
            return;
        }
        // A line that a killed process left unfinished ends before the next one begins.
        let text = format!("\n{text}\n");
        if let Ok(mut opened) = OpenOptions::new().create(true).append(true).open(&file) {
            let _ = opened.write_all(text.as_bytes());
        }
    }
}
