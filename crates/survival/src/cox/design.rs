//! The design matrix: named columns, grouped into the terms that they came from.

use std::ops::Range;

use super::factor::Factor;
use crate::spline::RestrictedCubicSpline;
use crate::widest::{Kernel, widest};

/// Beyond this, or below one over it, a column's variance is no longer a number of double precision.
const LARGEST: f64 = 1e150;

/// Why a design cannot be built or evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// A column of another length.
    #[error("`{term}` has {found} rows where the design has {expected}")]
    Length {
        /// The term.
        term: String,
        /// Its rows.
        found: usize,
        /// Rows of the design.
        expected: usize,
    },
    /// A value that is missing or infinite.
    #[error("`{term}`, row {row}: {value} is not a finite number; leave the row out or fill it in")]
    Value {
        /// The term.
        term: String,
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// Values so large or small that the square of a standard error leaves the range of double precision.
    #[error("`{term}`: with values of the size of {value:e} no standard error can be computed; scale the column")]
    Magnitude {
        /// The term.
        term: String,
        /// The largest value.
        value: f64,
    },
    /// The same term twice.
    #[error("the term `{0}` is there already")]
    Duplicate(String),
    /// An interaction or profile that names a variable which is not a term.
    #[error("`{name}` is not a term of this design ({terms})")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The terms, comma-separated.
        terms: String,
    },
    /// A profile without a value for a variable.
    #[error("the profile has no value for `{0}`")]
    Missing(String),
    /// A level that a factor does not have, or a number where it needs a level.
    #[error("`{value}` is not a level of `{term}` ({levels})")]
    Level {
        /// The factor.
        term: String,
        /// What was given.
        value: String,
        /// Its levels, comma-separated.
        levels: String,
    },
}

/// How a term's columns come from its variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Coding {
    /// One column, the variable itself.
    Linear,
    /// A column for every level but the first, 1 where the variable has it.
    Factor {
        /// All levels, the reference first.
        levels: Vec<String>,
    },
    /// A restricted cubic spline.
    Spline(RestrictedCubicSpline),
    /// Products of the columns of other terms, by their index; the first term's columns vary fastest.
    Interaction(Vec<usize>),
}

/// A group of columns that belong together: tested, dropped and drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The variable, or `a:b`.
    pub name: String,
    /// How the columns are made.
    pub coding: Coding,
    /// Its columns in the design.
    pub columns: Range<usize>,
}

/// The value of one variable in a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Of a linear or spline term.
    Number(f64),
    /// Of a factor.
    Level(&'a str),
}

/// Rows by columns, all values finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    rows: usize,
    columns: Vec<Vec<f64>>,
    names: Vec<String>,
    terms: Vec<Term>,
}

impl Design {
    /// A design of `rows` rows and no columns: the null model.
    pub fn new(rows: usize) -> Self {
        Self { rows, columns: Vec::new(), names: Vec::new(), terms: Vec::new() }
    }

    /// Adds the variable `name` as one column.
    ///
    /// # Errors
    /// [`DesignError`]: a column of another length, a value that is not finite or too large or small to be squared, a name that is
    /// there already.
    pub fn linear(self, name: &str, values: &[f64]) -> Result<Self, DesignError> {
        self.append(name, Coding::Linear, vec![(name.to_owned(), values.to_vec())])
    }

    /// Adds the factor `name`, coded against its first level; columns are `name=level`.
    ///
    /// # Errors
    /// [`DesignError`]: a factor of another length, a name that is there already.
    pub fn factor(self, name: &str, factor: &Factor) -> Result<Self, DesignError> {
        if factor.len() != self.rows {
            return Err(self.length(name, factor.len()));
        }
        let labels = factor.levels().iter().skip(1).map(|level| format!("{name}={level}"));
        let columns = labels.zip(factor.contrasts()).collect();
        self.append(name, Coding::Factor { levels: factor.levels().to_vec() }, columns)
    }

    /// Adds the variable `name` as a spline; columns are `name`, `name'`, `name''`, ..
    ///
    /// # Errors
    /// [`DesignError`]: as [`Design::linear`].
    pub fn spline(self, name: &str, values: &[f64], spline: RestrictedCubicSpline) -> Result<Self, DesignError> {
        let columns =
            (0..spline.n_columns()).map(|j| (format!("{name}{}", "'".repeat(j)), spline.column(j, values))).collect();
        self.append(name, Coding::Spline(spline), columns)
    }

    /// Adds the products of the columns of terms that are there already, as `a:b`.
    ///
    /// # Errors
    /// [`DesignError`]: a name that is not a term, an interaction that is there already, values too large or small to be squared.
    pub fn interaction(self, of: &[&str]) -> Result<Self, DesignError> {
        let terms: Vec<usize> = of.iter().map(|name| self.term_index(name)).collect::<Result<_, _>>()?;
        let mut columns = vec![(String::new(), vec![1.0; self.rows])];
        for &t in &terms {
            let own = self.terms[t].columns.clone();
            // The columns so far vary fastest.
            columns = own
                .flat_map(|c| columns.iter().map(move |so_far| (c, so_far)))
                .map(|(c, (label, product))| {
                    let label =
                        if label.is_empty() { self.names[c].clone() } else { format!("{label}:{}", self.names[c]) };
                    (label, product.iter().zip(self.column(c)).map(|(a, b)| a * b).collect())
                })
                .collect();
        }
        self.append(&of.join(":"), Coding::Interaction(terms), columns)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.names.len()
    }

    /// Column `j`.
    pub fn column(&self, j: usize) -> &[f64] {
        &self.columns[j]
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The terms, in column order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The rows in `rows`, in that order (repeats allowed).
    pub fn select(&self, rows: &[usize]) -> Self {
        let columns = self.columns.iter().map(|column| rows.iter().map(|&i| column[i]).collect()).collect();
        Self { rows: rows.len(), columns, names: self.names.clone(), terms: self.terms.clone() }
    }

    /// The terms in `keep` (increasing indices); an interaction may only stay with the terms that it is made of.
    ///
    /// # Errors
    /// [`DesignError::Unknown`] where an interaction would stay without a term that it is made of.
    pub fn keep_terms(&self, keep: &[usize]) -> Result<Self, DesignError> {
        let mut kept = Self::new(self.rows);
        for &t in keep {
            let term = &self.terms[t];
            let coding = match &term.coding {
                Coding::Interaction(of) => Coding::Interaction(
                    of.iter().map(|&m| kept.term_index(&self.terms[m].name)).collect::<Result<_, _>>()?,
                ),
                other => other.clone(),
            };
            let start = kept.names.len();
            kept.names.extend_from_slice(&self.names[term.columns.clone()]);
            kept.columns.extend_from_slice(&self.columns[term.columns.clone()]);
            kept.terms.push(Term { name: term.name.clone(), coding, columns: start..kept.names.len() });
        }
        Ok(kept)
    }

    /// The design's columns for one profile, a value for every variable.
    ///
    /// # Errors
    /// [`DesignError`]: a variable without a value, a value for what is no variable, a level that the factor does not have.
    pub fn row(&self, profile: &[(&str, Value<'_>)]) -> Result<Vec<f64>, DesignError> {
        let mut row = Vec::with_capacity(self.n_columns());
        for term in &self.terms {
            let columns = self.encode(term, profile, &row)?;
            row.extend(columns);
        }
        Ok(row)
    }

    /// The columns of `term`, given the profile and the columns before it.
    fn encode(&self, term: &Term, profile: &[(&str, Value<'_>)], before: &[f64]) -> Result<Vec<f64>, DesignError> {
        if let Coding::Interaction(of) = &term.coding {
            return Ok(of.iter().fold(vec![1.0], |so_far, &t| {
                let own = &before[self.terms[t].columns.clone()];
                own.iter().flat_map(|b| so_far.iter().map(move |a| a * b)).collect()
            }));
        }
        let given = profile.iter().find(|(name, _)| *name == term.name).map(|(_, value)| *value);
        let given = given.ok_or_else(|| DesignError::Missing(term.name.clone()))?;
        match (&term.coding, given) {
            (Coding::Linear, Value::Number(x)) => Ok(vec![x]),
            (Coding::Spline(spline), Value::Number(x)) => Ok(spline.basis(x)),
            (Coding::Factor { levels }, Value::Level(level)) if levels.iter().any(|l| l == level) => {
                Ok(levels[1..].iter().map(|l| f64::from(u8::from(l == level))).collect())
            }
            (coding, value) => Err(wrong_value(&term.name, coding, value)),
        }
    }

    fn append(mut self, name: &str, coding: Coding, columns: Vec<(String, Vec<f64>)>) -> Result<Self, DesignError> {
        if self.terms.iter().any(|t| t.name == name) {
            return Err(DesignError::Duplicate(name.to_owned()));
        }
        let start = self.names.len();
        for (label, values) in columns {
            if values.len() != self.rows {
                return Err(self.length(name, values.len()));
            }
            let value = widest(Largest(&values));
            if !value.is_finite()
                && let Some(row) = values.iter().position(|v| !v.is_finite())
            {
                return Err(DesignError::Value { term: name.to_owned(), row, value: values[row] });
            }
            if value > LARGEST || (value > 0.0 && value < 1.0 / LARGEST) {
                return Err(DesignError::Magnitude { term: name.to_owned(), value });
            }
            self.names.push(label);
            self.columns.push(values);
        }
        self.terms.push(Term { name: name.to_owned(), coding, columns: start..self.names.len() });
        Ok(self)
    }

    fn term_index(&self, name: &str) -> Result<usize, DesignError> {
        self.terms.iter().position(|t| t.name == name).ok_or_else(|| DesignError::Unknown {
            name: name.to_owned(),
            terms: self.terms.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    fn length(&self, term: &str, found: usize) -> DesignError {
        DesignError::Length { term: term.to_owned(), found, expected: self.rows }
    }
}

/// The largest size of all values; not finite where one of them is not.
struct Largest<'a>(&'a [f64]);

impl Kernel for Largest<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        // Sizes sort as their bits do, and what is not finite lies above all that is.
        f64::from_bits(self.0.iter().fold(0, |top, v| top.max(v.abs().to_bits())))
    }
}

fn wrong_value(term: &str, coding: &Coding, value: Value<'_>) -> DesignError {
    let value = match value {
        Value::Number(x) => x.to_string(),
        Value::Level(level) => level.to_owned(),
    };
    let levels = match coding {
        Coding::Factor { levels } => levels.join(", "),
        _ => "a number is needed".to_owned(),
    };
    DesignError::Level { term: term.to_owned(), value, levels }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design() -> Design {
        let stage = Factor::from_labels(&["I", "II", "III", "II"]);
        Design::new(4)
            .linear("age", &[50.0, 60.0, 70.0, 80.0])
            .and_then(|d| d.factor("stage", &stage))
            .and_then(|d| d.interaction(&["age", "stage"]))
            .expect("consistent")
    }

    #[test]
    fn columns_are_named_and_grouped() {
        let d = design();
        assert_eq!(d.names(), ["age", "stage=II", "stage=III", "age:stage=II", "age:stage=III"]);
        assert_eq!(d.column(3), [0.0, 60.0, 0.0, 80.0]);
        assert_eq!(d.terms().iter().map(|t| t.columns.clone()).collect::<Vec<_>>(), [0..1, 1..3, 3..5]);
    }

    #[test]
    fn values_beyond_the_range_of_a_variance_are_refused() {
        for size in [1e300, 1e-300] {
            let error = Design::new(2).linear("x", &[0.0, -size]).expect_err("no variance");
            assert_eq!(error, DesignError::Magnitude { term: "x".to_owned(), value: size });
        }
        assert!(Design::new(2).linear("x", &[1e100, 0.0]).is_ok());
    }

    #[test]
    fn a_profile_is_coded_like_the_rows() {
        let d = design();
        let row = d.row(&[("stage", Value::Level("III")), ("age", Value::Number(70.0))]).expect("complete");
        assert_eq!(row, (0..5).map(|j| d.column(j)[2]).collect::<Vec<_>>());
        assert!(matches!(d.row(&[("age", Value::Number(1.0))]), Err(DesignError::Missing(_))));
        let unknown = [("stage", Value::Level("IV")), ("age", Value::Number(70.0))];
        assert!(matches!(d.row(&unknown), Err(DesignError::Level { .. })));
    }

    #[test]
    fn an_interaction_does_not_stay_alone() {
        let d = design();
        assert!(d.keep_terms(&[1, 2]).is_err());
        assert_eq!(d.keep_terms(&[0, 1]).expect("main effects").names(), ["age", "stage=II", "stage=III"]);
    }

    #[test]
    fn refuses_bad_columns() {
        assert!(matches!(Design::new(2).linear("x", &[1.0]), Err(DesignError::Length { .. })));
        assert!(matches!(Design::new(1).linear("x", &[f64::NAN]), Err(DesignError::Value { .. })));
    }
}
