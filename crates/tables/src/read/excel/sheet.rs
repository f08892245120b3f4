//! Which sheet of a workbook holds the patients.

use std::path::Path;

use calamine::{Reader, SheetType, SheetVisible};

use super::cells::{self, Cells};
use super::value::is_blank;
use super::{Book, Grid};
use crate::problem::{Place, Problem};
use crate::read::layout::Layout;
use crate::read::{ReadError, ReadOptions};

/// A sheet with something in it.
struct Sheet {
    name: String,
    is_visible: bool,
    cells: Cells,
    /// Whether some cell is there without a value.
    has_blanks: bool,
    /// Names of its columns, where it looks like a table of patients.
    names: Vec<String>,
    /// Cells far from the table.
    left_out: Option<String>,
}

/// A sheet that is read.
pub(super) struct Chosen {
    pub name: String,
    pub cells: Cells,
    /// Whether some cell is there without a value.
    pub has_blanks: bool,
}

/// The sheet asked for; else the first visible one that looks like a table of patients. Where another looks like the
/// same table, that is asked.
pub(super) fn choose(
    book: &mut Book,
    options: &ReadOptions,
    shown: &Path,
    problems: &mut Vec<Problem>,
) -> Result<Chosen, ReadError> {
    let names = book.sheet_names();
    if let Some(wanted) = options.sheet.as_deref().map(str::trim) {
        let by_name = names.iter().find(|s| s.trim().eq_ignore_ascii_case(wanted));
        let by_number = || wanted.parse::<usize>().ok().and_then(|n| names.get(n.checked_sub(1)?));
        let Some(name) = by_name.or_else(by_number) else {
            return Err(ReadError::Sheet { file: shown.to_owned(), sheet: wanted.to_owned(), sheets: names });
        };
        let far = |reason: String| ReadError::Content { file: shown.to_owned(), reason };
        let near = cells::near(book, name).map_err(far)?;
        problems.extend(strays(near.left_out, shown));
        return Ok(Chosen { name: name.clone(), cells: near.cells, has_blanks: near.has_blanks });
    }
    let mut faults = Vec::new();
    let mut sheets = with_data(book, shown, &mut faults);
    let none = || match faults.first() {
        Some(reason) => ReadError::Content { file: shown.to_owned(), reason: reason.clone() },
        None => ReadError::Empty { file: shown.to_owned() },
    };
    let chosen = position(&sheets).ok_or_else(none)?;
    let alike = |sheet: &&Sheet| sheet.is_visible && shares_names(&sheets[chosen], sheet);
    let may_be: Vec<String> = sheets.iter().filter(alike).map(|sheet| sheet.name.clone()).collect();
    if may_be.len() > 1 {
        return Err(ReadError::WhichSheet { file: shown.to_owned(), sheets: may_be });
    }
    if sheets.len() > 1 {
        problems.push(said(&sheets, chosen, shown));
    }
    let sheet = sheets.swap_remove(chosen);
    problems.extend(strays(sheet.left_out, shown));
    Ok(Chosen { name: sheet.name, cells: sheet.cells, has_blanks: sheet.has_blanks })
}

/// The visible sheets with something in them; the one that is read without being asked for stands first.
pub(super) fn visible(book: &mut Book, shown: &Path) -> Vec<String> {
    let mut sheets = with_data(book, shown, &mut Vec::new());
    sheets.retain(|sheet| sheet.is_visible);
    if let Some(chosen) = position(&sheets) {
        sheets[..=chosen].rotate_right(1);
    }
    sheets.into_iter().map(|sheet| sheet.name).collect()
}

/// What was left out far from the table.
fn strays(left_out: Option<String>, shown: &Path) -> Option<Problem> {
    let remedy = "delete what is in them if it is a slip, or move it to the table";
    left_out.map(|cells| Problem::warning(Place::file(shown), cells).remedy(remedy))
}

fn with_data(book: &mut Book, shown: &Path, faults: &mut Vec<String>) -> Vec<Sheet> {
    let all: Vec<(String, bool)> = (book.sheets_metadata().iter())
        .filter(|sheet| matches!(sheet.typ, SheetType::WorkSheet))
        .map(|sheet| (sheet.name.clone(), matches!(sheet.visible, SheetVisible::Visible)))
        .collect();
    let mut sheets = Vec::new();
    for (name, is_visible) in all {
        let near = cells::near(book, &name);
        let Ok(cells::Near { cells, left_out, has_blanks }) = near else {
            faults.extend(near.err());
            continue;
        };
        if cells.height() > 1 {
            let names = names_of_patients(&cells, shown);
            sheets.push(Sheet { name, is_visible, cells, has_blanks, names, left_out });
        }
    }
    sheets
}

/// The names of the columns of a sheet that looks like a table of patients: several columns, several rows, values in
/// most cells.
fn names_of_patients(sheet: &Cells, shown: &Path) -> Vec<String> {
    let Some(layout) = Layout::find(&Grid { cells: sheet, merged: &[] }, shown) else { return Vec::new() };
    let names: Vec<String> = layout.names.iter().map(|n| n.trim().to_lowercase()).filter(|n| !n.is_empty()).collect();
    let rows = layout.body.clone().take(30).map(|i| sheet.row(i));
    let (mut cells, mut values, mut n_rows) = (0, 0, 0);
    for row in rows {
        n_rows += 1;
        cells += names.len();
        values += row.iter().filter(|cell| !is_blank(cell)).count();
    }
    let is_table = names.len() >= 3 && n_rows >= 2 && 3 * values >= cells;
    if is_table && !is_dictionary(&names) { names } else { Vec::new() }
}

/// Whether the columns are those of a list of variables, not of patients.
fn is_dictionary(names: &[String]) -> bool {
    const OF_VARIABLES: [&str; 15] = [
        "variable",
        "variables",
        "variable name",
        "field",
        "field name",
        "column",
        "merkmal",
        "variablenname",
        "champ",
        "campo",
        "变量",
        "变量名",
        "変数",
        "変数名",
        "項目名",
    ];
    const ABOUT_THEM: [&str; 28] = [
        "label",
        "description",
        "definition",
        "meaning",
        "type",
        "format",
        "unit",
        "units",
        "value",
        "values",
        "code",
        "codes",
        "coding",
        "levels",
        "range",
        "bedeutung",
        "beschreibung",
        "einheit",
        "libellé",
        "descripción",
        "etiqueta",
        "含义",
        "说明",
        "单位",
        "说明",
        "意味",
        "説明",
        "单位/说明",
    ];
    let about = names.iter().filter(|name| ABOUT_THEM.contains(&name.as_str())).count();
    let of_variables = names.iter().any(|name| OF_VARIABLES.contains(&name.as_str()));
    of_variables && about >= 1 || about >= 2 && 2 * about >= names.len()
}

fn position(sheets: &[Sheet]) -> Option<usize> {
    let visible = |sheet: &Sheet| sheet.is_visible || sheets.iter().all(|s| !s.is_visible);
    let patients = sheets.iter().position(|sheet| visible(sheet) && !sheet.names.is_empty());
    patients.or_else(|| sheets.iter().position(visible))
}

/// Whether two sheets look like the same table in two states, or in two parts.
fn shares_names(a: &Sheet, b: &Sheet) -> bool {
    let shared = a.names.iter().filter(|name| b.names.contains(name)).count();
    shared >= 3 && 2 * shared >= a.names.len().max(b.names.len())
}

fn said(sheets: &[Sheet], chosen: usize, shown: &Path) -> Problem {
    let listed = |wanted: &dyn Fn(&Sheet) -> bool| {
        let others = sheets.iter().enumerate().filter(|(k, sheet)| *k != chosen && wanted(sheet));
        others.map(|(_, sheet)| sheet.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (visible, hidden) = (listed(&|s| s.is_visible), listed(&|s| !s.is_visible));
    let mut message = format!("the workbook has {} sheets with data; {} is read", sheets.len(), sheets[chosen].name);
    if !hidden.is_empty() {
        message.push_str(&format!(", not the hidden {hidden}"));
    }
    let problem = Problem::note(Place::file(shown), message);
    let others = if visible.is_empty() { hidden } else { visible };
    problem.remedy(format!("choose another by `sheet`: {others} (--sheet NAME)"))
}
