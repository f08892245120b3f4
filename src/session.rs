//! Where the user was in a study: pane, views and choices, kept from one session to the next. No data are in it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::history::History;
use crate::app::pane_id::PaneId;
use crate::config::Places;
use crate::plan::choices::Choices;
use crate::writing;

/// What is kept of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The study, as an absolute path.
    pub path: PathBuf,
    /// The pane on screen.
    pub pane: PaneId,
    /// The view of each pane.
    pub views: BTreeMap<PaneId, ViewName>,
    /// The line of the cursor in each view of each pane, where it is not the first.
    #[serde(default)]
    pub cursors: BTreeMap<PaneId, BTreeMap<String, usize>>,
    /// The choices.
    pub choices: Choices,
    /// Steps that can be taken back, and made again.
    #[serde(default)]
    pub history: History<Choices>,
}

/// A view, as a session names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ViewName {
    /// By its name.
    Name(String),
    /// By its place in the pane, as sessions did before views had names. Their cursors, which go by place too, are of
    /// no view's name and so are forgotten.
    Place(usize),
}

impl Session {
    /// The session kept for a study; none if there is none or it cannot be read.
    pub fn load(places: &Places, study: &Path) -> Option<Self> {
        let text = std::fs::read(file(places, study)).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps the session for the study.
    pub fn save(&self, places: &Places) -> io::Result<()> {
        writing::write_privately(&file(places, &self.path), &serde_json::to_vec_pretty(self)?)
    }

    /// Studies with a session, the last one first.
    pub fn recent(places: &Places) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(folder(places)) else { return Vec::new() };
        let mut sessions: Vec<(std::time::SystemTime, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| {
                let session: Self = serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok()?;
                Some((entry.metadata().ok()?.modified().ok()?, session.path))
            })
            .filter(|(_, path)| path.exists())
            .collect();
        sessions.sort_by(|a, b| b.cmp(a));
        sessions.into_iter().map(|(_, path)| path).collect()
    }
}

fn folder(places: &Places) -> PathBuf {
    places.state().join("sessions")
}

fn file(places: &Places, study: &Path) -> PathBuf {
    let absolute = std::path::absolute(study).unwrap_or_else(|_| study.to_owned());
    let name = blake3::hash(absolute.as_os_str().as_encoded_bytes()).to_hex();
    folder(places).join(format!("{}.json", &name[..16]))
}
