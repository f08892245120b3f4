//! Clean text tables in one pass over their bytes, in blocks on all threads.
//!
//! A table is clean where every line is a record with as many fields as there are names and quotes stand about whole
//! fields alone. Its columns of plain numbers and of plain words are typed as they are read; any other column keeps its
//! texts and goes the careful way, and so does the whole of any other table. What is read, and all that is said of it,
//! is the same either way.

mod cell;
mod lines;
mod numbers;
mod plan;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use polars::prelude::{NewChunkedArray, StringChunked};
use rayon::prelude::*;

use self::lines::{Block, Lines};
use self::numbers::Numbers;
use self::plan::{Plan, Way};
use self::words::{Levels, Names};
use super::layout::{Layout, Rows};
use super::{Raw, RawColumn, ReadOptions, Told, header};
use crate::frame::RowId;
use crate::number::Mark;
use crate::problem::Problem;
use crate::typing::{self, Marks, Rules, Typed};

/// The table, if it is clean: its text, what separates its fields, and the lines cut off above. `problems` are those of what
/// came before; they come first.
pub(super) fn read(
    (text, delimiter, cut): (&[u8], u8, u32),
    shown: &Path,
    options: &ReadOptions,
    problems: &[Problem],
    told: Told<'_>,
) -> Option<Raw> {
    if !matches!(delimiter, b',' | b';' | b'\t' | b'|') {
        return None;
    }
    let lines = Lines::of(text, delimiter, cut);
    let n_lines = lines.len();
    if u32::try_from(n_lines).is_err() || n_lines < 2 {
        return None;
    }
    let mut layout = Layout::find(&lines, shown)?;
    let body = layout.body.clone();
    if !lines.are_records(0..body.start) || !lines.are_records(body.end..n_lines) {
        return None;
    }
    fit_header(&mut layout, lines.line_text(body.start), delimiter)?;
    let names = header::unique_names(layout.names.clone(), shown, layout.line, &mut Vec::new());
    let rows: Vec<RowId> =
        body.clone().zip(1..).map(|(line, row)| RowId { row, line: line as u32 + 1 + cut }).collect();
    let has_quotes = memchr::memchr(b'"', &text[lines.start(body.start)..]).is_some();
    let plan = Plan::of(&lines, &body, &names, options, (delimiter, has_quotes))?;
    let mut columns = typed(&lines, &plan, &rows, shown, told)?;
    let careful = plan::to_look_at(&columns, options.decimal, delimiter);
    take_texts(&lines, &plan, &careful, &mut columns)?;
    let mut said = problems.to_vec();
    said.append(&mut layout.problems);
    Some(Raw {
        names: layout.names,
        labels: layout.labels,
        units: layout.units,
        header: layout.line,
        delimiter: Some(delimiter),
        rows,
        columns: columns.into_iter().map(|column| column.expect("every column is read one way or the other")).collect(),
        problems: said,
        has_cases: false,
    })
}

/// A header may be one name short where the rows are named (as R writes them).
fn fit_header(layout: &mut Layout, first: &[u8], delimiter: u8) -> Option<()> {
    let fields = super::scan::fields(first, delimiter).len();
    if fields == layout.names.len() + 1 && !first.ends_with(&[delimiter]) {
        layout.names.insert(0, "row_name".to_owned());
        layout.labels.insert(0, None);
        layout.units.insert(0, None);
    }
    (fields > 1 && fields == layout.names.len()).then_some(())
}

/// A column of texts that another reader cut out, typed in the same way; `None` where it needs a careful look.
pub(super) fn of_texts(cells: &[Option<&str>], written: &typing::Written<'_>, rules: &Rules<'_>) -> Option<Typed> {
    let column = plan::Column::of(cells.iter().take(plan::ROWS).flatten().copied(), rules.clone());
    let part = match column.way {
        Way::Levels(_) => {
            let mut levels = Levels::with_capacity(cells.len());
            cells.iter().for_each(|cell| levels.take(cell.unwrap_or_default().as_bytes()));
            Part::Levels(levels)
        }
        Way::Names(shape) => {
            let mut names = Names::with_capacity(cells.len());
            cells.iter().for_each(|cell| names.take(cell.unwrap_or_default().as_bytes(), shape, &column.missing));
            Part::Names(names)
        }
        Way::Numbers | Way::Careful => return None,
    };
    finish(vec![part], Vec::new(), &column, written)
}

/// A column's part in a block.
enum Part<'t> {
    Numbers(Numbers),
    Levels(Levels<'t>),
    Names(Names),
    Passed,
}

/// Reads and types what can be; `None` for the columns that need a careful look, or for all where the table is not
/// clean.
fn typed(
    lines: &Lines<'_>,
    plan: &Plan<'_>,
    rows: &[RowId],
    shown: &Path,
    told: Told<'_>,
) -> Option<Vec<Option<RawColumn>>> {
    let blocks = lines.blocks(&plan.body);
    let is_number = |way: &Way| *way == Way::Numbers;
    let mut numbers: Vec<Vec<f64>> =
        plan.columns.iter().map(|c| if is_number(&c.way) { vec![0.0; rows.len()] } else { Vec::new() }).collect();
    let mut parts = divided(&mut numbers, &blocks);
    let done = AtomicUsize::new(0);
    let read = |(block, out): (&Block, &mut Vec<&mut [f64]>)| {
        let parts = gather(lines.text(), block, plan, out);
        let done = done.fetch_add(block.bytes.len(), Ordering::Relaxed) + block.bytes.len();
        told(done as f64 / lines.text().len() as f64);
        parts
    };
    let gathered: Option<Vec<Vec<Part<'_>>>> = blocks.par_iter().zip(parts.par_iter_mut()).map(read).collect();
    drop(parts);
    let mut by_column: Vec<Vec<Part<'_>>> = plan.columns.iter().map(|_| Vec::with_capacity(blocks.len())).collect();
    for block in gathered? {
        by_column.iter_mut().zip(block).for_each(|(column, part)| column.push(part));
    }
    let finished = by_column.into_par_iter().zip(numbers).enumerate().map(|(k, (parts, numbers))| {
        let (name, column) = (&plan.names[k], &plan.columns[k]);
        let written = typing::Written { name, cells: Vec::new(), rows, file: shown };
        finish(parts, numbers, column, &written).map(|typed| RawColumn::Read(Some(Box::new(typed)), rows.len()))
    });
    Some(finished.collect())
}

/// The room for the numbers of each block, column by column.
fn divided<'n>(numbers: &'n mut [Vec<f64>], blocks: &[Block]) -> Vec<Vec<&'n mut [f64]>> {
    let mut parts: Vec<Vec<&mut [f64]>> = blocks.iter().map(|_| Vec::with_capacity(numbers.len())).collect();
    for column in numbers {
        let mut rest = column.as_mut_slice();
        for (part, block) in parts.iter_mut().zip(blocks) {
            let (own, below) = rest.split_at_mut(block.lines.len().min(rest.len()));
            part.push(own);
            rest = below;
        }
    }
    parts
}

/// Reads the lines of a block.
fn gather<'t>(text: &'t [u8], block: &Block, plan: &Plan<'_>, out: &mut [&mut [f64]]) -> Option<Vec<Part<'t>>> {
    let rows = block.lines.len();
    let part = |way: &Way| match way {
        Way::Numbers => Part::Numbers(Numbers::default()),
        Way::Levels(_) => Part::Levels(Levels::with_capacity(rows)),
        Way::Names(_) => Part::Names(Names::with_capacity(rows)),
        Way::Careful => Part::Passed,
    };
    let mut parts: Vec<Part<'t>> = plan.columns.iter().map(|c| part(&c.way)).collect();
    let text = &text[..block.bytes.end];
    let mut at = block.bytes.start;
    #[allow(clippy::needless_range_loop, reason = "each column has a slice of its own")]
    for row in 0..rows {
        let mut has_value = false;
        let last = parts.len() - 1;
        for (k, part) in parts.iter_mut().enumerate() {
            let column = &plan.columns[k];
            let plain = match part {
                Part::Numbers(numbers) if !column.checks_missing => {
                    let plain = cell::plain(text, at).filter(|n| cell::is_end(text, n.end, plan.delimiter));
                    plain.inspect(|number| {
                        numbers.take(number, number.end - at);
                        out[k][row] = number.value;
                        has_value = true;
                        at = number.end;
                    })
                }
                _ => None,
            };
            if plain.is_none() {
                let (field, end) = cell::field(text, at, plan.delimiter, plan.has_quotes)?;
                has_value |= !is_blank(field);
                match part {
                    Part::Numbers(numbers) => out[k][row] = numbers.take_text(field, &column.missing),
                    Part::Levels(levels) => levels.take(field),
                    Part::Names(names) => names.take(field, column.shape(), &column.missing),
                    Part::Passed => {}
                }
                at = end;
            }
            at = behind(text, at, plan.delimiter, k == last)?;
        }
        // Rows without any value are left out, and lines without any are none.
        if !has_value {
            return None;
        }
    }
    Some(parts)
}

/// Where the next field begins, if a field of a line may end here.
#[inline]
fn behind(text: &[u8], at: usize, delimiter: u8, is_last: bool) -> Option<usize> {
    match (text.get(at), is_last) {
        (Some(byte), false) if *byte == delimiter => Some(at + 1),
        (None | Some(b'\n'), true) => Some(at + 1),
        (Some(b'\r'), true) => matches!(text.get(at + 1), None | Some(b'\n')).then_some(at + 2),
        _ => None,
    }
}

fn is_blank(field: &[u8]) -> bool {
    match field {
        [] => true,
        [first, ..] if first.is_ascii_graphic() => false,
        _ => std::str::from_utf8(field).is_ok_and(|text| text.trim().is_empty()),
    }
}

/// A column from its parts; `None` where it needs a careful look.
fn finish(
    parts: Vec<Part<'_>>,
    numbers: Vec<f64>,
    column: &plan::Column<'_>,
    written: &typing::Written<'_>,
) -> Option<Typed> {
    match column.way {
        Way::Numbers => {
            let mut all = Numbers::default();
            for part in &parts {
                if let Part::Numbers(numbers) = part {
                    all.join(numbers);
                }
            }
            let marks: Marks = all.marks();
            let is_plain = all.are_plain(&numbers, written.name_is_of_dates());
            let is_read = is_plain && !(marks.is_open && column.rules.mark == Some(Mark::Comma));
            is_read.then(|| written.of_plain_numbers(numbers, all.present, marks, &column.rules))
        }
        Way::Levels(shape) => {
            let own = |part| if let Part::Levels(levels) = part { Some(levels) } else { None };
            let words = Levels::join(parts.into_iter().filter_map(own).collect(), shape, &column.missing)?;
            written.of_levels(words.levels, words.present, &column.rules)
        }
        Way::Names(shape) => {
            let own = |part| if let Part::Names(names) = part { Some(names) } else { None };
            let names = Names::join(parts.into_iter().filter_map(own).collect(), shape)?;
            written.of_texts(names.texts, names.present, names.distinct, &column.rules)
        }
        Way::Careful => None,
    }
}

/// Fills in the columns that need a careful look with their texts.
fn take_texts(lines: &Lines<'_>, plan: &Plan<'_>, careful: &[bool], columns: &mut [Option<RawColumn>]) -> Option<()> {
    let wanted: Vec<usize> = (0..columns.len()).filter(|&k| careful[k]).collect();
    if wanted.is_empty() {
        return Some(());
    }
    let texts: Option<Vec<Vec<Vec<&str>>>> =
        lines.blocks(&plan.body).par_iter().map(|block| texts_of(lines.text(), block, plan, careful)).collect();
    let texts = texts?;
    for (at, &k) in wanted.iter().enumerate() {
        let cells = texts.iter().flat_map(|block| block[at].iter().map(|text| Some(*text)));
        columns[k] = Some(RawColumn::Polars(StringChunked::from_iter_options("".into(), cells)));
    }
    Some(())
}

/// The texts of some columns in a block.
fn texts_of<'t>(text: &'t [u8], block: &Block, plan: &Plan<'_>, wanted: &[bool]) -> Option<Vec<Vec<&'t str>>> {
    let mut texts: Vec<Vec<&str>> =
        wanted.iter().filter(|w| **w).map(|_| Vec::with_capacity(block.lines.len())).collect();
    let text = &text[..block.bytes.end];
    let mut at = block.bytes.start;
    for _ in 0..block.lines.len() {
        let mut own = texts.iter_mut();
        for (k, wanted) in wanted.iter().enumerate() {
            let (field, end) = cell::field(text, at, plan.delimiter, plan.has_quotes)?;
            if *wanted {
                own.next()?.push(std::str::from_utf8(field).ok()?);
            }
            at = behind(text, end, plan.delimiter, k + 1 == plan.columns.len())?;
        }
    }
    Some(texts)
}
