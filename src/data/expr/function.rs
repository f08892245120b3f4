//! The functions of the expression language.

use std::ops::RangeInclusive;

use crate::data::nearest::did_you_mean;

/// A function that expressions may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Ln,
    Log10,
    Log2,
    Sqrt,
    Exp,
    Abs,
    Round,
    Min,
    Max,
    IfElse,
    IsMissing,
    Year,
}

/// One line of the language's reference.
#[derive(Debug, Clone, Copy)]
pub struct FunctionHelp {
    /// How it is called.
    pub usage: &'static str,
    /// What it gives.
    pub gives: &'static str,
}

struct Entry {
    names: &'static [&'static str],
    function: Function,
    arguments: RangeInclusive<usize>,
    help: FunctionHelp,
}

const fn entry(
    names: &'static [&'static str],
    function: Function,
    arguments: RangeInclusive<usize>,
    usage: &'static str,
    gives: &'static str,
) -> Entry {
    Entry { names, function, arguments, help: FunctionHelp { usage, gives } }
}

static FUNCTIONS: [Entry; 12] = [
    entry(&["ln", "log"], Function::Ln, 1..=1, "ln(x) or log(x)", "the natural logarithm"),
    entry(&["log10"], Function::Log10, 1..=1, "log10(x)", "the logarithm to base 10"),
    entry(&["log2"], Function::Log2, 1..=1, "log2(x)", "the logarithm to base 2"),
    entry(&["sqrt"], Function::Sqrt, 1..=1, "sqrt(x)", "the square root"),
    entry(&["exp"], Function::Exp, 1..=1, "exp(x)", "e to the power of x"),
    entry(&["abs"], Function::Abs, 1..=1, "abs(x)", "x without its sign"),
    entry(&["round"], Function::Round, 1..=2, "round(x) or round(x, digits)", "x rounded, halves to the even digit"),
    entry(&["min"], Function::Min, 1..=usize::MAX, "min(x, y, ..)", "the smallest; missing if one is"),
    entry(&["max"], Function::Max, 1..=usize::MAX, "max(x, y, ..)", "the largest; missing if one is"),
    entry(&["ifelse"], Function::IfElse, 3..=3, "ifelse(condition, yes, no)", "one value or the other"),
    entry(&["is_missing"], Function::IsMissing, 1..=1, "is_missing(x)", "whether x has no value"),
    entry(&["year"], Function::Year, 1..=1, "year(date)", "the calendar year"),
];

/// Every function of the language: how it is called and what it gives.
pub fn functions() -> impl Iterator<Item = FunctionHelp> {
    FUNCTIONS.iter().map(|entry| entry.help)
}

impl Function {
    /// The function of that name, in any letter case.
    pub fn named(name: &str) -> Option<Self> {
        let entry = FUNCTIONS.iter().find(|e| e.names.iter().any(|n| n.eq_ignore_ascii_case(name)))?;
        Some(entry.function)
    }

    /// `did you mean log10?`
    pub fn nearest(name: &str) -> Option<String> {
        did_you_mean(name, FUNCTIONS.iter().flat_map(|e| e.names.iter().copied()))
    }

    fn entry(self) -> &'static Entry {
        FUNCTIONS.iter().find(|e| e.function == self).expect("every function stands in the table")
    }

    pub fn name(self) -> &'static str {
        self.entry().names[0]
    }

    pub fn usage(self) -> &'static str {
        self.entry().help.usage
    }

    /// How many arguments it takes.
    pub fn arguments(self) -> RangeInclusive<usize> {
        self.entry().arguments.clone()
    }

    pub fn arguments_in_words(self) -> String {
        let (least, most) = self.arguments().into_inner();
        match (least, most) {
            (1, 1) => "one value".to_owned(),
            (_, usize::MAX) => format!("at least {least} value"),
            (least, most) if least == most => format!("{least} values"),
            (least, most) => format!("{least} to {most} values"),
        }
    }

    /// The number it makes of one number; `None` for the functions that take something else.
    pub fn of_number(self) -> Option<fn(f64) -> f64> {
        Some(match self {
            Self::Ln => f64::ln,
            Self::Log10 => f64::log10,
            Self::Log2 => f64::log2,
            Self::Sqrt => f64::sqrt,
            Self::Exp => f64::exp,
            Self::Abs => f64::abs,
            Self::Round => f64::round_ties_even,
            _ => return None,
        })
    }
}
