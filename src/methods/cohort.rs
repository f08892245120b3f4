//! The cohort: who was screened and enrolled, how patients divide, what the columns hold.

pub mod left;

use serde::Serialize;
use watch::Watch;

use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::study::{Cohort, CriterionKind};
use figures::format;
use figures::{Figure, Flow, FlowStep};
use tables::{Column, Values};

/// Enrolment and split.
pub fn document(cohort: &Cohort) -> Document {
    let mut document = Document::new("Cohort").with(Block::Figure(Box::new(flow(cohort)))).with(criteria(cohort));
    document = document.with(split(cohort));
    for endpoint in cohort.endpoints() {
        for note in &endpoint.notes {
            document = document.note(format!("{}: {note}", endpoint.name));
        }
    }
    document
}

/// The flow diagram.
pub fn flow(cohort: &Cohort) -> Figure {
    let flow = cohort.flow();
    let ends = patients_of_groups(cohort);
    let mut steps = vec![FlowStep { label: "Screened".to_owned(), n: flow.screened, lost: Vec::new() }];
    // Patients lost at a criterion leave the box before it; only the last box is worth a name of its own.
    steps[0].lost = flow.steps.iter().map(|s| (excluded(s.kind, &s.name), s.lost)).collect();
    steps.push(FlowStep { label: "Enrolled".to_owned(), n: flow.enrolled, lost: Vec::new() });
    let body = Flow { steps, ends: if ends.len() > 1 { ends } else { Vec::new() } };
    Figure::new("Enrolment", body)
}

/// Each cohort and how many patients it has.
fn patients_of_groups(cohort: &Cohort) -> Vec<(String, usize)> {
    let levels = cohort.groups().levels.iter().enumerate();
    levels.map(|(code, name)| (name.clone(), cohort.n_patients(&cohort.rows_of_group(code as u32)))).collect()
}

fn excluded(kind: CriterionKind, name: &str) -> String {
    match kind {
        CriterionKind::Include => format!("not {name}"),
        CriterionKind::Exclude => name.to_owned(),
    }
}

/// One row a criterion.
fn criteria(cohort: &Cohort) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Criterion"),
        ColumnSpec::right("Left out"),
        ColumnSpec::right("of them missing").priority(2),
        ColumnSpec::right("Remaining"),
        ColumnSpec::left("Condition").priority(3),
    ]);
    let flow = cohort.flow();
    let all = Cell::count(flow.screened);
    table.push([Cell::text("screened"), Cell::empty(), Cell::empty(), all, Cell::empty()]);
    for step in &flow.steps {
        table.push([
            Cell::text(excluded(step.kind, &step.name)),
            Cell::count(step.lost),
            Cell::count(step.missing),
            Cell::count(step.remaining),
            Cell::text(step.criterion.clone()),
        ]);
    }
    table
}

/// Patients, events and follow-up of each cohort, for every endpoint.
pub fn split(cohort: &Cohort) -> Table {
    let mut columns = vec![ColumnSpec::left("Cohort"), ColumnSpec::right("Patients")];
    for endpoint in cohort.endpoints() {
        columns.push(ColumnSpec::right(format!("{} events", endpoint.name)));
        columns.push(ColumnSpec::right(format!("{} followed", endpoint.name)).priority(1));
    }
    let mut table = Table::new(columns);
    let groups = cohort.groups();
    let mut row = |name: &str, rows: &[usize], total: bool| {
        let mut cells = vec![Cell::text(name), Cell::count(cohort.n_patients(rows))];
        for endpoint in cohort.endpoints() {
            let known = rows.iter().filter(|r| endpoint.is_complete(**r)).count();
            let events = endpoint.n_events(rows);
            cells.push(of_known(events, known, rows.len()));
            let longest = rows.iter().map(|r| endpoint.time[*r]).filter(|t| !t.is_nan()).fold(f64::NAN, f64::max);
            cells.push(Cell::number(longest, format!("to {} {}", format::fixed(longest, 1), endpoint.unit.word())));
        }
        if total { table.push_total(cells) } else { table.push(cells) }
    };
    for (code, name) in groups.levels.iter().enumerate() {
        row(name, &cohort.rows_of_group(code as u32), false);
    }
    if groups.levels.len() > 1 {
        row("all", &(0..cohort.len()).collect::<Vec<_>>(), true);
    }
    table
}

/// Events among `known` of `all` patients: `31 (38.3%)`, and of whom where the outcome of some is not known; nothing where
/// that of nobody is.
fn of_known(events: usize, known: usize, all: usize) -> Cell {
    let shown = format::count_percent(events, known);
    match known {
        0 => Cell::missing(),
        _ if known == all => Cell::count_percent(events, known),
        _ => {
            let percent = 100.0 * events as f64 / known as f64;
            let of = format!("{} of {})", shown.trim_end_matches(')'), format::count(known));
            Cell::parts([("n", events as f64), ("percent", percent)], of)
        }
    }
}

/// Who was enrolled, and how the patients are divided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Enrolled;

impl Question for Enrolled {
    /// The flow, and a row for each cohort.
    type Answer = (Figure, Table);

    const NAME: &'static str = "enrolment";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<(Figure, Table), AskError> {
        Ok((flow(&data.cohort), split(&data.cohort)))
    }
}

/// What the columns of the table hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Columns;

impl Question for Columns {
    /// One row a column.
    type Answer = Table;

    const NAME: &'static str = "columns";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Table, AskError> {
        Ok(columns(&data.cohort))
    }
}

/// At most so many different words are listed.
const MOST_LEVELS: usize = 1000;

/// One row a column: what it was taken for, and why.
pub fn columns(cohort: &Cohort) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Column"),
        ColumnSpec::left("Type"),
        ColumnSpec::right("Missing"),
        ColumnSpec::left("Values"),
        ColumnSpec::left("Because").priority(2),
    ]);
    for column in cohort.frame().columns() {
        let values = match column.numbers() {
            Some(numbers) => range(numbers),
            None if matches!(column.values, Values::Date(_)) => range_of_dates(column),
            None => match column.values.levels_within(MOST_LEVELS) {
                Some(levels) => levels.join(", "),
                None => format!("more than {} different values", format::count(MOST_LEVELS)),
            },
        };
        table.push([
            Cell::text(column.name.clone()),
            Cell::text(column.kind().word()),
            Cell::count(column.values.n_missing()),
            Cell::text(values),
            Cell::text(column.guess.reason.clone()),
        ]);
    }
    table
}

fn range(numbers: &[f64]) -> String {
    let known = || numbers.iter().copied().filter(|x| !x.is_nan());
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    if low > high {
        return format::MISSING.to_owned();
    }
    format!("{} to {}", format::chosen_to(low, 4), format::chosen_to(high, 4))
}

fn range_of_dates(column: &Column) -> String {
    let Values::Date(days) = &column.values else { return format::MISSING.to_owned() };
    let known = || (0..days.len()).filter(|row| days[*row].is_some());
    let ends = known().min_by_key(|row| days[*row]).zip(known().max_by_key(|row| days[*row]));
    let text = |row| column.values.text(row).unwrap_or_default();
    ends.map_or_else(|| format::MISSING.to_owned(), |(first, last)| format!("{} to {}", text(first), text(last)))
}

/// The sentence for a paper.
pub fn methods(cohort: &Cohort) -> String {
    let flow = cohort.flow();
    let counts: Vec<String> =
        patients_of_groups(cohort).iter().map(|(name, n)| format!("{n} in the {name} cohort")).collect();
    format!("Of {} patients screened, {} were enrolled ({}).", flow.screened, flow.enrolled, counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_of_those_whose_outcome_is_known() {
        assert_eq!(of_known(31, 81, 81).shown, "31 (38.3%)");
        assert_eq!(of_known(1272, 2982, 3668).shown, "1,272 (42.7% of 2,982)");
        assert_eq!(of_known(0, 0, 686), Cell::missing());
    }
}
