//! From a study and its files to the cohort: read, type, describe, derive, enrol, divide.

mod derived;
mod divided;
mod features;
mod folded;
mod groups;
mod joined;
mod joining;
mod regions;
mod repeats;
mod scores;
mod sealed;

use std::collections::BTreeMap;

use tables::names::{split_outside, unquoted};
use tables::problem::{Place, Problem};
use tables::{Column, ColumnRules, Frame, Kind, LengthMismatch, ReadOptions, Withheld, did_you_mean, read_table};

use self::divided::Divided;
pub use self::features::matches;
pub use self::repeats::repeated;
pub use self::scores::COHORT;
use self::sealed::Sealed;
use super::cohort::{Cohort, CohortParts};
use super::columns;
use super::memory::TableMemory;
use super::spec::{EndpointSource, Study, TableSpec};

impl TableSpec {
    /// How the table is read, with what is known of its columns.
    pub(super) fn options(&self, columns: BTreeMap<String, ColumnRules>) -> ReadOptions {
        self.options_without(columns, Withheld::default())
    }

    /// The same, with cells that nothing may learn of.
    fn options_without(&self, columns: BTreeMap<String, ColumnRules>, withheld: Withheld) -> ReadOptions {
        ReadOptions {
            withheld,
            sheet: self.sheet.clone(),
            delimiter: self.delimiter,
            encoding: self.encoding.clone(),
            decimal: self.decimal,
            missing: self.missing.clone(),
            dates: self.dates,
            limits: self.limits,
            columns,
        }
    }
}

impl Study {
    /// Reads the table and builds the cohort of the enrolled patients.
    ///
    /// Everything that is wrong with table, criteria, endpoints and cohorts is listed. There is no cohort when the
    /// table cannot be read; a part that cannot be built (an endpoint, a derived column) is left out of it.
    pub fn cohort(&self) -> (Option<Cohort>, Vec<Problem>) {
        let mut problems = Vec::new();
        let cohort = self.build(&mut problems);
        tables::problem::sort(&mut problems);
        (cohort, problems)
    }

    /// The clinical table as it is read, before criteria and derived columns. The outcomes of sealed cohorts are not in it.
    pub fn read_table(&self) -> (Option<Frame>, Vec<Problem>) {
        self.read_without(&self.sealed())
    }

    fn read_without(&self, sealed: &Sealed) -> (Option<Frame>, Vec<Problem>) {
        let options = self.table.options_without(self.column_rules(), sealed.of_table());
        read(self, &self.table, "table", &options, Some(&self.memory))
    }

    /// What is withheld: known once everybody is divided, which nobody is shown.
    fn sealed(&self) -> Sealed {
        if self.seal.closed().next().is_none() {
            return Sealed::default();
        }
        match self.divided(&Sealed::default(), &mut Vec::new()) {
            Some(divided) => Sealed::of(self, &divided.people, &divided.groups.levels),
            None => Sealed::default(),
        }
    }

    fn build(&self, problems: &mut Vec<Problem>) -> Option<Cohort> {
        let sealed = self.sealed();
        let divided = self.divided(&sealed, problems)?;
        let Divided { mut frame, ids, endpoints, groups, features, flow, .. } = divided;
        let late = self.learned_columns();
        if !late.is_empty() {
            derived::learn(self, &late, &mut frame, &groups, problems);
            columns::describe(self, &mut frame, &|name| late.contains(&name), problems);
            sealed.empty(&mut frame);
        }
        let variables = self.variables(&frame, &features, problems);
        sealed.check(self, &groups, problems);
        derived::check_waiting(self, &frame, &features, problems);
        self.check_readings(&frame, problems);
        self.check_regions(problems);
        self.check_scores(&frame, &features, &endpoints, problems);
        self.check_models(&frame, &features, problems);
        let id = self.id.clone().filter(|name| frame.get(name).is_some());
        let parts = CohortParts { frame, id, ids, endpoints, groups, variables, features, flow };
        Some(Cohort::new(parts).expect("every part was made from the same rows"))
    }

    /// What the study knows of the columns before they are read.
    pub(super) fn column_rules(&self) -> BTreeMap<String, ColumnRules> {
        let mut rules: BTreeMap<String, ColumnRules> = BTreeMap::new();
        let mut expect = |name: &str, kind: Kind| rules.entry(name.to_owned()).or_default().kind = Some(kind);
        for endpoint in &self.endpoints {
            match &endpoint.source {
                EndpointSource::Times { time, .. } => expect(time, Kind::Number),
                EndpointSource::Dates { origin, events, last_contact, .. } => {
                    expect(origin, Kind::Date);
                    events.iter().chain(last_contact).for_each(|name| expect(name, Kind::Date));
                }
                EndpointSource::Interval { origin, end, .. } => {
                    expect(origin, Kind::Date);
                    expect(end, Kind::Date);
                }
            }
        }
        if let Some(id) = &self.id {
            // 007 and 7 are different patients, and so are their files.
            expect(id, Kind::Text);
        }
        for causes in self.endpoints.iter().filter_map(|endpoint| endpoint.causes.as_ref()) {
            // Its words are causes and what is written for none: "none" is not a missing value here.
            rules.entry(causes.column.clone()).or_default().missing = Some(Vec::new());
        }
        for column in &self.columns {
            let rule = rules.entry(column.name.clone()).or_default();
            // Levels that are named are levels, numbers or not.
            let levels = (!column.levels.is_empty()).then_some(Kind::Category);
            rule.kind = column.kind.or(rule.kind).or(levels);
            rule.missing = column.missing.clone().or(rule.missing.take());
            rule.limits = column.limits;
        }
        rules
    }

    /// The patients' names: the id column, else the row's number.
    fn ids(&self, frame: &Frame, problems: &mut Vec<Problem>) -> Vec<String> {
        let by_row = |i: usize| frame.row_id(i).row.to_string();
        let Some(name) = &self.id else { return (0..frame.len()).map(by_row).collect() };
        let column = match frame.column(name) {
            Ok(column) => column,
            Err(unknown) => {
                problems.push(unknown.problem(self.place("id"), " to name the patients"));
                return (0..frame.len()).map(by_row).collect();
            }
        };
        let id = |i: usize| column.values.text(i).unwrap_or_else(|| format!("row {}", by_row(i)));
        for i in (0..frame.len()).filter(|&i| column.values.is_missing(i)) {
            let message = "a patient without an id";
            problems.push(Problem::error(frame.place_of(i).field(name), message).remedy("give every patient an id"));
        }
        (0..frame.len()).map(id).collect()
    }

    /// Patients that have several rows: one line for all of them, with the first three.
    fn duplicates(&self, frame: &Frame, ids: &[String], problems: &mut Vec<Problem>) {
        let Some(field) = &self.id else { return };
        problems.extend(repeated(frame, field, ids));
    }

    /// The clinical variables: those named, else every number and category without another role.
    fn variables(&self, frame: &Frame, features: &[String], problems: &mut Vec<Problem>) -> Vec<String> {
        if !self.analysis.variables.is_empty() {
            let key = "analysis.variables";
            return self.known(frame, &self.analysis.variables, key, problems);
        }
        let endpoint_columns: Vec<&str> = self.endpoints.iter().flat_map(|e| e.columns()).collect();
        let cohort_columns: Vec<&str> = self.cohorts.columns();
        let has_role = |name: &str| {
            self.id.as_deref() == Some(name)
                || endpoint_columns.contains(&name)
                || cohort_columns.contains(&name)
                || features.iter().any(|f| f == name)
        };
        let is_variable = |c: &&Column| {
            matches!(c.kind(), Kind::Number | Kind::Category)
                && !has_role(&c.name)
                && c.doubt.is_none()
                && c.values.n_missing() < frame.len()
        };
        frame.columns().filter(is_variable).map(|c| c.name.clone()).collect()
    }

    /// Those of `names` that are columns; the others are listed.
    fn known(&self, frame: &Frame, names: &[String], key: &str, problems: &mut Vec<Problem>) -> Vec<String> {
        let mut known = Vec::new();
        for (k, name) in names.iter().enumerate() {
            match frame.column(name) {
                Ok(_) => known.push(name.clone()),
                Err(unknown) => {
                    let place = self.place(&format!("{key}.{k}"));
                    problems.push(unknown.problem(place, ""));
                }
            }
        }
        known
    }

    fn check_readings(&self, frame: &Frame, problems: &mut Vec<Problem>) {
        for reading in &self.readings {
            let key = format!("readings.{}", reading.name);
            let inner = format!("{key}.columns");
            let key = if self.places.exact(&inner).is_some() { inner } else { key };
            self.known(frame, &reading.columns, &key, problems);
        }
    }

    fn check_models(&self, frame: &Frame, features: &[String], problems: &mut Vec<Problem>) {
        for model in &self.models {
            for (k, covariate) in model.covariates.iter().enumerate() {
                for name in covariate_columns(covariate) {
                    if frame.get(name).is_some() || self.is_made(name, features) {
                        continue;
                    }
                    let key = format!("models.{}", model.name);
                    let inner = [format!("{key}.covariates.{k}"), format!("{key}.{k}")];
                    let place = inner
                        .iter()
                        .find_map(|key| self.places.exact(key))
                        .map_or_else(|| self.place(&key), |(line, column)| self.place(&key).at(line, column));
                    let message = format!("model {}: no column {name} in the table", model.name);
                    let made = self.made_names();
                    let remedy = did_you_mean(name, frame.names().chain(made.iter().map(String::as_str)));
                    problems.push(Problem { remedy, ..Problem::error(place, message) });
                }
            }
        }
    }
}

/// The columns that a covariate uses: `age`, `rcs(age, 4)`, `age * stage`; a name with signs in it stands in backticks.
pub fn covariate_columns(covariate: &str) -> Vec<&str> {
    let variable = |part: &'_ str| -> Option<(usize, usize)> {
        let inside = part.strip_prefix("rcs(").and_then(|rest| rest.strip_suffix(')'));
        let name = inside.map_or(part, |inside| split_outside(inside, ',').first().copied().unwrap_or_default());
        let name = unquoted(name);
        let start = name.as_ptr() as usize - covariate.as_ptr() as usize;
        (!name.is_empty()).then_some((start, start + name.len()))
    };
    let parts = split_outside(covariate, '*');
    parts.into_iter().filter_map(variable).map(|(start, end)| &covariate[start..end]).collect()
}

/// Reads a table of the study, or finds it in its memory; what keeps it from being read is a problem at `key`'s place.
fn read(
    study: &Study,
    table: &TableSpec,
    key: &str,
    options: &ReadOptions,
    memory: Option<&TableMemory>,
) -> (Option<Frame>, Vec<Problem>) {
    let path = study.resolve(&table.path);
    let shown = study.shown(&path);
    let found = match memory {
        Some(memory) => memory.read(&path, &shown, options, study.seal.closed().next().is_none()),
        None => read_table(&path, &shown, options),
    };
    match found {
        Ok((frame, problems)) => (Some(frame), problems),
        Err(error) => {
            let problem = Problem::from(error);
            let message = format!("{}: {}", shown.display(), problem.message);
            let place = if study.places.find(key).is_some() { study.place(key) } else { problem.place };
            (None, vec![Problem { place, message, ..problem }])
        }
    }
}

/// Adds or replaces a column that was made from the rows of `frame`.
pub(super) fn set(frame: &mut Frame, column: Column) {
    let set: Result<(), LengthMismatch> = frame.set(column);
    set.expect("the column was computed from the same rows");
}

/// `1 patient is`, `3 patients are`.
fn patients(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 patient {one}") } else { format!("{n} patients {many}") }
}

/// A place in the study file where a table is named, for problems of its columns.
fn in_table(frame: &Frame, field: &str) -> Place {
    frame.place().field(field)
}
