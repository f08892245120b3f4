//! One column looked at: what it was taken for, what is missing, and how it is distributed by cohort and by outcome.

use survival::stats::describe::{mean, quantile_sorted, variance};
use tables::{Category, Column, Values};

use serde::Serialize;
use watch::Watch;

use super::distribution::{Group, bars, boxes};
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::study::Cohort;
use figures::{Figure, Panels, format};

/// One column, of the patients in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The patients.
    pub on: Selection,
    /// The endpoint by which they are divided.
    pub endpoint: Option<String>,
    /// The column's name.
    pub column: String,
}

/// What there is to say and to see of a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// What it was taken for, and what is missing.
    pub facts: Vec<String>,
    /// Its values by part.
    pub table: Table,
    /// Its distribution, if it has one.
    pub figure: Option<Figure>,
}

impl Question for Spec {
    type Answer = Answer;

    const NAME: &'static str = "variable";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        let (cohort, rows) = (&data.cohort, data.select(&self.on)?.rows);
        let column = cohort.frame().column(&self.column).map_err(AskError::impossible)?;
        let parts = parts(cohort, self.endpoint.as_deref(), &rows);
        let figure = is_distributed(column).then(|| figure(column, &parts));
        Ok(Answer { facts: facts(column, &rows), table: table(column, &parts), figure })
    }
}

/// Patients that are looked at together.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    /// What they have in common.
    name: String,
    /// What divides them: nothing, the cohort or the outcome.
    by: By,
    /// Their rows in the cohort.
    rows: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Nothing,
    Cohort,
    Outcome,
}

/// All of `rows`, those of each cohort, and those with and without the event of `endpoint`.
fn parts(cohort: &Cohort, endpoint: Option<&str>, rows: &[usize]) -> Vec<Part> {
    let part = |name: &str, by: By, keep: &dyn Fn(usize) -> bool| Part {
        name: name.to_owned(),
        by,
        rows: rows.iter().copied().filter(|row| keep(*row)).collect(),
    };
    let mut parts = vec![part("all", By::Nothing, &|_| true)];
    let groups = cohort.groups();
    if groups.levels.len() > 1 {
        parts.extend(groups.levels.iter().map(|name| part(name, By::Cohort, &|row| groups.level(row) == Some(name))));
    }
    if let Some(endpoint) = endpoint.and_then(|name| cohort.endpoint(name)) {
        for (event, name) in [(false, "no event"), (true, "event")] {
            parts.push(part(&format!("{}: {name}", endpoint.name), By::Outcome, &|row| {
                endpoint.is_complete(row) && endpoint.event[row] == Some(event)
            }));
        }
    }
    parts
}

/// More levels than these are not listed one by one.
const MOST_LEVELS: usize = 1000;

/// More different texts than these are names, not levels.
const MOST_TEXTS: usize = 30;

/// Whether there is a distribution to be drawn: not of texts of which there are many.
fn is_distributed(column: &Column) -> bool {
    !matches!(column.values, Values::Text(_)) || column.values.levels_within(MOST_TEXTS).is_some()
}

/// The known values of a numeric column in `rows`.
fn known(numbers: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|row| numbers[*row]).filter(|x| !x.is_nan()).collect()
}

/// What the column was taken for and why, and how many values are missing.
fn facts(column: &Column, rows: &[usize]) -> Vec<String> {
    let missing = rows.iter().filter(|row| column.values.is_missing(**row)).count();
    let unit = column.unit.as_ref().map(|unit| format!(", {unit}")).unwrap_or_default();
    let distinct = column.values.n_distinct(rows);
    vec![
        format!("{}{unit}: taken for a {} ({})", column.name, column.kind().word(), column.guess.reason),
        format!(
            "{} distinct values; missing in {} of {} patients",
            format::count(distinct),
            format::count_percent(missing, rows.len().max(1)),
            format::count(rows.len())
        ),
    ]
}

/// A row for each part of a number; a row for each level of a category, with a column for each part.
fn table(column: &Column, parts: &[Part]) -> Table {
    match column.numbers() {
        Some(numbers) => of_number(numbers, parts),
        None => of_category(column, parts),
    }
}

fn of_number(numbers: &[f64], parts: &[Part]) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Patients"),
        ColumnSpec::right("n"),
        ColumnSpec::right("Missing"),
        ColumnSpec::left("Median [IQR]"),
        ColumnSpec::left("Mean (SD)"),
        ColumnSpec::left("Range").priority(1),
    ]);
    for part in parts {
        let mut values = known(numbers, &part.rows);
        values.sort_by(f64::total_cmp);
        let missing = part.rows.len() - values.len();
        let mut cells = vec![Cell::text(part.name.clone()), Cell::count(values.len()), Cell::count(missing)];
        if let (Some(low), Some(high)) = (values.first(), values.last()) {
            let [q1, median, q3] = [0.25, 0.5, 0.75].map(|p| quantile_sorted(&values, p));
            cells.push(Cell::median_iqr(median, q1, q3, q3 - q1));
            let sd = variance(&values).sqrt();
            cells.push(if values.len() > 1 { Cell::mean_sd(mean(&values), sd, sd) } else { Cell::missing() });
            let shown = format!("{} to {}", format::chosen_to(*low, 4), format::chosen_to(*high, 4));
            cells.push(Cell::parts([("low", *low), ("high", *high)], shown));
        }
        table.push(cells);
    }
    table
}

fn of_category(column: &Column, parts: &[Part]) -> Table {
    let factor = column.factor();
    let mut columns = vec![ColumnSpec::left("Level")];
    columns.extend(
        parts.iter().map(|part| ColumnSpec::right(format!("{} (n = {})", part.name, format::count(part.rows.len())))),
    );
    let mut table = Table::new(columns);
    let counts: Vec<(Vec<usize>, usize)> = parts.iter().map(|part| counted(&factor, &part.rows)).collect();
    let row = |name: String, of: &dyn Fn(&[usize]) -> usize| -> Vec<Cell> {
        let cell = |(counts, missing): &(Vec<usize>, usize), part: &Part| {
            Cell::count_percent(of(counts), (part.rows.len() - missing).max(1))
        };
        let cells = counts.iter().zip(parts).map(|(counts, part)| cell(counts, part));
        std::iter::once(Cell::text(name)).chain(cells).collect()
    };
    for (code, level) in factor.levels.iter().enumerate().take(MOST_LEVELS) {
        table.push(row(level.clone(), &|counts| counts[code]));
    }
    if let Some(more) = factor.levels.len().checked_sub(MOST_LEVELS).filter(|more| *more > 0) {
        let name = format!("{} more values", format::count(more));
        table.push_sub(row(name, &|counts| counts[MOST_LEVELS..].iter().sum()));
    }
    let missing = counts.iter().map(|(_, missing)| Cell::count(*missing));
    table.push_sub(std::iter::once(Cell::text("missing")).chain(missing).collect::<Vec<_>>());
    table
}

/// How many of `rows` have each level, and how many none.
fn counted(factor: &Category, rows: &[usize]) -> (Vec<usize>, usize) {
    let (mut counts, mut missing) = (vec![0; factor.levels.len()], 0);
    for row in rows {
        match factor.codes[*row] {
            Some(code) => counts[code as usize] += 1,
            None => missing += 1,
        }
    }
    (counts, missing)
}

/// Boxes by cohort and by outcome; bars of a category's levels, and of the levels among those with the event.
fn figure(column: &Column, parts: &[Part]) -> Figure {
    let of = |by: By| parts.iter().filter(move |part| part.by == by);
    let panel = |title: &str, figure: Figure| Figure { title: title.to_owned(), ..figure };
    let figures = match column.numbers() {
        Some(numbers) => {
            let boxed = |by: By| {
                let groups: Vec<Group> = of(by)
                    .map(|part| {
                        let values = known(numbers, &part.rows);
                        Group { name: format!("{} ({})", part.name, values.len()), values }
                    })
                    .collect();
                (!groups.is_empty()).then(|| boxes(column.label(), &groups))
            };
            let divided = [(By::Cohort, "by cohort"), (By::Outcome, "by outcome")];
            let mut drawn: Vec<Figure> =
                divided.into_iter().filter_map(|(by, title)| Some(panel(title, boxed(by)?))).collect();
            if drawn.is_empty() {
                drawn.extend(boxed(By::Nothing));
            }
            drawn
        }
        None => {
            let factor = column.factor();
            let bars = |part: &Part| {
                let (counts, missing) = counted(&factor, &part.rows);
                let known = (part.rows.len() - missing).max(1);
                let amount = |(level, n): (&String, usize)| (level.clone(), n as f64, format::count_percent(n, known));
                let amounts: Vec<(String, f64, String)> = factor.levels.iter().zip(counts).map(amount).collect();
                panel(&part.name, bars("Patients", &amounts))
            };
            of(By::Nothing).chain(of(By::Outcome).skip(1)).map(bars).collect()
        }
    };
    Figure::new("", Panels { columns: 2, figures })
}

/// All of it.
pub fn document(title: &str, answer: &Answer) -> Document {
    let document = Document::new(title).paragraph(answer.facts.join("\n")).with(answer.table.clone());
    match &answer.figure {
        Some(figure) => document.with(Block::Figure(Box::new(figure.clone()))),
        None => document,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_patients_are_not_listed_one_by_one() {
        let n = 3 * MOST_LEVELS;
        let names = (0..n).map(|i| (i > 0).then(|| format!("P{i}"))).collect();
        let column = Column::new("id", Values::Text(names), "given");
        let all = Part { name: "all".to_owned(), by: By::Nothing, rows: (0..n).collect() };
        let table = table(&column, &[all]);
        let shown: Vec<(&str, &str)> = table.rows.iter().map(|row| (row.shown(0), row.shown(1))).collect();
        assert_eq!(shown.len(), MOST_LEVELS + 2);
        assert_eq!(shown[MOST_LEVELS].0, "1,999 more values");
        assert_eq!(shown[MOST_LEVELS + 1], ("missing", "1"));
        assert!(!is_distributed(&column));
    }
}
