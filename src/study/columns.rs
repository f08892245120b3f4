//! What a study says of single columns, applied to them: labels, units, levels and their order.

use tables::problem::{Place, Problem};
use tables::{Category, Column, Frame, Values, did_you_mean};

use super::build::set;
use super::spec::{ColumnSpec, Study};

/// Applies the study's column settings to the columns of `frame` that are meant, and lists those that fit no column.
pub(super) fn describe(study: &Study, frame: &mut Frame, meant: &dyn Fn(&str) -> bool, problems: &mut Vec<Problem>) {
    let named: Vec<Column> = frame.columns().filter(|c| meant(&c.name)).filter_map(unit_from_name).collect();
    named.into_iter().for_each(|column| set(frame, column));
    for spec in study.columns.iter().filter(|spec| meant(&spec.name)) {
        let key = format!("columns.{}", spec.name);
        let Ok(column) = frame.column(&spec.name).cloned() else {
            // It is described when it is made.
            if study.derived_of_made().contains(&spec.name.as_str()) {
                continue;
            }
            let message = format!("no column {} in the table", spec.name);
            let remedy = did_you_mean(&spec.name, frame.names());
            problems.push(Problem { remedy, ..Problem::error(study.place(&key), message) });
            continue;
        };
        let place = |part: &str| study.place(&format!("{key}.{part}"));
        set(frame, described(spec, column, &place, problems));
    }
}

/// `AFP (ng/mL)` is the column AFP in ng/mL; its name stays as it is.
fn unit_from_name(column: &Column) -> Option<Column> {
    let ends = [('(', ')'), ('[', ']')];
    let (label, unit) = ends.iter().find_map(|&(open, close)| {
        let (label, unit) = column.name.strip_suffix(close)?.rsplit_once(open)?;
        let (label, unit) = (label.trim(), unit.trim());
        (!label.is_empty() && !unit.is_empty()).then(|| (label.to_owned(), unit.to_owned()))
    })?;
    column.numbers()?;
    Some(Column { label: Some(label), unit: Some(unit), ..column.clone() })
}

/// The column as the specification says of it; `place` gives the place of one of its settings.
pub(super) fn described(
    spec: &ColumnSpec,
    mut column: Column,
    place: &dyn Fn(&str) -> Place,
    problems: &mut Vec<Problem>,
) -> Column {
    column.label = spec.label.clone().or(column.label);
    column.unit = spec.unit.clone().or(column.unit);
    let is_factor = !spec.levels.is_empty() || spec.reference.is_some() || spec.ordered;
    if !is_factor {
        return column;
    }
    let mut category = column.factor();
    if !spec.levels.is_empty() {
        let (ordered, unknown) = in_order(&category, spec);
        if !unknown.is_empty() {
            let values: Vec<String> = unknown.iter().map(|&k| category.levels[k].clone()).collect();
            let message = format!("{} also holds {}, which is not among its levels", spec.name, values.join(", "));
            problems
                .push(Problem::warning(place("levels"), message).remedy("they count as missing; add them to `levels`"));
        }
        category = ordered;
    }
    category.ordered = spec.ordered;
    if let Some(reference) = &spec.reference {
        let labels = spec.levels.iter().find(|l| l.value == *reference).map(|l| &l.label);
        match category.position(labels.unwrap_or(reference)) {
            Some(code) => category.reference = code,
            None => {
                let message = format!("{} has no level {reference} to refer to", spec.name);
                let remedy = did_you_mean(reference, category.levels.iter().map(String::as_str));
                let remedy = remedy.or_else(|| Some(format!("its levels are {}", category.levels.join(", "))));
                problems.push(Problem { remedy, ..Problem::error(place("reference"), message) });
            }
        }
    }
    column.values = Values::Category(category);
    column
}

/// The category with the levels of the specification, and the levels of the table that are not among them.
fn in_order(category: &Category, spec: &ColumnSpec) -> (Category, Vec<usize>) {
    let same = |level: &str, value: &str| {
        level == value || matches!((level.parse::<f64>(), value.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
    };
    // Values with the same label are one level.
    let mut levels: Vec<String> = Vec::new();
    for level in &spec.levels {
        if !levels.contains(&level.label) {
            levels.push(level.label.clone());
        }
    }
    let new_code = |level: &String| {
        let label = &spec.levels.iter().find(|l| same(level, &l.value))?.label;
        levels.iter().position(|l| l == label).map(|k| k as u32)
    };
    let codes: Vec<Option<u32>> = category.levels.iter().map(new_code).collect();
    let unknown = (0..codes.len()).filter(|&k| codes[k].is_none()).collect();
    let rows = category.codes.iter().map(|code| code.and_then(|c| codes[c as usize])).collect();
    (Category::new(levels, rows), unknown)
}
