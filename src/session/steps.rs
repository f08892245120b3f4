//! What was done in a session, step by step, as a file from which `riskset replay` does it again.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Standing, name_of};
use crate::config::Places;
use crate::writing;

/// The steps of a session, or of several that went on from one another.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Steps {
    /// The program's version.
    pub riskset: String,
    /// The study, as an absolute path.
    pub study: PathBuf,
    /// Whether the screen had plain ASCII characters only, where the step that opened the study does not say.
    #[serde(default)]
    pub ascii: bool,
    /// The steps, oldest first.
    #[serde(default)]
    pub steps: Vec<Step>,
}

/// One step, and where the user stood at its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was done, in words.
    pub what: String,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The text of the study's file, where the step was to read it; nothing for a bare table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    /// Whether the screen has plain ASCII characters only from here on, where the step was to open the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ascii: Option<bool>,
    /// The tables that were read at this step, as digests of their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<Digest>,
    /// The file that was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export: Option<Digest>,
    /// Where the user stood.
    pub at: Standing,
}

/// A file and the BLAKE3 digest of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The file: exports as they were named, tables relative to the study's folder.
    pub file: PathBuf,
    /// The digest, in hexadecimal digits.
    pub blake3: String,
}

impl Step {
    /// A step that neither opened a study nor wrote a file.
    pub fn new(what: String, size: (u16, u16), at: Standing) -> Self {
        Self { what, size, study: None, ascii: None, tables: Vec::new(), export: None, at }
    }

    /// Whether it was to open the study.
    pub fn opens(&self) -> bool {
        self.study.is_some() || !self.tables.is_empty()
    }
}

impl Digest {
    /// Of these bytes.
    pub fn of(file: &Path, bytes: &[u8]) -> Self {
        Self { file: file.to_owned(), blake3: blake3::hash(bytes).to_hex().to_string() }
    }
}

impl Steps {
    /// No steps yet.
    pub fn new(study: &Path) -> Self {
        let study = std::path::absolute(study).unwrap_or_else(|_| study.to_owned());
        Self { riskset: env!("CARGO_PKG_VERSION").to_owned(), study, ..Self::default() }
    }

    /// Goes on from the steps of earlier sessions, each of which keeps its own characters.
    pub fn go_on_from(&mut self, mut earlier: Self) {
        for step in earlier.steps.iter_mut().filter(|step| step.opens()) {
            step.ascii.get_or_insert(earlier.ascii);
        }
        earlier.steps.append(&mut self.steps);
        self.steps = earlier.steps;
    }

    /// Adds a step. The one before ended where the user stood.
    pub fn push(&mut self, step: Step, before: &Standing) {
        self.end(before, step.size);
        self.steps.push(step);
    }

    /// The user stands here now: that is where the last step ends, but an export stays where it was made.
    pub fn end(&mut self, now: &Standing, size: (u16, u16)) {
        match self.steps.last_mut() {
            Some(last) if last.export.is_none() => (last.at, last.size) = (now.clone(), size),
            Some(last) if last.at != *now => {
                let what = now.words();
                self.steps.push(Step::new(what, size, now.clone()));
            }
            _ => {}
        }
    }

    /// The steps kept for a study; none if there are none or they cannot be read.
    pub fn load(places: &Places, study: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(file(places, study)).ok()?).ok()
    }

    /// Steps from the text of their file.
    ///
    /// # Errors
    /// Where the text is not that of a history.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The text of their file.
    ///
    /// # Errors
    /// Where something in them cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Keeps the steps for the study.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn save(&self, places: &Places) -> io::Result<()> {
        let text = self.to_toml().map_err(io::Error::other)?;
        writing::write_privately(&file(places, &self.study), text.as_bytes())
    }
}

/// Where the steps of a study are kept.
pub fn file(places: &Places, study: &Path) -> PathBuf {
    places.state().join("histories").join(format!("{}.toml", name_of(study)))
}
