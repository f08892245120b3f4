//! Whether the order of a column's levels means something: a test for a trend and the weights of kappa need one, and the
//! alphabet is none.

use tables::{Column, Values};

use crate::ask::grouping::Grouping;
use crate::ask::{AskError, Dataset};

/// Whether the levels have an order: numbers by size, two levels in either, those that were put in order, and those that
/// count (`T1`, `T2`; `I`, `II`, `III`).
pub fn is_ordered(column: &Column) -> bool {
    let category = match &column.values {
        Values::Number(_) => return true,
        Values::Category(category) => category.clone(),
        Values::Date(_) | Values::Text(_) => column.factor(),
    };
    // Levels that do not follow the alphabet were put in their order by somebody.
    category.ordered || category.levels.len() <= 2 || !category.levels.is_sorted() || counts(&category.levels)
}

/// The question that is to be answered before the levels of `column` can be used in an order.
pub fn asked(column: &Column, what: &str) -> AskError {
    let (name, levels) = (&column.name, column.factor().levels);
    AskError::Impossible(format!(
        "question: {what} needs the order of the levels of {name}, and {} are words in the order of the alphabet. \
         Answer by --order {name}=LOWEST,..,HIGHEST (in study.toml `levels` with `ordered = true`)",
        levels.join(", ")
    ))
}

/// Whether the groups have an order.
pub(super) fn has_order(data: &Dataset, by: &Grouping) -> bool {
    match by {
        Grouping::Column(name) => data.cohort.frame().get(name).is_some_and(is_ordered),
        Grouping::Median(_) | Grouping::Cut(..) | Grouping::Event(_) => true,
        Grouping::Cohort | Grouping::Crossed(_) | Grouping::Patients(_) => false,
    }
}

/// Whether levels are the same words with rising numbers, Arabic or Roman.
fn counts(levels: &[String]) -> bool {
    let rises = |numbers: Option<Vec<u32>>| numbers.is_some_and(|n| n.windows(2).all(|w| w[0] < w[1]));
    let end = |of: fn(char) -> bool| -> Option<Vec<&str>> {
        let split = |level: &'_ String| level.len() - level.chars().rev().take_while(|c| of(*c)).count();
        let first = levels.first()?;
        let stem = &first[..split(first)];
        levels.iter().map(|level| level.strip_prefix(stem).filter(|end| !end.is_empty())).collect()
    };
    let arabic = end(|c| c.is_ascii_digit());
    let whole = end(|c| "IVX".contains(c));
    rises(arabic.and_then(|ends| ends.iter().map(|end| end.parse().ok()).collect()))
        || rises(whole.and_then(|ends| ends.iter().map(|end| roman(end)).collect()))
}

/// `IV` is 4.
fn roman(text: &str) -> Option<u32> {
    let digit = |c| match c {
        'I' => Some(1),
        'V' => Some(5),
        'X' => Some(10),
        _ => None,
    };
    let digits: Vec<u32> = text.chars().map(digit).collect::<Option<_>>()?;
    let signed = |(i, d): (usize, &u32)| match digits.get(i + 1) {
        Some(next) if next > d => -i64::from(*d),
        _ => i64::from(*d),
    };
    u32::try_from(digits.iter().enumerate().map(signed).sum::<i64>()).ok().filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_that_count_have_an_order() {
        let counts = |levels: &[&str]| counts(&levels.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>());
        assert!(counts(&["I", "II", "III", "IV"]) && counts(&["T1", "T2", "T3"]) && counts(&["stage I", "stage II"]));
        assert!(!counts(&["high", "low", "mid"]) && !counts(&["T1", "T2", "Tx"]) && !counts(&["G1", "T2", "T3"]));
        assert!(!counts(&["I", "IX", "V"]) && !counts(&["A", "B", "C"]));
    }
}
