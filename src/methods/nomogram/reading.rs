//! What a nomogram says of a patient: points of each value, their total, and survival at any time.

use super::{Answer, Value, Variable};
use crate::methods::cox::domain::{Domain, Given};
use figures::format;

/// Steps between the ends of a scale.
const STEPS: f64 = 40.0;

/// A covariate of the nomogram: its name and what it can be.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariate {
    /// The column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Which values its scale has.
    pub domain: Domain,
}

/// A patient as the nomogram reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The scale of each covariate that is the patient's, by its place in the answer.
    pub scales: Vec<Option<usize>>,
    /// Points of each covariate; none for a value beyond the scale.
    pub points: Vec<Option<f64>>,
    /// Their sum.
    pub total: f64,
    /// The linear predictor, 0 at the means of the model's columns.
    pub lp: f64,
}

impl Answer {
    /// The covariates, each once, in the order of the scales.
    pub fn covariates(&self) -> Vec<Covariate> {
        let mut all: Vec<Covariate> = Vec::new();
        for scale in &self.points {
            if all.iter().all(|known| known.variable != scale.variable) {
                let (variable, label) = (scale.variable.clone(), scale.label.clone());
                all.push(Covariate { variable, label, domain: domain(scale) });
            }
        }
        all
    }

    /// The scale of a covariate for a patient: of several the one for the levels that the patient has.
    fn scale(&self, variable: &str, level_of: impl Fn(&str) -> Option<String>) -> Option<usize> {
        let fits = |scale: &Variable| {
            scale.variable == variable
                && scale.given.iter().all(|(factor, level)| level_of(factor).as_ref() == Some(level))
        };
        self.points.iter().position(fits)
    }

    /// What the nomogram says of a patient with these values, one for each of [`Self::covariates`].
    ///
    /// Between two marks of a scale points are in proportion, which is exact where the covariate acts as a straight line.
    pub fn reading(&self, covariates: &[Covariate], values: &[Given]) -> Reading {
        let level_of = |factor: &str| {
            let at = covariates.iter().position(|covariate| covariate.variable == factor)?;
            match values.get(at)? {
                Given::Level(level) => Some(level.clone()),
                Given::Number(_) => None,
            }
        };
        let scales: Vec<Option<usize>> =
            covariates.iter().map(|covariate| self.scale(&covariate.variable, level_of)).collect();
        let points: Vec<Option<f64>> =
            scales.iter().zip(values).map(|(scale, value)| points(&self.points[(*scale)?], value)).collect();
        let total = points.iter().flatten().sum();
        Reading { scales, points, total, lp: self.lowest + total / self.points_per_unit }
    }

    /// Survival at every time of the fit of a patient with this linear predictor.
    pub fn curve(&self, lp: f64) -> (Vec<f64>, Vec<f64>) {
        self.baseline.iter().map(|(time, hazard)| (*time, (-hazard * lp.exp()).exp())).unzip()
    }

    /// Survival at `time`.
    pub fn survival_at(&self, time: f64, lp: f64) -> f64 {
        let before = self.baseline.iter().take_while(|(t, _)| *t <= time).last();
        before.map_or(1.0, |(_, hazard)| (-hazard * lp.exp()).exp())
    }
}

fn domain(scale: &Variable) -> Domain {
    let levels = scale.scale.iter().filter_map(|mark| match &mark.value {
        Value::Level(level) => Some(level.clone()),
        Value::Number(_) => None,
    });
    let levels: Vec<String> = levels.collect();
    if !levels.is_empty() {
        return Domain::Levels(levels);
    }
    let numbers = || {
        scale.scale.iter().filter_map(|mark| match mark.value {
            Value::Number(x) => Some(x),
            Value::Level(_) => None,
        })
    };
    let (from, to) = (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
    let wanted = (to - from) / STEPS;
    let power = 10f64.powf(wanted.log10().floor());
    let factor = [5.0, 2.0].into_iter().find(|factor| factor * power <= wanted).unwrap_or(1.0);
    let step = if wanted > 0.0 && wanted.is_finite() { factor * power } else { 1.0 };
    Domain::Numbers { from, to, step }
}

/// Points of a value on a scale.
fn points(scale: &Variable, value: &Given) -> Option<f64> {
    match value {
        Given::Level(level) => {
            let mark = scale.scale.iter().find(|mark| mark.value == Value::Level(level.clone()));
            mark.map(|mark| mark.points)
        }
        Given::Number(x) => {
            let mut marks: Vec<(f64, f64)> = Vec::new();
            for mark in &scale.scale {
                if let Value::Number(at) = mark.value {
                    marks.push((at, mark.points));
                }
            }
            marks.sort_by(|a, b| a.0.total_cmp(&b.0));
            let next = marks.iter().position(|(at, _)| at >= x)?;
            let (x1, y1) = marks[next];
            match next.checked_sub(1).map(|before| marks[before]) {
                Some((x0, y0)) if x1 > x0 => Some(y0 + (y1 - y0) * (x - x0) / (x1 - x0)),
                _ => (x1 == *x).then_some(y1),
            }
        }
    }
}

/// A value as it is shown.
pub fn shown(value: &Given) -> String {
    match value {
        Given::Number(x) => format::chosen(*x),
        Given::Level(level) => level.clone(),
    }
}
