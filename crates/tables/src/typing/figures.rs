//! The cells of a column as numbers with what stands about them.

use super::{Cell, Marks};
use crate::number::{self, Limit, Mark, Numeral};
use crate::read::is_unit;

/// A cell that holds a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure<'c> {
    pub numeral: Numeral,
    /// The number as it is written.
    pub number: &'c str,
    pub limit: Option<Limit>,
    pub unit: &'c str,
}

/// The cells of a column; those that hold no number are `None`.
pub(super) struct Figures<'c> {
    pub all: Vec<Option<Figure<'c>>>,
}

impl Figure<'_> {
    /// The number where this mark stands before decimals; NaN where it takes the mark to know and there is none.
    pub fn value(&self, mark: Option<Mark>) -> f64 {
        match self.numeral {
            Numeral::Plain(_) if mark == Some(Mark::Comma) && number::may_be_thousands(self.number) => {
                number::plain(&self.number.replace('.', "")).unwrap_or(f64::NAN)
            }
            Numeral::Plain(x) | Numeral::Comma(x) | Numeral::Grouped(x, _) => x,
            Numeral::Ambiguous => match mark {
                Some(Mark::Comma) => number::plain(&self.number.replace(',', ".")).unwrap_or(f64::NAN),
                Some(Mark::Point) => number::plain(&self.number.replace(',', "")).unwrap_or(f64::NAN),
                None => f64::NAN,
            },
            Numeral::None => f64::NAN,
        }
    }
}

impl<'c> Figures<'c> {
    pub fn of(cells: &[Cell<'c>]) -> Self {
        let figure = |cell: &Cell<'c>| {
            let measured = number::measured(cell.text)?;
            let numeral = number::read(measured.number);
            Some(Figure { numeral, number: measured.number, limit: measured.limit, unit: measured.unit })
        };
        Self { all: cells.iter().map(figure).collect() }
    }

    /// Positions of those that meet a condition.
    pub fn which(&self, wanted: impl Fn(&Option<Figure<'c>>) -> bool) -> Vec<usize> {
        (0..self.all.len()).filter(|&k| wanted(&self.all[k])).collect()
    }

    /// How many different numbers there are, as they are written.
    pub fn distinct(&self) -> usize {
        let mut texts: Vec<&str> = self.all.iter().flatten().map(|f| f.number).collect();
        texts.sort_unstable();
        texts.dedup();
        texts.len()
    }

    /// The units, most frequent first, with the first cell of each; letter case does not count.
    pub fn units(&self) -> Vec<(String, usize)> {
        let mut found: Vec<(String, usize, usize)> = Vec::new();
        for (k, figure) in self.all.iter().enumerate() {
            let Some(unit) = figure.as_ref().map(|f| bare(f.unit)).filter(|u| !u.is_empty()) else { continue };
            match found.iter_mut().find(|(known, ..)| same(known, unit)) {
                Some((_, n, _)) => *n += 1,
                None => found.push((unit.to_owned(), 1, k)),
            }
        }
        found.sort_by_key(|(_, n, _)| std::cmp::Reverse(*n));
        found.into_iter().map(|(unit, _, first)| (unit, first)).collect()
    }

    /// Whether the cells are levels rather than numbers: suffixes that are no units (1a, 2b, 1st), or open classes
    /// beside few whole numbers (1, 2, >2).
    pub fn are_levels(&self) -> bool {
        let units = self.units();
        let glued =
            self.all.iter().flatten().any(|f| f.unit.chars().count() == 1 && f.unit.is_ascii() && f.unit != "%");
        if units.iter().any(|(unit, _)| !is_unit(unit)) || glued && self.distinct() <= 10 && units.len() > 1 {
            return true;
        }
        let limited = self.all.iter().flatten().filter(|f| f.limit.is_some()).count();
        if limited == 0 {
            return false;
        }
        let mut sure: Vec<f64> =
            self.all.iter().flatten().filter(|f| f.limit.is_none()).map(|f| f.value(None)).collect();
        sure.sort_by(f64::total_cmp);
        sure.dedup();
        sure.len() < 3 || sure.len() <= 5 && sure.iter().all(|x| x.fract() == 0.0)
    }

    /// What the cells say of the marks that their writer uses.
    pub fn marks(&self) -> Marks {
        let mut marks = Marks::default();
        for figure in self.all.iter().flatten() {
            match figure.numeral {
                Numeral::Comma(_) | Numeral::Grouped(_, Some(Mark::Comma)) => marks.comma = true,
                Numeral::Grouped(_, Some(Mark::Point)) => marks.point = true,
                Numeral::Plain(_) if number::may_be_thousands(figure.number) => marks.is_open = true,
                Numeral::Plain(_) if figure.number.contains('.') => marks.point = true,
                Numeral::Ambiguous => marks.is_open = true,
                _ => {}
            }
        }
        marks
    }
}

/// A unit without the brackets about it.
fn bare(unit: &str) -> &str {
    unit.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '（' | '）' | '.')).trim()
}

fn same(a: &str, b: &str) -> bool {
    a == b || a.to_lowercase().replace('μ', "µ") == b.to_lowercase().replace('μ', "µ")
}
