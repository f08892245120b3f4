//! Tables beside the clinical one: joined by id, one row a patient.

use std::collections::{BTreeMap, HashMap};

use tables::problem::Problem;
use tables::{Column, ColumnRules, Frame, Kind};

use super::folded::fold;
use super::joining::{Joining, Part};
use super::sealed::Sealed;
use super::{read, set};
use crate::study::spec::{JoinedSpec, Study};

/// Adds the columns of the study's other tables to `frame`.
pub(super) fn join(study: &Study, sealed: &Sealed, frame: &mut Frame, problems: &mut Vec<Problem>) {
    if study.tables.is_empty() {
        return;
    }
    let Some(ids) = study
        .id
        .as_ref()
        .and_then(|id| frame.column(id).ok())
        .map(|column| (0..frame.len()).map(|i| column.values.text(i).unwrap_or_default()).collect::<Vec<String>>())
    else {
        let message = "other tables are joined by the patient's id, and the study names none";
        return problems.push(Problem::error(study.place("tables"), message).remedy("name the id column: id = \"..\""));
    };
    for spec in &study.tables {
        let mut found = Vec::new();
        let columns = one(study, spec, sealed, frame, &ids, &mut found);
        problems.extend(found);
        for column in columns.unwrap_or_default() {
            add(study, spec, frame, column, &ids, problems);
        }
    }
}

/// The columns of one table, a row a patient; none where it cannot be read or joined.
fn one(
    study: &Study,
    spec: &JoinedSpec,
    sealed: &Sealed,
    clinical: &Frame,
    ids: &[String],
    problems: &mut Vec<Problem>,
) -> Option<Vec<Column>> {
    let key = format!("tables.{}", spec.name);
    let id = spec.id.as_ref().or(study.id.as_ref())?;
    let mut options = spec.table.options(rules(study, spec, id));
    let (mut table, mut found) = read(study, &spec.table, &format!("{key}.path"), &options, None);
    if let Some(seen) = table.as_ref().filter(|_| !sealed.is_empty()) {
        options.withheld = sealed.of_joined(spec, seen, id);
        (table, found) = read(study, &spec.table, &format!("{key}.path"), &options, None);
    }
    problems.extend(found);
    let table = table?;
    let keys = match table.column(id) {
        Ok(column) => &column.values,
        Err(unknown) => {
            let role = format!(" {} to join it by", spec.table.path.display());
            let problem = unknown.problem(study.place(&format!("{key}.id")), &role);
            problems.push(if problem.remedy.is_some() {
                problem
            } else {
                problem.remedy("name its id column: id = \"..\"")
            });
            return None;
        }
    };
    let keys: Vec<Option<String>> = (0..table.len()).map(|i| keys.text(i)).collect();
    let mut rows_of: HashMap<&str, Vec<usize>> = HashMap::with_capacity(ids.len());
    for (i, key) in keys.iter().enumerate() {
        if let Some(key) = key {
            rows_of.entry(key).or_default().push(i);
        }
    }
    let known = ids.iter().map(String::as_str).collect();
    let joining = Joining { study, spec, clinical, table: &table, ids, rows_of: &rows_of, known };
    joining.say_unmatched(&keys, problems)?;
    let parts = match &spec.fold {
        Some(how) => fold(&joining, how, problems)?,
        None => vec![joining.single(&keys, problems)?],
    };
    let by = spec.fold.as_ref().map(|fold| fold.by.as_str());
    let wanted = joining.wanted(id, by.filter(|_| parts.iter().any(|p| p.visit.is_some())), problems);
    let columns = wanted.into_iter().flat_map(|column| {
        parts.iter().map(move |Part { visit, rows }| {
            let visit = visit.as_ref().map_or(String::new(), |visit| format!("_{visit}"));
            let label = column.label.as_ref().map(|label| format!("{label}{}", visit.replace('_', " ")));
            let name = format!("{}{}{visit}", spec.prefix, column.name);
            // What could not be read is told by the rows of its own file, which are not those of the study.
            let unread = column.unread.first().map(|first| {
                let n = column.unread.len();
                let are = if n == 1 { "value is" } else { "values are" };
                let kind = column.kind();
                format!("{name}: {n} {are} no {kind}, so missing (row {} of {}: {})", first.row, spec.name, first.text)
            });
            let taken = column.select_known(rows);
            let remarks = taken.remarks.iter().cloned().chain(unread).collect();
            Column { name, label, unread: Vec::new(), remarks, ..taken }
        })
    });
    Some(columns.collect())
}

/// What the study knows of the columns of the table, by their names there.
fn rules(study: &Study, spec: &JoinedSpec, id: &str) -> BTreeMap<String, ColumnRules> {
    let own = study.column_rules().into_iter();
    let mut rules: BTreeMap<String, ColumnRules> = own
        .filter(|(name, _)| study.id.as_ref() != Some(name))
        .filter_map(|(name, rule)| Some((name.strip_prefix(&spec.prefix)?.to_owned(), rule)))
        .collect();
    rules.insert(id.to_owned(), ColumnRules { kind: Some(Kind::Text), ..ColumnRules::default() });
    rules
}

/// Adds a column; where the study has one of that name already, that one is kept, and patients with two values are named.
fn add(
    study: &Study,
    spec: &JoinedSpec,
    frame: &mut Frame,
    column: Column,
    ids: &[String],
    problems: &mut Vec<Problem>,
) {
    let Some(there) = frame.get(&column.name) else { return set(frame, column) };
    let (old, new) = (&there.values, &column.values);
    let differs = |i: &usize| !new.is_missing(*i) && !old.is_missing(*i) && old.text(*i) != new.text(*i);
    let odd: Vec<&String> = (0..frame.len()).filter(differs).map(|i| &ids[i]).collect();
    let place = study.place(&format!("tables.{}", spec.name));
    let name = &column.name;
    let remedy = format!("prefix = \"{}_\" gives the columns of it names of their own", spec.name);
    let problem = match odd.len() {
        0 => Problem::note(place, format!("{name} of {} is in the study already; that one is kept", spec.name)),
        n => Problem::warning(
            place,
            format!(
                "{name} of {} is in the study already, with other values in {}: {}; that one is kept",
                spec.name,
                if n == 1 { "1 patient".to_owned() } else { format!("{n} patients") },
                Joining::first_three(&odd)
            ),
        ),
    };
    problems.push(problem.remedy(remedy));
}
