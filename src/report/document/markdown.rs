//! A document as Markdown, for notes and repositories.

use super::text::{self, TextStyle};
use super::{Align, Block, Document, Table};

/// The whole document; figures become blocks of text.
pub fn markdown(document: &Document) -> String {
    let mut parts = Vec::new();
    if !document.title.is_empty() {
        parts.push(format!("# {}\n", document.title));
    }
    parts.extend(document.blocks.iter().map(block));
    if !document.notes.is_empty() {
        parts.push(notes(&document.notes));
    }
    parts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(heading) => format!("## {heading}\n"),
        Block::Paragraph(paragraph) => format!("{paragraph}\n"),
        Block::KeyValues(pairs) => {
            pairs.iter().map(|(key, cell)| format!("- {}: {}\n", escape(key), escape(&cell.shown))).collect()
        }
        Block::Table(content) => table(content),
        Block::Figure(figure) => {
            let drawn = text::render(&Document::default().with(Block::Figure(figure.clone())), TextStyle::default());
            format!("```text\n{drawn}```\n")
        }
        Block::Notes(texts) => notes(texts),
    }
}

fn notes(texts: &[String]) -> String {
    texts.iter().map(|note| format!("> {note}\n")).collect::<Vec<_>>().join(">\n")
}

fn table(table: &Table) -> String {
    let mut out = String::new();
    if let Some(caption) = &table.caption {
        out.push_str(&format!("**{caption}**\n\n"));
    }
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    out.push_str(&line(table.columns.iter().map(|c| escape(&c.name())).collect()));
    let rule = |align: Align| match align {
        Align::Left => "---",
        Align::Right | Align::Decimal => "---:",
        Align::Centre => ":---:",
    };
    out.push_str(&line(table.columns.iter().map(|c| rule(c.align).to_owned()).collect()));
    for row in &table.rows {
        let cells = (0..table.columns.len()).map(|c| {
            let indent = if c == 0 { "&emsp;".repeat(usize::from(row.indent)) } else { String::new() };
            format!("{indent}{}", escape(row.shown(c)))
        });
        out.push_str(&line(cells.collect()));
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
