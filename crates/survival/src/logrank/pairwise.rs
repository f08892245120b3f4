//! Every pair of groups compared, with p-values adjusted for their number.

use super::{CheckedLogRank, LogRank, LogRankError};
use crate::data::Survival;
use crate::groups::Groups;
use crate::stats::p_adjust::{Adjustment, adjust};

/// Two groups compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The first group.
    pub a: usize,
    /// The second group.
    pub b: usize,
    /// Their comparison, all others left out.
    pub test: LogRank,
    /// The p-value adjusted for all pairs.
    pub p_adjusted: f64,
}

impl CheckedLogRank {
    /// Compares each pair of groups with subjects, in the order (0, 1), (0, 2), .., (1, 2), .. (R's `pairwise_survdiff`).
    ///
    /// # Errors
    /// As [`CheckedLogRank::fit`], for any pair.
    pub fn pairwise(
        &self,
        data: &Survival,
        groups: Groups<'_>,
        strata: Groups<'_>,
        adjustment: Adjustment,
    ) -> Result<Vec<Pair>, LogRankError> {
        groups.check(data)?;
        strata.check(data)?;
        let rows: Vec<Vec<usize>> = (0..groups.count()).map(|g| groups.rows(g, data.len())).collect();
        let present: Vec<usize> = (0..groups.count()).filter(|&g| !rows[g].is_empty()).collect();
        let mut pairs = Vec::new();
        for (i, &a) in present.iter().enumerate() {
            for &b in &present[i + 1..] {
                let mut both = [rows[a].as_slice(), &rows[b]].concat();
                both.sort_unstable();
                let side: Vec<usize> = both.iter().map(|&row| usize::from(groups.of(row) == b)).collect();
                let stratum: Vec<usize> = both.iter().map(|&row| strata.of(row)).collect();
                let (sides, strata) = (Groups::new(&side, 2)?, Groups::new(&stratum, strata.count())?);
                pairs.push(Pair { a, b, test: self.fit(&data.select(&both), sides, strata)?, p_adjusted: f64::NAN });
            }
        }
        let p: Vec<f64> = pairs.iter().map(|pair| pair.test.p).collect();
        pairs.iter_mut().zip(adjust(&p, adjustment)).for_each(|(pair, p)| pair.p_adjusted = p);
        Ok(pairs)
    }
}
