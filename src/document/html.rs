//! HTML in one file: style and figures inside, nothing fetched from elsewhere.

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
td.right, th.right { text-align: right; } td.centre, th.centre { text-align: center; } td.decimal { white-space: pre; }
tr.header td, tr.total td { font-weight: bold; } tr.total td { border-top: 1px solid; }
dl { display: grid; grid-template-columns: max-content auto; gap: .1em 1.5em; } dd { margin: 0; }
ul.notes { color: #444; font-size: .93em; } figure { margin: 1em 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
nav ol { columns: 2; } @media print { nav { display: none; } h2, figure, tr { break-inside: avoid; } }
";

/// The whole document.
pub fn render(document: &Document) -> String {
    let title = escaped(&document.title);
    let headings: Vec<&String> = document.blocks.iter().filter_map(heading_text).collect();
    let contents = if headings.len() >= CONTENTS_FROM { table_of_contents(&headings) } else { String::new() };
    let mut section = 0;
    let mut body = String::new();
    for content in &document.blocks {
        if let Block::Heading(text) = content {
            section += 1;
            body.push_str(&format!("<h2 id=\"s{section}\">{}</h2>\n", escaped(text)));
        } else {
            body.push_str(&block(content));
        }
    }
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{contents}{body}{notes}</body>\n</html>\n",
        notes = notes(&document.notes),
    );
    visible(&page).into_owned()
}

fn heading_text(block: &Block) -> Option<&String> {
    match block {
        Block::Heading(text) => Some(text),
        _ => None,
    }
}

fn table_of_contents(headings: &[&String]) -> String {
    let item =
        |(index, text): (usize, &&String)| format!("<li><a href=\"#s{}\">{}</a></li>\n", index + 1, escaped(text));
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
    let heading = table.columns.iter().map(|column| {
        let lines: Vec<String> = column.heading().iter().map(|line| escaped(line)).collect();
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
        "<table>\n{caption}<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n",
        heading.collect::<String>(),
        table.rows.iter().enumerate().map(row).collect::<String>(),
    )
}

/// The cells of a column; figure spaces, as wide as a digit, bring decimal points in line.
fn column_cells(table: &Table, column: usize) -> Vec<String> {
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
