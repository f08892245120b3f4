//! Where the user was in a study: pane, views and choices, kept from one session to the next; and what was done there,
//! step by step. No data are in it, but for the names of patients that were left out.

mod look;
pub mod steps;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::history::History;
use crate::app::pane_id::PaneId;
use crate::config::Places;
use crate::plan::choices::Choices;
use crate::writing;

pub use look::{Look, MOST_MARKS};
pub use steps::Steps;

/// What is kept of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The study, as an absolute path.
    pub path: PathBuf,
    /// Where the user stands.
    #[serde(flatten)]
    pub at: Standing,
    /// Steps that can be taken back, and made again.
    #[serde(default)]
    pub history: History<Choices>,
}

/// Where a user stands: what is on screen, how it is looked at, and what was chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The pane on screen.
    pub pane: PaneId,
    /// The pane beside it, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<PaneId>,
    /// The view of each pane, where it is not the first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<PaneId, ViewName>,
    /// How the table of each view of each pane that was seen is looked at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub cursors: BTreeMap<PaneId, BTreeMap<String, Look>>,
    /// What the user set in each view of each pane beside its table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<PaneId, BTreeMap<String, Settings>>,
    /// The choices.
    pub choices: Choices,
}

/// What the user set in a view beside its table, as the view itself writes it.
pub type Settings = serde_json::Value;

/// Settings without what is not set: a history has no word for it.
pub fn set_only(settings: Settings) -> Settings {
    match settings {
        Settings::Object(fields) => {
            let set = fields.into_iter().filter(|(_, value)| !value.is_null());
            Settings::Object(set.map(|(name, value)| (name, set_only(value))).collect())
        }
        Settings::Array(values) => Settings::Array(values.into_iter().map(set_only).collect()),
        other => other,
    }
}

impl Standing {
    /// What is on screen, in words.
    pub fn words(&self) -> String {
        match self.views.get(&self.pane) {
            Some(ViewName::Name(view)) => format!("{}, {view}", self.pane.title()),
            _ => self.pane.title().to_owned(),
        }
    }
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
    folder(places).join(format!("{}.json", name_of(study)))
}

/// The name under which things of a study are kept.
fn name_of(study: &Path) -> String {
    let absolute = std::path::absolute(study).unwrap_or_else(|_| study.to_owned());
    blake3::hash(absolute.as_os_str().as_encoded_bytes()).to_hex()[..16].to_owned()
}
