//! Columns of numbers: plain, with marks of many countries, with units, with limits of detection, with slips.

use super::figures::{Figure, Figures};
use super::{Cell, MOST, Marks, Reading, Rules, Written, all_of};
use crate::column::{About, Doubt, Values};
use crate::missing::is_likely;
use crate::number::{self, Limit, Mark, Numeral};
use crate::problem::Problem;

/// What stands for a value beyond a limit of detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitRule {
    /// The limit itself.
    Limit,
    /// Half of a limit that the value lies below; the limit that it lies above.
    Half,
    /// A limit that the value lies below, divided by the root of 2; the limit that it lies above.
    Sqrt2,
    /// Nothing: the value is missing.
    Missing,
}

impl LimitRule {
    /// All of them, by the word used in study files and commands.
    pub const WORDS: [(&'static str, Self); 4] =
        [("limit", Self::Limit), ("half", Self::Half), ("sqrt2", Self::Sqrt2), ("missing", Self::Missing)];

    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, rule)| *rule == self).map_or("", |(word, _)| word)
    }

    fn of(self, limit: f64, side: Limit) -> f64 {
        match (self, side) {
            (Self::Missing, _) => f64::NAN,
            (Self::Limit, _) | (_, Limit::Above) => limit,
            (Self::Half, Limit::Below) => limit / 2.0,
            (Self::Sqrt2, Limit::Below) => limit / std::f64::consts::SQRT_2,
        }
    }
}

impl Written<'_> {
    /// The common case, without a second look: every value a plain number and none a code.
    pub(super) fn plain_numbers(&self, cells: &[Cell<'_>], rules: &Rules<'_>) -> Option<Reading> {
        let mut numbers = vec![f64::NAN; self.cells.len()];
        let mut codes = 0;
        let mut marks = Marks::default();
        for cell in cells {
            numbers[cell.at] = number::plain(cell.text)?;
            codes += usize::from(number::is_code(cell.text));
            if !marks.point && cell.text.as_bytes().contains(&b'.') {
                let is_open = number::may_be_thousands(cell.text);
                marks.is_open |= is_open;
                marks.point |= !is_open;
            }
        }
        if codes > 0 && Self::are_codes(cells) {
            return None;
        }
        marks.is_open &= !marks.point;
        // 1.957 is 1957 where a comma stands before decimals.
        if marks.is_open && rules.mark == Some(Mark::Comma) {
            return None;
        }
        let reason = format!("{} are numbers", all_of(cells.len(), self.cells.len()));
        let mut reading = Reading { marks, ..Reading::of(Values::Number(numbers), reason) };
        self.look_for_codes(&mut reading, rules);
        Some(reading)
    }

    /// Digits that all have the same number of places, some starting with 0 (007), or too many for a double.
    fn are_codes(cells: &[Cell<'_>]) -> bool {
        let width = cells[0].text.len();
        let is_code = |c: &Cell<'_>| number::is_code(c.text);
        let too_long = cells.iter().any(|c| c.text.len() > 15 && is_code(c));
        let same = || cells.iter().all(|c| c.text.len() == width && c.text.bytes().all(|b| b.is_ascii_digit()));
        too_long || cells.iter().any(is_code) && same()
    }

    /// Numbers, if nearly all of the values are numbers.
    pub(super) fn guess_numbers(
        &self,
        cells: &[Cell<'_>],
        figures: &Figures<'_>,
        rules: &Rules<'_>,
    ) -> Option<Reading> {
        let odd = || cells.iter().zip(&figures.all).filter(|(_, f)| f.is_none()).map(|(c, _)| c.text);
        let n_numbers = cells.len() - odd().count();
        // Words for missing say nothing against numbers.
        let n_others = odd().filter(|text| !is_likely(text)).count();
        let too_few = (n_numbers as f64) < MOST * (n_numbers + n_others) as f64 || 4 * n_numbers < cells.len();
        if too_few || Self::are_codes(cells) {
            return None;
        }
        // 1, 2, 3, 4, 4a are stages, not numbers with a slip; so are 1, 2 and >2, or 1a and 2b.
        let looks_like_level = odd().any(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        if looks_like_level && figures.distinct() <= 10 || figures.are_levels() {
            return None;
        }
        Some(self.as_numbers(cells, figures, rules))
    }

    /// The column as numbers, whatever is in it; what does not read as one is left out and listed.
    pub(super) fn as_numbers(&self, cells: &[Cell<'_>], figures: &Figures<'_>, rules: &Rules<'_>) -> Reading {
        let mut reading = Reading::of(Values::Number(vec![f64::NAN; self.cells.len()]), "");
        reading.marks = figures.marks();
        let own = reading.marks.decides();
        let mark = own.or(rules.mark);
        self.say_unread(cells, figures, &mut reading);
        if rules.kind.is_none() {
            reading.doubt = self.doubt_of_unsaid_limits(cells, figures);
        }
        self.say_marks(cells, figures, mark, &mut reading);
        self.say_units(cells, figures, &mut reading);
        let beyond = self.say_limits(cells, figures, rules, &mut reading);

        let mut numbers = vec![f64::NAN; self.cells.len()];
        for (k, (cell, figure)) in cells.iter().zip(&figures.all).enumerate() {
            let Some(figure) = figure else { continue };
            let value = figure.value(mark);
            numbers[cell.at] = match (figure.limit, rules.limits) {
                (None, _) => value,
                (Some(side), Some(rule)) => rule.of(value, side),
                (Some(_), None) => f64::NAN,
            };
            if value.is_nan() || beyond && figure.limit.is_some() {
                reading.unread.push(k);
            }
        }
        reading.unread.sort_unstable();
        reading.unread.dedup();
        let read = cells.len() - reading.unread.len();
        reading.reason = if reading.unread.is_empty() {
            format!("{} are numbers", all_of(read, self.cells.len()))
        } else {
            format!("{read} of {} values are numbers", cells.len())
        };
        reading.values = Values::Number(numbers);
        self.look_for_codes(&mut reading, rules);
        reading
    }

    fn say_unread(&self, cells: &[Cell<'_>], figures: &Figures<'_>, reading: &mut Reading) {
        let unread = figures.which(|f| f.is_none());
        if unread.is_empty() {
            return;
        }
        let (are, count) = if unread.len() == 1 { ("is", "counts") } else { ("are", "count") };
        let message = format!(
            "{} of {} values {are} no number and {count} as missing ({})",
            unread.len(),
            cells.len(),
            self.listed(cells, &unread)
        );
        reading.problems.push(self.problem_at(cells, &unread, message).remedy(Self::remedy_for(cells, &unread)));
        reading.unread.extend(unread);
    }

    /// Values beyond a limit that is not said, such as `<LOD`, are not missing by chance: what they count as is asked.
    fn doubt_of_unsaid_limits(&self, cells: &[Cell<'_>], figures: &Figures<'_>) -> Option<Doubt> {
        let odd = figures.which(|f| f.is_none());
        let beyond: Vec<usize> = odd.into_iter().filter(|&k| number::is_unsaid_limit(cells[k].text)).collect();
        let example = cells[*beyond.first()?].text;
        let name = self.name;
        Some(Doubt {
            about: About::Kind,
            text: format!(
                "{} of {} values of column {name} lie beyond a limit that is not said ({}): what do they count as?",
                beyond.len(),
                cells.len(),
                self.listed(cells, &beyond)
            ),
            candidates: vec!["number".to_owned(), "category".to_owned()],
            option: format!(
                "Write the limit, as <0.5, or answer by --missing '{name}={example}' (they are missing) or --factor {name} \
                 (`missing`, or `kind`, in [columns.{name}])"
            ),
        })
    }

    /// Marks before decimals and between thousands: what is said of them, and what has to be asked.
    fn say_marks(&self, cells: &[Cell<'_>], figures: &Figures<'_>, mark: Option<Mark>, reading: &mut Reading) {
        let numeral = |k: &usize| figures.all[*k].as_ref().map(|f| f.numeral);
        let all: Vec<usize> = (0..cells.len()).collect();
        let which = |wanted: fn(Numeral) -> bool| -> Vec<usize> {
            all.iter().copied().filter(|k| numeral(k).is_some_and(wanted)).collect()
        };
        let doubtful = which(|n| n == Numeral::Ambiguous);
        let open = if mark == Some(Mark::Comma) { figures.which(Figures::is_dotted) } else { Vec::new() };
        if !doubtful.is_empty() && mark.is_none() {
            reading.doubt = Some(self.doubt_of_mark(cells[doubtful[0]].text, ','));
        }
        let commas = which(|n| matches!(n, Numeral::Comma(_)));
        let points = figures.which(Figures::has_point).len();
        reading.problems.extend(self.comma_problem(cells, &commas, if mark == Some(Mark::Comma) { 0 } else { points }));
        let mut grouped = which(|n| matches!(n, Numeral::Grouped(..)));
        grouped.extend(open);
        if mark == Some(Mark::Point) {
            grouped.extend(doubtful);
        }
        if !grouped.is_empty() {
            grouped.sort_unstable();
            let message = format!(
                "marks between thousands are left out, as in {} ({})",
                cells[grouped[0]].text,
                self.rows_of(cells, &grouped)
            );
            reading.problems.push(Problem::note(self.place(), message));
        }
    }

    /// `1,957 may be 1.957 or 1957`.
    pub(crate) fn doubt_of_mark(&self, example: &str, mark: char) -> Doubt {
        let (decimal, whole) = (example.replace(mark, "."), example.replace(mark, ""));
        Doubt {
            about: About::Decimal,
            text: format!("is {example} in column {} {decimal} or {whole}?", self.name),
            candidates: vec![decimal, whole],
            option:
                "Say which mark stands before decimals: --decimal , or --decimal . (`decimal` in the table's section)"
                    .to_owned(),
        }
    }

    /// Decimal commas are fine where all write them so, and doubtful beside decimal points.
    fn comma_problem(&self, cells: &[Cell<'_>], commas: &[usize], points: usize) -> Option<Problem> {
        let n = commas.len();
        if n == 0 {
            return None;
        }
        let values = if n == 1 { "value has a decimal comma" } else { "values have decimal commas" };
        if points == 0 {
            let are = if n == 1 { "is" } else { "are" };
            let message = format!("{n} {values} and {are} read so ({})", self.rows_of(cells, commas));
            return Some(Problem::note(self.place(), message));
        }
        let message = format!(
            "{n} {values} and {points} a decimal point ({}); both are read as decimals",
            self.rows_of(cells, commas)
        );
        Some(self.problem_at(cells, commas, message).remedy("write all of them with a point"))
    }

    /// One unit is a label; several are a question of the numbers themselves.
    fn say_units(&self, cells: &[Cell<'_>], figures: &Figures<'_>, reading: &mut Reading) {
        let units = figures.units();
        let Some((unit, first)) = units.first().cloned() else { return };
        let with = figures.which(|f| f.as_ref().is_some_and(|f| !f.unit.is_empty()));
        let without = figures.all.iter().flatten().count() - with.len();
        let shares = figures.all.iter().flatten().filter(|f| f.unit.is_empty()).any(|f| f.value(None).abs() <= 1.0);
        if units.len() > 1 || unit == "%" && without > 0 && shares {
            let mut named: Vec<String> =
                units.iter().map(|(unit, k)| format!("{unit} (as {})", cells[*k].text)).collect();
            if units.len() == 1 {
                named.push("none".to_owned());
            }
            reading.doubt = Some(Doubt {
                about: About::Units,
                text: format!("the values of column {} are in several units: {}.", self.name, named.join(", ")),
                candidates: Vec::new(),
                option: "Write all of them in one unit, or say that they are words: `kind = \"category\"`".to_owned(),
            });
            return;
        }
        reading.unit = Some(unit.clone());
        let message = format!(
            "numbers are written with their unit, {unit}, as {} in row {}",
            cells[first].text, self.rows[cells[first].at].row
        );
        reading.problems.push(Problem::note(self.place(), message));
        if without > 0 {
            let remark = format!(
                "{}: {} values are written with {unit} and {without} without; all are read as the same unit",
                self.name,
                with.len()
            );
            reading
                .problems
                .push(Problem::warning(self.place(), remark.clone()).remedy("write all of them in one unit"));
            reading.remarks.push(remark);
        }
    }

    /// Values beyond a limit of detection; true if nothing stands for them.
    fn say_limits(&self, cells: &[Cell<'_>], figures: &Figures<'_>, rules: &Rules<'_>, reading: &mut Reading) -> bool {
        let beyond = figures.which(|f| f.as_ref().is_some_and(|f| f.limit.is_some()));
        let Some(&first) = beyond.first() else { return false };
        let n = beyond.len();
        let (values, lie) = if n == 1 { ("value", "lies") } else { ("values", "lie") };
        let rows = self.listed(cells, &beyond);
        match rules.limits {
            Some(rule) => {
                let how = if rule == LimitRule::Missing {
                    "counted as missing".to_owned()
                } else {
                    format!("read by the rule `{}`", rule.word())
                };
                let remark = format!("{}: {n} {values} {lie} beyond a limit of detection, {how} ({rows})", self.name);
                reading.problems.push(Problem::note(self.place(), remark.clone()));
                reading.remarks.push(remark);
                rule == LimitRule::Missing
            }
            None => {
                let option = format!(
                    "Answer by --limits {name}=RULE (`limits = \"RULE\"` in [columns.{name}])",
                    name = self.name
                );
                reading.doubt.get_or_insert(Doubt {
                    about: About::Limits,
                    text: format!(
                        "what stands for the {n} {values} of column {} that {lie} beyond a limit of detection, such as {} ({rows})?",
                        self.name, cells[first].text
                    ),
                    candidates: LimitRule::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect(),
                    option,
                });
                true
            }
        }
    }
}

impl Figures<'_> {
    fn is_dotted(figure: &Option<Figure<'_>>) -> bool {
        figure.as_ref().is_some_and(|f| matches!(f.numeral, Numeral::Plain(_)) && number::may_be_thousands(f.number))
    }

    fn has_point(figure: &Option<Figure<'_>>) -> bool {
        figure.as_ref().is_some_and(|f| matches!(f.numeral, Numeral::Plain(_)) && f.number.contains('.'))
    }
}
