//! A text cut at its line ends into blocks, and its lines by number.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use rayon::prelude::*;

use crate::read::layout::Rows;
use crate::read::scan;

/// About so many bytes are in a block.
const BLOCK: usize = 1 << 20;

/// Whole lines of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Where they stand.
    pub bytes: Range<usize>,
    /// Which lines they are, from 0.
    pub lines: Range<usize>,
}

/// The lines of a text in which every line is a record.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    blocks: Vec<Block>,
    delimiter: u8,
    /// Lines cut off above.
    cut: u32,
}

impl<'t> Lines<'t> {
    /// Cuts a text into blocks and counts their lines; blank lines at its end are none.
    pub fn of(text: &'t [u8], delimiter: u8, cut: u32) -> Self {
        let text = without_blank_end(text);
        let mut ends = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let near = (at + BLOCK).min(text.len());
            at = memchr(b'\n', &text[near..]).map_or(text.len(), |more| near + more + 1);
            ends.push(at);
        }
        let starts = [0].into_iter().chain(ends.iter().copied());
        let ranges: Vec<Range<usize>> = starts.zip(&ends).map(|(start, &end)| start..end).collect();
        let counts: Vec<usize> = ranges.par_iter().map(|r| memchr_iter(b'\n', &text[r.clone()]).count()).collect();
        let mut line = 0;
        let mut blocks = Vec::with_capacity(ranges.len());
        for (bytes, breaks) in ranges.into_iter().zip(counts) {
            let last_is_open = !text[bytes.clone()].ends_with(b"\n");
            let lines = line..line + breaks + usize::from(last_is_open);
            line = lines.end;
            blocks.push(Block { bytes, lines });
        }
        Self { text, blocks, delimiter, cut }
    }

    /// Where line `i` begins; the text's end for the line behind the last.
    pub fn start(&self, i: usize) -> usize {
        let k = self.blocks.partition_point(|block| block.lines.end <= i);
        let Some(block) = self.blocks.get(k) else { return self.text.len() };
        let skipped = i - block.lines.start;
        let breaks = memchr_iter(b'\n', &self.text[block.bytes.clone()]);
        skipped.checked_sub(1).map_or(block.bytes.start, |k| {
            block.bytes.start + breaks.into_iter().nth(k).map_or(block.bytes.len(), |at| at + 1)
        })
    }

    /// Line `i` without its break.
    pub fn line_text(&self, i: usize) -> &'t [u8] {
        let line = &self.text[self.start(i)..];
        let line = &line[..memchr(b'\n', line).unwrap_or(line.len())];
        line.strip_suffix(b"\r").unwrap_or(line)
    }

    /// The blocks of some of the lines.
    pub fn blocks(&self, lines: &Range<usize>) -> Vec<Block> {
        let part = |block: &Block| {
            let of = block.lines.start.max(lines.start)..block.lines.end.min(lines.end);
            let start = if of.start == block.lines.start { block.bytes.start } else { self.start(of.start) };
            let end = if of.end == block.lines.end { block.bytes.end } else { self.start(of.end) };
            (!of.is_empty()).then_some(Block { bytes: start..end, lines: of })
        };
        self.blocks.iter().filter_map(part).collect()
    }

    /// The text without its blank end.
    pub fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Whether some of the lines are records as the careful reading would cut them.
    pub fn are_records(&self, lines: Range<usize>) -> bool {
        let first = self.start(lines.start);
        let Ok(records) = scan::records(&self.text[first..self.start(lines.end)], self.delimiter) else { return false };
        let is_line = |(k, record): (usize, &scan::Record)| {
            record.line as usize == k + 1 && first + record.start == self.start(lines.start + k)
        };
        records.len() == lines.len() && records.iter().enumerate().all(is_line)
    }
}

impl Rows for Lines<'_> {
    fn len(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.lines.end)
    }

    fn row(&self, i: usize) -> Vec<String> {
        scan::fields(self.line_text(i), self.delimiter)
    }

    fn line(&self, i: usize) -> usize {
        i + 1 + self.cut as usize
    }
}

/// A text without the blank lines at its end, nor the last line's break.
fn without_blank_end(mut text: &[u8]) -> &[u8] {
    loop {
        let start = memchr::memrchr(b'\n', text).map_or(0, |at| at + 1);
        if start == 0 || !text[start..].iter().all(|b| matches!(b, b' ' | b'\r')) {
            return text.strip_suffix(b"\r").unwrap_or(text);
        }
        text = &text[..start - 1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_found_by_number() {
        let text: String = (0..200_000).map(|i| format!("{i},{}\r\n", i % 7)).collect::<String>() + " \n\n";
        let lines = Lines::of(text.as_bytes(), b',', 0);
        assert_eq!(lines.len(), 200_000);
        for i in [0, 1, 99_999, 150_001, 199_999] {
            assert_eq!(lines.row(i), [i.to_string(), (i % 7).to_string()], "line {i}");
        }
        let blocks = lines.blocks(&(5..199_000));
        assert!(blocks.len() > 1 && blocks[0].lines.start == 5 && blocks[blocks.len() - 1].lines.end == 199_000);
        assert!(blocks.windows(2).all(|w| w[0].bytes.end == w[1].bytes.start && w[0].lines.end == w[1].lines.start));
        assert!(lines.are_records(0..60) && lines.are_records(199_990..200_000));
    }

    #[test]
    fn a_blank_line_or_an_open_quote_is_no_record() {
        assert!(!Lines::of(b"a,b\n\n1,2\n", b',', 0).are_records(0..3));
        assert!(!Lines::of(b"a,\"b\nc\"\n1,2\n", b',', 0).are_records(0..3));
    }
}
