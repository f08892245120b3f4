//! A look at the footer of a Parquet file before anything is made of it.
//!
//! The footer is a structure in Thrift's compact protocol. Whoever skips what he does not know believes the length of a
//! list, so that a few damaged bytes keep a reader busy for minutes. Every entry of a list, set or map takes at least one
//! byte: one that says to have more than bytes are left is damaged.

/// What ends a file, and begins it.
const MAGIC: &[u8; 4] = b"PAR1";

/// Structures within structures; those of a footer lie half as deep.
const DEPTH: usize = 32;

/// Whether lengths in the footer of `file` can be true.
///
/// # Errors
/// What cannot be. A file without a footer passes: its reader says what it is.
pub(super) fn check(file: &[u8]) -> Result<(), String> {
    let Some((before, [a, b, c, d, magic @ ..])) = file.split_last_chunk::<8>() else { return Ok(()) };
    let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
    let Some(begin) = before.len().checked_sub(length).filter(|_| magic == MAGIC) else { return Ok(()) };
    Walk { left: &before[begin..] }.structure(0)
}

/// The bytes that have not been walked over.
struct Walk<'a> {
    left: &'a [u8],
}

impl Walk<'_> {
    fn structure(&mut self, depth: usize) -> Result<(), String> {
        if depth > DEPTH {
            return Err("structures lie too deep in the footer".to_owned());
        }
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Ok(());
            }
            // Without a difference to the last field's number, the number itself follows.
            if head >> 4 == 0 {
                self.number()?;
            }
            // The value of a Boolean field lies in its kind.
            if !matches!(kind, 1 | 2) {
                self.value(kind, depth)?;
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Result<(), String> {
        match kind {
            1..=3 => self.pass(1),
            4..=6 => self.number().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
                self.entries(count)?;
                (0..count).try_for_each(|_| self.value(head & 0x0f, depth + 1))
            }
            11 => {
                let count = self.number()?;
                self.entries(count)?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 0x0f, depth + 1)
                })
            }
            12 => self.structure(depth + 1),
            other => Err(format!("no value has the type {other} of one in the footer")),
        }
    }

    fn entries(&self, count: u64) -> Result<(), String> {
        let left = self.left.len() as u64;
        if count > left {
            return Err(format!("a list of {count} entries begins {left} bytes before the end of the footer"));
        }
        Ok(())
    }

    fn pass(&mut self, bytes: u64) -> Result<(), String> {
        let left = usize::try_from(bytes).ok().and_then(|bytes| self.left.get(bytes..));
        self.left = left.ok_or("a value reaches beyond the footer")?;
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, String> {
        let (first, left) = self.left.split_first().ok_or("the footer ends early")?;
        self.left = left;
        Ok(*first)
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number in the footer has no end".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file whose footer is `footer`.
    fn file(footer: &[u8]) -> Vec<u8> {
        let length = (footer.len() as u32).to_le_bytes();
        [MAGIC, footer, &length, MAGIC].concat()
    }

    #[test]
    fn lists_that_fit_pass() {
        // Field 1, a number; field 2, a list of two structures with a text each; field 3, true; the end.
        let footer = [0x15, 2, 0x19, 0x2c, 0x18, 1, b'a', 0, 0x18, 1, b'b', 0, 0x11, 0];
        assert_eq!(check(&file(&footer)), Ok(()));
        assert_eq!(check(b"no Parquet at all"), Ok(()));
    }

    #[test]
    fn a_list_longer_than_the_footer_is_damaged() {
        // A list of 2^31 - 1 Booleans.
        let said = check(&file(&[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0])).expect_err("no such list");
        assert_eq!(said, "a list of 2147483647 entries begins 1 bytes before the end of the footer");
    }

    #[test]
    fn structures_without_an_end_are_damaged() {
        assert_eq!(check(&file(&[0x1c; 40])).expect_err("too deep"), "structures lie too deep in the footer");
        assert_eq!(check(&file(&[0x15, 0x80])).expect_err("cut off"), "the footer ends early");
    }
}
