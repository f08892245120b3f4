//! Columns of a table as what an imputation takes, and back.

use std::sync::Arc;

use survival::impute::Variable;
use tables::{Column, Values};

use crate::ask::{AskError, Dataset};

/// The columns called `names` in `rows`: numbers, or levels.
pub(super) fn variables(data: &Dataset, names: &[String], rows: &[usize]) -> Result<Vec<Variable>, AskError> {
    let one = |name: &String| {
        let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
        match &column.values {
            Values::Number(values) => Ok(Variable::Number(rows.iter().map(|row| values[*row]).collect())),
            Values::Date(_) => Err(AskError::Impossible(format!("{name} is a date, not a covariate"))),
            _ => {
                let factor = column.factor();
                let codes = rows.iter().map(|row| factor.codes[*row]).collect();
                Ok(Variable::Category { codes, levels: factor.levels.len() as u32 })
            }
        }
    };
    names.iter().map(one).collect()
}

/// The data with `complete` values of the columns called `names` in `rows`.
pub(super) fn with(
    data: &Dataset,
    names: &[String],
    rows: &[usize],
    complete: &[Variable],
) -> Result<Dataset, AskError> {
    let mut cohort = (*data.cohort).clone();
    for (name, variable) in names.iter().zip(complete) {
        let column = cohort.frame().column(name).map_err(AskError::impossible)?;
        let values = match (variable, &column.values) {
            (Variable::Number(complete), Values::Number(values)) => {
                let mut values = values.clone();
                rows.iter().zip(complete).for_each(|(row, value)| values[*row] = *value);
                Values::Number(values)
            }
            (Variable::Category { codes, .. }, _) => {
                let mut factor = column.factor();
                rows.iter().zip(codes).for_each(|(row, code)| factor.codes[*row] = *code);
                Values::Category(factor)
            }
            (Variable::Number(_), _) => return Err(AskError::Fault(format!("{name} holds no numbers"))),
        };
        let column = Column { values, ..column.clone() };
        cohort = cohort.with_column(column).map_err(AskError::impossible)?;
    }
    Ok(Dataset { cohort: Arc::new(cohort), ..data.clone() })
}
