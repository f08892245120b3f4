//! A column's values, one a row, whatever their type.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use super::{Category, Kind};
use crate::date;

/// The values of a column, one a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// Numbers; NaN is missing.
    Number(Vec<f64>),
    /// One of a few levels.
    Category(Category),
    /// Days since 1970-01-01.
    Date(Vec<Option<i32>>),
    /// Anything else.
    Text(Vec<Option<String>>),
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(v) => v.len(),
            Self::Category(c) => c.codes.len(),
            Self::Date(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Their type.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Number,
            Self::Category(_) => Kind::Category,
            Self::Date(_) => Kind::Date,
            Self::Text(_) => Kind::Text,
        }
    }

    /// Whether row `i` has no value.
    pub fn is_missing(&self, i: usize) -> bool {
        match self {
            Self::Number(v) => v[i].is_nan(),
            Self::Category(c) => c.codes[i].is_none(),
            Self::Date(v) => v[i].is_none(),
            Self::Text(v) => v[i].is_none(),
        }
    }

    /// How many rows have no value.
    pub fn n_missing(&self) -> usize {
        match self {
            Self::Number(v) => v.iter().filter(|x| x.is_nan()).count(),
            Self::Category(c) => c.codes.iter().filter(|code| code.is_none()).count(),
            Self::Date(v) => v.iter().filter(|day| day.is_none()).count(),
            Self::Text(v) => v.iter().filter(|text| text.is_none()).count(),
        }
    }

    /// Whether every row has a value and no two have the same.
    pub fn are_distinct(&self) -> bool {
        match self {
            Self::Number(v) => all_differ(v.iter().map(|x| (!x.is_nan()).then_some(bits(*x)))),
            Self::Category(c) => all_differ(c.codes.iter().copied()),
            Self::Date(v) => all_differ(v.iter().copied()),
            Self::Text(v) => all_differ(v.iter().map(Option::as_deref)),
        }
    }

    /// How many different values the rows in `rows` have; a missing one is none.
    pub fn n_distinct(&self, rows: &[usize]) -> usize {
        match self {
            Self::Number(v) => n_distinct(rows.iter().map(|&i| v[i]).filter(|x| !x.is_nan()).map(bits)),
            Self::Category(c) => n_distinct(rows.iter().filter_map(|&i| c.codes[i])),
            Self::Date(v) => n_distinct(rows.iter().filter_map(|&i| v[i])),
            Self::Text(v) => n_distinct(rows.iter().filter_map(|&i| v[i].as_deref())),
        }
    }

    /// The levels of [`factor`](Self::factor), unless there are more than `most`: then the rest is not looked at.
    pub fn levels_within(&self, most: usize) -> Option<Vec<String>> {
        let levels = match self {
            Self::Category(category) => category.levels.clone(),
            Self::Number(numbers) => {
                let few = distinct_within(numbers.iter().filter(|x| !x.is_nan()).map(|x| bits(*x)), most)?;
                return Some(by_size(few).iter().map(f64::to_string).collect());
            }
            Self::Date(days) => {
                let few = distinct_within(days.iter().flatten().copied(), most)?;
                let mut texts: Vec<String> = few.into_iter().map(date::iso).collect();
                texts.sort_unstable();
                texts
            }
            Self::Text(texts) => {
                let few = distinct_within(texts.iter().flatten().map(String::as_str), most)?;
                let mut texts: Vec<String> = few.into_iter().map(str::to_owned).collect();
                texts.sort_unstable();
                texts
            }
        };
        (levels.len() <= most).then_some(levels)
    }

    /// The value of row `i` as it would be typed: the shortest digits that give the number back, ISO dates.
    pub fn text(&self, i: usize) -> Option<String> {
        match self {
            Self::Number(v) => (!v[i].is_nan()).then(|| v[i].to_string()),
            Self::Category(c) => c.level(i).map(str::to_owned),
            Self::Date(v) => v[i].map(date::iso),
            Self::Text(v) => v[i].clone(),
        }
    }

    /// Makes those values missing of whose text (see [`text`](Self::text)) `is_missing` says so.
    pub(crate) fn forget(&mut self, is_missing: impl Fn(&str) -> bool) {
        let gone: Vec<bool> = (0..self.len()).map(|i| self.text(i).is_some_and(|text| is_missing(&text))).collect();
        if gone.contains(&true) {
            self.empty(&gone);
        }
    }

    /// Makes the values missing of the rows that are `gone`; a level that nothing has any more is none.
    pub fn empty(&mut self, gone: &[bool]) {
        for i in (0..self.len()).filter(|&i| gone[i]) {
            match self {
                Self::Number(v) => v[i] = f64::NAN,
                Self::Category(c) => c.codes[i] = None,
                Self::Date(v) => v[i] = None,
                Self::Text(v) => v[i] = None,
            }
        }
        if let Self::Category(category) = self {
            let counts = category.counts();
            let kept: Vec<usize> = (0..counts.len()).filter(|&k| counts[k] > 0).collect();
            let code = |old: u32| kept.iter().position(|&k| k == old as usize).map(|k| k as u32);
            let codes = category.codes.iter().map(|c| c.and_then(code)).collect();
            let levels = kept.iter().map(|&k| category.levels[k].clone()).collect();
            *category = Category {
                reference: code(category.reference).unwrap_or(0),
                ordered: category.ordered,
                ..Category::new(levels, codes)
            };
        }
    }

    /// The rows in `rows`, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Number(v) => Self::Number(rows.iter().map(|&i| v[i]).collect()),
            Self::Category(c) => Self::Category(c.select(rows)),
            Self::Date(v) => Self::Date(rows.iter().map(|&i| v[i]).collect()),
            Self::Text(v) => Self::Text(rows.iter().map(|&i| v[i].clone()).collect()),
        }
    }

    /// See [`select_known`](super::Column::select_known).
    pub fn select_known(&self, rows: &[Option<usize>]) -> Self {
        match self {
            Self::Number(v) => Self::Number(rows.iter().map(|row| row.map_or(f64::NAN, |i| v[i])).collect()),
            Self::Category(c) => {
                let codes = rows.iter().map(|row| row.and_then(|i| c.codes[i])).collect();
                Self::Category(Category { codes, ..c.clone() })
            }
            Self::Date(v) => Self::Date(rows.iter().map(|row| row.and_then(|i| v[i])).collect()),
            Self::Text(v) => Self::Text(rows.iter().map(|row| row.and_then(|i| v[i].clone())).collect()),
        }
    }

    /// See [`factor`](super::Column::factor).
    pub fn factor(&self) -> Category {
        match self {
            Self::Category(category) => category.clone(),
            Self::Number(numbers) => {
                let known = || numbers.iter().filter(|x| !x.is_nan()).map(|x| bits(*x));
                let distinct = by_size(known().collect::<HashSet<u64, FixedState>>());
                let places = distinct.iter().zip(0..).map(|(x, place)| (bits(*x), place));
                let place: HashMap<u64, u32, FixedState> = places.collect();
                let codes = numbers.iter().map(|x| place.get(&bits(*x)).copied()).collect();
                Category::new(distinct.iter().map(f64::to_string).collect(), codes)
            }
            Self::Date(_) | Self::Text(_) => Category::from_texts((0..self.len()).map(|i| self.text(i))),
        }
    }
}

/// A number's bits; both zeros are one number.
fn bits(x: f64) -> u64 {
    if x == 0.0 { 0 } else { x.to_bits() }
}

fn by_size(bits: impl IntoIterator<Item = u64>) -> Vec<f64> {
    let mut numbers: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

fn distinct_within<T: Eq + Hash>(values: impl Iterator<Item = T>, most: usize) -> Option<HashSet<T, FixedState>> {
    let mut distinct = HashSet::default();
    for value in values {
        if distinct.insert(value) && distinct.len() > most {
            return None;
        }
    }
    Some(distinct)
}

/// Whether no two texts are the same.
pub fn are_distinct(texts: &[String]) -> bool {
    all_differ(texts.iter().map(|text| Some(text.as_str())))
}

/// Whether all are there, and no two the same.
fn all_differ<T: Copy + Ord + Hash>(values: impl Iterator<Item = Option<T>> + Clone) -> bool {
    if values.clone().any(|value| value.is_none()) {
        return false;
    }
    // Most columns repeat themselves soon.
    let mut first: HashSet<T, FixedState> = HashSet::default();
    if !values.clone().flatten().take(1000).all(|value| first.insert(value)) {
        return false;
    }
    let mut met: HashSet<T, FixedState> = HashSet::default();
    plainly_differ(values.clone().flatten()) || values.flatten().all(|value| met.insert(value))
}

/// How many different ones there are.
pub(crate) fn n_distinct<T: Ord + Hash>(values: impl Iterator<Item = T> + Clone) -> usize {
    if plainly_differ(values.clone()) {
        return values.count();
    }
    values.collect::<HashSet<T, FixedState>>().len()
}

/// Whether it is seen without comparing each with all others that no two are the same.
fn plainly_differ<T: Ord + Hash>(values: impl Iterator<Item = T> + Clone) -> bool {
    // What names rows mostly ascends.
    if values.clone().is_sorted_by(|a, b| a < b) {
        return true;
    }
    // Different hashes are of different values; equal ones need not be of equal values.
    let mut hashes: Vec<u64> = values.map(|value| FixedState::default().hash_one(value)).collect();
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_levels_by_size() {
        let factor = Values::Number(vec![10.0, 2.0, f64::NAN, 2.0]).factor();
        assert_eq!(factor.levels, ["2", "10"]);
        assert_eq!(factor.codes, [Some(1), Some(0), None, Some(0)]);
        assert_eq!(factor.counts(), [2, 1]);
    }

    #[test]
    fn few_levels_are_those_of_the_factor() {
        let numbers = Values::Number(vec![3.0, -0.0, f64::NAN, 0.0, -2.5, 3.0]);
        let words = Values::Text(["b", "a", "b"].map(|t| Some(t.to_owned())).to_vec());
        let days = Values::Date(vec![Some(3), None, Some(-1)]);
        for values in [&numbers, &words, &days] {
            let levels = values.factor().levels;
            assert_eq!(values.levels_within(levels.len()), Some(levels.clone()));
            assert_eq!(values.levels_within(levels.len() - 1), None);
            assert!(!values.are_distinct());
        }
        assert_eq!(numbers.factor().levels, ["-2.5", "0", "3"]);
        assert!(Values::Number((0..3000).map(f64::from).collect()).are_distinct());
        assert!(!Values::Number((0..3000).map(|i| f64::from(i % 2999)).collect()).are_distinct());
        assert!(Values::Date(vec![Some(1), Some(2)]).are_distinct());
    }

    #[test]
    fn different_values_are_counted_among_the_rows_asked_for() {
        let numbers = Values::Number(vec![3.0, -0.0, f64::NAN, 0.0, 3.0, -1.0]);
        assert_eq!(numbers.n_distinct(&[0, 1, 2, 3, 4, 5]), 3);
        assert_eq!(numbers.n_distinct(&[2]), 0);
        let grade = Category::from_texts(["low", "high", "mid"].map(Some));
        assert_eq!(Values::Category(grade).n_distinct(&[2, 0, 2]), 2, "a level that does not occur is none");
        assert_eq!(Values::Date(vec![Some(4), None, Some(1)]).n_distinct(&[0, 1, 2]), 2);
        let names = Values::Text(["b", "a", "b"].map(|t| Some(t.to_owned())).to_vec());
        assert_eq!(names.n_distinct(&[0, 1, 2]), 2);
    }
}
