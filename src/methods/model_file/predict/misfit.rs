//! Whether a table is what a model was made for.

use tables::problem::Problem;
use tables::{Column, Values};

use super::super::schema::{ModelFile, Variable};
use crate::ask::{AskError, Dataset};

/// An error that lists everything that the model was not made for.
pub(super) fn fits(file: &ModelFile, data: &Dataset) -> Result<(), AskError> {
    let frame = data.cohort.frame();
    let needed = file.needed(|name| frame.get(name).is_some());
    let mut wrong: Vec<String> = needed.into_iter().filter(|v| frame.get(&v.name).is_none()).map(absent).collect();
    for variable in &file.variables {
        wrong.extend(frame.get(&variable.name).and_then(|column| misfit(variable, column, data)));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => {
            Err(AskError::Impossible(format!("the model {} was not made for this: {}", file.model, wrong.join("; "))))
        }
    }
}

fn absent(variable: &Variable) -> String {
    let unit = variable.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
    let called = if variable.label == variable.name { String::new() } else { format!(" ({})", variable.label) };
    format!("there is no column {}{called}, a {}{unit}", variable.name, variable.kind)
}

/// What keeps a column from being the variable of the model.
fn misfit(variable: &Variable, column: &Column, data: &Dataset) -> Option<String> {
    if let (Some(own), Some(found)) = (&variable.unit, &column.unit)
        && !same_unit(own, found)
    {
        return Some(format!("{} is in {found}, and the model takes it in {own}", variable.name));
    }
    let place = |row: usize| Problem::error(data.cohort.frame().place_of(row).field(&variable.name), "").place;
    match variable.kind.as_str() {
        "number" => match &column.values {
            Values::Number(_) => None,
            _ => Some(format!("{} holds no numbers", variable.name)),
        },
        "category" => {
            let factor = column.factor();
            let unknown = |level: Option<&str>| level.is_some_and(|l| !variable.levels.iter().any(|v| v.level == l));
            let row = (0..data.cohort.len()).find(|row| unknown(factor.level(*row)))?;
            let known: Vec<&str> = variable.levels.iter().map(|level| level.level.as_str()).collect();
            let level = factor.level(row).unwrap_or_default();
            Some(format!("{}: {level} is no level of {} ({})", place(row), variable.name, known.join(", ")))
        }
        _ => None,
    }
}

/// Units are the same whatever their capitals and blanks, and whether a micro sign or a u is written.
fn same_unit(a: &str, b: &str) -> bool {
    let plain = |unit: &str| {
        let unit = unit.to_lowercase().replace(['µ', 'μ'], "u").replace('²', "2").replace('³', "3");
        unit.chars().filter(|c| !c.is_whitespace() && *c != '^').collect::<String>()
    };
    plain(a) == plain(b)
}
