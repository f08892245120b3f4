//! The plan of a study's analysis: the study's own settings with the choices made on top of them, and every question that
//! follows.
//!
//! A [`Plan`] is the one place where a question of a study is put together. Panes ask what it says, subcommands ask the
//! same with their options on top, and `riskset run` goes through [`chapters`], in the order of a paper, or prints the
//! tables and figures of one ([`paper`]). It knows of no screen and of no command line.

mod audit;
mod baseline;
mod calibration;
pub mod chapters;
pub mod choices;
mod cox;
mod features;
mod km;
mod model_file;
pub mod paper;
mod performance;
mod printed;
pub mod references;
mod scores;
mod seal;
mod validation;

pub use calibration::GROUPS;
pub use choices::Choices;
pub use km::{MOST_LEVELS, is_code};
pub use model_file::Answering;
pub use scores::columns_of;

use survival::cox::Ties;

use crate::ask::{Dataset, Selection};
use crate::study::{Cohort, Endpoint, IccSpec, ModelSpec, Study};

/// A study, its data, and what was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// What the study says.
    pub study: &'a Study,
    /// Its patients and features.
    pub data: &'a Dataset,
    /// What was chosen otherwise.
    pub choices: &'a Choices,
}

impl<'a> Plan<'a> {
    /// The enrolled patients.
    pub fn cohort(&self) -> &'a Cohort {
        &self.data.cohort
    }

    /// Names of the cohorts.
    pub fn cohorts(&self) -> &'a [String] {
        &self.cohort().groups().levels
    }

    /// The endpoint in use: the one chosen, else the study's first.
    pub fn endpoint(&self) -> Option<&'a Endpoint> {
        let chosen = self.choices.endpoint.as_deref();
        let all = self.cohort().endpoints();
        all.iter().find(|e| Some(e.name.as_str()) == chosen).or(all.first())
    }

    /// Whether the study has images.
    pub fn has_images(&self) -> bool {
        self.study.images.is_some()
    }

    /// Whether some of its images are segmented more than once.
    pub fn has_repeats(&self) -> bool {
        let images = self.study.images.as_ref();
        images.is_some_and(|images| images.sequences.iter().any(|sequence| sequence.repeats.is_some()))
    }

    /// Whether it has radiomic features, extracted or not.
    pub fn has_features(&self) -> bool {
        self.has_images() || !self.cohort().features().is_empty()
    }

    /// The patients in use: endpoint, cohort and filter, with the scores that the filter names.
    pub fn selection(&self) -> Selection {
        let on = Selection {
            endpoint: self.endpoint().map(|e| e.name.clone()),
            cohort: self.choices.cohort.clone(),
            filter: self.choices.filter.clone(),
            ..Selection::default()
        };
        if on.filter.is_some() { self.naming(on, std::iter::empty()) } else { on }
    }

    /// The same patients without a limit to one cohort.
    pub fn selection_of_all_cohorts(&self) -> Selection {
        Selection { cohort: None, ..self.selection() }
    }

    /// The same patients, those without a known endpoint too.
    pub fn selection_of_patients(&self) -> Selection {
        Selection { endpoint: None, ..self.selection() }
    }

    /// The cohort in which models are built: the study's first.
    pub fn training(&self) -> Option<&'a str> {
        self.cohorts().first().map(String::as_str)
    }

    /// The seed of everything random.
    pub fn seed(&self) -> u64 {
        self.study.analysis.seed
    }

    /// The times at which predictions are judged, in the unit of the endpoints' display.
    pub fn times(&self) -> Vec<f64> {
        self.study.analysis.times.clone()
    }

    /// How tied events count in Cox models.
    pub fn ties(&self) -> Ties {
        self.choices.cox.ties.unwrap_or(self.study.analysis.ties)
    }

    /// The models to validate: the study's, and the one chosen by hand among the Cox models if it is none of them.
    pub fn models(&self) -> Vec<ModelSpec> {
        let mut models = self.study.models.clone();
        if let Some(covariates) = self.choices.cox.covariates.as_ref().filter(|c| !c.is_empty())
            && !models.iter().any(|m| m.covariates == *covariates)
        {
            let (name, covariates) = ("chosen".to_owned(), covariates.clone());
            models.push(ModelSpec { name, covariates, ..ModelSpec::default() });
        }
        models
    }

    /// The reliability that is asked of radiomic features: the study's, with the threshold chosen.
    pub fn icc(&self) -> IccSpec {
        let of_study = self.study.analysis.icc.clone();
        IccSpec { threshold: self.choices.features.icc.unwrap_or(of_study.threshold), ..of_study }
    }
}
