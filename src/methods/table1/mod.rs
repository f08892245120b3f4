//! The baseline table: every variable described in groups of patients and compared between them.

pub mod document;
pub mod script;

mod describe;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tables::{Column, Values};
use watch::Watch;

use crate::ask::grouping::{Grouped, Grouping, grouped};
use crate::ask::{Ask, AskError, Dataset, Question, Selection, Source};
use survival::stats::test_result::{Df, TestName, TestResult};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Spec {
    /// Of whom; the endpoint does not matter.
    pub on: Selection,
    /// The groups; everybody together if not said.
    pub by: Option<Grouping>,
    /// The variables, in order.
    pub variables: Vec<String>,
    /// Numbers that are described by their values.
    pub categorical: Vec<String>,
    /// How numbers are compared.
    pub continuous: Choice,
    /// How single variables are compared.
    pub tests: BTreeMap<String, Choice>,
}

/// Which test compares a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// By the data: see [`survival::stats::baseline`].
    #[default]
    Auto,
    /// Student's t or analysis of variance; means.
    Student,
    /// Welch's t or analysis of means; means.
    Welch,
    /// Mann-Whitney or Kruskal-Wallis; medians.
    MannWhitney,
    /// Fisher's exact test.
    Exact,
    /// Chi-square without correction.
    ChiSquare,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What divides the patients, in words.
    pub by: Option<String>,
    /// The groups.
    pub levels: Vec<String>,
    /// Patients in each.
    pub n: Vec<usize>,
    /// One for each variable.
    pub rows: Vec<Row>,
    /// Patients left out because their group is not known.
    pub n_dropped: usize,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Its column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// The unit of a number.
    pub unit: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// A number in each group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub summary: Vec<Summary>,
    /// Shapiro and Wilk's p of a number in each group; none where there is no such test.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub normality: Vec<Option<f64>>,
    /// Whether a number is to be shown by its mean, else by its median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_mean: Option<bool>,
    /// Values of a category.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<Level>,
    /// Patients without a value in each group.
    pub missing: Vec<usize>,
    /// What was asked for.
    pub choice: Choice,
    /// The comparison; none with one group, or where it cannot be made.
    pub test: Option<Test>,
    /// Standardized mean difference; with several groups the mean over their pairs.
    pub smd: Option<f64>,
    /// Why there is no test, or what to know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What a variable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number.
    Continuous,
    /// One of a few values.
    Categorical,
}

/// A number in one group (quartiles of type 7).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Summary {
    pub n: usize,
    pub missing: usize,
    pub mean: f64,
    pub sd: f64,
    pub median: f64,
    pub q1: f64,
    pub q3: f64,
    pub min: f64,
    pub max: f64,
}

/// A value of a category: patients with it in each group, and their share of those with any value, in percent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Level {
    pub level: String,
    pub n: Vec<usize>,
    pub pct: Vec<f64>,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Test {
    /// Its name in scripts.
    pub name: &'static str,
    /// Its name in print.
    pub label: String,
    /// The statistic; none where the test has none.
    pub statistic: Option<f64>,
    /// Degrees of freedom; two numbers for an F.
    pub df: Option<Degrees>,
    /// Two-sided p.
    pub p: f64,
    /// Whether p comes from the exact distribution.
    pub exact: bool,
}

/// Degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Degrees {
    One(f64),
    Two(f64, f64),
}

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "baseline table";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self, watch)
    }

    fn script(&self, source: &Source<'_>, answer: &Self::Answer) -> Result<String, AskError> {
        script::script(source, self, answer)
    }
}

/// Describes and compares every variable.
fn run(data: &Dataset, spec: &Spec, watch: &dyn Watch) -> Result<Answer, AskError> {
    let selected = data.select(&Selection { endpoint: None, ..spec.on.clone() })?;
    let mut notes = selected.notes;
    let Grouped { known, codes, levels, labels: _ } = match &spec.by {
        None => Grouped::one(selected.rows.len()),
        Some(by) => grouped(data, by, &selected.rows, &mut notes)?,
    };
    if known.is_empty() {
        return Err(AskError::Impossible("no patient is left to describe".to_owned()));
    }
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    let by = spec.by.as_ref().map(Grouping::words).unwrap_or_default();
    let groups = Groups { rows: &rows, codes: &codes, count: levels.len(), by: &by, names: &levels };
    let mut described = Vec::with_capacity(spec.variables.len());
    for (i, name) in spec.variables.iter().enumerate() {
        watch.step(i, spec.variables.len())?;
        let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
        let choice = spec.tests.get(name).copied();
        match &column.values {
            Values::Date(_) => notes.push(format!("{name} is a date and is not described")),
            Values::Number(values) if !spec.categorical.contains(name) && !has_two_values(column) => {
                described.push(describe::number(column, values, choice.unwrap_or(spec.continuous), groups));
            }
            _ => described.push(describe::category(column, choice.unwrap_or_default(), groups)),
        }
    }
    Ok(Answer {
        by: spec.by.as_ref().map(Grouping::words),
        n: (0..levels.len()).map(|g| codes.iter().filter(|c| **c == g).count()).collect(),
        levels,
        rows: described,
        n_dropped: selected.rows.len() - known.len(),
        notes,
    })
}

/// The patients and the group of each.
#[derive(Clone, Copy)]
struct Groups<'a> {
    rows: &'a [usize],
    codes: &'a [usize],
    count: usize,
    /// What divides the patients, in words.
    by: &'a str,
    /// What the groups are called.
    names: &'a [String],
}

/// 0 and 1, or 1 and 2, are the codes of a category, whatever the column looks like.
fn has_two_values(column: &Column) -> bool {
    column.factor().levels.len() <= 2
}

impl From<TestResult> for Test {
    fn from(test: TestResult) -> Self {
        Self {
            name: test.name.id(),
            label: test.name.to_string(),
            statistic: Some(test.statistic).filter(|s| !s.is_nan()),
            df: match test.df {
                Df::None => None,
                Df::One(df) => Some(Degrees::One(df)),
                Df::Two(a, b) => Some(Degrees::Two(a, b)),
            },
            p: test.p,
            exact: test.exact,
        }
    }
}

/// Whether a test compares ranks and not means.
fn is_of_ranks(name: TestName) -> bool {
    matches!(name, TestName::MannWhitney | TestName::KruskalWallis)
}
