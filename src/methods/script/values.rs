//! Values as R writes them.

use tables::{Category, Values};

/// A name in a formula.
pub fn name(column: &str) -> String {
    let plain = column.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_')
        && column.starts_with(|c: char| c.is_ascii_alphabetic());
    if plain { column.to_owned() } else { format!("`{}`", column.replace('\\', "\\\\").replace('`', "\\`")) }
}

/// A number with all its digits.
pub fn number(x: f64) -> String {
    match x {
        x if x.is_nan() => "NA".to_owned(),
        x if x.is_infinite() => if x > 0.0 { "Inf" } else { "-Inf" }.to_owned(),
        x => format!("{x:?}"),
    }
}

/// A vector of numbers.
pub fn numbers(values: &[f64]) -> String {
    wrapped(&values.iter().map(|x| number(*x)).collect::<Vec<_>>())
}

/// A string.
pub fn text(value: &str) -> String {
    let escaped: String = value
        .chars()
        .map(|c| match c {
            '\\' => "\\\\".to_owned(),
            '"' => "\\\"".to_owned(),
            c if c.is_control() => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// A vector of strings.
pub fn texts<S: AsRef<str>>(values: &[S]) -> String {
    wrapped(&values.iter().map(|value| text(value.as_ref())).collect::<Vec<_>>())
}

/// `c(..)`, broken into lines.
pub fn wrapped(values: &[String]) -> String {
    const LINE: usize = 110;
    let mut lines = vec![String::new()];
    for (at, value) in values.iter().enumerate() {
        let comma = if at + 1 < values.len() { ", " } else { "" };
        if lines.last().is_some_and(|line| !line.is_empty() && line.len() + value.len() > LINE) {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            *line += &format!("{value}{comma}");
        }
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    format!("c({})", lines.join("\n  "))
}

/// `c(1:81, 83, 85:90)`.
pub fn ranges(rows: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *row => *last = *row,
            _ => runs.push((*row, *row)),
        }
    }
    let run = |(from, to): &(u32, u32)| if from == to { from.to_string() } else { format!("{from}:{to}") };
    wrapped(&runs.iter().map(run).collect::<Vec<_>>())
}

/// Whether the value of a row is there.
pub fn is_known(values: &Values, row: usize) -> bool {
    match values {
        Values::Number(x) => !x[row].is_nan(),
        Values::Category(category) => category.codes[row].is_some(),
        Values::Date(dates) => dates[row].is_some(),
        Values::Text(texts) => texts[row].is_some(),
    }
}

/// The values of `rows`.
pub fn written(values: &Values, rows: &[usize]) -> String {
    match values {
        Values::Number(x) => numbers(&rows.iter().map(|row| x[*row]).collect::<Vec<_>>()),
        Values::Category(category) => {
            let code = |row: &usize| category.codes[*row].map_or("NA".to_owned(), |code| (code + 1).to_string());
            let codes = wrapped(&rows.iter().map(code).collect::<Vec<_>>());
            let factor =
                format!("factor({codes}, levels = 1:{}, labels = {})", category.levels.len(), texts(&category.levels));
            releveled(&factor, category)
        }
        Values::Date(dates) => {
            let days: Vec<f64> = rows.iter().map(|row| dates[*row].map_or(f64::NAN, f64::from)).collect();
            format!("as.Date({}, origin = \"1970-01-01\")", numbers(&days))
        }
        Values::Text(of) => {
            let value = |row: &usize| of[*row].as_deref().map_or("NA".to_owned(), text);
            wrapped(&rows.iter().map(value).collect::<Vec<_>>())
        }
    }
}

/// A factor with its level of reference first.
pub fn releveled(factor: &str, category: &Category) -> String {
    match category.levels.get(category.reference as usize) {
        Some(level) if category.reference > 0 => format!("relevel({factor}, ref = {})", text(level)),
        _ => factor.to_owned(),
    }
}

/// Without line breaks.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
