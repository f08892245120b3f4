//! Agreement of raters on categories: Cohen's kappa of two, Fleiss' of more.

use serde::Serialize;

use super::LEVEL;
use crate::ask::{AskError, Dataset};
use survival::stats::cross_table::CrossTable;
use survival::stats::kappa::{Kappa, KappaWeights, cohen_kappa, fleiss_kappa};

/// Agreement on one column of categories, on the subjects that every rater rated.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Categories {
    pub feature: String,
    /// `cohen`, `cohen_linear`, `cohen_quadratic` or `fleiss`.
    pub method: &'static str,
    pub subjects: usize,
    pub categories: Vec<String>,
    pub kappa: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
    pub z: f64,
    pub p: f64,
}

/// The kappa of the column `name`; `row_of[s][r]` is the row of subject s and rater r.
pub(super) fn agreement(
    data: &Dataset,
    name: &str,
    row_of: &[Vec<Option<usize>>],
    weights: KappaWeights,
) -> Result<Categories, AskError> {
    let factor = data.cohort.frame().column(name).map_err(AskError::impossible)?.factor();
    let rated = |rows: &Vec<Option<usize>>| -> Option<Vec<usize>> {
        rows.iter().map(|row| factor.codes[(*row)?].map(|code| code as usize)).collect()
    };
    let complete: Vec<Vec<usize>> = row_of.iter().filter_map(rated).collect();
    let raters = row_of.first().map_or(0, Vec::len);
    judge(name, &complete, raters, factor.levels, weights)
}

/// The kappa of `ratings[s][r]`, the category of subject s by rater r: Cohen's of two raters, Fleiss' of more.
pub fn judge(
    name: &str,
    ratings: &[Vec<usize>],
    raters: usize,
    categories: Vec<String>,
    weights: KappaWeights,
) -> Result<Categories, AskError> {
    let k = categories.len();
    let refused = |why: &dyn std::fmt::Display| AskError::Impossible(format!("{name}: {why}"));
    let (method, found): (_, Kappa) = if raters == 2 {
        let method = match weights {
            KappaWeights::Unweighted => "cohen",
            KappaWeights::Linear => "cohen_linear",
            KappaWeights::Quadratic => "cohen_quadratic",
        };
        let table = CrossTable::new(&cross(ratings, k)).map_err(|why| refused(&why))?;
        (method, cohen_kappa(&table, weights, LEVEL).map_err(|why| refused(&why))?)
    } else {
        if weights != KappaWeights::Unweighted {
            return Err(refused(&"weights are for two raters; Fleiss' kappa of more has none"));
        }
        let count = |ratings: &Vec<usize>| {
            let mut counts = vec![0_usize; k];
            ratings.iter().for_each(|category| counts[*category] += 1);
            counts
        };
        let counts: Vec<Vec<usize>> = ratings.iter().map(count).collect();
        ("fleiss", fleiss_kappa(&counts, LEVEL).map_err(|why| refused(&why))?)
    };
    let Kappa { kappa, std_err, lower, upper, z, p, n } = found;
    Ok(Categories { feature: name.to_owned(), method, subjects: n, categories, kappa, std_err, lower, upper, z, p })
}

/// Subjects by the first rater's category (rows) and the second's (columns), of `k`.
pub fn cross(ratings: &[Vec<usize>], k: usize) -> Vec<Vec<u64>> {
    let mut counts = vec![vec![0_u64; k]; k];
    ratings.iter().for_each(|pair| counts[pair[0]][pair[1]] += 1);
    counts
}
