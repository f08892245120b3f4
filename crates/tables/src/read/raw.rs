//! A table between its file and its types.

use std::path::Path;

use rayon::prelude::*;

use super::{ReadOptions, Withheld, clean, header};
use crate::column::{Kind, Values};
use crate::date::DateOrder;
use crate::frame::{Frame, RowId};
use crate::missing::MissingTexts;
use crate::number::{Mark, may_be_thousands};
use crate::problem::{Place, Problem};
use crate::typing::{Rules, Typed, Written};
use crate::unseen::unseen;

/// A table as it is written, before its types are found.
#[derive(Default)]
pub(super) struct Raw {
    pub(super) names: Vec<String>,
    /// What a row of labels below the names says of each column; may be short.
    pub(super) labels: Vec<Option<String>>,
    /// What a row of units below the names says of each column; may be short.
    pub(super) units: Vec<Option<String>>,
    /// The line of the names.
    pub(super) header: usize,
    /// What stands between the fields of a text.
    pub(super) delimiter: Option<u8>,
    pub(super) rows: Vec<RowId>,
    pub(super) columns: Vec<RawColumn>,
    /// Whether the file knows its rows: one without any value is a case, too, not the paper around the table.
    pub(super) has_cases: bool,
    pub(super) problems: Vec<Problem>,
}

/// A column as it is written.
pub(super) enum RawColumn {
    /// Texts of polars, not copied.
    Polars(polars::prelude::StringChunked),
    /// The same from a file that knows which columns are texts: nearly all are plain words.
    Words(polars::prelude::StringChunked),
    /// Texts of another reader.
    Texts(Vec<Option<String>>),
    /// Values whose type the file itself knows.
    Typed(Values, &'static str),
    /// A column that was typed as it was read, until it is taken, and its number of rows.
    Read(Option<Box<Typed>>, usize),
}

impl Raw {
    /// Finds the type of every column.
    pub(super) fn typed(mut self, shown: &Path, options: &ReadOptions) -> (Frame, Vec<Problem>) {
        self.names = header::unique_names(std::mem::take(&mut self.names), shown, self.header, &mut self.problems);
        self.drop_empty_rows(shown);
        self.withhold(&options.withheld);
        let mut columns = std::mem::take(&mut self.columns);
        let type_column = |column: &mut RawColumn, k: usize, dates: Option<DateOrder>, mark: Option<Mark>| {
            let rules = rules_of(&self.names[k], options, dates, mark);
            column.read(&self.names[k], &self.rows, shown, &rules)
        };
        let n_columns = columns.len();
        let first = |(k, column): (usize, &mut RawColumn)| type_column(column, k, options.dates, options.decimal);
        let mut typed: Vec<Typed> = columns.par_iter_mut().enumerate().map(first).collect();
        // Dates that read either way follow those of another column that read in one way only.
        if let Some((by, order)) = typed.iter().find_map(|t| t.proves.map(|order| (t.column.name.clone(), order))) {
            for k in (0..n_columns).filter(|&k| typed[k].is_ambiguous).collect::<Vec<_>>() {
                typed[k] = type_column(&mut columns[k], k, Some(order), options.decimal);
                let message = format!("dates are read as {}, as those of {by} must be", order.word());
                typed[k].problems.push(Problem::note(Place::file(shown).field(&self.names[k]), message));
            }
        }
        // So do numbers such as 1,957 and 1.957 with the marks of the other columns.
        if options.decimal.is_none() {
            let mark = self.mark_of(&typed);
            let is_open = |t: &Typed| t.marks.is_open && t.marks.decides().is_none();
            // A column that was typed as it was read is one that either mark leaves as it is.
            let is_kept = |k: &usize| !matches!(columns[*k], RawColumn::Read(..));
            for k in (0..n_columns).filter(|&k| is_open(&typed[k])).filter(is_kept).collect::<Vec<_>>() {
                match mark {
                    Some(mark) => typed[k] = type_column(&mut columns[k], k, options.dates, Some(mark)),
                    None => self.doubt_marks(&columns[k], k, &mut typed[k], shown),
                }
            }
        }
        drop(columns);
        let mut problems = self.problems;
        let mut columns = Vec::with_capacity(n_columns);
        for (k, typed) in typed.into_iter().enumerate() {
            let mut column = typed.column;
            column.label = column.label.or_else(|| self.labels.get(k).cloned().flatten());
            column.unit = self.units.get(k).cloned().flatten().or(column.unit);
            problems.extend(typed.problems);
            problems.extend(column.doubt.iter().map(|doubt| {
                Problem::warning(Place::file(shown).field(&column.name), format!("question: {}", doubt.text))
                    .remedy(doubt.option.clone())
            }));
            columns.push(column);
        }
        problems.extend(unseen(shown, &self.rows, &columns));
        let frame = Frame::new(Some(shown.to_owned()), self.rows, columns);
        (frame.expect("every column was read from the same rows"), problems)
    }

    /// Empties the cells that nothing may learn of.
    fn withhold(&mut self, withheld: &Withheld) {
        if withheld.is_empty() {
            return;
        }
        let gone: Vec<bool> = self.rows.iter().map(|id| withheld.rows.contains(&id.row)).collect();
        let columns = self.names.iter().zip(&mut self.columns);
        for (_, column) in columns.filter(|(name, _)| withheld.columns.contains(*name)) {
            column.empty(&gone);
        }
    }

    /// The mark before decimals in this table, by the columns that leave no doubt, else by what divides its fields.
    fn mark_of(&self, typed: &[Typed]) -> Option<Mark> {
        let comma = typed.iter().any(|t| t.marks.comma);
        let point = typed.iter().any(|t| t.marks.point);
        match (comma, point) {
            (true, false) => Some(Mark::Comma),
            (false, true) => Some(Mark::Point),
            // Whoever divides fields by commas writes decimals with points.
            (false, false) if self.delimiter == Some(b',') => Some(Mark::Point),
            _ => None,
        }
    }

    /// Between semicolons 1.957 may be either; elsewhere a point stands before decimals.
    fn doubt_marks(&self, column: &RawColumn, k: usize, typed: &mut Typed, shown: &Path) {
        if self.delimiter != Some(b';') || typed.column.doubt.is_some() || typed.column.kind() != Kind::Number {
            return;
        }
        let texts = (0..self.rows.len()).filter_map(|i| column.text_at(i));
        let open = |text: &&str| may_be_thousands(text.trim());
        let Some(example) = texts.into_iter().find(open).map(|t| t.trim().to_owned()) else { return };
        let written = Written { name: &self.names[k], cells: Vec::new(), rows: &[], file: shown };
        typed.column.doubt = Some(written.doubt_of_mark(&example, '.'));
    }

    /// Leaves out rows without any value: formatted but empty rows of workbooks, lines of nothing but delimiters.
    fn drop_empty_rows(&mut self, shown: &Path) {
        if self.has_cases {
            return;
        }
        let empty: Vec<bool> =
            (0..self.rows.len()).map(|i| self.columns.iter().all(|column| column.is_empty_at(i))).collect();
        let n = empty.iter().filter(|&&e| e).count();
        if n == 0 {
            return;
        }
        let message = format!("{n} row{} without any value left out", if n == 1 { "" } else { "s" });
        self.problems.push(Problem::note(Place::file(shown), message));
        let keep: Vec<usize> = (0..self.rows.len()).filter(|&i| !empty[i]).collect();
        self.rows = keep.iter().map(|&i| self.rows[i]).collect();
        for column in &mut self.columns {
            *column = column.select(&keep);
        }
    }
}

/// What is known of the column called `name` before it is read.
pub(super) fn rules_of<'o>(
    name: &str,
    options: &'o ReadOptions,
    dates: Option<DateOrder>,
    mark: Option<Mark>,
) -> Rules<'o> {
    let said = options.columns.get(name);
    let own = said.and_then(|said| said.missing.as_ref());
    let missing = options.missing.iter().chain(own.into_iter().flatten()).map(String::as_str);
    Rules {
        missing: MissingTexts::with(missing),
        dates,
        kind: said.and_then(|said| said.kind),
        mark,
        limits: said.and_then(|said| said.limits).or(options.limits),
        says_missing: own.is_some(),
    }
}

impl RawColumn {
    /// The typed column. One that was typed as it was read is given away; it is asked for once.
    fn read(&mut self, name: &str, rows: &[RowId], file: &Path, rules: &Rules<'_>) -> Typed {
        let cells: Vec<Option<&str>> = match self {
            Self::Words(texts) => {
                let cells: Vec<Option<&str>> = texts.iter().collect();
                let written = Written { name, cells: Vec::new(), rows, file };
                match clean::of_texts(&cells, &written, rules) {
                    Some(typed) => return typed,
                    None => cells,
                }
            }
            Self::Read(typed, _) => return *typed.take().expect("a column is taken once"),
            Self::Polars(texts) => texts.iter().collect(),
            Self::Texts(texts) => texts.iter().map(Option::as_deref).collect(),
            Self::Typed(values, reason) if rules.kind.is_none_or(|kind| kind == values.kind()) => {
                let (values, reason) = (std::mem::replace(values, Values::Number(Vec::new())), *reason);
                // Values of a type that the file knows leave no doubt for which they would be read again.
                *self = Self::Read(None, rows.len());
                return Written { name, cells: Vec::new(), rows, file }.take(values, reason, rules);
            }
            Self::Typed(values, _) => {
                let texts: Vec<Option<String>> = (0..values.len()).map(|i| values.text(i)).collect();
                let cells = texts.iter().map(Option::as_deref).collect();
                return Written { name, cells, rows, file }.read(rules);
            }
        };
        Written { name, cells, rows, file }.read(rules)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Polars(texts) | Self::Words(texts) => texts.len(),
            Self::Texts(texts) => texts.len(),
            Self::Typed(values, _) => values.len(),
            Self::Read(_, rows) => *rows,
        }
    }

    fn is_empty_at(&self, i: usize) -> bool {
        let blank = |text: Option<&str>| text.is_none_or(|t| t.trim().is_empty());
        match self {
            Self::Polars(texts) | Self::Words(texts) => blank(texts.get(i)),
            Self::Texts(texts) => blank(texts[i].as_deref()),
            Self::Typed(values, _) => values.is_missing(i),
            // No row of a table that is read so is empty.
            Self::Read(..) => false,
        }
    }

    fn text_at(&self, i: usize) -> Option<&str> {
        match self {
            Self::Polars(texts) | Self::Words(texts) => texts.get(i),
            Self::Texts(texts) => texts[i].as_deref(),
            Self::Typed(..) | Self::Read(..) => None,
        }
    }

    /// Leaves nothing in the rows that are `gone`.
    fn empty(&mut self, gone: &[bool]) {
        match self {
            Self::Polars(texts) | Self::Words(texts) => {
                let kept = |(text, gone): (Option<&str>, &bool)| text.filter(|_| !gone).map(str::to_owned);
                *self = Self::Texts(texts.iter().zip(gone).map(kept).collect());
            }
            Self::Texts(texts) => {
                texts.iter_mut().zip(gone).filter(|(_, gone)| **gone).for_each(|(text, _)| *text = None);
            }
            Self::Typed(values, _) => values.empty(gone),
            Self::Read(..) => unreachable!("a table of which something is withheld is read with care"),
        }
    }

    fn select(&self, rows: &[usize]) -> Self {
        match self {
            Self::Polars(texts) | Self::Words(texts) => {
                Self::Texts(rows.iter().map(|&i| texts.get(i).map(str::to_owned)).collect())
            }
            Self::Texts(texts) => Self::Texts(rows.iter().map(|&i| texts[i].clone()).collect()),
            Self::Typed(values, reason) => Self::Typed(values.select(rows), reason),
            Self::Read(..) => unreachable!("no row of a table that is read so is left out"),
        }
    }
}
