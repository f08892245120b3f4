//! Which rows of the table of patients hold what is searched for. Column by column: a level is looked at once however many
//! have it, and numbers are written out only where what is searched for may stand in one, of the rows not found before.

use rayon::prelude::*;
use regex::Regex;
use watch::Watch;

use super::{Held, Patients};
use crate::ask::AskError;
use crate::document::{LongTable, loose_patterns, patterns};
use tables::Values;

/// So many rows are looked at by one thread between two questions whether to go on.
const ROWS: usize = 1 << 14;

/// One of the words that a row must hold, or a regular expression.
struct Wanted {
    pattern: Regex,
    /// Whether it may stand in a number.
    in_numbers: bool,
}

/// The rows of `rows` in which every word of `search` stands in some cell: as it stands, or loosely where no row has it so.
///
/// # Errors
/// Somebody asked to stop.
pub(super) fn holding(
    patients: &Patients,
    rows: Vec<u32>,
    search: &str,
    watch: &dyn Watch,
) -> Result<Vec<u32>, AskError> {
    let strict = wanted(search, patterns(search));
    if strict.is_empty() {
        return Ok(rows);
    }
    let found = holding_all(patients, rows.clone(), &strict, watch)?;
    let loose = wanted(search, loose_patterns(search));
    if !found.is_empty() || loose.is_empty() {
        return Ok(found);
    }
    holding_all(patients, rows, &loose, watch)
}

fn wanted(search: &str, patterns: Vec<Regex>) -> Vec<Wanted> {
    // The letters of numbers are those of `1e-5`, `inf` and `NaN`.
    let of_numbers = |c: char| !c.is_alphabetic() || "eEinfINFaA".contains(c);
    let words: Vec<&str> = search.split_whitespace().collect();
    let in_numbers = |k: usize| search.starts_with('/') || words.get(k).is_none_or(|word| word.chars().all(of_numbers));
    patterns.into_iter().enumerate().map(|(k, pattern)| Wanted { pattern, in_numbers: in_numbers(k) }).collect()
}

fn holding_all(
    patients: &Patients,
    mut rows: Vec<u32>,
    wanted: &[Wanted],
    watch: &dyn Watch,
) -> Result<Vec<u32>, AskError> {
    for one in wanted {
        let mut found = vec![false; rows.len()];
        let columns = in_order(patients, one);
        for (k, column) in columns.iter().enumerate() {
            watch.step(k, columns.len())?;
            look_through(patients, *column, &one.pattern, &rows, &mut found, watch)?;
        }
        let mut found = found.into_iter();
        rows.retain(|_| found.next().unwrap_or(false));
    }
    Ok(rows)
}

/// The columns in which to look, those first that cost least.
fn in_order(patients: &Patients, wanted: &Wanted) -> Vec<usize> {
    let all = 0..patients.width();
    let (numbers, others): (Vec<usize>, Vec<usize>) = all.partition(|column| is_of_numbers(patients, *column));
    others.into_iter().chain(numbers.into_iter().filter(|_| wanted.in_numbers)).collect()
}

fn is_of_numbers(patients: &Patients, column: usize) -> bool {
    match &patients.held[column] {
        Held::Time(_) => true,
        Held::Of(name) => patients.column(name).is_some_and(|column| column.numbers().is_some()),
        Held::Id | Held::Group | Held::Event(_) => false,
    }
}

/// Marks in `found` which of `rows` hold the pattern in a column.
fn look_through(
    patients: &Patients,
    column: usize,
    pattern: &Regex,
    rows: &[u32],
    found: &mut [bool],
    watch: &dyn Watch,
) -> Result<(), AskError> {
    let levels = levels_with(patients, column, pattern);
    if levels.as_ref().is_some_and(|(_, levels)| !levels.contains(&true)) {
        return Ok(());
    }
    rows.par_chunks(ROWS).zip(found.par_chunks_mut(ROWS)).try_for_each(|(rows, found)| {
        watch.step(0, 0)?;
        // A pattern of its own for each thread: one that is shared makes them wait for each other.
        let pattern = pattern.clone();
        for (row, found) in rows.iter().zip(found).filter(|(_, found)| !**found) {
            *found = match &levels {
                Some((codes, levels)) => codes[*row as usize].is_some_and(|code| levels[code as usize]),
                None => pattern.is_match(&patients.cell(*row as usize, column).shown),
            };
        }
        Ok(())
    })
}

/// Which level each row has, and which of them hold the pattern; nothing of a column without levels.
fn levels_with<'a>(patients: &'a Patients, column: usize, pattern: &Regex) -> Option<(&'a [Option<u32>], Vec<bool>)> {
    let Held::Of(name) = &patients.held[column] else { return None };
    match &patients.column(name)?.values {
        Values::Category(category) => {
            let holds = category.levels.iter().map(|level| pattern.is_match(level)).collect();
            Some((&category.codes, holds))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_other_letters_stand_in_no_number() {
        let in_numbers = |search: &str| -> Vec<bool> {
            wanted(search, patterns(search)).into_iter().map(|wanted| wanted.in_numbers).collect()
        };
        assert_eq!(in_numbers("P0999 12.5 1e-5 -3"), [false, true, true, true]);
        assert_eq!(in_numbers("/^9P?/"), [true]);
    }
}
