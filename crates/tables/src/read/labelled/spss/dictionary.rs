//! The dictionary of a system file: variables, labels, missing values, names, encoding.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::super::Key;
use super::super::bytes::Bytes;

/// What stands before the cases.
pub(super) struct Dictionary {
    pub is_big_endian: bool,
    /// 0 plain, 1 packed by bytes, 2 packed by blocks.
    pub compression: i32,
    pub bias: f64,
    /// Numbers of eight bytes in a case.
    pub width: usize,
    pub n_cases: Option<usize>,
    pub entries: Vec<Entry>,
    encoding: &'static Encoding,
}

/// A variable: a number, or a text of one or more segments.
#[derive(Clone)]
pub(super) struct Entry {
    pub name: String,
    pub label: Option<String>,
    /// Bytes of a text; 0 for a number.
    pub width: usize,
    /// The type of its print format.
    pub format: u8,
    /// Its first eight bytes in a case.
    pub position: usize,
    /// Position and bytes of each segment of a text.
    segments: Vec<(usize, usize)>,
    pub labels: Vec<(Key, String)>,
    pub missing: Vec<Missing>,
    pub missing_texts: Vec<String>,
    short: Vec<u8>,
    raw_label: Option<Vec<u8>>,
    raw_missing: Vec<Vec<u8>>,
    raw_labels: Vec<([u8; 8], Vec<u8>)>,
}

/// A number, or a range of them, that is declared to mean missing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Missing {
    low: f64,
    high: f64,
}

impl Missing {
    pub fn holds(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

impl Dictionary {
    pub fn read(bytes: &mut Bytes<'_>, asked: Option<&'static Encoding>) -> Result<Self, String> {
        let magic = bytes.take(4)?;
        if magic != b"$FL2" && magic != b"$FL3" {
            return Err("it is no system file of SPSS".to_owned());
        }
        bytes.take(60)?;
        let layout: [u8; 4] = bytes.array()?;
        bytes.is_big_endian = u32::from_le_bytes(layout) > 0xffff;
        bytes.take(4)?;
        let compression = bytes.i32()?;
        bytes.take(4)?;
        let n_cases = usize::try_from(bytes.i32()?).ok();
        let bias = bytes.f64()?;
        bytes.take(9 + 8 + 64 + 3)?;
        let mut dictionary = Self {
            is_big_endian: bytes.is_big_endian,
            compression,
            bias,
            width: 0,
            n_cases,
            entries: Vec::new(),
            encoding: WINDOWS_1252,
        };
        let mut extensions = Extensions::default();
        loop {
            match bytes.i32()? {
                2 => dictionary.variable(bytes)?,
                3 => dictionary.value_labels(bytes)?,
                6 => {
                    let lines = bytes.count()?;
                    bytes.take(lines.saturating_mul(80))?;
                }
                7 => extensions.read(bytes)?,
                999 => {
                    bytes.take(4)?;
                    break;
                }
                other => return Err(format!("a record of kind {other} is not known")),
            }
        }
        dictionary.finish(extensions, asked);
        Ok(dictionary)
    }

    /// The text of some bytes, without blanks at its end.
    pub fn decode(&self, bytes: &[u8]) -> String {
        let text = self.encoding.decode_without_bom_handling(bytes).0;
        // A label may have been cut inside a letter.
        text.trim_end_matches([' ', '\0', '\u{fffd}']).to_owned()
    }

    fn variable(&mut self, bytes: &mut Bytes<'_>) -> Result<(), String> {
        let width = bytes.i32()?;
        let has_label = bytes.i32()? == 1;
        let n_missing = bytes.i32()?;
        let print = bytes.i32()?;
        bytes.take(4)?;
        let short = bytes.take(8)?.to_vec();
        let position = self.width;
        self.width += 1;
        let mut raw_label = None;
        if has_label {
            let length = bytes.count()?;
            raw_label = Some(bytes.take(length)?.to_vec());
            bytes.take(length.next_multiple_of(4) - length)?;
        }
        let n = n_missing.unsigned_abs() as usize;
        if n > 3 {
            return Err("the missing values of a variable are damaged".to_owned());
        }
        let raw: Vec<[u8; 8]> = (0..n).map(|_| bytes.array()).collect::<Result<_, _>>()?;
        // Another eight bytes of the text before.
        if width < 0 {
            return Ok(());
        }
        let width = usize::try_from(width).unwrap_or_default();
        let numbers: Vec<f64> = raw.iter().map(|r| bytes.double(*r)).collect();
        let mut missing = Vec::new();
        if width == 0 {
            let single = if n_missing < 0 && n >= 2 {
                missing.push(Missing { low: numbers[0], high: numbers[1] });
                &numbers[2..]
            } else {
                &numbers[..]
            };
            missing.extend(single.iter().map(|x| Missing { low: *x, high: *x }));
        }
        self.entries.push(Entry {
            name: String::new(),
            label: None,
            width,
            format: (print >> 16 & 0xff) as u8,
            position,
            segments: vec![(position, width)],
            labels: Vec::new(),
            missing,
            missing_texts: Vec::new(),
            short,
            raw_label,
            raw_missing: if width > 0 { raw.iter().map(|r| r.to_vec()).collect() } else { Vec::new() },
            raw_labels: Vec::new(),
        });
        Ok(())
    }

    fn value_labels(&mut self, bytes: &mut Bytes<'_>) -> Result<(), String> {
        let n = bytes.count()?;
        let mut labels = Vec::new();
        for _ in 0..n {
            let value: [u8; 8] = bytes.array()?;
            let [length] = bytes.array()?;
            let length = usize::from(length);
            let text = bytes.take(length)?.to_vec();
            bytes.take((length + 1).next_multiple_of(8) - length - 1)?;
            labels.push((value, text));
        }
        if bytes.i32()? != 4 {
            return Err("value labels do not say whose they are".to_owned());
        }
        for _ in 0..bytes.count()? {
            let at = bytes.i32()?;
            let owner = self.entries.iter_mut().find(|e| i32::try_from(e.position + 1) == Ok(at));
            if let Some(owner) = owner {
                owner.raw_labels.clone_from(&labels);
            }
        }
        Ok(())
    }

    /// What the extensions say of names, long texts and the encoding.
    fn finish(&mut self, extensions: Extensions, asked: Option<&'static Encoding>) {
        let by_name = extensions.encoding.and_then(|name| crate::read::encoding_named(&name));
        self.encoding = asked.or(by_name).or(extensions.code_page.and_then(code_page)).unwrap_or(WINDOWS_1252);
        self.join_segments(&extensions.long_texts);
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            let short = self.decode(&entry.short);
            entry.name = match extensions.names.get(&key_of(&entry.short)) {
                Some(long) => self.decode(long),
                None => short.clone(),
            };
            entry.label = entry.raw_label.as_ref().map(|raw| self.decode(raw));
            entry.missing_texts = entry.raw_missing.iter().map(|raw| self.decode(raw)).collect();
            let key = |raw: &[u8; 8]| match entry.width {
                0 => Key::Number(if self.is_big_endian { f64::from_be_bytes(*raw) } else { f64::from_le_bytes(*raw) }),
                _ => Key::Text(self.decode(raw)),
            };
            entry.labels = entry.raw_labels.iter().map(|(raw, text)| (key(raw), self.decode(text))).collect();
            let named = |name: &[u8]| Some(self.decode(name)).is_some_and(|name| name == entry.name || name == short);
            let long = extensions.long_labels.iter().filter(|l| named(&l.0));
            entry.labels.extend(long.map(|(_, value, text)| (Key::Text(self.decode(value)), self.decode(text))));
        }
        self.entries = entries;
    }

    /// Texts of more than 255 bytes stand in several variables one after the other.
    fn join_segments(&mut self, lengths: &BTreeMap<Vec<u8>, usize>) {
        let mut joined: Vec<Entry> = Vec::new();
        let mut entries = std::mem::take(&mut self.entries).into_iter();
        while let Some(mut entry) = entries.next() {
            if let Some(&length) = lengths.get(&key_of(&entry.short)).filter(|n| **n > 255 && entry.width > 0) {
                for next in entries.by_ref().take(length.div_ceil(252) - 1) {
                    entry.segments.push((next.position, next.width));
                }
                entry.width = length;
            }
            joined.push(entry);
        }
        self.entries = joined;
    }
}

impl Entry {
    /// The bytes of a text in a case.
    pub fn text(&self, case: &[[u8; 8]]) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.width);
        for &(position, width) in &self.segments {
            let end = (position + width.div_ceil(8)).min(case.len());
            let bytes: Vec<u8> = case[position.min(end)..end].iter().flatten().copied().collect();
            text.extend_from_slice(&bytes[..width.min(bytes.len())]);
        }
        text.truncate(self.width);
        text
    }

    /// `99, 90 to 98`
    pub fn missing_in_words(&self) -> String {
        let number = |m: &Missing| if m.low == m.high { m.low.to_string() } else { format!("{} to {}", m.low, m.high) };
        let numbers = self.missing.iter().map(number);
        numbers.chain(self.missing_texts.iter().cloned()).collect::<Vec<_>>().join(", ")
    }
}

/// Variable, value and label of a text of more than eight bytes.
type LongLabel = (Vec<u8>, Vec<u8>, Vec<u8>);

/// The records that later versions added.
#[derive(Default)]
struct Extensions {
    code_page: Option<i32>,
    encoding: Option<String>,
    /// Long names by short ones, both in the file's encoding: a short one of eight bytes may end within a character.
    names: BTreeMap<Vec<u8>, Vec<u8>>,
    long_texts: BTreeMap<Vec<u8>, usize>,
    long_labels: Vec<LongLabel>,
}

impl Extensions {
    fn read(&mut self, bytes: &mut Bytes<'_>) -> Result<(), String> {
        let kind = bytes.i32()?;
        let size = bytes.count()?;
        let count = bytes.count()?;
        let data = bytes.take(size.saturating_mul(count))?;
        let mut inside = Bytes::ordered(data, bytes.is_big_endian);
        match kind {
            3 if data.len() >= 32 => {
                inside.take(28)?;
                self.code_page = Some(inside.i32()?);
            }
            13 => self.names = pairs(data, b'\t').collect(),
            14 => {
                let length = |(name, text): (Vec<u8>, Vec<u8>)| {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    Some((name, text.trim_matches('\0').trim().parse().ok()?))
                };
                self.long_texts = pairs(data, b'\t').filter_map(length).collect();
            }
            20 => self.encoding = Some(String::from_utf8_lossy(data).trim().to_owned()),
            21 => self.long_labels = long_labels(inside).unwrap_or_default(),
            _ => {}
        }
        Ok(())
    }
}

/// What a short name is looked up by.
fn key_of(short: &[u8]) -> Vec<u8> {
    short.trim_ascii().iter().filter(|b| **b != 0).map(u8::to_ascii_uppercase).collect()
}

/// `SHORT=long` between separators.
fn pairs(data: &[u8], separator: u8) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + '_ {
    data.split(move |b| *b == separator).filter_map(|pair| {
        let at = pair.iter().position(|b| *b == b'=')?;
        Some((key_of(&pair[..at]), pair[at + 1..].to_vec()))
    })
}

fn long_labels(mut bytes: Bytes<'_>) -> Result<Vec<LongLabel>, String> {
    let mut labels = Vec::new();
    while bytes.len() > 0 {
        let n = bytes.count()?;
        let name = bytes.take(n)?.trim_ascii().to_vec();
        bytes.take(4)?;
        for _ in 0..bytes.count()? {
            let n = bytes.count()?;
            let value = bytes.take(n)?.to_vec();
            let n = bytes.count()?;
            labels.push((name.clone(), value, bytes.take(n)?.to_vec()));
        }
    }
    Ok(labels)
}

/// The encoding of a code page of Windows, or of the numbers that SPSS itself gives.
fn code_page(page: i32) -> Option<&'static Encoding> {
    match page {
        65001 => Some(UTF_8),
        2 | 3 => Some(WINDOWS_1252),
        936 => crate::read::encoding_named("gbk"),
        950 => crate::read::encoding_named("big5"),
        932 => crate::read::encoding_named("shift_jis"),
        949 => crate::read::encoding_named("euc-kr"),
        28591..=28605 => crate::read::encoding_named(&format!("iso-8859-{}", page - 28590)),
        _ => crate::read::encoding_named(&format!("windows-{page}")),
    }
}
