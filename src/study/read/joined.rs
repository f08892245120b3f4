//! `[tables.NAME]`: tables beside the clinical one.

use super::table_of;
use crate::study::section::{Item, Section};
use crate::study::spec::*;

/// Every section of `[tables]`; `clinical` is the study's own table, which another sheet may be of.
pub(super) fn tables(section: &Section<'_, '_>, clinical: Option<&TableSpec>) -> Vec<JoinedSpec> {
    let entries = section.others().into_iter();
    entries.filter_map(|(name, item)| joined(name, &item, clinical)).collect()
}

fn joined(name: String, item: &Item<'_, '_>, clinical: Option<&TableSpec>) -> Option<JoinedSpec> {
    if item.is_text() {
        let table = TableSpec { path: item.text()?.into(), ..TableSpec::default() };
        return Some(JoinedSpec { name, table, ..JoinedSpec::default() });
    }
    let section = item.section()?;
    let mut table = table_of(&section);
    if table.path.as_os_str().is_empty() {
        match clinical.filter(|_| table.sheet.is_some()) {
            Some(clinical) => table.path.clone_from(&clinical.path),
            None => section.error(
                format!("the table {name} has no path"),
                "write path = \"labs.csv\", or sheet = \"..\" for another sheet of the clinical table",
            ),
        }
    }
    let spec = JoinedSpec {
        name,
        id: section.text("id"),
        prefix: section.text("prefix").unwrap_or_default(),
        columns: section.texts("columns").unwrap_or_default(),
        fold: fold(&section),
        table,
    };
    section.finish();
    (!spec.table.path.as_os_str().is_empty()).then_some(spec)
}

/// `rows = "nearest"`, `by = "visit_date"`, `to = "surgery_date"`, `within = 30`. A question left open is no fold.
fn fold(section: &Section<'_, '_>) -> Option<Fold> {
    let by = section.text("by");
    let to = section.text("to");
    let within = section.get("within").and_then(|item| within(&item));
    let item = section.get("rows")?;
    if item.is_text() && item.text().as_deref() == Some(UNANSWERED) {
        return None;
    }
    let rows = item.choice(&Rows::WORDS)?;
    let Some(by) = by.filter(|by| by != UNANSWERED) else {
        let remedy = "write by = \"visit_date\", the column that orders, dates or names them".to_owned();
        item.error(format!("rows = \"{}\" needs the column that tells a patient's rows apart", rows.word()), remedy);
        return None;
    };
    if (rows == Rows::Nearest) != to.is_some() {
        let (message, remedy) = match rows {
            Rows::Nearest => {
                ("rows = \"nearest\" needs the date that it is to be near to", "write to = \"surgery_date\"")
            }
            _ => ("`to` is for rows = \"nearest\"", "leave it out"),
        };
        item.error(message, remedy.to_owned());
        return None;
    }
    if within.is_some() && rows != Rows::Nearest {
        item.error("`within` is for rows = \"nearest\"", "leave it out".to_owned());
    }
    Some(Fold { rows, by, to, within })
}

/// `30`, before or after, or `[-30, 0]`.
fn within(item: &Item<'_, '_>) -> Option<(f64, f64)> {
    if !item.is_list() {
        let days = item.number()?;
        if days < 0.0 {
            item.error("within counts days in both directions", "write within = 30, or [-30, 0]".to_owned());
            return None;
        }
        return Some((-days, days));
    }
    let ends: Vec<f64> = item.items()?.iter().filter_map(Item::number).collect();
    match ends.as_slice() {
        [from, to] if from <= to => Some((*from, *to)),
        _ => {
            let remedy = "write within = 30, or [-30, 0] for the 30 days before".to_owned();
            item.error("within should be a number of days, or two in rising order", remedy);
            None
        }
    }
}
