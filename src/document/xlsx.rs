//! Excel workbooks: a sheet for each table, numbers as numbers, and the notes on a sheet of their own.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};

use super::data::{DataTable, Field, Precision, tables};
use super::{Block, Document, RowKind, Table};

/// Characters of a sheet's name at most.
const LONGEST_NAME: usize = 31;

/// The whole document as the bytes of an `.xlsx` file; the same document gives the same bytes.
///
/// Numbers have all their digits and are displayed with the decimals that the screen shows.
pub fn render(document: &Document, precision: Precision) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Not the time of writing, so that equal content is equal.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&document.title).set_creation_datetime(&made));
    let mut names: Vec<String> = Vec::new();
    for (caption, table) in tables(document, precision) {
        let sheet = workbook.add_worksheet();
        sheet.set_name(unique_name(&caption, &mut names))?;
        write_table(sheet, &table, precision)?;
    }
    let texts = texts(document);
    if !texts.is_empty() || names.is_empty() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(unique_name("Notes", &mut names))?;
        sheet.set_column_width(0, 110)?;
        let wrapped = Format::new().set_text_wrap();
        sheet.write_string_with_format(0, 0, &document.title, &Format::new().set_bold())?;
        for (row, text) in (2u32..).zip(&texts) {
            sheet.write_string_with_format(row, 0, text, &wrapped)?;
        }
    }
    workbook.save_to_buffer()
}

/// Paragraphs and notes.
fn texts(document: &Document) -> Vec<String> {
    let of_block = |block: &Block| match block {
        Block::Paragraph(text) => vec![text.clone()],
        Block::Notes(texts) => texts.clone(),
        _ => Vec::new(),
    };
    document.blocks.iter().flat_map(of_block).chain(document.notes.iter().cloned()).collect()
}

fn write_table(sheet: &mut Worksheet, table: &Table, precision: Precision) -> Result<(), XlsxError> {
    let data = DataTable::new(table, precision);
    let heading = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap();
    for (column, name) in (0u16..).zip(&data.columns) {
        sheet.write_string_with_format(0, column, name, &heading)?;
    }
    for ((row, fields), source) in (1u32..).zip(&data.rows).zip(&table.rows) {
        let format = match source.kind {
            RowKind::Header => Format::new().set_bold(),
            RowKind::Total => Format::new().set_bold().set_border_top(FormatBorder::Thin),
            RowKind::Plain | RowKind::Sub => Format::new(),
        };
        for (column, field) in (0u16..).zip(fields) {
            write_field(sheet, row, column, field, &format)?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    sheet.autofit();
    Ok(())
}

fn write_field(sheet: &mut Worksheet, row: u32, column: u16, field: &Field, format: &Format) -> Result<(), XlsxError> {
    match field {
        Field::Missing => {}
        Field::Number(value, _) if value.is_infinite() => {
            sheet.write_string_with_format(row, column, if *value > 0.0 { "Inf" } else { "-Inf" }, format)?;
        }
        Field::Number(value, decimals) => {
            let format = match decimals {
                Some(0) => format.clone().set_num_format("0"),
                Some(decimals) => format.clone().set_num_format(format!("0.{}", "0".repeat(*decimals))),
                None => format.clone(),
            };
            sheet.write_number_with_format(row, column, *value, &format)?;
        }
        // Doubles hold whole numbers up to 2^53, far more than there are patients.
        Field::Integer(value) => {
            sheet.write_number_with_format(row, column, *value as f64, format)?;
        }
        Field::Text(text) => {
            sheet.write_string_with_format(row, column, text, format)?;
        }
    }
    Ok(())
}

/// `wanted` without what Excel forbids in the names of sheets, at most 31 characters, different from all before.
fn unique_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let allowed: String =
        wanted.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let base = cut(allowed.trim(), LONGEST_NAME);
    let base = if base.is_empty() || base.eq_ignore_ascii_case("history") { "Table".to_owned() } else { base };
    let numbered = (2..).map(|number: u32| {
        let suffix = format!(" {number}");
        cut(&base, LONGEST_NAME - suffix.len()) + &suffix
    });
    let is_free = |name: &String| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    let name = std::iter::once(base.clone()).chain(numbered).find(is_free).unwrap_or(base);
    taken.push(name.clone());
    name
}

/// At most `longest` units of UTF-16, which is how Excel counts.
fn cut(text: &str, longest: usize) -> String {
    let mut used = 0;
    let fits = |character: &char| {
        used += character.len_utf16();
        used <= longest
    };
    text.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::unique_name;

    #[test]
    fn sheet_names_are_allowed_and_differ() {
        let mut taken = Vec::new();
        assert_eq!(unique_name("Cox: a/b [c]", &mut taken), "Cox  a b  c");
        assert_eq!(unique_name("cox  A b  c", &mut taken), "cox  A b  c 2");
        assert_eq!(unique_name("", &mut taken), "Table");
        assert_eq!(unique_name("", &mut taken), "Table 2");
        assert!(unique_name(&"é".repeat(60), &mut taken).chars().count() <= 31);
        assert!(unique_name(&"é".repeat(60), &mut taken).chars().count() <= 31);
    }
}
