//! One patient beside the others: every value with its place among them, the outcome, and what the shown model says.

use rayon::prelude::*;
use serde::Serialize;
use tables::{Column, Values};
use watch::Watch;

use super::cox;
use super::cox::cases::Cases;
use super::cox::document::cases as residuals;
use super::patients::{titles, value};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::study::{Cohort, covariate_columns};
use figures::format;
use survival::stats::describe::quantile_sorted;

/// What a model says of one of the patients that it was fitted to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InModel {
    /// The models of which the joint one is meant.
    pub models: cox::Spec,
    /// The patient.
    pub id: String,
}

impl Question for InModel {
    /// The patient, and what is said; nothing of a patient whom the model was not fitted to.
    type Answer = (String, Option<String>);

    const NAME: &'static str = "patient in model";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn uses_features(&self) -> bool {
        self.models.uses_features()
    }

    fn run(&self, _data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Self::Answer, AskError> {
        let answer = ask.ask(self.models.clone(), watch)?;
        let cases = answer.joint.as_ref().and_then(|model| residuals::of(&answer, model));
        Ok((self.id.clone(), cases.and_then(|cases| in_model(&cases, &self.id))))
    }
}

/// One patient among those in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The patients in use.
    pub on: Selection,
    /// The patient's row in the cohort.
    pub row: usize,
    /// Covariates of the model whose prediction is wanted.
    pub covariates: Vec<String>,
}

/// The patient's values beside those of the others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The patient's row in the cohort.
    pub row: usize,
    /// The columns, one a row of the table.
    pub columns: Vec<String>,
    /// The patient's value, those of the others, and the percentile of a number: the share of known values that are at most
    /// as large.
    pub table: Table,
    /// The values of the covariates; none where one is missing.
    pub values: Option<Vec<(String, String)>>,
}

impl Question for Spec {
    type Answer = Answer;

    const NAME: &'static str = "patient";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, ask: &dyn Ask, watch: &dyn Watch) -> Result<Answer, AskError> {
        let (cohort, rows) = (&data.cohort, data.select(&self.on)?.rows);
        let quartiles = ask.ask(Quartiles { on: self.on.clone() }, watch)?;
        let mut table = Table::new([
            ColumnSpec::left("Variable"),
            ColumnSpec::left("Value"),
            ColumnSpec::left("Others"),
            ColumnSpec::right("Percentile"),
        ]);
        let title = titles(cohort);
        for (k, (column, quartiles)) in columns(cohort).zip(quartiles.iter()).enumerate() {
            watch.step(k, cohort.frame().columns().len())?;
            let (others, place) = match column.numbers() {
                Some(numbers) => among_numbers(numbers, *quartiles, self.row, &rows),
                None => (among_levels(column, self.row, &rows), Cell::empty()),
            };
            table.push([Cell::text(title(column)), value(column, self.row), others, place]);
        }
        let columns = columns(cohort).map(|column| column.name.clone()).collect();
        let values = values(cohort, self.row, &self.covariates);
        Ok(Answer { row: self.row, columns, table, values })
    }
}

/// Median and quartiles of every column of numbers: the same whoever is beside them.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Quartiles {
    /// The patients in use.
    on: Selection,
}

impl Question for Quartiles {
    /// First quartile, median and third quartile of each column; nothing of columns without numbers.
    type Answer = Vec<Option<[f64; 3]>>;

    const NAME: &'static str = "quartiles";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Self::Answer, AskError> {
        let rows = data.select(&self.on)?.rows;
        let all: Vec<&Column> = columns(&data.cohort).collect();
        let mut quartiles = Vec::with_capacity(all.len());
        for (k, column) in all.iter().enumerate() {
            watch.step(k, all.len())?;
            quartiles.push(column.numbers().and_then(|numbers| quartiles_of(numbers, &rows)));
        }
        Ok(quartiles)
    }
}

fn quartiles_of(numbers: &[f64], rows: &[usize]) -> Option<[f64; 3]> {
    let mut known: Vec<f64> = rows.iter().map(|r| numbers[*r]).filter(|x| !x.is_nan()).collect();
    known.par_sort_unstable_by(f64::total_cmp);
    (!known.is_empty()).then(|| [0.25, 0.5, 0.75].map(|p| quantile_sorted(&known, p)))
}

/// The columns of the card; the patient's name stands above it.
fn columns(cohort: &Cohort) -> impl Iterator<Item = &Column> {
    cohort.frame().columns().filter(|column| Some(column.name.as_str()) != cohort.id())
}

fn among_numbers(numbers: &[f64], quartiles: Option<[f64; 3]>, row: usize, rows: &[usize]) -> (Cell, Cell) {
    let Some([q1, median, q3]) = quartiles else { return (Cell::missing(), Cell::missing()) };
    let others = Cell::median_iqr(median, q1, q3, q3 - q1);
    let own = numbers[row];
    if own.is_nan() {
        return (others, Cell::missing());
    }
    let (mut below, mut known) = (0usize, 0usize);
    for row in rows {
        known += usize::from(!numbers[*row].is_nan());
        below += usize::from(numbers[*row] <= own);
    }
    (others, Cell::fixed(100.0 * below as f64 / known as f64, 0))
}

fn among_levels(column: &Column, row: usize, rows: &[usize]) -> Cell {
    match &column.values {
        Values::Number(_) => Cell::missing(),
        Values::Category(category) => alike(&category.codes, row, rows),
        Values::Date(days) => alike(days, row, rows),
        Values::Text(texts) => alike(texts, row, rows),
    }
}

/// How many of `rows` have the same value as `row`.
fn alike<T: PartialEq>(values: &[Option<T>], row: usize, rows: &[usize]) -> Cell {
    let Some(own) = &values[row] else { return Cell::missing() };
    let known = || rows.iter().filter_map(|row| values[*row].as_ref());
    let same = known().filter(|other| *other == own).count();
    Cell::text(format!("{} alike", format::count_percent(same, known().count().max(1))))
}

/// Cohort and outcome: `training; RFS: event after 12.3 months`.
pub fn outcome(cohort: &Cohort, row: usize) -> String {
    let group = cohort.groups().level(row).map(str::to_owned);
    let endpoints = cohort.endpoints().iter().map(|endpoint| {
        let (time, unit) = (endpoint.time[row], endpoint.unit.word());
        match (time.is_nan(), endpoint.event[row]) {
            (true, _) | (_, None) => format!("{}: not known", endpoint.name),
            (_, Some(true)) => format!("{}: event after {} {unit}", endpoint.name, format::fixed(time, 1)),
            (_, Some(false)) => format!("{}: no event in {} {unit}", endpoint.name, format::fixed(time, 1)),
        }
    });
    group.into_iter().chain(endpoints).collect::<Vec<_>>().join("; ")
}

/// What the model shown says of the patient; nothing if it was not fitted to the patient.
fn in_model(cases: &Cases, id: &str) -> Option<String> {
    let at = cases.id.iter().position(|other| other == id)?;
    let out = |value: f64, values: &[f64]| values.iter().filter(|v| v.abs() >= value.abs()).count();
    let deviance = *cases.deviance.get(at)?;
    let mut said = format!(
        "Linear predictor {}; deviance residual {}, the {} largest of {}; martingale residual {}",
        format::fixed(cases.lp[at], 3),
        format::fixed(deviance, 2),
        ordinal(out(deviance, &cases.deviance)),
        format::count(cases.id.len()),
        format::fixed(cases.martingale[at], 2)
    );
    if let Some(displacement) = cases.displacement.get(at) {
        said.push_str(&format!(
            "; likelihood displacement {}, the {} largest",
            format::fixed(*displacement, 3),
            ordinal(out(*displacement, &cases.displacement))
        ));
    }
    let largest = cases.dfbetas.iter().max_by(|a, b| a.value[at].abs().total_cmp(&b.value[at].abs()));
    if let Some(influence) = largest {
        let value = influence.value[at];
        said.push_str(&format!(
            "; without the patient {} changes most, by {} of its standard error, the {} largest such change",
            influence.term,
            format::fixed(value, 2),
            ordinal(out(value, &influence.value))
        ));
    }
    Some(said)
}

fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", format::count(n))
}

/// The values of a patient in the covariates of a model, as they are written in the table; none where one is missing.
fn values(cohort: &Cohort, row: usize, covariates: &[String]) -> Option<Vec<(String, String)>> {
    let names: Vec<&str> = covariates.iter().flat_map(|covariate| covariate_columns(covariate)).collect();
    names
        .into_iter()
        .map(|name| {
            let column = cohort.frame().get(name)?;
            let text = match column.numbers() {
                Some(numbers) => Some(numbers[row]).filter(|x| !x.is_nan()).map(|x| x.to_string()),
                None => column.values.text(row),
            };
            Some((name.to_owned(), text?))
        })
        .collect()
}

/// All of it.
pub fn document(cohort: &Cohort, answer: &Answer, in_model: Option<String>) -> Document {
    let (row, table) = (answer.row, answer.table.clone());
    let mut document = Document::new(cohort.ids()[row].clone()).paragraph(outcome(cohort, row));
    if let Some(said) = in_model {
        document = document.paragraph(said);
    }
    document.with(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_those_of_the_language() {
        let said: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).into();
        assert_eq!(said, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
    }
}
