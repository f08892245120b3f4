//! The cohort: the enrolled patients with their columns, endpoints and groups. What every analysis asks.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};
use tables::{Category, Column, Expr, ExprError, Frame, Kept, Learned, LengthMismatch};

use super::endpoint::Endpoint;
use super::enrolment::EnrolmentFlow;

/// The enrolled patients of a study, or some of them.
#[derive(Debug, Clone)]
pub struct Cohort {
    frame: Frame,
    id: Option<String>,
    ids: Vec<String>,
    endpoints: Vec<Endpoint>,
    groups: Category,
    variables: Vec<String>,
    features: Vec<String>,
    flow: Arc<EnrolmentFlow>,
    revision: OnceLock<Revision>,
}

/// What a cohort is made of.
#[derive(Debug, Clone, Default)]
pub struct CohortParts {
    /// The columns, one row a patient.
    pub frame: Frame,
    /// The column of the patients' names, if one has them.
    pub id: Option<String>,
    /// The patients' names.
    pub ids: Vec<String>,
    /// The outcomes, the principal one first.
    pub endpoints: Vec<Endpoint>,
    /// The cohort each patient belongs to; the first level is the one in which models are built.
    pub groups: Category,
    /// Names of the clinical columns that are described and screened.
    pub variables: Vec<String>,
    /// Names of the columns that are radiomic features.
    pub features: Vec<String>,
    /// How the patients came to be enrolled.
    pub flow: EnrolmentFlow,
}

/// The content of a cohort in 256 bits: equal revisions have equal answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revision(blake3::Hash);

impl Cohort {
    /// A cohort of the patients in `parts`; every part has one row a patient.
    pub fn new(parts: CohortParts) -> Result<Self, LengthMismatch> {
        let CohortParts { frame, id, ids, endpoints, groups, variables, features, flow } = parts;
        let lengths = [("id", ids.len()), ("cohort", groups.codes.len())];
        let lengths = lengths.into_iter().chain(endpoints.iter().map(|e| (e.name.as_str(), e.len())));
        let expected = frame.len();
        if let Some((name, found)) = lengths.into_iter().find(|&(_, n)| n != expected) {
            return Err(LengthMismatch { name: name.to_owned(), found, expected });
        }
        let flow = Arc::new(flow);
        Ok(Self { frame, id, ids, endpoints, groups, variables, features, flow, revision: OnceLock::new() })
    }

    /// Number of patients.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True without patients.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The columns, one row a patient.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The column of the patients' names, if one has them.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The patients' names.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The outcomes, the principal one first.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The outcome called `name`.
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|e| e.name == name)
    }

    /// The cohort each patient belongs to (training, internal, external); models are built in the first.
    pub fn groups(&self) -> &Category {
        &self.groups
    }

    /// The patients of group number `code`, in row order.
    pub fn rows_of_group(&self, code: u32) -> Vec<usize> {
        (0..self.len()).filter(|&i| self.groups.codes[i] == Some(code)).collect()
    }

    /// The patients in whom models are built: the first group.
    pub fn training(&self) -> Vec<usize> {
        self.rows_of_group(0)
    }

    /// Names of the clinical columns that are described and screened.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Names of the columns that are radiomic features.
    pub fn features(&self) -> &[String] {
        &self.features
    }

    /// How many patients the rows in `rows` are of: fewer, where a patient has several.
    pub fn n_patients(&self, rows: &[usize]) -> usize {
        // Whoever is enrolled with one row has one in any choice of them.
        match self.flow.enrolled == self.len() {
            true => rows.len(),
            false => rows.iter().map(|&i| &self.ids[i]).collect::<HashSet<_>>().len(),
        }
    }

    /// How the patients came to be enrolled; a filter does not change it.
    pub fn flow(&self) -> &EnrolmentFlow {
        &self.flow
    }

    /// The patients in `rows`, in that order (repeats allowed).
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            frame: self.frame.select_rows(rows),
            id: self.id.clone(),
            ids: rows.iter().map(|&i| self.ids[i].clone()).collect(),
            endpoints: self.endpoints.iter().map(|e| e.select(rows)).collect(),
            groups: self.groups.select(rows),
            variables: self.variables.clone(),
            features: self.features.clone(),
            flow: Arc::clone(&self.flow),
            revision: OnceLock::new(),
        }
    }

    /// The patients who meet `condition`, and how many did not or could not be judged.
    pub fn filter(&self, condition: &Expr) -> Result<(Self, Kept), ExprError> {
        let (outcomes, _) = self.keep(condition)?;
        let rows: Vec<usize> = (0..self.len()).filter(|&i| outcomes[i] == Some(true)).collect();
        Ok((self.select(&rows), Kept::count(&outcomes)))
    }

    /// Whether each patient meets `condition`, and what it learned of the patients models are built in.
    pub fn keep(&self, condition: &Expr) -> Result<(Vec<Option<bool>>, Vec<Learned>), ExprError> {
        let (condition, learned) = condition.learned(&self.frame, &self.training())?;
        Ok((condition.keep(&self.frame)?, learned))
    }

    /// The same patients with `columns` added (or replaced) as radiomic features.
    pub fn with_features(mut self, columns: Vec<Column>) -> Result<Self, LengthMismatch> {
        for column in columns {
            if !self.features.contains(&column.name) {
                self.features.push(column.name.clone());
            }
            self.frame.set(column)?;
        }
        self.revision = OnceLock::new();
        Ok(self)
    }

    /// The same patients with one more column, such as a score.
    pub fn with_column(mut self, column: Column) -> Result<Self, LengthMismatch> {
        self.frame.set(column)?;
        self.revision = OnceLock::new();
        Ok(self)
    }

    /// The key of this cohort's content. It is computed once and the same for the same content on any machine.
    pub fn revision(&self) -> Revision {
        *self.revision.get_or_init(|| {
            let mut hasher = blake3::Hasher::new();
            super::revision::frame(&mut hasher, &self.frame);
            super::revision::texts(&mut hasher, &self.ids);
            super::revision::category(&mut hasher, &self.groups);
            super::revision::texts(&mut hasher, &self.variables);
            super::revision::texts(&mut hasher, &self.features);
            self.endpoints.iter().for_each(|e| super::revision::endpoint(&mut hasher, e));
            Revision(hasher.finalize())
        })
    }
}

impl fmt::Display for Revision {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Revision({})", self.0)
    }
}

impl Serialize for Revision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
