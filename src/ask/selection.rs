//! Which patients a question is about, and their follow-up.

use serde::Serialize;
use tables::Expr;
use tables::names::split_names;
use tables::problem::Problem;

use super::{AskError, Dataset, MadeFrom, ScoreOf};
use crate::study::Endpoint;
use figures::format;
use survival::{DataError, Survival};

/// Which patients, and which endpoint.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Selection {
    /// Name of the endpoint, for questions about survival.
    pub endpoint: Option<String>,
    /// Name of the cohort, or of several with commas between, or [`ALL_COHORTS`]; all patients if not said.
    pub cohort: Option<String>,
    /// Condition that patients must meet.
    pub filter: Option<String>,
    /// Column of the times from which patients are at risk, in the unit of the endpoint; all from time 0 if not said.
    pub entry: Option<String>,
    /// Column of case weights; all 1 if not said.
    pub weights: Option<String>,
    /// The score that stands among the columns for this question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreOf>,
}

/// What names every enrolled patient where a cohort is named.
pub const ALL_COHORTS: &str = "all";

/// The patients of a [`Selection`].
#[derive(Debug, Clone)]
pub struct Selected {
    /// Rows of the cohort, ascending.
    pub rows: Vec<usize>,
    /// Their follow-up, in the order of `rows`, if an endpoint was asked for.
    pub survival: Option<Survival>,
    /// Patients left out because their endpoint, entry or weight is not known.
    pub n_dropped: usize,
    /// What a reader should know of it.
    pub notes: Vec<String>,
}

impl Dataset {
    /// The patients of `on` whose endpoint, if one is asked for, is known.
    pub fn select(&self, on: &Selection) -> Result<Selected, AskError> {
        let mut rows = self.rows_of(on.cohort.as_deref())?;
        let mut notes = Vec::new();
        notes.extend(self.made.iter().filter_map(|made| self.said_of_made(made, on, &rows)));
        if let Some(filter) = &on.filter {
            let expr = Expr::parse(filter).map_err(AskError::impossible)?;
            let (keep, learned) = self.cohort.keep(&expr).map_err(AskError::impossible)?;
            notes.extend(learned.iter().map(ToString::to_string));
            let unknown = rows.iter().filter(|r| keep[**r].is_none()).count();
            rows.retain(|r| keep[*r] == Some(true));
            notes.push(format!("filter {filter}: {} kept", format::patients_are(rows.len())));
            if expr.names().iter().any(|name| self.is_made(name)) {
                self.note_training(&rows, &mut notes);
            }
            if unknown > 0 {
                notes.push(format!(
                    "{} left out because the filter's condition is missing for them",
                    format::patients_are(unknown)
                ));
            }
        }
        let Some(name) = &on.endpoint else {
            return Ok(Selected { rows, survival: None, n_dropped: 0, notes });
        };
        let endpoint = self.endpoint(name)?;
        let entry = on.entry.as_ref().map(|name| self.numbers(name)).transpose()?;
        let weights = on.weights.as_ref().map(|name| self.numbers(name)).transpose()?;
        let mut complete = rows.clone();
        let mut keep_known = |what: &str, known: &dyn Fn(usize) -> bool| {
            let before = complete.len();
            complete.retain(|r| known(*r));
            let lost = before - complete.len();
            if lost > 0 {
                notes.push(format!("{} left out because {what} is not known", format::patients_are(lost)));
            }
        };
        keep_known(name, &|r| endpoint.is_complete(r));
        for (what, numbers) in [(&on.entry, entry), (&on.weights, weights)] {
            if let (Some(what), Some(numbers)) = (what, numbers) {
                keep_known(what, &|r| !numbers[r].is_nan());
            }
        }
        let n_dropped = rows.len() - complete.len();
        if complete.is_empty() {
            return Err(AskError::Impossible(format!(
                "no patient is left{}: change the filter or the cohort",
                on.cohort.as_ref().map(|c| format!(" in cohort {c}")).unwrap_or_default()
            )));
        }
        let (mut survival, rows) = endpoint.follow_up(&complete).map_err(AskError::impossible)?;
        let of_rows = |numbers: &[f64]| rows.iter().map(|r| numbers[*r]).collect::<Vec<f64>>();
        let fault = |column: &Option<String>, error: DataError| self.at_row(column, &rows, &error);
        if let Some(entry) = entry {
            survival = survival.with_entry(of_rows(entry)).map_err(|e| fault(&on.entry, e))?;
            self.within_rounding(&on.entry, &rows, &survival)?;
        }
        if let Some(weights) = weights {
            survival = survival.with_weights(of_rows(weights)).map_err(|e| fault(&on.weights, e))?;
        }
        Ok(Selected { rows, survival: Some(survival), n_dropped, notes })
    }

    /// The numbers of a column.
    pub fn numbers(&self, name: &str) -> Result<&[f64], AskError> {
        let column = self.cohort.frame().column(name).map_err(AskError::impossible)?;
        let kind = column.kind();
        column.numbers().ok_or_else(|| AskError::Impossible(format!("{name} should hold numbers, and holds {kind}")))
    }

    /// An error of the first row whose entry and end are equal once times that differ by rounding only are made so.
    fn within_rounding(&self, column: &Option<String>, rows: &[usize], survival: &Survival) -> Result<(), AskError> {
        let fixed = survival.clone().timefix();
        let entry = fixed.entry().unwrap_or_default();
        let Some(i) = (0..entry.len()).find(|i| entry[*i] >= fixed.time()[*i]) else { return Ok(()) };
        let (from, to) = (survival.entry().map_or(0.0, |entry| entry[i]), survival.time()[i]);
        let place = self.cohort.frame().place_of(rows[i]).field(column.as_deref().unwrap_or_default());
        let message = format!("the interval from {from} to {to} is empty: its ends differ by rounding only");
        let remedy = "mend the row, leave it out with --where, or give the times in a smaller unit";
        Err(AskError::impossible(Problem::error(place, message).remedy(remedy)))
    }

    /// An error of the follow-up, with the row of the file that it is in.
    fn at_row(&self, column: &Option<String>, rows: &[usize], error: &DataError) -> AskError {
        let (row, message) = match error {
            DataError::Entry { row, entry, time } => {
                (*row, format!("entry at {entry} is not before the end of follow-up at {time}"))
            }
            DataError::Weight { row, value } => (*row, format!("{value} is not a case weight")),
            other => return AskError::impossible(other),
        };
        let place = self.cohort.frame().place_of(rows[row]).field(column.as_deref().unwrap_or_default());
        AskError::impossible(Problem::error(place, message))
    }

    /// Why nobody has a score, on how many of `rows` it stands, if that is not all, and what it was fitted to, if that is
    /// another endpoint.
    fn said_of_made(&self, made: &MadeFrom, on: &Selection, rows: &[usize]) -> Option<String> {
        let (column, label) = (self.cohort.frame().get(&made.column)?, &made.label);
        if let Some(why) = &made.why_not {
            return Some(format!("there is no {label}: {why}"));
        }
        let scored = rows.iter().filter(|r| !column.values.is_missing(**r)).count();
        let (known, all) = (format::count(scored), format::count(rows.len()));
        let of =
            (scored < rows.len()).then(|| format!("{label} of {known} of {all} patients; the others have no features"));
        let other = on.endpoint.as_ref().is_some_and(|name| *name != made.endpoint);
        let from = other.then(|| {
            let training = made.training.as_ref().map(|name| format!(" in the {name} cohort")).unwrap_or_default();
            format!("{label} was fitted to {}{training}", made.endpoint)
        });
        match (of, from) {
            (Some(of), Some(from)) => Some(format!("{of}; {from}")),
            (of, from) => of.or(from),
        }
    }

    /// Whether this column is a fitted score or its groups.
    pub fn is_made(&self, name: &str) -> bool {
        self.made.iter().any(|made| made.column == name)
    }

    /// Says where patients whom a score was fitted to are among `rows`: alone, or pooled with others.
    pub fn note_training(&self, rows: &[usize], notes: &mut Vec<String>) {
        let mut said: Vec<&str> = Vec::new();
        for made in self.made.iter().filter(|made| made.why_not.is_none()) {
            let own = rows.iter().filter(|row| made.rows.binary_search(row).is_ok()).count();
            if own == 0 || said.contains(&made.label.as_str()) {
                continue;
            }
            said.push(&made.label);
            let (label, endpoint) = (&made.label, &made.endpoint);
            let note = match own == rows.len() {
                true => {
                    format!("{label} was fitted to {endpoint} of these patients: what it shows in them is apparent")
                }
                false => format!(
                    "{} of these {} patients are those whom {label} was fitted to ({endpoint}): pooled with the others they \
                     make it look better than it is",
                    format::count(own),
                    format::count(rows.len())
                ),
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }

    /// The endpoint of these patients.
    ///
    /// # Errors
    /// None is named, or none is called so.
    pub fn endpoint_of(&self, on: &Selection) -> Result<&Endpoint, AskError> {
        self.endpoint(on.endpoint.as_ref().ok_or_else(AskError::no_endpoint)?)
    }

    /// The endpoint of this name.
    pub fn endpoint(&self, name: &str) -> Result<&Endpoint, AskError> {
        let names = || self.cohort.endpoints().iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
        self.cohort
            .endpoint(name)
            .ok_or_else(|| AskError::Impossible(format!("there is no endpoint {name}; there is {}", names())))
    }

    /// Rows of the cohort of this name, or of several with commas between; of all patients without one, or of `all`.
    pub fn rows_of(&self, cohort: Option<&str>) -> Result<Vec<usize>, AskError> {
        let groups = self.cohort.groups();
        let Some(name) = cohort else { return Ok((0..self.cohort.len()).collect()) };
        let code = |name: &str| groups.levels.iter().position(|l| l == name).map(|code| code as u32);
        if let Some(code) = code(name) {
            return Ok(self.cohort.rows_of_group(code));
        }
        if name == ALL_COHORTS {
            return Ok((0..self.cohort.len()).collect());
        }
        let named = split_names(&[name]);
        let unknown = |name: &String| {
            AskError::Impossible(format!("there is no cohort {name}; there is {}", groups.levels.join(", ")))
        };
        let codes = named.iter().map(|name| code(name).ok_or_else(|| unknown(name)));
        let codes: Vec<u32> = codes.collect::<Result<_, _>>()?;
        let is_meant = |row: &usize| groups.codes[*row].is_some_and(|code| codes.contains(&code));
        Ok((0..self.cohort.len()).filter(is_meant).collect())
    }
}
