//! What is said of a column whose values are odd.

use super::figures::{Figure, Figures};
use super::{Cell, Written, rows_in_words};
use crate::column::{About, Category, Doubt};
use crate::missing::is_likely;
use crate::number::{self, Numeral};
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

    /// Many different numbers among words, or numbers with something about them, are no levels that anybody meant: whether
    /// they are numbers is asked. `texts` are the words of the column and how often each stands there.
    pub(super) fn doubt_of_kind<'t>(&self, texts: impl Iterator<Item = (&'t str, usize)>) -> Option<Doubt> {
        /// Fewer different numbers may be levels.
        const MANY: usize = 10;
        let (mut all, mut numbers, mut decorated) = (0, 0, 0);
        let mut different: Vec<&str> = Vec::new();
        let (mut word, mut example) = (None, None);
        // Names are whole numbers, and words, of which each stands once.
        let mut are_names = true;
        for (text, n) in texts {
            all += n;
            let is_plain = number::read(text) != Numeral::None;
            let is_decorated = !is_plain && number::is_decorated(text);
            are_names &= n == 1 && (!is_plain || text.bytes().all(|b| b.is_ascii_digit()));
            if number::is_code(text) {
                return None;
            }
            if !is_plain && !is_decorated {
                word.get_or_insert(text);
                continue;
            }
            numbers += n;
            if is_decorated {
                decorated += n;
                example.get_or_insert(text);
            }
            if different.len() < MANY && !different.contains(&text) {
                different.push(text);
            }
        }
        let few = different.len() < MANY || 10 * numbers < 3 * all;
        if few || decorated == 0 && (are_names || word.is_none()) {
            return None;
        }
        let name = self.name;
        let (text, option) = match (word, example) {
            (Some(word), _) => (
                format!(
                    "{numbers} of {all} values of column {name} are numbers, the others are not, such as {word}: are they numbers or words?"
                ),
                format!(
                    "Answer by --missing '{name}={word}' (numbers, the others missing), or by --factor {name} \
                     (`missing`, or `kind`, in [columns.{name}])"
                ),
            ),
            (None, example) => (
                format!(
                    "the values of column {name} are numbers with something about them, such as {}: are they numbers or words?",
                    example.unwrap_or_default()
                ),
                format!(
                    "Write the numbers alone, or say that they are words: --factor {name} (`kind = \"category\"` in [columns.{name}])"
                ),
            ),
        };
        let candidates = vec!["number".to_owned(), "category".to_owned()];
        Some(Doubt { about: About::Kind, text, candidates, option })
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
