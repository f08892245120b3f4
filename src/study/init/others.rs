//! Several tables in a folder, several sheets in a workbook: which is the clinical one, and which are joined to it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use tables::problem::{Place, Problem};
use tables::{Column, Frame, ReadOptions, read_table, sheets};

use super::super::open::name_of;
use super::super::roles::{Roles, words};
use super::super::spec::*;

/// At most so many tables are looked into.
const MOST_TABLES: usize = 20;

/// The clinical table among several and why it is that one: one with an outcome, of one row a patient, the largest.
pub(super) fn clinical(tables: &[PathBuf]) -> Option<(PathBuf, Option<String>)> {
    let [first, rest @ ..] = tables else { return None };
    if rest.is_empty() {
        return Some((first.clone(), None));
    }
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let rank = |path: &Path| {
        let frame = read_table(path, Path::new(&name_of(path)), &ReadOptions::default()).ok().map(|(frame, _)| frame);
        let roles = frame.as_ref().map(Roles::guess).unwrap_or_default();
        let has_ids = roles.id.is_some_and(|id| frame.as_ref().is_some_and(|f| !repeats(f, &id)));
        (!roles.endpoints.is_empty(), has_ids, size(path))
    };
    let ranked: Vec<_> = tables.iter().take(MOST_TABLES).map(|path| (rank(path), path)).collect();
    let (best, path) = ranked.iter().max_by_key(|(rank, path)| (*rank, std::cmp::Reverse(*path)))?;
    let names: Vec<String> =
        std::iter::once(*path).chain(tables.iter().filter(|t| t != path)).map(|t| name_of(t)).collect();
    let alone = |wanted: fn(&(bool, bool, u64)) -> bool| ranked.iter().filter(|(rank, _)| wanted(rank)).count() == 1;
    let why = match best {
        (true, ..) if alone(|rank| rank.0) => "the one with an outcome",
        (false, true, _) if alone(|rank| rank.1) => "the one with a row a patient",
        _ => "the largest",
    };
    Some(((*path).clone(), Some(format!("{why} of {}", names.join(", ")))))
}

fn repeats(frame: &Frame, id: &str) -> bool {
    let texts = texts_of(frame, id);
    let distinct: HashSet<&String> = texts.iter().collect();
    distinct.len() < texts.len()
}

fn texts_of(frame: &Frame, column: &str) -> Vec<String> {
    let column = frame.get(column);
    column.map_or_else(Vec::new, |c| (0..frame.len()).filter_map(|i| c.values.text(i)).collect())
}

impl Study {
    /// Joins the tables in `others`, and the other sheets of the workbooks among them and of the study's own, by the id.
    /// What is not joined is said.
    pub(super) fn join_others(&mut self, frame: &Frame, others: &[PathBuf]) -> Vec<Problem> {
        let own = self.resolve(&self.table.path);
        let mut found: Vec<(PathBuf, Option<String>)> = Vec::new();
        for path in std::iter::once(&own).chain(others).take(MOST_TABLES) {
            let names = sheets(path);
            let is_own = *path == own;
            let read = self.table.sheet.clone().filter(|_| is_own).or_else(|| names.first().cloned());
            match (is_own, names.len()) {
                (true, 0 | 1) => {}
                (false, 0 | 1) => found.push((path.clone(), None)),
                _ => found.extend(
                    names.into_iter().filter(|n| !is_own || read.as_ref() != Some(n)).map(|n| (path.clone(), Some(n))),
                ),
            }
        }
        let Some(id) = self.id.clone().filter(|_| !found.is_empty()) else { return Vec::new() };
        let ids: HashSet<String> = texts_of(frame, &id).into_iter().collect();
        let mut taken: HashSet<String> = frame.names().map(str::to_owned).collect();
        let mut problems = Vec::new();
        for (path, sheet) in found {
            let shown = PathBuf::from(name_of(&path));
            let what =
                sheet.as_ref().map_or_else(|| shown.display().to_string(), |s| format!("{}, {s}", shown.display()));
            let said = |why: String| Problem::note(Place::file(&shown), format!("{what} is not joined: {why}"));
            let options = ReadOptions { sheet: sheet.clone(), ..ReadOptions::default() };
            let table = match read_table(&path, &shown, &options) {
                Ok((table, _)) => table,
                Err(error) => {
                    problems.push(said(error.to_string()));
                    continue;
                }
            };
            let Some((column, shared)) = id_among(&table, &id, &ids) else {
                problems.push(said("no column of it holds the ids of the study".to_owned()));
                continue;
            };
            let why = format!("{column} of {what} holds {shared} of the {} ids", ids.len());
            let table_spec = TableSpec { path: shown.clone(), sheet: sheet.clone(), ..TableSpec::default() };
            if sheet.is_some() && path == own && self.table.sheet.is_none() {
                self.table.sheet = sheets(&path).into_iter().next();
            }
            if self.take_features(&table, &table_spec, &column, &id, &why) {
                continue;
            }
            let (joined, reasons) = self.drafted(&table, table_spec, column, &id, &mut taken);
            self.reasons.insert(format!("tables.{}", joined.name), why.clone());
            self.reasons.extend(reasons);
            problems.push(Problem::note(Place::file(&shown), format!("guessed: {what} is joined by id ({why})")));
            self.tables.push(joined);
        }
        problems
    }

    /// A table of radiomic features is that of the study, unless it has some already.
    fn take_features(&mut self, table: &Frame, spec: &TableSpec, column: &str, id: &str, why: &str) -> bool {
        let Some(features) = Roles::guess(table).features.filter(|_| self.features.is_none()) else { return false };
        if repeats(table, column) {
            return false;
        }
        let own_id = Some(column.to_owned()).filter(|column| column != id);
        self.features = Some(FeatureSpec { table: Some(spec.clone()), id: own_id, ..features });
        self.reasons.insert("features".to_owned(), format!("columns are named as PyRadiomics names features; {why}"));
        true
    }

    /// The section of a table that is joined, and the reasons and questions about it.
    fn drafted(
        &self,
        table: &Frame,
        spec: TableSpec,
        column: String,
        id: &str,
        taken: &mut HashSet<String>,
    ) -> (JoinedSpec, BTreeMap<String, String>) {
        let name = self.free_name(&spec);
        let others: Vec<&str> = table.names().filter(|name| *name != column).collect();
        let prefix = if others.iter().any(|name| taken.contains(*name)) { format!("{name}_") } else { String::new() };
        taken.extend(others.iter().map(|name| format!("{prefix}{name}")));
        let mut reasons = BTreeMap::new();
        if repeats(table, &column) {
            let orders = |c: &&Column| matches!(c.values, tables::Values::Date(_)) || words::is_visit(&c.name);
            let by: Vec<&str> = table.columns().filter(orders).map(|c| c.name.as_str()).collect();
            let by = if by.is_empty() { "the column that orders them".to_owned() } else { by.join(" or ") };
            let why = format!("patients have several rows: first, last, nearest or wide, with by = {by}");
            reasons.insert(format!("tables.{name}.rows"), why);
        }
        let own_id = Some(column).filter(|column| column != id);
        (JoinedSpec { name, table: spec, id: own_id, prefix, ..JoinedSpec::default() }, reasons)
    }

    /// A plain word out of the name of sheet or file that no other table of the study has.
    fn free_name(&self, spec: &TableSpec) -> String {
        let stem = spec.path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let text = spec.sheet.clone().unwrap_or(stem).to_lowercase();
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let base = if words.is_empty() { "table".to_owned() } else { words.join("_") };
        let free = |name: &String| self.tables.iter().all(|t| t.name != *name);
        std::iter::once(base.clone()).chain((2..).map(|k| format!("{base}_{k}"))).find(free).unwrap_or(base)
    }
}

/// The column of `table` that holds the ids of the study, and how many of them.
fn id_among(table: &Frame, id: &str, ids: &HashSet<String>) -> Option<(String, usize)> {
    // Numbers from 1 to n are in many columns: those have to be called like an id, too.
    let are_words = ids.iter().any(|id| id.parse::<f64>().is_err());
    let shared = |column: &Column| {
        let texts: HashSet<String> = (0..table.len()).filter_map(|i| column.values.text(i)).collect();
        let n = texts.intersection(ids).count();
        (2 * n >= texts.len().min(ids.len()) && n > 0).then_some(n)
    };
    let may_be = |c: &&Column| are_words || c.name == id || words::is_id(&c.name);
    let found = table.columns().filter(may_be).filter_map(|c| Some((shared(c)?, c)));
    let best = found.max_by_key(|(n, c)| (*n, c.name == id, words::is_id(&c.name)))?;
    Some((best.1.name.clone(), best.0))
}
