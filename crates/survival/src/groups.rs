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
