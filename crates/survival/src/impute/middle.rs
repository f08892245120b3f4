//! The median of numbers, the most frequent level of categories.

use super::{Completed, ImputeError, Variable, check, check_like};
use crate::stats::describe::quantile;

/// Nothing to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MiddleSpec;

/// What is filled in, one value a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Middle {
    fill: Vec<Variable>,
}

impl MiddleSpec {
    /// Finds the middle of every variable; of equally frequent levels the first.
    ///
    /// # Errors
    /// Variables of different lengths, infinite values, codes that are no levels, a variable without any value.
    pub fn fit(self, variables: &[Variable]) -> Result<Middle, ImputeError> {
        check(variables)?;
        let middle = |(k, variable): (usize, &Variable)| match variable {
            Variable::Number(values) => {
                let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
                match known.is_empty() {
                    true => Err(ImputeError::AllMissing(k)),
                    false => Ok(Variable::Number(vec![quantile(&known, 0.5)])),
                }
            }
            Variable::Category { codes, levels } => {
                let count = |level: u32| codes.iter().filter(|c| **c == Some(level)).count();
                let most = (0..*levels).map(count).max().unwrap_or(0);
                match (0..*levels).find(|level| most > 0 && count(*level) == most) {
                    Some(level) => Ok(Variable::Category { codes: vec![Some(level)], levels: *levels }),
                    None => Err(ImputeError::AllMissing(k)),
                }
            }
        };
        Ok(Middle { fill: variables.iter().enumerate().map(middle).collect::<Result<_, _>>()? })
    }
}

impl Middle {
    /// What is filled in: variables of one value.
    pub fn values(&self) -> &[Variable] {
        &self.fill
    }

    /// Fills in the missing values of these or other subjects.
    ///
    /// # Errors
    /// Variables that are not those of the fit.
    pub fn apply(&self, variables: &[Variable]) -> Result<Completed, ImputeError> {
        check_like(&self.fill, variables)?;
        let filled: Vec<Vec<bool>> = variables.iter().map(Variable::missing).collect();
        let mut variables = variables.to_vec();
        for ((variable, filled), fill) in variables.iter_mut().zip(&filled).zip(&self.fill) {
            (0..filled.len()).filter(|&i| filled[i]).for_each(|i| variable.take(i, fill, 0));
        }
        Ok(Completed { variables, filled })
    }
}
