//! Columns that options make factors or put in order, and the column that names the patient.

use std::collections::{HashMap, HashSet};

use anyhow::bail;
use tables::problem::{Problem, Severity};
use tables::{Category, Column, Frame, Values, did_you_mean};

use crate::cli::Usage;
use crate::study::{self, Cohort, Study};

/// At most so many columns are listed.
const LISTED: usize = 5;

/// Drops a guessed id that does not tell the rows apart: it was only a guess. Where its values repeat, what that does
/// is said.
pub(in crate::cli) fn trust_id(study: &mut Study) -> Option<String> {
    let id = study.id.as_ref()?;
    let (frame, _) = study.read_table();
    let column = frame.as_ref().and_then(|frame| frame.get(id))?;
    if column.values.are_distinct() {
        return None;
    }
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
    let odd: Vec<&Column> = frame.columns().filter(is_odd).collect();
    let mut notes: Vec<String> = odd.iter().take(LISTED).map(|column| unread_in(column)).collect();
    if odd.len() > LISTED {
        notes.push(format!("and so in {} more columns; `riskset check` lists all", odd.len() - LISTED));
    }
    notes
}

/// What to say of how columns were read, and of those that wait for an answer.
pub(super) fn remarks(frame: &Frame) -> Vec<String> {
    let doubts = frame.columns().filter_map(|c| Some(format!("{} is left out: {}", c.name, c.doubt.as_ref()?)));
    let remarks = frame.columns().filter(|c| c.doubt.is_none()).flat_map(|c| c.remarks.iter().cloned());
    let all: Vec<String> = remarks.chain(doubts).collect();
    let more = all.len().saturating_sub(LISTED);
    let mut notes: Vec<String> = all.into_iter().take(LISTED).collect();
    if more > 0 {
        notes.push(format!("and {more} more remarks on columns; `riskset check` lists all"));
    }
    notes
}

/// What to say of columns among `names` of few whole numbers, which may as well be levels: they are taken as numbers
/// unless something says otherwise.
pub(in crate::cli) fn few_numbers<'n>(
    frame: &Frame,
    study: &Study,
    names: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let is_said = |name: &str| study.columns.iter().any(|c| c.name == name && c.kind.is_some());
    let few = |name: &str| Some(format!("{name} ({})", study::codes_of(frame.get(name)?)?.join(", ")));
    let found: Vec<(&str, String)> =
        names.filter(|name| !is_said(name)).filter_map(|name| Some((name, few(name)?))).collect();
    let (first, _) = found.first()?;
    let listed: Vec<&str> = found.iter().map(|(_, said)| said.as_str()).collect();
    Some(format!(
        "taken as numbers, not as levels: {}; --factor {first}, or kind = \"category\" in [columns.{first}], makes levels of them",
        listed.join(", ")
    ))
}

fn unread_in(column: &Column) -> String {
    let first = &column.unread[0];
    let (n, kind) = (column.unread.len(), column.kind());
    let values =
        if n == 1 { format!("1 value is no {kind} and counts") } else { format!("{n} values are no {kind} and count") };
    format!("{}: {values} as missing (row {}: {})", column.name, first.row, first.text)
}

/// The cohort with the columns of `--factor` as factors.
pub(super) fn as_factors(mut cohort: Cohort, factors: &[String]) -> anyhow::Result<Cohort> {
    for name in factors {
        let column = factor(cohort.frame(), name)?;
        cohort = cohort.with_column(column)?;
    }
    Ok(cohort)
}

/// The cohort with the levels of each column of `--order` in that order, which must name all that occur.
pub(super) fn in_order(mut cohort: Cohort, orders: &[String]) -> anyhow::Result<Cohort> {
    for text in orders {
        let (name, order) = column_of(cohort.frame(), text, "--order", "COL=LEVEL,..")?;
        let wanted: Vec<String> = order.split([',', '<']).map(|level| level.trim().to_owned()).collect();
        let mut column = factor(cohort.frame(), name)?;
        let Values::Category(category) = &column.values else { continue };
        let known = |level: &String| no_level(category, level).map(|hint| format!("--order {text}: {hint}"));
        if let Some(fault) = wanted.iter().find_map(known) {
            bail!("{fault}");
        }
        let place = |level: &String| wanted.iter().position(|w| w == level).map(|k| k as u32);
        let places: Vec<Option<u32>> = category.levels.iter().map(place).collect();
        let counts = category.counts();
        if let Some(k) = (0..places.len()).find(|k| places[*k].is_none() && counts[*k] > 0) {
            bail!("--order {text}: {name} also holds {}; give every level its place", category.levels[k]);
        }
        let codes = category.codes.iter().map(|code| code.and_then(|c| places[c as usize])).collect();
        column.values = Values::Category(Category { ordered: true, ..Category::new(wanted, codes) });
        cohort = cohort.with_column(column)?;
    }
    Ok(cohort)
}

/// The cohort with the levels of `--reference` as those that others are compared with; somebody must have them.
pub(super) fn with_references(mut cohort: Cohort, references: &[String]) -> anyhow::Result<Cohort> {
    for text in references {
        let (name, level) = column_of(cohort.frame(), text, "--reference", "COL=LEVEL")?;
        let mut column = factor(cohort.frame(), name)?;
        let Values::Category(category) = &mut column.values else { continue };
        if let Some(hint) = no_level(category, level) {
            bail!("--reference {text}: {hint}");
        }
        let code = category.position(level).unwrap_or_default();
        if !category.codes.contains(&Some(code)) {
            let left = category.levels.iter().zip(category.counts()).filter(|(_, n)| *n > 0);
            let left: Vec<&str> = left.map(|(level, _)| level.as_str()).collect();
            bail!("--reference {text}: no row that is left has {name} {level}; they have {}", left.join(", "));
        }
        category.reference = code;
        cohort = cohort.with_column(column)?;
    }
    Ok(cohort)
}

/// Splits `COL=VALUE` at the first equals sign that gives a column: a name may hold one, and a level as well.
fn column_of<'t>(frame: &Frame, text: &'t str, option: &str, form: &str) -> anyhow::Result<(&'t str, &'t str)> {
    let split = || text.match_indices('=').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let named = split().find(|(name, _)| frame.get(name).is_some()).or_else(|| split().next());
    named.ok_or_else(|| Usage(format!("{option} {text}: write {form}")).into())
}

/// What to say of a level that the column has not.
fn no_level(category: &Category, level: &str) -> Option<String> {
    if category.position(level).is_some() {
        return None;
    }
    let near = did_you_mean(level, category.levels.iter().map(String::as_str));
    let hint = near.unwrap_or_else(|| format!("its levels are {}", category.levels.join(", ")));
    Some(format!("the column has no level {level}; {hint}"))
}

/// A column as a factor. Words that are no numbers in a column of numbers are levels of it, the last ones.
fn factor(frame: &Frame, name: &str) -> anyhow::Result<Column> {
    // Whoever takes it as levels leaves no doubt about its numbers.
    let as_levels = |column: &&Column| column.doubt.as_ref().is_some_and(|doubt| doubt.about.is_of_numbers());
    let column = frame.get(name).filter(as_levels).map_or_else(|| frame.column(name), Ok)?;
    let mut category = column.factor();
    let mut words: Vec<&str> = column.unread.iter().map(|u| u.text.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    let first = category.levels.len();
    category.levels.extend(words.iter().map(|word| (*word).to_owned()));
    let word_of: HashMap<usize, usize> = (column.unread.iter())
        .filter_map(|u| Some((u.row, first + words.iter().position(|word| *word == u.text)?)))
        .collect();
    for (i, code) in category.codes.iter_mut().enumerate().filter(|(_, code)| code.is_none()) {
        *code = word_of.get(&(frame.row_id(i).row as usize)).map(|&k| k as u32);
    }
    Ok(Column { values: Values::Category(category), unread: Vec::new(), doubt: None, ..column.clone() })
}
