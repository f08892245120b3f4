//! Functions that take figures of many rows: means, standard deviations, quantiles. What is learned from some rows (the
//! training cohort) is written into the expression, which then says the same of every other row.

use std::fmt;
use std::ops::Range;

use figures::format;

use super::ast::{Node, Operator, Term};
use super::call::groups::constant_number;
use super::error::ExprError;
use super::eval::{Evaluated, Evaluation};
use super::function::Function;

/// What a function learned, and from how many rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Learned {
    /// The call: `scale(age)`.
    pub call: String,
    /// Its figures: `mean 61.2, standard deviation 9.3`.
    pub figures: String,
    /// Rows with a value among those it was learned from.
    pub n: usize,
}

impl fmt::Display for Learned {
    /// `scale(age) by mean 61.2, standard deviation 9.3 of 104 patients of the training cohort`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, figures, n } = self;
        write!(f, "{call} by {figures} of {n} patients of the training cohort")
    }
}

impl Evaluation<'_, '_> {
    /// `term` with the figures of the rows `from` in place of the functions that need them.
    pub fn learned(&self, term: &Term, from: &[usize], said: &mut Vec<Learned>) -> Evaluated<Term> {
        let mut inner = |part: &Term| self.learned(part, from, said);
        let boxed = |term: Term| Box::new(term);
        let node = match &term.node {
            Node::Negate(part) => Node::Negate(boxed(inner(part)?)),
            Node::Not(part) => Node::Not(boxed(inner(part)?)),
            Node::Binary(operator, left, right) => Node::Binary(*operator, boxed(inner(left)?), boxed(inner(right)?)),
            Node::In { value, list, negated } => {
                Node::In { value: boxed(inner(value)?), list: list.clone(), negated: *negated }
            }
            Node::Call(function, arguments) => {
                let arguments = arguments.iter().map(inner).collect::<Result<Vec<Term>, ExprError>>()?;
                if function.learns() {
                    return self.frozen(term, *function, &arguments, from, said);
                }
                Node::Call(*function, arguments)
            }
            Node::Number(_) | Node::Text(_) | Node::Date(_) | Node::Name(_) => term.node.clone(),
        };
        Ok(Term { node, span: term.span.clone() })
    }

    fn frozen(
        &self,
        term: &Term,
        function: Function,
        arguments: &[Term],
        from: &[usize],
        said: &mut Vec<Learned>,
    ) -> Evaluated<Term> {
        let [of, rest @ ..] = arguments else {
            return Err(self.fault(term, format!("this is not how {} is called", function.name())));
        };
        let values = self.numbers(of)?;
        let mut sorted: Vec<f64> = from.iter().map(|&i| *values.at(i)).filter(|x| x.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        if sorted.is_empty() {
            return Err(self.fault(of, "nobody it could be learned from has a value"));
        }
        let build = Build(&term.span);
        let (node, figures) = match (function, rest) {
            (Function::Scale, []) => self.scaled(of, &sorted, build)?,
            (Function::Winsorize, [share]) => self.drawn_in(of, share, &sorted, build)?,
            (Function::QuantileGroup, [groups]) => self.grouped(of, groups, &sorted, build)?,
            _ => return Err(self.fault(term, format!("this is not how {} is called", function.name()))),
        };
        let call = Term { node: Node::Call(function, arguments.to_vec()), span: term.span.clone() };
        said.push(Learned { call: call.to_string(), figures, n: sorted.len() });
        Ok(node)
    }

    /// `(x - mean) / sd`; the standard deviation is that of a sample, as R's `scale` takes it.
    fn scaled(&self, of: &Term, sorted: &[f64], build: Build<'_>) -> Evaluated<(Term, String)> {
        let n = sorted.len() as f64;
        let mean = sorted.iter().sum::<f64>() / n;
        let sd = (sorted.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        if !(sd > 0.0 && sd.is_finite()) {
            return Err(self.fault(of, "it is the same in everybody it could be learned from, so it cannot be scaled"));
        }
        let less = build.binary(Operator::Subtract, of.clone(), build.number(mean));
        let figures =
            format!("mean {}, standard deviation {}", format::significant(mean, 4), format::significant(sd, 4));
        Ok((build.binary(Operator::Divide, less, build.number(sd)), figures))
    }

    /// `max(low, min(high, x))`.
    fn drawn_in(&self, of: &Term, share: &Term, sorted: &[f64], build: Build<'_>) -> Evaluated<(Term, String)> {
        let Some(p) = constant_number(share).filter(|p| 0.0 < *p && *p < 0.5) else {
            return Err(self
                .fault(share, "a share between 0 and 0.5 is needed here")
                .hint("winsorize(x, 0.05) draws in to the 5th and 95th percentiles".to_owned()));
        };
        let (low, high) = (quantile(sorted, p), quantile(sorted, 1.0 - p));
        let below = build.call(Function::Min, vec![build.number(high), of.clone()]);
        let figures = format!("limits {} and {}", format::significant(low, 4), format::significant(high, 4));
        Ok((build.call(Function::Max, vec![build.number(low), below]), figures))
    }

    /// `1 + count(x > first, x > second, ..)`: a quantile belongs to the group below it.
    fn grouped(&self, of: &Term, groups: &Term, sorted: &[f64], build: Build<'_>) -> Evaluated<(Term, String)> {
        let Some(k) = constant_number(groups).filter(|k| k.fract() == 0.0 && (2.0..=100.0).contains(k)) else {
            return Err(self.fault(groups, "a number of groups from 2 to 100 is needed here"));
        };
        let bounds: Vec<f64> = (1..k as usize).map(|j| quantile(sorted, j as f64 / k)).collect();
        let above = |b: &f64| build.binary(Operator::Greater, of.clone(), build.number(*b));
        let count = build.call(Function::Count, bounds.iter().map(above).collect());
        let shown: Vec<String> = bounds.iter().map(|b| format::significant(*b, 4)).collect();
        let figures = format!("bounds {}", shown.join(", "));
        Ok((build.binary(Operator::Add, build.number(1.0), count), figures))
    }
}

/// Makes terms that stand where a call stood.
#[derive(Clone, Copy)]
struct Build<'s>(&'s Range<usize>);

impl Build<'_> {
    fn term(self, node: Node) -> Term {
        Term { node, span: self.0.clone() }
    }

    fn number(self, x: f64) -> Term {
        let size = self.term(Node::Number(x.abs()));
        if x < 0.0 { self.term(Node::Negate(Box::new(size))) } else { size }
    }

    fn binary(self, operator: Operator, left: Term, right: Term) -> Term {
        self.term(Node::Binary(operator, Box::new(left), Box::new(right)))
    }

    fn call(self, function: Function, arguments: Vec<Term>) -> Term {
        self.term(Node::Call(function, arguments))
    }
}

/// The quantile of sorted values by R's type 7. A place that misses a whole number by rounding is that number.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() - 1) as f64;
    let at = if (at - at.round()).abs() < 4.0 * f64::EPSILON * at.max(1.0) { at.round() } else { at };
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * at.fract()
}
