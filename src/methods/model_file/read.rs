//! Reading a model file.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::schema::{FORMAT, ModelFile, Score, VERSION, VERSION_WITH_COVARIATES};

/// Why a file is no model file.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It cannot be read.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is no model file: {why}; `riskset model STUDY --model NAME -o FILE` writes one", path = .path.display())]
    Other {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
}

impl ModelFile {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// It cannot be read, is none, is of a later version, or its parts do not fit together.
    pub fn read(path: &Path) -> Result<Self, ReadError> {
        let text = std::fs::read_to_string(path).map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|why| ReadError::Other { path: path.to_owned(), why })
    }

    /// The model in a file's text.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if value["format"] != FORMAT {
            return Err(format!("its format is not {FORMAT}"));
        }
        match value["version"].as_u64() {
            Some(version) if (VERSION..=VERSION_WITH_COVARIATES).any(|known| version == u64::from(known)) => {}
            Some(version) => {
                return Err(format!(
                    "its version is {version}, and this riskset reads versions {VERSION} to {VERSION_WITH_COVARIATES}"
                ));
            }
            None => return Err("it has no version".to_owned()),
        }
        let file: Self = serde_json::from_value(value).map_err(|error| error.to_string())?;
        file.check()?;
        Ok(file)
    }

    /// Whether coefficients, covariance, terms and baseline are of one model.
    fn check(&self) -> Result<(), String> {
        let p = self.coefficients.len();
        let is_square = self.covariance.len() == p && self.covariance.iter().all(|row| row.len() == p);
        if !is_square || self.baseline.iter().any(|at| at.drift.len() != p) {
            return Err("coefficients, covariance and baseline are of different models".to_owned());
        }
        let widths = self.widths()?;
        if widths.iter().sum::<usize>() != p {
            return Err("terms and coefficients are of different models".to_owned());
        }
        if self.imputation.iter().flat_map(|i| &i.variables).any(|v| !v.is_whole()) {
            return Err("a covariate that is filled in has not one line a level".to_owned());
        }
        if !self.scores.iter().all(Score::is_whole) {
            return Err("a score has a group between any two cuts".to_owned());
        }
        if let Some(name) = self.scores.iter().find_map(Score::unknown_other) {
            return Err(format!("a missing feature follows from {name}, which is not there"));
        }
        Ok(())
    }
}
