//! Tables with several rows a patient, folded into one.

use tables::problem::{Place, Problem};
use tables::{Column, Kind, Values};

use super::joining::{Joining, Part, rows};
use crate::study::spec::{Fold, Rows};

/// More visits than anybody wants columns of.
const MOST_VISITS: usize = 60;

/// The rows that count. None where it cannot be told which, which is a problem then.
pub(super) fn fold(joining: &Joining<'_>, how: &Fold, problems: &mut Vec<Problem>) -> Option<Vec<Part>> {
    let by = match joining.table.column(&how.by) {
        Ok(column) => column,
        Err(unknown) => {
            problems.push(unknown.problem(joining.place("by"), &format!(" {}", joining.spec.name)));
            return None;
        }
    };
    let candidates = dated(joining, how, by, problems);
    if how.rows == Rows::Wide {
        return wide(joining, how, by, &candidates, problems);
    }
    let at = places(by).or_else(|| {
        let message = format!("{} holds neither numbers, dates nor an order", how.by);
        let remedy = "name a column of numbers or dates; `kind = \"date\"` in [columns] says that it holds dates";
        problems.push(Problem::error(joining.place("by"), message).remedy(remedy));
        None
    })?;
    let targets = if how.rows == Rows::Nearest { Some(joining.targets(how, by, problems)?) } else { None };
    let taken = Choice { how, at: &at, targets: targets.as_deref() }.of_each(joining, &candidates);
    if !taken.ties.is_empty() {
        let message = format!(
            "question: which of several rows of {} with the same {} counts? {}",
            joining.spec.name,
            how.by,
            Joining::first_three(&taken.ties)
        );
        let remedy = "keep one of them, or name a column that tells them apart";
        problems.push(Problem::error(joining.table.place().field(&how.by), message).remedy(remedy));
        return None;
    }
    say(joining, how, &taken.both, &taken.far, problems);
    Some(vec![Part { visit: None, rows: taken.rows }])
}

/// Each patient's rows that have a value to choose by; those that have none are named.
fn dated(joining: &Joining<'_>, how: &Fold, by: &Column, problems: &mut Vec<Problem>) -> Vec<Vec<usize>> {
    let rows_of = |id: &String| joining.rows_of.get(id.as_str()).into_iter().flatten().copied();
    let (known, undated): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
        joining.ids.iter().map(|id| rows_of(id).partition(|i| !by.values.is_missing(*i))).unzip();
    let undated: Vec<String> =
        undated.into_iter().flatten().map(|i| format!("row {}", joining.table.row_id(i).row)).collect();
    if !undated.is_empty() {
        let message = format!(
            "{} of {} without {}: {}",
            rows(undated.len()),
            joining.spec.name,
            how.by,
            Joining::first_three(&undated)
        );
        problems.push(Problem::warning(joining.table.place(), message).remedy("they are left out"));
    }
    known
}

/// By what one of several rows is chosen.
struct Choice<'a> {
    how: &'a Fold,
    /// Where each row stands.
    at: &'a [f64],
    /// What each patient's row is to be near to, if it is to be near to anything.
    targets: Option<&'a [f64]>,
}

/// The row of each patient, and of whom something is to be said.
#[derive(Default)]
struct Taken<'a> {
    rows: Vec<Option<usize>>,
    /// Patients with several rows that cannot be told apart, and these.
    ties: Vec<String>,
    /// Patients with a row as near before as after.
    both: Vec<&'a str>,
    /// Patients all of whose rows are out of reach.
    far: Vec<&'a str>,
}

impl Choice<'_> {
    fn of_each<'j>(&self, joining: &'j Joining<'_>, candidates: &[Vec<usize>]) -> Taken<'j> {
        let mut taken = Taken::default();
        for (k, mine) in candidates.iter().enumerate() {
            let id = joining.ids[k].as_str();
            let near: Vec<usize> = mine.iter().copied().filter(|&i| self.is_near(i, k)).collect();
            if near.is_empty() && !mine.is_empty() {
                taken.far.push(id);
            }
            let best = near.iter().map(|&i| self.key(i, k)).fold(f64::INFINITY, f64::min);
            let mut equal: Vec<usize> = near.into_iter().filter(|&i| self.key(i, k) == best).collect();
            equal.sort_by(|&a, &b| self.at[a].total_cmp(&self.at[b]));
            if equal.windows(2).any(|pair| self.at[pair[0]] == self.at[pair[1]]) {
                let row = |i: &usize| joining.table.row_id(*i).row.to_string();
                let rows = equal.iter().take(4).map(row).collect::<Vec<_>>().join(", ");
                taken.ties.push(format!("{id} in rows {rows}"));
            } else if equal.len() > 1 {
                taken.both.push(id);
            }
            taken.rows.push(equal.first().copied());
        }
        taken
    }

    /// The smaller the better for patient `k`; of rows equally far on both sides the earlier one counts.
    fn key(&self, row: usize, k: usize) -> f64 {
        match (self.targets, self.how.rows) {
            (Some(targets), _) => (self.at[row] - targets[k]).abs(),
            (None, Rows::Last) => -self.at[row],
            (None, _) => self.at[row],
        }
    }

    /// Whether a row is within reach of what it is to be near to.
    fn is_near(&self, row: usize, k: usize) -> bool {
        let (from, to) = self.how.within.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        self.targets.is_none_or(|targets| (from..=to).contains(&(self.at[row] - targets[k])))
    }
}

fn say(joining: &Joining<'_>, how: &Fold, both: &[&str], far: &[&str], problems: &mut Vec<Problem>) {
    let name = &joining.spec.name;
    let to = how.to.as_deref().unwrap_or_default();
    let patients = |n: usize| if n == 1 { "1 patient has".to_owned() } else { format!("{n} patients have") };
    if !both.is_empty() {
        let message = format!(
            "{} two rows of {name} equally near to {to}, one before and one after: {}; the one before is taken",
            patients(both.len()),
            Joining::first_three(both)
        );
        problems.push(Problem::warning(joining.table.place(), message));
    }
    if !far.is_empty() {
        let (from, until) = how.within.unwrap_or_default();
        let reach = match how.rows {
            Rows::Nearest if how.within.is_some() => format!("no row of {name} from {from} to {until} days of {to}"),
            _ => format!("rows of {name}, and no {to} that they could be near to"),
        };
        let message = format!("{} {reach}: {}", patients(far.len()), Joining::first_three(far));
        problems.push(Problem::warning(joining.table.place(), message).remedy("their values of it are missing"));
    }
}

/// Where each row stands on the axis of a column: its number, its day, the number of its level if these have an order.
fn places(column: &Column) -> Option<Vec<f64>> {
    match &column.values {
        Values::Number(v) => Some(v.clone()),
        Values::Date(v) => Some(v.iter().map(|day| day.map_or(f64::NAN, f64::from)).collect()),
        Values::Category(c) if c.ordered => Some(c.codes.iter().map(|code| code.map_or(f64::NAN, f64::from)).collect()),
        Values::Category(_) | Values::Text(_) => None,
    }
}

/// A part for each visit, in the order of the visits.
fn wide(
    joining: &Joining<'_>,
    how: &Fold,
    by: &Column,
    candidates: &[Vec<usize>],
    problems: &mut Vec<Problem>,
) -> Option<Vec<Part>> {
    let visits = by.factor();
    if visits.levels.len() > MOST_VISITS {
        let message = format!("{} has {} values, and each would have columns of its own", how.by, visits.levels.len());
        let remedy = "name the column of the visits, or take one row a patient: rows = \"first\"";
        problems.push(Problem::error(joining.place("by"), message).remedy(remedy));
        return None;
    }
    let mut twice: Vec<String> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    for (code, visit) in visits.levels.iter().enumerate() {
        let mut rows = Vec::with_capacity(candidates.len());
        for (k, mine) in candidates.iter().enumerate() {
            let at: Vec<usize> = mine.iter().copied().filter(|&i| visits.codes[i] == Some(code as u32)).collect();
            if let [first, second, ..] = at.as_slice() {
                let row = |i: usize| joining.table.row_id(i).row;
                twice.push(format!("{} at {visit} in rows {}, {}", joining.ids[k], row(*first), row(*second)));
            }
            rows.push(at.first().copied());
        }
        if rows.iter().any(Option::is_some) {
            parts.push(Part { visit: Some(visit.clone()), rows });
        }
    }
    if !twice.is_empty() {
        let message = format!(
            "question: which of several rows of {} at one visit counts? {}",
            joining.spec.name,
            Joining::first_three(&twice)
        );
        let remedy = "keep one row a patient and visit";
        problems.push(Problem::error(joining.table.place().field(&how.by), message).remedy(remedy));
        return None;
    }
    Some(parts)
}

impl Joining<'_> {
    pub fn place(&self, key: &str) -> Place {
        self.study.place(&format!("tables.{}.{key}", self.spec.name))
    }

    /// What each patient's row is to be near to.
    fn targets(&self, how: &Fold, by: &Column, problems: &mut Vec<Problem>) -> Option<Vec<f64>> {
        let name = how.to.as_deref().unwrap_or_default();
        let to = match self.clinical.column(name) {
            Ok(column) => column,
            Err(unknown) => {
                problems.push(unknown.problem(self.place("to"), ""));
                return None;
            }
        };
        let is_date = |column: &Column| column.kind() == Kind::Date;
        let same_kind = is_date(by) == is_date(to);
        match places(to).filter(|_| same_kind) {
            Some(targets) => Some(targets),
            None => {
                let message = format!("{} and {name} should both hold dates, or both numbers", how.by);
                let remedy =
                    format!("they hold {} and {}; `kind` in [columns] says what is meant", by.kind(), to.kind());
                problems.push(Problem::error(self.place("to"), message).remedy(remedy));
                None
            }
        }
    }
}
