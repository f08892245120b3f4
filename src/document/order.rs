//! Which rows of a table contain a text, and in which order they stand.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

use super::{Cell, Value};

/// Bytes that a compiled pattern may take: a larger one takes longer to make than anybody waits for a key.
const LARGEST_PATTERN: usize = 1 << 19;

/// What a cell is sorted by. Numbers stand before text, and what is missing always last.
#[derive(Debug, Clone, PartialEq)]
pub enum SortKey {
    /// A number; of several the first.
    Number(f64),
    /// A text, without regard to the case of its letters.
    Text(String),
    /// Nothing.
    Missing,
}

impl SortKey {
    /// What `cell` is sorted by.
    pub fn of(cell: Option<&Cell>) -> Self {
        let Some(cell) = cell else { return Self::Missing };
        let number = match &cell.value {
            Value::Number(x) => Some(*x),
            Value::Integer(n) => Some(*n as f64),
            Value::Parts(parts) => parts.first().map(|(_, x)| *x),
            Value::Text | Value::Missing => None,
        };
        match number.filter(|x| !x.is_nan()) {
            Some(number) => Self::Number(number),
            None if cell.shown.is_empty() => Self::Missing,
            None => Self::Text(cell.shown.to_lowercase()),
        }
    }

    /// How two rows stand, the largest first if `down`.
    pub fn compare(&self, other: &Self, down: bool) -> Ordering {
        let turn = |order: Ordering| if down { order.reverse() } else { order };
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => turn(a.total_cmp(b)),
            (Self::Text(a), Self::Text(b)) => turn(a.cmp(b)),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Text(_) => 1,
            Self::Missing => 2,
        }
    }
}

/// The patterns of a search: each of its words in some cell of the row, or one regular expression between slashes; one
/// that is broken is searched for as it stands.
pub fn patterns(search: &str) -> Vec<Regex> {
    let build = |p: &str| RegexBuilder::new(p).case_insensitive(true).size_limit(LARGEST_PATTERN).build().ok();
    let literal = |text: &str| build(&regex::escape(text));
    if let Some(inner) = search.strip_prefix('/').map(|s| s.strip_suffix('/').unwrap_or(s)).filter(|s| !s.is_empty()) {
        return build(inner).or_else(|| literal(search)).into_iter().collect();
    }
    search.split_whitespace().filter_map(literal).collect()
}

/// The same words taken loosely, for where no row has them as they stand: the letters of each in this order within a word of
/// a cell, `glzent` for `glszm_ZoneEntropy`. Nothing for a regular expression.
pub fn loose_patterns(search: &str) -> Vec<Regex> {
    if search.starts_with('/') {
        return Vec::new();
    }
    let loose = |word: &str| {
        let letters: Vec<String> = word.chars().map(|c| regex::escape(&c.to_string())).collect();
        let pattern = letters.join(r"\S*?");
        RegexBuilder::new(&pattern).case_insensitive(true).size_limit(LARGEST_PATTERN).build().ok()
    };
    search.split_whitespace().filter_map(loose).collect()
}
