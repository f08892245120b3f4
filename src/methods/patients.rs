//! The table of patients, one row at a time; and which rows of it contain a text, in which order.

use std::sync::Arc;

use rayon::prelude::*;
use regex::Regex;
use serde::Serialize;
use watch::Watch;

use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Cell, ColumnSpec, LongTable, SortKey, Table, loose_patterns, patterns};
use crate::study::Cohort;
use figures::format;
use tables::{Column, Values};

/// More patients than this are shown as a table whose rows are made one by one.
pub const MANY: usize = 20_000;

/// Digits of a value; whole numbers have no decimals.
const DIGITS: usize = 5;

/// So many rows are looked at between two questions whether to go on.
const STEP: usize = 50_000;

/// One row a patient: id, cohort, endpoints, then every column.
#[derive(Debug, Clone)]
pub struct Patients {
    /// The patients.
    pub cohort: Arc<Cohort>,
}

/// What a column of the table holds.
enum Held<'c> {
    Id,
    Group,
    Time(usize),
    Event(usize),
    Of(&'c Column),
}

impl Patients {
    /// Those of `data`.
    pub fn of(data: &Dataset) -> Self {
        Self { cohort: Arc::clone(&data.cohort) }
    }

    /// The columns of the table but that of the ids, which are the first here.
    fn of_table(&self) -> impl Iterator<Item = &Column> {
        self.cohort.frame().columns().filter(|column| Some(column.name.as_str()) != self.cohort.id())
    }

    fn held(&self, column: usize) -> Option<Held<'_>> {
        let endpoints = self.cohort.endpoints().len();
        Some(match column {
            0 => Held::Id,
            1 => Held::Group,
            k if k < 2 + 2 * endpoints && k.is_multiple_of(2) => Held::Time((k - 2) / 2),
            k if k < 2 + 2 * endpoints => Held::Event((k - 2) / 2),
            k => Held::Of(self.of_table().nth(k - 2 - 2 * endpoints)?),
        })
    }

    /// The rows of these patients as a table.
    pub fn table(&self, rows: &[usize]) -> Table {
        let mut table = Table::new(self.columns());
        let n = table.columns.len();
        for &row in rows {
            table.push((0..n).map(|column| self.cell(row, column)).collect::<Vec<_>>());
        }
        table
    }

    fn key(&self, row: usize, column: usize) -> SortKey {
        let number = match self.held(column) {
            Some(Held::Time(k)) => Some(self.cohort.endpoints()[k].time[row]),
            Some(Held::Of(Column { values: Values::Number(numbers), .. })) => Some(numbers[row]),
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
        let mut columns = vec![ColumnSpec::left("Patient"), ColumnSpec::left("Cohort")];
        for endpoint in self.cohort.endpoints() {
            columns.push(ColumnSpec::decimal(endpoint.name.clone()).unit(endpoint.unit.word()));
            columns.push(ColumnSpec::left("event"));
        }
        columns.extend(self.of_table().map(|c| match c.numbers() {
            Some(_) => ColumnSpec::decimal(c.label()),
            None => ColumnSpec::left(c.label()),
        }));
        columns
    }

    fn len(&self) -> usize {
        self.cohort.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let cohort = &self.cohort;
        match self.held(column) {
            None => Cell::missing(),
            Some(Held::Id) => Cell::text(cohort.ids()[row].clone()),
            Some(Held::Group) => cohort.groups().level(row).map_or(Cell::missing(), Cell::text),
            Some(Held::Time(k)) => {
                let time = cohort.endpoints()[k].time[row];
                Cell::number(time, format::fixed(time, 1))
            }
            Some(Held::Event(k)) => match cohort.endpoints()[k].event[row] {
                Some(true) => Cell::text("yes"),
                Some(false) => Cell::text("no"),
                None => Cell::missing(),
            },
            Some(Held::Of(column)) => match column.numbers() {
                Some(values) if !values[row].is_nan() => {
                    Cell::number(values[row], format::chosen_to(values[row], DIGITS))
                }
                Some(_) => Cell::missing(),
                None => column.values.text(row).map_or(Cell::missing(), Cell::text),
            },
        }
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
        let wanted = patterns(&self.search);
        if !wanted.is_empty() {
            let all = rows;
            rows = holding(&patients, &all, &wanted, watch)?;
            let loose = if rows.is_empty() { loose_patterns(&self.search) } else { Vec::new() };
            if !loose.is_empty() {
                rows = holding(&patients, &all, &loose, watch)?;
            }
        }
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

/// The rows that hold every pattern in some cell.
fn holding(patients: &Patients, rows: &[u32], wanted: &[Regex], watch: &dyn Watch) -> Result<Vec<u32>, AskError> {
    let n = patients.columns().len();
    let holds = |row: &&u32| {
        let cells: Vec<Cell> = (0..n).map(|c| patients.cell(**row as usize, c)).collect();
        wanted.iter().all(|pattern| cells.iter().any(|cell| pattern.is_match(&cell.shown)))
    };
    let mut found = Vec::new();
    for (k, some) in rows.chunks(STEP).enumerate() {
        watch.step(k * STEP, rows.len())?;
        found.par_extend(some.par_iter().filter(holds).copied());
    }
    Ok(found)
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
