//! Who was left out of a study, by which criterion, and why.

use serde::Serialize;
use watch::Watch;

use super::excluded;
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::study::{Cohort, CriterionKind, EnrolmentFlow, EnrolmentStep, Left};
use figures::format;

/// How the patients came to be enrolled, and who did not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer<'a> {
    /// Each criterion with those who left at it.
    #[serde(flatten)]
    pub flow: &'a EnrolmentFlow,
    /// Patients of each cohort.
    pub cohorts: Vec<OfCohort>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// A cohort.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct OfCohort {
    pub cohort: String,
    pub n: usize,
}

impl<'a> Answer<'a> {
    /// What is known of `cohort`.
    pub fn of(cohort: &'a Cohort) -> Self {
        let cohorts = super::patients_of_groups(cohort).into_iter();
        Self {
            flow: cohort.flow(),
            cohorts: cohorts.map(|(cohort, n)| OfCohort { cohort, n }).collect(),
            notes: super::document(cohort).notes,
        }
    }
}

/// Enrolment and split, and everybody who was left out.
pub fn document(cohort: &Cohort) -> Document {
    super::document(cohort).heading("Left out").paragraph(summary(cohort.flow())).with(table(cohort.flow()))
}

/// `3 of 228 patients are left out`.
pub fn summary(flow: &EnrolmentFlow) -> String {
    let n: usize = flow.steps.iter().map(|step| step.lost).sum();
    let are = if n == 1 { "is" } else { "are" };
    match n {
        0 => format!("Nobody of {} patients is left out", format::count(flow.screened)),
        _ => format!("{} of {} patients {are} left out", format::count(n), format::count(flow.screened)),
    }
}

/// One row a patient, criterion by criterion.
fn table(flow: &EnrolmentFlow) -> Table {
    let mut table =
        Table::new([ColumnSpec::left("Patient"), ColumnSpec::left("Left out"), ColumnSpec::left("Because")]);
    for step in &flow.steps {
        for left in &step.left {
            let name = excluded(step.kind, &step.name);
            table.push([Cell::text(left.id.clone()), Cell::text(name), Cell::text(why(step, left))]);
        }
    }
    table
}

/// `not met: age >= 18`.
fn why(step: &EnrolmentStep, left: &Left) -> String {
    match (left.missing, step.kind) {
        (true, _) => format!("a value is missing: {}", step.criterion),
        (false, CriterionKind::Include) => format!("not met: {}", step.criterion),
        (false, CriterionKind::Exclude) => format!("met: {}", step.criterion),
    }
}

/// Who was left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LeftOut;

impl Question for LeftOut {
    /// A sentence, and a row for each patient.
    type Answer = (String, Table);

    const NAME: &'static str = "left out";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Self::Answer, AskError> {
        let flow = data.cohort.flow();
        Ok((summary(flow), table(flow)))
    }
}
