//! Pearson's chi-square test of independence.

use super::cross_table::CrossTable;
use super::tails::chi_square_upper;
use super::test_result::{Df, TestError, TestName, TestNote, TestResult};

/// Pearson's chi-square, sum (O - E)^2 / E with (r - 1)(c - 1) degrees of freedom, no correction.
///
/// # Errors
/// [`TestError`] where fewer than two rows or columns have counts.
pub fn chi_square(table: &CrossTable) -> Result<TestResult, TestError> {
    pearson(table, false)
}

/// The same with Yates' correction: |O - E| less min(0.5, |O - E|); in tables larger than 2 x 2 it is not made.
///
/// # Errors
/// [`TestError`] where fewer than two rows or columns have counts.
pub fn chi_square_yates(table: &CrossTable) -> Result<TestResult, TestError> {
    pearson(table, true)
}

fn pearson(table: &CrossTable, correct: bool) -> Result<TestResult, TestError> {
    let (table, dropped) = table.without_empty()?;
    let (r, c) = (table.rows(), table.columns());
    let expected = table.expected();
    let cells = || (0..r).flat_map(|i| (0..c).map(move |j| (i, j)));
    let distance = |(i, j): (usize, usize)| (table.get(i, j) as f64 - expected[i][j]).abs();
    let yates = correct && r == 2 && c == 2;
    let correction = if yates { cells().map(distance).fold(0.5, f64::min) } else { 0.0 };
    let statistic = cells().map(|(i, j)| (distance((i, j)) - correction).powi(2) / expected[i][j]).sum();
    let df = ((r - 1) * (c - 1)) as f64;
    let name = if yates { TestName::ChiSquareYates } else { TestName::ChiSquare };
    let mut result = TestResult::new(name, statistic, Df::One(df), chi_square_upper(statistic, df));
    let least = table.least_expected();
    if least < 5.0 {
        result.notes.push(TestNote::SmallExpected(least));
    }
    if dropped > 0 {
        result.notes.push(TestNote::EmptyLevels(dropped));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_correction_is_for_two_by_two_only() {
        let wide = CrossTable::new(&[vec![3, 4, 9], vec![8, 2, 1]]).expect("three columns");
        let result = chi_square_yates(&wide).expect("no empty level");
        assert_eq!(result.name, TestName::ChiSquare);
        assert_eq!(result, chi_square(&wide).expect("no empty level"));
        let padded = CrossTable::new(&[vec![3, 0, 9], vec![8, 0, 1]]).expect("three columns");
        let result = chi_square_yates(&padded).expect("two columns hold something");
        assert_eq!((result.name, result.df), (TestName::ChiSquareYates, Df::One(1.0)));
        assert!(result.notes.contains(&TestNote::EmptyLevels(1)));
    }
}
