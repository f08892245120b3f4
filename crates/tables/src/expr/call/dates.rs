//! Functions of dates.

use chrono::NaiveDate;

use crate::date::{self, DateOrder, Written};
use crate::expr::ast::Term;
use crate::expr::eval::{Evaluated, Evaluation};
use crate::expr::function::Function;
use crate::expr::part::{Cells, Part, map, zip};

impl<'f> Evaluation<'_, 'f> {
    /// `days(from, to)`, `months(from, to)`, `years(from, to)`; a month is 365.25 / 12 days.
    pub fn between_dates(&self, function: Function, from: &Term, to: &Term) -> Evaluated<Part<'f>> {
        let unit = match function {
            Function::Days => 1.0,
            Function::Months => 365.25 / 12.0,
            _ => 365.25,
        };
        let (from, to) = (self.days_of(from)?, self.days_of(to)?);
        let distance = |a: &Option<i32>, b: &Option<i32>| match (a, b) {
            (Some(a), Some(b)) => (f64::from(*b) - f64::from(*a)) / unit,
            _ => f64::NAN,
        };
        Ok(Part::Number(zip(self.frame.len(), &from, &to, distance)))
    }

    /// `year(date)`, `month(date)`.
    pub fn part_of_date(&self, function: Function, of: &Term) -> Evaluated<Part<'f>> {
        let part: fn(i32) -> Option<f64> = match function {
            Function::Year => |day| date::year(day).map(f64::from),
            _ => |day| date::iso(day).get(5..7)?.parse().ok(),
        };
        let days = self.days_of(of)?;
        Ok(Part::Number(map(&days, |day| day.and_then(part).unwrap_or(f64::NAN))))
    }

    /// `date(text)`, where it reads in one way only, or `date(text, '%d.%m.%Y')`.
    pub fn date_of_text(&self, of: &Term, format: Option<&Term>) -> Evaluated<Part<'f>> {
        let format = format.map(|format| self.constant_text(format)).transpose()?;
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap_or_default();
        let read = |text: &str| match &format {
            Some(format) => {
                let day = NaiveDate::parse_from_str(text.trim(), format).ok()?;
                i32::try_from(day.signed_duration_since(epoch).num_days()).ok()
            }
            None => date::parse_compact(text.trim()).or_else(|| match date::parse(text)? {
                Written::Plain(day) => Some(day),
                either @ Written::Numbers { .. } => {
                    let (a, b) = (either.days(DateOrder::DayFirst), either.days(DateOrder::MonthFirst));
                    if a == b || b.is_none() { a } else { b.filter(|_| a.is_none()) }
                }
            }),
        };
        let days = self.texts(of)?.iter().map(|text| text.as_deref().and_then(read)).collect();
        Ok(Part::Date(Cells::Rows(days)))
    }

    fn days_of(&self, term: &Term) -> Evaluated<Cells<'f, Option<i32>>> {
        match self.part(term)? {
            Part::Date(cells) => Ok(cells),
            other => Err(self.fault(term, format!("a date is needed, and this is {}", other.describe()))),
        }
    }
}
