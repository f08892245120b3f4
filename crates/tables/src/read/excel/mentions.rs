//! What the sheets of a workbook mention: asking calamine for what is not there is reading all cells once more.

use std::io::{Cursor, Read};

use memchr::memmem::Finder;

/// What may be in some sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mentions {
    pub merged: bool,
    pub formulas: bool,
}

/// Anything may be there.
const ANYTHING: Mentions = Mentions { merged: true, formulas: true };

/// Words that cannot be missing: of `<mergeCell`, and of `</f>`, both also with a prefix.
const MERGED: &[u8] = b"mergeCell";
const FORMULA: &[u8] = b"f>";

impl Mentions {
    /// Of a workbook's bytes; anything where it cannot be looked into, or is of another kind.
    pub fn of(book: &[u8]) -> Self {
        let Ok(mut book) = zip::ZipArchive::new(Cursor::new(book)) else { return ANYTHING };
        let names: Vec<String> = book.file_names().flatten().map(|name| name.into_owned()).collect();
        let sheets: Vec<&String> = names.iter().filter(|name| name.starts_with("xl/worksheets/")).collect();
        if sheets.is_empty() {
            return ANYTHING;
        }
        let mut all = Self { merged: false, formulas: false };
        for name in sheets {
            let found = book.by_name(name).map_or(ANYTHING, Self::in_sheet);
            all = Self { merged: all.merged || found.merged, formulas: all.formulas || found.formulas };
        }
        all
    }

    fn in_sheet(mut sheet: impl Read) -> Self {
        let (merged, formula) = (Finder::new(MERGED), Finder::new(FORMULA));
        let mut found = Self { merged: false, formulas: false };
        let mut buffer = vec![0; 1 << 16];
        let mut kept = 0;
        while found != ANYTHING {
            let Ok(n) = sheet.read(&mut buffer[kept..]) else { return ANYTHING };
            if n == 0 {
                break;
            }
            let filled = kept + n;
            found.merged = found.merged || merged.find(&buffer[..filled]).is_some();
            found.formulas = found.formulas || formula.find(&buffer[..filled]).is_some();
            // A word may begin in this part and end in the next.
            kept = filled.min(MERGED.len() - 1);
            buffer.copy_within(filled - kept..filled, 0);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes a few at a time.
    struct Slowly<'b>(&'b [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn words_are_found_wherever_the_bytes_are_parted() {
        let plain = b"<row r=\"1\"><c><v>1</v></c></row>";
        for step in 1..40 {
            assert_eq!(Mentions::in_sheet(Slowly(plain, step)), Mentions { merged: false, formulas: false });
            let merged = [plain.as_slice(), b"<x:mergeCells count=\"1\">"].concat();
            assert_eq!(Mentions::in_sheet(Slowly(&merged, step)), Mentions { merged: true, formulas: false });
            let both = [&merged, b"<x:f>A1</x:f>".as_slice()].concat();
            assert_eq!(Mentions::in_sheet(Slowly(&both, step)), ANYTHING);
        }
        assert_eq!(Mentions::of(b"no archive"), ANYTHING);
    }
}
