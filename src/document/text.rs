//! Plain text for terminals and for pasting: aligned columns, no boxes, as wide as asked for.

mod table;
mod wrap;

use super::{Block, Cell, Document};
use figures::format::{Glyphs, pad_right, visible, width};
use figures::{CellStyle, Figure, render_cells};

pub use table::render as table;
pub use wrap::wrap;

/// How wide and with which characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextStyle {
    /// Columns available; `None` sets tables as wide as they are and wraps prose at 80.
    pub width: Option<usize>,
    /// UTF-8 or ASCII.
    pub glyphs: Glyphs,
}

impl TextStyle {
    /// Columns for running text.
    fn measure(self) -> usize {
        self.width.unwrap_or(80).max(1)
    }
}

/// The whole document as text; every line ends with a line break and none with blanks.
pub fn render(document: &Document, style: TextStyle) -> String {
    let mut parts = Vec::new();
    if !document.title.is_empty() {
        parts.push(underlined(&document.title, style.glyphs.pick("═", "="), style));
    }
    parts.extend(document.blocks.iter().map(|block| render_block(block, style)));
    if !document.notes.is_empty() {
        parts.push(notes(&document.notes, style));
    }
    parts.retain(|part| !part.is_empty());
    let text = parts.join("\n");
    visible(&text).lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn render_block(block: &Block, style: TextStyle) -> String {
    match block {
        Block::Heading(text) => underlined(text, style.glyphs.pick("─", "-"), style),
        Block::Paragraph(text) => wrap(&style.glyphs.text(text), style.measure(), ""),
        Block::KeyValues(pairs) => key_values(pairs, style),
        Block::Table(content) => table(content, style),
        Block::Figure(content) => figure(content, style),
        Block::Notes(texts) => notes(texts, style),
    }
}

/// The figure in 78 columns, or in what is there, with its title above it.
fn figure(figure: &Figure, style: TextStyle) -> String {
    let columns = style.width.unwrap_or(78).min(118);
    let lines = figure.preferred_lines(columns);
    render_cells(figure, columns, lines, CellStyle { glyphs: style.glyphs, colour: false }).to_text()
}

fn underlined(text: &str, line: &str, style: TextStyle) -> String {
    let text = wrap(&style.glyphs.text(text), style.measure(), "");
    let columns = text.lines().map(width).max().unwrap_or(0);
    format!("{text}{}\n", line.repeat(columns))
}

fn notes(texts: &[String], style: TextStyle) -> String {
    let bullet = style.glyphs.pick("• ", "* ");
    let item = |text: &String| wrap(&format!("{bullet}{}", style.glyphs.text(text)), style.measure(), "  ");
    texts.iter().map(item).collect()
}

fn key_values(pairs: &[(String, Cell)], style: TextStyle) -> String {
    let names: Vec<_> = pairs.iter().map(|(name, _)| style.glyphs.text(name)).collect();
    let columns = names.iter().map(|name| width(name)).max().unwrap_or(0).min(style.measure() / 2);
    let hang = " ".repeat(columns + 2);
    let line = |(name, (_, cell)): (&std::borrow::Cow<str>, &(String, Cell))| {
        let text = format!("{}  {}", pad_right(name, columns), style.glyphs.text(&cell.shown));
        wrap(&text, style.measure(), &hang)
    };
    names.iter().zip(pairs).map(line).collect()
}
