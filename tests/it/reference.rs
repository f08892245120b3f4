//! Reading reference values and data sets, and counting how close we come to them.

use std::cell::RefCell;

use serde_json::Value;

/// The JSON file `relative` among the references, or `None` where they are absent.
pub fn json(relative: &str) -> Option<Value> {
    let text = std::fs::read_to_string(crate::oracle::path(relative)?).expect("a readable reference file");
    Some(serde_json::from_str(&text).expect("reference files are JSON"))
}

/// A stored number: `null`, "NA" and "NaN" are NaN, "Inf" and "-Inf" the infinities.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Null => f64::NAN,
        Value::String(text) => match text.as_str() {
            "NA" | "NaN" => f64::NAN,
            "Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            other => panic!("{other} is not a number"),
        },
        Value::Bool(b) => f64::from(u8::from(*b)),
        other => other.as_f64().expect("a number"),
    }
}

/// Stored numbers; R's writers turn vectors of length one into scalars.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map_or_else(|| vec![number(value)], |list| list.iter().map(number).collect())
}

/// Stored strings, a single one being a list of one.
pub fn strings(value: &Value) -> Vec<String> {
    let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
    value.as_array().map_or_else(|| vec![text(value)], |list| list.iter().map(text).collect())
}

/// A CSV table of the references, as text.
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads `survival/data/NAME.csv`, or `None` where the references are absent.
    pub fn read(name: &str) -> Option<Self> {
        Some(Self::open(&crate::oracle::path(&format!("survival/data/{name}.csv"))?))
    }

    /// Reads the table at `path`.
    pub fn open(path: &std::path::Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a readable table");
        let split = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect::<Vec<_>>();
        let mut lines = text.lines();
        let names = split(lines.next().expect("a header"));
        Self { names, rows: lines.map(split).collect() }
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// A column as written; empty or NA is missing.
    pub fn text(&self, name: &str) -> Vec<Option<&str>> {
        let at = self.names.iter().position(|n| n == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty() && *cell != "NA")).collect()
    }

    /// A column as numbers; missing is NaN.
    pub fn column(&self, name: &str) -> Vec<f64> {
        let parse = |cell: Option<&str>| cell.map_or(f64::NAN, |c| c.parse().expect("a numeric column"));
        self.text(name).into_iter().map(parse).collect()
    }

    /// A column as groups: the code of each row (`None` where missing) and the levels, numbers by size, text by bytes.
    pub fn groups(&self, name: &str) -> (Vec<Option<usize>>, Vec<String>) {
        let cells = self.text(name);
        let mut levels: Vec<&str> = cells.iter().flatten().copied().collect();
        levels.sort_unstable();
        levels.dedup();
        if levels.iter().all(|l| l.parse::<f64>().is_ok()) {
            levels.sort_by(|a, b| a.parse::<f64>().expect("checked").total_cmp(&b.parse::<f64>().expect("checked")));
        }
        let code = |cell: &str| levels.iter().position(|l| *l == cell).expect("a level of its own column");
        let codes = cells.into_iter().map(|cell| cell.map(code)).collect();
        (codes, levels.iter().map(ToString::to_string).collect())
    }

    /// Columns crossed, as R labels strata: codes over the combinations that occur, the first column slowest.
    pub fn crossed(&self, names: &[&str]) -> (Vec<Option<usize>>, Vec<String>) {
        let columns: Vec<_> = names.iter().map(|name| self.groups(name)).collect();
        let key = |row: usize| columns.iter().map(|(codes, _)| codes[row]).collect::<Option<Vec<usize>>>();
        let keys: Vec<Option<Vec<usize>>> = (0..self.rows.len()).map(key).collect();
        let mut present: Vec<&Vec<usize>> = keys.iter().flatten().collect();
        present.sort_unstable();
        present.dedup();
        let label = |key: &Vec<usize>| {
            let parts = key.iter().enumerate().map(|(c, &level)| format!("{}={}", names[c], columns[c].1[level]));
            parts.collect::<Vec<_>>().join(", ")
        };
        let labels = present.iter().map(|key| label(key)).collect();
        (keys.iter().map(|key| present.iter().position(|p| Some(*p) == key.as_ref())).collect(), labels)
    }
}

/// One line of a report over many tests.
pub struct Line {
    /// The method.
    pub what: String,
    /// Values compared.
    pub compared: usize,
    /// The worst difference.
    pub worst: f64,
    /// What is allowed.
    pub tolerance: f64,
    /// What is beyond it.
    pub failed: Vec<String>,
}

thread_local! {
    /// The lines of the report that is being made in this thread.
    static REPORT: RefCell<Option<Vec<Line>>> = const { RefCell::new(None) };
}

/// The tallies that `test` finishes, whatever their failures.
pub fn collected(test: fn()) -> Vec<Line> {
    REPORT.set(Some(Vec::new()));
    test();
    REPORT.take().unwrap_or_default()
}

/// Counts compared values and keeps the worst difference.
pub struct Tally {
    what: String,
    tolerance: f64,
    floor: f64,
    values: usize,
    worst: f64,
    worst_at: String,
    failures: Vec<String>,
}

impl Tally {
    /// Differences relative to the reference, bounded by `tolerance`; references smaller than `floor` count as `floor`.
    pub fn new(what: impl Into<String>, tolerance: f64, floor: f64) -> Self {
        Self {
            what: what.into(),
            tolerance,
            floor,
            values: 0,
            worst: 0.0,
            worst_at: String::new(),
            failures: Vec::new(),
        }
    }

    /// Compares one number; both not a number, or both the same infinity, is no difference.
    pub fn number(&mut self, place: &str, found: f64, expected: f64) {
        let difference = if found == expected || (found.is_nan() && expected.is_nan()) {
            0.0
        } else if found.is_finite() && expected.is_finite() {
            (found - expected).abs() / expected.abs().max(self.floor)
        } else {
            f64::INFINITY
        };
        self.values += 1;
        if difference > self.worst {
            self.worst = difference;
            self.worst_at = place.to_owned();
        }
        if difference > self.tolerance {
            self.failures.push(format!("{place}: {found:e}, reference {expected:e}, difference {difference:.1e}"));
        }
    }

    /// Compares two vectors, element by element.
    pub fn numbers(&mut self, place: &str, found: &[f64], expected: &[f64]) {
        if found.len() != expected.len() {
            self.failures.push(format!("{place}: {} values, reference {}", found.len(), expected.len()));
        }
        for (i, (f, e)) in found.iter().zip(expected).enumerate() {
            self.number(&format!("{place}[{i}]"), *f, *e);
        }
    }

    /// Compares two texts, counts or choices, which must be the same.
    pub fn same<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, found: T, expected: T) {
        self.values += 1;
        if found != expected {
            self.failures.push(format!("{place}: {found:?}, reference {expected:?}"));
        }
    }

    /// Prints the line of the parity report and fails where the tolerance is exceeded or nothing was compared; within
    /// [`collected`] it is put down there.
    pub fn finish(self) {
        let line = self.line();
        if REPORT.with_borrow(Option::is_some) {
            REPORT.with_borrow_mut(|report| report.get_or_insert_default().push(line));
            return;
        }
        assert!(self.values > 0, "{}: nothing compared", self.what);
        let failures = self.report();
        let shown = failures.iter().take(20).cloned().collect::<Vec<_>>().join("\n  ");
        assert!(failures.is_empty(), "{}: {} failures\n  {shown}", line.what, failures.len());
    }

    fn line(&self) -> Line {
        let mut failed: Vec<String> = self.failures.iter().map(|f| format!("{}: {f}", self.what)).collect();
        if self.values == 0 {
            failed.push(format!("{}: nothing compared", self.what));
        }
        let (what, compared) = (self.what.clone(), self.values);
        Line { what, compared, worst: self.worst, tolerance: self.tolerance, failed }
    }

    /// Prints the line of the parity report and gives what is off, for a report that goes on past it.
    pub fn report(self) -> Vec<String> {
        println!(
            "parity: {} values={} worst={:.2e} tolerance={:.0e}{}",
            self.what,
            self.values,
            self.worst,
            self.tolerance,
            if self.worst > 0.0 { format!(" at={}", self.worst_at) } else { String::new() }
        );
        self.failures.into_iter().map(|failure| format!("{}: {failure}", self.what)).collect()
    }
}
