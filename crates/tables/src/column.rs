//! Typed columns: numbers, categories, dates and text, with what is missing in each.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use super::date;

/// A named column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name by which specifications refer to it, as in the file's header.
    pub name: String,
    /// What to print instead of the name.
    pub label: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// Its values, one a row.
    pub values: Values,
    /// How its type was found.
    pub guess: Guess,
    /// Cells that do not fit the type and therefore count as missing.
    pub unread: Vec<Unread>,
    /// What has to be asked before its values may be used.
    pub doubt: Option<Doubt>,
    /// What whoever uses its values should know of how they were read.
    pub remarks: Vec<String>,
    /// Values that seem to mean that nothing is known, of which nobody has said what they mean.
    pub suspects: Vec<String>,
}

/// Something about a column that changes its numbers and that only its owner knows: asked, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// What the answer decides.
    pub about: About,
    /// The question.
    pub text: String,
    /// The answers that there are.
    pub candidates: Vec<String>,
    /// How it is answered, on the command line and in a study file.
    pub option: String,
}

/// What a doubt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Which mark stands before decimals.
    Decimal,
    /// Whether the day or the month comes first.
    Dates,
    /// What stands for a value beyond a limit of detection.
    Limits,
    /// In which of several units the numbers are.
    Units,
}

impl fmt::Display for Doubt {
    /// `question: is 1,957 in afp 1957 or 1.957? --decimal . or --decimal ,`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "question: {}", self.text)?;
        if !self.candidates.is_empty() {
            write!(f, " It may be: {}.", self.candidates.join(", "))?;
        }
        write!(f, " {}", self.option)
    }
}

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

/// Values that are each one of a few named levels.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The levels in their order.
    pub levels: Vec<String>,
    /// Position in `levels` of each row's value; `None` is missing.
    pub codes: Vec<Option<u32>>,
    /// Whether the order of the levels means something, so that they may be compared.
    pub ordered: bool,
    /// Position in `levels` of the level that the others are compared with.
    pub reference: u32,
}

/// The four types of column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// [`Values::Number`].
    Number,
    /// [`Values::Category`].
    Category,
    /// [`Values::Date`].
    Date,
    /// [`Values::Text`].
    Text,
}

/// The type a column was taken to have, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The type.
    pub kind: Kind,
    /// Why, for the reader: `all 149 values are numbers`.
    pub reason: String,
}

/// A cell that is not missing, yet is not of its column's type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its row of data in the file, from 1 (not a position in a filtered frame).
    pub row: usize,
    /// The line of the file, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

impl Kind {
    /// All of them, in the order in which they are explained.
    pub const ALL: [Self; 4] = [Self::Number, Self::Category, Self::Date, Self::Text];

    /// The word used in study files and messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Date => "date",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Column {
    /// A column that was not read from a file but computed: `reason` says from what.
    pub fn new(name: impl Into<String>, values: Values, reason: impl Into<String>) -> Self {
        let guess = Guess { kind: values.kind(), reason: reason.into() };
        let name = name.into();
        Self {
            name,
            label: None,
            unit: None,
            values,
            guess,
            unread: Vec::new(),
            doubt: None,
            remarks: Vec::new(),
            suspects: Vec::new(),
        }
    }

    /// What to print for it: the label, else the name.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Its type.
    pub fn kind(&self) -> Kind {
        self.values.kind()
    }

    /// Its numbers, if it holds numbers.
    pub fn numbers(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Number(numbers) => Some(numbers),
            _ => None,
        }
    }

    /// Its values as levels: those of a category as they are, any other column's distinct values in sorted order
    /// (numbers by size, text by bytes).
    pub fn factor(&self) -> Category {
        self.values.factor()
    }

    /// The rows in `rows`, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self { values: self.values.select(rows), ..self.clone_without_values() }
    }

    /// The rows in `rows`, in that order; no value where there is no row.
    pub fn select_known(&self, rows: &[Option<usize>]) -> Self {
        Self { values: self.values.select_known(rows), ..self.clone_without_values() }
    }

    fn clone_without_values(&self) -> Self {
        Self {
            name: self.name.clone(),
            label: self.label.clone(),
            unit: self.unit.clone(),
            values: Values::Number(Vec::new()),
            guess: self.guess.clone(),
            unread: self.unread.clone(),
            doubt: self.doubt.clone(),
            remarks: self.remarks.clone(),
            suspects: self.suspects.clone(),
        }
    }
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
    pub(super) fn forget(&mut self, is_missing: impl Fn(&str) -> bool) {
        let gone: Vec<usize> =
            (0..self.len()).filter(|&i| self.text(i).is_some_and(|text| is_missing(&text))).collect();
        if gone.is_empty() {
            return;
        }
        for i in gone {
            match self {
                Self::Number(v) => v[i] = f64::NAN,
                Self::Category(c) => c.codes[i] = None,
                Self::Date(v) => v[i] = None,
                Self::Text(v) => v[i] = None,
            }
        }
        // A level that nothing has any more is none.
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

    /// See [`Column::select_known`].
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

    /// See [`Column::factor`].
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

/// Whether all are there, and no two the same.
fn all_differ<T: Eq + Hash>(values: impl Iterator<Item = Option<T>> + Clone) -> bool {
    // Most columns repeat themselves soon. Different hashes are of different values; equal ones need a look.
    let mut first: HashSet<T, FixedState> = HashSet::default();
    if !values.clone().take(1000).all(|value| value.is_some_and(|value| first.insert(value))) {
        return false;
    }
    let hash = |value: Option<T>| value.map(|value| FixedState::default().hash_one(&value));
    let Some(mut hashes) = values.clone().map(hash).collect::<Option<Vec<u64>>>() else { return false };
    hashes.sort_unstable();
    if hashes.windows(2).all(|pair| pair[0] != pair[1]) {
        return true;
    }
    let mut met: HashSet<T, FixedState> = HashSet::default();
    values.flatten().all(|value| met.insert(value))
}

impl Category {
    /// Levels without order, the first being the reference.
    pub fn new(levels: Vec<String>, codes: Vec<Option<u32>>) -> Self {
        Self { levels, codes, ordered: false, reference: 0 }
    }

    /// Levels in byte order from the values themselves.
    pub fn from_texts<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> Self {
        let values: Vec<Option<S>> = values.into_iter().collect();
        // Few are different: each is met once, and only these are sorted.
        let mut met: HashMap<&str, u32, FixedState> = HashMap::default();
        let mut levels: Vec<&str> = Vec::new();
        let mut codes: Vec<Option<u32>> = Vec::with_capacity(values.len());
        for value in &values {
            codes.push(value.as_ref().map(|value| {
                *met.entry(value.as_ref()).or_insert_with(|| {
                    levels.push(value.as_ref());
                    levels.len() as u32 - 1
                })
            }));
        }
        let mut order: Vec<usize> = (0..levels.len()).collect();
        order.sort_unstable_by_key(|&k| levels[k]);
        let mut place = vec![0; levels.len()];
        order.iter().zip(0..).for_each(|(&k, at)| place[k] = at);
        codes.iter_mut().flatten().for_each(|code| *code = place[*code as usize]);
        Self::new(order.into_iter().map(|k| levels[k].to_owned()).collect(), codes)
    }

    /// Its values as texts.
    pub fn texts(&self) -> Values {
        Values::Text((0..self.codes.len()).map(|i| self.level(i).map(str::to_owned)).collect())
    }

    /// The same values with levels that are numbers in front, by size: 2 before 10.
    pub fn by_size(self) -> Self {
        let size = |level: &String| level.parse::<f64>().ok().filter(|x| x.is_finite());
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        order.sort_by(|&a, &b| match (size(&self.levels[a]), size(&self.levels[b])) {
            (Some(x), Some(y)) => x.total_cmp(&y),
            (x, y) => y.is_some().cmp(&x.is_some()).then(a.cmp(&b)),
        });
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(to, &from)| place[from] = to as u32);
        let codes = self.codes.iter().map(|code| code.map(|c| place[c as usize])).collect();
        let levels = order.iter().map(|&k| self.levels[k].clone()).collect();
        Self { ordered: self.ordered, ..Self::new(levels, codes) }
    }

    /// The level of row `i`; `None` is missing.
    pub fn level(&self, i: usize) -> Option<&str> {
        self.codes[i].map(|code| self.levels[code as usize].as_str())
    }

    /// The position of a level by its name.
    pub fn position(&self, level: &str) -> Option<u32> {
        self.levels.iter().position(|l| l == level).map(|k| k as u32)
    }

    /// Number of rows at each level.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.levels.len()];
        for &code in self.codes.iter().flatten() {
            counts[code as usize] += 1;
        }
        counts
    }

    /// The rows in `rows`, in that order; levels stay, even those that no longer occur.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self { codes: rows.iter().map(|&i| self.codes[i]).collect(), levels: self.levels.clone(), ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_are_numbers_go_by_size() {
        let values = ["10", "2", "b", "2", "a"].map(|v| Some(v.to_owned()));
        let category = Category::from_texts(values).by_size();
        assert_eq!(category.levels, ["2", "10", "a", "b"]);
        assert_eq!(category.codes, [Some(1), Some(0), Some(3), Some(0), Some(2)]);
    }

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
    fn selection_keeps_levels_and_repeats_rows() {
        let sex = Category::from_texts([Some("m"), Some("f"), None]);
        assert_eq!(sex.levels, ["f", "m"]);
        let two = sex.select(&[0, 0, 2]);
        assert_eq!(two.levels, ["f", "m"]);
        assert_eq!((two.level(1), two.level(2)), (Some("m"), None));
    }
}
