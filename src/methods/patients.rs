//! The table of patients, one row at a time; and which rows of it contain a text, in which order.

mod search;

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use watch::Watch;

use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, LongTable, SortKey, Table};
use crate::study::Cohort;
use figures::format;
use tables::{Column, Values};

/// More patients than this are shown as a table whose rows are made one by one.
pub const MANY: usize = 20_000;
/// The same for tables with more cells than this, be their patients few.
const MANY_CELLS: usize = 100_000;

/// Digits of a value; whole numbers have no decimals.
const DIGITS: usize = 5;

/// Whether the table of patients is so large that it is made where it is shown, and sorted and searched in a worker.
pub fn are_many(cohort: &Cohort) -> bool {
    cohort.len() > MANY || cohort.len() * cohort.frame().columns().len() > MANY_CELLS
}

/// One row a patient: id, cohort, endpoints, then every column.
#[derive(Debug, Clone)]
pub struct Patients {
    cohort: Arc<Cohort>,
    /// What its columns hold, from left to right.
    held: Vec<Held>,
}

/// What a column of the table holds.
#[derive(Debug, Clone)]
enum Held {
    Id,
    Group,
    Time(usize),
    Event(usize),
    /// The column of this name.
    Of(String),
}

impl Patients {
    /// Those of `data`.
    pub fn of(data: &Dataset) -> Self {
        let cohort = Arc::clone(&data.cohort);
        let endpoints = (0..cohort.endpoints().len()).flat_map(|k| [Held::Time(k), Held::Event(k)]);
        // The ids are the first column here.
        let others = cohort.frame().columns().filter(|column| Some(column.name.as_str()) != cohort.id());
        let held = [Held::Id, Held::Group].into_iter().chain(endpoints);
        let held = held.chain(others.map(|column| Held::Of(column.name.clone()))).collect();
        Self { cohort, held }
    }

    /// Where the column of this name stands in the table.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.held.iter().position(|held| matches!(held, Held::Of(other) if other == name))
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.cohort.frame().get(name)
    }

    /// The rows of these patients as a table.
    pub fn table(&self, rows: &[usize]) -> Table {
        let rows = rows.iter().map(|row| self.row(*row)).collect();
        Table { rows, ..Table::new(self.columns()) }
    }

    fn key(&self, row: usize, column: usize) -> SortKey {
        let number = match self.held.get(column) {
            Some(Held::Time(k)) => Some(self.cohort.endpoints()[*k].time[row]),
            Some(Held::Of(name)) => match self.column(name).map(|column| &column.values) {
                Some(Values::Number(numbers)) => Some(numbers[row]),
                _ => None,
            },
            _ => None,
        };
        match number {
            Some(x) if !x.is_nan() => SortKey::Number(x),
            _ => SortKey::of(Some(&self.cell(row, column))),
        }
    }
}

impl LongTable for Patients {
    fn columns(&self) -> Vec<ColumnSpec> {
        let endpoints = self.cohort.endpoints();
        let title = titles(&self.cohort);
        let spec = |held: &Held| match held {
            Held::Id => ColumnSpec::left("Patient"),
            Held::Group => ColumnSpec::left("Cohort"),
            Held::Time(k) => ColumnSpec::decimal(endpoints[*k].name.clone()).unit(endpoints[*k].unit.word()),
            Held::Event(_) => ColumnSpec::left("event"),
            Held::Of(name) => match self.column(name) {
                Some(column) if column.numbers().is_some() => ColumnSpec::decimal(title(column)),
                column => ColumnSpec::left(column.map_or_else(|| name.clone(), &title)),
            },
        };
        self.held.iter().map(spec).collect()
    }

    fn width(&self) -> usize {
        self.held.len()
    }

    fn len(&self) -> usize {
        self.cohort.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let cohort = &self.cohort;
        match self.held.get(column) {
            None => Cell::missing(),
            Some(Held::Id) => Cell::text(cohort.ids()[row].clone()),
            Some(Held::Group) => cohort.groups().level(row).map_or(Cell::missing(), Cell::text),
            Some(Held::Time(k)) => {
                let time = cohort.endpoints()[*k].time[row];
                Cell::number(time, format::fixed(time, 1))
            }
            Some(Held::Event(k)) => match cohort.endpoints()[*k].event[row] {
                Some(true) => Cell::text("yes"),
                Some(false) => Cell::text("no"),
                None => Cell::missing(),
            },
            Some(Held::Of(name)) => self.column(name).map_or(Cell::missing(), |column| value(column, row)),
        }
    }
}

/// What columns are called: by their labels, and by their names too where several have the same label.
pub fn titles(cohort: &Cohort) -> impl Fn(&Column) -> String {
    let (mut seen, mut again) = (HashSet::new(), HashSet::new());
    for column in cohort.frame().columns() {
        if !seen.insert(column.label()) {
            again.insert(column.label().to_owned());
        }
    }
    move |column| match column.label() {
        label if again.contains(label) => format!("{label} ({})", column.name),
        label => label.to_owned(),
    }
}

/// A patient's value in a column.
pub fn value(column: &Column, row: usize) -> Cell {
    match column.numbers() {
        Some(values) if !values[row].is_nan() => Cell::number(values[row], format::chosen_to(values[row], DIGITS)),
        Some(_) => Cell::missing(),
        None => column.values.text(row).map_or(Cell::missing(), Cell::text),
    }
}

/// Which rows of the table of patients are shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// The patients.
    pub on: Selection,
    /// What a row must contain: a text, or `/a regular expression/`.
    pub search: String,
    /// The column that the rows are sorted by, and whether the largest stands first.
    pub sort: Option<(usize, bool)>,
}

impl Question for Spec {
    /// Rows of the cohort, in order.
    type Answer = Vec<u32>;

    const NAME: &'static str = "patients";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, watch: &dyn Watch) -> Result<Vec<u32>, AskError> {
        let mut rows: Vec<u32> = data.select(&self.on)?.rows.into_iter().map(|row| row as u32).collect();
        let patients = Patients::of(data);
        rows = search::holding(&patients, rows, &self.search, watch)?;
        if let Some((column, down)) = self.sort {
            watch.step(0, 0)?;
            let mut keyed: Vec<(SortKey, u32)> =
                rows.par_iter().map(|row| (patients.key(*row as usize, column), *row)).collect();
            watch.step(0, 0)?;
            keyed.par_sort_by(|a, b| a.0.compare(&b.0, down));
            rows = keyed.into_iter().map(|(_, row)| row).collect();
        }
        Ok(rows)
    }
}

/// How many patients are in use, and how many have the event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Count {
    /// The patients.
    pub on: Selection,
}

impl Question for Count {
    type Answer = (usize, usize);

    const NAME: &'static str = "count";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<(usize, usize), AskError> {
        count(data, &self.on)
    }
}

/// How many patients `on` selects, and how many of them have the event; nobody where nobody is left.
///
/// # Errors
/// The patients cannot be told.
pub fn count(data: &Dataset, on: &Selection) -> Result<(usize, usize), AskError> {
    match data.select(on) {
        Ok(selected) => Ok((selected.rows.len(), selected.survival.as_ref().map_or(0, survival::Survival::n_events))),
        Err(why) => {
            let everybody = Selection { endpoint: None, ..on.clone() };
            data.select(&everybody).ok().filter(|all| all.rows.is_empty()).map(|_| (0, 0)).ok_or(why)
        }
    }
}

/// Which patients are in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InUse {
    /// The patients.
    pub on: Selection,
}

impl Question for InUse {
    /// Rows of the cohort, ascending.
    type Answer = Vec<usize>;

    const NAME: &'static str = "patients in use";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Vec<usize>, AskError> {
        Ok(data.select(&self.on)?.rows)
    }
}
