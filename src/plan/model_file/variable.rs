//! The columns that a model takes of a table.

use tables::{Frame, Kind, Values};

use super::Plan;
use crate::ask::AskError;
use crate::methods::model_file::{Coding, Derived, Level, Range, Score, Term, Variable};

impl Plan<'_> {
    /// The columns that the terms take, those that they are computed from before them, and those that name the sites of
    /// scores.
    pub(super) fn taken(
        &self,
        frame: &Frame,
        terms: &[Term],
        scores: &[Score],
        rows: &[usize],
    ) -> Result<(Vec<Variable>, Vec<Derived>), AskError> {
        let (mut variables, mut derived) = (Vec::new(), Vec::new());
        let mut waiting: Vec<(String, bool)> = terms
            .iter()
            .rev()
            .filter(|term| !matches!(term.coding, Coding::Product { .. }))
            .filter(|term| !scores.iter().any(|score| score.name == term.name))
            .map(|term| (term.name.clone(), false))
            .collect();
        // What a column is computed from comes before it: a column that has been opened waits behind its own parts.
        while let Some((name, opened)) = waiting.pop() {
            if variables.iter().any(|v: &Variable| v.name == name) {
                continue;
            }
            let computed = self.study.derived.iter().find(|d| d.name == name);
            if let (Some(computed), false) = (computed, opened) {
                waiting.push((name, true));
                let names = computed.expression.names();
                let parts = names.iter().rev().filter(|part| !scores.iter().any(|score| score.name == **part));
                waiting.extend(parts.map(|part| ((*part).to_owned(), false)));
                continue;
            }
            variables.push(self.variable(frame, &name, terms, rows)?);
            derived.extend(
                computed.map(|d| Derived { name: d.name.clone(), expression: d.expression.source().to_owned() }),
            );
        }
        for site in scores.iter().filter_map(|score| score.site.as_deref()) {
            if !variables.iter().any(|v| v.name == site) {
                let variable = self.variable(frame, site, terms, rows)?;
                let kind = Kind::Text.word().to_owned();
                variables.push(Variable { kind, levels: Vec::new(), range: None, ..variable });
            }
        }
        Ok((variables, derived))
    }

    fn variable(&self, frame: &Frame, name: &str, terms: &[Term], rows: &[usize]) -> Result<Variable, AskError> {
        let column = frame.column(name).map_err(AskError::impossible)?;
        let spec = self.study.column(name);
        let of_term = terms.iter().find(|t| t.name == name).and_then(|term| match &term.coding {
            Coding::Factor { levels } => Some(levels.clone()),
            _ => None,
        });
        let factor = column.factor();
        let is_category = of_term.is_some() || column.kind() == Kind::Category;
        let levels = of_term.unwrap_or_else(|| if is_category { factor.levels.clone() } else { Vec::new() });
        let level = |level: String| {
            let written = spec.into_iter().flat_map(|spec| &spec.levels).filter(|l| l.label == level);
            let mut values: Vec<String> = written.map(|l| l.value.clone()).collect();
            if !values.contains(&level) {
                values.push(level.clone());
            }
            let n = rows.iter().filter(|row| factor.level(**row) == Some(level.as_str())).count();
            Level { level, values, n }
        };
        let range = match (&column.values, is_category) {
            (Values::Number(values), false) => {
                Some(Range::of(&rows.iter().map(|row| values[*row]).collect::<Vec<_>>()))
            }
            _ => None,
        };
        let of_table = Some(&self.study.table.missing).filter(|missing| !missing.is_empty());
        Ok(Variable {
            name: name.to_owned(),
            label: column.label().to_owned(),
            unit: column.unit.clone(),
            kind: if is_category { "category" } else { column.kind().word() }.to_owned(),
            levels: levels.into_iter().map(level).collect(),
            missing: spec.and_then(|spec| spec.missing.clone()).or(of_table.cloned()),
            limits: spec.and_then(|spec| spec.limits).or(self.study.table.limits),
            derived: self.study.derived.iter().any(|d| d.name == name),
            range,
        })
    }
}
