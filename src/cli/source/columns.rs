//! Columns that options make factors, and the column that names the patient.

use std::collections::HashSet;

use anyhow::bail;

use crate::cli::Usage;
use crate::data::{Column, Frame, Values, did_you_mean};
use crate::study::{Cohort, Study};

/// At most so many columns are listed.
const LISTED: usize = 5;

/// Drops a guessed id that does not tell the rows apart: it was only a guess.
pub(super) fn trust_id(study: &mut Study) {
    let Some(id) = &study.id else { return };
    let (frame, _) = study.read_table();
    let distinct = frame.as_ref().and_then(|f| f.get(id)).is_some_and(|column| {
        let texts: HashSet<Option<String>> = (0..column.values.len()).map(|i| column.values.text(i)).collect();
        texts.len() == column.values.len() && !texts.contains(&None)
    });
    if !distinct {
        study.id = None;
    }
}

/// What to say of columns in which values are not of the column's type, and are therefore missing to every analysis.
pub(super) fn unread(frame: &Frame) -> Vec<String> {
    let odd: Vec<&Column> = frame.columns().iter().filter(|column| !column.unread.is_empty()).collect();
    let mut notes: Vec<String> = odd.iter().take(LISTED).map(|column| unread_in(column)).collect();
    if odd.len() > LISTED {
        notes.push(format!("and so in {} more columns; `riskset check` lists all", odd.len() - LISTED));
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
