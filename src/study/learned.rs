//! Columns that take figures of the training cohort, taken again from other patients: a validation that fits everything
//! anew fits them too.

use serde::{Deserialize, Serialize};
use tables::{Column, Expr};

use super::cohort::Cohort;
use super::columns::described;
use super::spec::{ColumnSpec, Study};

/// A derived column that learns from patients, or is computed from one that does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedColumn {
    /// Its name.
    pub name: String,
    /// How it is computed.
    pub expression: String,
    /// What else is said of it.
    pub spec: Option<ColumnSpec>,
}

impl Study {
    /// The derived columns that take figures of the training cohort, and those computed from such, in their order. None if
    /// none of the columns `used` is one of them.
    pub fn learned<'n>(&self, used: impl IntoIterator<Item = &'n str>) -> Vec<LearnedColumn> {
        let late = self.learned_columns();
        if !used.into_iter().any(|name| late.contains(&name)) {
            return Vec::new();
        }
        let one = |derived: &super::Derived| LearnedColumn {
            name: derived.name.clone(),
            expression: derived.expression.source().to_owned(),
            spec: self.column(&derived.name).cloned(),
        };
        self.derived.iter().filter(|d| late.contains(&d.name.as_str())).map(one).collect()
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
            let why = |error: tables::ExprError| format!("{}: {}", learned.name, error.message);
            let expression = Expr::parse(&learned.expression).map_err(why)?;
            let (expression, _) = expression.learned(self.frame(), rows).map_err(why)?;
            let values = expression.eval(self.frame()).map_err(why)?;
            let column = Column::new(&learned.name, values, format!("computed: {}", learned.expression));
            let column = match &learned.spec {
                Some(spec) => described(spec, column, &|_| tables::problem::Place::default(), &mut Vec::new()),
                None => column,
            };
            self = self.with_column(column).map_err(|error| error.to_string())?;
        }
        Ok(self)
    }
}
