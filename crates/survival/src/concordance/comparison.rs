//! Two scores on the same subjects.

use super::{Concordance, ConcordanceError};
use crate::stats::tails::{normal_critical, normal_upper};

/// The difference of two concordances and what can be said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ConcordanceDifference {
    /// First minus second.
    pub difference: f64,
    /// Its standard error: sqrt(V11 + V22 - 2 V12), from both scores' influence on each subject.
    pub se: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// difference / se.
    pub z: f64,
    /// Two-sided p-value of no difference.
    pub p: f64,
    /// Covariance of the two concordances.
    pub covariance: [[f64; 2]; 2],
}

/// Compares two concordances of the same subjects in the same order, with limits of confidence `level`.
///
/// # Errors
/// Results on different numbers of subjects; a level outside (0, 1).
pub fn compare(
    first: &Concordance,
    second: &Concordance,
    level: f64,
) -> Result<ConcordanceDifference, ConcordanceError> {
    if first.influence.len() != second.influence.len() {
        return Err(ConcordanceError::Subjects { first: first.influence.len(), second: second.influence.len() });
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(ConcordanceError::Level(level));
    }
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let (v11, v22) = (product(&first.influence, &first.influence), product(&second.influence, &second.influence));
    let v12 = product(&first.influence, &second.influence);
    let difference = first.c - second.c;
    let se = (v11 + v22 - 2.0 * v12).max(0.0).sqrt();
    let (z, half) = (difference / se, normal_critical(level) * se);
    Ok(ConcordanceDifference {
        difference,
        se,
        lower: difference - half,
        upper: difference + half,
        z,
        p: 2.0 * normal_upper(z.abs()),
        covariance: [[v11, v12], [v12, v22]],
    })
}
