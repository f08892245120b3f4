//! Columns that take figures of the training cohort, taken again from other patients: a validation that fits everything
//! anew fits them too.

use serde::{Deserialize, Serialize};
use tables::{Column, Expr, Frame};

use super::cohort::Cohort;
use super::columns::described;
use super::spec::{ColumnSpec, Study};

/// A derived column that learns from patients, or is computed from one that does, or from what is made of the study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedColumn {
    /// Its name.
    pub name: String,
    /// How it is computed.
    pub expression: String,
    /// What else is said of it.
    pub spec: Option<ColumnSpec>,
}

impl LearnedColumn {
    /// Its expression.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parsed(&self) -> Result<Expr, String> {
        Expr::parse(&self.expression).map_err(|error| self.why(&error))
    }

    /// The column in `frame`, with what it learns learned of `rows`, repeats counting again.
    ///
    /// # Errors
    /// Why it cannot be computed.
    pub fn computed(&self, frame: &Frame, rows: &[usize]) -> Result<Column, String> {
        let (expression, _) = self.parsed()?.learned(frame, rows).map_err(|error| self.why(&error))?;
        let values = expression.eval(frame).map_err(|error| self.why(&error))?;
        let column = Column::new(&self.name, values, format!("computed: {}", self.expression));
        Ok(match &self.spec {
            Some(spec) => described(spec, column, &|_| tables::problem::Place::default(), &mut Vec::new()),
            None => column,
        })
    }

    fn why(&self, error: &tables::ExprError) -> String {
        format!("{}: {}", self.name, error.message)
    }
}

impl Study {
    /// The derived columns that are made only when they are asked for (see [`Study::is_made`]), in their order.
    pub fn waiting(&self) -> Vec<LearnedColumn> {
        let made = self.derived_of_made();
        self.derived.iter().filter(|d| made.contains(&d.name.as_str())).map(|d| self.as_learned(d)).collect()
    }

    fn as_learned(&self, derived: &super::Derived) -> LearnedColumn {
        LearnedColumn {
            name: derived.name.clone(),
            expression: derived.expression.source().to_owned(),
            spec: self.column(&derived.name).cloned(),
        }
    }

    /// The derived columns that take figures of the training cohort, and those computed from such, in their order. None if
    /// none of the columns `used` is one of them.
    pub fn learned<'n>(&self, used: impl IntoIterator<Item = &'n str>) -> Vec<LearnedColumn> {
        let late = self.learned_columns();
        if !used.into_iter().any(|name| late.contains(&name)) {
            return Vec::new();
        }
        self.derived.iter().filter(|d| late.contains(&d.name.as_str())).map(|d| self.as_learned(d)).collect()
    }
}

impl Cohort {
    /// The same patients with `columns` computed by the figures of `rows` (repeats count again) instead of those of the
    /// training cohort.
    ///
    /// # Errors
    /// Why one of them cannot be computed.
    pub fn relearned(mut self, columns: &[LearnedColumn], rows: &[usize]) -> Result<Self, String> {
        for learned in columns {
            let column = learned.computed(self.frame(), rows)?;
            self = self.with_column(column).map_err(|error| error.to_string())?;
        }
        Ok(self)
    }
}
