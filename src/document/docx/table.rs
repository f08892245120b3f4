//! Three-line tables: a thick line above and below, a thin one under the heading.

use super::super::spans::spans;
use super::super::{Align, Row, RowKind, Table, abbreviations, html};
use super::{Page, paragraph, run};
use figures::format::width;

/// Twentieths of a point that a character of a table takes.
const CHARACTER: u32 = 106;
/// Room between two columns.
const GAP: u32 = 160;
/// Columns wider than that wrap their text.
const WIDEST: usize = 44;
/// A table of so many rows or fewer stays on one page.
const TOGETHER: usize = 30;

/// The page that `table` needs: upright where nothing but text has to wrap.
pub fn page(table: &Table) -> Page {
    let least: u32 = least(table).iter().sum();
    if least > Page::Portrait.room() { Page::Landscape } else { Page::Portrait }
}

/// Caption, table and footnotes.
pub fn render(table: &Table, page: Page, notes: &[String]) -> String {
    let whole = widths(table, Title::Whole);
    // Titles wrap before what stands below them does.
    let widths = match whole.iter().sum::<u32>() <= page.room() {
        true => whole,
        false => fitted(&widths(table, Title::Wrapped), &least(table), page.room()),
    };
    let grid: String = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    let line =
        |side: &str, size: u32| format!("<w:{side} w:val=\"single\" w:sz=\"{size}\" w:space=\"0\" w:color=\"auto\"/>");
    let caption = table.caption.as_ref().map(|text| paragraph("Caption", text)).unwrap_or_default();
    let notes: String =
        abbreviations::footnote(table).iter().chain(notes).map(|text| paragraph("Note", text)).collect();
    format!(
        "{caption}<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblBorders>{}{}</w:tblBorders>\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"{half}\" w:type=\"dxa\"/><w:right w:w=\"{half}\" \
         w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{}{}</w:tbl>{notes}{}",
        widths.iter().sum::<u32>(),
        line("top", 12),
        line("bottom", 12),
        heading(table, &widths),
        rows(table, &widths, !notes.is_empty()),
        if notes.is_empty() { "<w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>" } else { "" },
        half = GAP / 2,
    )
}

/// Widths that fit into `room`: the widest columns give way first, none below its `least` as long as that fits; narrow
/// tables are not stretched.
fn fitted(natural: &[u32], least: &[u32], room: u32) -> Vec<u32> {
    let least = if least.iter().sum::<u32>() <= room { least } else { &[] };
    let capped = |most: u32| -> Vec<u32> {
        let floors = least.iter().copied().chain(std::iter::repeat(0));
        natural.iter().zip(floors).map(|(width, least)| (*width).min(most).max(least.min(*width))).collect()
    };
    let (mut fits, mut wider) = (0, natural.iter().copied().max().unwrap_or(0));
    if natural.iter().sum::<u32>() <= room {
        return natural.to_vec();
    }
    while wider - fits > 1 {
        let middle = fits + (wider - fits) / 2;
        if capped(middle).iter().sum::<u32>() <= room { fits = middle } else { wider = middle }
    }
    capped(fits)
}

/// The least width of each column: numbers are set a little closer but do not wrap, text does between words.
fn least(table: &Table) -> Vec<u32> {
    let natural = widths(table, Title::Wrapped);
    let of = |(column, natural): (usize, u32)| {
        let cells = || table.rows.iter().map(move |row| row.shown(column).trim()).filter(|text| !text.is_empty());
        let numbers =
            cells().filter(|text| text.starts_with(|c: char| c.is_ascii_digit() || "-<[".contains(c))).count();
        if 2 * numbers > cells().count() {
            // Digits, points and brackets are narrower than letters.
            return GAP + (natural - GAP) * 21 / 25;
        }
        let words = cells().chain(table.columns[column].title.split_whitespace()).flat_map(str::split_whitespace);
        let longest = words.map(room).max().unwrap_or(0).clamp(LEAST_TEXT, MOST_OF_A_WORD) as u32;
        natural.min(longest * CHARACTER + GAP)
    };
    natural.into_iter().enumerate().map(of).collect()
}

/// Text wraps within so many characters at least, and a word beyond so many is broken.
const LEAST_TEXT: usize = 12;
const MOST_OF_A_WORD: usize = 24;

/// Whether a title stands on as few lines as it is written on, or a word on each.
#[derive(Clone, Copy, PartialEq)]
enum Title {
    Whole,
    Wrapped,
}

/// The width that each column would like.
fn widths(table: &Table, title: Title) -> Vec<u32> {
    let of = |column: usize| {
        let spec = &table.columns[column];
        let lines = spec.title_lines();
        let titles = lines.iter().flat_map(|line| match title {
            Title::Whole => vec![line.as_str()],
            Title::Wrapped => line.split_whitespace().collect(),
        });
        let cells = table
            .rows
            .iter()
            .map(|row| room(row.shown(column)) + 2 * usize::from(row.indent) * usize::from(column == 0));
        // Titles are bold.
        let longest = titles.map(|line| room(line) + 1).chain(cells).max().unwrap_or(0);
        longest.clamp(3, WIDEST) as u32 * CHARACTER + GAP
    };
    (0..table.columns.len()).map(of).collect()
}

/// The characters of usual width that a text takes: capitals are a quarter wider.
fn room(text: &str) -> usize {
    width(text) + text.chars().filter(|c| c.is_uppercase() || matches!(c, '%' | '±')).count().div_ceil(4)
}

/// The heading, repeated on every page; headings over several columns stand above it, each over a line of its own.
fn heading(table: &Table, widths: &[u32]) -> String {
    const LINE: &str =
        "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"auto\"/></w:tcBorders>";
    let row = |cells: String| format!("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>");
    let above = spans(table).map(|spans| {
        let mut at = 0;
        let cells = spans.iter().map(|span| {
            let width: u32 = widths[at..at + span.columns].iter().sum();
            at += span.columns;
            let line = if span.title.is_some() { LINE } else { "" };
            let properties =
                format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:gridSpan w:val=\"{}\"/>{line}", span.columns);
            cell(&properties, span.title.as_deref().unwrap_or(""), Align::Centre, BOLD, 0)
        });
        row(cells.collect())
    });
    let own = table.columns.iter().zip(widths).map(|(column, width)| {
        let properties = format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{LINE}<w:vAlign w:val=\"bottom\"/>");
        cell(&properties, &column.title_lines().join("\n"), set(column.align), BOLD, 0)
    });
    above.unwrap_or_default() + &row(own.collect())
}

fn rows(table: &Table, widths: &[u32], has_notes: bool) -> String {
    let columns: Vec<Vec<String>> = (0..table.columns.len()).map(|column| html::column_cells(table, column)).collect();
    let last = table.rows.len().saturating_sub(1);
    // The name of a group stays with the group, and the first row with the heading; a short table stays together, with the
    // note below it.
    let short = table.rows.len() <= TOGETHER;
    let kept = |index: usize| match index < last {
        true => index == 0 || short || table.rows[index].kind == RowKind::Header,
        false => short && has_notes,
    };
    let row = |(index, row): (usize, &Row)| {
        let (bold, line) = match row.kind {
            RowKind::Total => {
                (true, "<w:tcBorders><w:top w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"auto\"/></w:tcBorders>")
            }
            RowKind::Header => (true, ""),
            RowKind::Plain | RowKind::Sub => (false, ""),
        };
        let cells = columns.iter().zip(&table.columns).zip(widths).enumerate().map(|(at, ((cells, column), width))| {
            let properties = format!("<w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{line}");
            let indent = if at == 0 { row.indent } else { 0 };
            // The name of a group is bold, what is known of the whole group is not.
            let bold = bold && (at == 0 || row.kind == RowKind::Total);
            cell(&properties, &cells[index], set(column.align), Set { bold, kept: kept(index) }, indent)
        });
        format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>", cells.collect::<String>())
    };
    table.rows.iter().enumerate().map(row).collect()
}

fn set(align: Align) -> Align {
    // Figure spaces have brought the decimal points in line.
    if align == Align::Decimal { Align::Left } else { align }
}

/// How the text of a cell is set: bold, and whether on the page of the row below.
#[derive(Clone, Copy)]
struct Set {
    bold: bool,
    kept: bool,
}

/// A heading.
const BOLD: Set = Set { bold: true, kept: true };

fn cell(properties: &str, text: &str, align: Align, Set { bold, kept }: Set, indent: u8) -> String {
    let align = match align {
        Align::Left | Align::Decimal => "left",
        Align::Right => "right",
        Align::Centre => "center",
    };
    let keep = if kept { "<w:keepNext/>" } else { "" };
    let indent = if indent > 0 { format!("<w:ind w:left=\"{}\"/>", 200 * u32::from(indent)) } else { String::new() };
    let text = if text.is_empty() { String::new() } else { run(text) };
    let text = if bold { text.replacen("<w:r>", "<w:r><w:rPr><w:b/></w:rPr>", 1) } else { text };
    format!(
        "<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{keep}{indent}<w:jc w:val=\"{align}\"/></w:pPr>\
         {text}</w:p></w:tc>"
    )
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn the_widest_columns_give_way_first() {
        assert_eq!(fitted(&[300, 500], &[300, 500], 1000), [300, 500]);
        assert_eq!(fitted(&[300, 2000, 900], &[0, 0, 0], 1500), [300, 600, 600]);
        assert_eq!(fitted(&[300, 2000, 900], &[0, 0, 800], 1500), [300, 400, 800]);
        assert_eq!(fitted(&[300, 2000, 900], &[300, 900, 800], 1500), [300, 600, 600]);
        assert_eq!(fitted(&[], &[], 100), Vec::<u32>::new());
    }
}
