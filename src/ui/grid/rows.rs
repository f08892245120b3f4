//! Which rows a table shows, and in which order.

use std::cmp::Ordering;

use regex::{Regex, RegexBuilder};

/// Bytes that a compiled pattern may take: a larger one takes longer to make than anybody waits for a key.
const LARGEST_PATTERN: usize = 1 << 19;

use super::{Direction, Grid};
use crate::document::{Cell, Value};

impl Grid {
    /// Works out the rows on screen; the cursor stays on its row where that is still there.
    pub(super) fn arrange(&mut self) {
        let before = self.row();
        let patterns = patterns(&self.search);
        let holds = |r: usize, p: &Regex| self.table.rows[r].cells.iter().any(|c| p.is_match(&c.shown));
        self.rows = (0..self.table.rows.len()).filter(|&r| patterns.iter().all(|p| holds(r, p))).collect();
        if let Some((column, direction)) = self.sort {
            let cell = |r: usize| self.table.rows[r].cells.get(column);
            self.rows.sort_by(|&a, &b| compare(cell(a), cell(b), direction));
        }
        let line = before.and_then(|row| self.rows.iter().position(|r| *r == row));
        self.cursor = line.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.anchor = None;
    }

    /// Sorts by the focused column: up, then down, then as it was.
    pub(super) fn sort_next(&mut self) {
        let Some(column) = self.column() else { return };
        self.sort = match self.sort {
            Some((c, Direction::Up)) if c == column => Some((c, Direction::Down)),
            Some((c, Direction::Down)) if c == column => None,
            _ => Some((column, Direction::Up)),
        };
        self.arrange();
    }
}

/// The patterns of a search: each of its words in some cell of the row, or one regular expression; one that is broken is
/// searched for as it stands.
fn patterns(search: &str) -> Vec<Regex> {
    let build = |p: &str| RegexBuilder::new(p).case_insensitive(true).size_limit(LARGEST_PATTERN).build().ok();
    let literal = |text: &str| build(&regex::escape(text));
    if let Some(inner) = search.strip_prefix('/').map(|s| s.strip_suffix('/').unwrap_or(s)).filter(|s| !s.is_empty()) {
        return build(inner).or_else(|| literal(search)).into_iter().collect();
    }
    search.split_whitespace().filter_map(literal).collect()
}

/// Numbers before text, missing always last.
fn compare(a: Option<&Cell>, b: Option<&Cell>, direction: Direction) -> Ordering {
    let turn = |o: Ordering| if direction == Direction::Down { o.reverse() } else { o };
    match (a.and_then(number), b.and_then(number)) {
        (Some(x), Some(y)) => turn(x.total_cmp(&y)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => {
            let text = |c: Option<&Cell>| c.map(|c| c.shown.to_lowercase()).unwrap_or_default();
            let (x, y) = (text(a), text(b));
            x.is_empty().cmp(&y.is_empty()).then_with(|| turn(x.cmp(&y)))
        }
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match &cell.value {
        Value::Number(x) => Some(*x),
        Value::Integer(n) => Some(*n as f64),
        Value::Parts(parts) => parts.first().map(|(_, x)| *x),
        Value::Text | Value::Missing => None,
    }
    .filter(|x| !x.is_nan())
}
