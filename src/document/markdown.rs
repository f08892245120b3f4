//! Markdown with the tables of GitHub: for notebooks, issues and repositories.

use super::{Align, Block, Cell, Document, Row, RowKind, Table};
use figures::format::{Glyphs, visible};
use figures::{CellStyle, Figure, render_cells};

/// The whole document.
pub fn render(document: &Document) -> String {
    let mut parts = Vec::new();
    if !document.title.is_empty() {
        parts.push(format!("# {}\n", escaped(&document.title)));
    }
    parts.extend(document.blocks.iter().map(block));
    if !document.notes.is_empty() {
        parts.push(list(&document.notes));
    }
    parts.retain(|part| !part.is_empty());
    visible(&parts.join("\n")).into_owned()
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(text) => format!("## {}\n", escaped(text)),
        Block::Paragraph(text) => format!("{}\n", escaped(text)),
        Block::KeyValues(pairs) => {
            let line = |(name, cell): &(String, Cell)| format!("- **{}**: {}\n", escaped(name), escaped(&cell.shown));
            pairs.iter().map(line).collect()
        }
        Block::Table(content) => table(content),
        Block::Figure(content) => figure(content),
        Block::Notes(texts) => list(texts),
    }
}

/// One table under its caption.
pub fn table(table: &Table) -> String {
    let caption = table.caption.as_ref().map(|text| format!("**{}**\n\n", escaped(text))).unwrap_or_default();
    if table.columns.is_empty() {
        return caption;
    }
    let line = |fields: Vec<String>| format!("| {} |\n", fields.join(" | "));
    let heading = line(table.columns.iter().map(|column| escaped(&column.heading().join("<br>"))).collect());
    let rule = table.columns.iter().map(|column| match column.align {
        Align::Left => ":---".to_owned(),
        Align::Right | Align::Decimal => "---:".to_owned(),
        Align::Centre => ":---:".to_owned(),
    });
    let row = |row: &Row| line((0..table.columns.len()).map(|column| cell(row, column)).collect());
    caption + &heading + &line(rule.collect()) + &table.rows.iter().map(row).collect::<String>()
}

fn cell(row: &Row, column: usize) -> String {
    let text = escaped(row.shown(column));
    let indent = if column == 0 { "&emsp;".repeat(row.indent.into()) } else { String::new() };
    match row.kind {
        RowKind::Header | RowKind::Total if !text.is_empty() => format!("{indent}**{text}**"),
        _ => format!("{indent}{text}"),
    }
}

fn figure(figure: &Figure) -> String {
    const COLUMNS: usize = 78;
    let style = CellStyle { glyphs: Glyphs::Utf8, colour: false };
    let drawing = render_cells(figure, COLUMNS, figure.preferred_lines(COLUMNS), style).to_text();
    format!("```text\n{drawing}```\n")
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| format!("- {}\n", escaped(text))).collect()
}

/// `text` on one line, with a backslash before what Markdown would take for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '|' | '*' | '_' | '`' | '\\' | '[' | ']' | '#' => {
                out.push('\\');
                out.push(character);
            }
            // Only our own line break in headings is markup.
            '<' => out.push_str("&lt;"),
            _ => out.push(character),
        }
    }
    out.replace("&lt;br>", "<br>")
}
