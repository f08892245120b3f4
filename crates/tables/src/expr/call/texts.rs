//! Functions of texts: what they contain, how they are rewritten.

use regex::Regex;

use crate::expr::ast::{Node, Term};
use crate::expr::error::ExprError;
use crate::expr::eval::{Evaluated, Evaluation};
use crate::expr::function::Function;
use crate::expr::part::{Cells, Part};
use crate::number;

impl<'f> Evaluation<'_, 'f> {
    /// `contains(x, 'text')` and its kin, whatever the letter case; `matches(x, 'pattern')`.
    pub fn text_condition(&self, function: Function, of: &Term, sought: &Term) -> Evaluated<Part<'f>> {
        let sought_text = self.constant_text(sought)?;
        let lower = sought_text.to_lowercase();
        let holds: Box<dyn Fn(&str) -> bool> = match function {
            Function::Contains => Box::new(move |text| text.to_lowercase().contains(&lower)),
            Function::StartsWith => Box::new(move |text| text.to_lowercase().starts_with(&lower)),
            Function::EndsWith => Box::new(move |text| text.to_lowercase().ends_with(&lower)),
            _ => {
                let pattern = self.pattern(sought, &sought_text)?;
                Box::new(move |text| pattern.is_match(text))
            }
        };
        let texts = self.texts(of)?;
        Ok(Part::Truth(Cells::Rows(texts.iter().map(|text| text.as_deref().map(&holds)).collect())))
    }

    /// `lower(x)`, `upper(x)`, `trim(x)`.
    pub fn rewritten(&self, function: Function, of: &Term) -> Evaluated<Part<'f>> {
        let rewrite: fn(&str) -> String = match function {
            Function::Lower => str::to_lowercase,
            Function::Upper => str::to_uppercase,
            _ => |text| text.trim().to_owned(),
        };
        let texts = self.texts(of)?;
        Ok(Part::Text(Cells::Rows(texts.iter().map(|text| text.as_deref().map(rewrite)).collect())))
    }

    /// `replace(x, 'a', 'b')`: every `a` by `b`.
    pub fn replaced(&self, of: &Term, from: &Term, to: &Term) -> Evaluated<Part<'f>> {
        let (from, to) = (self.constant_text(from)?, self.constant_text(to)?);
        let replace = |text: &Option<String>| text.as_ref().map(|t| t.replace(&from, &to)).filter(|t| !t.is_empty());
        Ok(Part::Text(Cells::Rows(self.texts(of)?.iter().map(replace).collect())))
    }

    /// `number(text)`: the number that the text begins with, signs of limits left out; missing where there is none.
    pub fn number_of_text(&self, of: &Term) -> Evaluated<Part<'f>> {
        if let Part::Number(cells) = self.part(of)? {
            return Ok(Part::Number(cells));
        }
        let read = |text: &Option<String>| {
            let plain = number::plain_digits(text.as_deref()?);
            let number = number::measured(&plain)?.number;
            number::plain(number).or_else(|| number::plain(&number.replace(',', ".")))
        };
        let numbers = self.texts(of)?.iter().map(|text| read(text).unwrap_or(f64::NAN)).collect();
        Ok(Part::Number(Cells::Rows(numbers)))
    }

    /// `text(x)`: how the value is written.
    pub fn text_of(&self, of: &Term) -> Evaluated<Part<'f>> {
        Ok(Part::Text(Cells::Rows(self.texts(of)?.into())))
    }

    /// The text of every row, whatever the part holds.
    pub fn texts(&self, term: &Term) -> Evaluated<Vec<Option<String>>> {
        let part = self.part(term)?;
        let n = self.frame.len();
        Ok((0..n).map(|i| part.written_at(i)).collect())
    }

    /// The text that stands here as it is.
    pub fn constant_text(&self, term: &Term) -> Evaluated<String> {
        match &term.node {
            Node::Text(text) => Ok(text.clone()),
            _ => Err(self.fault(term, "a text in quotes is needed here").hint("for example: 'grade 3'".to_owned())),
        }
    }

    fn pattern(&self, term: &Term, text: &str) -> Result<Regex, ExprError> {
        Regex::new(text).map_err(|error| {
            let why = error.to_string();
            let last = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            self.fault(term, format!("this is no regular expression: {last}"))
        })
    }
}
