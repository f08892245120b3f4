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
use survival::stats::describe::{at_most, quantile_sorted};

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
    /// The patient's value, those of the others in use, and the percentile of a number: the share of the others' known values
    /// that are at most as large.
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
        let spreads = ask.ask(Spreads { on: self.on.clone() }, watch)?;
        let mut table = Table::new([
            ColumnSpec::left("Variable"),
            ColumnSpec::left("Value"),
            ColumnSpec::left("Others"),
            ColumnSpec::right("Percentile"),
        ]);
        let title = titles(cohort);
        let beside = Beside { row: self.row, rows: &rows, is_among: rows.binary_search(&self.row).is_ok() };
        for (k, (column, spread)) in columns(cohort).zip(spreads.iter()).enumerate() {
            watch.step(k, cohort.frame().columns().len())?;
            let (others, place) = match (&column.values, spread) {
                (Values::Number(numbers), Spread::Numbers { quartiles, known }) => {
                    beside.numbers(numbers, quartiles, *known)
                }
                (Values::Number(_), _) => (Cell::missing(), Cell::missing()),
                (values, spread) => (beside.levels(values, spread), Cell::empty()),
            };
            table.push([Cell::text(title(column)), value(column, self.row), others, place]);
        }
        let columns = columns(cohort).map(|column| column.name.clone()).collect();
        let values = values(cohort, self.row, &self.covariates);
        Ok(Answer { row: self.row, columns, table, values })
    }
}

/// How the values of each column are spread: the same whoever is beside them.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Spreads {
    /// The patients in use.
    on: Selection,
}

/// How the values of a column are spread over the patients in use.
#[derive(Debug, Clone, PartialEq)]
enum Spread {
    /// First quartile, median and third quartile, and how many are known.
    Numbers { quartiles: [Quantile; 3], known: usize },
    /// How many have each level.
    Levels(Vec<usize>),
    /// A column without known numbers, or of dates or texts, most of which are had by one patient alone.
    Any,
}

impl Question for Spreads {
    type Answer = Vec<Spread>;

    const NAME: &'static str = "spreads";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Self::Answer, AskError> {
        let rows = data.select(&self.on)?.rows;
        let all: Vec<&Column> = columns(&data.cohort).collect();
        let mut spreads = Vec::with_capacity(all.len());
        for (k, column) in all.iter().enumerate() {
            watch.step(k, all.len())?;
            spreads.push(Spread::of(&column.values, &rows));
        }
        Ok(spreads)
    }
}

impl Spread {
    fn of(values: &Values, rows: &[usize]) -> Self {
        match values {
            Values::Number(numbers) => {
                let mut known: Vec<f64> = rows.iter().map(|r| numbers[*r]).filter(|x| !x.is_nan()).collect();
                known.par_sort_unstable_by(f64::total_cmp);
                match known.len() {
                    0 => Self::Any,
                    n => Self::Numbers { quartiles: [0.25, 0.5, 0.75].map(|p| Quantile::of(&known, p)), known: n },
                }
            }
            Values::Category(category) => {
                let mut counts = vec![0; category.levels.len()];
                rows.iter().filter_map(|row| category.codes[*row]).for_each(|code| counts[code as usize] += 1);
                Self::Levels(counts)
            }
            Values::Date(_) | Values::Text(_) => Self::Any,
        }
    }
}

/// The columns of the card; the patient's name stands above it.
fn columns(cohort: &Cohort) -> impl Iterator<Item = &Column> {
    cohort.frame().columns().filter(|column| Some(column.name.as_str()) != cohort.id())
}

/// A quantile of known numbers, of all of them and without any one.
#[derive(Debug, Clone, PartialEq)]
struct Quantile {
    of_all: f64,
    /// The numbers in order among which it lies when one of all is left out.
    near: Vec<f64>,
    /// How far from the first to the second of those that are left.
    share: f64,
}

impl Quantile {
    /// Of numbers in ascending order.
    fn of(sorted: &[f64], p: f64) -> Self {
        let position = sorted.len().saturating_sub(2) as f64 * p;
        let first = position.floor();
        let near = sorted.iter().copied().skip(first as usize).take(3).collect();
        Self { of_all: quantile_sorted(sorted, p), near, share: position - first }
    }

    /// Of the others than `one` of the numbers; NaN where there are none.
    fn without(&self, one: f64) -> f64 {
        // A number that lies elsewhere moves these by a place, or not at all.
        let gone = self.near.iter().position(|x| *x >= one).unwrap_or(self.near.len() - 1);
        let mut others = self.near.clone();
        others.remove(gone);
        quantile_sorted(&others, self.share)
    }
}

/// The patient of the card and those in use.
struct Beside<'a> {
    row: usize,
    rows: &'a [usize],
    /// Whether the patient is one of them, who is not to be counted among the others.
    is_among: bool,
}

impl Beside<'_> {
    /// The others' quartiles, and the share of them with at most the patient's number.
    fn numbers(&self, numbers: &[f64], quartiles: &[Quantile; 3], known: usize) -> (Cell, Cell) {
        let own = numbers[self.row];
        let itself = usize::from(self.is_among && !own.is_nan());
        let of_others = |quantile: &Quantile| if itself == 1 { quantile.without(own) } else { quantile.of_all };
        let [q1, median, q3] = quartiles.each_ref().map(of_others);
        let others = if median.is_nan() { Cell::missing() } else { Cell::median_iqr(median, q1, q3, q3 - q1) };
        if own.is_nan() || known == itself {
            return (others, Cell::missing());
        }
        let at_most = at_most(numbers, self.rows, own) - itself;
        (others, Cell::fixed(100.0 * at_most as f64 / (known - itself) as f64, 0))
    }

    /// How many of the others have the patient's level, date or text.
    fn levels(&self, values: &Values, spread: &Spread) -> Cell {
        let itself = usize::from(self.is_among);
        let of_all = match (values, spread) {
            (Values::Category(category), Spread::Levels(counts)) => {
                category.codes[self.row].map(|code| (counts[code as usize], counts.iter().sum::<usize>()))
            }
            (Values::Date(days), _) => self.alike(days),
            (Values::Text(texts), _) => self.alike(texts),
            _ => None,
        };
        of_all.filter(|(_, known)| *known > itself).map_or_else(Cell::missing, |(same, known)| {
            Cell::text(format!("{} alike", format::count_percent(same - itself, known - itself)))
        })
    }

    /// How many of those in use have the patient's value, and how many have any; nothing where its own is missing.
    fn alike<T: PartialEq>(&self, values: &[Option<T>]) -> Option<(usize, usize)> {
        let own = values[self.row].as_ref()?;
        let (mut same, mut known) = (0, 0);
        for other in self.rows.iter().filter_map(|row| values[*row].as_ref()) {
            known += 1;
            same += usize::from(other == own);
        }
        Some((same, known))
    }
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
    fn a_quantile_without_one_number_is_that_of_the_others() {
        for n in 1..=12 {
            let sorted: Vec<f64> = (0..n).map(|k| f64::from(k * k / 2)).collect();
            for (gone, p) in (0..sorted.len()).flat_map(|gone| [0.25, 0.5, 0.75].map(|p| (gone, p))) {
                let mut others = sorted.clone();
                others.remove(gone);
                let found = Quantile::of(&sorted, p).without(sorted[gone]);
                assert_eq!(found.to_bits(), quantile_sorted(&others, p).to_bits(), "{sorted:?} without {gone} at {p}");
            }
        }
    }

    #[test]
    fn ordinals_are_those_of_the_language() {
        let said: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal).into();
        assert_eq!(said, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
    }
}
