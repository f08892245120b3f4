//! From the tree and a table to values: whole columns at a time, so that types are checked once.

use std::borrow::Cow;

use super::ast::{Node, Operator, Term};
use super::error::ExprError;
use super::function::Function;
use super::part::{Cells, Part, map, zip};
use crate::column::{Category, Values};
use crate::frame::Frame;

/// The evaluation of one expression over one table.
pub(super) struct Evaluation<'e, 'f> {
    pub text: &'e str,
    pub frame: &'f Frame,
}

pub(super) type Evaluated<T> = Result<T, ExprError>;
type Numbers<'f> = Cells<'f, f64>;
type Truths<'f> = Cells<'f, Option<bool>>;

impl<'f> Evaluation<'_, 'f> {
    /// The values of the whole expression, as a column holds them.
    pub fn values(&self, root: &Term) -> Evaluated<Values> {
        let n = self.frame.len();
        Ok(match self.part(root)? {
            Part::Number(cells) => {
                let finite = |x: f64| if x.is_finite() { x } else { f64::NAN };
                Values::Number(cells.into_rows(n).into_iter().map(finite).collect())
            }
            Part::Truth(cells) => Values::Number(cells.into_rows(n).into_iter().map(as_number).collect()),
            Part::Date(cells) => Values::Date(cells.into_rows(n)),
            Part::Level(category) => Values::Category(category.into_owned()),
            Part::Text(cells) => Values::Category(Category::from_texts(cells.into_rows(n))),
        })
    }

    /// The outcomes of the whole expression as a condition.
    pub fn condition(&self, root: &Term) -> Evaluated<Vec<Option<bool>>> {
        Ok(self.truths(root)?.into_rows(self.frame.len()))
    }

    pub fn fault(&self, term: &Term, message: impl Into<String>) -> ExprError {
        ExprError::new(self.text, &term.span, message)
    }

    pub fn part(&self, term: &Term) -> Evaluated<Part<'f>> {
        Ok(match &term.node {
            Node::Number(value) => Part::Number(Cells::Constant(*value)),
            Node::Text(text) => Part::Text(Cells::Constant(Some(text.clone()))),
            Node::Date(day) => Part::Date(Cells::Constant(Some(*day))),
            Node::Name(name) => self.column(term, name)?,
            Node::Negate(part) => Part::Number(map(&self.numbers(part)?, |x| -x)),
            Node::Not(part) => Part::Truth(map(&self.truths(part)?, |t| t.map(|t| !t))),
            Node::Binary(operator, left, right) => self.binary(*operator, left, right)?,
            Node::In { value, list, negated } => Part::Truth(self.member(value, list, *negated)?),
            Node::Call(function, arguments) => self.call(term, *function, arguments)?,
        })
    }

    fn column(&self, term: &Term, name: &str) -> Evaluated<Part<'f>> {
        match self.frame.column(name) {
            Ok(column) => Ok(Part::of_column(column)),
            Err(_) if ["NA", "nan", "null", "missing"].iter().any(|n| name.eq_ignore_ascii_case(n)) => {
                let hint = "whether x is missing is asked by is_missing(x)".to_owned();
                Err(self.fault(term, format!("there is no column {name}")).hint(hint))
            }
            Err(unknown) if unknown.doubt.is_some() => Err(self.fault(term, unknown.to_string())),
            Err(unknown) => Err(self.fault(term, format!("there is no column {name}")).hint(unknown.nearest)),
        }
    }

    fn binary(&self, operator: Operator, left: &Term, right: &Term) -> Evaluated<Part<'f>> {
        match operator {
            Operator::And | Operator::Or => {
                let (a, b) = (self.truths(left)?, self.truths(right)?);
                let join = if operator == Operator::And { and } else { or };
                Ok(Part::Truth(zip(self.frame.len(), &a, &b, |a, b| join(*a, *b))))
            }
            Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Power => {
                self.arithmetic(operator, left, right)
            }
            _ => Ok(Part::Truth(self.compare(operator, left, right)?)),
        }
    }

    fn arithmetic(&self, operator: Operator, left: &Term, right: &Term) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let (a, b) = (self.part(left)?, self.part(right)?);
        if let (Operator::Subtract, Part::Date(a), Part::Date(b)) = (operator, &a, &b) {
            let days = |a: &Option<i32>, b: &Option<i32>| match (a, b) {
                (Some(a), Some(b)) => f64::from(*a) - f64::from(*b),
                _ => f64::NAN,
            };
            return Ok(Part::Number(zip(n, a, b, days)));
        }
        if let (Operator::Add | Operator::Subtract, Part::Date(a), Part::Number(b)) = (operator, &a, &b) {
            let sign = if operator == Operator::Add { 1.0 } else { -1.0 };
            return Ok(Part::Date(zip(n, a, b, |a, b| shifted(*a, sign * b))));
        }
        let (a, b) = (self.as_numbers(left, a)?, self.as_numbers(right, b)?);
        let compute: fn(f64, f64) -> f64 = match operator {
            Operator::Add => |a, b| a + b,
            Operator::Subtract => |a, b| a - b,
            Operator::Multiply => |a, b| a * b,
            Operator::Divide => |a, b| a / b,
            _ => power,
        };
        Ok(Part::Number(zip(n, &a, &b, |a, b| compute(*a, *b))))
    }

    fn call(&self, term: &Term, function: Function, arguments: &[Term]) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        match (function, arguments) {
            (Function::IsMissing, [of]) => {
                let of = self.part(of)?;
                Ok(Part::Truth(if of.is_constant() {
                    Cells::Constant(Some(of.is_missing(0)))
                } else {
                    Cells::Rows((0..n).map(|i| Some(of.is_missing(i))).collect())
                }))
            }
            (Function::IfElse, [condition, yes, no]) => self.choose(condition, yes, no),
            (Function::Round, [of, digits]) => {
                let (of, digits) = (self.numbers(of)?, self.numbers(digits)?);
                Ok(Part::Number(zip(n, &of, &digits, |x, d| rounded(*x, *d))))
            }
            (Function::Min | Function::Max, [first, rest @ ..]) => {
                let pick = if function == Function::Min { smaller } else { larger };
                let first = self.numbers(first)?;
                let all = rest.iter().try_fold(first, |so_far, next| {
                    let next = self.numbers(next)?;
                    Ok(zip(n, &so_far, &next, |a, b| pick(*a, *b)))
                })?;
                Ok(Part::Number(all))
            }
            (Function::Year | Function::Month, [of]) => self.part_of_date(function, of),
            (Function::Days | Function::Months | Function::Years, [from, to]) => self.between_dates(function, from, to),
            (Function::Date, [of]) => self.date_of_text(of, None),
            (Function::Date, [of, format]) => self.date_of_text(of, Some(format)),
            (Function::Contains | Function::StartsWith | Function::EndsWith | Function::Matches, [of, sought]) => {
                self.text_condition(function, of, sought)
            }
            (Function::Lower | Function::Upper | Function::Trim, [of]) => self.rewritten(function, of),
            (Function::Replace, [of, from, to]) => self.replaced(of, from, to),
            (Function::Number, [of]) => self.number_of_text(of),
            (Function::Text, [of]) => self.text_of(of),
            (Function::Case, arguments) => self.case(term, arguments),
            (Function::Coalesce, [first, rest @ ..]) => self.coalesce(first, rest),
            (Function::Between, [of, low, high]) => self.between(of, low, high),
            (Function::Sum | Function::Mean, arguments) => self.row_sum(function, arguments),
            (Function::Count, conditions) => self.count(conditions),
            (Function::Cut, [of, rest @ ..]) => self.cut(of, rest),
            (function, [_, ..]) if function.learns() => {
                let everybody: Vec<usize> = (0..n).collect();
                self.part(&self.learned(term, &everybody, &mut Vec::new())?)
            }
            (Function::Rank, [of]) => self.rank(of),
            (function, [of]) => match function.of_number() {
                Some(compute) => Ok(Part::Number(map(&self.numbers(of)?, |x| compute(*x)))),
                None => Err(self.fault(term, format!("this is not how {} is called", function.name()))),
            },
            _ => Err(self.fault(term, format!("this is not how {} is called", function.name()))),
        }
    }

    fn choose(&self, condition: &Term, yes: &Term, no: &Term) -> Evaluated<Part<'f>> {
        let (a, b) = (self.part(yes)?, self.part(no)?);
        self.chosen(condition, (yes, a), (no, b))
    }

    /// One value or the other, by a condition.
    pub fn chosen(
        &self,
        condition: &Term,
        (yes, a): (&Term, Part<'f>),
        (no, b): (&Term, Part<'f>),
    ) -> Evaluated<Part<'f>> {
        let n = self.frame.len();
        let condition = self.truths(condition)?;
        let takes = |i: usize| *condition.at(i);
        Ok(match (&a, &b) {
            (Part::Date(a), Part::Date(b)) => {
                Part::Date(Cells::Rows((0..n).map(|i| if takes(i)? { *a.at(i) } else { *b.at(i) }).collect()))
            }
            (Part::Level(_) | Part::Text(_), Part::Level(_) | Part::Text(_)) => {
                let pick = |i: usize| if takes(i)? { a.text_at(i) } else { b.text_at(i) };
                Part::Text(Cells::Rows((0..n).map(|i| pick(i).map(str::to_owned)).collect()))
            }
            _ => {
                let (a, b) = match (self.as_numbers(yes, a.clone()), self.as_numbers(no, b.clone())) {
                    (Ok(a), Ok(b)) => (a, b),
                    _ => {
                        let message = format!("one branch gives {}, the other {}", a.describe(), b.describe());
                        return Err(self.fault(no, message));
                    }
                };
                let pick = |i: usize| match takes(i) {
                    Some(true) => *a.at(i),
                    Some(false) => *b.at(i),
                    None => f64::NAN,
                };
                Part::Number(Cells::Rows((0..n).map(pick).collect()))
            }
        })
    }

    pub fn numbers(&self, term: &Term) -> Evaluated<Numbers<'f>> {
        let part = self.part(term)?;
        self.as_numbers(term, part)
    }

    pub fn as_numbers(&self, term: &Term, part: Part<'f>) -> Evaluated<Numbers<'f>> {
        match part {
            Part::Number(cells) => Ok(cells),
            Part::Truth(cells) => Ok(map(&cells, |t| as_number(*t))),
            other => Err(self.fault(term, format!("a number is needed, and this is {}", other.describe()))),
        }
    }

    /// A condition; a number counts as one when it is 0 or 1 throughout.
    pub fn truths(&self, term: &Term) -> Evaluated<Truths<'f>> {
        match self.part(term)? {
            Part::Truth(cells) => Ok(cells),
            Part::Number(cells) => {
                let binary = |x: &f64| x.is_nan() || *x == 0.0 || *x == 1.0;
                let all_binary = match &cells {
                    Cells::Rows(rows) => rows.iter().all(binary),
                    Cells::Constant(value) => binary(value),
                };
                if all_binary {
                    return Ok(map(&cells, |x| if x.is_nan() { None } else { Some(*x == 1.0) }));
                }
                let hint = format!("compare it with something: {term} > 0");
                Err(self.fault(term, "a condition is needed, and this gives numbers").hint(hint))
            }
            other => {
                let hint = format!("compare it with something: {term} == ..");
                Err(self.fault(term, format!("a condition is needed, and this is {}", other.describe())).hint(hint))
            }
        }
    }
}

fn as_number(truth: Option<bool>) -> f64 {
    truth.map_or(f64::NAN, |t| f64::from(u8::from(t)))
}

/// Kleene's conjunction: false decides, whatever the other is.
fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Kleene's disjunction: true decides, whatever the other is.
fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// IEEE's pow gives 1 for `NaN ^ 0` and `1 ^ NaN`; here what is computed from a missing value is missing.
fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.powf(b) }
}

fn smaller(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
}

fn larger(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

/// The nearer of the two numbers of so many decimals around `x`, as R 4 has it: 0.15 is a little less than 3/20, so to
/// one decimal it is 0.1. In the middle the even one.
fn rounded(x: f64, digits: f64) -> f64 {
    if digits.is_nan() || x.is_nan() {
        return f64::NAN;
    }
    let scale = 10f64.powi(digits.round() as i32);
    let (below, above) = ((x * scale).floor(), (x * scale).ceil());
    let (to_below, to_above) = (x - below / scale, above / scale - x);
    let is_above = to_above < to_below || to_above == to_below && below % 2.0 != 0.0;
    if is_above { above / scale } else { below / scale }
}

/// A date so many days later; whole days only.
fn shifted(day: Option<i32>, by: f64) -> Option<i32> {
    let moved = f64::from(day?) + by.floor();
    (moved.abs() < f64::from(i32::MAX)).then_some(moved as i32)
}

impl<'f> Evaluation<'_, 'f> {
    /// Rows made one by one, or a constant if `constant`.
    pub fn rows_or_constant(&self, constant: bool, f: impl Fn(usize) -> Option<bool>) -> Truths<'f> {
        if constant { Cells::Constant(f(0)) } else { Cells::Rows(Cow::Owned((0..self.frame.len()).map(f).collect())) }
    }
}
