//! Headings that stand over several columns.

use super::{ColumnSpec, Table};

/// A run of neighbouring columns under one heading; nothing over columns without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The heading.
    pub title: Option<String>,
    /// How many columns.
    pub columns: usize,
}

/// The headings over the columns of `table` from left to right; none if no column has one.
pub fn spans(table: &Table) -> Option<Vec<Span>> {
    table.columns.iter().any(|column| column.group.is_some()).then(|| {
        let mut spans: Vec<Span> = Vec::new();
        for ColumnSpec { group, .. } in &table.columns {
            match spans.last_mut() {
                Some(last) if last.title == *group && group.is_some() => last.columns += 1,
                _ => spans.push(Span { title: group.clone(), columns: 1 }),
            }
        }
        spans
    })
}
