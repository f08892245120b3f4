//! What a model file says of new patients, or why it says nothing.

mod misfit;
mod score;

use std::sync::Arc;

use serde::Serialize;
use survival::cox::Tabulated;
use survival::spline::RestrictedCubicSpline;
use survival::stats::dot;
use tables::{Column, Expr, Values};

use misfit::fits;
use score::{OfScore, beyond};

use super::imputed::Known as Given;
use super::schema::{Coding, Filled, ModelFile, Range};
use crate::ask::{AskError, Dataset};
use crate::study::TimeUnit;
use figures::format;

/// Predictions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The model's name.
    pub model: String,
    /// What it is called in print.
    #[serde(skip)]
    pub label: String,
    /// Name of the endpoint.
    pub endpoint: String,
    /// What it is called in print.
    #[serde(skip)]
    pub endpoint_label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// One for each patient.
    pub patients: Vec<Patient>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One patient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patient {
    /// Who it is.
    pub id: String,
    /// From the mean of the training cohort; none where a covariate is missing.
    pub linear_predictor: Option<f64>,
    /// Scores by name.
    pub scores: Named<Option<f64>>,
    /// The groups of scores, and of the linear predictor, by name.
    pub groups: Named<Option<String>>,
    /// Survival at the model's times; nothing where a covariate is missing.
    pub survival: Vec<At>,
    /// What is missing, and what is beyond the training cohort.
    pub flags: Vec<String>,
}

/// Values by name, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Survival at a time with its 95 % limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct At {
    pub time: f64,
    pub survival: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The name under which the group of the linear predictor stands.
pub const LINEAR_PREDICTOR: &str = "linear_predictor";

/// Confidence of all limits.
const LEVEL: f64 = 0.95;

/// Predicts for every patient of `data`.
///
/// # Errors
/// Columns, features or levels that the model was not made for.
pub fn run(file: &ModelFile, data: &Dataset) -> Result<Answer, AskError> {
    fits(file, data)?;
    let scores: Vec<OfScore<'_>> =
        file.scores.iter().map(|score| OfScore::new(score, data)).collect::<Result<_, _>>()?;
    let scored = computed(file, data, &scores)?;
    let patients: Vec<Patient> =
        (0..data.cohort.len()).map(|row| patient(file, &scored, &scores, row)).collect::<Result<_, _>>()?;
    let mut notes = Vec::new();
    let lost = patients.iter().filter(|patient| patient.linear_predictor.is_none()).count();
    if lost > 0 {
        notes.push(format!("{} without a prediction, a covariate is missing", format::patients_are(lost)));
    }
    notes.extend(file.notes.iter().cloned());
    Ok(Answer {
        model: file.model.clone(),
        label: file.label.clone(),
        endpoint: file.endpoint.name.clone(),
        endpoint_label: file.endpoint.label.clone(),
        unit: file.endpoint.unit,
        patients,
        notes,
    })
}

/// The patients with the columns that are computed from scores.
fn computed(file: &ModelFile, data: &Dataset, scores: &[OfScore<'_>]) -> Result<Dataset, AskError> {
    let mut cohort = (*data.cohort).clone();
    if file.derived.iter().all(|d| cohort.frame().get(&d.name).is_some()) {
        return Ok(data.clone());
    }
    for of in scores.iter().filter(|of| data.cohort.frame().get(&of.score.name).is_none()) {
        cohort = cohort.with_column(of.column(data)).map_err(AskError::impossible)?;
    }
    for derived in &file.derived {
        let why = |error: tables::ExprError| AskError::Impossible(format!("{}: {error}", derived.name));
        let expression = Expr::parse(&derived.expression).map_err(why)?;
        let is_there = |name: &&str| cohort.frame().get(name).is_some();
        if is_there(&derived.name.as_str()) || !expression.names().iter().all(is_there) {
            continue;
        }
        let values = expression.eval(cohort.frame()).map_err(why)?;
        let column = Column::new(&derived.name, values, "computed");
        cohort = cohort.with_column(column).map_err(AskError::impossible)?;
    }
    Ok(Dataset { cohort: Arc::new(cohort), ..data.clone() })
}

fn patient(file: &ModelFile, data: &Dataset, scores: &[OfScore<'_>], row: usize) -> Result<Patient, AskError> {
    let mut flags = Vec::new();
    let values: Vec<Option<f64>> = scores.iter().map(|score| score.value(data, row, &mut flags)).collect();
    for variable in &file.variables {
        let Some(column) = data.cohort.frame().get(&variable.name) else { continue };
        let is_term = file.terms.iter().any(|term| term.name == variable.name);
        if column.values.is_missing(row) {
            let said = || match file.filled(&variable.name) {
                Some((filled, method)) => filled.said(method),
                None => format!("{} is missing: no prediction", variable.name),
            };
            flags.extend(is_term.then(said));
        } else if let Some(numbers) = column.numbers() {
            let Range { min, max, .. } = variable.range.unwrap_or(Range::of(&[]));
            flags.extend(beyond(&variable.name, numbers[row], min, max));
        }
    }
    let known = |name: &str| -> Given<'_> {
        if let Some(k) = file.scores.iter().position(|score| score.name == name) {
            return match (values[k], file.is_factor(name)) {
                (None, _) => Given::Missing,
                (Some(value), false) => Given::Number(value),
                (Some(value), true) => file.scores[k].group(value).map_or(Given::Missing, Given::Level),
            };
        }
        match data.cohort.frame().get(name) {
            Some(column) if column.values.is_missing(row) => Given::Missing,
            Some(Column { values: Values::Number(numbers), .. }) if !file.is_factor(name) => {
                Given::Number(numbers[row])
            }
            Some(Column { values: Values::Category(category), .. }) => {
                category.level(row).map_or(Given::Missing, Given::Level)
            }
            _ => Given::Missing,
        }
    };
    let given = |name: &str| match (known(name), file.filled(name)) {
        (Given::Missing, Some((filled, _))) => filled.value(known),
        (known, _) => known,
    };
    let columns = file.columns(given)?;
    let coef: Vec<f64> = file.coefficients.iter().map(|c| c.coef).collect();
    let means: Vec<f64> = file.coefficients.iter().map(|c| c.mean).collect();
    let lp = columns.as_ref().map(|columns| dot(&coef, columns) - dot(&coef, &means));
    let survival = match &columns {
        None => Vec::new(),
        Some(columns) => {
            let difference: Vec<f64> = columns.iter().zip(&means).map(|(x, mean)| x - mean).collect();
            file.baseline.iter().map(|at| at.survival_of(&coef, &file.covariance, &difference)).collect()
        }
    };
    let named = scores.iter().map(|of| of.score.name.clone());
    let mut groups: Vec<(String, Option<String>)> =
        named.clone().zip(scores.iter().zip(&values).map(|(of, value)| of.group(*value))).collect();
    let high = lp.map(|lp| if lp > file.cut { "high" } else { "low" }.to_owned());
    groups.push((LINEAR_PREDICTOR.to_owned(), high));
    Ok(Patient {
        id: data.cohort.ids()[row].clone(),
        linear_predictor: lp,
        scores: Named(named.zip(values).collect()),
        groups: Named(groups),
        survival,
        flags,
    })
}

impl super::schema::AtTime {
    fn survival_of(&self, coef: &[f64], covariance: &[Vec<f64>], difference: &[f64]) -> At {
        let table =
            Tabulated { time: self.time, cumhaz: self.cumhaz, variance: self.variance, drift: self.drift.clone() };
        let at = table.predict(coef, covariance, difference, LEVEL);
        At { time: self.time, survival: at.surv, lower: at.lower, upper: at.upper }
    }
}

impl ModelFile {
    /// What stands for a covariate where it is missing, and by which method it was learned.
    fn filled(&self, name: &str) -> Option<(&Filled, &str)> {
        let imputation = self.imputation.as_ref()?;
        Some((imputation.of(name)?, &imputation.method))
    }

    fn is_factor(&self, name: &str) -> bool {
        self.terms.iter().any(|term| term.name == name && matches!(term.coding, Coding::Factor { .. }))
    }

    /// How many columns of the design each term has.
    ///
    /// # Errors
    /// A product of terms that are not there.
    pub(super) fn widths(&self) -> Result<Vec<usize>, String> {
        let mut widths: Vec<usize> = Vec::new();
        for term in &self.terms {
            let width = match &term.coding {
                Coding::Linear => 1,
                Coding::Factor { levels } => levels.len().saturating_sub(1),
                Coding::Spline { knots } => knots.len().saturating_sub(1),
                Coding::Product { of } => {
                    let width = |name: &String| {
                        let at = self.terms[..widths.len()].iter().position(|t| t.name == *name);
                        at.map(|at| widths[at]).ok_or_else(|| format!("{} is a product without {name}", term.name))
                    };
                    of.iter().map(width).product::<Result<usize, String>>()?
                }
            };
            widths.push(width);
        }
        Ok(widths)
    }

    /// The columns of the design for one patient; none where a covariate is missing.
    fn columns<'a>(&self, given: impl Fn(&str) -> Given<'a>) -> Result<Option<Vec<f64>>, AskError> {
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            let own = match (&term.coding, given(&term.name)) {
                (Coding::Product { of }, _) => {
                    let parts = of.iter().filter_map(|name| self.terms.iter().position(|t| t.name == *name));
                    parts.fold(vec![1.0], |so_far, t| {
                        columns[t].iter().flat_map(|b| so_far.iter().map(move |a| a * b)).collect()
                    })
                }
                (_, Given::Missing) => return Ok(None),
                (Coding::Linear, Given::Number(x)) => vec![x],
                (Coding::Spline { knots }, Given::Number(x)) => {
                    RestrictedCubicSpline::new(knots.clone()).map_err(AskError::impossible)?.basis(x)
                }
                (Coding::Factor { levels }, Given::Level(level)) if levels.iter().any(|l| l == level) => {
                    levels[1..].iter().map(|l| f64::from(u8::from(l == level))).collect()
                }
                (Coding::Factor { levels }, Given::Level(level)) => {
                    let known = levels.join(", ");
                    let why = format!("{}: nobody of the training cohort is {level} ({known})", term.name);
                    return Err(AskError::Impossible(why));
                }
                _ => return Err(AskError::Impossible(format!("{} is not what the model takes", term.name))),
            };
            columns.push(own);
        }
        Ok(Some(columns.concat()))
    }
}
