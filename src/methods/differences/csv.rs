//! Tables of runs, as they were written: commas, quotes doubled inside quotes.

use std::collections::BTreeMap;

use super::Numbers;
use crate::document::GROUP;

/// The fields of every row.
pub(super) fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match (c, quoted) {
            ('"', true) if characters.peek() == Some(&'"') => field.extend(characters.next()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut field)),
            ('\n', false) => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            ('\r', false) => {}
            (other, _) => field.push(other),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

/// The rows of a table by what they are called, and how often that was there before.
fn keyed(rows: &[Vec<String>]) -> BTreeMap<(String, usize), &Vec<String>> {
    let is_grouped = rows.first().and_then(|names| names.first()).is_some_and(|name| name == GROUP);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = BTreeMap::new();
    for row in rows.iter().skip(1) {
        let label = label(row, is_grouped);
        let times = seen.entry(label.clone()).or_default();
        all.insert((label, *times), row);
        *times += 1;
    }
    all
}

/// What a row is called: its first field, and in a table with groups the next one behind its group: `Sex, male`.
fn label(row: &[String], is_grouped: bool) -> String {
    let is_name = |field: &&String| !field.is_empty() && field.parse::<f64>().is_err();
    let names: Vec<&str> = match is_grouped {
        true => row.iter().take(2).filter(is_name).map(String::as_str).collect(),
        false => row.iter().take(1).map(String::as_str).collect(),
    };
    names.join(", ")
}

/// The numbers that both have, row by row and column by column.
pub(super) fn compare(path: &str, a: &str, b: &str) -> Option<Numbers> {
    let (a, b) = (rows(a), rows(b));
    let (names_a, names_b) = (a.first()?, b.first()?);
    let (of_a, of_b) = (keyed(&a), keyed(&b));
    let mut found = Numbers::new(path);
    for (key, row) in &of_a {
        let Some(other) = of_b.get(key) else {
            found.rows += 1;
            continue;
        };
        for (k, name) in names_a.iter().enumerate() {
            let at = if names_b.get(k) == Some(name) { Some(k) } else { names_b.iter().position(|n| n == name) };
            let number = |field: Option<&String>| field.and_then(|text| text.parse::<f64>().ok());
            if let (Some(x), Some(y)) = (number(row.get(k)), at.and_then(|at| number(other.get(at)))) {
                found.count(&key.0, name, x, y);
            }
        }
    }
    found.rows += of_b.keys().filter(|key| !of_a.contains_key(*key)).count();
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_below_a_heading_is_called_by_both() {
        let of = |age: &str, male: &str| format!("group,Variable,all\n,\"Age, years\",{age}\n,Sex,\nSex,male,{male}\n");
        let found = compare("t.csv", &of("61", "4"), &of("62", "5")).expect("tables");
        let rows: Vec<&str> = found.differences.iter().map(|one| one.row.as_str()).collect();
        assert_eq!(rows, ["Age, years", "Sex, male"]);
    }

    #[test]
    fn quotes_hold_commas_lines_and_quotes() {
        let read = rows("a,b\n\"x, \"\"y\"\"\",\"1\n2\"\n");
        assert_eq!(read, [vec!["a".to_owned(), "b".to_owned()], vec!["x, \"y\"".to_owned(), "1\n2".to_owned()]]);
    }
}
