//! What is doubtful about the columns of a table, whatever they mean: constant, nearly empty, out by a factor of ten.

use rayon::prelude::*;

use super::column::{Column, Values};
use super::frame::Frame;
use super::typing::rows_in_words;
use crate::problem::{Place, Problem};

/// A column is nearly empty when at least this share of its values is missing.
const NEARLY_EMPTY: f64 = 0.8;

/// At most so many columns are named one by one for the same fault.
const NAMED_COLUMNS: usize = 10;

/// The problems of the columns called `names`.
pub fn check_columns<'n>(frame: &Frame, names: impl IntoIterator<Item = &'n str>) -> Vec<Problem> {
    let columns: Vec<&Column> = names.into_iter().filter_map(|name| frame.get(name)).collect();
    let mut problems = Vec::new();
    if frame.len() < 2 {
        return problems;
    }
    let nearly_empty = |c: &&Column| c.values.n_missing() as f64 >= NEARLY_EMPTY * frame.len() as f64;
    let (empty, filled): (Vec<&Column>, Vec<&Column>) = columns.into_iter().partition(nearly_empty);
    let constant: Vec<&Column> = filled.iter().copied().filter(|c| constant_value(c).is_some()).collect();
    let place = |c: &Column| frame.place().field(&c.name);
    let of_empty = |c: &Column| {
        let n = frame.len() - c.values.n_missing();
        Problem::warning(place(c), format!("nearly empty: {n} of {} rows have a value", frame.len()))
    };
    let of_constant = |c: &Column| {
        let value = constant_value(c).unwrap_or_default();
        Problem::warning(place(c), format!("constant: every value is {value}, so it cannot explain anything"))
    };
    let slips: Vec<Option<Problem>> = filled.par_iter().map(|c| unit_slip(frame, c)).collect();
    let slips = filled.iter().zip(slips).filter_map(|(c, slip)| Some((*c, slip?)));
    problems.extend(each_or_all(frame, "are nearly empty", empty.iter().map(|c| (*c, of_empty(c)))));
    problems.extend(each_or_all(frame, "are constant", constant.iter().map(|c| (*c, of_constant(c)))));
    problems.extend(each_or_all(frame, "have values about 10, 100 or 1000 times away from their median", slips));
    problems
}

/// The problems of single columns, or of more than a few of them one for all: how many they are, and the first.
fn each_or_all<'c>(frame: &Frame, what: &str, found: impl Iterator<Item = (&'c Column, Problem)>) -> Vec<Problem> {
    let (columns, problems): (Vec<&Column>, Vec<Problem>) = found.unzip();
    if columns.len() <= NAMED_COLUMNS {
        return problems;
    }
    let first: Vec<&str> = columns[..NAMED_COLUMNS].iter().map(|c| c.name.as_str()).collect();
    let more = columns.len() - NAMED_COLUMNS;
    let message = format!("{} columns {what}: {} and {more} more", columns.len(), first.join(", "));
    let remedy = problems[0].remedy.clone();
    vec![Problem { remedy, ..Problem::warning(frame.place(), message) }]
}

/// The only value of the column, if there is but one.
fn constant_value(column: &Column) -> Option<String> {
    let values = &column.values;
    let first = (0..values.len()).find(|&i| !values.is_missing(i))?;
    let same = match values {
        Values::Number(v) => v.iter().all(|x| x.is_nan() || *x == v[first]),
        Values::Category(c) => c.codes.iter().all(|k| k.is_none() || *k == c.codes[first]),
        Values::Date(v) => v.iter().all(|d| d.is_none() || *d == v[first]),
        Values::Text(v) => v.iter().all(|t| t.is_none() || *t == v[first]),
    };
    if same { values.text(first) } else { None }
}

/// Values that lie about ten, a hundred or a thousand times away from the rest, as when some rows are in another unit.
///
/// On the scale of log10, the rest is described by its median m and its interquartile range as a standard deviation s.
/// A value is a slip by 10^k if it lies more than 4 s from m and less than 2.5 s from m + k, k = -3..3. Nothing is
/// said when a quarter of the values or more would be slips, or when the column has fewer than 10 distinct values.
fn unit_slip(frame: &Frame, column: &Column) -> Option<Problem> {
    // What may be a code for missing is asked about as such.
    let suspects: Vec<f64> = column.suspects.iter().filter_map(|text| text.parse().ok()).collect();
    let numbers: Vec<f64> =
        column.numbers()?.iter().map(|x| if suspects.contains(x) { f64::NAN } else { *x }).collect();
    let mut positive: Vec<f64> = numbers.iter().copied().filter(|x| *x > 0.0).collect();
    if has_few(positive.iter().map(|x| x.log10()), 10) {
        return None;
    }
    let n = positive.len();
    let mut quantile = |p: f64| {
        let rank = (p * (n - 1) as f64).round() as usize;
        positive.select_nth_unstable_by(rank, f64::total_cmp).1.log10()
    };
    let (median, spread) = (quantile(0.5), (quantile(0.75) - quantile(0.25)) / 1.349);
    // A column of nearly equal values would otherwise call every digit a slip.
    let spread = spread.max(0.02);
    // What lies surely inside needs no logarithm.
    let (low, high) = (10f64.powf(median - 3.9 * spread), 10f64.powf(median + 3.9 * spread));
    let power = |x: f64| -> Option<i32> {
        let away = if x > 0.0 && !(low..high).contains(&x) { x.log10() - median } else { return None };
        let k = away.round();
        (away.abs() > 4.0 * spread && (away - k).abs() < 2.5 * spread && (1.0..=3.0).contains(&k.abs()))
            .then_some(k as i32)
    };
    let slips: Vec<(usize, i32)> = (0..numbers.len()).filter_map(|i| power(numbers[i]).map(|k| (i, k))).collect();
    let (first, k) = *slips.first()?;
    if 4 * slips.len() >= n {
        return None;
    }
    let same: Vec<usize> = slips.iter().filter(|s| s.1 == k).map(|s| s.0).collect();
    let factor = 10_i32.pow(k.unsigned_abs());
    let direction = if k > 0 { "above" } else { "below" };
    let median = 10f64.powf(median);
    let message = format!(
        "{} {} about {factor} times {direction} the median of {} ({}): another unit?",
        numbers[first],
        if same.len() == 1 { "is".to_owned() } else { format!("and {} more values are", same.len() - 1) },
        significant(median),
        rows_in_words(same.iter().map(|&i| frame.row_id(i).row)),
    );
    let place: Place = if same.len() == 1 { frame.place_of(first) } else { frame.place() };
    Some(
        Problem::warning(place.field(&column.name), message)
            .remedy("write all rows in the same unit, or leave it if the value is right"),
    )
}

/// Whether there are fewer than `n` different values.
fn has_few(values: impl Iterator<Item = f64>, n: usize) -> bool {
    let mut distinct: Vec<f64> = Vec::with_capacity(n);
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
        if distinct.len() == n {
            return false;
        }
    }
    true
}

/// Three significant digits, for messages.
fn significant(x: f64) -> String {
    let digits = (2 - x.abs().log10().floor() as i32).max(0) as usize;
    format!("{x:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(values: Vec<f64>) -> Vec<String> {
        let frame = Frame::from_columns(vec![Column::new("x", Values::Number(values), "")]).expect("one column");
        check_columns(&frame, ["x"]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_height_in_centimetres_among_metres_is_a_slip() {
        let mut heights: Vec<f64> = (0..30).map(|i| 1.5 + 0.015 * f64::from(i)).collect();
        assert!(problems(heights.clone()).is_empty());
        heights[7] = 172.0;
        let found = problems(heights);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("row 8 (line 8), column x: warning: 172 is about 100 times above"), "{found:?}");
    }

    #[test]
    fn slips_of_many_columns_are_said_once() {
        let heights = |k: usize| (0..30).map(|i| if i == k { 172.0 } else { 1.5 + 0.015 * i as f64 }).collect();
        let of = |n: usize| {
            let columns: Vec<Column> =
                (0..n).map(|k| Column::new(format!("h{k}"), Values::Number(heights(k)), "")).collect();
            let frame = Frame::from_columns(columns).expect("columns of one length");
            let names: Vec<&str> = frame.names().collect();
            check_columns(&frame, names).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(of(10).len(), 10);
        assert_eq!(
            of(12),
            [
                "warning: 12 columns have values about 10, 100 or 1000 times away from their median: h0, h1, h2, h3, h4, h5, h6, \
              h7, h8, h9 and 2 more; write all rows in the same unit, or leave it if the value is right"
            ]
        );
    }

    #[test]
    fn skewed_markers_are_left_alone() {
        let afp: Vec<f64> = (0..100).map(|i| 10f64.powf(f64::from(i % 50) / 10.0)).collect();
        assert!(problems(afp).is_empty());
    }

    #[test]
    fn columns_that_say_nothing_are_named() {
        assert!(problems(vec![1.0; 20])[0].contains("constant: every value is 1"));
        let mut sparse = vec![f64::NAN; 20];
        sparse[3] = 5.0;
        assert!(problems(sparse)[0].contains("nearly empty: 1 of 20 rows"));
    }
}
