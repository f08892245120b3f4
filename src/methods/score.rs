//! Columns of scores and predictions, with the follow-up of those who have one.

use tables::problem::Problem;

use crate::ask::{AskError, Dataset, Selection};
use figures::format;
use survival::Survival;

/// Some columns of numbers, all known, and the follow-up of the same patients.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Follow-up.
    pub survival: Survival,
    /// The patients' rows of the cohort.
    pub rows: Vec<usize>,
    /// The columns, each with a value for every patient.
    pub columns: Vec<Vec<f64>>,
    /// Patients left out: endpoint or a value unknown.
    pub n_dropped: usize,
    /// What a reader should know of it.
    pub notes: Vec<String>,
}

/// `score` and those that it is compared with; an error if one is named twice.
pub fn distinct(score: &str, compare: &[String]) -> Result<Vec<String>, AskError> {
    let mut names = vec![score.to_owned()];
    for other in compare {
        if names.contains(other) {
            return Err(AskError::Impossible(format!("{other} is compared with itself: name each score once")));
        }
        names.push(other.clone());
    }
    Ok(names)
}

/// The patients of `on` for whom all `columns` are known.
pub fn scored(data: &Dataset, on: &Selection, columns: &[String]) -> Result<Scored, AskError> {
    let selected = data.select(on)?;
    let survival = selected.survival.ok_or_else(AskError::no_endpoint)?;
    let mut notes = selected.notes;
    let mut values = Vec::with_capacity(columns.len());
    for name in columns {
        let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
        let why = || AskError::Impossible(format!("{name} is a {}, not a number", column.kind()));
        values.push(column.numbers().ok_or_else(why)?);
    }
    let complete = |row: usize| values.iter().all(|v| v[row].is_finite());
    let known: Vec<usize> = (0..selected.rows.len()).filter(|i| complete(selected.rows[*i])).collect();
    let missing = selected.rows.len() - known.len();
    if missing > 0 {
        notes.push(format!("{} left out because {} is missing", format::patients_are(missing), columns.join(" or ")));
    }
    let of: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    if columns.iter().any(|name| data.is_made(name)) {
        data.note_training(&of, &mut notes);
    }
    if known.is_empty() {
        return Err(AskError::Impossible(format!("nobody has a value of {}", columns.join(" and "))));
    }
    let rows: Vec<usize> = known.iter().map(|i| selected.rows[*i]).collect();
    Ok(Scored {
        survival: survival.select(&known),
        columns: values.iter().map(|v| rows.iter().map(|row| v[*row]).collect()).collect(),
        rows,
        n_dropped: selected.n_dropped + missing,
        notes,
    })
}

/// The patients of `on` for whom all `columns` are known; a value that is no probability is an error that names its row.
pub fn probabilities(data: &Dataset, on: &Selection, columns: &[String]) -> Result<Scored, AskError> {
    let scored = scored(data, on, columns)?;
    for (name, values) in columns.iter().zip(&scored.columns) {
        if let Some(i) = values.iter().position(|p| !(0.0..=1.0).contains(p)) {
            let place = data.cohort.frame().place_of(scored.rows[i]).field(name);
            let problem = Problem::error(place, format!("{} is not a probability between 0 and 1", values[i]));
            return Err(AskError::impossible(problem.remedy("name a column of predicted shares, not of scores")));
        }
    }
    Ok(scored)
}
