//! Columns of numbers: plain, with decimal commas, with commas between thousands, with slips among them.

use super::{Cell, MOST, Reading, Written, all_of};
use crate::data::column::Values;
use crate::data::number::{self, Numeral};
use crate::problem::Problem;

impl Written<'_> {
    /// The common case, without a second look: every value a plain number and none a code.
    pub(super) fn plain_numbers(&self, cells: &[Cell<'_>]) -> Option<Reading> {
        let mut numbers = vec![f64::NAN; self.cells.len()];
        let mut codes = 0;
        for cell in cells {
            numbers[cell.at] = number::plain(cell.text)?;
            codes += usize::from(number::is_code(cell.text));
        }
        if codes > 0 && Self::are_codes(cells) {
            return None;
        }
        let reason = format!("{} are numbers", all_of(cells.len(), self.cells.len()));
        Some(Reading::of(Values::Number(numbers), reason))
    }

    /// Digits that all have the same number of places, some starting with 0 (007), or too many for a double.
    fn are_codes(cells: &[Cell<'_>]) -> bool {
        let width = cells[0].text.len();
        let too_long = cells.iter().any(|c| c.text.len() > 15 && number::is_code(c.text));
        too_long || cells.iter().all(|c| c.text.len() == width && c.text.bytes().all(|b| b.is_ascii_digit()))
    }

    /// Numbers, if nearly all of the values are numbers.
    pub(super) fn guess_numbers(&self, cells: &[Cell<'_>], numerals: &[Numeral]) -> Option<Reading> {
        let odd = || cells.iter().zip(numerals).filter(|(_, n)| matches!(n, Numeral::None)).map(|(c, _)| c.text);
        let n_numbers = cells.len() - odd().count();
        if (n_numbers as f64) < MOST * cells.len() as f64 || Self::are_codes(cells) {
            return None;
        }
        // 1, 2, 3, 4, 4a are stages, not numbers with a slip.
        let looks_like_level = odd().any(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        if looks_like_level && distinct(cells, numerals) <= 10 {
            return None;
        }
        Some(self.as_numbers(cells, numerals))
    }

    /// The column as numbers, whatever is in it; what does not read as one is left out and listed.
    pub(super) fn as_numbers(&self, cells: &[Cell<'_>], numerals: &[Numeral]) -> Reading {
        let which = |wanted: fn(&Numeral) -> bool| -> Vec<usize> {
            (0..cells.len()).filter(|&k| wanted(&numerals[k])).collect()
        };
        let commas = which(|n| matches!(n, Numeral::Comma(_)));
        let thousands = which(|n| matches!(n, Numeral::Thousands(_)));
        let doubtful = which(|n| matches!(n, Numeral::Ambiguous));
        let points =
            (0..cells.len()).filter(|&k| matches!(numerals[k], Numeral::Plain(_)) && cells[k].text.contains('.'));
        let points = points.count();

        let mut problems = Vec::new();
        let mut unread = which(|n| matches!(n, Numeral::None));
        if !unread.is_empty() {
            let message = format!(
                "{} of {} values {} no number and count{} as missing ({})",
                unread.len(),
                cells.len(),
                if unread.len() == 1 { "is" } else { "are" },
                if unread.len() == 1 { "s" } else { "" },
                self.listed(cells, &unread)
            );
            problems.push(self.problem_at(cells, &unread, message).remedy(Self::remedy_for(cells, &unread)));
        }
        // 1,234 beside 1,5 is 1.234; beside 1,234,567 it is 1234; alone nobody knows.
        let doubt_is_decimal = match (commas.is_empty(), thousands.is_empty()) {
            (false, true) => Some(true),
            (true, false) => Some(false),
            _ => None,
        };
        if !doubtful.is_empty() && doubt_is_decimal.is_none() {
            let example = cells[doubtful[0]].text;
            let message = format!(
                "{example} may be {} or {} ({}); counted as missing",
                example.replace(',', "."),
                example.replace(',', ""),
                self.rows_of(cells, &doubtful)
            );
            problems.push(self.problem_at(cells, &doubtful, message).remedy("write such numbers without a comma"));
            unread.extend(&doubtful);
            unread.sort_unstable();
        }
        problems.extend(self.comma_problem(cells, &commas, points));
        if !thousands.is_empty() {
            let message = format!("commas between thousands are left out ({})", self.rows_of(cells, &thousands));
            problems.push(Problem::note(self.place(), message));
        }

        let mut numbers = vec![f64::NAN; self.cells.len()];
        for (cell, numeral) in cells.iter().zip(numerals) {
            numbers[cell.at] = match (numeral, doubt_is_decimal) {
                (Numeral::Plain(x) | Numeral::Comma(x) | Numeral::Thousands(x), _) => *x,
                (Numeral::Ambiguous, Some(true)) => number::plain(&cell.text.replace(',', ".")).unwrap_or(f64::NAN),
                (Numeral::Ambiguous, Some(false)) => number::plain(&cell.text.replace(',', "")).unwrap_or(f64::NAN),
                (Numeral::Ambiguous, None) | (Numeral::None, _) => f64::NAN,
            };
        }
        let read = cells.len() - unread.len();
        let reason = if unread.is_empty() {
            format!("{} are numbers", all_of(read, self.cells.len()))
        } else {
            format!("{read} of {} values are numbers", cells.len())
        };
        Reading { unread, problems, ..Reading::of(Values::Number(numbers), reason) }
    }

    /// Decimal commas are fine where all write them so, and doubtful beside decimal points.
    fn comma_problem(&self, cells: &[Cell<'_>], commas: &[usize], points: usize) -> Option<Problem> {
        let n = commas.len();
        if n == 0 {
            return None;
        }
        let values = if n == 1 { "value has a decimal comma" } else { "values have decimal commas" };
        if points == 0 {
            let message = format!(
                "{n} {values} and {} read so ({})",
                if n == 1 { "is" } else { "are" },
                self.rows_of(cells, commas)
            );
            return Some(Problem::note(self.place(), message));
        }
        let message = format!(
            "{n} {values} and {points} a decimal point ({}); both are read as decimals",
            self.rows_of(cells, commas)
        );
        Some(self.problem_at(cells, commas, message).remedy("write all of them with a point"))
    }
}

fn distinct(cells: &[Cell<'_>], numerals: &[Numeral]) -> usize {
    let numbers = cells.iter().zip(numerals).filter(|(_, n)| !matches!(n, Numeral::None));
    let mut texts: Vec<&str> = numbers.map(|(c, _)| c.text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts.len()
}
