//! Patients left out, or kept alone, by name.

use crate::app::State;
use crate::study::Edit;
use figures::format;
use tables::Expr;

/// At most so many patients are named one by one.
const MOST_NAMED: usize = 3;

/// `HCC-046`, or `HCC-046, HCC-051 and 3 more`.
pub(super) fn named(ids: &[String]) -> String {
    let first = ids.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match ids.len().saturating_sub(MOST_NAMED) {
        0 => first,
        more => format!("{first} and {} more", format::count(more)),
    }
}

/// The condition that exactly these patients meet, in the expression language.
///
/// # Errors
/// That there is none, and why.
pub(super) fn condition(state: &State, ids: &[String]) -> Result<String, String> {
    let (Some(study), Some(cohort)) = (&state.study, state.cohort()) else {
        return Err("nothing is read yet".to_owned());
    };
    if ids.is_empty() {
        return Err("no patient is under the cursor here".to_owned());
    }
    let Some(id) = &study.id else {
        return Err("the study names no column of ids: patients cannot be told apart in its file".to_owned());
    };
    let is_number = cohort.frame().get(id).is_some_and(|column| column.numbers().is_some());
    let quoted = |id: &String| match (is_number, id.contains('\'')) {
        (true, _) => id.clone(),
        (false, false) => format!("'{id}'"),
        (false, true) => format!("\"{id}\""),
    };
    let values: Vec<String> = ids.iter().map(quoted).collect();
    let text = format!("{} in ({})", Expr::of_name(id), values.join(", "));
    let kept = Expr::parse(&text).and_then(|expr| expr.keep(cohort.frame())).map_err(|e| e.to_string())?;
    let met = kept.iter().filter(|met| **met == Some(true)).count();
    match met == ids.len() {
        true => Ok(text),
        false => Err(format!("`{text}` is met by {met} patients, not by {}", ids.len())),
    }
}

/// The change of the study by which these patients leave for `reason`.
///
/// # Errors
/// Why it cannot be written.
pub(super) fn excluded(state: &State, ids: &[String], reason: &str) -> Result<Edit, String> {
    Ok(Edit::Exclude { reason: reason.to_owned(), condition: condition(state, ids)? })
}
