//! The median of numbers, the most frequent level of categories; or the most frequent value of both.

use super::{Completed, ImputeError, Variable, check, check_like};
use crate::stats::describe::quantile;

/// What is filled in, one value a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Middle {
    fill: Vec<Variable>,
}

impl Middle {
    /// Finds the median of numbers and the most frequent level of categories, of equally frequent ones the first. There is nothing to choose, so nothing to
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
        let median = |values: &[f64]| (!values.is_empty()).then(|| quantile(values, 0.5));
        Self::fit_by(variables, &median)
    }

    /// Finds the most frequent value of every variable, of equally frequent ones the first: codes are values that somebody
    /// has, and their median may be none.
    ///
    /// # Errors
    /// As for [`Middle::fit`].
    pub fn fit_modes(variables: &[Variable]) -> Result<Self, ImputeError> {
        Self::fit_by(variables, &most_frequent)
    }

    fn fit_by(variables: &[Variable], of_numbers: &dyn Fn(&[f64]) -> Option<f64>) -> Result<Self, ImputeError> {
        check(variables)?;
        let middle = |(k, variable): (usize, &Variable)| match variable {
            Variable::Number(values) => {
                let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
                let found = of_numbers(&known).ok_or(ImputeError::AllMissing(k))?;
                Ok(Variable::Number(vec![found]))
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

/// The most frequent of known numbers, of equally frequent ones the smallest; none of none.
pub fn most_frequent(known: &[f64]) -> Option<f64> {
    let mut sorted = known.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut best: Option<(usize, f64)> = None;
    for same in sorted.chunk_by(|a, b| a == b) {
        if best.is_none_or(|(count, _)| same.len() > count) {
            best = Some((same.len(), same[0]));
        }
    }
    best.map(|(_, value)| value)
}
