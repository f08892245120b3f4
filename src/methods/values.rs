//! Which values a column has, for conditions that are being typed.

use serde::Serialize;
use tables::{Column, Values};
use watch::Watch;

use super::patients;
use crate::ask::{Ask, AskError, Dataset, Question, Selection};

/// More values of a column than these are not listed.
const MOST: usize = 200;
/// A number with at most so many values is told them one by one.
const FEW: usize = 12;

/// The values of the column of this name.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spec {
    /// Its name.
    pub column: String,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The column's name.
    pub column: String,
    /// What there is of it.
    pub held: Held,
}

/// What there is of a column.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Held {
    /// Nothing that could be listed.
    #[default]
    Nothing,
    /// Values, and how many patients have each.
    Levels(Vec<(String, usize)>),
    /// Few numbers, ascending, and how many patients have each.
    Numbers(Vec<(f64, usize)>),
    /// The smallest of many numbers, lower quartile, median, upper quartile and the largest.
    Spread([f64; 5]),
}

impl Question for Spec {
    type Answer = Answer;

    const NAME: &'static str = "values";

    fn on(&self) -> Option<&Selection> {
        None
    }

    fn run(&self, data: &Dataset, _ask: &dyn Ask, _watch: &dyn Watch) -> Result<Answer, AskError> {
        let held = data.cohort.frame().get(&self.column).map(Held::of).unwrap_or_default();
        Ok(Answer { column: self.column.clone(), held })
    }
}

impl Held {
    /// What there is of `column`.
    pub fn of(column: &Column) -> Self {
        match &column.values {
            Values::Number(numbers) => Self::of_numbers(numbers),
            Values::Text(_) if column.values.len() > patients::MANY => Self::Nothing,
            _ => {
                let factor = column.factor();
                let counts = factor.counts();
                Self::Levels(factor.levels.into_iter().zip(counts).take(MOST).collect())
            }
        }
    }

    fn of_numbers(numbers: &[f64]) -> Self {
        let mut few: Vec<(f64, usize)> = Vec::new();
        let known = || numbers.iter().copied().filter(|value| value.is_finite());
        for value in known() {
            match few.iter_mut().find(|(other, _)| *other == value) {
                Some((_, count)) => *count += 1,
                None => few.push((value, 1)),
            }
            if few.len() > FEW {
                let mut all: Vec<f64> = known().collect();
                let last = (all.len() - 1) as f64;
                let at = |share: f64| *all.select_nth_unstable_by((last * share).round() as usize, f64::total_cmp).1;
                return Self::Spread([0.0, 0.25, 0.5, 0.75, 1.0].map(at));
            }
        }
        few.sort_by(|a, b| a.0.total_cmp(&b.0));
        if few.is_empty() { Self::Nothing } else { Self::Numbers(few) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_numbers_are_counted_and_many_are_spread_out() {
        assert_eq!(Held::of_numbers(&[2.0, f64::NAN, 1.0, 2.0]), Held::Numbers(vec![(1.0, 1), (2.0, 2)]));
        let many: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(Held::of_numbers(&many), Held::Spread([0.0, 25.0, 50.0, 75.0, 100.0]));
        assert_eq!(Held::of_numbers(&[f64::NAN]), Held::Nothing);
    }
}
