//! What stands for missing covariates, from a fit into a file and from there to a patient.

use survival::impute::{Expected, Variable};

use super::schema::{Fill, Filled, Imputation, Line, OfColumn};
use crate::ask::{AskError, Dataset};
use crate::methods::model::imputation::{self, Rule};
use crate::study::{ChainedSets, ImputeMethod};

/// A value of a covariate, as a line takes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Known<'a> {
    Number(f64),
    Level(&'a str),
    Missing,
}

impl Imputation {
    /// What was learned in a fit.
    pub(super) fn new(of: &imputation::Fill, data: &Dataset) -> Result<Self, AskError> {
        let names: Vec<&String> = of.names.iter().chain(&of.scores).collect();
        let levels: Vec<Vec<String>> = names.iter().map(|name| levels(data, name)).collect::<Result<_, _>>()?;
        let one = |(k, name): (usize, &String)| match &of.rule {
            Rule::Middle(middle) => plain(name, &middle.values()[k], &levels[k]),
            Rule::Expected(expected) => from_others(expected, k, &names, &levels),
        };
        let sets = match of.method {
            ImputeMethod::Chained(ChainedSets { sets, .. }) if of.incomplete > 0 => Some(sets),
            _ => None,
        };
        let variables = of.names.iter().enumerate().map(one).collect();
        Ok(Self { method: of.method.word().to_owned(), sets, variables })
    }

    /// The covariate of this name.
    pub(super) fn of(&self, name: &str) -> Option<&Filled> {
        self.variables.iter().find(|v| v.variable == name)
    }
}

/// The levels of a column; none of a number.
fn levels(data: &Dataset, name: &str) -> Result<Vec<String>, AskError> {
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    Ok(if column.numbers().is_some() { Vec::new() } else { column.factor().levels })
}

/// One value, whatever else is known.
fn plain(name: &str, value: &Variable, levels: &[String]) -> Filled {
    let fill = match value {
        Variable::Number(values) => Fill::Number(values.first().copied().unwrap_or(f64::NAN)),
        Variable::Category { codes, .. } => {
            let code = codes.first().copied().flatten().unwrap_or_default();
            Fill::Level(levels.get(code as usize).cloned().unwrap_or_default())
        }
    };
    Filled { variable: name.to_owned(), fill, from_others: Vec::new(), levels: Vec::new(), lower: None, upper: None }
}

fn from_others(expected: &Expected, k: usize, names: &[&String], levels: &[Vec<String>]) -> Filled {
    let column = |place: usize, coef: f64| {
        let variable = (0..names.len()).find(|v| expected.columns_of(*v).contains(&place)).unwrap_or_default();
        let level = levels[variable].get(place - expected.columns_of(variable).start + 1).cloned();
        OfColumn { variable: names[variable].clone(), level, coef, mean: expected.column_mean(place) }
    };
    let line = |of: &survival::impute::Formula| Line {
        intercept: of.intercept,
        columns: of.coef.iter().map(|(place, coef)| column(*place, *coef)).collect(),
    };
    let means: Vec<f64> = expected.columns_of(k).map(|place| expected.column_mean(place)).collect();
    let fill = match levels[k].is_empty() {
        true => Fill::Number(expected.mean(k)),
        false => Fill::Level(largest(&levels[k], &means).to_owned()),
    };
    let (lower, upper) = expected.range(k).unzip();
    Filled {
        variable: names[k].clone(),
        fill,
        from_others: expected.formulas(k).iter().map(line).collect(),
        levels: levels[k].clone(),
        lower,
        upper,
    }
}

/// The level with the largest share, those of all but the first given.
fn largest<'a>(levels: &'a [String], shares: &[f64]) -> &'a str {
    let first = 1.0 - shares.iter().sum::<f64>();
    let mut best = (0, first);
    for (level, share) in (1..).zip(shares) {
        if *share > best.1 {
            best = (level, *share);
        }
    }
    levels.get(best.0).map_or("", String::as_str)
}

impl Filled {
    /// Whether a category has a line for each level but the first, or none.
    pub(super) fn is_whole(&self) -> bool {
        let lines = if self.levels.is_empty() { 1 } else { self.levels.len() - 1 };
        self.from_others.is_empty() || self.from_others.len() == lines
    }

    /// What stands for it in a patient of whom the other covariates are `known`.
    pub(super) fn value<'k>(&self, known: impl Fn(&str) -> Known<'k>) -> Known<'_> {
        if self.from_others.is_empty() {
            return match &self.fill {
                Fill::Number(value) => Known::Number(*value),
                Fill::Level(level) => Known::Level(level),
            };
        }
        let at = |column: &OfColumn| match (known(&column.variable), &column.level) {
            (Known::Number(x), None) => x,
            (Known::Level(level), Some(own)) => f64::from(level == own),
            _ => column.mean,
        };
        let sum = |line: &Line| line.intercept + line.columns.iter().map(|c| c.coef * at(c)).sum::<f64>();
        let sums: Vec<f64> = self.from_others.iter().map(sum).collect();
        match (self.levels.is_empty(), sums.first()) {
            (true, Some(value)) => {
                let (lower, upper) = (self.lower.unwrap_or(f64::NEG_INFINITY), self.upper.unwrap_or(f64::INFINITY));
                Known::Number(value.max(lower).min(upper))
            }
            _ => Known::Level(largest(&self.levels, &sums)),
        }
    }

    /// What stands for it in a patient who misses it.
    pub(super) fn said(&self, method: &str) -> String {
        format!("{} is missing: {} stands for it", self.variable, self.stands_for_it(method))
    }

    /// What stands for it, in words.
    pub(super) fn stands_for_it(&self, method: &str) -> String {
        let shown = match &self.fill {
            Fill::Number(value) => figures::format::chosen_to(*value, 4),
            Fill::Level(level) => level.clone(),
        };
        match (self.from_others.is_empty(), method, &self.fill) {
            (false, ..) => "what the other covariates let expect".to_owned(),
            (true, "median", Fill::Number(_)) => format!("the median of training ({shown})"),
            (true, "chained", Fill::Number(_)) => format!("the mean of training ({shown})"),
            _ => format!("the most frequent value of training ({shown})"),
        }
    }
}
