//! The functions of the expression language.

use std::ops::RangeInclusive;

use crate::nearest::did_you_mean;

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
    Month,
    Days,
    Months,
    Years,
    Date,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    Lower,
    Upper,
    Trim,
    Replace,
    Number,
    Text,
    Case,
    Coalesce,
    Between,
    Sum,
    Mean,
    Count,
    Cut,
    QuantileGroup,
    Scale,
    Winsorize,
    Rank,
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

static FUNCTIONS: [Entry; 38] = [
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
    entry(&["month"], Function::Month, 1..=1, "month(date)", "the calendar month, 1 to 12"),
    entry(&["days"], Function::Days, 2..=2, "days(from, to)", "days from one date to another"),
    entry(&["months"], Function::Months, 2..=2, "months(from, to)", "the same in months of 365.25 / 12 days"),
    entry(&["years"], Function::Years, 2..=2, "years(from, to)", "the same in years of 365.25 days"),
    entry(
        &["date"],
        Function::Date,
        1..=2,
        "date(text) or date(text, '%d.%m.%Y')",
        "a text as a date; missing if it is none",
    ),
    entry(
        &["contains"],
        Function::Contains,
        2..=2,
        "contains(x, 'text')",
        "whether the text stands in x, in any letter case",
    ),
    entry(&["starts_with"], Function::StartsWith, 2..=2, "starts_with(x, 'text')", "whether x begins so"),
    entry(&["ends_with"], Function::EndsWith, 2..=2, "ends_with(x, 'text')", "whether x ends so"),
    entry(&["matches"], Function::Matches, 2..=2, "matches(x, '^T[34]')", "whether a regular expression is found in x"),
    entry(&["lower"], Function::Lower, 1..=1, "lower(x)", "x in small letters"),
    entry(&["upper"], Function::Upper, 1..=1, "upper(x)", "x in capitals"),
    entry(&["trim"], Function::Trim, 1..=1, "trim(x)", "x without blanks around it"),
    entry(&["replace"], Function::Replace, 3..=3, "replace(x, 'a', 'b')", "x with b for every a"),
    entry(
        &["number"],
        Function::Number,
        1..=1,
        "number(x)",
        "the number that a text begins with; missing if none does",
    ),
    entry(&["text"], Function::Text, 1..=1, "text(x)", "x as it is written"),
    entry(
        &["case"],
        Function::Case,
        3..=usize::MAX,
        "case(when, then, .., else)",
        "what stands behind the first condition met",
    ),
    entry(&["coalesce"], Function::Coalesce, 1..=usize::MAX, "coalesce(x, y, ..)", "the first that is not missing"),
    entry(&["between"], Function::Between, 3..=3, "between(x, low, high)", "whether low <= x <= high"),
    entry(&["sum"], Function::Sum, 1..=usize::MAX, "sum(x, y, ..)", "the sum of a row's values; missing if one is"),
    entry(&["mean"], Function::Mean, 1..=usize::MAX, "mean(x, y, ..)", "their mean; missing if one is"),
    entry(&["count"], Function::Count, 1..=usize::MAX, "count(condition, ..)", "how many conditions are met"),
    entry(
        &["cut"],
        Function::Cut,
        2..=usize::MAX,
        "cut(x, [50, 65], ['young', 'middle', 'old'])",
        "ordered classes that begin at the breaks; labels may be left out",
    ),
    entry(
        &["quantile_group"],
        Function::QuantileGroup,
        2..=2,
        "quantile_group(x, 4)",
        "1 to 4 by the quantiles of x in the training cohort",
    ),
    entry(
        &["scale"],
        Function::Scale,
        1..=1,
        "scale(x)",
        "x less its mean, divided by its standard deviation, both of the training cohort",
    ),
    entry(
        &["winsorize"],
        Function::Winsorize,
        2..=2,
        "winsorize(x, 0.05)",
        "x drawn in to its 5th and 95th percentiles in the training cohort",
    ),
    entry(&["rank"], Function::Rank, 1..=1, "rank(x)", "1 for the smallest of all patients; ties share their mean"),
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

    /// Whether it takes figures of all rows that it is learned from, not of its own row alone.
    pub fn learns(self) -> bool {
        matches!(self, Self::QuantileGroup | Self::Scale | Self::Winsorize)
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
