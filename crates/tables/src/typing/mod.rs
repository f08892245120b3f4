//! From the texts of a column to its type and values, with everything odd about them listed.

mod clean;
mod codes;
mod dates;
mod figures;
mod numbers;
mod said;

use std::borrow::Cow;
use std::path::Path;

pub use self::numbers::LimitRule;

use self::figures::Figures;
use super::column::{Category, Column, Doubt, Guess, Kind, Unread, Values};
use super::date::DateOrder;
use super::frame::RowId;
use super::missing::{MissingTexts, is_likely};
use super::number::{Mark, plain_digits};
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
#[derive(Clone, Default)]
pub(super) struct Rules<'r> {
    /// Texts that mean a missing value.
    pub missing: MissingTexts<'r>,
    /// How 03/04/2019 is to be read.
    pub dates: Option<DateOrder>,
    /// The type, if it is not to be guessed.
    pub kind: Option<Kind>,
    /// Which mark stands before decimals, where that is known.
    pub mark: Option<Mark>,
    /// What stands for a value beyond a limit of detection.
    pub limits: Option<LimitRule>,
    /// The column's own list of missing values is given, and complete.
    pub says_missing: bool,
}

/// What a column says of the marks in its numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Some have decimal commas, beyond doubt.
    pub comma: bool,
    /// Some have decimal points, beyond doubt.
    pub point: bool,
    /// Some are read in one way or another according to the mark: 1,957 and 1.957.
    pub is_open: bool,
}

impl Marks {
    /// The mark before decimals, if the evidence is of one kind.
    pub fn decides(self) -> Option<Mark> {
        match (self.comma, self.point) {
            (true, false) => Some(Mark::Comma),
            (false, true) => Some(Mark::Point),
            _ => None,
        }
    }
}

/// A typed column and what is odd about it.
pub(super) struct Typed {
    pub column: Column,
    pub problems: Vec<Problem>,
    /// The order that the column's dates prove, where they prove one.
    pub proves: Option<DateOrder>,
    /// The column holds dates that read either way.
    pub is_ambiguous: bool,
    /// What its numbers say of marks.
    pub marks: Marks,
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
    marks: Marks,
    unit: Option<String>,
    doubt: Option<Doubt>,
    remarks: Vec<String>,
    suspects: Vec<String>,
}

/// Where so large a share of the values is of a type, the others are taken for slips.
const MOST: f64 = 0.75;

impl Written<'_> {
    /// Nothing is said of single levels where there are more of them.
    const FEW_LEVELS: usize = 200;

    /// Finds the type of the column and reads it.
    pub fn read(&self, rules: &Rules<'_>) -> Typed {
        if self.cells.iter().flatten().all(|text| text.is_ascii()) {
            return self.read_plain(rules);
        }
        let plain: Vec<Option<Cow<'_, str>>> =
            self.cells.iter().map(|cell| cell.filter(|text| !text.is_ascii()).map(plain_digits)).collect();
        let changed =
            |(cell, plain): (&Option<&str>, &Option<Cow<'_, str>>)| plain.as_ref().is_some_and(|p| Some(&**p) != *cell);
        let rows: Vec<usize> = (0..plain.len()).filter(|&i| changed((&self.cells[i], &plain[i]))).collect();
        if rows.is_empty() {
            return self.read_plain(rules);
        }
        let cells = self.cells.iter().zip(&plain).map(|(cell, plain)| plain.as_deref().or(*cell)).collect();
        let mut typed = Written { cells, ..*self }.read_plain(rules);
        let (first, n) = (rows[0], rows.len());
        let (written, read) = (self.cells[first].unwrap_or_default(), plain[first].as_deref().unwrap_or_default());
        let what = if written.chars().count() == read.chars().count() {
            "wide digits or signs"
        } else {
            "invisible characters"
        };
        let values = if n == 1 { "value has" } else { "values have" };
        let message = format!(
            "{n} {values} {what}, which are read as plain ones ({}: {read})",
            rows_in_words(rows.iter().map(|&i| self.rows[i].row))
        );
        typed.problems.push(Problem::note(self.place(), message));
        typed
    }

    /// Values whose type the file itself knows, `reason` being how.
    pub fn take(&self, mut values: Values, reason: &str, rules: &Rules<'_>) -> Typed {
        if rules.missing.says_more() {
            values.forget(|text| rules.missing.is_said(text));
        }
        let mut reading = Reading::of(values, reason);
        self.look_for_codes(&mut reading, rules);
        if let (Values::Category(levels), false) = (&reading.values, rules.says_missing) {
            let suspects = likely_missing(levels);
            reading.problems.extend(self.say_likely(levels, &suspects));
            reading.suspects = suspects;
        }
        self.typed(reading, &[], &[])
    }

    fn read_plain(&self, rules: &Rules<'_>) -> Typed {
        let (cells, blanks) = self.present(&rules.missing);
        let reading = match rules.kind {
            Some(kind) => self.read_as(kind, &cells, rules),
            None => self.guess(&cells, rules),
        };
        self.typed(reading, &cells, &blanks)
    }

    fn typed(&self, reading: Reading, cells: &[Cell<'_>], blanks: &[usize]) -> Typed {
        let guess = Guess { kind: reading.values.kind(), reason: reading.reason };
        let unread = reading.unread.iter().map(|&k| self.unread(cells[k])).collect();
        let column = Column {
            guess,
            unread,
            unit: reading.unit,
            doubt: reading.doubt,
            remarks: reading.remarks,
            suspects: reading.suspects,
            ..Column::new(self.name, reading.values, "")
        };
        let mut problems = reading.problems;
        problems.extend(self.stray_blanks(blanks));
        Typed { column, problems, proves: reading.proves, is_ambiguous: reading.is_ambiguous, marks: reading.marks }
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
        if let Some(dates) = self.compact_dates(cells) {
            return dates;
        }
        if let Some(all_numbers) = self.plain_numbers(cells, rules) {
            return self.day_numbers(cells).unwrap_or(all_numbers);
        }
        if let Some(dates) = self.guess_dates(cells, rules.dates) {
            return dates;
        }
        let figures = Figures::of(cells);
        if let Some(numbers) = self.guess_numbers(cells, &figures, rules) {
            return numbers;
        }
        self.guess_words(cells, &figures, rules)
    }

    /// A column that is said to hold categories.
    fn as_category(&self, levels: Category, rules: &Rules<'_>) -> Reading {
        let levels = levels.by_size();
        let suspects = if rules.says_missing { Vec::new() } else { likely_missing(&levels) };
        let problems = self.say_likely(&levels, &suspects).into_iter().collect();
        Reading { problems, suspects, ..Reading::of(Values::Category(levels), "") }
    }

    fn read_as(&self, kind: Kind, cells: &[Cell<'_>], rules: &Rules<'_>) -> Reading {
        let mut reading = match kind {
            Kind::Number if cells.is_empty() => Reading::of(Values::Number(vec![f64::NAN; self.cells.len()]), ""),
            Kind::Number => match self.plain_numbers(cells, rules) {
                Some(numbers) => numbers,
                None => self.as_numbers(cells, &Figures::of(cells), rules),
            },
            Kind::Date => match self.compact_dates(cells).or_else(|| self.serial_dates(cells)) {
                Some(dates) => dates,
                None => self.as_dates(cells, rules.dates),
            },
            Kind::Category => self.as_category(self.levels(cells), rules),
            Kind::Text => Reading::of(self.texts(cells), ""),
        };
        reading.reason = format!("said to be {kind}");
        reading
    }

    /// Few different words are levels, many are text.
    fn guess_words(&self, cells: &[Cell<'_>], figures: &Figures<'_>, rules: &Rules<'_>) -> Reading {
        let digits = cells.iter().all(|c| c.text.bytes().all(|b| b.is_ascii_digit()));
        self.words(self.levels(cells), cells.len(), digits, self.mixed(cells, figures), rules)
    }

    /// The same for the levels of `n` rows; `digits` if they have nothing else, `mixed` if numbers are among them.
    fn words(&self, levels: Category, n: usize, digits: bool, mixed: Option<Problem>, rules: &Rules<'_>) -> Reading {
        let distinct = levels.levels.len();
        let mut problems: Vec<Problem> = self.lookalikes(&levels).into_iter().collect();
        let counts = levels.counts();
        let doubt = self.doubt_of_kind(levels.levels.iter().map(String::as_str).zip(counts));
        problems.extend(mixed.filter(|_| doubt.is_none()));
        let suspects = if rules.says_missing { Vec::new() } else { likely_missing(&levels) };
        problems.extend(self.say_likely(&levels, &suspects));
        let reading = if Self::are_names(n, distinct) {
            Reading::of(levels.texts(), Self::said_of_names(digits, n, distinct))
        } else {
            let what = Self::words_or_codes(digits);
            Reading::of(Values::Category(levels), format!("{what}: {distinct} levels in {n} rows"))
        };
        Reading { problems, suspects, doubt, ..reading }
    }

    /// Whether `distinct` different words in `n` rows are names rather than levels.
    fn are_names(n: usize, distinct: usize) -> bool {
        distinct == n && n > 2 || distinct > 20 && distinct * 5 > n
    }

    fn said_of_names(digits: bool, n: usize, distinct: usize) -> String {
        format!("{}: {distinct} different values in {n} rows", Self::words_or_codes(digits))
    }

    fn words_or_codes(digits: bool) -> &'static str {
        if digits { "digits that are codes, not numbers" } else { "words" }
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
            marks: Marks::default(),
            unit: None,
            doubt: None,
            remarks: Vec::new(),
            suspects: Vec::new(),
        }
    }
}

/// Levels whose words often mean that nothing is known. Where a sign stands against another, such as + and -, it means
/// something.
fn likely_missing(category: &Category) -> Vec<String> {
    let likely: Vec<String> = match category.levels.len() {
        0..=Written::FEW_LEVELS => category.levels.iter().filter(|level| is_likely(level)).cloned().collect(),
        _ => Vec::new(),
    };
    if category.levels.len() < likely.len() + 2 { Vec::new() } else { likely }
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
