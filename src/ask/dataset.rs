//! What questions are asked of: the cohort, and the radiomic features that have arrived so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::study::Cohort;

/// A cohort with its features.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The patients, their variables, endpoints and cohorts.
    pub cohort: Arc<Cohort>,
    /// Their radiomic features.
    pub features: Arc<FeatureTable>,
}

/// Which radiomic value a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureColumn {
    /// Index of the sequence.
    pub sequence: usize,
    /// Index of the feature.
    pub feature: usize,
}

/// A repeated segmentation of one patient's sequence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repeat {
    /// Who drew it.
    pub reader: String,
    /// Which of the reader's drawings it is.
    pub reading: String,
}

/// Radiomic features by patient and sequence; grows while extraction runs.
///
/// Columns are ordered by sequence, then by feature; their names are `<sequence>_<feature>`.
#[derive(Debug, Clone, Default)]
pub struct FeatureTable {
    sequences: Arc<[String]>,
    names: Arc<[String]>,
    patients: usize,
    values: BTreeMap<(usize, usize), Arc<[f64]>>,
    repeats: BTreeMap<(Repeat, usize, usize), Arc<[f64]>>,
    revision: [u8; 32],
}

impl FeatureTable {
    /// A table without values for `patients` patients.
    pub fn new(patients: usize, sequences: impl Into<Arc<[String]>>) -> Self {
        Self { patients, sequences: sequences.into(), ..Self::default() }
    }

    /// Names of the sequences.
    pub fn sequences(&self) -> &[String] {
        &self.sequences
    }

    /// Names of the features of one sequence.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of patients, with or without values.
    pub fn patients(&self) -> usize {
        self.patients
    }

    /// Number of columns: sequences x features.
    pub fn n_columns(&self) -> usize {
        self.sequences.len() * self.names.len()
    }

    /// What column `j` holds.
    pub fn column(&self, j: usize) -> FeatureColumn {
        FeatureColumn { sequence: j / self.names.len().max(1), feature: j % self.names.len().max(1) }
    }

    /// The name of column `j`: `<sequence>_<feature>`; just the feature without sequences' names.
    pub fn column_name(&self, j: usize) -> String {
        let FeatureColumn { sequence, feature } = self.column(j);
        match self.sequences[sequence].as_str() {
            "" => self.names[feature].clone(),
            name => format!("{name}_{}", self.names[feature]),
        }
    }

    /// The value of column `j` for `patient`; NaN while it is not there.
    pub fn value(&self, patient: usize, j: usize) -> f64 {
        let FeatureColumn { sequence, feature } = self.column(j);
        self.values.get(&(patient, sequence)).map_or(f64::NAN, |v| v[feature])
    }

    /// The features of one patient's sequence, if they are there.
    pub fn values(&self, patient: usize, sequence: usize) -> Option<&Arc<[f64]>> {
        self.values.get(&(patient, sequence))
    }

    /// Repeated segmentations: who and which, patient, sequence, features.
    pub fn repeats(&self) -> impl Iterator<Item = (&Repeat, usize, usize, &Arc<[f64]>)> {
        self.repeats.iter().map(|((repeat, patient, sequence), v)| (repeat, *patient, *sequence, v))
    }

    /// Number of patient-sequence pairs with features.
    pub fn n_cases(&self) -> usize {
        self.values.len()
    }

    /// True if `patient` has features of every sequence.
    pub fn is_complete(&self, patient: usize) -> bool {
        !self.sequences.is_empty() && (0..self.sequences.len()).all(|s| self.values.contains_key(&(patient, s)))
    }

    /// Number of patients with features of every sequence.
    pub fn n_complete(&self) -> usize {
        (0..self.patients).filter(|p| self.is_complete(*p)).count()
    }

    /// Takes in the features of one case, `names` in the order of `values`; those of the first case fix the columns.
    ///
    /// Returns false, and takes nothing, if the names differ from those before.
    pub fn insert(
        &mut self,
        patient: usize,
        sequence: usize,
        repeat: Option<Repeat>,
        names: &Arc<[String]>,
        values: Arc<[f64]>,
    ) -> bool {
        if self.names.is_empty() {
            self.names = Arc::clone(names);
        }
        if self.names != *names || names.len() != values.len() || sequence >= self.sequences.len() {
            return false;
        }
        let mut hash = blake3::Hasher::new();
        hash.update(format!("{patient} {sequence} {repeat:?}").as_bytes());
        values.iter().for_each(|v| {
            hash.update(&v.to_le_bytes());
        });
        // Cases arrive in any order: their hashes are combined so that the order does not matter.
        for (sum, byte) in self.revision.iter_mut().zip(hash.finalize().as_bytes()) {
            *sum ^= byte;
        }
        match repeat {
            Some(repeat) => self.repeats.insert((repeat, patient, sequence), values),
            None => self.values.insert((patient, sequence), values),
        };
        true
    }

    /// A hash of all values: the same for the same values, whatever the order in which they came.
    pub fn revision(&self) -> [u8; 32] {
        self.revision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Arc<[String]> {
        ["mean".to_owned(), "energy".to_owned()].into()
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        let empty = FeatureTable::new(2, ["AP".to_owned(), "DWI".to_owned()]);
        let (mut a, mut b) = (empty.clone(), empty);
        assert!(a.insert(0, 0, None, &names(), [1.0, 2.0].into()));
        assert!(a.insert(1, 1, None, &names(), [3.0, 4.0].into()));
        assert!(b.insert(1, 1, None, &names(), [3.0, 4.0].into()));
        assert!(b.insert(0, 0, None, &names(), [1.0, 2.0].into()));
        assert_eq!(a.revision(), b.revision());
        assert_eq!((a.value(1, 3), a.column_name(3)), (4.0, "DWI_energy".to_owned()));
        assert!(a.value(0, 3).is_nan());
        assert!(!a.is_complete(0));
    }

    #[test]
    fn other_columns_are_refused() {
        let mut table = FeatureTable::new(1, ["AP".to_owned()]);
        assert!(table.insert(0, 0, None, &names(), [1.0, 2.0].into()));
        assert!(!table.insert(0, 0, None, &["mean".to_owned()].into(), [1.0].into()));
    }
}
