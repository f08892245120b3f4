//! The baseline table, and agreement of readers.

use super::Plan;
use crate::ask::Grouping;
use crate::methods::{km, readings, table1};

impl Plan<'_> {
    /// What divides the patients of the baseline table: the choice, else the cohorts if there are several to compare.
    pub fn baseline_by(&self) -> Option<Grouping> {
        let cohorts = self.cohorts().len() > 1 && self.choices.cohort.is_none();
        self.choices.baseline.by.clone().or(cohorts.then_some(Grouping::Cohort))
    }

    /// The baseline table. Patients without a known endpoint are patients too.
    pub fn baseline(&self) -> table1::Spec {
        let by = self.baseline_by();
        let divides = |name: &String| matches!(&by, Some(Grouping::Column(column)) if column == name);
        table1::Spec {
            on: self.selection_of_patients(),
            variables: self.cohort().variables().iter().filter(|v| !divides(v)).cloned().collect(),
            by,
            tests: self.choices.baseline.tests.clone(),
            ..table1::Spec::default()
        }
    }

    /// These patients of those in use against all others: the baseline table of both.
    pub fn compared(&self, ids: Vec<String>) -> table1::Spec {
        let (by, variables) = (Some(Grouping::Patients(ids)), self.cohort().variables().to_vec());
        table1::Spec { by, variables, ..self.baseline() }
    }

    /// Their survival against that of the others; none if the study has no endpoint.
    pub fn curves_compared(&self, ids: Vec<String>) -> Option<km::Spec> {
        self.endpoint()?;
        let by = Some(Grouping::Patients(ids));
        Some(km::Spec { on: self.grouped(None), by, band: None, landmark: None, ..self.curves() })
    }

    /// Whether readers agree; none if the study names no readings.
    pub fn readings(&self) -> Option<readings::Spec> {
        let readings = Some(self.study.readings.clone()).filter(|r| !r.is_empty())?;
        Some(readings::Spec { on: self.selection_of_patients(), readings, kind: self.icc().kind })
    }
}
