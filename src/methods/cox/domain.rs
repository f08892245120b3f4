//! Values of covariates: as they are written, as they are given, and which there are.

use serde::Serialize;

use crate::ask::AskError;
use figures::format;
use survival::cox::{Coding, Design, Term, Value};
use survival::stats::describe::quantile;

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Given {
    /// Of a number.
    Number(f64),
    /// Of a factor.
    Level(String),
}

/// The values of a covariate among the patients of the fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Domain {
    /// Smallest and largest number, and a step that makes a difference.
    Numbers {
        /// The smallest.
        from: f64,
        /// The largest.
        to: f64,
        /// 1, 2 or 5 times a power of ten.
        step: f64,
    },
    /// The levels, the reference first.
    Levels(Vec<String>),
}

impl From<Value<'_>> for Given {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Number(x) => Self::Number(x),
            Value::Level(level) => Self::Level(level.to_owned()),
        }
    }
}

/// A value as it was written.
pub(super) fn read<'a>(term: &'a Term, text: &str) -> Result<Value<'a>, AskError> {
    let wrong = |what: String| AskError::Impossible(format!("{}={text}: {what}", term.name));
    match &term.coding {
        Coding::Factor { levels } => {
            let found = levels.iter().find(|level| *level == text);
            found.map(|level| Value::Level(level)).ok_or_else(|| wrong(format!("the levels are {}", levels.join(", "))))
        }
        _ => match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Value::Number(x)),
            _ => Err(wrong("that is no number".to_owned())),
        },
    }
}

/// The values of a term's variable in the design.
pub(super) fn domain(design: &Design, term: &Term) -> Domain {
    match &term.coding {
        Coding::Factor { levels } => Domain::Levels(levels.clone()),
        _ => {
            let values = design.column(term.columns.start);
            let from = values.iter().copied().fold(f64::INFINITY, f64::min);
            let to = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Domain::Numbers { from, to, step: step(values) }
        }
    }
}

/// Steps between the quantiles .05 and .95.
const STEPS: f64 = 40.0;

/// A step of 1, 2 or 5 times a power of ten, of which there are about 40 between most values; whole for whole numbers.
fn step(values: &[f64]) -> f64 {
    let spread = quantile(values, 0.95) - quantile(values, 0.05);
    let is_whole = values.iter().all(|x| x.fract() == 0.0);
    if !(spread > 0.0 && spread.is_finite()) {
        return 1.0;
    }
    let wanted = spread / STEPS;
    let power = 10f64.powf(wanted.log10().floor());
    let factor = [5.0, 2.0].into_iter().find(|f| f * power <= wanted).unwrap_or(1.0);
    let step = factor * power;
    if is_whole { step.max(1.0) } else { step }
}

impl Domain {
    /// `30 to 90`, or the levels.
    pub fn words(&self) -> String {
        match self {
            Self::Numbers { from, to, .. } => {
                format!("{} to {}", format::chosen_to(*from, 4), format::chosen_to(*to, 4))
            }
            Self::Levels(levels) => levels.join(", "),
        }
    }

    /// The value so many steps after `now`, in the text that a profile is asked with: a multiple of the step within the
    /// values that there are, or another level.
    pub fn moved(&self, now: &Given, steps: i32) -> Option<String> {
        match (self, now) {
            (Self::Numbers { from, to, step }, Given::Number(x)) => {
                let place = x / step;
                // From between two multiples the first step goes to the next of them.
                let near = if steps > 0 { (place + 1e-9).floor() } else { (place - 1e-9).ceil() };
                let next = (near + f64::from(steps)) * step;
                let next = next.clamp(*from, *to);
                // Multiples of 0.1 are written as such.
                let digits = (-step.log10().floor()).max(0.0) as i32;
                let unit = 10f64.powi(digits);
                let tidy = (next * unit).round() / unit;
                Some(if (*from..=*to).contains(&tidy) { tidy } else { next }.to_string())
            }
            (Self::Levels(levels), Given::Level(level)) => {
                let at = levels.iter().position(|l| l == level)? as i32;
                let last = levels.len() as i32 - 1;
                levels.get((at + steps.signum()).clamp(0, last) as usize).cloned()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        let ages: Vec<f64> = (30..=90).map(f64::from).collect();
        assert_eq!(step(&ages), 1.0);
        let scores: Vec<f64> = (0..=100).map(|k| f64::from(k) * 0.07).collect();
        assert_eq!(step(&scores), 0.1);
        let platelets: Vec<f64> = (50..=450).map(f64::from).collect();
        assert_eq!(step(&platelets), 5.0);
        assert_eq!(step(&[3.0, 3.0]), 1.0);
    }

    #[test]
    fn values_move_by_steps_and_stay_among_those_there_are() {
        let ages = Domain::Numbers { from: 30.0, to: 90.0, step: 1.0 };
        let of = |x: f64, steps| ages.moved(&Given::Number(x), steps);
        assert_eq!(of(61.37, 1).as_deref(), Some("62"));
        assert_eq!(of(61.37, -1).as_deref(), Some("61"));
        assert_eq!(of(62.0, 1).as_deref(), Some("63"));
        assert_eq!(of(88.0, 10).as_deref(), Some("90"));
        let tenths = Domain::Numbers { from: 0.0, to: 7.3, step: 0.1 };
        assert_eq!(tenths.moved(&Given::Number(0.2), 1).as_deref(), Some("0.3"));
        let levels = Domain::Levels(["I", "II", "III"].map(str::to_owned).to_vec());
        let from = |level: &str, steps| levels.moved(&Given::Level(level.to_owned()), steps);
        assert_eq!(from("I", 1).as_deref(), Some("II"));
        assert_eq!(from("III", 10).as_deref(), Some("III"));
        assert_eq!(from("I", -1).as_deref(), Some("I"));
    }
}
