//! What questions are asked of: the cohort, and the radiomic features that have arrived so far.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::study::{AT_REGION, Cohort};

/// A cohort with its features.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// The patients, their variables, endpoints and cohorts.
    pub cohort: Arc<Cohort>,
    /// Their radiomic features.
    pub features: Arc<FeatureTable>,
    /// The columns of the cohort that are fitted scores or groups of them.
    pub made: Arc<[MadeFrom]>,
}

/// Where a column that is a fitted score comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeFrom {
    /// The column.
    pub column: String,
    /// What is printed.
    pub label: String,
    /// The endpoint that it was fitted to.
    pub endpoint: String,
    /// The cohort in which it was fitted; everybody if there are no cohorts.
    pub training: Option<String>,
    /// Rows of the patients whom it was fitted to, ascending.
    pub rows: Vec<usize>,
    /// Events among them.
    pub events: usize,
    /// Why there is no score, if there is none.
    pub why_not: Option<String>,
}

impl Dataset {
    /// Patients and features, without columns made of scores.
    pub fn new(cohort: Arc<Cohort>, features: Arc<FeatureTable>) -> Self {
        Self { cohort, features, made: Arc::default() }
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Repeat {
    /// Who drew it.
    pub reader: String,
    /// Which of the reader's drawings it is.
    pub reading: String,
}

/// Radiomic features by patient and sequence; grows while extraction runs.
///
/// Columns are ordered by sequence, then by feature; their names are `<sequence>_<feature>`. Sequences that are extracted
/// in ways of their own may have features of their own.
#[derive(Debug, Clone, Default)]
pub struct FeatureTable {
    sequences: Arc<[String]>,
    /// By sequence, once one of its cases has come.
    names: Vec<Option<Arc<[String]>>>,
    patients: usize,
    values: BTreeMap<(usize, usize), Arc<[f64]>>,
    repeats: BTreeMap<(Repeat, usize, usize), Arc<[f64]>>,
    /// Patients with features of every sequence.
    complete: usize,
    revision: [u8; 32],
}

impl FeatureTable {
    /// A table without values for `patients` patients.
    pub fn new(patients: usize, sequences: impl Into<Arc<[String]>>) -> Self {
        let sequences: Arc<[String]> = sequences.into();
        Self { patients, names: vec![None; sequences.len()], sequences, ..Self::default() }
    }

    /// Names of the sequences.
    pub fn sequences(&self) -> &[String] {
        &self.sequences
    }

    /// Names of the features of one sequence; until one of its cases has come, those of the first that has any.
    pub fn names(&self, sequence: usize) -> &[String] {
        let own = self.names.get(sequence).and_then(Option::as_ref);
        own.or_else(|| self.names.iter().flatten().next()).map_or(&[], |names| names)
    }

    /// Number of patients, with or without values.
    pub fn patients(&self) -> usize {
        self.patients
    }

    /// Number of columns: the features of all sequences.
    pub fn n_columns(&self) -> usize {
        (0..self.sequences.len()).map(|sequence| self.names(sequence).len()).sum()
    }

    /// What column `j` holds.
    pub fn column(&self, j: usize) -> FeatureColumn {
        let (mut sequence, mut feature) = (0, j);
        while sequence + 1 < self.sequences.len() && feature >= self.names(sequence).len() {
            feature -= self.names(sequence).len();
            sequence += 1;
        }
        FeatureColumn { sequence, feature }
    }

    /// The column of a sequence's feature.
    pub fn position(&self, FeatureColumn { sequence, feature }: FeatureColumn) -> usize {
        (0..sequence).map(|before| self.names(before).len()).sum::<usize>() + feature
    }

    /// The name of column `j`; see [`column_called`].
    pub fn column_name(&self, j: usize) -> String {
        let FeatureColumn { sequence, feature } = self.column(j);
        column_called(&self.sequences[sequence], &self.names(sequence)[feature])
    }

    /// Whether a column is called so.
    pub fn has_column(&self, name: &str) -> bool {
        (0..self.n_columns()).any(|j| self.column_name(j) == name)
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
        self.complete
    }

    /// Takes in the features of one case, `names` in the order of `values`; those of a sequence's first case fix its columns.
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
        let Some(own) = self.names.get_mut(sequence) else { return false };
        if own.as_ref().is_some_and(|own| own != names) || names.len() != values.len() {
            return false;
        }
        own.get_or_insert_with(|| Arc::clone(names));
        let mut hash = blake3::Hasher::new();
        hash.update(format!("{patient} {sequence} {repeat:?}").as_bytes());
        hash.update(bytemuck::cast_slice(&values));
        // Cases arrive in any order: their hashes are combined so that the order does not matter.
        for (sum, byte) in self.revision.iter_mut().zip(hash.finalize().as_bytes()) {
            *sum ^= byte;
        }
        if let Some(repeat) = repeat {
            self.repeats.insert((repeat, patient, sequence), values);
        } else if self.values.insert((patient, sequence), values).is_none() {
            self.complete += usize::from(self.is_complete(patient));
        }
        true
    }

    /// A hash of all values: the same for the same values, whatever the order in which they came.
    pub fn revision(&self) -> [u8; 32] {
        self.revision
    }
}

/// The column of a sequence's feature: `<sequence>_<feature>`; `<sequence>@<region>_<feature>` of another region than the
/// lesion, whose features are called `@<region>_<feature>` within the sequence; just the feature without a sequence's name.
pub fn column_called(sequence: &str, feature: &str) -> String {
    let between = if sequence.is_empty() || feature.starts_with(AT_REGION) { "" } else { "_" };
    format!("{sequence}{between}{feature}")
}

/// The region and the rest of a feature's name within its sequence: `@ring5_original_firstorder_Mean`. Of the lesion there is
/// no region.
pub fn region_of(feature: &str) -> (Option<&str>, &str) {
    match feature.strip_prefix(AT_REGION).and_then(|rest| rest.split_once('_')) {
        Some((region, rest)) => (Some(region), rest),
        None => (None, feature),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_stands_behind_the_sequence() {
        let feature = "@ring5_original_firstorder_Mean";
        assert_eq!(column_called("T2WI", feature), "T2WI@ring5_original_firstorder_Mean");
        assert_eq!(region_of(feature), (Some("ring5"), "original_firstorder_Mean"));
        assert_eq!(region_of("original_firstorder_Mean"), (None, "original_firstorder_Mean"));
        assert_eq!(column_called("", "mean"), "mean");
    }

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
    fn patients_are_complete_with_every_sequence_and_count_once() {
        let mut table = FeatureTable::new(2, ["AP".to_owned(), "DWI".to_owned()]);
        let mut after = |patient, sequence, repeat| {
            assert!(table.insert(patient, sequence, repeat, &names(), [1.0, 2.0].into()));
            table.n_complete()
        };
        let repeat = Repeat { reader: "A".to_owned(), reading: "2".to_owned() };
        assert_eq!([after(0, 0, None), after(0, 1, Some(repeat)), after(0, 1, None), after(0, 1, None)], [0, 0, 1, 1]);
        assert_eq!([after(1, 1, None), after(1, 0, None)], [1, 2]);
    }

    #[test]
    fn other_columns_are_refused() {
        let mut table = FeatureTable::new(1, ["AP".to_owned()]);
        assert!(table.insert(0, 0, None, &names(), [1.0, 2.0].into()));
        assert!(!table.insert(0, 0, None, &["mean".to_owned()].into(), [1.0].into()));
    }

    #[test]
    fn sequences_may_have_features_of_their_own() {
        let mut table = FeatureTable::new(1, ["AP".to_owned(), "PET".to_owned()]);
        assert!(table.insert(0, 1, None, &["peak".to_owned()].into(), [7.0].into()));
        assert_eq!(table.n_columns(), 2);
        assert!(table.insert(0, 0, None, &names(), [1.0, 2.0].into()));
        let columns: Vec<_> = (0..table.n_columns()).map(|j| (table.column_name(j), table.value(0, j))).collect();
        let wanted = [("AP_mean", 1.0), ("AP_energy", 2.0), ("PET_peak", 7.0)];
        assert_eq!(columns, wanted.map(|(name, value)| (name.to_owned(), value)));
        assert!((0..3).all(|j| table.position(table.column(j)) == j));
    }
}
