//! Values that are each one of a few levels.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use super::Values;

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
    fn selection_keeps_levels_and_repeats_rows() {
        let sex = Category::from_texts([Some("m"), Some("f"), None]);
        assert_eq!(sex.levels, ["f", "m"]);
        let two = sex.select(&[0, 0, 2]);
        assert_eq!(two.levels, ["f", "m"]);
        assert_eq!((two.level(1), two.level(2)), (Some("m"), None));
    }
}
