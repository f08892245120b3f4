//! How a table is read, where options say so.

use anyhow::bail;
use clap::Args;
use tables::{DateOrder, LimitRule, Mark, is_encoding};

use crate::cli::Usage;
use crate::cli::choice::one_of;
use crate::study::{ColumnSpec, Opening, TableSpec};

/// Options that say how a table is read.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct Reading {
    /// Encoding of a text table, such as GB18030 or windows-1252; found if not said
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    encoding: Option<String>,
    /// Sheet of a workbook, by its name or number
    #[arg(long, value_name = "NAME|N", help_heading = "Reading")]
    sheet: Option<String>,
    /// A value that means missing, everywhere or in a column; COL= says that none of the column's does
    #[arg(long, value_name = "VALUE|COL=VALUE", help_heading = "Reading")]
    missing: Vec<String>,
    /// What stands for values beyond a limit of detection, everywhere or in a column: limit, half, sqrt2 or missing
    #[arg(long, value_name = "RULE|COL=RULE", help_heading = "Reading")]
    limits: Vec<String>,
    /// Which comes first in dates such as 03/04/2019
    #[arg(long, value_name = "ORDER", value_parser = one_of(DATES), help_heading = "Reading")]
    dates: Option<DateOrder>,
    /// The mark before decimals, a comma or a point
    #[arg(long, value_name = "MARK", help_heading = "Reading")]
    decimal: Option<char>,
}

/// Orders of day and month.
const DATES: [(&str, DateOrder); 2] = [("d/m/y", DateOrder::DayFirst), ("m/d/y", DateOrder::MonthFirst)];

impl Reading {
    /// What is said of the table, and of single columns.
    pub fn opening(&self) -> anyhow::Result<Opening> {
        if let Some(name) = self.encoding.as_deref().filter(|name| !is_encoding(name)) {
            let some = "some are UTF-8, GB18030, Big5, Shift_JIS, EUC-KR, windows-1252, UTF-16LE";
            bail!(Usage(format!("--encoding {name}: no encoding is called so; {some}")));
        }
        let decimal = match self.decimal {
            None => None,
            Some('.') => Some(Mark::Point),
            Some(',') => Some(Mark::Comma),
            Some(other) => bail!(Usage(format!("--decimal {other}: write , or ."))),
        };
        let dates = self.dates;
        let mut table = TableSpec {
            encoding: self.encoding.clone(),
            sheet: self.sheet.clone(),
            dates,
            decimal,
            ..TableSpec::default()
        };
        let mut columns: Vec<ColumnSpec> = Vec::new();
        for text in &self.missing {
            match text.rsplit_once('=') {
                Some((name, value)) => {
                    let said = of(&mut columns, name).missing.get_or_insert_default();
                    said.extend((!value.is_empty()).then(|| value.to_owned()));
                }
                None => table.missing.push(text.clone()),
            }
        }
        for text in &self.limits {
            let (name, word) = text.rsplit_once('=').map_or((None, text.as_str()), |(name, word)| (Some(name), word));
            let Some((_, rule)) = LimitRule::WORDS.into_iter().find(|(known, _)| *known == word) else {
                bail!(Usage(format!("--limits {text}: write limit, half, sqrt2 or missing, or COL=limit")));
            };
            match name {
                Some(name) => of(&mut columns, name).limits = Some(rule),
                None => table.limits = Some(rule),
            }
        }
        Ok(Opening { table, columns, told: None })
    }
}

/// What is said of the column called `name`.
fn of<'c>(columns: &'c mut Vec<ColumnSpec>, name: &str) -> &'c mut ColumnSpec {
    let at = columns.iter().position(|c| c.name == name).unwrap_or_else(|| {
        columns.push(ColumnSpec { name: name.to_owned(), ..ColumnSpec::default() });
        columns.len() - 1
    });
    &mut columns[at]
}
