//! The tree of an expression, and how it is written.

use std::fmt::{self, Write};
use std::ops::Range;

use super::function::Function;
use super::lex::{continues_word, starts_word};
use crate::date;

/// A node of the tree and the bytes of the text it was read from.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub node: Node,
    pub span: Range<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum Node {
    Number(f64),
    Text(String),
    Date(i32),
    /// A column, or a level of the column it is compared with.
    Name(String),
    Negate(Box<Term>),
    Not(Box<Term>),
    Binary(Operator, Box<Term>, Box<Term>),
    /// `value in a, b`, or with `not`.
    In {
        value: Box<Term>,
        list: Vec<Term>,
        negated: bool,
    },
    Call(Function, Vec<Term>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// How tightly a node holds its parts; a looser part inside a tighter node needs brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Negate,
    Power,
    Atom,
}

/// Words that are part of the language and therefore cannot be bare names.
pub(super) const KEYWORDS: [&str; 4] = ["and", "or", "not", "in"];

impl Operator {
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "|",
            Self::And => "&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
        }
    }

    pub fn binding(self) -> Binding {
        match self {
            Self::Or => Binding::Or,
            Self::And => Binding::And,
            Self::Add | Self::Subtract => Binding::Sum,
            Self::Multiply | Self::Divide => Binding::Product,
            Self::Power => Binding::Power,
            _ => Binding::Compare,
        }
    }

    /// True for `==` and `!=`.
    pub fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
}

impl Term {
    fn binding(&self) -> Binding {
        match &self.node {
            Node::Binary(operator, ..) => operator.binding(),
            Node::Negate(_) => Binding::Negate,
            Node::Not(_) => Binding::Not,
            Node::In { .. } => Binding::Compare,
            _ => Binding::Atom,
        }
    }

    /// Visits this node and all below it, parts before wholes.
    pub fn visit<'t>(&'t self, look: &mut impl FnMut(&'t Term)) {
        match &self.node {
            Node::Negate(part) | Node::Not(part) => part.visit(look),
            Node::Binary(_, left, right) => {
                left.visit(look);
                right.visit(look);
            }
            Node::In { value, list, .. } => {
                value.visit(look);
                list.iter().for_each(|t| t.visit(look));
            }
            Node::Call(_, arguments) => arguments.iter().for_each(|t| t.visit(look)),
            Node::Number(_) | Node::Text(_) | Node::Date(_) | Node::Name(_) => {}
        }
        look(self);
    }

    /// Writes the term, in brackets if it binds looser than `least`.
    fn write(&self, f: &mut fmt::Formatter<'_>, least: Binding) -> fmt::Result {
        if self.binding() < least {
            f.write_char('(')?;
            self.write_bare(f)?;
            return f.write_char(')');
        }
        self.write_bare(f)
    }

    fn write_bare(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Number(value) => write!(f, "{value}"),
            Node::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Node::Date(day) => f.write_str(&date::iso(*day)),
            Node::Name(name) => write_name(f, name),
            Node::Negate(part) => {
                f.write_char('-')?;
                part.write(f, Binding::Negate)
            }
            Node::Not(part) => {
                f.write_str("not ")?;
                part.write(f, Binding::Not)
            }
            Node::Binary(operator, left, right) => {
                let (left_least, right_least) = operator.operand_bindings();
                left.write(f, left_least)?;
                write!(f, " {} ", operator.sign())?;
                right.write(f, right_least)
            }
            Node::In { value, list, negated } => {
                value.write(f, Binding::Sum)?;
                f.write_str(if *negated { " not in (" } else { " in (" })?;
                write_list(f, list)?;
                f.write_char(')')
            }
            Node::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                write_list(f, arguments)?;
                f.write_char(')')
            }
        }
    }
}

impl Operator {
    /// The loosest binding that the left and the right operand may have without brackets.
    fn operand_bindings(self) -> (Binding, Binding) {
        match self.binding() {
            Binding::Or => (Binding::Or, Binding::And),
            Binding::And => (Binding::And, Binding::Not),
            Binding::Compare => (Binding::Sum, Binding::Sum),
            Binding::Sum => (Binding::Sum, Binding::Product),
            Binding::Product => (Binding::Product, Binding::Negate),
            // Right-associative; an exponent may carry a sign.
            _ => (Binding::Atom, Binding::Negate),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, list: &[Term]) -> fmt::Result {
    for (k, term) in list.iter().enumerate() {
        if k > 0 {
            f.write_str(", ")?;
        }
        term.write(f, Binding::Or)?;
    }
    Ok(())
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    let bare = name.starts_with(starts_word)
        && name.chars().all(continues_word)
        && !KEYWORDS.iter().any(|k| name.eq_ignore_ascii_case(k));
    if bare { f.write_str(name) } else { write!(f, "`{}`", name.replace('`', "``")) }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Binding::Or)
    }
}
