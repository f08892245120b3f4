//! Lengths that a .dta file declares of its parts, held against its size before a part is read.
//!
//! The foreign reader reserves what a length says before it reads: a damaged file of a few kilobytes could ask for
//! gigabytes. The part that comes next is therefore looked at first.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use dta::stata::dta::byte_order::ByteOrder;
use dta::stata::dta::header::Header;
use dta::stata::dta::release::Release;

use super::super::bytes::Bytes;

/// The least that a variable takes in a file: its type, name, place in the order, format, and labels.
const LEAST_OF_VARIABLE: usize = 1 + 9 + 2 + 7 + 9 + 32;

/// The bytes of a file for the foreign reader, which tell how far it has read.
pub(super) struct Source<'b> {
    cursor: Cursor<&'b [u8]>,
    at: Rc<Cell<u64>>,
}

/// Looks at what comes next in a [`Source`].
pub(super) struct Lengths<'b> {
    bytes: &'b [u8],
    at: Rc<Cell<u64>>,
}

impl<'b> Source<'b> {
    pub fn new(bytes: &'b [u8]) -> (Self, Lengths<'b>) {
        let at = Rc::new(Cell::new(0));
        (Self { cursor: Cursor::new(bytes), at: Rc::clone(&at) }, Lengths { bytes, at })
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.cursor.read(buffer)?;
        self.at.set(self.cursor.position());
        Ok(n)
    }
}

impl Seek for Source<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = self.cursor.seek(to)?;
        self.at.set(at);
        Ok(at)
    }
}

impl<'b> Lengths<'b> {
    /// Refuses more variables than the file has room for.
    pub fn variables(&self, header: &Header) -> Result<(), String> {
        let n = header.variable_count() as usize;
        let most = self.bytes.len() / LEAST_OF_VARIABLE;
        if n <= most { Ok(()) } else { Err(format!("it declares {n} variables, and has room for {most}")) }
    }

    /// Refuses a characteristic of a release before 117 that is longer than the file.
    pub fn characteristics(&self, header: &Header) -> Result<(), String> {
        let mut rest = self.rest(header);
        while header.release() >= Release::V105 && rest.take(1)? != [0] {
            let length = if header.release() >= Release::V110 { length(&mut rest)? } else { short(&mut rest)? };
            rest.take(length)?;
        }
        Ok(())
    }

    /// Refuses a long text that is longer than the file, if one comes next.
    pub fn long_text(&self, header: &Header) -> Result<(), String> {
        let mut rest = self.rest(header);
        skip(&mut rest, b"<strls>");
        if !skip(&mut rest, b"GSO") {
            return Ok(());
        }
        rest.take(if header.release() >= Release::V118 { 13 } else { 9 })?;
        let length = length(&mut rest)?;
        rest.take(length).map(drop)
    }

    /// Refuses a set of labels that is longer than the file, if one comes next.
    pub fn labels(&self, header: &Header) -> Result<(), String> {
        let mut rest = self.rest(header);
        skip(&mut rest, b"<value_labels>");
        let is_tagged = skip(&mut rest, b"<lbl>");
        if header.release() < Release::V108 || header.release().is_xml_like() != is_tagged || rest.len() < 4 {
            return Ok(());
        }
        let length = length(&mut rest)?;
        rest.take(length).map(drop)
    }

    fn rest(&self, header: &Header) -> Bytes<'b> {
        let at = usize::try_from(self.at.get()).unwrap_or(usize::MAX);
        let rest = self.bytes.get(at..).unwrap_or_default();
        Bytes::ordered(rest, header.byte_order() == ByteOrder::BigEndian)
    }
}

/// Passes over `mark` if it comes next.
fn skip(rest: &mut Bytes<'_>, mark: &[u8]) -> bool {
    let is_next = rest.rest().starts_with(mark);
    if is_next {
        rest.take(mark.len()).expect("what was just seen");
    }
    is_next
}

fn length(rest: &mut Bytes<'_>) -> Result<usize, String> {
    rest.i32().map(|n| n as u32 as usize)
}

fn short(rest: &mut Bytes<'_>) -> Result<usize, String> {
    let bytes = rest.array()?;
    Ok(usize::from(if rest.is_big_endian { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }))
}
