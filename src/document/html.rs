//! HTML in one file: style and figures inside, nothing fetched from elsewhere.

use super::spans::{Span, spans};
use super::{Align, Block, Cell, Document, Row, RowKind, Table};
use figures::format::{align_decimal, visible};
use figures::{Figure, svg};

/// Headings from which on a report gets a table of contents.
const CONTENTS_FROM: usize = 4;

const STYLE: &str = "
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #1a1a1a; background: #fff; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.25em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums; border-top: 2px solid; border-bottom: 2px solid; }
caption { text-align: left; font-weight: bold; padding-bottom: .4em; }
th { text-align: left; vertical-align: bottom; border-bottom: 1px solid; } th, td { padding: .15em .8em .15em 0; }
th.over { text-align: center; } thead tr:not(:last-child) th:not(.over) { border-bottom: 0; }
td.right, th.right { text-align: right; } td.centre, th.centre { text-align: center; } td.decimal { white-space: pre; }
tr.header td, tr.total td { font-weight: bold; } tr.total td { border-top: 1px solid; }
dl { display: grid; grid-template-columns: max-content auto; gap: .1em 1.5em; } dd { margin: 0; }
ul.notes { color: #444; font-size: .93em; } figure { margin: 1em 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
nav ol { columns: 2; } summary { cursor: pointer; } summary h2 { display: inline-block; margin-bottom: .5em; } h3 { font-size: 1.05em; }
@page { margin: 18mm; }
@media print { body { max-width: none; margin: 0; font-size: 9.5pt; } nav { display: none; } summary { list-style: none; }
details::details-content { content-visibility: visible; display: block; } h2, h3, summary, caption { break-after: avoid; } figure, tr { break-inside: avoid; } thead { display: table-header-group; } }
";

/// The whole document. One with many headings has a table of contents, and its chapters fold; a heading that begins with
/// its chapter's (`Calibration: at 24 months`) stands inside of it.
pub fn render(document: &Document) -> String {
    let title = escaped(&document.title);
    let chapters = chapters(document);
    let folds = chapters.len() >= CONTENTS_FROM;
    let contents = if folds { table_of_contents(&chapters) } else { String::new() };
    let (mut body, mut chapter): (String, Option<usize>) = (String::new(), None);
    for content in &document.blocks {
        let Block::Heading(text) = content else {
            body.push_str(&block(content));
            continue;
        };
        if let Some(inside) = chapter.and_then(|at| inside(text, chapters[at])) {
            body.push_str(&format!("<h3>{}</h3>\n", escaped(inside)));
            continue;
        }
        let next = chapter.map_or(0, |at| at + 1);
        let (end, begin) = match (folds, chapter) {
            (true, Some(_)) => ("</details>\n", "<details open>\n<summary>"),
            (true, None) => ("", "<details open>\n<summary>"),
            (false, _) => ("", ""),
        };
        let heading = format!("<h2 id=\"s{}\">{}</h2>", next + 1, escaped(text));
        body.push_str(&format!("{end}{begin}{heading}{}\n", if folds { "</summary>" } else { "" }));
        chapter = Some(next);
    }
    if folds {
        body.push_str("</details>\n");
    }
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{contents}{body}{notes}</body>\n</html>\n",
        notes = notes(&document.notes),
    );
    visible(&page).into_owned()
}

/// The headings that are not inside of the one before.
fn chapters(document: &Document) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for block in &document.blocks {
        if let Block::Heading(text) = block
            && found.last().is_none_or(|chapter| inside(text, chapter).is_none())
        {
            found.push(text);
        }
    }
    found
}

/// What a heading says inside of a chapter, if it is one of its own.
fn inside<'t>(heading: &'t str, chapter: &str) -> Option<&'t str> {
    heading.strip_prefix(chapter)?.strip_prefix(": ")
}

fn table_of_contents(headings: &[&str]) -> String {
    let item = |(index, text): (usize, &&str)| format!("<li><a href=\"#s{}\">{}</a></li>\n", index + 1, escaped(text));
    format!("<nav><ol>\n{}</ol></nav>\n", headings.iter().enumerate().map(item).collect::<String>())
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("<h2>{}</h2>\n", escaped(text)),
        Block::Paragraph(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::KeyValues(pairs) => {
            let item = |(name, cell): &(String, Cell)| {
                format!("<dt>{}</dt><dd>{}</dd>\n", escaped(name), escaped(&cell.shown))
            };
            format!("<dl>\n{}</dl>\n", pairs.iter().map(item).collect::<String>())
        }
        Block::Table(content) => table(content),
        Block::Figure(content) => figure(content),
        Block::Notes(texts) => notes(texts),
    }
}

fn figure(figure: &Figure) -> String {
    let (width, height) = figure.preferred_pixels();
    format!("<figure>\n{}</figure>\n", svg(figure, width, height))
}

fn notes(texts: &[String]) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let items: String = texts.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
    format!("<ul class=\"notes\">\n{items}</ul>\n")
}

fn table(table: &Table) -> String {
    let caption =
        table.caption.as_ref().map(|text| format!("<caption>{}</caption>\n", escaped(text))).unwrap_or_default();
    let above = spans(table).map(|spans| {
        let over = |span: &Span| {
            let class = if span.title.is_some() { " class=\"over\"" } else { "" };
            format!("<th colspan=\"{}\"{class}>{}</th>", span.columns, escaped(span.title.as_deref().unwrap_or("")))
        };
        format!("<tr>{}</tr>", spans.iter().map(over).collect::<String>())
    });
    let heading = table.columns.iter().map(|column| {
        let lines: Vec<String> = column.title_lines().iter().map(|line| escaped(line)).collect();
        format!("<th{}>{}</th>", class(column.align), lines.join("<br>"))
    });
    let cells: Vec<Vec<String>> = (0..table.columns.len()).map(|column| column_cells(table, column)).collect();
    let row = |(index, row): (usize, &Row)| {
        let kind = match row.kind {
            RowKind::Header => " class=\"header\"",
            RowKind::Total => " class=\"total\"",
            RowKind::Plain | RowKind::Sub => "",
        };
        let fields = cells.iter().zip(&table.columns).enumerate().map(|(at, (column, spec))| {
            let indent = if at == 0 && row.indent > 0 {
                format!(" style=\"padding-left:{}em\"", 1.5 * f64::from(row.indent))
            } else {
                String::new()
            };
            format!("<td{}{indent}>{}</td>", class(spec.align), escaped(&column[index]))
        });
        format!("<tr{kind}>{}</tr>\n", fields.collect::<String>())
    };
    format!(
        "<table>\n{caption}<thead>{}<tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        above.unwrap_or_default(),
        heading.collect::<String>(),
        table.rows.iter().enumerate().map(row).collect::<String>(),
    )
}

/// The cells of a column; figure spaces, as wide as a digit, bring decimal points in line.
pub(super) fn column_cells(table: &Table, column: usize) -> Vec<String> {
    let shown: Vec<&str> = table.rows.iter().map(|row| row.shown(column)).collect();
    if table.columns[column].align != Align::Decimal {
        return shown.into_iter().map(str::to_owned).collect();
    }
    let leading = |text: String| {
        let kept = text.trim().to_owned();
        if kept.is_empty() {
            return kept;
        }
        let blanks = text.len() - text.trim_start_matches(' ').len();
        "\u{2007}".repeat(blanks) + &kept
    };
    align_decimal(&shown).into_iter().map(leading).collect()
}

fn class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => " class=\"right\"",
        Align::Centre => " class=\"centre\"",
        Align::Decimal => " class=\"decimal\"",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
