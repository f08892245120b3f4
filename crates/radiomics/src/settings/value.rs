//! One value of a parameter file, and the checks that turn it into a setting.

use std::fmt;

/// A value as a parameter file can hold it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`: the setting is off.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without a point.
    Int(i64),
    /// A number with a point or an exponent.
    Float(f64),
    /// Anything else.
    Text(String),
    /// A sequence.
    List(Vec<Value>),
}

/// Why a value does not fit: what was wanted.
pub type Unfit = String;

impl Value {
    /// The value that the plain (unquoted) scalar `text` stands for in YAML 1.2.
    pub fn from_plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Bool(true),
            "false" | "False" | "FALSE" => return Self::Bool(false),
            ".nan" | ".NaN" | ".NAN" => return Self::Float(f64::NAN),
            _ => {}
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            if let Ok(i) = text.parse() {
                return Self::Int(i);
            }
            if let Ok(x) = text.parse() {
                return Self::Float(x);
            }
        }
        Self::Text(text.to_owned())
    }

    fn wanted(&self, what: &str) -> Unfit {
        format!("wants {what}, not {self}")
    }

    /// `true` or `false`; `null` is false.
    pub(crate) fn boolean(&self) -> Result<bool, Unfit> {
        match self {
            Self::Bool(b) => Ok(*b),
            Self::Null => Ok(false),
            _ => Err(self.wanted("true or false")),
        }
    }

    /// Any finite number.
    pub(crate) fn number(&self) -> Result<f64, Unfit> {
        match self {
            Self::Int(i) => Ok(*i as f64),
            Self::Float(x) if x.is_finite() => Ok(*x),
            _ => Err(self.wanted("a number")),
        }
    }

    /// Any finite number, or `.nan`; `nan`, a text in YAML, is what PyRadiomics' own examples say.
    pub(crate) fn number_or_nan(&self) -> Result<f64, Unfit> {
        match self {
            Self::Float(x) if x.is_nan() => Ok(*x),
            Self::Text(text) if text.eq_ignore_ascii_case("nan") => Ok(f64::NAN),
            _ => self.number().map_err(|_| self.wanted("a number or .nan")),
        }
    }

    /// A number above 0.
    pub(crate) fn positive(&self) -> Result<f64, Unfit> {
        self.number().ok().filter(|&x| x > 0.0).ok_or_else(|| self.wanted("a number above 0"))
    }

    /// A number of 0 or more.
    pub(crate) fn non_negative(&self) -> Result<f64, Unfit> {
        self.number().ok().filter(|&x| x >= 0.0).ok_or_else(|| self.wanted("a number of 0 or more"))
    }

    /// Any whole number.
    pub(crate) fn whole(&self) -> Result<i64, Unfit> {
        match self {
            Self::Int(i) => Ok(*i),
            _ => Err(self.wanted("a whole number")),
        }
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn count(&self, low: u32, high: u32) -> Result<usize, Unfit> {
        let what = if high == u32::MAX {
            format!("a whole number of {low} or more")
        } else {
            format!("a whole number from {low} to {high}")
        };
        match self {
            Self::Int(i) if (i64::from(low)..=i64::from(high)).contains(i) => Ok(*i as usize),
            _ => Err(self.wanted(&what)),
        }
    }

    /// One of the names in `all`.
    pub(crate) fn choice<T: Copy>(&self, all: &[T], name: fn(T) -> &'static str) -> Result<T, Unfit> {
        let names: Vec<&str> = all.iter().map(|&x| name(x)).collect();
        let Self::Text(text) = self else { return Err(self.wanted(&format!("one of {}", names.join(", ")))) };
        all.iter().copied().find(|&x| name(x) == text).ok_or_else(|| self.wanted(&one_of(text, &names)))
    }

    /// A sequence, each item taken by `item`.
    pub(crate) fn list<T>(&self, item: impl Fn(&Self) -> Result<T, Unfit>) -> Result<Vec<T>, Unfit> {
        match self {
            Self::List(items) => items.iter().map(item).collect(),
            _ => Err(self.wanted("a list in brackets")),
        }
    }

    /// `None` for `null`, else what `taken` makes of it.
    pub(crate) fn optional<T>(&self, taken: impl Fn(&Self) -> Result<T, Unfit>) -> Result<Option<T>, Unfit> {
        if *self == Self::Null { Ok(None) } else { taken(self).map(Some) }
    }
}

/// "one of a, b, c (did you mean b?)".
fn one_of(text: &str, names: &[&str]) -> String {
    let list = names.join(", ");
    match nearest(text, names.iter().copied()) {
        Some(name) => format!("one of {list} (did you mean {name}?)"),
        None => format!("one of {list}"),
    }
}

/// The name most like `text`, if any is like it at all.
pub(crate) fn nearest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = text.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        .filter(|&(likeness, _)| likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(i) => write!(f, "{i}"),
            Self::Float(x) if x.is_nan() => f.write_str(".nan"),
            Self::Float(x) => write!(f, "{x:?}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
        }
    }
}

macro_rules! from {
    ($($t:ty => |$x:ident| $value:expr),+ $(,)?) => {
        $(impl From<$t> for Value {
            fn from($x: $t) -> Self {
                $value
            }
        })+
    };
}

from! {
    bool => |b| Self::Bool(b),
    i64 => |i| Self::Int(i),
    u32 => |i| Self::Int(i64::from(i)),
    usize => |i| Self::Int(i as i64),
    f64 => |x| Self::Float(x),
    &str => |text| Self::Text(text.to_owned()),
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Self {
        x.map_or(Self::Null, Into::into)
    }
}

impl<T: Clone + Into<Self>> From<&[T]> for Value {
    fn from(items: &[T]) -> Self {
        Self::List(items.iter().cloned().map(Into::into).collect())
    }
}
