//! SAS transport files, versions 5 and 8 (.xpt): records of 80 bytes, numbers as IBM wrote them.
//!
//! After SAS's technical notes TS-140, "The record layout of a data set in SAS transport (XPORT) format", and the
//! record layout of version 8.

use super::bytes::Bytes;
use super::{Cells, Variable, day_of_seconds};

/// Days from 1960-01-01 to 1970-01-01.
const EPOCH: f64 = 3_653.0;

/// Where a variable stands in a row.
struct Field {
    name: String,
    label: String,
    format: String,
    is_text: bool,
    length: usize,
    position: usize,
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Variable>, String> {
    let mut bytes = Bytes::new(bytes);
    let is_8 = bytes.take(80)?.starts_with(b"HEADER RECORD*******LIBV8");
    bytes.take(160)?;
    let member = header(&mut bytes)?;
    let size = digits(member.get(74..78)).filter(|n| *n >= 136).unwrap_or(140);
    bytes.take(80)?;
    bytes.take(160)?;
    let names = header(&mut bytes)?;
    let n = digits(names.get(48..58)).ok_or("the number of variables is not given")?;
    let described = bytes.take((n * size).div_ceil(80) * 80)?;
    let fields: Vec<Field> =
        described.chunks_exact(size).take(n).map(|one| field(one, is_8)).collect::<Result<_, _>>()?;
    // Version 8 may have records of long labels before those of the rows.
    let mut fields = fields;
    let mut next = header(&mut bytes)?;
    while next.starts_with(b"HEADER RECORD*******LABELV8") || next.starts_with(b"HEADER RECORD*******LABELV9") {
        long_labels(&mut bytes, next, &mut fields)?;
        next = header(&mut bytes)?;
    }
    // Values stand one after the other in the order of their descriptions. The positions that these give are those in
    // SAS's memory, where numbers come first, and only often the same.
    let mut width = 0;
    for field in &mut fields {
        field.position = width;
        width += field.length;
    }
    if width == 0 {
        return Err("it has no variables".to_owned());
    }
    let mut rows = rows(bytes.rest(), width);
    // Version 8 says how many there are.
    if let Some(n) = digits(next.get(48..63)).filter(|n| is_8 && *n > 0) {
        rows.truncate(n);
    }
    Ok(fields.iter().map(|field| variable(field, &rows)).collect())
}

fn header<'b>(bytes: &mut Bytes<'b>) -> Result<&'b [u8], String> {
    let record = bytes.take(80)?;
    if record.starts_with(b"HEADER RECORD*******") { Ok(record) } else { Err("a header record is missing".to_owned()) }
}

fn digits(bytes: Option<&[u8]>) -> Option<usize> {
    std::str::from_utf8(bytes?).ok()?.trim().parse().ok()
}

fn field(one: &[u8], is_8: bool) -> Result<Field, String> {
    let short = |at: usize| one.get(at..at + 2).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])));
    let text = |at: usize, n: usize| {
        let bytes = one.get(at..at + n).unwrap_or_default();
        decoded(bytes)
    };
    let short_name = text(8, 8);
    let long_name = if is_8 { text(88, 32) } else { String::new() };
    let field = Field {
        name: if long_name.is_empty() { short_name } else { long_name },
        label: text(16, 40),
        format: text(56, 8).to_uppercase(),
        is_text: short(0) == Some(2),
        length: short(4).unwrap_or_default(),
        position: 0,
    };
    if (1..=32_767).contains(&field.length) {
        Ok(field)
    } else {
        Err(format!("the description of variable {} is damaged", field.name))
    }
}

/// Labels of more than 40 bytes: the variable's number, the lengths of name and label, name and label.
fn long_labels(bytes: &mut Bytes<'_>, record: &[u8], fields: &mut [Field]) -> Result<(), String> {
    let n = digits(record.get(48..58)).or_else(|| digits(record.get(54..60))).unwrap_or_default();
    let with_formats = record.starts_with(b"HEADER RECORD*******LABELV9");
    let before = bytes.len();
    let short = |bytes: &mut Bytes<'_>| Ok::<usize, String>(usize::from(u16::from_be_bytes(bytes.array()?)));
    for _ in 0..n {
        let (number, name, label) = (short(bytes)?, short(bytes)?, short(bytes)?);
        let formats = if with_formats { short(bytes)? + short(bytes)? } else { 0 };
        bytes.take(name)?;
        let text = decoded(bytes.take(label)?);
        bytes.take(formats)?;
        if let Some(field) = number.checked_sub(1).and_then(|k| fields.get_mut(k)) {
            field.label = text;
        }
    }
    let used = before - bytes.len();
    bytes.take(used.div_ceil(80) * 80 - used)?;
    Ok(())
}

/// The rows up to the blanks that fill the last record, and up to the next member.
fn rows(data: &[u8], width: usize) -> Vec<&[u8]> {
    let end = data
        .chunks(80)
        .position(|record| {
            record.starts_with(b"HEADER RECORD*******MEMBER") || record.starts_with(b"HEADER RECORD*******MEMBV8")
        })
        .map_or(data.len(), |k| k * 80);
    let mut rows: Vec<&[u8]> = data[..end].chunks_exact(width).collect();
    // Whole rows of blanks at the end, within the last record, are its filling.
    let filling = 80_usize.div_ceil(width);
    for _ in 0..filling {
        match rows.last() {
            Some(row) if row.iter().all(|b| *b == b' ') => drop(rows.pop()),
            _ => break,
        }
    }
    rows
}

fn variable(field: &Field, rows: &[&[u8]]) -> Variable {
    let cell = |row: &&[u8]| row[field.position..field.position + field.length].to_vec();
    let cells = if field.is_text {
        let text = |row: &&[u8]| Some(decoded(&cell(row))).filter(|t| !t.is_empty());
        Cells::Texts(rows.iter().map(text).collect())
    } else {
        let numbers: Vec<f64> = rows.iter().map(|row| of_ibm(&cell(row))).collect();
        dated(numbers, &field.format)
    };
    Variable { label: Some(field.label.clone()), ..Variable::new(field.name.clone(), cells) }
}

fn dated(numbers: Vec<f64>, format: &str) -> Cells {
    let format = format.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_moment = ["DATETIME", "E8601DT", "B8601DT", "MDYAMPM"].contains(&format);
    let is_day =
        ["DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "B8601DA", "WEEKDATE", "WORDDATE", "JULIAN", "MONYY"]
            .iter()
            .any(|name| format.starts_with(name) && !format.starts_with("DATETIME"));
    if !(is_moment || is_day) {
        return Cells::Numbers(numbers);
    }
    let day = |x: &f64| match (x.is_nan(), is_moment) {
        (true, _) => None,
        (false, true) => day_of_seconds(x - EPOCH * 86_400.0),
        (false, false) => day_of_seconds((x - EPOCH) * 86_400.0),
    };
    Cells::Days(numbers.iter().map(day).collect())
}

/// A number of IBM's mainframes: a sign, a power of 16 above 64, a fraction of 56 bits. `.`, `_` and letters before
/// zeros are missing.
fn of_ibm(cell: &[u8]) -> f64 {
    let mut bytes = [0_u8; 8];
    let n = cell.len().min(8);
    bytes[..n].copy_from_slice(&cell[..n]);
    if bytes[1..].iter().all(|b| *b == 0) && bytes[0] != 0 {
        return f64::NAN;
    }
    let bits = u64::from_be_bytes(bytes);
    let fraction = (bits & 0x00ff_ffff_ffff_ffff) as f64;
    let exponent = i32::from(bytes[0] & 0x7f) - 64 - 14;
    let sign = if bytes[0] & 0x80 == 0 { 1.0 } else { -1.0 };
    sign * fraction * 16_f64.powi(exponent)
}

fn decoded(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    };
    text.trim_matches(|c: char| c == ' ' || c == '\0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_mainframes_are_read() {
        assert_eq!(of_ibm(&[0x41, 0x10, 0, 0, 0, 0, 0, 0]), 1.0);
        assert_eq!(of_ibm(&[0xc1, 0x10, 0, 0, 0, 0, 0, 0]), -1.0);
        assert_eq!(of_ibm(&[0x42, 0x64, 0, 0, 0, 0, 0, 0]), 100.0);
        assert_eq!(of_ibm(&[0x40, 0x80]), 0.5);
        assert_eq!(of_ibm(&[0; 8]), 0.0);
        assert!(of_ibm(&[0x2e, 0, 0, 0, 0, 0, 0, 0]).is_nan());
    }
}
