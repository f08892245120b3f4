//! Numbers that may stand for a missing value: 999 far above the rest, -1 among what is never negative, 9 among 1 to 4.

use super::{Reading, Rules, Written};
use crate::column::Values;
use crate::missing::CODES;
use crate::problem::Problem;

/// More different values than this are no codes.
const FEW: usize = 12;

/// What the other values are.
struct Others {
    min: f64,
    max: f64,
    /// Different values among them, counted up to [`FEW`].
    distinct: Vec<f64>,
    is_whole: bool,
}

impl Written<'_> {
    /// Says of each such number that it may mean missing, unless the column's own list of missing values is given.
    pub(super) fn look_for_codes(&self, reading: &mut Reading, rules: &Rules<'_>) {
        let Values::Number(numbers) = &reading.values else { return };
        if rules.says_missing {
            return;
        }
        for (code, n) in suspected(numbers) {
            let (stands, times) =
                if n == 1 { ("stands once".to_owned(), "") } else { (format!("stands {n}"), " times") };
            let remark =
                format!("{code} {stands}{times} in {}, far from its other values: does it mean missing?", self.name);
            let remedy = format!(
                "if it does, write missing = [\"{code}\"] in [columns.{name}] (--missing {name}={code}); if it does not, missing = []",
                name = self.name
            );
            reading.problems.push(Problem::warning(self.place(), remark.clone()).remedy(remedy.clone()));
            reading.remarks.push(format!("{remark} {remedy}"));
            reading.suspects.push(code.to_string());
        }
    }
}

/// The numbers that look like codes for missing, and how often each stands there.
fn suspected(numbers: &[f64]) -> Vec<(f64, usize)> {
    let mut found: Vec<(f64, usize)> = Vec::new();
    let is_found = |found: &[(f64, usize)], x: f64| found.iter().any(|(code, _)| *code == x);
    // Codes lie at the ends; a second one is seen when the first is taken away.
    for _ in 0..3 {
        let rest = || numbers.iter().copied().filter(|x| !x.is_nan() && !is_found(&found, *x));
        let (min, max) = match found.is_empty() {
            true => range(numbers),
            false => rest().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x))),
        };
        let new = [max, min].into_iter().filter(|x| CODES.contains(x)).find_map(|code| {
            let n = rest().filter(|x| *x == code).count();
            is_apart(code, n, &Others::of(rest().filter(|x| *x != code))).then_some((code, n))
        });
        match new {
            Some(code) => found.push(code),
            None => break,
        }
    }
    found
}

/// The least and the greatest number; several ends side by side, since most columns are looked at for them alone.
fn range(numbers: &[f64]) -> (f64, f64) {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut ends = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
    for eight in eights {
        for (lane, x) in eight.iter().enumerate() {
            // What is no number is on neither side.
            ends.0[lane] = if *x < ends.0[lane] { *x } else { ends.0[lane] };
            ends.1[lane] = if *x > ends.1[lane] { *x } else { ends.1[lane] };
        }
    }
    let least = ends.0.iter().chain(rest).copied().fold(f64::INFINITY, f64::min);
    (least, ends.1.iter().chain(rest).copied().fold(f64::NEG_INFINITY, f64::max))
}

fn is_apart(code: f64, n: usize, others: &Others) -> bool {
    let several = others.distinct.len() >= 3;
    if code < 0.0 {
        return several && others.min >= 0.0 && (others.min > 0.0 || others.distinct.len() == FEW);
    }
    if code < 10.0 {
        let span = others.max - others.min + 1.0;
        let run = others.is_whole && others.distinct.len() < FEW && span == others.distinct.len() as f64;
        return run && others.distinct.len() >= 2 && others.max <= 6.0 && others.min >= 0.0 && n >= 2;
    }
    // Eights and sevens are codes of questionnaires, but also values: they have to lie further away.
    if !code.to_string().starts_with('9') {
        return n >= 2 && several && others.max > 0.0 && code >= 2.0 * others.max;
    }
    let gap = code - others.max;
    n >= 2 && several && gap >= 3.0 && gap >= 0.25 * (others.max - others.min)
        || others.max > 0.0 && others.distinct.len() >= 2 && code >= 3.0 * others.max
}

impl Others {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut others = Self { min: f64::INFINITY, max: f64::NEG_INFINITY, distinct: Vec::new(), is_whole: true };
        for x in values {
            others.min = others.min.min(x);
            others.max = others.max.max(x);
            others.is_whole &= x.fract() == 0.0;
            if others.distinct.len() < FEW && !others.distinct.contains(&x) {
                others.distinct.push(x);
            }
        }
        others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(of: impl IntoIterator<Item = f64>) -> Vec<f64> {
        let values: Vec<f64> = of.into_iter().collect();
        suspected(&values).into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn codes_lie_apart_from_the_other_values() {
        let sizes = || (0..40).map(|i| 1.5 + 0.1 * f64::from(i));
        assert_eq!(codes(sizes().chain([999.0, 999.0])), [999.0]);
        assert_eq!(codes(sizes().chain([-1.0])), [-1.0]);
        assert_eq!(codes(sizes().chain([99.0, 999.0])), [999.0, 99.0]);
        assert_eq!(codes((0..40).map(|i| f64::from(i % 3 + 1)).chain([9.0, 9.0])), [9.0]);
    }

    #[test]
    fn large_values_among_others_are_values() {
        let karnofsky = (0..60).map(|i| 10.0 * f64::from(i % 9 + 1)).chain([99.0, 99.0]);
        assert!(codes(karnofsky).is_empty(), "the usual range of the Karnofsky index");
        assert!(codes((0..60).map(|i| f64::from(i % 12))).is_empty(), "nodes from 0 to 11");
        assert!(codes((0..60).map(|i| f64::from(i % 40 + 20)).chain([77.0, 77.0])).is_empty(), "ages");
        assert_eq!(codes((0..40).map(|i| 1.5 + 0.1 * f64::from(i)).chain([888.0, 888.0])), [888.0]);
        assert!(codes([-1.0, 0.0, 1.0, 1.0, 0.0, -1.0]).is_empty(), "a contrast");
        assert!(codes((0..90).map(|i| f64::from(i) - 30.0).chain([-99.0])).is_empty(), "changes may be negative");
    }
}
