//! From the texts of a column to its type and values, with everything odd about them listed.

mod dates;
mod numbers;

use std::path::Path;

use super::column::{Category, Column, Guess, Kind, Unread, Values};
use super::date::DateOrder;
use super::frame::RowId;
use super::missing::{MissingTexts, is_likely};
use super::number::{self, Numeral};
use crate::problem::{Place, Problem};

/// A column as it is written.
pub(super) struct Written<'c> {
    /// Its name.
    pub name: &'c str,
    /// Its cells; `None` is an empty one.
    pub cells: Vec<Option<&'c str>>,
    /// Which row of the file each cell is in.
    pub rows: &'c [RowId],
    /// The file, as shown.
    pub file: &'c Path,
}

/// What is known of a column before it is read.
#[derive(Default)]
pub(super) struct Rules<'r> {
    /// Texts that mean a missing value.
    pub missing: MissingTexts<'r>,
    /// How 03/04/2019 is to be read.
    pub dates: Option<DateOrder>,
    /// The type, if it is not to be guessed.
    pub kind: Option<Kind>,
}

/// A typed column and what is odd about it.
pub(super) struct Typed {
    pub column: Column,
    pub problems: Vec<Problem>,
    /// The order that the column's dates prove, where they prove one.
    pub proves: Option<DateOrder>,
    /// The column holds dates that read either way.
    pub is_ambiguous: bool,
}

/// A cell that has a value.
#[derive(Clone, Copy)]
struct Cell<'c> {
    at: usize,
    text: &'c str,
}

/// A reading of the cells as one type.
struct Reading {
    values: Values,
    reason: String,
    unread: Vec<usize>,
    problems: Vec<Problem>,
    proves: Option<DateOrder>,
    is_ambiguous: bool,
}

/// Where so large a share of the values is of a type, the others are taken for slips.
const MOST: f64 = 0.75;

impl Written<'_> {
    /// Finds the type of the column and reads it.
    pub fn read(&self, rules: &Rules<'_>) -> Typed {
        let (cells, blanks) = self.present(&rules.missing);
        let reading = match rules.kind {
            Some(kind) => self.read_as(kind, &cells, rules),
            None => self.guess(&cells, rules),
        };
        let guess = Guess { kind: reading.values.kind(), reason: reading.reason };
        let unread = reading.unread.iter().map(|&k| self.unread(cells[k])).collect();
        let column = Column { guess, unread, ..Column::new(self.name, reading.values, "") };
        let mut problems = reading.problems;
        problems.extend(self.stray_blanks(&blanks));
        Typed { column, problems, proves: reading.proves, is_ambiguous: reading.is_ambiguous }
    }

    /// The cells that have a value, and the rows whose value has blanks around it.
    fn present(&self, missing: &MissingTexts<'_>) -> (Vec<Cell<'_>>, Vec<usize>) {
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut blanks = Vec::new();
        for (at, cell) in self.cells.iter().enumerate() {
            let Some(written) = cell else { continue };
            let text = written.trim();
            if missing.contains(text) {
                continue;
            }
            if text.len() != written.len() {
                blanks.push(at);
            }
            cells.push(Cell { at, text });
        }
        (cells, blanks)
    }

    fn guess(&self, cells: &[Cell<'_>], rules: &Rules<'_>) -> Reading {
        if cells.is_empty() {
            return Reading::of(Values::Text(vec![None; self.cells.len()]), "no value in any row");
        }
        if let Some(all_numbers) = self.plain_numbers(cells) {
            return all_numbers;
        }
        if let Some(dates) = self.guess_dates(cells, rules.dates) {
            return dates;
        }
        let numerals: Vec<Numeral> = cells.iter().map(|c| number::read(c.text)).collect();
        if let Some(numbers) = self.guess_numbers(cells, &numerals) {
            return numbers;
        }
        self.guess_words(cells, &numerals)
    }

    fn read_as(&self, kind: Kind, cells: &[Cell<'_>], rules: &Rules<'_>) -> Reading {
        let mut reading = match kind {
            Kind::Number => {
                let numerals: Vec<Numeral> = cells.iter().map(|c| number::read(c.text)).collect();
                self.as_numbers(cells, &numerals)
            }
            Kind::Date => self.as_dates(cells, rules.dates),
            Kind::Category => Reading::of(Values::Category(self.levels(cells)), ""),
            Kind::Text => Reading::of(self.texts(cells), ""),
        };
        reading.reason = format!("said to be {kind}");
        reading
    }

    /// Few different words are levels, many are text.
    fn guess_words(&self, cells: &[Cell<'_>], numerals: &[Numeral]) -> Reading {
        let levels = self.levels(cells);
        let (n, distinct) = (cells.len(), levels.levels.len());
        let names = distinct == n && n > 2 || distinct > 20 && distinct * 5 > n;
        let mut problems: Vec<Problem> = self.lookalikes(&levels).into_iter().collect();
        problems.extend(self.mixed(cells, numerals));
        let digits = cells.iter().all(|c| c.text.bytes().all(|b| b.is_ascii_digit()));
        let what = if digits { "digits that are codes, not numbers" } else { "words" };
        let reading = if names {
            Reading::of(self.texts(cells), format!("{what}: {distinct} different values in {n} rows"))
        } else {
            Reading::of(Values::Category(levels), format!("{what}: {distinct} levels in {n} rows"))
        };
        Reading { problems, ..reading }
    }

    fn levels(&self, cells: &[Cell<'_>]) -> Category {
        let mut texts = vec![None; self.cells.len()];
        cells.iter().for_each(|c| texts[c.at] = Some(c.text));
        Category::from_texts(texts)
    }

    fn texts(&self, cells: &[Cell<'_>]) -> Values {
        let mut texts = vec![None; self.cells.len()];
        cells.iter().for_each(|c| texts[c.at] = Some(c.text.to_owned()));
        Values::Text(texts)
    }

    /// Levels that differ only in letter case or inner blanks are probably one.
    fn lookalikes(&self, category: &Category) -> Option<Problem> {
        if category.levels.len() > 200 {
            return None;
        }
        let plain = |level: &String| level.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let mut by_plain: Vec<(String, &str)> = category.levels.iter().map(|l| (plain(l), l.as_str())).collect();
        by_plain.sort();
        let pair = by_plain.windows(2).find(|w| w[0].0 == w[1].0)?;
        let message = format!("the levels `{}` and `{}` differ only in letter case or blanks", pair[0].1, pair[1].1);
        Some(Problem::warning(self.place(), message).remedy("write them the same way, or they count as two levels"))
    }

    /// Words and numbers side by side.
    fn mixed(&self, cells: &[Cell<'_>], numerals: &[Numeral]) -> Option<Problem> {
        let numbers = numerals.iter().filter(|n| !matches!(n, Numeral::None)).count();
        let share = numbers as f64 / cells.len() as f64;
        if !(0.5..1.0).contains(&share) {
            return None;
        }
        let odd: Vec<usize> = (0..cells.len()).filter(|&k| matches!(numerals[k], Numeral::None)).collect();
        let message = format!(
            "numbers and text are mixed: {} of {} values are no numbers ({}); all are read as text",
            odd.len(),
            cells.len(),
            self.listed(cells, &odd)
        );
        Some(self.problem_at(cells, &odd, message).remedy(Self::remedy_for(cells, &odd)))
    }

    fn stray_blanks(&self, rows: &[usize]) -> Option<Problem> {
        let (first, n) = (rows.first()?, rows.len());
        let cells: Vec<Cell<'_>> = rows.iter().map(|&at| Cell { at, text: "" }).collect();
        let all: Vec<usize> = (0..cells.len()).collect();
        let message = format!(
            "blanks around {n} value{}; they are ignored ({})",
            if n == 1 { "" } else { "s" },
            self.rows_of(&cells, &all)
        );
        let place = if n == 1 { self.place_of(*first) } else { self.place() };
        Some(Problem::note(place, message))
    }

    fn place(&self) -> Place {
        Place::file(self.file).field(self.name)
    }

    fn place_of(&self, at: usize) -> Place {
        let RowId { row, line } = self.rows[at];
        self.place().row(row as usize, line as usize)
    }

    fn unread(&self, cell: Cell<'_>) -> Unread {
        let RowId { row, line } = self.rows[cell.at];
        Unread { row: row as usize, line: line as usize, text: cell.text.to_owned() }
    }

    /// A warning at the row, if it is one, else at the column.
    fn problem_at(&self, cells: &[Cell<'_>], odd: &[usize], message: String) -> Problem {
        let place = match odd {
            [only] => self.place_of(cells[*only].at),
            _ => self.place(),
        };
        Problem::warning(place, message)
    }

    /// `rows 4, 17 and 80: unknown, <5`
    fn listed(&self, cells: &[Cell<'_>], odd: &[usize]) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for &k in odd {
            if !texts.contains(&cells[k].text) {
                texts.push(cells[k].text);
            }
        }
        let more = if texts.len() > 5 { ", .." } else { "" };
        texts.truncate(5);
        format!("{}: {}{more}", self.rows_of(cells, odd), texts.join(", "))
    }

    fn rows_of(&self, cells: &[Cell<'_>], odd: &[usize]) -> String {
        rows_in_words(odd.iter().map(|&k| self.rows[cells[k].at].row))
    }

    /// What to do about values that do not fit.
    fn remedy_for(cells: &[Cell<'_>], odd: &[usize]) -> String {
        let texts: Vec<&str> = odd.iter().map(|&k| cells[k].text).collect();
        if texts.iter().all(|t| is_likely(t)) {
            return format!("if they mean missing, name them in the table's `missing`: [\"{}\"]", texts[0]);
        }
        if texts.iter().all(|t| t.starts_with(['<', '>', '≤', '≥'])) {
            return "write the number that is to stand for a value beyond the limit of detection".to_owned();
        }
        "correct them, or say what the column holds: `kind = \"category\"`".to_owned()
    }
}

impl Reading {
    fn of(values: Values, reason: impl Into<String>) -> Self {
        Self {
            values,
            reason: reason.into(),
            unread: Vec::new(),
            problems: Vec::new(),
            proves: None,
            is_ambiguous: false,
        }
    }
}

/// `row 4`, `rows 4, 17 and 80`, `rows 1, 2, 3, 4, 5, 6 and 14 more`.
pub(super) fn rows_in_words(rows: impl IntoIterator<Item = u32>) -> String {
    let rows: Vec<String> = rows.into_iter().map(|r| r.to_string()).collect();
    match rows.as_slice() {
        [] => "no row".to_owned(),
        [one] => format!("row {one}"),
        [first @ .., last] if rows.len() <= 8 => format!("rows {} and {last}", first.join(", ")),
        _ => format!("rows {} and {} more", rows[..6].join(", "), rows.len() - 6),
    }
}

/// `all 149 values`, or `140 values and 9 missing`.
fn all_of(present: usize, rows: usize) -> String {
    if present == rows {
        format!("all {rows} values")
    } else {
        format!("all {present} values ({} missing)", rows - present)
    }
}
