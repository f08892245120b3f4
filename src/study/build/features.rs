//! Radiomic features that are already in a table: the clinical one or another, joined by id.

use std::collections::{BTreeMap, HashMap};

use tables::problem::Problem;
use tables::{Column, ColumnRules, Frame, Kind, Values};

use super::sealed::Sealed;
use super::{in_table, patients, read, set};
use crate::study::spec::{FeatureSpec, Study};

/// Adds the features to `frame` and returns their names.
pub(super) fn join(
    study: &Study,
    sealed: &Sealed,
    frame: &mut Frame,
    ids: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let Some(spec) = &study.features else { return Vec::new() };
    let Some(table) = &spec.table else { return chosen(study, spec, frame, problems) };
    let Some(id) = spec.id.as_ref().or(study.id.as_ref()) else {
        let message = "features of another table need an id to be joined by";
        problems.push(Problem::error(study.place("features"), message).remedy("name the id column: id = \"..\""));
        return Vec::new();
    };
    let as_text = ColumnRules { kind: Some(Kind::Text), ..ColumnRules::default() };
    let mut options = table.options(BTreeMap::from([(id.clone(), as_text)]));
    let (mut features, mut found) = read(study, table, "features.table", &options, None);
    if let Some(seen) = features.as_ref().filter(|_| !sealed.is_empty()) {
        options.withheld = sealed.of_features(seen, id);
        (features, found) = read(study, table, "features.table", &options, None);
    }
    problems.extend(found);
    let Some(features) = features else { return Vec::new() };
    let keys = match features.column(id) {
        Ok(column) => &column.values,
        Err(unknown) => {
            let message = format!("no column {id} in {} to join features by", table.path.display());
            let problem = Problem::error(study.place("features.id"), message);
            problems.push(Problem { remedy: unknown.nearest, ..problem });
            return Vec::new();
        }
    };
    let mut row_of: HashMap<String, usize> = HashMap::with_capacity(features.len());
    for i in 0..features.len() {
        let Some(key) = keys.text(i) else { continue };
        if let Some(first) = row_of.get(&key) {
            let message = format!("the id {key} stands in row {} already", features.row_id(*first).row);
            problems.push(Problem::error(features.place_of(i).field(id).patient(&key), message));
            continue;
        }
        row_of.insert(key, i);
    }
    let rows: Vec<Option<usize>> = ids.iter().map(|id| row_of.get(id).copied()).collect();
    absent(&features, ids, &rows, problems);
    let names = chosen(study, spec, &features, problems);
    let names: Vec<String> = names.into_iter().filter(|name| name != id).collect();
    names.into_iter().filter(|name| add(frame, &features, name, &rows, problems)).collect()
}

/// The columns that are features: those that match one of the names or patterns, all numbers if there are none.
fn chosen(study: &Study, spec: &FeatureSpec, frame: &Frame, problems: &mut Vec<Problem>) -> Vec<String> {
    let matches = |name: &str| spec.columns.is_empty() || spec.columns.iter().any(|p| matches(p, name));
    for (k, pattern) in spec.columns.iter().enumerate() {
        if !frame.names().any(|name| self::matches(pattern, name)) {
            let place = study.place(&format!("features.columns.{k}"));
            problems.push(Problem::error(place, format!("no column of the table matches {pattern}")));
        }
    }
    let mut names = Vec::new();
    for column in frame.columns().filter(|c| matches(&c.name)) {
        if column.numbers().is_some() {
            names.push(column.name.clone());
        } else if !spec.columns.is_empty() {
            let message = format!("a feature should hold numbers, and holds {}", column.kind());
            problems.push(Problem::error(in_table(frame, &column.name), message).remedy(column.guess.reason.clone()));
        }
    }
    names
}

/// Whether `name` is what `pattern` says, where `*` stands for any characters and `?` for one.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // After a star, remember where to try again with one character more.
    let (mut p, mut n, mut retry) = (0, 0, None);
    while n < name.len() {
        if p < pattern.len() && pattern[p] == '*' {
            retry = Some((p, n));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == name[n]) {
            (p, n) = (p + 1, n + 1);
        } else if let Some((star, tried)) = retry {
            (p, n, retry) = (star + 1, tried + 1, Some((star, tried + 1)));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

fn absent(features: &Frame, ids: &[String], rows: &[Option<usize>], problems: &mut Vec<Problem>) {
    let absent: Vec<&str> = ids.iter().zip(rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id.as_str()).collect();
    if absent.is_empty() {
        return;
    }
    let few = absent.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    let more = if absent.len() > 6 { format!(" and {} more", absent.len() - 6) } else { String::new() };
    let message = format!("{} no features: {few}{more}", patients(absent.len(), "has", "have"));
    problems.push(Problem::warning(features.place(), message));
}

/// Adds one feature, in the order of the clinical table; false if a column of that name is there already.
fn add(frame: &mut Frame, features: &Frame, name: &str, rows: &[Option<usize>], problems: &mut Vec<Problem>) -> bool {
    if frame.get(name).is_some() {
        let message = "a column of this name is in the clinical table too; that one is kept";
        problems.push(Problem::warning(in_table(features, name), message));
        return false;
    }
    let Some(values) = features.get(name).and_then(Column::numbers) else { return false };
    let values = rows.iter().map(|row| row.map_or(f64::NAN, |i| values[i])).collect();
    set(frame, Column::new(name, Values::Number(values), "a radiomic feature"));
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        assert!(matches("original_*", "original_firstorder_Mean"));
        assert!(matches("*_glcm_*", "T2WI_original_glcm_Contrast"));
        assert!(matches("x?", "x1") && !matches("x?", "x") && !matches("x?", "x12"));
        assert!(matches("*", "") && matches("a*b*c", "aXbYbZc") && !matches("a*b", "abc"));
    }
}
