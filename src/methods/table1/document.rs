//! The baseline table as a document.

use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::methods::table1::{Answer, Degrees, Kind, Row, Summary, Test};
use figures::format;

/// The table with its tests and how to read it.
pub fn document(answer: &Answer) -> Document {
    let title = answer.by.as_ref().map_or("Baseline characteristics".to_owned(), |by| format!("Baseline by {by}"));
    let mut document = Document::new(title).with(table(answer, true)).paragraph(LEGEND);
    document.notes.extend(answer.notes.iter().cloned());
    document.notes.extend(remarks(answer));
    document
}

/// How the cells are to be read.
pub const LEGEND: &str = "Mean ± SD or median [quartiles]; n (% of known); SMD: standardized difference.";

/// What to know of single rows.
pub fn remarks(answer: &Answer) -> Vec<String> {
    let of = |r: &Row| r.remarks.iter().map(|remark| format!("{}: {remark}", r.label)).collect::<Vec<_>>();
    answer.rows.iter().flat_map(of).collect()
}

/// A row for each variable, and under it one for each level and for missing values.
pub fn table(answer: &Answer, smd: bool) -> Table {
    let several = answer.levels.len() > 1;
    let mut columns = vec![ColumnSpec::left("Variable")];
    let heads = answer.levels.iter().zip(&answer.n);
    columns.extend(heads.map(|(level, n)| ColumnSpec::right(format!("{level}\nn = {}", format::count(*n)))));
    if several {
        columns.push(ColumnSpec::decimal("p"));
        columns.push(ColumnSpec::left("Test").priority(2));
        if smd {
            columns.push(ColumnSpec::decimal("SMD").priority(1));
        }
    }
    let mut table = Table::new(columns);
    for row in &answer.rows {
        let compared = |cells: &mut Vec<Cell>| {
            if several {
                cells.push(row.test.as_ref().map_or(Cell::missing(), |t| Cell::p_value(t.p)));
                cells.push(row.test.as_ref().map_or(Cell::missing(), |t| Cell::text(t.label.clone())));
                if smd {
                    cells.push(row.smd.map_or(Cell::missing(), |d| Cell::fixed(d, 2)));
                }
            }
        };
        let mut cells = vec![Cell::text(heading(row))];
        match row.kind {
            Kind::Continuous => {
                let by_mean = row.by_mean == Some(true);
                let spread = spread(row, by_mean);
                cells.extend(row.summary.iter().map(|s| summary(s, by_mean, spread)));
                compared(&mut cells);
                table.push(cells);
            }
            Kind::Categorical => {
                cells.extend(answer.levels.iter().map(|_| Cell::empty()));
                compared(&mut cells);
                table.push_header(cells);
                for level in &row.levels {
                    let total = |g: usize| answer.n[g] - row.missing[g];
                    let counts = level.n.iter().enumerate().map(|(g, n)| Cell::count_percent(*n, total(g)));
                    table.push_sub(std::iter::once(Cell::text(level.level.clone())).chain(counts).collect::<Vec<_>>());
                }
            }
        }
        if row.missing.iter().any(|n| *n > 0) {
            let counts = row.missing.iter().map(|n| Cell::count(*n));
            table.push_sub(std::iter::once(Cell::text("missing")).chain(counts).collect::<Vec<_>>());
        }
    }
    table
}

/// The variable of each row of [`table`], as a position among the answer's rows.
pub fn rows_of_table(answer: &Answer) -> Vec<usize> {
    let lines = |r: &Row| 1 + r.levels.len() + usize::from(r.missing.iter().any(|n| *n > 0));
    answer.rows.iter().enumerate().flat_map(|(i, r)| std::iter::repeat_n(i, lines(r))).collect()
}

/// `Age, years`.
fn heading(row: &Row) -> String {
    match &row.unit {
        Some(unit) => format!("{}, {unit}", row.label),
        None => row.label.clone(),
    }
}

fn summary(s: &Summary, by_mean: bool, spread: f64) -> Cell {
    match (s.n, by_mean) {
        (0, _) => Cell::missing(),
        (_, true) => Cell::mean_sd(s.mean, s.sd, spread),
        (_, false) => Cell::median_iqr(s.median, s.q1, s.q3, spread),
    }
}

/// How far a number spreads in all groups: the root of their mean variance, or the mean distance of their quartiles. It
/// decides about the digits of the row.
fn spread(row: &Row, by_mean: bool) -> f64 {
    let of = |s: &Summary| if by_mean { s.sd * s.sd } else { s.q3 - s.q1 };
    let known: Vec<f64> = row.summary.iter().map(of).filter(|x| x.is_finite()).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    if by_mean { mean.sqrt() } else { mean }
}

/// What is behind one row: `Age: Welch's t 2.13 on 75.4 df, p = 0.036; SMD 0.43; normal: Shapiro-Wilk p 0.21, 0.34`.
pub fn detail(row: &Row) -> String {
    let mut parts = vec![match &row.test {
        Some(test) => format!("{}: {}", row.label, tested(test)),
        None => format!("{}: {}", row.label, row.remarks.first().map_or("not compared", String::as_str)),
    }];
    parts.extend(row.smd.map(|d| format!("SMD {}", format::fixed(d, 2))));
    if row.kind == Kind::Continuous {
        let p: Vec<String> = row.normality.iter().map(|p| p.map_or("-".to_owned(), format::p_value)).collect();
        parts.push(format!("normality (Shapiro-Wilk) p {}", p.join(", ")));
    }
    parts.join("; ")
}

fn tested(test: &Test) -> String {
    let statistic = test.statistic.map(|s| format!(" {}", statistic(s))).unwrap_or_default();
    let df = match test.df {
        None => String::new(),
        Some(Degrees::One(df)) if df.fract() == 0.0 => format!(" on {} df", format::fixed(df, 0)),
        Some(Degrees::One(df)) => format!(" on {} df", format::fixed(df, 1)),
        Some(Degrees::Two(a, b)) => format!(" on {} and {} df", format::chosen(a), format::chosen_to(b, 4)),
    };
    let exact = if test.exact && test.statistic.is_some() { " (exact)" } else { "" };
    format!("{}{statistic}{df}{exact}, {}", test.label, format::p_equation(test.p))
}

/// Two decimals; sums of ranks are large, and whole or halves.
fn statistic(value: f64) -> String {
    let shown = format::fixed(value, 2);
    match shown.split_once('.').and_then(|(whole, rest)| Some((whole.parse().ok().filter(|n| *n >= 1000)?, rest))) {
        Some((whole, "00")) => format::count(whole),
        Some((whole, rest)) => format!("{}.{}", format::count(whole), rest.trim_end_matches('0')),
        None => shown,
    }
}

/// The sentence for a paper; none without groups to compare.
pub fn methods(answer: &Answer) -> Option<String> {
    let by = answer.by.as_ref()?;
    let mut names: Vec<&str> = Vec::new();
    for label in answer.rows.iter().filter_map(|row| row.test.as_ref().map(|test| test.label.as_str())) {
        if !names.contains(&label) {
            names.push(label);
        }
    }
    Some(format!(
        "Continuous variables are given as mean ± standard deviation or, where the Shapiro-Wilk test speaks against \
         normality in a group, as median [quartiles]; categorical variables as n (%). Groups by {by} were compared by \
         {} as appropriate (Fisher's exact test where an expected count was below 5), with standardized mean \
         differences.",
        names.join(", ")
    ))
}
