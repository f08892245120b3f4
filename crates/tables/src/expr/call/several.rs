//! Functions of several values of a row.

use crate::expr::ast::Term;
use crate::expr::eval::{Evaluated, Evaluation};
use crate::expr::function::Function;
use crate::expr::part::{Cells, Part, zip};

impl<'f> Evaluation<'_, 'f> {
    /// `case(when, then, .., else)`: what stands behind the first condition that is met. Where a condition is unknown
    /// before one is met, so is the value.
    pub fn case(&self, term: &Term, arguments: &[Term]) -> Evaluated<Part<'f>> {
        let Some((otherwise, pairs)) = arguments.split_last().filter(|(_, pairs)| pairs.len() % 2 == 0) else {
            let message = "case takes pairs of a condition and a value, and a value for all others";
            return Err(self.fault(term, message).hint(Function::Case.usage().to_owned()));
        };
        let mut value = self.part(otherwise)?;
        for pair in pairs.chunks_exact(2).rev() {
            value = self.chosen(&pair[0], (&pair[1], self.part(&pair[1])?), (otherwise, value))?;
        }
        Ok(value)
    }

    /// `coalesce(x, y, ..)`: the first that is not missing.
    pub fn coalesce(&self, first: &Term, rest: &[Term]) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let mut value = self.part(first)?;
        for term in rest {
            let next = self.part(term)?;
            value = match (&value, &next) {
                (Part::Date(a), Part::Date(b)) => Part::Date(zip(n, a, b, |a, b| a.or(*b))),
                (Part::Level(_) | Part::Text(_), Part::Level(_) | Part::Text(_)) => {
                    let pick = |i: usize| value.text_at(i).or_else(|| next.text_at(i)).map(str::to_owned);
                    Part::Text(Cells::Rows((0..n).map(pick).collect()))
                }
                _ => {
                    let (a, b) = (self.as_numbers(first, value.clone())?, self.as_numbers(term, next.clone())?);
                    Part::Number(zip(n, &a, &b, |a, b| if a.is_nan() { *b } else { *a }))
                }
            };
        }
        Ok(value)
    }

    /// `between(x, low, high)`: low <= x <= high.
    pub fn between(&self, of: &Term, low: &Term, high: &Term) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let at_least = self.compared(of, low, |order| order.is_ge())?;
        let at_most = self.compared(of, high, |order| order.is_le())?;
        Ok(Part::Truth(zip(n, &at_least, &at_most, |a, b| match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        })))
    }

    /// `sum(x, y, ..)`, `mean(x, y, ..)` of a row: missing if one is.
    pub fn row_sum(&self, function: Function, arguments: &[Term]) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let mut total: Cells<'f, f64> = Cells::Constant(0.0);
        for term in arguments {
            total = zip(n, &total, &self.numbers(term)?, |a, b| a + b);
        }
        let by = if function == Function::Mean { arguments.len() as f64 } else { 1.0 };
        Ok(Part::Number(zip(n, &total, &Cells::Constant(by), |a, b| a / b)))
    }

    /// `count(condition, ..)`: how many are met; missing where one is unknown.
    pub fn count(&self, conditions: &[Term]) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let mut count: Cells<'f, f64> = Cells::Constant(0.0);
        for term in conditions {
            count = zip(n, &count, &self.truths(term)?, |so_far, met| match met {
                Some(met) => so_far + f64::from(u8::from(*met)),
                None => f64::NAN,
            });
        }
        Ok(Part::Number(count))
    }
}
