//! Categorical columns and their treatment contrasts.

/// Why a categorical column cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactorError {
    /// A code beyond the levels.
    #[error("row {row}: code {code} has no level (there are {levels})")]
    Code {
        /// Row, from 0.
        row: usize,
        /// The code.
        code: u32,
        /// Number of levels.
        levels: usize,
    },
    /// A reference that is not a level.
    #[error("`{name}` is not one of the levels {levels:?}")]
    Level {
        /// What was asked for.
        name: String,
        /// What there is.
        levels: Vec<String>,
    },
}

/// A categorical column: a level for every row; the first level is the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    codes: Vec<u32>,
    levels: Vec<String>,
}

impl Factor {
    /// Row i has level `levels[codes[i]]`.
    ///
    /// # Errors
    /// [`FactorError`]: a code that is not below the number of levels.
    pub fn new(codes: Vec<u32>, levels: Vec<String>) -> Result<Self, FactorError> {
        match codes.iter().position(|&c| c as usize >= levels.len()) {
            Some(row) => Err(FactorError::Code { row, code: codes[row], levels: levels.len() }),
            None => Ok(Self { codes, levels }),
        }
    }

    /// The labels that occur are the levels, in byte order.
    pub fn from_labels<S: AsRef<str>>(labels: &[S]) -> Self {
        let mut levels: Vec<String> = labels.iter().map(|l| l.as_ref().to_owned()).collect();
        levels.sort_unstable();
        levels.dedup();
        let code = |label: &S| levels.partition_point(|l| l.as_str() < label.as_ref()) as u32;
        Self { codes: labels.iter().map(code).collect(), levels }
    }

    /// The same column with `level` as its first level; the others keep their order.
    ///
    /// # Errors
    /// [`FactorError`]: a reference that is not one of the levels.
    pub fn with_reference(mut self, level: &str) -> Result<Self, FactorError> {
        let Some(found) = self.levels.iter().position(|l| l == level) else {
            return Err(FactorError::Level { name: level.to_owned(), levels: self.levels });
        };
        self.levels[..=found].rotate_right(1);
        for code in &mut self.codes {
            *code = match (*code as usize).cmp(&found) {
                std::cmp::Ordering::Less => *code + 1,
                std::cmp::Ordering::Equal => 0,
                std::cmp::Ordering::Greater => *code,
            };
        }
        Ok(self)
    }

    /// The level of every row.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Names of the levels; the first is the reference.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The rows in `rows`, in that order, with all levels kept.
    pub fn select(&self, rows: &[usize]) -> Self {
        Self { codes: rows.iter().map(|&i| self.codes[i]).collect(), levels: self.levels.clone() }
    }

    /// Treatment contrasts: for every level but the first, 1 in its rows and 0 elsewhere.
    pub fn contrasts(&self) -> Vec<Vec<f64>> {
        (1..self.levels.len() as u32)
            .map(|level| self.codes.iter().map(|&c| f64::from(u8::from(c == level))).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_in_byte_order_and_the_reference_moves_first() {
        let f = Factor::from_labels(&["b", "a", "C", "b"]);
        assert_eq!(f.levels(), ["C", "a", "b"]);
        assert_eq!(f.codes(), [2, 1, 0, 2]);
        let f = f.with_reference("b").expect("a level");
        assert_eq!(f.levels(), ["b", "C", "a"]);
        assert_eq!(f.codes(), [0, 2, 1, 0]);
        assert_eq!(f.contrasts(), [[0.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]]);
        assert!(f.with_reference("z").is_err());
    }
}
