//! What a missing value is expected to be: the equations of a [`ChainedFit`](super::ChainedFit) as formulas, which hold
//! nobody's data.
//!
//! Draws are for estimating: their spread says how little is known. A prediction needs one value, and of all the expected one
//! errs least (Hoogland and others, Stat Med 39:3591, 2020). The coefficients of an equation are the means over the imputed
//! sets, Rubin's point estimates. A predictor that is missing as well stands at its mean in the fit.

use super::{Completed, ImputeError, Variable, check_like};

/// A linear formula over columns: numbers as they are, of a category a 0/1 column for each level but the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    /// The value where all columns are 0.
    pub intercept: f64,
    /// Columns by their place, and their coefficients.
    pub coef: Vec<(usize, f64)>,
}

/// Formulas for every variable that somebody of the fit missed, and what stands for the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Expected {
    /// By variable.
    pub(super) kinds: Vec<Kind>,
    /// Mean of each column in the completed sets.
    pub(super) means: Vec<f64>,
    /// By variable, a formula for each of its columns; none where nobody of the fit missed it.
    pub(super) formulas: Vec<Vec<Formula>>,
}

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// Numbers in this range.
    Number { lower: f64, upper: f64 },
    /// So many levels.
    Category { levels: u32 },
}

impl Kind {
    pub(super) fn of(variable: &Variable) -> Self {
        match variable {
            Variable::Number(values) => {
                let known = values.iter().copied().filter(|x| !x.is_nan());
                let (lower, upper) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, u), x| (l.min(x), u.max(x)));
                Self::Number { lower, upper }
            }
            Variable::Category { levels, .. } => Self::Category { levels: *levels },
        }
    }

    /// How many columns it has.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Number { .. } => 1,
            Self::Category { levels } => levels.saturating_sub(1) as usize,
        }
    }
}

impl Expected {
    /// The formula of a number, over the columns' places, which are those of the variables where all are numbers; none where
    /// its mean stands for it.
    pub fn formula(&self, variable: usize) -> Option<&Formula> {
        self.formulas[variable].first()
    }

    /// The formulas of a variable, one for each of its columns; none where its means stand for it.
    pub fn formulas(&self, variable: usize) -> &[Formula] {
        &self.formulas[variable]
    }

    /// The places of a variable's columns: one of a number, of a category one for each level but the first.
    pub fn columns_of(&self, variable: usize) -> std::ops::Range<usize> {
        let start = self.start(variable);
        start..start + self.kinds[variable].width()
    }

    /// The mean of a column in the completed sets of the fit.
    pub fn column_mean(&self, column: usize) -> f64 {
        self.means[column]
    }

    /// The mean of a number in the fit.
    pub fn mean(&self, variable: usize) -> f64 {
        self.means[self.start(variable)]
    }

    /// The smallest and largest value of a number in the fit, which the formula's is held to.
    pub fn range(&self, variable: usize) -> Option<(f64, f64)> {
        match self.kinds[variable] {
            Kind::Number { lower, upper } => Some((lower, upper)),
            Kind::Category { .. } => None,
        }
    }

    /// A number from the `known` columns of a subject, NaN where they are missing.
    pub fn number(&self, variable: usize, known: impl Fn(usize) -> f64) -> f64 {
        let value = self.columns(variable, known).first().copied().unwrap_or(f64::NAN);
        self.range(variable).map_or(value, |(lower, upper)| value.clamp(lower, upper))
    }

    /// Fills in the missing values of any subjects.
    ///
    /// # Errors
    /// Variables that are not those of the fit.
    pub fn apply(&self, variables: &[Variable]) -> Result<Completed, ImputeError> {
        let n = check_like(&self.like(), variables)?;
        let filled: Vec<Vec<bool>> = variables.iter().map(Variable::missing).collect();
        let columns: Vec<Vec<f64>> = variables.iter().flat_map(super::regression::known_columns).collect();
        let mut complete = variables.to_vec();
        for (k, variable) in complete.iter_mut().enumerate() {
            for i in (0..n).filter(|&i| filled[k][i]) {
                let known = |column: usize| columns[column][i];
                match variable {
                    Variable::Number(values) => values[i] = self.number(k, known),
                    Variable::Category { codes, .. } => codes[i] = Some(self.level(k, known)),
                }
            }
        }
        Ok(Completed { variables: complete, filled })
    }

    /// The level with the largest expected share; of equal ones the first.
    fn level(&self, variable: usize, known: impl Fn(usize) -> f64) -> u32 {
        let shares = self.columns(variable, known);
        let first = 1.0 - shares.iter().sum::<f64>();
        let mut best = (0, first);
        for (level, share) in (1..).zip(&shares) {
            if *share > best.1 {
                best = (level, *share);
            }
        }
        best.0
    }

    /// The expected values of a variable's columns.
    fn columns(&self, variable: usize, known: impl Fn(usize) -> f64) -> Vec<f64> {
        if self.formulas[variable].is_empty() {
            let start = self.start(variable);
            return self.means[start..start + self.kinds[variable].width()].to_vec();
        }
        let at = |column: usize| {
            let value = known(column);
            if value.is_nan() { self.means[column] } else { value }
        };
        let one = |f: &Formula| f.intercept + f.coef.iter().map(|(column, b)| b * at(*column)).sum::<f64>();
        self.formulas[variable].iter().map(one).collect()
    }

    /// The place of a variable's first column.
    fn start(&self, variable: usize) -> usize {
        self.kinds[..variable].iter().map(|kind| kind.width()).sum()
    }

    /// Variables without subjects that are like those of the fit.
    fn like(&self) -> Vec<Variable> {
        let one = |kind: &Kind| match kind {
            Kind::Number { .. } => Variable::Number(Vec::new()),
            Kind::Category { levels } => Variable::Category { codes: Vec::new(), levels: *levels },
        };
        self.kinds.iter().map(one).collect()
    }
}
