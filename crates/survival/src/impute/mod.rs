//! Filling in missing values: by the middle of the known ones, or many times over by chained equations.
//!
//! [`Middle`] puts the median or the most frequent value in and flags where: quick, the same for everybody, and blind to
//! what else is known. [`ChainedSpec`] makes m complete data sets whose differences say how little is known; estimates of
//! all of them are put together by Rubin's rules ([`crate::pooling`]). Both are fitted to some subjects and applied to
//! others, who get values of the first; [`ChainedFit::expected`] does so by formulas that hold nobody's data.

mod chained;
mod expected;
mod middle;
mod regression;

pub use chained::{ChainedFit, ChainedSpec, CheckedChained};
pub use expected::{Expected, Formula};
pub use middle::{Middle, most_frequent};

use watch::Cancelled;

/// One variable, a value per subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Variable {
    /// Numbers; NaN is missing.
    Number(Vec<f64>),
    /// Levels 0..`levels`; `None` is missing.
    Category {
        /// The level of each subject.
        codes: Vec<Option<u32>>,
        /// Number of levels.
        levels: u32,
    },
}

/// Complete variables, and which of their values were filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// The variables in their order, without missing values.
    pub variables: Vec<Variable>,
    /// For each variable whether a subject's value was filled in.
    pub filled: Vec<Vec<bool>>,
}

/// Why missing values cannot be filled in.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ImputeError {
    /// No variables or no subjects.
    #[error("there are no variables or no subjects")]
    Empty,
    /// Variables of different length.
    #[error("variable {variable} has {found} values for {expected} subjects")]
    Length {
        /// Which, from 0.
        variable: usize,
        /// Its length.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// An infinite value.
    #[error("variable {variable}, row {row}: the value is infinite")]
    Infinite {
        /// Which, from 0.
        variable: usize,
        /// Row, from 0.
        row: usize,
    },
    /// A code that is no level.
    #[error("variable {variable}, row {row}: level {code} of {levels}")]
    Level {
        /// Which, from 0.
        variable: usize,
        /// Row, from 0.
        row: usize,
        /// The code.
        code: u32,
        /// Number of levels.
        levels: u32,
    },
    /// A variable that nobody has.
    #[error("variable {0} has no value at all: leave it out")]
    AllMissing(usize),
    /// Choices that cannot be.
    #[error("{what} must be at least {least}")]
    Choice {
        /// Which.
        what: &'static str,
        /// The least value.
        least: usize,
    },
    /// Variables of another kind than those of the fit.
    #[error("these are not the variables of the fit: variable {0} differs in kind, levels or number")]
    Shape(usize),
    /// A value that is missing where the fit saw none.
    #[error(
        "variable {0} is missing in some of these subjects and in none of those of the fit: nothing says how to fill it in"
    )]
    NeverMissing(usize),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Variable {
    /// Number of subjects.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(values) => values.len(),
            Self::Category { codes, .. } => codes.len(),
        }
    }

    /// True without subjects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether subject `i` has no value.
    pub fn is_missing(&self, i: usize) -> bool {
        match self {
            Self::Number(values) => values[i].is_nan(),
            Self::Category { codes, .. } => codes[i].is_none(),
        }
    }

    /// Subjects without a value.
    pub fn missing(&self) -> Vec<bool> {
        (0..self.len()).map(|i| self.is_missing(i)).collect()
    }

    /// The subjects `rows`, in that order.
    pub fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Number(values) => Self::Number(rows.iter().map(|&i| values[i]).collect()),
            Self::Category { codes, levels } => {
                Self::Category { codes: rows.iter().map(|&i| codes[i]).collect(), levels: *levels }
            }
        }
    }

    /// Takes the value of subject `from` of `other`, a variable of the same kind.
    fn take(&mut self, to: usize, other: &Self, from: usize) {
        match (self, other) {
            (Self::Number(own), Self::Number(other)) => own[to] = other[from],
            (Self::Category { codes: own, .. }, Self::Category { codes: other, .. }) => own[to] = other[from],
            _ => {}
        }
    }

    /// Whether values of `other` can stand in this variable.
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(_), Self::Number(_)) => true,
            (Self::Category { levels: own, .. }, Self::Category { levels, .. }) => own == levels,
            _ => false,
        }
    }
}

/// Checks lengths and values; the number of subjects.
fn check(variables: &[Variable]) -> Result<usize, ImputeError> {
    let expected = variables.first().map_or(0, Variable::len);
    if expected == 0 {
        return Err(ImputeError::Empty);
    }
    for (variable, values) in variables.iter().enumerate() {
        if values.len() != expected {
            return Err(ImputeError::Length { variable, found: values.len(), expected });
        }
        match values {
            Variable::Number(values) => {
                if let Some(row) = values.iter().position(|v| v.is_infinite()) {
                    return Err(ImputeError::Infinite { variable, row });
                }
            }
            Variable::Category { codes, levels } => {
                let wrong = codes.iter().enumerate().find_map(|(row, c)| Some((row, c.filter(|c| c >= levels)?)));
                if let Some((row, code)) = wrong {
                    return Err(ImputeError::Level { variable, row, code, levels: *levels });
                }
            }
        }
    }
    Ok(expected)
}

/// Fails unless `variables` are like those of a fit.
fn check_like(fitted: &[Variable], variables: &[Variable]) -> Result<usize, ImputeError> {
    let n = check(variables)?;
    if variables.len() != fitted.len() {
        return Err(ImputeError::Shape(variables.len().min(fitted.len())));
    }
    match fitted.iter().zip(variables).position(|(a, b)| !a.is_like(b)) {
        Some(variable) => Err(ImputeError::Shape(variable)),
        None => Ok(n),
    }
}

#[cfg(test)]
mod tests;
