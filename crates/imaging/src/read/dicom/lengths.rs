//! Whether the lengths that a DICOM file declares fit into it, and how deep its sequences are nested, before a parser takes
//! memory for them and calls itself for each.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags, uids};
use flate2::read::DeflateDecoder;

use super::super::ReadError;
use super::super::stream::{MOST_BYTES, damaged};

/// The preamble and the magic word.
const DATA_AT: u64 = 132;
/// A length that is not told: the value ends with a delimiter.
const UNDEFINED: u32 = u32::MAX;
/// The group of items and delimiters, which have a length but no value representation.
const ITEMS: u16 = 0xfffe;
/// The delimiter at the end of an item of undefined length.
const END_OF_ITEM: Tag = Tag(ITEMS, 0xe00d);
/// The delimiter at the end of a sequence of undefined length.
const END_OF_SEQUENCE: Tag = Tag(ITEMS, 0xe0dd);
/// Sequences within sequences: real objects have fewer than ten.
const DEEPEST: usize = 64;
/// Explicit VR Big Endian, retired.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";

/// Value representations whose length takes 16 bits where representations are told; it takes 32 for all others.
const SHORT: [&[u8; 2]; 21] = [
    b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO", b"LT", b"PN", b"SH", b"SL", b"SS",
    b"ST", b"TM", b"UI", b"UL", b"US",
];

/// Follows the elements of a file and compares the length of each with what is left.
pub(super) fn check(path: &Path) -> Result<(), ReadError> {
    let (mut meta, syntax) = meta(path)?;
    let Some(syntax) = syntax else { return Ok(()) };
    if syntax == uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN {
        let mut data = Vec::new();
        let mut inflated = DeflateDecoder::new(meta.from).take(MOST_BYTES);
        inflated.read_to_end(&mut data).map_err(|e| damaged(path, e))?;
        let end = data.len() as u64;
        let mut data = Walk { from: Cursor::new(data), at: 0, end, explicit: true, big_endian: false };
        return data.elements().map_err(|fault| fault.of(path));
    }
    meta.explicit = syntax != uids::IMPLICIT_VR_LITTLE_ENDIAN;
    meta.big_endian = syntax == BIG_ENDIAN;
    meta.elements().map_err(|fault| fault.of(path))
}

/// The same of the meta group alone.
pub(super) fn check_meta(path: &Path) -> Result<(), ReadError> {
    meta(path).map(drop)
}

/// What comes behind the meta group of a file, and the transfer syntax that the group names.
fn meta(path: &Path) -> Result<(Walk<BufReader<File>>, Option<String>), ReadError> {
    let io = |e| ReadError::io(path, e);
    let file = File::open(path).map_err(io)?;
    let left = file.metadata().map_err(io)?.len();
    let mut meta = Walk { from: BufReader::new(file), at: 0, end: left, explicit: true, big_endian: false };
    meta.skip(DATA_AT).map_err(io)?;
    let syntax = meta.group_2().map_err(|fault| fault.of(path))?;
    Ok((meta, syntax))
}

/// What is wrong.
enum Fault {
    Io(io::Error),
    Length { tag: Tag, declared: u32, left: u64 },
    Depth { tag: Tag },
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Fault {
    fn of(self, path: &Path) -> ReadError {
        match self {
            Self::Io(error) => damaged(path, error),
            Self::Length { tag, declared, left } => ReadError::malformed(
                path,
                format!("its element {tag} declares {declared} bytes where {left} are left"),
                "it is cut off or damaged: copy or export it again",
            ),
            Self::Depth { tag } => ReadError::malformed(
                path,
                format!("its sequences are nested more than {DEEPEST} deep at element {tag}"),
                "it is damaged, or not an image: export it again",
            ),
        }
    }
}

/// A place in a stream of elements.
struct Walk<R> {
    from: R,
    at: u64,
    end: u64,
    explicit: bool,
    big_endian: bool,
}

/// The head of an element.
struct Head {
    tag: Tag,
    sequence: bool,
    unknown: bool,
    length: u32,
}

impl<R: Read + Seek> Walk<R> {
    /// Goes through the meta group, as long as it says that it is; the transfer syntax that it names.
    fn group_2(&mut self) -> Result<Option<String>, Fault> {
        let (mut syntax, mut end) = (None, u64::MAX);
        while self.at < end {
            let start = self.at;
            let ends = |head: &Head| end == u64::MAX && head.tag.group() != 2;
            let Some(head) = self.head()?.filter(|head| !ends(head)) else {
                self.from.seek(SeekFrom::Current(start as i64 - self.at as i64))?;
                self.at = start;
                break;
            };
            self.fits(&head)?;
            match (head.tag, head.length) {
                (tags::FILE_META_INFORMATION_GROUP_LENGTH, 4) => {
                    let length = self.bytes()?.map_or(0, u32::from_le_bytes);
                    end = self.at + u64::from(length);
                }
                (tags::TRANSFER_SYNTAX_UID, length @ 0..=64) => {
                    let mut text = vec![0; length as usize];
                    self.from.read_exact(&mut text)?;
                    self.at += u64::from(length);
                    let text = String::from_utf8_lossy(&text);
                    syntax = Some(text.trim_matches(|c: char| c == '\0' || c.is_whitespace()).to_owned());
                }
                (_, length) => self.skip(u64::from(length))?,
            }
        }
        Ok(syntax)
    }

    /// Goes through all elements, into sequences and items, over values.
    fn elements(&mut self) -> Result<(), Fault> {
        let mut fragments = false;
        // Open sequences within one of unknown representation, the content of which has no representations.
        let (explicit, mut unknown) = (self.explicit, 0_u32);
        // Where each open sequence and item ends, as far as that is told.
        let mut open: Vec<u64> = Vec::new();
        while let Some(head) = self.head()? {
            while open.last().is_some_and(|end| self.at > *end) {
                open.pop();
            }
            let is_delimiter = head.tag == END_OF_SEQUENCE || head.tag == END_OF_ITEM;
            if is_delimiter {
                open.pop();
            } else if head.length == UNDEFINED {
                open.push(u64::MAX);
            } else if head.sequence || head.tag.group() == ITEMS && !fragments {
                open.push(self.at + u64::from(head.length));
            }
            if open.len() > 2 * DEEPEST {
                return Err(Fault::Depth { tag: head.tag });
            }
            if head.length == UNDEFINED {
                fragments |= head.tag == tags::PIXEL_DATA;
                let opens = head.tag.group() != ITEMS;
                unknown += u32::from(opens && (unknown > 0 || head.unknown));
                self.explicit = explicit && unknown == 0;
                continue;
            }
            if head.tag == END_OF_SEQUENCE {
                unknown = unknown.saturating_sub(1);
                self.explicit = explicit && unknown == 0;
            }
            self.fits(&head)?;
            let inside = head.sequence || head.tag.group() == ITEMS && !fragments;
            if !inside {
                self.skip(u64::from(head.length))?;
            }
        }
        Ok(())
    }

    /// The next element's head; `None` at the end.
    fn head(&mut self) -> Result<Option<Head>, Fault> {
        let Some([a, b, c, d]) = self.bytes()? else { return Ok(None) };
        let tag = match self.big_endian {
            true => Tag(u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])),
            false => Tag(u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d])),
        };
        let Some(word) = self.bytes()? else { return Ok(None) };
        if tag.group() == ITEMS || !self.explicit {
            let sequence = tag.group() != ITEMS && is_sequence(tag);
            return Ok(Some(Head { tag, sequence, unknown: false, length: self.number(word) }));
        }
        let vr = [word[0], word[1]];
        let length = match SHORT.contains(&&vr) {
            true if self.big_endian => u32::from(u16::from_be_bytes([word[2], word[3]])),
            true => u32::from(u16::from_le_bytes([word[2], word[3]])),
            false => match self.bytes()? {
                Some(word) => self.number(word),
                None => return Ok(None),
            },
        };
        Ok(Some(Head { tag, sequence: &vr == b"SQ", unknown: &vr == b"UN", length }))
    }

    fn fits(&self, head: &Head) -> Result<(), Fault> {
        let left = self.end.saturating_sub(self.at);
        match u64::from(head.length) > left {
            true => Err(Fault::Length { tag: head.tag, declared: head.length, left }),
            false => Ok(()),
        }
    }

    fn number(&self, word: [u8; 4]) -> u32 {
        if self.big_endian { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) }
    }

    /// Four bytes, if so many are left.
    fn bytes(&mut self) -> io::Result<Option<[u8; 4]>> {
        if self.end.saturating_sub(self.at) < 4 {
            return Ok(None);
        }
        let mut word = [0; 4];
        self.from.read_exact(&mut word)?;
        self.at += 4;
        Ok(Some(word))
    }

    fn skip(&mut self, count: u64) -> io::Result<()> {
        // A buffered reader keeps what it holds when it moves by little.
        self.from.seek_relative(count as i64)?;
        self.at += count;
        Ok(())
    }
}

fn is_sequence(tag: Tag) -> bool {
    StandardDataDictionary.by_tag(tag).is_some_and(|entry| entry.vr() == VirtualVr::Exact(VR::SQ))
}
