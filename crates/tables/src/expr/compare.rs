//! Comparisons and membership: numbers, dates, levels and text, each with its own rules.

use std::cmp::Ordering;

use super::ast::{Node, Operator, Term};
use super::error::ExprError;
use super::eval::{Evaluated, Evaluation};
use super::part::{Cells, Part};
use crate::column::Category;
use crate::date;
use crate::nearest::{did_you_mean, nearest};

impl<'f> Evaluation<'_, 'f> {
    pub(super) fn compare(&self, operator: Operator, left: &Term, right: &Term) -> Evaluated<Cells<'f, Option<bool>>> {
        let (a, b) = self.sides(left, right)?;
        let order = self.ordering(operator, (left, &a), (right, &b))?;
        let outcome = move |i: usize| order(i).map(|order| holds(operator, order));
        Ok(self.rows_or_constant(a.is_constant() && b.is_constant(), outcome))
    }

    /// How the rows of two parts compare, by what `holds` of their order.
    pub fn compared(
        &self,
        left: &Term,
        right: &Term,
        holds: impl Fn(Ordering) -> bool,
    ) -> Evaluated<Cells<'f, Option<bool>>> {
        let (a, b) = self.sides(left, right)?;
        let order = self.ordering(Operator::LessEqual, (left, &a), (right, &b))?;
        Ok(Cells::Rows((0..self.frame.len()).map(|i| order(i).map(&holds)).collect()))
    }

    /// Both sides of a comparison; a bare word that is no column is taken for a level of the other side.
    fn sides(&self, left: &Term, right: &Term) -> Evaluated<(Part<'f>, Part<'f>)> {
        match (self.part(left), self.part(right)) {
            (Ok(a), Ok(b)) => Ok((a, b)),
            (Ok(a), Err(error)) => Ok((self.as_level(right, &a, error)?, a)).map(|(b, a)| (a, b)),
            (Err(error), Ok(b)) => Ok((self.as_level(left, &b, error)?, b)),
            (Err(error), Err(_)) => Err(error),
        }
    }

    fn as_level(&self, term: &Term, other: &Part<'f>, error: ExprError) -> Evaluated<Part<'f>> {
        let (Node::Name(name), Part::Level(category)) = (&term.node, other) else { return Err(error) };
        if category.position(name).is_some() {
            return Ok(Part::Text(Cells::Constant(Some(name.clone()))));
        }
        let names = self.frame.names().chain(category.levels.iter().map(String::as_str));
        Err(self.fault(term, format!("{name} is neither a column nor a level")).hint(did_you_mean(name, names)))
    }

    /// How row `i` of the left side compares with the right; `None` where one is missing.
    fn ordering<'p>(
        &self,
        operator: Operator,
        (left, a): (&Term, &'p Part<'f>),
        (right, b): (&Term, &'p Part<'f>),
    ) -> Evaluated<Box<dyn Fn(usize) -> Option<Ordering> + 'p>> {
        Ok(match (a, b) {
            (Part::Number(_) | Part::Truth(_), Part::Number(_) | Part::Truth(_)) => {
                Box::new(|i| number_at(a, i)?.partial_cmp(&number_at(b, i)?))
            }
            (Part::Date(a), Part::Date(b)) => Box::new(|i| Some((*a.at(i))?.cmp(&(*b.at(i))?))),
            (Part::Date(a), Part::Text(Cells::Constant(Some(text)))) => {
                let day = self.date(right, text)?;
                Box::new(move |i| Some((*a.at(i))?.cmp(&day)))
            }
            (Part::Text(Cells::Constant(Some(text))), Part::Date(b)) => {
                let day = self.date(left, text)?;
                Box::new(move |i| Some(day.cmp(&(*b.at(i))?)))
            }
            (Part::Number(a), Part::Text(Cells::Constant(Some(text)))) => {
                let value = self.number(left, right, text)?;
                Box::new(move |i| a.at(i).partial_cmp(&value))
            }
            (Part::Text(Cells::Constant(Some(text))), Part::Number(b)) => {
                let value = self.number(right, left, text)?;
                Box::new(move |i| value.partial_cmp(b.at(i)))
            }
            (Part::Level(category), Part::Text(Cells::Constant(Some(text)))) if !operator.is_equality() => {
                let code = self.ordered_level((left, category), (right, text))?;
                Box::new(move |i| Some(category.codes[i]?.cmp(&code)))
            }
            (Part::Text(Cells::Constant(Some(text))), Part::Level(category)) if !operator.is_equality() => {
                let code = self.ordered_level((right, category), (left, text))?;
                Box::new(move |i| Some(code.cmp(&category.codes[i]?)))
            }
            (Part::Level(_) | Part::Text(_), _) | (_, Part::Level(_) | Part::Text(_)) if operator.is_equality() => {
                self.equality((left, a), (right, b))?
            }
            _ => {
                let message = format!("{} cannot be compared with {}", a.describe(), b.describe());
                let whole = Term { node: right.node.clone(), span: left.span.start..right.span.end };
                return Err(self.fault(&whole, message));
            }
        })
    }

    /// Equality of texts, or of texts and numbers where the texts are numbers.
    fn equality<'p>(
        &self,
        (left, a): (&Term, &'p Part<'f>),
        (right, b): (&Term, &'p Part<'f>),
    ) -> Evaluated<Box<dyn Fn(usize) -> Option<Ordering> + 'p>> {
        let equal = |same: bool| if same { Ordering::Equal } else { Ordering::Less };
        Ok(match (a, b) {
            (Part::Level(_) | Part::Text(_), Part::Level(_) | Part::Text(_)) => {
                Box::new(move |i| Some(equal(a.text_at(i)? == b.text_at(i)?)))
            }
            (Part::Level(_) | Part::Text(_), Part::Number(_)) => {
                Box::new(move |i| Some(equal(reads_as(a.text_at(i)?, number_at(b, i)?))))
            }
            (Part::Number(_), Part::Level(_) | Part::Text(_)) => {
                Box::new(move |i| Some(equal(reads_as(b.text_at(i)?, number_at(a, i)?))))
            }
            _ => {
                let message = format!("{} cannot be compared with {}", a.describe(), b.describe());
                let whole = Term { node: right.node.clone(), span: left.span.start..right.span.end };
                return Err(self.fault(&whole, message));
            }
        })
    }

    fn date(&self, term: &Term, text: &str) -> Evaluated<i32> {
        date::parse_iso(text).ok_or_else(|| {
            self.fault(term, format!("'{text}' is not a date")).hint("dates are written 2019-03-14".to_owned())
        })
    }

    fn number(&self, column: &Term, term: &Term, text: &str) -> Evaluated<f64> {
        text.trim().parse().map_err(|_| self.fault(term, format!("{column} holds numbers, and '{text}' is none")))
    }

    fn ordered_level(&self, (of, category): (&Term, &Category), (term, text): (&Term, &str)) -> Evaluated<u32> {
        if !category.ordered {
            let hint = format!("write {of} in (..), or give its levels in order with `ordered = true`");
            return Err(self.fault(of, format!("the levels of {of} have no order")).hint(hint));
        }
        category.position(text).ok_or_else(|| {
            let hint = did_you_mean(text, category.levels.iter().map(String::as_str));
            self.fault(term, format!("{of} has no level {text}")).hint(hint)
        })
    }

    /// `value in list`: true if one item equals it, unknown if it is missing.
    pub(super) fn member(&self, value: &Term, list: &[Term], negated: bool) -> Evaluated<Cells<'f, Option<bool>>> {
        let part = self.part(value)?;
        let items = list.iter().map(|item| self.part(item)).collect::<Evaluated<Vec<_>>>()?;
        let mut tests = Vec::with_capacity(items.len());
        for (term, item) in list.iter().zip(&items) {
            tests.push(self.ordering(Operator::Equal, (value, &part), (term, item))?);
        }
        let outcome = |i: usize| {
            let mut found = false;
            for test in &tests {
                found |= test(i)? == Ordering::Equal;
            }
            Some(found != negated)
        };
        Ok(self.rows_or_constant(part.is_constant(), outcome))
    }

    /// Texts that something is compared with, though it has no such level.
    pub(super) fn doubts(&self, root: &Term) -> Vec<ExprError> {
        let mut doubts = Vec::new();
        root.visit(&mut |term| match &term.node {
            Node::Binary(operator, left, right) if operator.is_equality() => {
                doubts.extend(self.doubt(left, right));
                doubts.extend(self.doubt(right, left));
            }
            Node::In { value, list, .. } => doubts.extend(list.iter().filter_map(|item| self.doubt(value, item))),
            _ => {}
        });
        doubts
    }

    fn doubt(&self, of: &Term, item: &Term) -> Option<ExprError> {
        let (Node::Name(column), Node::Text(text)) = (&of.node, &item.node) else { return None };
        let Part::Level(category) = Part::of_column(self.frame.get(column)?) else { return None };
        if category.position(text).is_some() {
            return None;
        }
        let levels = category.levels.iter().map(String::as_str);
        let hint = match nearest(text, levels) {
            Some(level) => format!("did you mean {level}?"),
            None if category.levels.len() <= 12 => format!("its levels are {}", category.levels.join(", ")),
            None => format!("it has {} other levels", category.levels.len()),
        };
        Some(self.fault(item, format!("{column} has no level {text}")).hint(hint))
    }
}

fn holds(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn number_at(part: &Part<'_>, i: usize) -> Option<f64> {
    match part {
        Part::Number(cells) => Some(*cells.at(i)).filter(|x| !x.is_nan()),
        Part::Truth(cells) => cells.at(i).map(|t| f64::from(u8::from(t))),
        _ => None,
    }
}

fn reads_as(text: &str, number: f64) -> bool {
    text.trim().parse::<f64>().is_ok_and(|value| value == number)
}
