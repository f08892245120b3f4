//! Agreement of readers on what they read in the same patients: the study's `[readings]`, one column a reader.

pub mod document;

use serde::Serialize;
use survival::stats::kappa::KappaWeights;
use tables::{Column, Kind};
use watch::Watch;

use super::icc::kappa::{self, Categories};
use super::icc::{self, Agreement};
use super::order;
use crate::ask::{Ask, AskError, Dataset, Question, Selection};
use crate::study::ReadingSpec;
use survival::stats::icc::{IccTable, IccType};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Of whom.
    pub on: Selection,
    /// What was read, by whom.
    pub readings: Vec<ReadingSpec>,
    /// The intraclass correlation of readings that are numbers: `ICC1` .. `ICC3k`.
    pub kind: IccType,
}

/// The agreement on each reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Patients of the selection.
    pub n: usize,
    /// Those readings whose agreement can be told.
    pub readings: Vec<Reading>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// The agreement on one reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// What it is called in print.
    pub label: String,
    /// What the readers' columns are called in print.
    pub readers: Vec<String>,
    /// Patients whom every reader read.
    pub subjects: usize,
    /// Patients of whom a reading is missing.
    pub n_dropped: usize,
    /// How the readers agree.
    #[serde(flatten)]
    pub measure: Measure,
}

/// Kappa of categories, intraclass correlation of numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Categories.
    Kappa {
        /// The coefficient.
        #[serde(flatten)]
        of: Categories,
        /// Share of the patients on whom all readers agree.
        agreed: f64,
        /// Of two readers: patients by the category of the first (rows) and the second (columns).
        table: Option<Vec<Vec<u64>>>,
    },
    /// Numbers.
    Icc {
        /// Which coefficient.
        kind: IccType,
        /// The coefficient.
        #[serde(flatten)]
        of: Agreement,
        /// Of two readers: mean and standard deviation of the first less the second, and the limits of agreement, mean
        /// -/+ 1.96 standard deviations (Bland and Altman 1986).
        differences: Option<[f64; 4]>,
        /// One row for each patient, with what each reader read.
        #[serde(skip)]
        values: Vec<Vec<f64>>,
    },
}

/// Fewer patients than this are pointed out.
const FEW_SUBJECTS: usize = 10;

impl Question for Spec {
    type Answer = Answer;
    const NAME: &'static str = "agreement of readers";

    fn on(&self) -> Option<&Selection> {
        Some(&self.on)
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        run(data, self)
    }
}

/// Judges every reading; one that cannot be judged is a note.
fn run(data: &Dataset, spec: &Spec) -> Result<Answer, AskError> {
    if spec.readings.is_empty() {
        return Err(AskError::Impossible(
            "the study names no readings: write [readings] in study.toml, such as capsule = [\"capsule_r1\", \"capsule_r2\"]"
                .to_owned(),
        ));
    }
    let kind = spec.kind;
    let selected = data.select(&Selection { endpoint: None, ..spec.on.clone() })?;
    let mut notes = selected.notes;
    let mut readings = Vec::with_capacity(spec.readings.len());
    for reading in &spec.readings {
        match judge(data, reading, &selected.rows, kind) {
            Ok(judged) => readings.push(judged),
            Err(why) => notes.push(why.to_string()),
        }
    }
    if readings.is_empty() {
        return Err(AskError::Impossible(notes.join("; ")));
    }
    let few = readings.iter().filter(|r| r.subjects < FEW_SUBJECTS);
    notes.extend(few.map(|r| format!("{}: only {} patients; limits are wide", r.label, r.subjects)));
    let incomplete = readings.iter().filter(|r| r.n_dropped > 0);
    notes.extend(incomplete.map(|r| format!("{}: {} not read by everybody and left out", r.label, r.n_dropped)));
    Ok(Answer { n: selected.rows.len(), readings, notes })
}

fn judge(data: &Dataset, spec: &ReadingSpec, rows: &[usize], kind: IccType) -> Result<Reading, AskError> {
    let frame = data.cohort.frame();
    let columns: Vec<&Column> =
        spec.columns.iter().map(|name| frame.column(name).map_err(AskError::impossible)).collect::<Result<_, _>>()?;
    let label = spec.label.clone().unwrap_or_else(|| spec.name.clone());
    let (subjects, measure) = match columns.iter().all(|c| c.kind() == Kind::Number) {
        true => numbers(&label, &columns, rows, kind)?,
        false => categories(&label, &columns, rows, spec)?,
    };
    Ok(Reading {
        name: spec.name.clone(),
        label,
        readers: columns.iter().map(|c| c.label().to_owned()).collect(),
        subjects,
        n_dropped: rows.len() - subjects,
        measure,
    })
}

fn categories(
    label: &str,
    columns: &[&Column],
    rows: &[usize],
    spec: &ReadingSpec,
) -> Result<(usize, Measure), AskError> {
    if spec.weights != KappaWeights::Unweighted
        && let Some(unordered) = columns.iter().find(|column| !order::is_ordered(column))
    {
        return Err(order::asked(unordered, &format!("{label}: a weighted kappa")));
    }
    let factors: Vec<_> = columns.iter().map(|c| c.factor()).collect();
    // One reader may never use a category of another.
    let mut levels: Vec<String> = Vec::new();
    for level in factors.iter().flat_map(|f| &f.levels) {
        if !levels.contains(level) {
            levels.push(level.clone());
        }
    }
    let place = |level: &String| levels.iter().position(|known| known == level);
    let read = |row: &usize| -> Option<Vec<usize>> {
        factors.iter().map(|f| place(f.levels.get(f.codes[*row]? as usize)?)).collect()
    };
    let ratings: Vec<Vec<usize>> = rows.iter().filter_map(read).collect();
    let alike = ratings.iter().filter(|r| r.iter().all(|category| *category == r[0])).count();
    let table = (columns.len() == 2).then(|| kappa::cross(&ratings, levels.len()));
    let of = kappa::judge(label, &ratings, columns.len(), levels, spec.weights)?;
    Ok((ratings.len(), Measure::Kappa { of, agreed: alike as f64 / ratings.len() as f64, table }))
}

fn numbers(label: &str, columns: &[&Column], rows: &[usize], kind: IccType) -> Result<(usize, Measure), AskError> {
    let values: Vec<&[f64]> = columns.iter().filter_map(|c| c.numbers()).collect();
    let ratings: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| values.iter().map(|column| column[*row]).collect::<Vec<f64>>())
        .filter(|ratings| ratings.iter().all(|value| value.is_finite()))
        .collect();
    let table = IccTable::new(&ratings).map_err(|why| AskError::Impossible(format!("{label}: {why}")))?;
    let differences = (values.len() == 2).then(|| limits_of_agreement(&ratings));
    let of = table.icc(kind, icc::LEVEL).into();
    Ok((ratings.len(), Measure::Icc { kind, of, differences, values: ratings }))
}

/// Mean and standard deviation (n - 1) of first less second, and the mean -/+ 1.96 standard deviations.
fn limits_of_agreement(ratings: &[Vec<f64>]) -> [f64; 4] {
    let n = ratings.len() as f64;
    let differences = || ratings.iter().map(|pair| pair[0] - pair[1]);
    let mean = differences().sum::<f64>() / n;
    let sd = (differences().map(|d| (d - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    [mean, sd, mean - 1.96 * sd, mean + 1.96 * sd]
}
