//! A table on its way into a study's: whose rows its rows are, and what does not fit.

use std::collections::{HashMap, HashSet};

use figures::format;
use tables::problem::Problem;
use tables::{Column, Frame};

use super::{matches, repeated};
use crate::study::spec::{JoinedSpec, Study};

/// A table that is being joined, and whose rows they are.
pub(super) struct Joining<'j> {
    pub study: &'j Study,
    pub spec: &'j JoinedSpec,
    /// The study's table, one row a patient.
    pub clinical: &'j Frame,
    pub table: &'j Frame,
    /// The patients in the order of the study's table.
    pub ids: &'j [String],
    /// The rows of each patient that has any, in the order of the file.
    pub rows_of: &'j HashMap<&'j str, Vec<usize>>,
    /// The patients again, to be asked for.
    pub known: HashSet<&'j str>,
}

/// The row of each patient that makes a set of columns.
pub(super) struct Part {
    /// The visit, where each has columns of its own.
    pub visit: Option<String>,
    /// The row of each patient in the study's order.
    pub rows: Vec<Option<usize>>,
}

impl Joining<'_> {
    /// `P1, P2, P3 and 4 more`
    pub fn first_three<S: AsRef<str>>(names: &[S]) -> String {
        let shown: Vec<&str> = names.iter().take(3).map(AsRef::as_ref).collect();
        let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
        format!("{}{more}", shown.join(", "))
    }

    /// Patients without a row, rows without a patient, rows without an id. None if not one row fits.
    pub fn say_unmatched(&self, keys: &[Option<String>], problems: &mut Vec<Problem>) -> Option<()> {
        let place = || self.table.place();
        let name = &self.spec.name;
        let absent: Vec<&String> = self.ids.iter().filter(|id| !self.rows_of.contains_key(id.as_str())).collect();
        let row = |i: usize| format!("row {}", self.table.row_id(i).row);
        let mut seen: HashSet<&str> = HashSet::new();
        let mut strange: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
        strange.retain(|key| !self.known.contains(key) && seen.insert(key));
        if absent.len() == self.ids.len() {
            let message = format!(
                "no id of {name} is one of the study: it has {}, the study {}",
                Self::first_three(&strange),
                Self::first_three(&absent)
            );
            let remedy = "name the column that names the patients in it: id = \"..\", or write the ids alike";
            problems.push(Problem::error(self.study.place(&format!("tables.{name}.id")), message).remedy(remedy));
            return None;
        }
        if !absent.is_empty() {
            let message = format!(
                "{} without a row in {name}: {}",
                format::patients_are(absent.len()),
                Self::first_three(&absent)
            );
            problems.push(Problem::warning(place(), message).remedy("their values of it are missing"));
        }
        if !strange.is_empty() {
            let message = format!(
                "{} of {name} {} in the study: {}",
                if strange.len() == 1 { "1 id".to_owned() } else { format!("{} ids", strange.len()) },
                if strange.len() == 1 { "is not" } else { "are not" },
                Self::first_three(&strange)
            );
            problems.push(Problem::warning(place(), message).remedy("their rows are left out"));
        }
        let nameless: Vec<String> = (0..keys.len()).filter(|&i| keys[i].is_none()).map(row).collect();
        if !nameless.is_empty() {
            let message = format!("{} without an id in {name}: {}", rows(nameless.len()), Self::first_three(&nameless));
            problems.push(Problem::warning(place(), message).remedy("they are left out"));
        }
        Some(())
    }

    /// The one row of each patient; several are a question.
    pub fn single(&self, keys: &[Option<String>], problems: &mut Vec<Problem>) -> Option<Part> {
        let known: Vec<usize> = (0..keys.len())
            .filter(|&i| keys[i].as_ref().is_some_and(|key| self.known.contains(key.as_str())))
            .collect();
        let ids: Vec<String> = known.iter().filter_map(|&i| keys[i].clone()).collect();
        let field = self.spec.id.as_ref().or(self.study.id.as_ref())?;
        if let Some(several) = repeated(&self.table.select_rows(&known), field, &ids) {
            let question =
                format!("question: which row of a patient counts in {}? {}", self.spec.name, several.message);
            let remedy = format!(
                "write in [tables.{}] rows = \"first\", \"last\", \"nearest\" or \"wide\", and by = the column that orders, dates or names them",
                self.spec.name
            );
            problems.push(Problem { message: question, remedy: Some(remedy), ..several });
            return None;
        }
        let rows = self.ids.iter().map(|id| self.rows_of.get(id.as_str()).map(|rows| rows[0])).collect();
        Some(Part { visit: None, rows })
    }

    /// The columns that are taken: those named, else all but the id and the column of visits.
    pub fn wanted(&self, id: &str, visits: Option<&str>, problems: &mut Vec<Problem>) -> Vec<&Column> {
        for (k, pattern) in self.spec.columns.iter().enumerate() {
            if !self.table.names().any(|name| matches(pattern, name)) {
                let place = self.study.place(&format!("tables.{}.columns.{k}", self.spec.name));
                problems.push(Problem::error(place, format!("no column of {} matches {pattern}", self.spec.name)));
            }
        }
        let is_meant = |name: &str| self.spec.columns.is_empty() || self.spec.columns.iter().any(|p| matches(p, name));
        let columns = self.table.columns();
        columns.filter(|c| c.name != id && Some(c.name.as_str()) != visits && is_meant(&c.name)).collect()
    }
}

/// `1 row`, `3 rows`
pub(super) fn rows(n: usize) -> String {
    if n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}
