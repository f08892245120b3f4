//! Agreement on categories beyond chance: Cohen's, weighted and Fleiss' kappa.

use super::cross_table::CrossTable;
use super::tails::{normal_critical, normal_upper};
use crate::choice::choices;

/// How much a disagreement counts, by the distance of two ordered categories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum KappaWeights {
    /// Only equal categories agree: Cohen's kappa.
    #[default]
    Unweighted,
    /// Agreement 1 - |i - j| / (k - 1).
    Linear,
    /// Agreement 1 - (i - j)^2 / (k - 1)^2.
    Quadratic,
}

choices!(KappaWeights, "weighting": Unweighted = "none", Linear = "linear", Quadratic = "quadratic");

/// A kappa with its limits and test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// The estimate.
    pub kappa: f64,
    /// Standard error of the estimate (Cohen's kappas), or under no agreement beyond chance (Fleiss').
    pub std_err: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit, at most 1.
    pub upper: f64,
    /// The estimate over its standard error under no agreement beyond chance.
    pub z: f64,
    /// Two-sided p-value of `z`.
    pub p: f64,
    /// Subjects.
    pub n: usize,
}

/// Why agreement cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KappaError {
    /// Rows and columns are not the same categories.
    #[error("{rows} rows and {columns} columns: kappa needs the same categories of both raters")]
    Square {
        /// Rows of the table.
        rows: usize,
        /// Columns of the table.
        columns: usize,
    },
    /// No subjects.
    #[error("no subjects")]
    Empty,
    /// All ratings fall in one category, so agreement by chance is certain.
    #[error("all ratings fall in one category: agreement beyond chance is undefined")]
    OneCategory,
    /// Subjects rated by different numbers of raters, or by fewer than two.
    #[error("subject {subject} has {found} ratings where {expected} are needed, two at least")]
    Ratings {
        /// Subject, from 0.
        subject: usize,
        /// Its ratings.
        found: usize,
        /// Ratings of the first subject.
        expected: usize,
    },
}

impl Kappa {
    fn new(kappa: f64, std_err: f64, null_std_err: f64, level: f64, n: usize) -> Self {
        let half = normal_critical(level) * std_err;
        let z = kappa / null_std_err;
        let p = 2.0 * normal_upper(z.abs());
        Self { kappa, std_err, lower: kappa - half, upper: (kappa + half).min(1.0), z, p, n }
    }
}

/// Cohen's kappa of two raters from the table of their categories, in order where weighted; limits at `level`.
///
/// Standard errors of Fleiss, Cohen and Everitt (1969).
///
/// # Errors
/// [`KappaError`]: a table that is not square, without subjects, or with all ratings in one category.
pub fn cohen_kappa(table: &CrossTable, weights: KappaWeights, level: f64) -> Result<Kappa, KappaError> {
    let k = table.rows();
    if k != table.columns() {
        return Err(KappaError::Square { rows: k, columns: table.columns() });
    }
    let n = table.total() as f64;
    if n == 0.0 {
        return Err(KappaError::Empty);
    }
    let far = (k.max(2) - 1) as f64;
    let weight = |i: usize, j: usize| {
        let distance = i.abs_diff(j) as f64 / far;
        match weights {
            KappaWeights::Unweighted => f64::from(u8::from(i == j)),
            KappaWeights::Linear => 1.0 - distance,
            KappaWeights::Quadratic => 1.0 - distance * distance,
        }
    };
    let share = |totals: Vec<u64>| -> Vec<f64> { totals.iter().map(|&t| t as f64 / n).collect() };
    let (row, column) = (share(table.row_totals()), share(table.column_totals()));
    let over_cells = |value: &dyn Fn(usize, usize) -> f64| -> f64 {
        (0..k).flat_map(|i| (0..k).map(move |j| (i, j))).map(|(i, j)| value(i, j)).sum()
    };
    let p = |i: usize, j: usize| table.get(i, j) as f64 / n;
    let observed = over_cells(&|i, j| weight(i, j) * p(i, j));
    let chance = over_cells(&|i, j| weight(i, j) * row[i] * column[j]);
    let beyond = 1.0 - chance;
    if beyond <= 1e-14 {
        return Err(KappaError::OneCategory);
    }
    let kappa = (observed - chance) / beyond;
    let of_row: Vec<f64> = (0..k).map(|i| (0..k).map(|j| column[j] * weight(i, j)).sum()).collect();
    let of_column: Vec<f64> = (0..k).map(|j| (0..k).map(|i| row[i] * weight(i, j)).sum()).collect();
    let spread = |share: &dyn Fn(usize, usize) -> f64, factor: f64, centre: f64| {
        let square = |i: usize, j: usize| (weight(i, j) - (of_row[i] + of_column[j]) * factor).powi(2);
        ((over_cells(&|i, j| share(i, j) * square(i, j)) - centre * centre).max(0.0) / n).sqrt() / beyond
    };
    let std_err = spread(&p, 1.0 - kappa, kappa - chance * (1.0 - kappa));
    let null = spread(&|i, j| row[i] * column[j], 1.0, chance);
    Ok(Kappa::new(kappa, std_err, null, level, table.total() as usize))
}

/// Fleiss' kappa: `counts[i][c]` is how many raters put subject i in category c, the same number for every subject.
///
/// Standard error under no agreement beyond chance (Fleiss, Nee and Landis 1979), also for the limits, as is usual.
///
/// # Errors
/// [`KappaError`]: no subjects, different numbers of ratings or fewer than two, all ratings in one category.
pub fn fleiss_kappa(counts: &[Vec<usize>], level: f64) -> Result<Kappa, KappaError> {
    let categories = counts.iter().map(Vec::len).max().unwrap_or(0);
    let raters: usize = counts.first().ok_or(KappaError::Empty)?.iter().sum();
    for (subject, row) in counts.iter().enumerate() {
        let found = row.iter().sum();
        if found != raters || raters < 2 {
            return Err(KappaError::Ratings { subject, found, expected: raters });
        }
    }
    let (n, m) = (counts.len() as f64, raters as f64);
    let in_category = |c: usize| counts.iter().map(|row| row.get(c).copied().unwrap_or(0)).sum::<usize>();
    let share: Vec<f64> = (0..categories).map(|c| in_category(c) as f64 / (n * m)).collect();
    let pairs: f64 = counts.iter().flatten().map(|&x| x as f64 * (x as f64 - 1.0)).sum();
    let observed = pairs / (n * m * (m - 1.0));
    let chance: f64 = share.iter().map(|p| p * p).sum();
    let apart: f64 = share.iter().map(|p| p * (1.0 - p)).sum();
    if apart <= 1e-14 {
        return Err(KappaError::OneCategory);
    }
    let kappa = (observed - chance) / (1.0 - chance);
    let skew: f64 = share.iter().map(|p| p * (1.0 - p) * (1.0 - 2.0 * p)).sum();
    let null = (2.0 * (apart * apart - skew) / (n * m * (m - 1.0))).sqrt() / apart;
    Ok(Kappa::new(kappa, null, null, level, counts.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cohen_and_weighted() {
        // psych::cohen.kappa(matrix(c(20, 5, 1, 4, 30, 6, 2, 8, 24), 3)); its weights are the quadratic ones, but its
        // variance of the weighted kappa is not the delta method's, which numerical derivatives confirm here.
        let table = CrossTable::new(&[vec![20, 4, 2], vec![5, 30, 8], vec![1, 6, 24]]).expect("3 x 3");
        let plain = cohen_kappa(&table, KappaWeights::Unweighted, 0.95).expect("varies");
        let quadratic = cohen_kappa(&table, KappaWeights::Quadratic, 0.95).expect("varies");
        let close = |found: f64, expected: f64| (found - expected).abs() < 1e-14;
        assert!(close(plain.kappa, 0.603_053_435_114_503_8) && close(quadratic.kappa, 0.698_795_180_722_891_5));
        assert!(close(plain.std_err.powi(2), 0.004_561_476_396_457_165), "{}", plain.std_err.powi(2));
        assert!(close(quadratic.std_err.powi(2), 0.004_584_033_012_969_032), "{}", quadratic.std_err.powi(2));
        assert!(close(plain.lower, 0.470_680_009_765_763_9) && close(plain.upper, 0.735_426_860_463_243_7));
        let linear = cohen_kappa(&table, KappaWeights::Linear, 0.95).expect("varies");
        assert!(plain.kappa < linear.kappa && linear.kappa < quadratic.kappa);
    }

    /// The diagnoses of Fleiss (1971) as often reprinted: 10 subjects, 14 raters, 5 categories.
    #[test]
    fn fleiss() {
        let counts = [
            vec![0, 0, 0, 0, 14],
            vec![0, 2, 6, 4, 2],
            vec![0, 0, 3, 5, 6],
            vec![0, 3, 9, 2, 0],
            vec![2, 2, 8, 1, 1],
            vec![7, 7, 0, 0, 0],
            vec![3, 2, 6, 3, 0],
            vec![2, 5, 3, 2, 2],
            vec![6, 5, 2, 1, 0],
            vec![0, 2, 2, 3, 7],
        ];
        let kappa = fleiss_kappa(&counts, 0.95).expect("varies");
        assert!((kappa.kappa - 0.209_930_704_421_955_2).abs() < 1e-14, "{}", kappa.kappa);
        assert!(kappa.lower < kappa.kappa && kappa.p < 1e-10);
    }

    #[test]
    fn two_raters_in_agreement() {
        let table = CrossTable::new(&[vec![9, 0], vec![0, 4]]).expect("2 x 2");
        let kappa = cohen_kappa(&table, KappaWeights::Unweighted, 0.95).expect("varies");
        assert_eq!((kappa.kappa, kappa.upper), (1.0, 1.0));
        let one = CrossTable::new(&[vec![9, 0], vec![0, 0]]).expect("2 x 2");
        assert_eq!(cohen_kappa(&one, KappaWeights::Linear, 0.95), Err(KappaError::OneCategory));
        assert!(cohen_kappa(&CrossTable::new(&[vec![1, 2]]).expect("1 x 2"), KappaWeights::Linear, 0.95).is_err());
        assert_eq!(fleiss_kappa(&[], 0.95), Err(KappaError::Empty));
        assert!(matches!(fleiss_kappa(&[vec![2, 1], vec![1, 1]], 0.95), Err(KappaError::Ratings { subject: 1, .. })));
        assert_eq!(fleiss_kappa(&[vec![3, 0], vec![3, 0]], 0.95), Err(KappaError::OneCategory));
    }
}
