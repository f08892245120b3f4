//! How the images of a study were taken: parameters of their DICOM headers, by centre and sequence.

pub mod document;

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use imaging::read::dicom::acquisition::{Parameter, Value, acquisition};
use tables::Frame;

use crate::study::{Cohort, CohortSpec, Study};
use survival::stats::describe::quantile;

/// What the headers say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What patients are grouped by: the column of centres, or nothing.
    pub by: Option<String>,
    /// The centres, in order.
    pub centres: Vec<String>,
    /// The sequences, in the study's order.
    pub sequences: Vec<String>,
    /// Parameters by sequence, then in the order of a table, then by centre.
    pub rows: Vec<Row>,
    /// What every image says.
    pub images: Vec<Image>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One parameter of one sequence in one centre.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The sequence.
    pub sequence: String,
    /// The centre.
    pub centre: String,
    /// The parameter.
    pub parameter: &'static str,
    /// Its unit; empty if it has none.
    pub unit: &'static str,
    /// Images of the centre whose headers were read.
    pub n: usize,
    /// Those among them that do not tell it.
    pub missing: usize,
    /// The values.
    #[serde(flatten)]
    pub summary: Summary,
}

/// Values of a parameter over images.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Summary {
    /// Of numbers of many values.
    Range {
        /// The median.
        median: f64,
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
    },
    /// Of words and of numbers of few values: how many images have which, the most frequent first.
    Levels(Vec<(String, usize)>),
}

/// The parameters of one patient's sequence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Image {
    /// The patient's id.
    pub patient: String,
    /// The centre.
    pub centre: String,
    /// The sequence.
    pub sequence: String,
    /// Values by parameter.
    pub values: BTreeMap<&'static str, Told>,
}

/// A value as JSON has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
}

/// So many different numbers are counted one by one.
const FEW: usize = 4;

/// Reads one header of every image of `study`. Patients are grouped by the column `by`, else by that of the study's
/// centres.
pub fn run(study: &Study, cohort: &Cohort, by: Option<&str>) -> Result<Answer, String> {
    let frame = cohort.frame();
    let by = match by {
        Some(by) if frame.get(by).is_none() => return Err(format!("there is no column {by}")),
        Some(by) => Some(by.to_owned()),
        None => centres(study, frame),
    };
    let centre = |row: usize| match &by {
        Some(by) => frame.get(by).and_then(|c| c.values.text(row)).unwrap_or_else(|| "unknown".to_owned()),
        None => "all".to_owned(),
    };
    let files: Vec<_> = study.files(cohort).into_iter().filter(|files| files.image.exists).collect();
    let read: Vec<_> = files
        .par_iter()
        .map(|files| acquisition(&study.resolve(&files.image.path), &files.picked.choice(1, None).volume))
        .collect();
    let (mut told, mut notes, mut plain) = (Vec::new(), Vec::new(), 0);
    for (files, read) in files.iter().zip(read) {
        match read {
            Ok(Some(values)) => told.push((files, centre(files.row), values)),
            Ok(None) => plain += 1,
            Err(error) => notes.push(format!("{} {}: {error}", files.patient, files.sequence)),
        }
    }
    if plain > 0 {
        notes.push(format!("{plain} of {} images are not DICOM and say nothing of how they were taken", files.len()));
    }
    let sequences: Vec<String> = study.sequence_names().map(str::to_owned).collect();
    let mut centres: Vec<String> = told.iter().map(|(_, centre, _)| centre.clone()).collect();
    centres.sort();
    centres.dedup();
    let mut rows = Vec::new();
    for sequence in &sequences {
        let of_it = || told.iter().filter(|(files, ..)| files.sequence == *sequence);
        let mut parameters: Vec<Parameter> = Vec::new();
        for (parameter, _) in of_it().flat_map(|(.., values)| values) {
            if !parameters.contains(parameter) {
                parameters.push(*parameter);
            }
        }
        parameters.sort_by_key(imaging::read::dicom::acquisition::position);
        for parameter in parameters {
            for centre in &centres {
                let here: Vec<_> = of_it().filter(|(_, c, _)| c == centre).collect();
                let values: Vec<&Value> = here
                    .iter()
                    .filter_map(|(.., values)| values.iter().find(|(p, _)| *p == parameter).map(|(_, v)| v))
                    .collect();
                let Some(summary) = summary(&values) else { continue };
                rows.push(Row {
                    sequence: sequence.clone(),
                    centre: centre.clone(),
                    parameter: parameter.name,
                    unit: parameter.unit,
                    n: here.len(),
                    missing: here.len() - values.len(),
                    summary,
                });
            }
        }
    }
    let images = told.into_iter().map(|(files, centre, values)| Image {
        patient: files.patient.clone(),
        centre,
        sequence: files.sequence.clone(),
        values: values.into_iter().map(|(p, value)| (p.name, Told::from(value))).collect(),
    });
    Ok(Answer { by, centres, sequences, rows, images: images.collect(), notes })
}

/// The column that names centres: the study's, if it has one.
fn centres(study: &Study, frame: &Frame) -> Option<String> {
    let of_split = match &study.cohorts {
        CohortSpec::Split(split) => split.centre.clone(),
        _ => None,
    };
    let named = || {
        let words = ["centre", "center", "site", "hospital", "institution", "scanner"];
        frame.names().find(|name| words.contains(&name.to_lowercase().as_str())).map(|name| name.to_string())
    };
    of_split.or_else(named)
}

fn summary(values: &[&Value]) -> Option<Summary> {
    let numbers: Option<Vec<f64>> =
        values.iter().map(|value| if let Value::Number(x) = value { Some(*x) } else { None }).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    values.iter().for_each(|value| *counts.entry(Told::from((*value).clone()).to_string()).or_default() += 1);
    match numbers {
        _ if values.is_empty() => None,
        Some(numbers) if counts.len() > FEW => Some(Summary::Range {
            median: quantile(&numbers, 0.5),
            min: numbers.iter().copied().fold(f64::INFINITY, f64::min),
            max: numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }),
        _ => {
            let mut levels: Vec<(String, usize)> = counts.into_iter().collect();
            levels.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
            Some(Summary::Levels(levels))
        }
    }
}

impl From<Value> for Told {
    fn from(value: Value) -> Self {
        match value {
            Value::Number(x) => Self::Number(x),
            Value::Text(text) => Self::Text(text),
        }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(x) => write!(f, "{x}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
