//! Which drawings of the same lesions are compared: one reader's own, and those of different readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Compared, Comparison, Part};
use crate::ask::{AskError, FeatureColumn, FeatureTable, Repeat};

/// The drawings of every lesion: the study's own and the repeated ones.
pub(super) struct Drawings<'a> {
    features: &'a FeatureTable,
    repeats: BTreeMap<&'a Repeat, ByLesion<'a>>,
}

/// Features by patient and sequence.
type ByLesion<'a> = BTreeMap<(usize, usize), &'a Arc<[f64]>>;

/// One rater: the study's own drawing, or a repeated one.
pub(super) type Rater<'a> = Option<&'a Repeat>;

impl<'a> Drawings<'a> {
    pub(super) fn of(features: &'a FeatureTable) -> Self {
        let mut repeats: BTreeMap<&Repeat, ByLesion> = BTreeMap::new();
        for (repeat, patient, sequence, values) in features.repeats() {
            repeats.entry(repeat).or_default().insert((patient, sequence), values);
        }
        Self { features, repeats }
    }

    /// What can be compared: within each reader who drew twice, and between the readers' first drawings; the name, whether
    /// it is within a reader, and the drawings.
    pub(super) fn raters(&self) -> Vec<(String, bool, Vec<Rater<'a>>)> {
        let owner = self.owner();
        let mut by_reader: BTreeMap<&str, Vec<Rater>> = BTreeMap::new();
        by_reader.insert(owner.unwrap_or(UNNAMED), vec![None]);
        let mut repeats: Vec<&Repeat> = self.repeats.keys().copied().filter(|r| !self.is_own(r)).collect();
        repeats.sort_by_key(|r| order(&r.reading));
        for repeat in repeats {
            by_reader.entry(&repeat.reader).or_default().push(Some(repeat));
        }
        let mut compared = Vec::new();
        let firsts: Vec<Rater> = by_reader.values().map(|raters| raters[0]).collect();
        let names = by_reader.keys().copied().collect::<Vec<_>>().join(", ");
        for (reader, raters) in by_reader.into_iter().filter(|(_, raters)| raters.len() > 1) {
            let name = match reader {
                "" => format!("{} readings", raters.len()),
                reader => format!("reader {reader}, {} readings", raters.len()),
            };
            compared.push((name, true, raters));
        }
        if firsts.len() > 1 {
            compared.push((format!("readers {names}"), false, firsts));
        }
        compared
    }

    /// The values of one column in the lesions that all of these drawings have: the patient, and a value for each.
    pub(super) fn of_column(&self, column: FeatureColumn, raters: &[Rater]) -> Vec<(usize, Vec<f64>)> {
        let of = |patient: usize| {
            let drawn = raters.iter().map(|rater| self.drawn(rater, patient, column.sequence));
            let values: Option<Vec<f64>> = drawn.map(|values| values?.get(column.feature).copied()).collect();
            Some((patient, values.filter(|values| values.iter().all(|value| value.is_finite()))?))
        };
        (0..self.features.patients()).filter_map(of).collect()
    }

    /// What a drawing is called.
    pub(super) fn called(&self, rater: &Rater) -> String {
        let (reader, reading) = match rater {
            None => (self.owner().unwrap_or(UNNAMED), ""),
            Some(repeat) => (repeat.reader.as_str(), repeat.reading.as_str()),
        };
        match (reader, reading) {
            ("", "") => "first drawing".to_owned(),
            ("", reading) => format!("drawing {reading}"),
            (reader, "") => reader.to_owned(),
            (reader, reading) => format!("{reader}, drawing {reading}"),
        }
    }

    fn drawn(&self, rater: &Rater, patient: usize, sequence: usize) -> Option<&'a Arc<[f64]>> {
        match rater {
            None => self.features.values(patient, sequence),
            Some(repeat) => self.repeats[*repeat].get(&(patient, sequence)).copied(),
        }
    }

    /// The comparisons that can be made: within each reader who drew twice, and between the readers' first drawings.
    pub(super) fn compare(&self, notes: &mut Vec<String>) -> Result<Vec<Compared>, AskError> {
        if self.repeats.is_empty() {
            return Err(AskError::NotYet("no repeated segmentation has features yet".to_owned()));
        }
        let mut compared = Vec::new();
        for (name, within, raters) in self.raters() {
            compared.extend(self.ratings(name, within, &raters, notes));
        }
        if self.owner().is_none() {
            notes
                .push("the repeats do not tell who drew the study's masks: taken for a reader of their own".to_owned());
        }
        if compared.is_empty() {
            return Err(AskError::NotYet("fewer than two lesions have features of all their drawings".to_owned()));
        }
        Ok(compared)
    }

    /// Whether a repeat is the study's own drawing, filed among the repeats: it says nothing of agreement, but whose
    /// that drawing is.
    fn is_own(&self, repeat: &Repeat) -> bool {
        let same = |(&(patient, sequence), values): (&(usize, usize), &&Arc<[f64]>)| {
            let own = self.features.values(patient, sequence);
            own.is_none_or(|own| own.iter().zip(values.iter()).all(|(a, b)| a.to_bits() == b.to_bits()))
        };
        self.repeats[repeat].iter().all(same)
    }

    /// Who drew the study's masks, as the repeats tell: the reader of a repeat that is the same drawing, the only
    /// reader if none is named, or the one reader whose first reading is not among the repeats (`A_2` and `B_1`: A).
    fn owner(&self) -> Option<&'a str> {
        if let Some(own) = self.repeats.keys().find(|r| self.is_own(r)) {
            return Some(&own.reader);
        }
        let readings: BTreeSet<&str> = self.repeats.keys().map(|r| r.reading.as_str()).collect();
        let readers: BTreeSet<&'a str> = self.repeats.keys().map(|r| r.reader.as_str()).collect();
        if readers.iter().all(|r| r.is_empty()) {
            return Some("");
        }
        let lowest = readings.iter().copied().min_by_key(|r| order(r))?;
        let first = if lowest.parse::<u64>().is_ok() { order("1") } else { order(lowest) };
        let drew_first = |reader: &str| self.repeats.keys().any(|r| r.reader == reader && order(&r.reading) == first);
        let mut without: Vec<&'a str> = readers.into_iter().filter(|reader| !drew_first(reader)).collect();
        without.pop().filter(|_| without.is_empty())
    }

    /// The ratings by `raters` of the lesions that all of them drew; `None` if these are fewer than two.
    fn ratings(&self, name: String, within: bool, raters: &[Rater], notes: &mut Vec<String>) -> Option<Compared> {
        let part = |sequence: usize| {
            let n = self.features.names(sequence).len();
            let column = |feature| self.features.position(FeatureColumn { sequence, feature });
            let rows: Vec<Vec<&Arc<[f64]>>> = (0..self.features.patients())
                .filter_map(|patient| raters.iter().map(|r| self.drawn(r, patient, sequence)).collect())
                .collect();
            let of = |feature: usize| rows.iter().map(|row| row.iter().map(|v| v[feature]).collect()).collect();
            Part {
                names: (0..n).map(|feature| self.features.column_name(column(feature))).collect(),
                subjects: rows.len(),
                ratings: (0..n).map(of).collect(),
            }
        };
        let parts: Vec<Part> = (0..self.features.sequences().len()).map(part).collect();
        let counts = || parts.iter().map(|part| part.subjects);
        let most = counts().max().unwrap_or(0);
        if counts().any(|subjects| subjects < most) {
            let named = self.features.sequences().iter().zip(counts());
            let listed: Vec<String> = named.map(|(sequence, n)| format!("{sequence} {n}")).collect();
            notes.push(format!("{name}: lesions drawn by all differ by sequence: {}", listed.join(", ")));
        }
        let comparison = Comparison { name, within, subjects: most, raters: raters.len() };
        (most >= 2).then_some(Compared { comparison, parts })
    }
}

/// What a reader is called of whom nothing is known.
const UNNAMED: &str = "study's own";

/// Readings in their order: numbers by size, then other names.
fn order(reading: &str) -> (u64, String) {
    reading.parse().map_or_else(|_| (u64::MAX, reading.to_owned()), |n| (n, String::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lesions with one feature, drawn again by `repeats` (reader, reading, values).
    fn table(repeats: &[(&str, &str, [f64; 3])]) -> FeatureTable {
        let names: Arc<[String]> = ["mean".to_owned()].into();
        let mut table = FeatureTable::new(3, ["AP".to_owned()]);
        for (patient, value) in [1.0, 2.0, 4.0].into_iter().enumerate() {
            assert!(table.insert(patient, 0, None, &names, [value].into()));
        }
        for (reader, reading, values) in repeats {
            let repeat = Repeat { reader: (*reader).to_owned(), reading: (*reading).to_owned() };
            for (patient, value) in values.iter().enumerate() {
                assert!(table.insert(patient, 0, Some(repeat.clone()), &names, [*value].into()));
            }
        }
        table
    }

    fn comparisons(repeats: &[(&str, &str, [f64; 3])]) -> Vec<(String, usize)> {
        let table = table(repeats);
        let compared = Drawings::of(&table).compare(&mut Vec::new()).expect("repeats");
        compared.into_iter().map(|c| (c.comparison.name.clone(), c.parts[0].ratings[0][0].len())).collect()
    }

    #[test]
    fn readers_and_readings_find_their_comparisons() {
        let (a, b) = ([1.1, 2.1, 4.2], [0.9, 2.2, 3.9]);
        let both = vec![("reader A, 2 readings".to_owned(), 2), ("readers A, B".to_owned(), 2)];
        assert_eq!(comparisons(&[("A", "2", a), ("B", "1", b)]), both);
        assert_eq!(comparisons(&[("A", "1", [1.0, 2.0, 4.0]), ("A", "2", a), ("B", "1", b)]), both);
        assert_eq!(comparisons(&[("", "2", a), ("", "3", b)]), [("3 readings".to_owned(), 3)]);
        assert_eq!(comparisons(&[("A", "", a), ("B", "", b)]), [("readers A, B, study's own".to_owned(), 3)]);
        assert_eq!(comparisons(&[("B", "1", b)]), [("readers B, study's own".to_owned(), 2)]);
    }

    #[test]
    fn without_repeats_there_is_nothing_to_compare_yet() {
        let table = table(&[]);
        let refused = Drawings::of(&table).compare(&mut Vec::new()).err();
        assert!(matches!(refused, Some(AskError::NotYet(_))));
    }
}
