//! From tokens to the tree: recursive descent, one function a level of binding.

use std::ops::Range;

use super::ast::{KEYWORDS, Node, Operator, Term};
use super::error::ExprError;
use super::function::Function;
use super::lex::{Lexeme, Token, lex};

/// Deeper nesting and longer chains than anybody writes; they bound the stack.
const DEEPEST: usize = 100;
const LONGEST: usize = 2_000;

/// Reads the whole of `text` as one expression.
pub(super) fn parse(text: &str) -> Result<Term, ExprError> {
    let tokens = lex(text)?;
    if let Some(beyond) = tokens.get(LONGEST) {
        return Err(ExprError::new(text, &beyond.span, "the expression is too long"));
    }
    let mut parser = Parser { text, tokens, next: 0, depth: 0, calls: 0 };
    if parser.peek() == &Token::End {
        return Err(ExprError::new(text, &(0..0), "nothing is written here").hint("for example: age >= 18".to_owned()));
    }
    let term = parser.or()?;
    match parser.peek() {
        Token::End => Ok(term),
        Token::Sign(",") => Err(parser
            .unexpected("a comma stands where the expression should end")
            .hint("combine conditions by `and` or `or`".to_owned())),
        Token::Sign(")") => Err(parser.unexpected("this bracket was never opened")),
        _ => Err(parser.unexpected("an operator is missing before this")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Lexeme>,
    next: usize,
    depth: usize,
    /// Number of function calls around: inside one, a comma ends the argument, not the item of a list.
    calls: usize,
}

type Parsed = Result<Term, ExprError>;

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].token
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.next].span.clone()
    }

    fn advance(&mut self) -> Lexeme {
        let lexeme = self.tokens[self.next].clone();
        if lexeme.token != Token::End {
            self.next += 1;
        }
        lexeme
    }

    fn unexpected(&self, message: impl Into<String>) -> ExprError {
        ExprError::new(self.text, &self.span(), message)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(s) if *s == sign);
        if found {
            self.next += 1;
        }
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(w) if w.eq_ignore_ascii_case(word));
        if found {
            self.next += 1;
        }
        found
    }

    fn binary(&self, operator: Operator, left: Term, right: Term) -> Term {
        let span = left.span.start..right.span.end;
        Term { node: Node::Binary(operator, Box::new(left), Box::new(right)), span }
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.takes("|") || self.takes_word("or") {
            let right = self.and()?;
            left = self.binary(Operator::Or, left, right);
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.not()?;
        while self.takes("&") || self.takes_word("and") {
            let right = self.not()?;
            left = self.binary(Operator::And, left, right);
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed {
        let start = self.span().start;
        if !(self.takes("!") || self.takes_word("not")) {
            return self.comparison();
        }
        let part = self.nested(Self::not)?;
        let span = start..part.span.end;
        Ok(Term { node: Node::Not(Box::new(part)), span })
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        if self.takes_word("in") {
            return self.membership(left, false);
        }
        if matches!(self.peek(), Token::Word(w) if w.eq_ignore_ascii_case("not")) {
            self.next += 1;
            if !self.takes_word("in") {
                return Err(self.unexpected("`in` is missing after `not`"));
            }
            return self.membership(left, true);
        }
        let Some(operator) = self.comparison_sign() else { return Ok(left) };
        self.next += 1;
        let right = self.sum()?;
        if self.comparison_sign().is_some() {
            return Err(self
                .unexpected("comparisons do not chain")
                .hint("write 18 <= age and age < 65 for 18 <= age < 65".to_owned()));
        }
        Ok(self.binary(operator, left, right))
    }

    fn comparison_sign(&self) -> Option<Operator> {
        let Token::Sign(sign) = self.peek() else { return None };
        Some(match *sign {
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterEqual,
            _ => return None,
        })
    }

    /// What stands after `in`: a bracketed list, or, outside function calls, a bare one.
    fn membership(&mut self, value: Term, negated: bool) -> Parsed {
        let open = self.span();
        let close = if self.takes("(") {
            Some(")")
        } else if self.takes("[") {
            Some("]")
        } else {
            None
        };
        let mut list = vec![self.item()?];
        while (close.is_some() || self.calls == 0) && self.takes(",") {
            list.push(self.item()?);
        }
        if let Some(close) = close
            && !self.takes(close)
        {
            return Err(self.unclosed(&open, close));
        }
        let span = value.span.start..self.tokens[self.next - 1].span.end;
        Ok(Term { node: Node::In { value: Box::new(value), list, negated }, span })
    }

    /// An item of a list: a number, a date, a text, or a bare word that stands for itself.
    fn item(&mut self) -> Parsed {
        let start = self.span().start;
        let negative = self.takes("-");
        let Lexeme { token, span } = self.advance();
        let span = start..span.end;
        let node = match token {
            Token::Number(value) if negative => {
                let number = Term { node: Node::Number(value), span: span.clone() };
                Node::Negate(Box::new(number))
            }
            Token::Number(value) => Node::Number(value),
            Token::Text(text) | Token::Quoted(text) if !negative => Node::Text(text),
            Token::Word(word) if !negative && !is_keyword(&word) => Node::Text(word),
            Token::Date(day) if !negative => Node::Date(day),
            _ => {
                return Err(ExprError::new(self.text, &span, "a value is missing in the list after `in`")
                    .hint("for example: stage in (III, IV)".to_owned()));
            }
        };
        Ok(Term { node, span })
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("+") => Operator::Add,
                Token::Sign("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.product()?;
            left = self.binary(operator, left, right);
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.signed()?;
        loop {
            let operator = match self.peek() {
                Token::Sign("*") => Operator::Multiply,
                Token::Sign("/") => Operator::Divide,
                _ => return Ok(left),
            };
            self.next += 1;
            let right = self.signed()?;
            left = self.binary(operator, left, right);
        }
    }

    /// A sign binds looser than a power: -2 ^ 2 is -4.
    fn signed(&mut self) -> Parsed {
        let start = self.span().start;
        if self.takes("+") {
            return self.nested(Self::signed);
        }
        if !self.takes("-") {
            return self.power();
        }
        let part = self.nested(Self::signed)?;
        let span = start..part.span.end;
        Ok(Term { node: Node::Negate(Box::new(part)), span })
    }

    fn power(&mut self) -> Parsed {
        let base = self.atom()?;
        if !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.nested(Self::signed)?;
        Ok(self.binary(Operator::Power, base, exponent))
    }

    fn atom(&mut self) -> Parsed {
        let Lexeme { token, span } = self.advance();
        let node = match token {
            Token::Number(value) => Node::Number(value),
            Token::Text(text) => Node::Text(text),
            Token::Date(day) => Node::Date(day),
            Token::Quoted(name) => Node::Name(name),
            Token::Word(word) if is_keyword(&word) => {
                return Err(ExprError::new(self.text, &span, format!("a value is missing before `{word}`")));
            }
            Token::Word(word) if self.peek() == &Token::Sign("(") => return self.call(&word, span),
            Token::Word(word) => Node::Name(word),
            Token::Sign("(") => return self.brackets(&span),
            Token::End => return Err(ExprError::new(self.text, &span, "something is missing at the end")),
            Token::Sign(sign) => {
                return Err(ExprError::new(self.text, &span, format!("a value is missing before {sign}")));
            }
        };
        Ok(Term { node, span })
    }

    fn brackets(&mut self, open: &Range<usize>) -> Parsed {
        let calls = std::mem::take(&mut self.calls);
        let inside = self.nested(Self::or)?;
        self.calls = calls;
        if !self.takes(")") {
            return Err(self.unclosed(open, ")"));
        }
        Ok(inside)
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Parsed {
        let Some(function) = Function::named(name) else {
            return Err(
                ExprError::new(self.text, &span, format!("there is no function {name}")).hint(Function::nearest(name))
            );
        };
        let open = self.span();
        self.next += 1;
        let mut arguments = Vec::new();
        self.calls += 1;
        if self.peek() != &Token::Sign(")") {
            self.argument(&mut arguments)?;
            while self.takes(",") {
                self.argument(&mut arguments)?;
            }
        }
        self.calls -= 1;
        if !self.takes(")") {
            return Err(self.unclosed(&open, ")"));
        }
        let span = span.start..self.tokens[self.next - 1].span.end;
        if !function.arguments().contains(&arguments.len()) {
            let message = format!("{name} takes {}, not {}", function.arguments_in_words(), arguments.len());
            return Err(ExprError::new(self.text, &span, message).hint(function.usage().to_owned()));
        }
        Ok(Term { node: Node::Call(function, arguments), span })
    }

    /// An argument, or several in square brackets: `cut(x, [50, 65])` is `cut(x, 50, 65)`.
    fn argument(&mut self, arguments: &mut Vec<Term>) -> Result<(), ExprError> {
        let open = self.span();
        if !self.takes("[") {
            arguments.push(self.nested(Self::or)?);
            return Ok(());
        }
        arguments.push(self.nested(Self::or)?);
        while self.takes(",") {
            arguments.push(self.nested(Self::or)?);
        }
        if self.takes("]") { Ok(()) } else { Err(self.unclosed(&open, "]")) }
    }

    fn unclosed(&self, open: &Range<usize>, close: &str) -> ExprError {
        match self.peek() {
            Token::End => ExprError::new(self.text, open, "this bracket is never closed"),
            _ => self.unexpected(format!("{close} or a comma is missing before this")),
        }
    }

    fn nested(&mut self, level: fn(&mut Self) -> Parsed) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.unexpected("the expression is nested too deeply"));
        }
        let parsed = level(self);
        self.depth -= 1;
        parsed
    }
}

fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|k| word.eq_ignore_ascii_case(k))
}
