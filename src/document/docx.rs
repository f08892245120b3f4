//! Word documents: three-line tables with their footnotes, figures as pictures, wide tables on landscape pages.
//!
//! Office Open XML is written as it is: a document of paragraphs, tables and pictures needs few of its elements, and the
//! same content has to give the same bytes.

mod parts;
mod pictures;
mod table;

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use self::pictures::Pictures;
use super::export_error::ExportError;
use super::{Block, Document};

/// Twentieths of a point on a sheet of A4.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: u32 = 1_134;

/// How a page lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Portrait,
    Landscape,
}

impl Page {
    /// Width between the margins, in twentieths of a point.
    fn room(self) -> u32 {
        let (width, height) = PAGE;
        (if self == Self::Portrait { width } else { height }) - 2 * MARGIN
    }

    /// The properties of a section of such pages.
    fn section(self) -> String {
        let ((width, height), orientation) = match self {
            Self::Portrait => (PAGE, ""),
            Self::Landscape => ((PAGE.1, PAGE.0), " w:orient=\"landscape\""),
        };
        format!(
            "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdFooter\"/>\
             <w:pgSz w:w=\"{width}\" w:h=\"{height}\"{orientation}/>\
             <w:pgMar w:top=\"{MARGIN}\" w:right=\"{MARGIN}\" w:bottom=\"{MARGIN}\" w:left=\"{MARGIN}\" \
             w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr>"
        )
    }
}

/// The whole document as the bytes of a `.docx` file; the same document gives the same bytes.
///
/// # Errors
/// When a figure cannot be drawn, or the file cannot be packed.
pub fn render(document: &Document) -> Result<Vec<u8>, ExportError> {
    let mut pictures = Pictures::default();
    let body = body(document, &mut pictures)?;
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("[Content_Types].xml".to_owned(), parts::CONTENT_TYPES.into()),
        ("_rels/.rels".to_owned(), parts::RELATIONS.into()),
        ("docProps/core.xml".to_owned(), parts::core(&document.title).into_bytes()),
        ("word/styles.xml".to_owned(), parts::STYLES.into()),
        ("word/footer1.xml".to_owned(), parts::FOOTER.into()),
        ("word/_rels/document.xml.rels".to_owned(), parts::document_relations(pictures.count()).into_bytes()),
        ("word/document.xml".to_owned(), parts::document(&body).into_bytes()),
    ];
    files.extend(pictures.files());
    Ok(packed(&files)?)
}

/// Paragraphs, tables and pictures, each stretch of pages of one kind ended by its section.
fn body(document: &Document, pictures: &mut Pictures) -> Result<String, ExportError> {
    let mut written = paragraph("Title", &document.title);
    // What stands before the first table or figure stands on its page.
    let mut page = document.blocks.iter().find_map(page_of).unwrap_or(Page::Portrait);
    let mut blocks = document.blocks.iter().peekable();
    // A heading goes with what it is the heading of.
    let mut waiting = String::new();
    let mut is_legend = false;
    while let Some(block) = blocks.next() {
        let needed = page_of(block).unwrap_or(page);
        if let Block::Heading(text) = block {
            waiting.push_str(&paragraph("Heading1", text));
            continue;
        }
        if needed != page {
            written.push_str(&format!("<w:p><w:pPr><w:pStyle w:val=\"Note\"/>{}</w:pPr></w:p>", page.section()));
            page = needed;
        }
        written.push_str(&std::mem::take(&mut waiting));
        match block {
            Block::Heading(_) => {}
            // What stands right below a figure is its legend.
            Block::Paragraph(text) if is_legend => written.push_str(&legend(text)),
            Block::Paragraph(text) => written.push_str(&paragraph("Normal", text)),
            Block::KeyValues(pairs) => pairs
                .iter()
                .for_each(|(name, cell)| written.push_str(&paragraph("Normal", &format!("{name}: {}", cell.shown)))),
            Block::Table(content) => {
                // Where the notes follow, they are the table's footnote.
                let notes = match blocks.peek() {
                    Some(Block::Notes(notes)) => notes.as_slice(),
                    None => document.notes.as_slice(),
                    Some(_) => &[],
                };
                written.push_str(&table::render(content, page, notes));
                if matches!(blocks.peek(), Some(Block::Notes(_))) {
                    blocks.next();
                }
            }
            Block::Figure(figure) => written.push_str(&pictures.add(figure, page)?),
            Block::Notes(texts) => texts.iter().for_each(|text| written.push_str(&paragraph("Note", text))),
        }
        is_legend = matches!(block, Block::Figure(_));
    }
    written.push_str(&waiting);
    if !matches!(document.blocks.last(), Some(Block::Table(_))) {
        document.notes.iter().for_each(|text| written.push_str(&paragraph("Note", text)));
    }
    Ok(written + &page.section())
}

/// The page that a block needs; text goes with what it stands beside.
fn page_of(block: &Block) -> Option<Page> {
    match block {
        Block::Table(table) => Some(table::page(table)),
        Block::Figure(_) => Some(Page::Portrait),
        _ => None,
    }
}

/// A paragraph in a style; nothing for an empty text.
fn paragraph(style: &str, text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run(text))
}

/// The legend of a figure, its number in bold.
fn legend(text: &str) -> String {
    let numbered = text.starts_with("Figure").then(|| text.split_once(". ")).flatten();
    let Some((number, rest)) = numbered else { return paragraph("Legend", text) };
    let bold = run(&format!("{number}. ")).replacen("<w:r>", "<w:r><w:rPr><w:b/></w:rPr>", 1);
    format!("<w:p><w:pPr><w:pStyle w:val=\"Legend\"/></w:pPr>{bold}{}</w:p>", run(rest))
}

/// Text as it is, line breaks as breaks.
fn run(text: &str) -> String {
    let lines: Vec<String> =
        text.split('\n').map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escaped(line))).collect();
    format!("<w:r>{}</w:r>", lines.join("<w:br/>"))
}

fn escaped(text: &str) -> String {
    let allowed: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    allowed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn packed(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // Not the time of writing, so that equal content is equal.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in files {
        archive.start_file(name.as_str(), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
