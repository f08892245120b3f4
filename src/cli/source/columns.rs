//! Columns that options make factors, and the column that names the patient.

use std::collections::HashSet;

use anyhow::bail;

use crate::cli::Usage;
use crate::data::{Column, Frame, Values, did_you_mean};
use crate::problem::{Problem, Severity};
use crate::study::{self, Cohort, Study};

/// At most so many columns are listed.
const LISTED: usize = 5;

/// Drops a guessed id that does not tell the rows apart: it was only a guess. Where its values repeat, what that does
/// is said.
pub(super) fn trust_id(study: &mut Study) -> Option<String> {
    let id = study.id.as_ref()?;
    let (frame, _) = study.read_table();
    let column = frame.as_ref().and_then(|frame| frame.get(id))?;
    let texts: Vec<Option<String>> = (0..column.values.len()).map(|i| column.values.text(i)).collect();
    let distinct: HashSet<&Option<String>> = texts.iter().collect();
    if distinct.len() == texts.len() && !distinct.contains(&None) {
        return None;
    }
    let known: Vec<String> = texts.iter().flatten().cloned().collect();
    let complete = known.len() == texts.len();
    let repeated = frame.as_ref().filter(|_| complete).and_then(|frame| study::repeated_ids(frame, id, &known));
    let note = repeated.map(|problem| {
        format!(
            "{id}: {}; every row is counted as a patient of its own (--where chooses rows, --id {id} refuses repeats)",
            problem.message
        )
    });
    study.id = None;
    note
}

/// What was said of the table as a whole when it was read: its encoding, its sheet, rows that are no patients.
pub(super) fn of_the_table(problems: &[Problem]) -> Vec<String> {
    let is_of_table = |p: &&Problem| {
        p.severity != Severity::Error && p.place.field.is_none() && p.place.row.is_none() && p.place.patient.is_none()
    };
    let in_table =
        |p: &&Problem| p.place.file.as_ref().is_some_and(|file| file.extension().is_none_or(|e| e != "toml"));
    let said = |p: &Problem| match &p.remedy {
        Some(remedy) => format!("{}; {remedy}", p.message),
        None => p.message.clone(),
    };
    problems.iter().filter(is_of_table).filter(in_table).map(said).collect()
}

/// What to say of columns in which values are not of the column's type, and are therefore missing to every analysis.
pub(super) fn unread(frame: &Frame) -> Vec<String> {
    let is_odd = |column: &&Column| !column.unread.is_empty() && column.doubt.is_none();
    let odd: Vec<&Column> = frame.columns().iter().filter(is_odd).collect();
    let mut notes: Vec<String> = odd.iter().take(LISTED).map(|column| unread_in(column)).collect();
    if odd.len() > LISTED {
        notes.push(format!("and so in {} more columns; `riskset check` lists all", odd.len() - LISTED));
    }
    notes
}

/// What to say of how columns were read, and of those that wait for an answer.
pub(super) fn remarks(frame: &Frame) -> Vec<String> {
    let doubts = frame.columns().iter().filter_map(|c| Some(format!("{} is left out: {}", c.name, c.doubt.as_ref()?)));
    let remarks = frame.columns().iter().filter(|c| c.doubt.is_none()).flat_map(|c| c.remarks.iter().cloned());
    let all: Vec<String> = remarks.chain(doubts).collect();
    let more = all.len().saturating_sub(LISTED);
    let mut notes: Vec<String> = all.into_iter().take(LISTED).collect();
    if more > 0 {
        notes.push(format!("and {more} more remarks on columns; `riskset check` lists all"));
    }
    notes
}

fn unread_in(column: &Column) -> String {
    let first = &column.unread[0];
    let (n, kind) = (column.unread.len(), column.kind());
    let values =
        if n == 1 { format!("1 value is no {kind} and counts") } else { format!("{n} values are no {kind} and count") };
    format!("{}: {values} as missing (row {}: {})", column.name, first.row, first.text)
}

/// The cohort with the columns of `--factor` as factors, and those of `--reference` with that level first.
pub(super) fn as_factors(mut cohort: Cohort, factors: &[String], references: &[String]) -> anyhow::Result<Cohort> {
    for name in factors {
        let column = factor(cohort.frame(), name)?;
        cohort = cohort.with_column(column)?;
    }
    for text in references {
        // A column's name may hold an equals sign, a level may as well: the first that gives a column is meant.
        let split = text.match_indices('=').map(|(at, _)| (&text[..at], &text[at + 1..]));
        let Some((name, level)) =
            split.clone().find(|(name, _)| cohort.frame().get(name).is_some()).or(split.clone().next())
        else {
            bail!(Usage(format!("--reference {text}: write COL=LEVEL")));
        };
        let mut column = factor(cohort.frame(), name)?;
        if let Values::Category(category) = &mut column.values {
            let Some(code) = category.position(level) else {
                let near = did_you_mean(level, category.levels.iter().map(String::as_str));
                let hint = near.unwrap_or_else(|| format!("its levels are {}", category.levels.join(", ")));
                bail!("--reference {text}: {name} has no level {level}; {hint}");
            };
            category.reference = code;
        }
        cohort = cohort.with_column(column)?;
    }
    Ok(cohort)
}

fn factor(frame: &Frame, name: &str) -> anyhow::Result<Column> {
    let column = frame.column(name)?;
    Ok(Column { values: Values::Category(column.factor()), ..column.clone() })
}
