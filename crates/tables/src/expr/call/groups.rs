//! Functions of a whole column: classes and ranks.

use std::borrow::Cow;

use crate::column::Category;
use crate::expr::ast::{Node, Term};
use crate::expr::eval::{Evaluated, Evaluation};
use crate::expr::function::Function;
use crate::expr::part::{Cells, Part};

impl<'f> Evaluation<'_, 'f> {
    /// `cut(x, 50, 65)`, `cut(x, 50, 65, 'young', 'middle', 'old')`: classes that begin at the breaks, in order; a break
    /// belongs to the class above it.
    pub fn cut(&self, of: &Term, arguments: &[Term]) -> Evaluated<Part<'f>> {
        let values = self.numbers(of)?;
        let mut breaks: Vec<f64> = Vec::new();
        let mut labels: Vec<String> = Vec::new();
        for term in arguments {
            match (&term.node, constant_number(term)) {
                (Node::Text(label), _) => labels.push(label.clone()),
                (_, Some(x)) if labels.is_empty() && breaks.last().is_none_or(|last| *last < x) => breaks.push(x),
                (_, Some(_)) => {
                    return Err(self
                        .fault(term, "breaks rise, and stand before the labels")
                        .hint(Function::Cut.usage().to_owned()));
                }
                _ => return Err(self.fault(term, "breaks are numbers and labels texts, as they are written")),
            }
        }
        if breaks.is_empty() || !(labels.is_empty() || labels.len() == breaks.len() + 1) {
            let message = format!(
                "{} breaks make {} classes, and {} labels are given",
                breaks.len(),
                breaks.len() + 1,
                labels.len()
            );
            return Err(self.fault(of, message).hint(Function::Cut.usage().to_owned()));
        }
        if labels.is_empty() {
            labels.push(format!("<{}", breaks[0]));
            labels.extend(breaks.windows(2).map(|pair| format!("{} to <{}", pair[0], pair[1])));
            labels.push(format!("≥{}", breaks[breaks.len() - 1]));
        }
        let class = |i: usize| {
            let x = *values.at(i);
            (!x.is_nan()).then(|| breaks.iter().filter(|b| **b <= x).count() as u32)
        };
        let codes = (0..self.frame.len()).map(class).collect();
        Ok(Part::Level(Cow::Owned(Category { ordered: true, ..Category::new(labels, codes) })))
    }

    /// `rank(x)`: 1 for the smallest; ties share the mean of their ranks.
    pub fn rank(&self, of: &Term) -> Evaluated<Part<'f>> {
        let values = self.numbers(of)?;
        let n = self.frame.len();
        let mut order: Vec<usize> = (0..n).filter(|&i| !values.at(i).is_nan()).collect();
        order.sort_by(|&a, &b| values.at(a).total_cmp(values.at(b)));
        let mut ranks = vec![f64::NAN; n];
        let mut from = 0;
        while from < order.len() {
            let tied = order[from..].iter().take_while(|&&i| values.at(i) == values.at(order[from])).count();
            let shared = from as f64 + (tied as f64 + 1.0) / 2.0;
            order[from..from + tied].iter().for_each(|&i| ranks[i] = shared);
            from += tied;
        }
        Ok(Part::Number(Cells::Rows(ranks.into())))
    }
}

/// A number as it is written, with its sign.
pub(in crate::expr) fn constant_number(term: &Term) -> Option<f64> {
    match &term.node {
        Node::Number(x) => Some(*x),
        Node::Negate(part) => constant_number(part).map(|x| -x),
        _ => None,
    }
}
