//! Dividing patients into groups: by a column's levels, or a number at a cut-off.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use tables::Values;

use super::{AskError, Dataset};
use crate::study::RAD_GROUP;
use figures::format;

/// What divides patients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// The study's cohorts.
    Cohort,
    /// Whether the event of the endpoint of this name happened.
    Event(String),
    /// The levels of a column; a number's distinct values.
    Column(String),
    /// Every combination of the levels of several columns that occurs.
    Crossed(Vec<String>),
    /// A number at its median in the training cohort: the same cut-off in every cohort.
    Median(String),
    /// A number at a cut-off: up to it, and above.
    Cut(String, f64),
    /// These patients, by their ids, against all others.
    Patients(Vec<String>),
}

/// More groups than this are no comparison.
const MOST: usize = 50;

/// More groups than this by a number are pointed out.
const MANY: usize = 10;

impl Grouping {
    /// The grouping in words.
    pub fn words(&self) -> String {
        match self {
            Self::Cohort => "cohort".to_owned(),
            Self::Event(name) => format!("{name} event"),
            Self::Column(name) if name == RAD_GROUP => "Rad-score group".to_owned(),
            Self::Column(name) => name.clone(),
            Self::Crossed(names) => names.join(" and "),
            Self::Median(name) => format!("{name} at the training median"),
            Self::Cut(name, at) => format!("{name} at {}", format::chosen_to(*at, 4)),
            Self::Patients(_) => "mark".to_owned(),
        }
    }

    /// The same of a study with so many cohorts: where there is one, nobody speaks of training.
    pub fn words_among(&self, cohorts: usize) -> String {
        match self {
            Self::Median(name) if cohorts < 2 => format!("{name} at its median"),
            other => other.words(),
        }
    }
}

impl Grouping {
    /// The columns that divide.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let names: &[String] = match self {
            Self::Cohort | Self::Event(_) | Self::Patients(_) => &[],
            Self::Column(name) | Self::Median(name) | Self::Cut(name, _) => std::slice::from_ref(name),
            Self::Crossed(names) => names,
        };
        names.iter().map(String::as_str)
    }
}

/// Patients by group.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// Positions, among the rows asked about, of the patients whose group is known.
    pub known: Vec<usize>,
    /// The group of each of them.
    pub codes: Vec<usize>,
    /// Names of the groups; each has patients.
    pub levels: Vec<String>,
    /// What they are called where the grouping is not named beside them: `sex = 1`.
    pub labels: Vec<String>,
}

impl Grouped {
    /// Everybody, `n` patients, in one group.
    pub fn one(n: usize) -> Self {
        let all = || vec!["all".to_owned()];
        Self { known: (0..n).collect(), codes: vec![0; n], levels: all(), labels: all() }
    }
}

/// Divides the patients in `rows` into groups that can be compared, 50 at most; those of unknown group are left out,
/// with a note.
pub fn grouped(data: &Dataset, by: &Grouping, rows: &[usize], notes: &mut Vec<String>) -> Result<Grouped, AskError> {
    let groups = members(data, by, rows, notes)?;
    if by.columns().any(|name| data.is_made(name)) {
        let known: Vec<usize> = groups.known.iter().map(|i| rows[*i]).collect();
        data.note_training(&known, notes);
    }
    if groups.levels.len() > MOST {
        return Err(AskError::Impossible(format!(
            "{} has {} values; divide it at a cut-off first",
            by.words(),
            groups.levels.len()
        )));
    }
    if let Grouping::Column(name) = by
        && groups.levels.len() > MANY
        && data.cohort.frame().get(name).is_some_and(|column| column.numbers().is_some())
    {
        let n = groups.levels.len();
        notes.push(format!(
            "{name} is a number with {n} values, and each is a group of its own: divide it at a cut-off"
        ));
    }
    Ok(groups)
}

/// Divides the patients in `rows` into strata by all combinations of `columns`, in the order of their levels, as many as
/// occur (matched pairs are strata); those of unknown stratum are left out, with a note.
pub fn stratified(
    data: &Dataset,
    columns: &[String],
    rows: &[usize],
    notes: &mut Vec<String>,
) -> Result<Grouped, AskError> {
    members(data, &Grouping::Crossed(columns.to_vec()), rows, notes)
}

fn members(data: &Dataset, by: &Grouping, rows: &[usize], notes: &mut Vec<String>) -> Result<Grouped, AskError> {
    let Divided { codes, levels, labels } = divide(data, by, notes)?;
    let known: Vec<usize> = (0..rows.len()).filter(|i| codes[rows[*i]].is_some()).collect();
    if known.len() < rows.len() {
        notes.push(format!(
            "{} left out because {} is missing",
            format::patients_are(rows.len() - known.len()),
            by.words()
        ));
    }
    let code_of = |i: &usize| codes[rows[*i]].unwrap_or_default();
    let mut occurs = vec![false; levels.len()];
    known.iter().for_each(|i| occurs[code_of(i)] = true);
    let present: Vec<usize> = (0..levels.len()).filter(|level| occurs[*level]).collect();
    let mut dense = vec![0; levels.len()];
    present.iter().enumerate().for_each(|(code, level)| dense[*level] = code);
    let codes = known.iter().map(|i| dense[code_of(i)]).collect();
    let named = |names: &[String]| present.iter().map(|level| names[*level].clone()).collect();
    Ok(Grouped { known, codes, levels: named(&levels), labels: named(&labels) })
}

/// The group of every patient of the cohort, and the names of all groups.
struct Divided {
    codes: Vec<Option<usize>>,
    levels: Vec<String>,
    labels: Vec<String>,
}

impl Divided {
    /// Groups whose names say everything.
    fn named(codes: Vec<Option<usize>>, levels: Vec<String>) -> Self {
        Self { codes, labels: levels.clone(), levels }
    }
}

fn divide(data: &Dataset, by: &Grouping, notes: &mut Vec<String>) -> Result<Divided, AskError> {
    match by {
        Grouping::Cohort => {
            let groups = data.cohort.groups();
            let codes = groups.codes.iter().map(|c| c.map(|c| c as usize)).collect();
            Ok(Divided::named(codes, groups.levels.clone()))
        }
        Grouping::Event(name) => {
            let codes = data.endpoint(name)?.event.iter().map(|e| e.map(usize::from)).collect();
            Ok(Divided::named(codes, vec!["no event".to_owned(), "event".to_owned()]))
        }
        Grouping::Column(name) => column(data, name),
        Grouping::Crossed(names) => crossed(data, names),
        Grouping::Median(name) => {
            let (values, label) = number(data, name)?;
            let mut training: Vec<f64> =
                data.cohort.training().iter().map(|r| values[*r]).filter(|x| !x.is_nan()).collect();
            training.sort_by(f64::total_cmp);
            let n = training.len();
            if n == 0 {
                return Err(AskError::Impossible(format!("{name} is missing for everybody in training")));
            }
            let median = (training[(n - 1) / 2] + training[n / 2]) / 2.0;
            let which = if data.cohort.groups().levels.len() > 1 { "training median" } else { "median" };
            notes.push(format!("{label} is divided at its {which}, {}", format::significant(median, 4)));
            let (codes, levels) = cut(values, &label, median);
            Ok(Divided::named(codes, levels))
        }
        Grouping::Cut(name, at) => {
            let (values, label) = number(data, name)?;
            let (codes, levels) = cut(values, &label, *at);
            Ok(Divided::named(codes, levels))
        }
        Grouping::Patients(ids) => {
            let marked: HashSet<&str> = ids.iter().map(String::as_str).collect();
            let codes = data.cohort.ids().iter().map(|id| Some(usize::from(marked.contains(id.as_str())))).collect();
            Ok(Divided::named(codes, vec!["others".to_owned(), "marked".to_owned()]))
        }
    }
}

fn column(data: &Dataset, name: &str) -> Result<Divided, AskError> {
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    if let Values::Date(_) = &column.values {
        return Err(AskError::Impossible(format!("{name} is a date and divides nobody")));
    }
    let factor = column.factor();
    let made = data.made.iter().find(|made| made.column == name);
    let label = |level: &String| match made {
        // The score's groups are two words, which fit into a legend.
        Some(made) => format!("{level} {}", made.label),
        None => format!("{} = {level}", column.label()),
    };
    let labels = factor.levels.iter().map(label).collect();
    let codes = factor.codes.iter().map(|c| c.map(|c| c as usize)).collect();
    Ok(Divided { codes, levels: factor.levels, labels })
}

/// Every combination of levels, the first column's changing slowest.
fn crossed(data: &Dataset, names: &[String]) -> Result<Divided, AskError> {
    let mut all = Divided::named(vec![Some(0); data.cohort.len()], vec![String::new()]);
    for name in names {
        let next = column(data, name)?;
        let n = next.levels.len();
        all.codes = all.codes.iter().zip(&next.codes).map(|(a, b)| Some((*a)? * n + (*b)?)).collect();
        let joined = |so_far: &str, level: &str| match so_far {
            "" => format!("{name}={level}"),
            so_far => format!("{so_far}, {name}={level}"),
        };
        let levels = all.levels.iter().flat_map(|so_far| next.levels.iter().map(move |level| joined(so_far, level)));
        all.levels = levels.collect();
    }
    all.labels.clone_from(&all.levels);
    Ok(all)
}

fn number<'a>(data: &'a Dataset, name: &str) -> Result<(&'a [f64], String), AskError> {
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    let values = column.numbers().ok_or_else(|| AskError::Impossible(format!("{name} is not a number")))?;
    Ok((values, column.label().to_owned()))
}

fn cut(values: &[f64], label: &str, at: f64) -> (Vec<Option<usize>>, Vec<String>) {
    let codes = values.iter().map(|x| (!x.is_nan()).then_some(usize::from(*x > at))).collect();
    let at = format::chosen_to(at, 4);
    (codes, vec![format!("{label} ≤ {at}"), format!("{label} > {at}")])
}
