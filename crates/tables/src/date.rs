//! Calendar dates as days since 1970-01-01, and the forms in which tables write them.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a valid date");

/// Which of two ambiguous numbers comes first in a date such as 03/04/2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DateOrder {
    /// 3 April 2019.
    #[serde(rename = "d/m/y")]
    DayFirst,
    /// 4 March 2019.
    #[serde(rename = "m/d/y")]
    MonthFirst,
}

impl DateOrder {
    /// Both, by the word used in study files.
    pub const WORDS: [(&'static str, Self); 2] = [("d/m/y", Self::DayFirst), ("m/d/y", Self::MonthFirst)];

    /// The word used in study files.
    pub fn word(self) -> &'static str {
        match self {
            Self::DayFirst => "d/m/y",
            Self::MonthFirst => "m/d/y",
        }
    }
}

/// A text that looks like a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It can be read in one way only: days since 1970-01-01.
    Plain(i32),
    /// Two numbers below a year, as 03/04/2019: which is the day depends on the order.
    Numbers {
        /// The first and the second number.
        pair: [u32; 2],
        /// The year, in four digits.
        year: i32,
        /// The year was written in two digits; 69-99 were taken for 1969-1999, the rest for 2000-2068.
        short_year: bool,
        /// The separator was a point, which only goes with the day first.
        points: bool,
    },
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, if it exists.
pub fn days(year: i32, month: u32, day: u32) -> Option<i32> {
    let date = NaiveDate::from_ymd_opt(year, month, day)?;
    i32::try_from(date.signed_duration_since(EPOCH).num_days()).ok()
}

/// `2019-03-14` for the day so many days after 1970-01-01.
pub fn iso(days: i32) -> String {
    match calendar(days) {
        Some(date) => date.format("%Y-%m-%d").to_string(),
        None => format!("day {days}"),
    }
}

/// The calendar year of a day.
pub fn year(days: i32) -> Option<i32> {
    calendar(days).map(|date| date.year())
}

fn calendar(days: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 { EPOCH.checked_sub_days(distance) } else { EPOCH.checked_add_days(distance) }
}

/// A date in the year-month-day form only: `2019-03-14`, `2019/3/14`, with or without a time of day behind it.
pub fn parse_iso(text: &str) -> Option<i32> {
    match parse(text)? {
        Written::Plain(days) if text.trim_start().get(..4)?.bytes().all(|b| b.is_ascii_digit()) => Some(days),
        _ => None,
    }
}

/// Reads a text as a date: year-month-day; two numbers and a year; or a day, the name of a month and a year, in any
/// order, with `-`, `/`, `.`, a blank or a comma between; `04MAR2019`; `2019年3月4日`, also by the eras of Japan and the
/// Republic of China. A time of day behind the date is ignored.
pub fn parse(text: &str) -> Option<Written> {
    if let Some(days) = parse_glued(text) {
        return Some(Written::Plain(days));
    }
    // Most texts of a column of words have nothing that could stand between the parts of a date.
    if text.is_ascii() && !text.bytes().any(|b| matches!(b, b'-' | b'/' | b'.' | b' ' | b',')) {
        return None;
    }
    let date = without_time(text.trim());
    let between = |c: char| matches!(c, '-' | '/' | '.' | ' ' | ',' | '年' | '月' | '日' | '년' | '월' | '일' | '号');
    let (date, before_era) = of_era(date);
    let mut parts = [""; 4];
    let mut n = 0;
    for part in date.split(between).filter(|p| !p.is_empty() && *p != "de") {
        *parts.get_mut(n)? = part;
        n += 1;
    }
    let [a, b, c, ""] = parts else { return None };
    if n != 3 {
        return None;
    }
    if let Some(before) = before_era {
        let year = if a == "元" { 1 } else { digits(a, 3)? as i32 };
        return plain(before + year, digits(b, 2)?, digits(c, 2)?);
    }
    if let Some(month) = month_by_name(b) {
        let (day, year) = (digits(a, 2)?, c);
        return plain(full_year(year)?.0, month, day);
    }
    if let Some(month) = month_by_name(a) {
        return plain(full_year(c)?.0, month, digits(b, 2)?);
    }
    if a.len() == 4 {
        return plain(digits(a, 4)? as i32, digits(b, 2)?, digits(c, 2)?);
    }
    let (year, short_year) = full_year(c)?;
    let points = date.contains('.');
    Some(Written::Numbers { pair: [digits(a, 2)?, digits(b, 2)?], year, short_year, points })
}

/// `04MAR2019`, as SAS writes dates, with or without `:10:30:00` behind it.
fn parse_glued(text: &str) -> Option<i32> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let date = text.split(':').next()?;
    let is_shape = date.is_ascii() && (7..=9).contains(&date.len());
    let day = if is_shape { date.bytes().take_while(u8::is_ascii_digit).count() } else { return None };
    let (day, rest) = date.split_at(day);
    let (month, year) = rest.split_at_checked(3)?;
    days(full_year(year)?.0, month_by_name(month)?, digits(day, 2)?)
}

/// A date without the era that it begins with, and the year before the era's first.
fn of_era(date: &str) -> (&str, Option<i32>) {
    const ERAS: [(&str, i32); 7] = [
        ("令和", 2018),
        ("平成", 1988),
        ("昭和", 1925),
        ("大正", 1911),
        ("明治", 1867),
        ("民國", 1911),
        ("民国", 1911),
    ];
    let found = ERAS.iter().find_map(|(era, before)| Some((date.strip_prefix(era)?, Some(*before))));
    found.unwrap_or((date, None))
}

/// `20190304`, of the years 1900 to 2099.
pub fn parse_compact(text: &str) -> Option<i32> {
    let shape = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if !shape {
        return None;
    }
    let year = text[..4].parse().ok().filter(|y| (1900..2100).contains(y))?;
    days(year, text[4..6].parse().ok()?, text[6..].parse().ok()?)
}

/// The day that a spreadsheet counts as `serial` from 1900, of the years 1927 to 2064.
pub fn of_serial(serial: f64) -> Option<i32> {
    const EPOCH_1970: f64 = 25_569.0;
    (10_000.0..60_000.0).contains(&serial).then(|| (serial.floor() - EPOCH_1970) as i32)
}

impl Written {
    /// The day, reading ambiguous numbers in `order`; `None` if there is no such day.
    pub fn days(self, order: DateOrder) -> Option<i32> {
        match (self, order) {
            (Self::Plain(days), _) => Some(days),
            (Self::Numbers { pair: [day, month], year, .. }, DateOrder::DayFirst)
            | (Self::Numbers { pair: [month, day], year, .. }, DateOrder::MonthFirst) => days(year, month, day),
        }
    }
}

fn plain(year: i32, month: u32, day: u32) -> Option<Written> {
    days(year, month, day).map(Written::Plain)
}

/// Cuts `T10:30:00Z` or ` 10:30` off.
fn without_time(text: &str) -> &str {
    let cut = text.find(':').and_then(|colon| text[..colon].rfind(['T', ' ']));
    cut.map_or(text, |at| text[..at].trim_end())
}

fn digits(text: &str, most: usize) -> Option<u32> {
    let fits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

fn full_year(text: &str) -> Option<(i32, bool)> {
    match (text.len(), digits(text, 4)? as i32) {
        (4, year) => Some((year, false)),
        (2, year) if year >= 69 => Some((1900 + year, true)),
        (2, year) => Some((2000 + year, true)),
        _ => None,
    }
}

/// The month that `text` names or begins to name, in English, German, French, Spanish, Portuguese or Italian.
fn month_by_name(text: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["january", "januar", "jänner", "janvier", "enero", "janeiro", "gennaio"],
        &["february", "februar", "février", "fevrier", "febrero", "fevereiro", "febbraio"],
        &["march", "märz", "maerz", "mrz", "mars", "marzo", "março", "marco"],
        &["april", "avril", "abril", "aprile"],
        &["may", "mai", "mayo", "maio", "maggio"],
        &["june", "juni", "juin", "junio", "junho", "giugno"],
        &["july", "juli", "juillet", "julio", "julho", "luglio"],
        &["august", "août", "aout", "agosto"],
        &["september", "septembre", "septiembre", "setembro", "settembre"],
        &["october", "oktober", "octobre", "octubre", "outubro", "ottobre"],
        &["november", "novembre", "noviembre", "novembro"],
        &["december", "dezember", "décembre", "decembre", "diciembre", "dezembro", "dicembre"],
    ];
    if text.chars().count() < 3 || text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let text = text.to_lowercase();
    let begins = |names: &&&[&str]| names.iter().any(|name| name.starts_with(&text));
    let named = NAMES.iter().find(begins)?;
    NAMES.iter().position(|names| names == named).map(|k| k as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_read_in_one_way() {
        let day = days(2019, 3, 14).expect("a date");
        for text in [
            "2019-03-14",
            "2019/3/14",
            "2019.03.14",
            "2019-03-14T10:30:00",
            "2019-03-14 10:30",
            "14-Mar-2019",
            "14 March 2019",
            "Mar 14, 2019",
            "14-mar-19",
            "2019年3月14日",
            "2019년 3월 14일",
            "14. März 2019",
            "14 de marzo de 2019",
            "14 mars 2019",
            "14MAR2019",
            "14mar19",
            "14MAR2019:10:30:00",
            "平成31年3月14日",
            "民國108年3月14日",
        ] {
            assert_eq!(parse(text), Some(Written::Plain(day)), "{text}");
        }
        assert_eq!(parse("令和元年5月1日"), days(2019, 5, 1).map(Written::Plain));
        assert_eq!(iso(day), "2019-03-14");
        assert_eq!(iso(-1), "1969-12-31");
    }

    #[test]
    fn digits_alone_are_dates_where_they_are_asked_for() {
        assert_eq!(parse_compact("20190314"), days(2019, 3, 14));
        assert_eq!((parse_compact("20191314"), parse_compact("2019031")), (None, None));
        assert_eq!(of_serial(43_538.0), days(2019, 3, 14));
        assert_eq!(of_serial(5.0), None);
    }

    #[test]
    fn two_numbers_depend_on_the_order() {
        let written = parse("03/04/2019").expect("a date");
        assert_eq!(written.days(DateOrder::DayFirst), days(2019, 4, 3));
        assert_eq!(written.days(DateOrder::MonthFirst), days(2019, 3, 4));
        let only_day_first = parse("25/04/2019").expect("a date");
        assert_eq!(only_day_first.days(DateOrder::MonthFirst), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in ["", "12", "1.5", "1.2.3", "2019-13-01", "2019-02-30", "1-2", "a-b-c", "192.168.1.100", "12/2019"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
