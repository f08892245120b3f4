//! Which columns a model takes of a table: a computed column that is there makes its parts unnecessary.

use tables::Expr;

use super::schema::{Coding, ModelFile, Variable};

impl ModelFile {
    /// The columns that a table with the columns that it `has` must hold, in the file's order.
    pub fn needed(&self, has: impl Fn(&str) -> bool) -> Vec<&Variable> {
        let is_score = |name: &str| self.scores.iter().any(|score| score.name == name);
        let of_terms = self.terms.iter().filter(|term| !matches!(term.coding, Coding::Product { .. }));
        let mut waiting: Vec<String> = of_terms.map(|term| term.name.clone()).filter(|name| !is_score(name)).collect();
        waiting.extend(self.scores.iter().filter_map(|score| score.site.clone()));
        let mut needed: Vec<String> = Vec::new();
        while let Some(name) = waiting.pop() {
            let expression = self.derived.iter().find(|d| d.name == name).and_then(|d| Expr::parse(&d.expression).ok());
            match expression {
                Some(expression) if !has(&name) => {
                    waiting.extend(expression.names().into_iter().map(str::to_owned));
                }
                _ => needed.push(name),
            }
        }
        self.variables.iter().filter(|variable| needed.contains(&variable.name)).collect()
    }
}
