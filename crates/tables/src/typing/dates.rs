//! Columns of dates, and which of two numbers is the day.

use super::{Cell, MOST, Reading, Written, all_of};
use crate::column::{About, Doubt, Values};
use crate::date::{self, DateOrder, Written as WrittenDate};
use crate::problem::Problem;

/// Words by which columns of dates are called.
pub(super) const DATE_WORDS: [&str; 8] = ["date", "datum", "fecha", "data_", "_data", "日期", "日付", "날짜"];

/// What the texts of a column say about the order of day and month.
struct Evidence {
    day_first: Vec<usize>,
    month_first: Vec<usize>,
    either: Vec<usize>,
}

impl Written<'_> {
    /// Dates, if nearly all of the values are dates.
    pub(super) fn guess_dates(&self, cells: &[Cell<'_>], order: Option<DateOrder>) -> Option<Reading> {
        // Most columns fail at their first value: look at few before looking at all.
        let some = cells.len().min(20);
        let share =
            |of: &[Cell<'_>]| of.iter().filter(|c| date::parse(c.text).is_some()).count() as f64 / of.len() as f64;
        if share(&cells[..some]) < 0.5 || share(cells) < MOST {
            return None;
        }
        Some(self.as_dates(cells, order))
    }

    /// `20190314` in every row.
    pub(super) fn compact_dates(&self, cells: &[Cell<'_>]) -> Option<Reading> {
        let mut days = vec![None; self.cells.len()];
        for cell in cells {
            days[cell.at] = Some(date::parse_compact(cell.text)?);
        }
        let first = cells.first()?.text;
        let reason = format!("{} are dates such as {first}", all_of(cells.len(), self.cells.len()));
        Some(Reading::of(Values::Date(days), reason))
    }

    /// Day numbers of a spreadsheet, if that is what all values are.
    pub(super) fn serial_dates(&self, cells: &[Cell<'_>]) -> Option<Reading> {
        let mut days = vec![None; self.cells.len()];
        for cell in cells {
            let serial = cell.text.parse::<f64>().ok()?;
            days[cell.at] = Some(date::of_serial(serial)?);
        }
        let first = cells.first()?;
        let reason = format!("{} are day numbers of a spreadsheet", all_of(cells.len(), self.cells.len()));
        let day = days[first.at].map(date::iso).unwrap_or_default();
        let remark = format!(
            "{}: numbers such as {} are read as the day numbers of a spreadsheet that counts from 1900 ({day})",
            self.name, first.text
        );
        let problem = Problem::note(self.place(), remark.clone()).remedy("write dates as 2019-03-14");
        Some(Reading { problems: vec![problem], remarks: vec![remark], ..Reading::of(Values::Date(days), reason) })
    }

    /// Whole numbers of the years 1954 to 2064 in a column that calls itself a date.
    pub(super) fn day_numbers(&self, cells: &[Cell<'_>]) -> Option<Reading> {
        let calls_itself = self.name_is_of_dates();
        let is_day =
            |c: &Cell<'_>| c.text.len() == 5 && c.text.parse::<u32>().is_ok_and(|x| (20_000..60_000).contains(&x));
        (calls_itself && cells.iter().all(is_day)).then(|| self.serial_dates(cells)).flatten()
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
        let mut doubt = None;
        if is_ambiguous {
            problems.push(self.ambiguous_dates(cells, &evidence));
            doubt = Some(self.doubt_of_order(cells, &evidence));
        }
        let reason = if unread.is_empty() {
            format!("{} are dates", all_of(cells.len(), self.cells.len()))
        } else {
            format!("{} of {} values are dates", cells.len() - unread.len(), cells.len())
        };
        Reading { unread, problems, proves, is_ambiguous, doubt, ..Reading::of(Values::Date(days), reason) }
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

impl Written<'_> {
    fn doubt_of_order(&self, cells: &[Cell<'_>], evidence: &Evidence) -> Doubt {
        let first = evidence.either.first().or(evidence.day_first.first()).map_or("", |&k| cells[k].text);
        Doubt {
            about: About::Dates,
            text: format!("do the dates of column {}, such as {first}, have the day or the month first?", self.name),
            candidates: DateOrder::WORDS.iter().map(|(word, _)| (*word).to_owned()).collect(),
            option: "Answer by --dates d/m/y or --dates m/d/y (`dates` in the table's section)".to_owned(),
        }
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
