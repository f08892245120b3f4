//! CSV and TSV: data for the next program, or what is on the screen for pasting.

use super::data::{DataTable, Field, Precision, tables};
use super::{Document, Table};
use figures::format::visible;

/// What stands between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Separator {
    /// CSV as in RFC 4180: fields with commas, quotes or line breaks are quoted.
    Comma,
    /// TSV: nothing is quoted, tabs and line breaks in fields become blanks.
    Tab,
}

/// All tables of `document`; where there are several, each under its caption with an empty line before it.
pub fn render(document: &Document, separator: Separator, precision: Precision) -> String {
    let tables = tables(document, precision);
    let several = tables.len() > 1;
    let one = |(caption, content): &(String, Table)| {
        let heading =
            if several { format!("{}\n", field_text(&Field::Text(caption.clone()), separator)) } else { String::new() };
        heading + &table(content, separator, precision)
    };
    tables.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// One table with a line of column names.
pub fn table(table: &Table, separator: Separator, precision: Precision) -> String {
    let data = DataTable::new(table, precision);
    let names: Vec<Field> = data.columns.into_iter().map(Field::Text).collect();
    std::iter::once(&names).chain(&data.rows).map(|row| line(row, separator)).collect()
}

/// One line of fields.
pub fn line<'f>(fields: impl IntoIterator<Item = &'f Field>, separator: Separator) -> String {
    let between = match separator {
        Separator::Comma => ",",
        Separator::Tab => "\t",
    };
    let texts: Vec<String> = fields.into_iter().map(|field| field_text(field, separator)).collect();
    texts.join(between) + "\n"
}

fn field_text(field: &Field, separator: Separator) -> String {
    match field {
        Field::Missing => String::new(),
        Field::Number(value, _) if value.is_nan() => String::new(),
        Field::Number(value, _) => number(*value),
        Field::Integer(value) => value.to_string(),
        Field::Text(text) => match separator {
            _ if is_formula(text) => field_text(&Field::Text(format!("'{text}")), separator),
            Separator::Tab => visible(&text.replace(['\t', '\n', '\r'], " ")).into_owned(),
            Separator::Comma if text.contains([',', '"', '\n', '\r']) => {
                let text = text.replace("\r\n", "\n").replace('"', "\"\"");
                format!("\"{}\"", visible(&text))
            }
            Separator::Comma => visible(text).into_owned(),
        },
    }
}

/// Whether a spreadsheet would calculate the text: an apostrophe in front makes it text there, too. A sign alone, before a
/// blank or before a number and its limits is none.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start();
    let bare = text.trim_start_matches(['+', '-']);
    let calls = bare.starts_with(|c: char| c.is_ascii_alphabetic()) && bare.contains('(');
    text.starts_with(['=', '@']) && text.len() > 1 || bare.len() < text.len() && (calls || bare.contains(['|', '!']))
}

/// The shortest text that reads back as the same number; infinities as R writes them.
fn number(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Inf".into() } else { "-Inf".into() };
    }
    if value != 0.0 && !(1e-5..1e16).contains(&value.abs()) { format!("{value:e}") } else { value.to_string() }
}
