//! What is said of a column whose values are odd.

use super::figures::{Figure, Figures};
use super::{Cell, Written, rows_in_words};
use crate::column::Category;
use crate::missing::is_likely;
use crate::problem::Problem;

impl Written<'_> {
    /// Levels whose words often mean that nothing is known.
    pub(super) fn say_likely(&self, category: &Category, likely: &[String]) -> Option<Problem> {
        if likely.is_empty() {
            return None;
        }
        let counts = category.counts();
        let count = |level: &String| category.position(level).map_or(0, |k| counts[k as usize]);
        let each: Vec<String> = likely.iter().map(|level| format!("{level} ({})", count(level))).collect();
        let quoted: Vec<String> = likely.iter().map(|level| format!("\"{level}\"")).collect();
        let (are, does) = match likely.len() {
            1 => ("is a level of its own", "does it mean that the value is missing?"),
            _ => ("are levels of their own", "do they mean that the value is missing?"),
        };
        let message = format!("{} {are}: {does}", each.join(", "));
        let remedy = format!("if so, write missing = [{}] in [columns.{}]", quoted.join(", "), self.name);
        Some(Problem::warning(self.place(), message).remedy(remedy))
    }

    /// Levels that differ only in letter case or inner blanks are probably one.
    pub(super) fn lookalikes(&self, category: &Category) -> Option<Problem> {
        if category.levels.len() > Self::FEW_LEVELS {
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
    pub(super) fn mixed(&self, cells: &[Cell<'_>], figures: &Figures<'_>) -> Option<Problem> {
        let plain = |f: &Option<Figure<'_>>| f.as_ref().is_some_and(|f| f.unit.is_empty() && f.limit.is_none());
        let odd = figures.which(|f| !plain(f));
        let share = (cells.len() - odd.len()) as f64 / cells.len() as f64;
        if !(0.5..1.0).contains(&share) {
            return None;
        }
        let message = format!(
            "numbers and text are mixed: {} of {} values are no numbers ({}); all are read as text",
            odd.len(),
            cells.len(),
            self.listed(cells, &odd)
        );
        Some(self.problem_at(cells, &odd, message).remedy(Self::remedy_for(cells, &odd)))
    }

    pub(super) fn stray_blanks(&self, rows: &[usize]) -> Option<Problem> {
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

    /// A warning at the row, if it is one, else at the column.
    pub(super) fn problem_at(&self, cells: &[Cell<'_>], odd: &[usize], message: String) -> Problem {
        let place = match odd {
            [only] => self.place_of(cells[*only].at),
            _ => self.place(),
        };
        Problem::warning(place, message)
    }

    /// `rows 4, 17 and 80: unknown, <5`
    pub(super) fn listed(&self, cells: &[Cell<'_>], odd: &[usize]) -> String {
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

    pub(super) fn rows_of(&self, cells: &[Cell<'_>], odd: &[usize]) -> String {
        rows_in_words(odd.iter().map(|&k| self.rows[cells[k].at].row))
    }

    /// What to do about values that do not fit.
    pub(super) fn remedy_for(cells: &[Cell<'_>], odd: &[usize]) -> String {
        let mut likely: Vec<&str> = odd.iter().map(|&k| cells[k].text).filter(|t| is_likely(t)).collect();
        if 2 * likely.len() >= odd.len() {
            likely.sort_unstable();
            likely.dedup();
            let quoted: Vec<String> = likely.iter().map(|t| format!("\"{t}\"")).collect();
            return format!(
                "if they mean missing, name them in the table's section: missing = [{}]",
                quoted.join(", ")
            );
        }
        "correct them, or say what the column holds: `kind = \"category\"`".to_owned()
    }
}
