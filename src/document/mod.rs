//! A document is what a pane shows, in a form that can be printed, copied and exported: headings, paragraphs, tables,
//! figures and notes.
//!
//! A [`Cell`] holds both what people read (`1.23 (1.04-1.46)`, written by [`figures::format`]) and the full-precision
//! numbers behind it, so screens and papers show the one and data files carry the other. One renderer per format:
//! [`text`], [`markdown`], [`delimited`] (CSV, TSV), [`xlsx`], [`docx`], [`latex`], [`html`]; figures by themselves are
//! printed by [`mod@print`].

mod abbreviations;
mod cell;
mod data;
mod export;
mod export_error;
mod long;
mod order;
mod spans;
mod table;

pub mod delimited;
pub mod docx;
pub mod html;
pub mod latex;
pub mod markdown;
pub mod print;
pub mod text;
pub mod xlsx;

use figures::Figure;

pub use cell::{Cell, Value};
pub use data::{DataTable, Field, GROUP, Precision};
pub use export::{ExportFormat, export};
pub use export_error::ExportError;
pub use long::LongTable;
pub use order::{SortKey, loose_patterns, patterns};
pub use table::{Align, ColumnSpec, Row, RowKind, Table};

/// What is on a screen, or a chapter of a report.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Document {
    /// What it is about: `Multivariable Cox model, recurrence-free survival`.
    pub title: String,
    /// The contents from top to bottom.
    pub blocks: Vec<Block>,
    /// The endpoint that the title names, as it is printed there; none where the title names none.
    pub about: Option<String>,
    /// Caveats and choices that travel with the numbers: rows dropped, ties method, violated assumptions.
    pub notes: Vec<String>,
}

/// One part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The title of what follows.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Named single values, such as `n`, `events`, `ties`.
    KeyValues(Vec<(String, Cell)>),
    /// Rows and columns.
    Table(Table),
    /// A figure.
    Figure(Box<Figure>),
    /// Caveats that belong to the block before them.
    Notes(Vec<String>),
}

impl Document {
    /// An empty document under `title`.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// With an endpoint that its title names.
    #[must_use]
    pub fn about(mut self, endpoint: impl Into<String>) -> Self {
        self.about = Some(endpoint.into());
        self
    }

    /// With `block` at its end.
    #[must_use]
    pub fn with(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }

    /// With a heading at its end.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Block::Heading(text.into()))
    }

    /// With a paragraph at its end.
    #[must_use]
    pub fn paragraph(self, text: impl Into<String>) -> Self {
        self.with(Block::Paragraph(text.into()))
    }

    /// With one more caveat.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// The tables, from top to bottom.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// Puts `other` behind this document, its title as a heading and its notes as its last block.
    pub fn append(&mut self, other: Self) {
        self.blocks.push(Block::Heading(other.title));
        self.blocks.extend(other.blocks);
        if !other.notes.is_empty() {
            self.blocks.push(Block::Notes(other.notes));
        }
    }
}

impl From<Figure> for Block {
    fn from(figure: Figure) -> Self {
        Self::Figure(Box::new(figure))
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}
