//! Two runs, or two models, told apart: settings, what they were made from, patients, numbers.

mod csv;
pub mod document;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

/// One of the two.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// What it is called: a path as it was given.
    pub name: String,
    /// The manifest of a run, or the model.
    pub facts: Value,
    /// Tables of a run by their paths.
    pub tables: BTreeMap<String, String>,
    /// Hashes of all files of a run by their paths.
    pub files: BTreeMap<String, String>,
}

/// What tells them apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The first.
    pub a: String,
    /// The second.
    pub b: String,
    /// Whether nothing does.
    pub same: bool,
    /// Settings, choices and versions that differ.
    pub settings: Vec<Setting>,
    /// What they were made from.
    pub inputs: Vec<Change>,
    /// Patients of whom one side alone has numbers.
    pub patients: Patients,
    /// Numbers that differ: of tables of runs by file, of models all together.
    pub numbers: Vec<Numbers>,
    /// Files that differ, are new or gone.
    pub files: Vec<Change>,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// Its path: `analysis.lasso.folds`.
    pub key: String,
    /// Its value in the first; null where it has none.
    pub a: Value,
    /// Its value in the second.
    pub b: Value,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// `changed`, `only_a` or `only_b`.
    pub change: &'static str,
}

/// Patients of one side alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Patients {
    /// How many the first has.
    pub n_a: Option<u64>,
    /// How many the second has.
    pub n_b: Option<u64>,
    /// Those of the first alone.
    pub only_a: Vec<String>,
    /// Those of the second alone.
    pub only_b: Vec<String>,
}

/// Numbers of a table, or of a model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Numbers {
    /// The table's file.
    pub file: String,
    /// Numbers that both have.
    pub compared: usize,
    /// Those that differ.
    pub differing: usize,
    /// The largest difference, as a share of the larger number.
    pub largest: f64,
    /// Rows that one side alone has.
    pub rows: usize,
    /// The first of those that differ.
    pub differences: Vec<Difference>,
}

/// A number.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Difference {
    pub row: String,
    pub column: String,
    pub a: f64,
    pub b: f64,
}

/// So many differences of a table are listed.
const LISTED: usize = 20;

/// Keys of a manifest or model that are no settings.
const APART: [&str; 12] = [
    "files",
    "inputs",
    "provenance",
    "coefficients",
    "covariance",
    "baseline",
    "cut",
    "performance",
    "scores",
    "training",
    "patients",
    "patients_with_features",
];

/// Keys of a model that hold its numbers.
const OF_MODEL: [&str; 7] = ["coefficients", "covariance", "baseline", "cut", "performance", "scores", "training"];

/// Compares two runs, or two models.
pub fn run(a: &Side, b: &Side) -> Answer {
    let settings = settings(&a.facts, &b.facts);
    let mut inputs = changes(&hashes(&a.facts["inputs"]), &hashes(&b.facts["inputs"]));
    inputs.extend(changes(&hashes(&a.facts["provenance"]["files"]), &hashes(&b.facts["provenance"]["files"])));
    let images = |side: &Side| side.facts["provenance"]["images"]["hash"].as_str().map(str::to_owned);
    if images(a) != images(b) {
        inputs.push(Change { path: "images and masks".to_owned(), change: "changed" });
    }
    let mut numbers: Vec<Numbers> = a
        .tables
        .iter()
        .filter_map(|(path, text)| csv::compare(path, text, b.tables.get(path)?))
        .filter(|of| of.differing > 0 || of.rows > 0)
        .collect();
    numbers.extend(of_models(&a.facts, &b.facts));
    let files = changes(&a.files, &b.files);
    let patients = patients(a, b);
    let same = settings.is_empty()
        && inputs.is_empty()
        && numbers.is_empty()
        && files.is_empty()
        && patients.only_a.is_empty()
        && patients.only_b.is_empty()
        && patients.n_a == patients.n_b;
    Answer { a: a.name.clone(), b: b.name.clone(), same, settings, inputs, patients, numbers, files }
}

/// Every single value of a JSON object by its path.
fn leaves(value: &Value, path: &str, into: &mut BTreeMap<String, Value>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| leaves(value, &below(key), into)),
        Value::Array(all) if all.iter().any(|one| one.is_object() || one.is_array()) => {
            for (k, one) in all.iter().enumerate() {
                // Parts with a name keep it, whatever their place.
                let named = ["name", "column", "cohort", "sequence"].iter().find_map(|key| one[*key].as_str());
                leaves(one, &below(&named.map_or_else(|| k.to_string(), str::to_owned)), into);
            }
        }
        other => drop(into.insert(path.to_owned(), other.clone())),
    }
}

fn settings(a: &Value, b: &Value) -> Vec<Setting> {
    let of = |facts: &Value| {
        let mut all = BTreeMap::new();
        for (key, value) in facts.as_object().into_iter().flatten().filter(|(key, _)| !APART.contains(&key.as_str())) {
            leaves(value, key, &mut all);
        }
        all
    };
    let (a, b) = (of(a), of(b));
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let value = |side: &BTreeMap<String, Value>, key: &String| side.get(key).cloned().unwrap_or(Value::Null);
    let differ = keys.into_iter().filter(|key| a.get(*key) != b.get(*key));
    differ.map(|key| Setting { key: key.clone(), a: value(&a, key), b: value(&b, key) }).collect()
}

/// Hashes of a list of files by path.
fn hashes(list: &Value) -> BTreeMap<String, String> {
    let one = |file: &Value| Some((file["path"].as_str()?.to_owned(), file["hash"].as_str()?.to_owned()));
    list.as_array().into_iter().flatten().filter_map(one).collect()
}

fn changes(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<Change> {
    let paths: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let change = |path: &&String| match (a.get(*path), b.get(*path)) {
        (Some(a), Some(b)) if a == b => None,
        (Some(_), Some(_)) => Some("changed"),
        (Some(_), None) => Some("only_a"),
        _ => Some("only_b"),
    };
    paths.iter().filter_map(|path| Some(Change { path: (*path).clone(), change: change(path)? })).collect()
}

/// The numbers of two models.
fn of_models(a: &Value, b: &Value) -> Option<Numbers> {
    let of = |facts: &Value| {
        let mut all = BTreeMap::new();
        OF_MODEL.iter().for_each(|key| leaves(&facts[*key], key, &mut all));
        all
    };
    let (a, b) = (of(a), of(b));
    let mut found = Numbers::new("model");
    for (key, value) in &a {
        match (value.as_f64(), b.get(key).map(Value::as_f64)) {
            (Some(x), Some(Some(y))) => found.count(key, "", x, y),
            (_, None) => found.rows += 1,
            _ => {}
        }
    }
    found.rows += b.keys().filter(|key| !a.contains_key(*key)).count();
    (found.differing > 0 || found.rows > 0).then_some(found)
}

impl Numbers {
    fn new(file: &str) -> Self {
        Self { file: file.to_owned(), compared: 0, differing: 0, largest: 0.0, rows: 0, differences: Vec::new() }
    }

    fn count(&mut self, row: &str, column: &str, a: f64, b: f64) {
        self.compared += 1;
        if a == b || a.is_nan() && b.is_nan() {
            return;
        }
        self.differing += 1;
        let share = (a - b).abs() / a.abs().max(b.abs());
        self.largest = self.largest.max(if share.is_finite() { share } else { 1.0 });
        if self.differences.len() < LISTED {
            self.differences.push(Difference { row: row.to_owned(), column: column.to_owned(), a, b });
        }
    }
}

/// Patients by the rows of their features.
fn patients(a: &Side, b: &Side) -> Patients {
    let ids = |side: &Side| -> BTreeSet<String> {
        let rows = side.tables.get("features.csv").map(|text| csv::rows(text)).unwrap_or_default();
        rows.into_iter().skip(1).filter_map(|row| row.into_iter().next()).collect()
    };
    let n = |side: &Side| side.facts["patients"].as_u64().or(side.facts["training"]["n"].as_u64());
    let (of_a, of_b) = (ids(a), ids(b));
    Patients {
        n_a: n(a),
        n_b: n(b),
        only_a: of_a.difference(&of_b).cloned().collect(),
        only_b: of_b.difference(&of_a).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn side(facts: Value, tables: &[(&str, &str)]) -> Side {
        let tables = tables.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Side { name: "x".to_owned(), facts, tables, files: BTreeMap::new() }
    }

    #[test]
    fn numbers_and_settings_are_told_apart() {
        let table = "Term,HR\n\"a, b\",1.5\nc,2\n";
        let a = side(json!({"seed": 1, "analysis": {"folds": 10}, "patients": 3}), &[("t.csv", table)]);
        assert!(run(&a, &a).same);
        let other = "Term,HR\n\"a, b\",1.5\nc,2.5\n";
        let b = side(json!({"seed": 2, "analysis": {"folds": 10}, "patients": 3}), &[("t.csv", other)]);
        let answer = run(&a, &b);
        assert!(!answer.same);
        assert_eq!(answer.settings, [Setting { key: "seed".to_owned(), a: json!(1), b: json!(2) }]);
        let [numbers] = answer.numbers.as_slice() else { panic!("one table") };
        assert_eq!((numbers.compared, numbers.differing, numbers.largest), (2, 1, 0.2));
        let one = Difference { row: "c".to_owned(), column: "HR".to_owned(), a: 2.0, b: 2.5 };
        assert_eq!(numbers.differences, [one]);
    }

    #[test]
    fn models_are_compared_by_their_parts_names() {
        let model = |coef: f64| json!({"coefficients": [{"column": "age", "coef": coef}], "training": {"n": 9}});
        let answer = run(&side(model(0.5), &[]), &side(model(0.25), &[]));
        assert_eq!(answer.numbers[0].differences[0].row, "coefficients.age.coef");
        assert_eq!((answer.patients.n_a, answer.numbers[0].largest), (Some(9), 0.5));
    }
}
