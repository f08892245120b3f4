//! Columns of dates, and which of two numbers is the day.

use super::{Cell, MOST, Reading, Written, all_of};
use crate::data::column::Values;
use crate::data::date::{self, DateOrder, Written as WrittenDate};
use crate::problem::Problem;

/// What the texts of a column say about the order of day and month.
struct Evidence {
    day_first: Vec<usize>,
    month_first: Vec<usize>,
    either: Vec<usize>,
}

impl Written<'_> {
    /// Dates, if nearly all of the values are dates.
    pub(super) fn guess_dates(&self, cells: &[Cell<'_>], order: Option<DateOrder>) -> Option<Reading> {
        let compact = self.compact_dates(cells);
        if compact.is_some() {
            return compact;
        }
        // Most columns fail at their first value: look at few before looking at all.
        let some = cells.len().min(20);
        let share =
            |of: &[Cell<'_>]| of.iter().filter(|c| date::parse(c.text).is_some()).count() as f64 / of.len() as f64;
        if share(&cells[..some]) < 0.5 || share(cells) < MOST {
            return None;
        }
        Some(self.as_dates(cells, order))
    }

    /// `20190314` in a column that calls itself a date.
    fn compact_dates(&self, cells: &[Cell<'_>]) -> Option<Reading> {
        let name = self.name.to_lowercase();
        if !["date", "datum", "fecha", "day"].iter().any(|word| name.contains(word)) {
            return None;
        }
        let mut days = vec![None; self.cells.len()];
        for cell in cells {
            let text = cell.text;
            let shape = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
            let (year, month, day) = if shape { (&text[..4], &text[4..6], &text[6..]) } else { return None };
            let year = year.parse().ok().filter(|y| (1900..2100).contains(y))?;
            days[cell.at] = Some(date::days(year, month.parse().ok()?, day.parse().ok()?)?);
        }
        Some(Reading::of(
            Values::Date(days),
            format!("{} are dates such as {}", all_of(cells.len(), self.cells.len()), cells[0].text),
        ))
    }

    /// The column as dates, whatever is in it; what does not read as one is left out and listed.
    pub(super) fn as_dates(&self, cells: &[Cell<'_>], said: Option<DateOrder>) -> Reading {
        let written: Vec<Option<WrittenDate>> = cells.iter().map(|c| date::parse(c.text)).collect();
        let evidence = Evidence::of(&written);
        let proves = evidence.proves();
        let order = said.or(proves).unwrap_or(DateOrder::DayFirst);
        let mut days = vec![None; self.cells.len()];
        let mut unread = Vec::new();
        for (k, (cell, written)) in cells.iter().zip(&written).enumerate() {
            days[cell.at] = written.and_then(|w| w.days(order));
            if days[cell.at].is_none() {
                unread.push(k);
            }
        }
        let mut problems: Vec<Problem> = self.unread_dates(cells, &unread).into_iter().collect();
        problems.extend(self.short_years(cells, &written));
        let either_way = !evidence.either.is_empty() || !evidence.day_first.is_empty();
        let is_ambiguous = said.is_none() && proves.is_none() && either_way;
        if is_ambiguous {
            problems.push(self.ambiguous_dates(cells, &evidence));
        }
        let reason = if unread.is_empty() {
            format!("{} are dates", all_of(cells.len(), self.cells.len()))
        } else {
            format!("{} of {} values are dates", cells.len() - unread.len(), cells.len())
        };
        Reading { unread, problems, proves, is_ambiguous, ..Reading::of(Values::Date(days), reason) }
    }

    fn unread_dates(&self, cells: &[Cell<'_>], unread: &[usize]) -> Option<Problem> {
        if unread.is_empty() {
            return None;
        }
        let one = unread.len() == 1;
        let message = format!(
            "{} of {} values {} no date and count{} as missing ({})",
            unread.len(),
            cells.len(),
            if one { "is" } else { "are" },
            if one { "s" } else { "" },
            self.listed(cells, unread)
        );
        Some(self.problem_at(cells, unread, message).remedy("write dates as 2019-03-14"))
    }

    fn short_years(&self, cells: &[Cell<'_>], written: &[Option<WrittenDate>]) -> Option<Problem> {
        let short = |w: &Option<WrittenDate>| matches!(w, Some(WrittenDate::Numbers { short_year: true, .. }));
        let rows: Vec<usize> = (0..cells.len()).filter(|&k| short(&written[k])).collect();
        let first = cells[*rows.first()?].text;
        let message =
            format!("years of two digits, as {first}: 69 to 99 are read as 1969 to 1999, 00 to 68 as 2000 to 2068");
        Some(Problem::warning(self.place(), message).remedy("write years with four digits"))
    }

    fn ambiguous_dates(&self, cells: &[Cell<'_>], evidence: &Evidence) -> Problem {
        let message = if evidence.day_first.is_empty() {
            let example = cells[evidence.either[0]].text;
            format!("dates such as {example} may have the day or the month first; the day is taken to be first")
        } else {
            format!(
                "some dates have the day first ({}) and some the month ({})",
                self.rows_of(cells, &evidence.day_first),
                self.rows_of(cells, &evidence.month_first)
            )
        };
        Problem::warning(self.place(), message).remedy(
            "write dates as 2019-03-14, or say in the table's section which is meant: `dates = \"d/m/y\"` or \"m/d/y\"",
        )
    }
}

impl Evidence {
    fn of(written: &[Option<WrittenDate>]) -> Self {
        let mut evidence = Self { day_first: Vec::new(), month_first: Vec::new(), either: Vec::new() };
        for (k, date) in written.iter().enumerate() {
            let Some(date @ WrittenDate::Numbers { pair, points, .. }) = date else { continue };
            let day_first = date.days(DateOrder::DayFirst).is_some();
            let month_first = date.days(DateOrder::MonthFirst).is_some() && !points;
            match (day_first, month_first) {
                (true, false) => evidence.day_first.push(k),
                (false, true) => evidence.month_first.push(k),
                // 05/05/2019 is the same day either way.
                (true, true) if pair[0] != pair[1] => evidence.either.push(k),
                _ => {}
            }
        }
        evidence
    }

    /// The order, if some dates leave no choice and none speaks against it.
    fn proves(&self) -> Option<DateOrder> {
        match (self.day_first.is_empty(), self.month_first.is_empty()) {
            (false, true) => Some(DateOrder::DayFirst),
            (true, false) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}
