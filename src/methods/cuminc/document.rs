//! Cumulative incidence as a document.

use crate::document::{Block, Cell, ColumnSpec, Document, Table};
use crate::methods::cuminc::figure::{CauseCurve, cumulative_incidence};
use crate::methods::cuminc::{Answer, Cause, Group};
use figures::Figure;
use figures::format;

/// Curves, events, tests, and incidences at the times asked for.
pub fn document(answer: &Answer) -> Document {
    let title = match &answer.by {
        Some(by) => format!("Cumulative incidence of {} by {by}", answer.column),
        None => format!("Cumulative incidence of {}", answer.column),
    };
    let mut document = Document::new(title).with(Block::Figure(Box::new(figure(answer)))).with(events(answer));
    if !answer.gray.is_empty() {
        let strata = match answer.strata.as_slice() {
            [] => String::new(),
            columns => format!(" within strata of {}", columns.join(" and ")),
        };
        document = document.heading(format!("Gray's test of equal incidence{strata}")).with(tests(answer));
    }
    if !answer.at.is_empty() {
        document = document.heading("Incidence at times").with(at(answer));
    }
    document.notes.clone_from(&answer.notes);
    document
}

/// A row for each cause in each group: events, and incidence at each time; Gray's test beside the cause.
pub fn groups(answer: &Answer) -> Table {
    let mut times: Vec<f64> = answer.at.iter().map(|a| a.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    let unit = answer.unit.word();
    let mut columns = vec![ColumnSpec::left("Cause, group"), ColumnSpec::right("n"), ColumnSpec::right("Events")];
    columns.extend(times.iter().map(|t| ColumnSpec::decimal(format!("{} {unit}", format::chosen(*t)))));
    let mut table = Table::new(columns);
    let causes = answer.groups.first().map_or(0, |g| g.causes.len());
    for k in 0..causes {
        if let (true, Some(first)) = (answer.groups.len() > 1, answer.groups.first()) {
            let cause = &first.causes[k].cause;
            table.push_header([Cell::text(cause.to_string()), Cell::empty(), Cell::empty(), tested(answer, cause)]);
        }
        for g in &answer.groups {
            let of = &g.causes[k];
            let at = |t: &f64| answer.at.iter().find(|a| a.time == *t && a.group == g.group && a.cause == of.cause);
            let incidences = times
                .iter()
                .map(|t| at(t).map_or(Cell::missing(), |a| Cell::estimate_ci(a.estimate, a.lower, a.upper, 2)));
            let counts = [Cell::count(g.n), Cell::count(of.events)];
            let title = if answer.groups.len() > 1 { g.label.clone() } else { of.cause.to_string() };
            let cells: Vec<Cell> = std::iter::once(Cell::text(title)).chain(counts).chain(incidences).collect();
            if answer.groups.len() > 1 { table.push_sub(cells) } else { table.push(cells) }
        }
    }
    table
}

/// The cause of each row of [`groups`].
pub fn causes_of_rows(answer: &Answer) -> Vec<String> {
    let rows = if answer.groups.len() > 1 { 1 + answer.groups.len() } else { 1 };
    let causes = answer.groups.first().map_or(&[][..], |group| &group.causes);
    causes.iter().flat_map(|of| std::iter::repeat_n(of.cause.to_string(), rows)).collect()
}

/// `Gray p = 0.022`, the test behind it.
fn tested(answer: &Answer, cause: &Cause) -> Cell {
    answer.gray.iter().find(|t| t.cause == *cause).map_or(Cell::empty(), |t| {
        let parts = [("Gray chi-square", t.statistic), ("Gray df", t.df as f64), ("Gray p", t.p)];
        Cell::parts(parts, format!("Gray {}", format::p_equation(t.p)))
    })
}

/// A line for each cause in each group.
pub fn figure(answer: &Answer) -> Figure {
    drawn(answer, |group| &group.label)
}

/// The same with shorter names, where the place says what divides the patients.
pub fn figure_in_brief(answer: &Answer) -> Figure {
    drawn(answer, |group| &group.group)
}

fn drawn(answer: &Answer, name: impl Fn(&Group) -> &str) -> Figure {
    let several = answer.groups.len() > 1;
    let curves: Vec<CauseCurve> = answer
        .groups
        .iter()
        .flat_map(|g| g.causes.iter().map(move |c| (g, c)))
        .map(|(g, c)| CauseCurve {
            name: if several { format!("{}, {}", c.cause, name(g)) } else { c.cause.to_string() },
            time: c.curve.time.clone(),
            estimate: c.curve.estimate.clone(),
            // Bands of several groups hide one another.
            lower: if several { Vec::new() } else { c.curve.lower.clone() },
            upper: if several { Vec::new() } else { c.curve.upper.clone() },
        })
        .collect();
    cumulative_incidence(answer.unit, &curves, Vec::new())
}

fn events(answer: &Answer) -> Table {
    let mut columns = vec![ColumnSpec::left("Group"), ColumnSpec::right("n")];
    if let Some(first) = answer.groups.first() {
        columns.extend(first.causes.iter().map(|c| ColumnSpec::right(format!("Events of {}", c.cause))));
    }
    let mut table = Table::new(columns);
    for g in &answer.groups {
        let mut cells = vec![Cell::text(g.group.clone()), Cell::count(g.n)];
        cells.extend(g.causes.iter().map(|c| Cell::count(c.events)));
        table.push(cells);
    }
    table
}

fn tests(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cause"),
        ColumnSpec::decimal("Chi-square"),
        ColumnSpec::right("df"),
        ColumnSpec::decimal("p"),
    ]);
    for t in &answer.gray {
        let cells = [Cell::text(t.cause.to_string()), Cell::fixed(t.statistic, 2), Cell::count(t.df)];
        table.push([&cells[..], &[Cell::p_value(t.p)]].concat());
    }
    table
}

fn at(answer: &Answer) -> Table {
    let mut table = Table::new([
        ColumnSpec::left("Cause"),
        ColumnSpec::left("Group"),
        ColumnSpec::right("Time").unit(answer.unit.word()),
        ColumnSpec::decimal("Incidence (95 % CI)"),
        ColumnSpec::decimal("SE"),
    ]);
    for a in &answer.at {
        table.push([
            Cell::text(a.cause.to_string()),
            Cell::text(a.group.clone()),
            Cell::number(a.time, format::chosen(a.time)),
            Cell::estimate_ci(a.estimate, a.lower, a.upper, 3),
            Cell::fixed(a.std_err, 4),
        ]);
    }
    table
}

/// The sentence for a paper.
pub fn methods(answer: &Answer, times: &[f64]) -> String {
    let times: Vec<String> = times.iter().map(|t| format::chosen(*t)).collect();
    format!(
        "The cumulative incidence of each cause was estimated by Aalen and Johansen's method, the other causes competing, \
         with infinitesimal jackknife standard errors and log-transformed limits (at {} {}); groups were compared by \
         Gray's test.",
        times.join(", "),
        answer.unit.word()
    )
}
