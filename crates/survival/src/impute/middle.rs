//! The median of numbers, the most frequent level of categories.

use super::{Completed, ImputeError, Variable, check, check_like};
use crate::stats::describe::quantile;

/// What is filled in, one value a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Middle {
    fill: Vec<Variable>,
}

impl Middle {
    /// Finds the middle of every variable; of equally frequent levels the first. There is nothing to choose, so nothing to
    /// check before.
    ///
    /// ```
    /// use survival::impute::{Middle, Variable};
    ///
    /// let age = [Variable::Number(vec![50.0, f64::NAN, 70.0])];
    /// let complete = Middle::fit(&age)?.apply(&age)?;
    /// assert_eq!(complete.variables, [Variable::Number(vec![50.0, 60.0, 70.0])]);
    /// assert_eq!(complete.filled, [[false, true, false]]);
    /// # Ok::<(), survival::impute::ImputeError>(())
    /// ```
    ///
    /// # Errors
    /// Variables of different lengths, infinite values, codes that are no levels, a variable without any value.
    pub fn fit(variables: &[Variable]) -> Result<Self, ImputeError> {
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
        Ok(Self { fill: variables.iter().enumerate().map(middle).collect::<Result<_, _>>()? })
    }

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
