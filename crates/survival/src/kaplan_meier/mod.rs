//! Kaplan-Meier curves, as R's `survfit`: with delayed entry, case weights and several rows per subject.
//!
//! S(t) is the product of 1 - d/n over the distinct event times up to t, d events among n at risk; its standard error is
//! that of log S, by Greenwood's formula or by the infinitesimal jackknife.

use crate::choice::choices;

mod at_times;
mod band;
mod bridge;
mod curve;
mod follow_up;
mod interval;
mod landmark;
mod quantile;
mod risk_table;
mod rmst;
mod robust;

pub use at_times::AtTime;
pub use band::{Band, BandError, BandKind};
pub use curve::Curve;
pub use interval::Interval;
pub use landmark::{Landmark, landmark};
pub use quantile::Quantile;
pub(crate) use risk_table::{RiskTable, Sorted};
pub use rmst::{RestrictedMean, RestrictedMeanContrast, common_tau};

use super::data::{DataError, Survival};
use super::groups::Groups;
use crate::stats::tails::normal_critical;

/// How the variance of a curve is estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Variance {
    /// Greenwood's formula; sum of d/n^2 for the cumulative hazard. With case weights these are replication weights.
    #[default]
    Greenwood,
    /// Infinitesimal jackknife over subjects: for sampling weights and for subjects with several events.
    Robust,
}

choices!(Variance, "estimator of the variance": Greenwood = "greenwood", Robust = "robust");

/// What to compute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KaplanMeierSpec {
    /// Scale of the confidence intervals.
    pub interval: Interval,
    /// Their confidence level.
    pub level: f64,
    /// Estimator of the variance.
    pub variance: Variance,
}

impl Default for KaplanMeierSpec {
    fn default() -> Self {
        Self { interval: Interval::Log, level: 0.95, variance: Variance::Greenwood }
    }
}

/// Why curves cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum KaplanMeierError {
    /// A confidence level outside (0, 1).
    #[error("confidence level {0} is not between 0 and 1")]
    Level(f64),
    /// Data that do not fit together.
    #[error(transparent)]
    Data(#[from] DataError),
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedKaplanMeier {
    spec: KaplanMeierSpec,
}

impl KaplanMeierSpec {
    /// Refuses levels outside (0, 1).
    ///
    /// # Errors
    /// [`KaplanMeierError::Level`] for a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedKaplanMeier, KaplanMeierError> {
        if self.level > 0.0 && self.level < 1.0 {
            Ok(CheckedKaplanMeier { spec: self })
        } else {
            Err(KaplanMeierError::Level(self.level))
        }
    }
}

impl CheckedKaplanMeier {
    /// One curve for each group, in the order of the codes; an empty group has a curve without times.
    ///
    /// Times that differ only by rounding are ties. O(n log n) for the sort, the rest is linear.
    ///
    /// # Errors
    /// [`KaplanMeierError::Data`] where `groups` has another number of rows than `data`.
    pub fn fit(&self, data: &Survival, groups: Groups<'_>) -> Result<Vec<Curve>, KaplanMeierError> {
        self.curves(data, groups, None)
    }

    /// The same when rows are intervals of follow-up and `subject[i]` says whose row i is.
    ///
    /// A row that ends where the subject's next row starts is not a censoring; the robust variance is over subjects.
    ///
    /// # Errors
    /// [`KaplanMeierError::Data`] where `groups` or `subject` has another number of rows than `data`.
    pub fn fit_subjects(
        &self,
        data: &Survival,
        groups: Groups<'_>,
        subject: &[usize],
    ) -> Result<Vec<Curve>, KaplanMeierError> {
        self.curves(data, groups, Some(subject))
    }

    fn curves(
        &self,
        data: &Survival,
        groups: Groups<'_>,
        subject: Option<&[usize]>,
    ) -> Result<Vec<Curve>, KaplanMeierError> {
        groups.check(data)?;
        let sorted = Sorted::new(data, subject)?;
        let tables = sorted.tables(data, groups);
        let robust = match self.spec.variance {
            Variance::Greenwood => None,
            Variance::Robust => Some(robust::variances(data, groups, &sorted, &tables, subject)),
        };
        let mut sizes = vec![0; groups.count()];
        (0..data.len()).for_each(|row| sizes[groups.of(row)] += 1);
        let z = normal_critical(self.spec.level);
        let curve = |(g, table): (usize, RiskTable)| {
            let jackknife = robust.as_ref().map(|all| &all[g]);
            Curve::new(sizes[g], table, self.spec, z, jackknife)
        };
        Ok(tables.into_iter().enumerate().map(curve).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_checked() {
        for level in [0.0, 1.0, -2.0, f64::NAN] {
            assert!(KaplanMeierSpec { level, ..Default::default() }.check().is_err());
        }
    }

    #[test]
    fn empty_groups_have_empty_curves() {
        let data = Survival::new(vec![1.0, 2.0], vec![true, false]).expect("valid");
        let km = KaplanMeierSpec::default().check().expect("default");
        let curves = km.fit(&data, Groups::new(&[2, 2], 3).expect("codes")).expect("fits");
        assert_eq!(curves.iter().map(|c| c.n).collect::<Vec<_>>(), [0, 0, 2]);
        assert!(curves[0].time.is_empty() && curves[0].median().estimate.is_none());
        assert!(km.fit(&data, Groups::new(&[0], 1).expect("codes")).is_err());
    }
}
