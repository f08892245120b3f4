//! What a model file says of new patients, or why it says nothing.

use std::sync::Arc;

use serde::Serialize;
use survival::cox::Tabulated;
use survival::spline::RestrictedCubicSpline;
use survival::stats::describe::sum;
use survival::stats::dot;
use tables::problem::Problem;
use tables::{Category, Column, Expr, Values};

use super::schema::{Coding, Feature, ModelFile, Range, Score, Variable};
use crate::ask::{AskError, Dataset};
use crate::study::{GROUP_PREFIX, RAD_GROUP, TimeUnit};
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

/// A covariate of a patient.
#[derive(Clone, Copy)]
enum Given<'a> {
    Number(f64),
    Level(&'a str),
    Missing,
}

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

/// An error that lists everything that the model was not made for.
fn fits(file: &ModelFile, data: &Dataset) -> Result<(), AskError> {
    let frame = data.cohort.frame();
    let needed = file.needed(|name| frame.get(name).is_some());
    let mut wrong: Vec<String> = needed.into_iter().filter(|v| frame.get(&v.name).is_none()).map(absent).collect();
    for variable in &file.variables {
        wrong.extend(frame.get(&variable.name).and_then(|column| misfit(variable, column, data)));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => {
            Err(AskError::Impossible(format!("the model {} was not made for this: {}", file.model, wrong.join("; "))))
        }
    }
}

fn absent(variable: &Variable) -> String {
    let unit = variable.unit.as_ref().map(|unit| format!(" in {unit}")).unwrap_or_default();
    let called = if variable.label == variable.name { String::new() } else { format!(" ({})", variable.label) };
    format!("there is no column {}{called}, a {}{unit}", variable.name, variable.kind)
}

/// What keeps a column from being the variable of the model.
fn misfit(variable: &Variable, column: &Column, data: &Dataset) -> Option<String> {
    if let (Some(own), Some(found)) = (&variable.unit, &column.unit)
        && !same_unit(own, found)
    {
        return Some(format!("{} is in {found}, and the model takes it in {own}", variable.name));
    }
    let place = |row: usize| Problem::error(data.cohort.frame().place_of(row).field(&variable.name), "").place;
    match variable.kind.as_str() {
        "number" => match &column.values {
            Values::Number(_) => None,
            _ => Some(format!("{} holds no numbers", variable.name)),
        },
        "category" => {
            let factor = column.factor();
            let unknown = |level: Option<&str>| level.is_some_and(|l| !variable.levels.iter().any(|v| v.level == l));
            let row = (0..data.cohort.len()).find(|row| unknown(factor.level(*row)))?;
            let known: Vec<&str> = variable.levels.iter().map(|level| level.level.as_str()).collect();
            let level = factor.level(row).unwrap_or_default();
            Some(format!("{}: {level} is no level of {} ({})", place(row), variable.name, known.join(", ")))
        }
        _ => None,
    }
}

/// Units are the same whatever their capitals and blanks, and whether a micro sign or a u is written.
fn same_unit(a: &str, b: &str) -> bool {
    let plain = |unit: &str| {
        let unit = unit.to_lowercase().replace(['µ', 'μ'], "u").replace('²', "2").replace('³', "3");
        unit.chars().filter(|c| !c.is_whitespace() && *c != '^').collect::<String>()
    };
    plain(a) == plain(b)
}

/// A score with the place of each of its features.
struct OfScore<'a> {
    score: &'a Score,
    places: Vec<Place<'a>>,
    /// The place of each patient's site among those of the model, where it brings sites to one scale.
    sites: Option<Vec<Option<usize>>>,
}

enum Place<'a> {
    Column(&'a [f64]),
    Extracted(usize),
}

impl<'a> OfScore<'a> {
    fn new(score: &'a Score, data: &'a Dataset) -> Result<Self, AskError> {
        let extracted: Vec<String> = (0..data.features.n_columns()).map(|j| data.features.column_name(j)).collect();
        let mut absent = Vec::new();
        let mut places = Vec::new();
        for feature in &score.features {
            let column = data.cohort.frame().get(&feature.name).and_then(Column::numbers);
            match (column, extracted.iter().position(|name| *name == feature.name)) {
                (Some(values), _) => places.push(Place::Column(values)),
                (None, Some(j)) => places.push(Place::Extracted(j)),
                (None, None) => absent.push(feature.name.clone()),
            }
        }
        match absent.as_slice() {
            [] => Ok(Self { score, places, sites: sites(score, data)? }),
            [first, rest @ ..] => Err(AskError::Impossible(format!(
                "the score {} takes the feature {first}{}, which is neither a column nor extracted from images",
                score.name,
                if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) }
            ))),
        }
    }

    fn feature(&self, data: &Dataset, k: usize, row: usize) -> f64 {
        match self.places[k] {
            Place::Column(values) => values[row],
            Place::Extracted(j) => data.features.value(row, j),
        }
    }

    /// The score of a row; what is missing or beyond training is flagged.
    fn value(&self, data: &Dataset, row: usize, flags: &mut Vec<String>) -> Option<f64> {
        let features = &self.score.features;
        let mut values: Vec<f64> = (0..features.len()).map(|k| self.feature(data, k, row)).collect();
        let site = self.sites.as_ref().map(|sites| sites[row]);
        if let (Some(None), Some(column)) = (site, &self.score.site) {
            flags.push(format!("{column} is missing: no {}", self.score.name));
            return None;
        }
        for (feature, x) in features.iter().zip(&mut values) {
            flags.extend(self.flag(feature, *x));
            if let Some(line) = site.flatten().and_then(|site| feature.sites.get(site)) {
                *x = line.factor * *x + line.offset;
            }
        }
        let values = self.filled_in(&values);
        let value = sum(features.iter().zip(&values).map(|(f, x)| f.coef * ((x - f.mean) / f.sd)));
        Some(value).filter(|value| value.is_finite())
    }

    /// What is to be known of a value.
    fn flag(&self, feature: &Feature, x: f64) -> Option<String> {
        let name = &feature.name;
        match (x.is_nan(), feature.fill, &feature.from_others) {
            (false, ..) => beyond(name, x, Some(feature.min), Some(feature.max)),
            // It counts nothing itself.
            (true, ..) if feature.coef == 0.0 => None,
            (true, None, _) => Some(format!("{name} is missing: no {}", self.score.name)),
            (true, Some(_), Some(_)) => {
                Some(format!("{name} is missing: what other features let expect stands for it"))
            }
            (true, Some(_), None) => {
                let what = self.score.filled_by.as_deref().unwrap_or("median");
                Some(format!("{name} is missing: the {what} of training stands for it"))
            }
        }
    }

    /// The values with what stands for missing ones.
    fn filled_in(&self, values: &[f64]) -> Vec<f64> {
        let features = &self.score.features;
        let simply = |(feature, x): (&Feature, &f64)| feature.fill.filter(|_| x.is_nan()).unwrap_or(*x);
        let simple: Vec<f64> = features.iter().zip(values).map(simply).collect();
        let of = |name: &str| features.iter().position(|f| f.name == name).map_or(f64::NAN, |k| simple[k]);
        let one = |(k, x): (usize, &f64)| match &features[k].from_others {
            Some(line) if x.is_nan() => {
                let parts = line.features.iter().map(|other| other.coef * of(&other.feature));
                (line.intercept + parts.sum::<f64>()).clamp(line.lower, line.upper)
            }
            _ => simple[k],
        };
        values.iter().enumerate().map(one).collect()
    }

    /// The score of everybody as a column, or its groups where it is called so.
    fn column(&self, data: &Dataset) -> Column {
        let name = &self.score.name;
        let values = (0..data.cohort.len()).map(|row| self.value(data, row, &mut Vec::new()));
        let values = match name == RAD_GROUP || name.starts_with(GROUP_PREFIX) {
            false => Values::Number(values.map(|value| value.unwrap_or(f64::NAN)).collect()),
            true => {
                let code = |group: &String| self.score.groups.iter().position(|own| own == group).map(|k| k as u32);
                let codes = values.map(|value| self.group(value).as_ref().and_then(code)).collect();
                Values::Category(Category { ordered: true, ..Category::new(self.score.groups.clone(), codes) })
            }
        };
        Column::new(name, values, "a score")
    }

    fn group(&self, value: Option<f64>) -> Option<String> {
        self.score.group(value?).map(str::to_owned)
    }
}

/// The place of each patient's site among those of the score, if it brings sites to one scale.
fn sites(score: &Score, data: &Dataset) -> Result<Option<Vec<Option<usize>>>, AskError> {
    let (Some(name), Some(first)) = (&score.site, score.features.first()) else { return Ok(None) };
    let column = data.cohort.frame().column(name).map_err(AskError::impossible)?;
    let place = |row: usize| {
        let Some(text) = column.values.text(row) else { return Ok(None) };
        first.sites.iter().position(|line| line.site == text).map(Some).ok_or_else(|| {
            let known: Vec<&str> = first.sites.iter().map(|line| line.site.as_str()).collect();
            AskError::Impossible(format!(
                "{}: {name} is {text}, and the score {} knows {}: how {text} differs from them one patient does not tell. Harmonise \
                 several of its patients in the study, with a training cohort that holds them, or use a model without that step",
                data.cohort.ids()[row],
                score.name,
                known.join(", ")
            ))
        })
    };
    (0..data.cohort.len()).map(place).collect::<Result<_, _>>().map(Some)
}

/// A flag where `x` lies outside of what the training cohort has.
fn beyond(name: &str, x: f64, min: Option<f64>, max: Option<f64>) -> Option<String> {
    let (min, max) = (min?, max?);
    let shown = |x: f64| format::chosen_to(x, 4);
    // A feature of another machine differs in its last digits.
    let slack = 1e-9 * (max - min);
    (x < min - slack || x > max + slack)
        .then(|| format!("{name} {} is beyond the training cohort ({} to {})", shown(x), shown(min), shown(max)))
}

fn patient(file: &ModelFile, data: &Dataset, scores: &[OfScore<'_>], row: usize) -> Result<Patient, AskError> {
    let mut flags = Vec::new();
    let values: Vec<Option<f64>> = scores.iter().map(|score| score.value(data, row, &mut flags)).collect();
    for variable in &file.variables {
        let Some(column) = data.cohort.frame().get(&variable.name) else { continue };
        let is_term = file.terms.iter().any(|term| term.name == variable.name);
        if column.values.is_missing(row) {
            flags.extend(is_term.then(|| format!("{} is missing: no prediction", variable.name)));
        } else if let Some(numbers) = column.numbers() {
            let Range { min, max, .. } = variable.range.unwrap_or(Range::of(&[]));
            flags.extend(beyond(&variable.name, numbers[row], min, max));
        }
    }
    let given = |name: &str| -> Given<'_> {
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
