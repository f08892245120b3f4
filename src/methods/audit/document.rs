//! The audit as tables.

use super::{Answer, Checklist, Item, Status};
use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use figures::format;

/// Scores, what would raise the first most, and every item.
pub fn document(answer: &Answer) -> Document {
    let mut document = Document::new("Checklists").with(scores(answer));
    if !answer.raise.is_empty() {
        document = document.heading("What would raise METRICS most").with(raise(answer));
    }
    for list in answer.checklists.iter().filter(|list| list.counts.not_applicable < list.items.len()) {
        document = document.heading(format!("{} {}", list.name, list.version)).with(items(list));
        document = document.with(Block::Notes(vec![list.reference.to_owned()]));
    }
    Document { notes: answer.notes.clone(), ..document }
}

fn scores(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Checklist"),
        ColumnSpec::right("Items"),
        ColumnSpec::right("Met"),
        ColumnSpec::right("Not met"),
        ColumnSpec::right("Open"),
        ColumnSpec::right("Not applicable").priority(2),
        ColumnSpec::right("Score"),
        ColumnSpec::right("if open were met").priority(1),
        ColumnSpec::left("Category").priority(2),
    ]);
    for list in &answer.checklists {
        let percent = |score: Option<f64>| {
            score.map_or_else(Cell::empty, |s| Cell::number(s, format!("{} %", format::fixed(s, 1))))
        };
        table.push([
            Cell::text(format!("{} {}", list.name, list.version)),
            Cell::count(list.items.len()),
            Cell::count(list.counts.met),
            Cell::count(list.counts.not_met),
            Cell::count(list.counts.open),
            Cell::count(list.counts.not_applicable),
            percent(list.score),
            percent(list.score_with_open),
            list.category.map_or_else(Cell::empty, Cell::text),
        ]);
    }
    table
}

/// So many of the items that would raise the score are shown.
const MOST: usize = 5;

fn raise(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Item"),
        ColumnSpec::left("Asks"),
        ColumnSpec::right("Adds"),
        ColumnSpec::left("Status"),
        ColumnSpec::left("Where, or why not"),
    ]);
    for one in answer.raise.iter().take(MOST) {
        table.push([
            Cell::text(one.key.clone()),
            Cell::text(one.asks),
            Cell::number(one.gain, format!("{} %", format::fixed(one.gain, 1))),
            Cell::text(one.status.words()),
            Cell::text(one.place.clone()),
        ]);
    }
    table
}

/// Every item of every list that applies, one below the other.
pub fn all_items(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Item"),
        ColumnSpec::left("Status"),
        ColumnSpec::left("Asks"),
        ColumnSpec::left("Evidence").priority(1),
        ColumnSpec::left("Where").priority(2),
    ]);
    for list in answer.checklists.iter().filter(|list| list.counts.not_applicable < list.items.len()) {
        let parts = |item: &Item| if item.parts.is_empty() { vec![item.clone()] } else { item.parts.clone() };
        for item in list.items.iter().flat_map(parts) {
            table.push([
                Cell::text(item.key.clone()),
                Cell::text(item.status.words()),
                Cell::text(item.asks),
                Cell::text(item.evidence.clone()),
                Cell::text(item.place.clone()),
            ]);
        }
    }
    table
}

fn items(list: &Checklist) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Item"),
        ColumnSpec::left("Asks"),
        ColumnSpec::left("Status"),
        ColumnSpec::left("Evidence"),
        ColumnSpec::left("Where"),
    ]);
    let mut row = |item: &Item| {
        table.push([
            Cell::text(item.item.clone()),
            Cell::text(item.asks),
            Cell::text(item.status.words()),
            Cell::text(item.evidence.clone()),
            Cell::text(item.place.clone()),
        ]);
    };
    for item in &list.items {
        match item.parts.as_slice() {
            [] => row(item),
            parts => parts.iter().for_each(&mut row),
        }
    }
    table
}

impl Status {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::Open => "open",
            Self::NotApplicable => "not applicable",
        }
    }
}
