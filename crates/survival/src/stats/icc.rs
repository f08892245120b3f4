//! Intraclass correlation: agreement of raters on the same subjects (Shrout and Fleiss 1979; McGraw and Wong 1996).

use super::describe::mean;
use super::tails::{f_upper, f_upper_quantile};
use crate::choice::choices;

/// Which of the six coefficients.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum IccType {
    /// One-way random: every subject has other raters; absolute agreement of single ratings.
    Icc1,
    /// Two-way random: raters are a sample; absolute agreement of single ratings.
    #[default]
    Icc2,
    /// Two-way mixed: these raters only; consistency of single ratings.
    Icc3,
    /// As ICC1, of the mean of all raters.
    Icc1k,
    /// As ICC2, of the mean of all raters.
    Icc2k,
    /// As ICC3, of the mean of all raters.
    Icc3k,
}

choices!(IccType, "intraclass correlation": Icc1 = "ICC1", Icc2 = "ICC2", Icc3 = "ICC3", Icc1k = "ICC1k", Icc2k = "ICC2k", Icc3k = "ICC3k");

/// A coefficient with its test against 0 and confidence limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    /// Which coefficient.
    pub kind: IccType,
    /// The estimate; negative ones are kept.
    pub icc: f64,
    /// F ratio of the test that it is 0.
    pub f: f64,
    /// Its numerator degrees of freedom.
    pub df1: f64,
    /// Its denominator degrees of freedom.
    pub df2: f64,
    /// Upper tail of F.
    pub p: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
}

/// Why agreement cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IccError {
    /// Fewer than two subjects with a value from every rater.
    #[error("{0} subjects with a value from every rater; agreement needs at least 2")]
    Subjects(usize),
    /// Fewer than two raters.
    #[error("{0} raters; agreement needs at least 2")]
    Raters(usize),
    /// Rows of different length.
    #[error("subject {0} has another number of ratings than the first")]
    Ragged(usize),
    /// All values are equal: there is nothing to agree on.
    #[error("all ratings are equal: agreement is undefined")]
    Constant,
}

/// The two-way analysis of variance of subjects by raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IccTable {
    /// Subjects with a value from every rater.
    pub subjects: usize,
    /// Subjects left out because a value is missing.
    pub dropped: usize,
    /// Raters.
    pub raters: usize,
    /// Mean square between subjects.
    pub between: f64,
    /// Mean square between raters.
    pub raters_square: f64,
    /// Residual mean square.
    pub residual: f64,
    /// Mean square within subjects.
    pub within: f64,
}

impl IccTable {
    /// Analyses `ratings`, one row per subject with a value of each rater; subjects with a NaN are left out.
    ///
    /// # Errors
    /// [`IccError`]: fewer than two subjects with all ratings, fewer than two raters, rows of different length, no variation.
    pub fn new(ratings: &[Vec<f64>]) -> Result<Self, IccError> {
        let raters = ratings.first().map_or(0, Vec::len);
        if let Some(row) = ratings.iter().position(|row| row.len() != raters) {
            return Err(IccError::Ragged(row));
        }
        let rows: Vec<&Vec<f64>> = ratings.iter().filter(|row| !row.iter().any(|v| v.is_nan())).collect();
        if raters < 2 {
            return Err(IccError::Raters(raters));
        }
        if rows.len() < 2 {
            return Err(IccError::Subjects(rows.len()));
        }
        let (n, k) = (rows.len() as f64, raters as f64);
        let subject_means: Vec<f64> = rows.iter().map(|row| mean(row)).collect();
        let grand = mean(&subject_means);
        let rater_means: Vec<f64> =
            (0..raters).map(|j| mean(&rows.iter().map(|row| row[j]).collect::<Vec<_>>())).collect();
        let square = |v: f64| v * v;
        let between = k * subject_means.iter().map(|m| square(m - grand)).sum::<f64>();
        let of_raters = n * rater_means.iter().map(|m| square(m - grand)).sum::<f64>();
        let left = |i: usize, j: usize| rows[i][j] - subject_means[i] - rater_means[j] + grand;
        let residual: f64 =
            (0..rows.len()).flat_map(|i| (0..raters).map(move |j| (i, j))).map(|(i, j)| square(left(i, j))).sum();
        // Below this share of the values' own size, the sums of squares are rounding.
        let scale: f64 = rows.iter().flat_map(|row| row.iter().map(|v| square(*v))).sum();
        if between + of_raters + residual <= 1e-28 * scale {
            return Err(IccError::Constant);
        }
        Ok(Self {
            subjects: rows.len(),
            dropped: ratings.len() - rows.len(),
            raters,
            between: between / (n - 1.0),
            raters_square: of_raters / (k - 1.0),
            residual: residual / ((n - 1.0) * (k - 1.0)),
            within: (of_raters + residual) / (n * (k - 1.0)),
        })
    }

    /// One coefficient with limits at `level`.
    ///
    /// Limits of ICC2 by Satterthwaite's degrees of freedom; those of the mean of k raters follow from the single ones.
    pub fn icc(&self, kind: IccType, level: f64) -> Icc {
        let (n, k) = (self.subjects as f64, self.raters as f64);
        let tail = (1.0 - level) / 2.0;
        let df1 = n - 1.0;
        let one_way = matches!(kind, IccType::Icc1 | IccType::Icc1k);
        let (error, df2) = if one_way { (self.within, n * (k - 1.0)) } else { (self.residual, (n - 1.0) * (k - 1.0)) };
        let f = self.between / error;
        let (icc, lower, upper) = match kind {
            IccType::Icc1 | IccType::Icc3 | IccType::Icc1k | IccType::Icc3k => {
                let low = f / f_upper_quantile(tail, df1, df2);
                let high = f * f_upper_quantile(tail, df2, df1);
                if matches!(kind, IccType::Icc1 | IccType::Icc3) {
                    let of = |f: f64| if f.is_infinite() { 1.0 } else { (f - 1.0) / (f + k - 1.0) };
                    (of(f), of(low), of(high))
                } else {
                    (1.0 - 1.0 / f, 1.0 - 1.0 / low, 1.0 - 1.0 / high)
                }
            }
            IccType::Icc2 | IccType::Icc2k => self.absolute_agreement(kind, tail),
        };
        Icc { kind, icc, f, df1, df2, p: f_upper(f, df1, df2), lower, upper }
    }

    fn absolute_agreement(&self, kind: IccType, tail: f64) -> (f64, f64, f64) {
        let (n, k) = (self.subjects as f64, self.raters as f64);
        let (b, j, e) = (self.between, self.raters_square, self.residual);
        let single = (b - e) / (b + (k - 1.0) * e + k * (j - e) / n);
        // Satterthwaite's degrees of freedom; without residual error they are those of the raters.
        let spread = n * (1.0 + (k - 1.0) * single) - k * single;
        let ratio = j / e;
        let df = if ratio.is_infinite() {
            k - 1.0
        } else {
            (k - 1.0) * (n - 1.0) * (k * single * ratio + spread).powi(2)
                / ((n - 1.0) * (k * single * ratio).powi(2) + spread * spread)
        };
        let high = f_upper_quantile(tail, n - 1.0, df);
        let low = f_upper_quantile(tail, df, n - 1.0);
        let raters = k * j + (k * n - k - n) * e;
        let lower = n * (b - high * e) / (high * raters + n * b);
        let upper = n * (low * b - e) / (raters + n * low * b);
        if kind == IccType::Icc2 {
            return (single, lower, upper);
        }
        let of_mean = |r: f64| r * k / (1.0 + r * (k - 1.0));
        ((b - e) / (b + (j - e) / n), of_mean(lower), of_mean(upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Shrout and Fleiss (1979): 6 subjects, 4 raters.
    #[test]
    fn shrout_and_fleiss() {
        let ratings = [
            vec![9.0, 2.0, 5.0, 8.0],
            vec![6.0, 1.0, 3.0, 2.0],
            vec![8.0, 4.0, 6.0, 8.0],
            vec![7.0, 1.0, 2.0, 6.0],
            vec![10.0, 5.0, 6.0, 9.0],
            vec![6.0, 2.0, 4.0, 7.0],
        ];
        let table = IccTable::new(&ratings).expect("complete");
        let published = [0.17, 0.29, 0.71, 0.44, 0.62, 0.91];
        for (kind, expected) in IccType::ALL.into_iter().zip(published) {
            let found = table.icc(kind, 0.95);
            assert!((found.icc - expected).abs() < 0.005, "{} {}", kind.name(), found.icc);
            assert!(found.lower < found.icc && found.icc < found.upper);
        }
        let mut with_missing = ratings.to_vec();
        with_missing.push(vec![1.0, f64::NAN, 2.0, 3.0]);
        let again = IccTable::new(&with_missing).expect("six complete");
        assert_eq!((again.dropped, again.icc(IccType::Icc2, 0.95)), (1, table.icc(IccType::Icc2, 0.95)));
    }

    #[test]
    fn perfect_agreement_and_none() {
        let same = IccTable::new(&[vec![1.0, 1.0], vec![2.0, 2.0], vec![5.0, 5.0]]).expect("varies");
        for kind in IccType::ALL {
            let icc = same.icc(kind, 0.95);
            assert_eq!((icc.icc, icc.p), (1.0, 0.0), "{}", kind.name());
        }
        assert_eq!(IccTable::new(&[vec![3.0, 3.0], vec![3.0, 3.0]]).expect_err("constant"), IccError::Constant);
        assert_eq!(IccTable::new(&[vec![3.0], vec![4.0]]).expect_err("one rater"), IccError::Raters(1));
        assert_eq!(IccTable::new(&[vec![3.0, 4.0]]).expect_err("one subject"), IccError::Subjects(1));
        assert_eq!(IccTable::new(&[vec![3.0, 4.0], vec![1.0]]).expect_err("ragged"), IccError::Ragged(1));
    }
}
