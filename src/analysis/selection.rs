//! Which patients a question is about, and their follow-up.

use serde::{Deserialize, Serialize};

use super::{AnalysisError, Dataset};
use crate::data::Expr;
use crate::study::Endpoint;
use crate::survival::Survival;

/// Which patients, and which endpoint.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// Name of the endpoint, for questions about survival.
    pub endpoint: Option<String>,
    /// Name of the cohort; all patients if not said.
    pub cohort: Option<String>,
    /// Condition that patients must meet.
    pub filter: Option<String>,
}

/// The patients of a [`Selection`].
#[derive(Debug, Clone)]
pub struct Selected {
    /// Rows of the cohort, ascending.
    pub rows: Vec<usize>,
    /// Their follow-up, in the order of `rows`, if an endpoint was asked for.
    pub survival: Option<Survival>,
    /// Patients left out because their endpoint is not known.
    pub n_dropped: usize,
    /// What a reader should know of it.
    pub notes: Vec<String>,
}

impl Dataset {
    /// The patients of `on` whose endpoint, if one is asked for, is known.
    pub fn select(&self, on: &Selection) -> Result<Selected, AnalysisError> {
        let mut rows = self.rows_of(on.cohort.as_deref())?;
        let mut notes = Vec::new();
        if let Some(filter) = &on.filter {
            let expr = Expr::parse(filter).map_err(AnalysisError::impossible)?;
            let keep = expr.keep(self.cohort.frame()).map_err(AnalysisError::impossible)?;
            let unknown = rows.iter().filter(|r| keep[**r].is_none()).count();
            rows.retain(|r| keep[*r] == Some(true));
            notes.push(format!("filter {filter}: {} patients remain", rows.len()));
            if unknown > 0 {
                notes.push(format!(
                    "{unknown} patients are left out because the filter's condition is missing for them"
                ));
            }
        }
        let Some(name) = &on.endpoint else {
            return Ok(Selected { rows, survival: None, n_dropped: 0, notes });
        };
        let endpoint = self.endpoint(name)?;
        let complete: Vec<usize> = rows.iter().copied().filter(|r| endpoint.is_complete(*r)).collect();
        let n_dropped = rows.len() - complete.len();
        if n_dropped > 0 {
            notes.push(format!("{n_dropped} patients are left out because {name} is not known"));
        }
        if complete.is_empty() {
            return Err(AnalysisError::Impossible(format!(
                "no patient is left{}: change the filter or the cohort",
                on.cohort.as_ref().map(|c| format!(" in cohort {c}")).unwrap_or_default()
            )));
        }
        let (survival, rows) = endpoint.follow_up(&complete).map_err(AnalysisError::impossible)?;
        Ok(Selected { rows, survival: Some(survival), n_dropped, notes })
    }

    /// The endpoint of this name.
    pub fn endpoint(&self, name: &str) -> Result<&Endpoint, AnalysisError> {
        let names = || self.cohort.endpoints().iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
        self.cohort
            .endpoint(name)
            .ok_or_else(|| AnalysisError::Impossible(format!("there is no endpoint {name}; there is {}", names())))
    }

    /// Rows of the cohort of this name; of all patients without one.
    pub fn rows_of(&self, cohort: Option<&str>) -> Result<Vec<usize>, AnalysisError> {
        let groups = self.cohort.groups();
        match cohort {
            None => Ok((0..self.cohort.len()).collect()),
            Some(name) => match groups.levels.iter().position(|l| l == name) {
                Some(code) => Ok(self.cohort.rows_of_group(code as u32)),
                None => Err(AnalysisError::Impossible(format!(
                    "there is no cohort {name}; there is {}",
                    groups.levels.join(", ")
                ))),
            },
        }
    }
}
