//! The test for a trend over ordered groups.

use super::{LogRank, LogRankError};
use crate::stats::linalg::quadratic_form;
use crate::stats::tails::{chi_square_upper, ln_chi_square_upper};

/// The comparison of ordered groups along their scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// (w'(O - E))^2 / w'Vw with scores w, one degree of freedom.
    pub statistic: f64,
    /// Upper tail of the chi-square distribution.
    pub p: f64,
    /// Its logarithm.
    pub ln_p: f64,
}

impl LogRank {
    /// Tests for a trend with scores 0, 1, 2, .. in the order of the groups.
    ///
    /// # Errors
    /// [`LogRankError::Scores`] for a single group, [`LogRankError::Singular`] without variance along the scores.
    pub fn trend(&self) -> Result<Trend, LogRankError> {
        self.trend_with(&(0..self.n.len()).map(|j| j as f64).collect::<Vec<_>>())
    }

    /// Tests for a trend with given scores, one for each group.
    ///
    /// # Errors
    /// [`LogRankError::Scores`] unless there is a finite score for each group and not all are equal, [`LogRankError::Singular`]
    /// without variance along them.
    pub fn trend_with(&self, scores: &[f64]) -> Result<Trend, LogRankError> {
        let groups = self.n.len();
        let usable = scores.len() == groups && scores.iter().all(|s| s.is_finite());
        if !usable || scores.windows(2).all(|w| w[0] == w[1]) {
            return Err(LogRankError::Scores { groups });
        }
        let difference = self.observed.iter().zip(&self.expected).map(|(o, e)| o - e);
        let along: f64 = scores.iter().zip(difference).map(|(w, d)| w * d).sum();
        let variance = quadratic_form(self.variance.inner(), scores);
        if variance <= 0.0 {
            return Err(LogRankError::Singular);
        }
        let statistic = along * along / variance;
        Ok(Trend { statistic, p: chi_square_upper(statistic, 1.0), ln_p: ln_chi_square_upper(statistic, 1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::LogRankSpec;
    use crate::{Groups, Survival};

    #[test]
    fn of_two_groups_it_is_the_test_itself() {
        let data = Survival::new((1..=9).map(f64::from).collect(), vec![true; 9]).expect("valid");
        let groups = Groups::new(&[0, 0, 1, 0, 0, 1, 1, 1, 0], 2).expect("codes");
        let result = LogRankSpec { rho: 1.0 }.check().and_then(|t| t.fit(&data, groups, Groups::one()));
        let result = result.expect("compares");
        let trend = result.trend_with(&[3.0, -2.0]).expect("scores");
        assert!((trend.statistic / result.statistic - 1.0).abs() < 1e-13);
        assert!(result.trend_with(&[1.0, 1.0]).is_err() && result.trend_with(&[1.0]).is_err());
    }
}
