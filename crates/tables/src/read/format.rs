//! What a file is, by its name and by its first bytes.

use std::path::Path;

/// The kinds of file that are read as tables, and those that are known and are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Text, with the delimiter that its name promises.
    Text(Option<u8>),
    Parquet,
    Workbook,
    /// SPSS: .sav, .zsav.
    Spss,
    /// Stata: .dta.
    Stata,
    /// SAS: .sas7bdat.
    Sas,
    /// SAS transport: .xpt.
    Transport,
    /// Something that is known and is no table: what it is, and what to do.
    Other(&'static str, &'static str),
}

/// Endings of the files that are read as tables.
pub const EXTENSIONS: [&str; 15] = [
    "csv", "tsv", "tab", "txt", "dat", "parquet", "xlsx", "xlsm", "xls", "ods", "sav", "zsav", "dta", "sas7bdat", "xpt",
];

/// Whether the name of a file is that of a table; text tables may be packed.
pub fn is_table(path: &Path) -> bool {
    ending(path).is_some_and(|e| EXTENSIONS.contains(&e.as_str()))
}

/// The ending of the name in lower case, without that of a packed file: `csv` of `t.csv.gz`.
fn ending(path: &Path) -> Option<String> {
    let lower = path.file_name()?.to_string_lossy().to_lowercase();
    let name = lower.strip_suffix(".gz").or_else(|| lower.strip_suffix(".zst")).unwrap_or(&lower);
    name.rsplit_once('.').map(|(_, ending)| ending.to_owned())
}

const CONVERT: &str = "save it as CSV or XLSX";

impl Format {
    /// What the file called `path` with these bytes (unpacked) is. Bytes that only one kind begins with decide; the
    /// name does otherwise.
    pub fn of(path: &Path, bytes: &[u8]) -> Self {
        let ending = ending(path).unwrap_or_default();
        let begins = |start: &[u8]| bytes.starts_with(start);
        if begins(b"PAR1") {
            return Self::Parquet;
        }
        if begins(b"$FL2") || begins(b"$FL3") {
            return Self::Spss;
        }
        if begins(b"<stata_dta>") || ending == "dta" {
            return Self::Stata;
        }
        if begins(b"HEADER RECORD*******") {
            return Self::Transport;
        }
        if bytes.get(12..32) == Some(&SAS_MAGIC[..]) {
            return Self::Sas;
        }
        if begins(b"PK\x03\x04") {
            return Self::packed(bytes);
        }
        if begins(b"\xD0\xCF\x11\xE0") {
            return match ending.as_str() {
                "doc" => Self::Other("a Word document", CONVERT),
                _ => Self::Workbook,
            };
        }
        if let Some(other) = Self::known(bytes) {
            return other;
        }
        match ending.as_str() {
            "tsv" | "tab" => Self::Text(Some(b'\t')),
            // Many programs call a text so that a spreadsheet opens it.
            "xls" if !bytes.is_empty() && !bytes.contains(&0) && !is_binary(bytes) => Self::Text(None),
            "xlsx" | "xlsm" | "xls" | "ods" => Self::Workbook,
            "dbf" => Self::Other("a dBase table", CONVERT),
            "jmp" => Self::Other("a table of JMP", CONVERT),
            "sas7bcat" => Self::Other("a SAS catalogue of formats", "give the .sas7bdat file, or write both as CSV"),
            "parquet" => Self::Parquet,
            "sav" | "zsav" => Self::Spss,
            "sas7bdat" => Self::Sas,
            "xpt" => Self::Transport,
            _ if is_binary(bytes) => Self::Other("no table that is known here", CONVERT),
            _ => Self::Text(None),
        }
    }

    /// What is in a ZIP archive, by the names of its files.
    fn packed(bytes: &[u8]) -> Self {
        let holds = |name: &[u8]| memchr::memmem::find(bytes, name).is_some();
        if holds(b"xl/") || holds(b"content.xml") {
            Self::Workbook
        } else if holds(b"word/") {
            Self::Other("a Word document", "copy its table into a spreadsheet and save it as CSV")
        } else if holds(b"Index/") {
            Self::Other("a file of Numbers", "export it as CSV or XLSX")
        } else {
            Self::Other("a packed archive", "unpack it, and give the table in it")
        }
    }

    fn known(bytes: &[u8]) -> Option<Self> {
        let r = "read it in R and write it as CSV: \
                 write.csv(readRDS(\"FILE\"), \"FILE.csv\", row.names = FALSE), or load() instead of readRDS() for .RData";
        Some(match bytes {
            [b'X' | b'A' | b'B', b'\n', ..] | [b'R', b'D', b'X' | b'A', ..] => Self::Other("a file of R", r),
            [b'%', b'P', b'D', b'F', ..] => {
                Self::Other("a PDF", "copy its table into a spreadsheet and save it as CSV")
            }
            [b'S', b'Q', b'L', b'i', b't', b'e', ..] => Self::Other("an SQLite database", "export the table as CSV"),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => {
                Self::Other("an Arrow (Feather) file", "write it as Parquet or CSV")
            }
            [0x89, b'H', b'D', b'F', ..] => Self::Other("an HDF5 file", "write its table as Parquet or CSV"),
            [b'{', b'\\', b'r', b't', b'f', ..] => Self::Other("a rich text document", CONVERT),
            [b'B', b'Z', b'h', ..] | [0xfd, b'7', b'z', b'X', b'Z', ..] => {
                Self::Other("packed by bzip2 or xz", "unpack it, or pack it with gzip or zstd")
            }
            _ if bytes.get(4..19).is_some_and(|name| name == b"Standard Jet DB" || name == b"Standard ACE DB") => {
                Self::Other("an Access database", "export the table as CSV or XLSX")
            }
            _ if bytes.starts_with(b"ASCII SPSS PORT FILE") => {
                Self::Other("a portable file of SPSS", "save it as .sav")
            }
            _ if bytes.starts_with(b"MATLAB ") => Self::Other("a file of MATLAB", "write its table as CSV"),
            _ if begins_as(bytes, &["<html", "<!doctype html", "<table", "<head", "<meta"]) => {
                Self::Other("a web page (HTML)", "open it in a spreadsheet and save it as XLSX or CSV")
            }
            _ if begins_as(bytes, &["<?xml"]) => Self::Other("an XML file", CONVERT),
            _ if begins_as(bytes, &["[{", "{\"", "[["]) => Self::Other("a JSON file", "write its table as CSV"),
            [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', ..] => Self::Other("a packed archive", "unpack it"),
            _ => return None,
        })
    }
}

/// Whether a text begins with one of these, whatever the letter case, and with blanks anywhere before or between.
fn begins_as(bytes: &[u8], starts: &[&str]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: Vec<u8> =
        bytes.iter().take(200).filter(|b| !b.is_ascii_whitespace()).map(u8::to_ascii_lowercase).collect();
    starts.iter().any(|start| head.starts_with(start.replace(' ', "").as_bytes()))
}

/// Control characters that no text table has, and that are not the zeros of UTF-16.
fn is_binary(bytes: &[u8]) -> bool {
    let looked_at = &bytes[..bytes.len().min(4096)];
    let odd = |b: &u8| matches!(b, 0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f);
    let zeros = looked_at.iter().filter(|b| **b == 0).count();
    // Escape sequences in a table are odd, but text: what is whole UTF-8 stays a table.
    let is_text = std::str::from_utf8(looked_at).map_or_else(|error| error.error_len().is_none(), |_| true);
    let many = looked_at.iter().filter(|b| odd(b)).count() * 50 > looked_at.len();
    many && !is_text || 10 * zeros > 7 * looked_at.len()
}

const SAS_MAGIC: [u8; 20] = [
    0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 0x08, 0x00, 0x09, 0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10,
    0x11,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_count_for_more_than_names() {
        let of = |name: &str, bytes: &[u8]| Format::of(Path::new(name), bytes);
        assert_eq!(of("t.csv", b"PK\x03\x04..xl/workbook.xml"), Format::Workbook);
        assert!(matches!(of("t.csv.zip", b"PK\x03\x04..t.csv"), Format::Other("a packed archive", _)));
        assert!(matches!(of("t.xls", b"<html><table>"), Format::Other("a web page (HTML)", _)));
        assert_eq!(of("t.xls", b"id\tage\n1\t2\n"), Format::Text(None));
        assert!(matches!(of("t.json", b"[ {\"id\": 1} ]"), Format::Other("a JSON file", _)));
        assert_eq!(of("table", b"id,age\n1,2\n"), Format::Text(None));
        assert_eq!(of("t.tsv.gz", b"id\tage\n"), Format::Text(Some(b'\t')));
        assert_eq!(of("t.sav", b"$FL2@(#)"), Format::Spss);
        assert!(matches!(of("t.rds", b"X\n\0\0\0\x03"), Format::Other("a file of R", _)));
        assert!(is_table(Path::new("a.CSV.gz")) && is_table(Path::new("b.dta")) && !is_table(Path::new("study.toml")));
    }
}
