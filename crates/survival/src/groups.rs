//! Which group each subject belongs to.

use super::data::{DataError, Survival};

/// Groups of subjects, as codes 0..count in row order. Groups may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groups<'a> {
    code: Option<&'a [usize]>,
    count: usize,
}

impl<'a> Groups<'a> {
    /// All subjects in one group.
    pub fn one() -> Self {
        Self { code: None, count: 1 }
    }

    /// `code[i]` is the group of row i, below `count`.
    ///
    /// # Errors
    /// [`DataError`] for a code that is not below `count`.
    pub fn new(code: &'a [usize], count: usize) -> Result<Self, DataError> {
        match code.iter().position(|&g| g >= count) {
            Some(row) => Err(DataError::Group { row, code: code[row], count }),
            None => Ok(Self { code: Some(code), count }),
        }
    }

    /// Fails unless there is a group for every row of `data`.
    ///
    /// # Errors
    /// [`DataError::Length`].
    pub fn check(&self, data: &Survival) -> Result<(), DataError> {
        match self.code {
            Some(code) if code.len() != data.len() => {
                Err(DataError::Length { what: "groups", found: code.len(), expected: data.len() })
            }
            _ => Ok(()),
        }
    }

    /// Number of groups, empty ones included.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The group of row `row`.
    #[inline]
    pub fn of(&self, row: usize) -> usize {
        self.code.map_or(0, |code| code[row])
    }

    /// The rows of group `group`, ascending, among `n`.
    pub fn rows(&self, group: usize, n: usize) -> Vec<usize> {
        (0..n).filter(|&row| self.of(row) == group).collect()
    }
}

/// Group and event of every row in one byte: looked up in order of time, they are to stay in the cache.
pub(crate) struct Marks<'a> {
    groups: Groups<'a>,
    event: &'a [bool],
    /// Twice the group, one more with the event; empty where groups are too many.
    packed: Vec<u8>,
}

impl<'a> Marks<'a> {
    /// Those of `data`, of as many rows as `groups` has.
    pub fn new(data: &'a Survival, groups: Groups<'a>) -> Self {
        let event = data.event();
        let pack = |(row, event): (usize, &bool)| (2 * groups.of(row) + usize::from(*event)) as u8;
        let fit = 2 * groups.count() <= 1 + usize::from(u8::MAX);
        let packed = if fit { event.iter().enumerate().map(pack).collect() } else { Vec::new() };
        Self { groups, event, packed }
    }

    /// The group of row `row`, and whether it has the event.
    #[inline]
    pub fn of(&self, row: usize) -> (usize, bool) {
        match self.packed.get(row) {
            Some(&mark) => (usize::from(mark / 2), mark % 2 == 1),
            None => (self.groups.of(row), self.event[row]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_few_and_of_many_groups() {
        let data = Survival::new(vec![1.0; 400], (0..400).map(|row| row % 3 == 0).collect()).expect("follow-up");
        for count in [1, 128, 129, 400] {
            let code: Vec<usize> = (0..400).map(|row| (count - 1).min(row)).collect();
            let groups = Groups::new(&code, count).expect("codes");
            let marks = Marks::new(&data, groups);
            assert!((0..400).all(|row| marks.of(row) == (code[row], row % 3 == 0)), "{count} groups");
        }
    }
}
