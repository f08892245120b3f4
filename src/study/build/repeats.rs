//! Ids that stand in several rows.

use std::collections::BTreeMap;

use tables::Frame;
use tables::problem::Problem;

/// Ids that stand in several rows, as one error.
pub fn repeated(frame: &Frame, field: &str, ids: &[String]) -> Option<Problem> {
    if tables::are_distinct(ids) {
        return None;
    }
    let mut rows_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    ids.iter().enumerate().for_each(|(i, id)| rows_of.entry(id).or_default().push(i));
    let mut repeats: Vec<(&str, Vec<usize>)> = rows_of.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
    repeats.sort_by_key(|(_, rows)| rows[0]);
    let (first, rows) = repeats.first()?;
    let row = |i: &usize| frame.row_id(*i).row.to_string();
    let each = |(id, rows): &(&str, Vec<usize>)| {
        format!("{id} in rows {}", rows.iter().take(4).map(row).collect::<Vec<_>>().join(", "))
    };
    let shown: Vec<String> = repeats.iter().take(3).map(each).collect();
    let more = if repeats.len() > 3 { ", .." } else { "" };
    let (n, all) = (repeats.len(), ids.len());
    let message = match n {
        1 => format!("the id {first} stands in several rows: {}", shown[0]),
        _ => format!("{n} ids stand in several of the {all} rows: {}{more}", shown.join("; ")),
    };
    let redcap = frame.names().find(|name| *name == "redcap_event_name");
    let remedy = match redcap {
        Some(column) => format!(
            "keep one row a patient: this is a REDCap export with a row for each event; choose one by {column}, as in --where '{column} == \"..\"' or an [[enrolment]] criterion"
        ),
        None => "keep one row a patient, or choose by a criterion which row counts (--where, [[enrolment]])".to_owned(),
    };
    let place = if n == 1 { frame.place_of(rows[1]).field(field).patient(*first) } else { frame.place().field(field) };
    Some(Problem::error(place, message).remedy(remedy))
}
