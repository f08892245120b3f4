//! Fisher's exact test: the probability, margins given, of all tables no more likely than the one seen.
//!
//! Tables whose probabilities differ by rounding are equally likely. What counts as rounding is R's choice.

mod network;
mod simulate;
mod two_by_two;

pub use two_by_two::{OddsRatio, odds_ratio};

use super::cross_table::CrossTable;
use super::test_result::{Df, TestError, TestName, TestNote, TestResult};

/// Relative difference below which the probabilities of two 2 x 2 tables are the same.
const TIE_TOLERANCE: f64 = 1e-7;
/// The same on the log scale for larger tables.
const LN_TIE_TOLERANCE: f64 = 3.4525e-7;
/// Steps of enumeration, about a nanosecond each, before it is given up.
const MAX_STEPS: u64 = 3_000_000_000;
/// Random tables drawn where enumeration would take too long.
const DRAWS: usize = 200_000;
/// The seed of those: a fixed one, so that a table always has the same p-value.
const SEED: u64 = 1;

/// Fisher's exact test of a table of any size, two-sided.
///
/// Tables larger than 2 x 2 are enumerated as a network of their columns; where even that is too long, the p-value is
/// simulated, which a note says.
///
/// # Errors
/// [`TestError`] where fewer than two rows or columns have counts.
pub fn fisher(table: &CrossTable) -> Result<TestResult, TestError> {
    fisher_within(table, MAX_STEPS, DRAWS)
}

fn fisher_within(table: &CrossTable, max_steps: u64, draws: usize) -> Result<TestResult, TestError> {
    let (table, dropped) = table.without_empty()?;
    let mut result = TestResult::new(TestName::Fisher, f64::NAN, Df::None, f64::NAN);
    result.exact = true;
    if dropped > 0 {
        result.notes.push(TestNote::EmptyLevels(dropped));
    }
    if table.rows() == 2 && table.columns() == 2 {
        result.p = two_by_two::p_value(&table);
    } else if let Some(p) = network::p_value(&table, max_steps) {
        result.p = p;
    } else {
        result.p = simulate::p_value(&table, draws, SEED);
        result.exact = false;
        let standard_error = (result.p * (1.0 - result.p) / draws as f64).sqrt();
        result.notes.push(TestNote::Simulated { draws, standard_error });
    }
    Ok(result)
}

/// ln 0!, ln 1!, .., ln n!.
fn ln_factorials(n: u64) -> Vec<f64> {
    (0..=n).map(|k| super::special::ln_gamma(k as f64 + 1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(rows: &[Vec<u64>]) -> f64 {
        fisher(&CrossTable::new(rows).expect("rectangular")).expect("two levels each").p
    }

    /// Sums over all tables with the same margins, one cell at a time.
    fn by_enumeration(table: &CrossTable) -> f64 {
        fn fill(cell: usize, rows: &mut [u64], columns: &mut [u64], ln_p: f64, f: &[f64], all: &mut Vec<f64>) {
            let c = columns.len();
            let (i, j) = (cell / c, cell % c);
            if i == rows.len() {
                if rows.iter().all(|r| *r == 0) && columns.iter().all(|r| *r == 0) {
                    all.push(ln_p);
                }
                return;
            }
            for x in 0..=rows[i].min(columns[j]) {
                rows[i] -= x;
                columns[j] -= x;
                fill(cell + 1, rows, columns, ln_p - f[x as usize], f, all);
                rows[i] += x;
                columns[j] += x;
            }
        }
        let f = ln_factorials(table.total());
        let (mut rows, mut columns) = (table.row_totals(), table.column_totals());
        let mut all = Vec::new();
        fill(0, &mut rows, &mut columns, 0.0, &f, &mut all);
        let seen: f64 = (0..table.rows())
            .flat_map(|i| (0..table.columns()).map(move |j| (i, j)))
            .map(|(i, j)| -f[table.get(i, j) as usize])
            .sum();
        let total: f64 = all.iter().map(|l| l.exp()).sum();
        all.iter().filter(|l| **l <= seen + 1e-7).map(|l| l.exp()).sum::<f64>() / total
    }

    #[test]
    fn the_network_counts_what_enumeration_counts() {
        let mut rng = super::super::rng::Rng::new(5);
        for shape in [(2, 2), (2, 3), (3, 2), (3, 3), (2, 5), (4, 3), (3, 4)] {
            for _ in 0..20 {
                let rows: Vec<Vec<u64>> =
                    (0..shape.0).map(|_| (0..shape.1).map(|_| rng.below(4) as u64).collect()).collect();
                let table = CrossTable::new(&rows).expect("rectangular");
                let Ok(result) = fisher(&table) else { continue };
                let slow = by_enumeration(&table);
                assert!((result.p / slow - 1.0).abs() < 1e-11, "{rows:?}: {} is not {slow}", result.p);
            }
        }
    }

    #[test]
    fn rows_and_columns_may_change_places() {
        let rows = [vec![12, 40, 3], vec![8, 25, 11], vec![30, 18, 6], vec![1, 2, 9]];
        let table = CrossTable::new(&rows).expect("rectangular");
        let (one, other) = (fisher(&table).expect("levels"), fisher(&table.transposed()).expect("levels"));
        assert!((one.p / other.p - 1.0).abs() < 1e-10);
    }

    #[test]
    fn known_tables() {
        // Fisher's tea: 17/35.
        assert!((p(&[vec![3, 1], vec![1, 3]]) - 17.0 / 35.0).abs() < 1e-15);
        // fisher.test of R on the job satisfaction table (Agresti 2002, p. 57).
        let job = [vec![1, 2, 1, 0], vec![3, 3, 6, 1], vec![10, 10, 14, 9], vec![6, 7, 12, 11]];
        assert!((p(&job) - 0.782_684_938_996_116).abs() < 1e-9);
    }

    #[test]
    fn a_table_too_large_to_enumerate_is_simulated() {
        let rows: Vec<Vec<u64>> = (0..7).map(|i| (0..7).map(|j| 60 + (i * j) % 7 * 9).collect()).collect();
        let table = CrossTable::new(&rows).expect("rectangular");
        let result = fisher_within(&table, 1_000_000, 1000).expect("levels");
        assert!(!result.exact && matches!(result.notes[..], [TestNote::Simulated { .. }]));
    }
}
