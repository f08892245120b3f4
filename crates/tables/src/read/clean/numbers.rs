//! A column of plain numbers as it is read, block by block.

use super::cell::Plain;
use crate::date;
use crate::missing::MissingTexts;
use crate::number;
use crate::typing::Marks;

/// What is known of the numbers of a block beside their values.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    /// How many there are.
    pub present: usize,
    marks: Marks,
    /// Some have digits that a number would not keep.
    has_codes: bool,
    /// Some of those have more digits than a double has.
    has_long_codes: bool,
    /// The number of digits of the first, and whether all have it and nothing but digits.
    width: Option<usize>,
    mixed: bool,
    /// Something is in it that is no plain number.
    pub odd: bool,
}

impl Numbers {
    /// Takes in a plain number, which is `length` bytes long as it is written.
    #[inline]
    pub fn take(&mut self, number: &Plain, length: usize) {
        self.present += 1;
        let digits = !number.signed && number.decimals.is_none();
        if digits {
            let is_code = length > 1 && number.first == b'0' || length > 15;
            self.has_codes |= is_code;
            self.has_long_codes |= is_code && length > 15;
        } else if let Some(decimals) = number.decimals
            && !self.marks.point
        {
            let is_open = decimals == 3 && (1..=3).contains(&number.whole) && number.first != b'0';
            self.marks.is_open |= is_open;
            self.marks.point |= !is_open;
        }
        if !self.mixed {
            self.mixed = !digits || *self.width.get_or_insert(length) != length;
        }
    }

    /// Takes in a field that is no plain number: nothing, a word for missing, or something to look at with care. Returns
    /// the number that stands for it.
    pub fn take_text(&mut self, written: &[u8], missing: &MissingTexts<'_>) -> f64 {
        let Ok(written) = std::str::from_utf8(written) else {
            self.odd = true;
            return f64::NAN;
        };
        let text = written.trim();
        if missing.contains(text) {
            return f64::NAN;
        }
        match number::plain(text) {
            Some(value) if text.len() == written.len() => {
                self.take_other(text, value);
                value
            }
            _ => {
                self.odd = true;
                f64::NAN
            }
        }
    }

    /// A number with an exponent, or one in quotes.
    fn take_other(&mut self, text: &str, value: f64) {
        self.present += 1;
        let is_code = number::is_code(text);
        self.has_codes |= is_code;
        self.has_long_codes |= is_code && text.len() > 15;
        if text.contains('.') && !self.marks.point {
            let is_open = number::may_be_thousands(text);
            self.marks.is_open |= is_open;
            self.marks.point |= !is_open;
        }
        let digits = value >= 0.0 && text.bytes().all(|b| b.is_ascii_digit());
        self.mixed |= !digits || *self.width.get_or_insert(text.len()) != text.len();
    }

    /// Takes in what is known of the block below.
    pub fn join(&mut self, below: &Self) {
        self.present += below.present;
        self.marks.point |= below.marks.point;
        self.marks.is_open |= below.marks.is_open;
        self.has_codes |= below.has_codes;
        self.has_long_codes |= below.has_long_codes;
        self.mixed |= below.mixed || matches!((self.width, below.width), (Some(a), Some(b)) if a != b);
        self.width = self.width.or(below.width);
        self.odd |= below.odd;
    }

    /// What the numbers say of the marks that their writer uses.
    pub fn marks(&self) -> Marks {
        Marks { is_open: self.marks.is_open && !self.marks.point, ..self.marks }
    }

    /// Whether the careful reading would take them for plain numbers: no codes, and no dates of digits alone.
    pub fn are_plain(&self, numbers: &[f64], name_is_of_dates: bool) -> bool {
        let same = !self.mixed;
        let codes = self.has_long_codes || self.has_codes && same;
        let may_be_days = same && self.width == Some(5) && name_is_of_dates;
        let compact = |x: &f64| x.is_nan() || date::parse_compact(&x.to_string()).is_some();
        let dates = || same && self.width == Some(8) && self.present > 0 && numbers.iter().all(compact);
        !self.odd && !codes && !may_be_days && !dates()
    }
}
