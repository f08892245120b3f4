//! A column of words as it is read, block by block: few of them as levels, many as texts.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::column::{Category, n_distinct};
use crate::date;
use crate::missing::MissingTexts;
use crate::number::{self, plain_digits};

/// What the words of a column must be for the plain reading to be that of a careful one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything: somebody said what the column holds.
    Any,
    /// No number, no date, nothing that begins like one.
    Words,
    /// Digits of one length that are codes: 007.
    Codes,
}

/// The words of a block by their numbers in the order in which they came.
pub(super) struct Levels<'t> {
    words: Vec<&'t [u8]>,
    number: HashMap<&'t [u8], u32, FixedState>,
    codes: Vec<u32>,
}

/// The texts of a block.
#[derive(Default)]
pub(super) struct Names {
    texts: Vec<Option<String>>,
    digits: Digits,
    odd: bool,
}

/// What is known of words that are digits alone.
#[derive(Debug, Clone, Copy, Default)]
struct Digits {
    /// Some are codes.
    codes: bool,
    /// Some of those are longer than a double is exact.
    long: bool,
    width: Option<usize>,
    /// Not all have one width and digits alone.
    mixed: bool,
}

/// The words of a column.
pub(super) struct Words {
    /// The levels and which each row has.
    pub levels: Category,
    /// How many rows have one.
    pub present: usize,
}

/// The texts of a column.
pub(super) struct Texts {
    /// One a row.
    pub texts: Vec<Option<String>>,
    /// How many rows have one.
    pub present: usize,
    /// How many different ones there are.
    pub distinct: usize,
}

impl Digits {
    fn take(&mut self, text: &str) {
        let code = number::is_code(text);
        self.codes |= code;
        self.long |= code && text.len() > 15;
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        self.mixed |= !digits || *self.width.get_or_insert(text.len()) != text.len();
    }

    fn join(&mut self, below: Self) {
        self.codes |= below.codes;
        self.long |= below.long;
        self.mixed |= below.mixed || matches!((self.width, below.width), (Some(a), Some(b)) if a != b);
        self.width = self.width.or(below.width);
    }

    fn are_codes(self) -> bool {
        self.long || self.codes && !self.mixed
    }
}

impl Shape {
    /// Whether a word without blanks around it fits.
    fn fits(self, text: &str) -> bool {
        let is_number = || number::plain(text).is_some() || number::measured(text).is_some();
        let plain = text.is_ascii() || plain_digits(text) == text;
        plain
            && match self {
                Self::Any => true,
                Self::Words => !is_number() && date::parse(text).is_none(),
                Self::Codes => text.bytes().all(|b| b.is_ascii_digit()),
            }
    }
}

impl<'t> Levels<'t> {
    /// Room for `rows` words.
    pub fn with_capacity(rows: usize) -> Self {
        Self { words: Vec::new(), number: HashMap::default(), codes: Vec::with_capacity(rows) }
    }

    /// Takes in the next word.
    pub fn take(&mut self, word: &'t [u8]) {
        let words = &mut self.words;
        let number = *self.number.entry(word).or_insert_with(|| {
            words.push(word);
            words.len() as u32 - 1
        });
        self.codes.push(number);
    }

    /// The blocks as one column; `None` where they need a careful look.
    pub fn join(blocks: Vec<Self>, shape: Shape, missing: &MissingTexts<'_>) -> Option<Words> {
        let mut found: HashMap<&[u8], Option<u32>, FixedState> = HashMap::default();
        let mut levels: Vec<&str> = Vec::new();
        let mut digits = Digits::default();
        for word in blocks.iter().flat_map(|block| &block.words) {
            if found.contains_key(word) {
                continue;
            }
            let written = std::str::from_utf8(word).ok()?;
            let text = written.trim();
            if missing.contains(text) {
                found.insert(word, None);
                continue;
            }
            if text.len() != written.len() || !shape.fits(text) {
                return None;
            }
            digits.take(text);
            found.insert(word, Some(0));
            levels.push(text);
        }
        if shape == Shape::Codes && !digits.are_codes() {
            return None;
        }
        levels.sort_unstable();
        for (k, level) in levels.iter().enumerate() {
            found.insert(level.as_bytes(), Some(k as u32));
        }
        let rows = blocks.iter().map(|block| block.codes.len()).sum();
        let mut codes: Vec<Option<u32>> = Vec::with_capacity(rows);
        for block in blocks {
            let own: Vec<Option<u32>> = block.words.iter().map(|word| found[word]).collect();
            codes.extend(block.codes.iter().map(|code| own[*code as usize]));
        }
        let present = codes.iter().filter(|code| code.is_some()).count();
        let levels = Category::new(levels.into_iter().map(str::to_owned).collect(), codes);
        Some(Words { levels, present })
    }
}

impl Names {
    /// Room for `rows` texts.
    pub fn with_capacity(rows: usize) -> Self {
        Self { texts: Vec::with_capacity(rows), ..Self::default() }
    }

    /// Takes in the next text.
    pub fn take(&mut self, written: &[u8], shape: Shape, missing: &MissingTexts<'_>) {
        let Ok(written) = std::str::from_utf8(written) else {
            self.odd = true;
            return self.texts.push(None);
        };
        let text = written.trim();
        if missing.contains(text) {
            return self.texts.push(None);
        }
        self.odd |= text.len() != written.len() || !shape.fits(text);
        self.digits.take(text);
        self.texts.push(Some(text.to_owned()));
    }

    /// The blocks as one column; `None` where they need a careful look.
    pub fn join(blocks: Vec<Self>, shape: Shape) -> Option<Texts> {
        let mut digits = Digits::default();
        blocks.iter().for_each(|block| digits.join(block.digits));
        if blocks.iter().any(|block| block.odd) || shape == Shape::Codes && !digits.are_codes() {
            return None;
        }
        let mut texts = Vec::with_capacity(blocks.iter().map(|block| block.texts.len()).sum());
        blocks.into_iter().for_each(|block| texts.extend(block.texts));
        let present = texts.iter().flatten().count();
        let distinct = n_distinct(texts.iter().flatten().map(String::as_str));
        Some(Texts { texts, present, distinct })
    }
}
