//! The variance of a cumulative incidence that R's `cmprsk` gives.

use super::{CompetingRisks, CompetingRisksError};
use crate::groups::Groups;
use crate::order::TimeOrder;

/// The incidence of one cause in one group at the times of its events, with Aalen's variance.
#[derive(Debug, Clone, PartialEq)]
pub struct AalenVariance {
    /// Times of the cause's events, ascending.
    pub time: Vec<f64>,
    /// Cumulative incidence.
    pub estimate: Vec<f64>,
    /// Its variance.
    pub variance: Vec<f64>,
    /// Last time of follow-up in the group.
    pub end: f64,
}

impl AalenVariance {
    /// Estimate and variance at `time`; `None` beyond the follow-up.
    pub fn at(&self, time: f64) -> Option<(f64, f64)> {
        let row = self.time.partition_point(|t| *t <= time).checked_sub(1);
        (time <= self.end).then(|| row.map_or((0.0, 0.0), |row| (self.estimate[row], self.variance[row])))
    }
}

/// Aalen's (1978) variance with its correction for tied events, for every group: the sums over event times of
/// (1 + F/S)^2 v for the cause's own and (F/S)^2 v for other events, v = S(u-)^2 d / n^2 (1 - (d - 1) / (n - 1)), with the
/// products of 1/S that bring them to a later F.
///
/// It differs a little from the infinitesimal jackknife. Ties are exact ones. No delayed entry, no weights.
///
/// # Errors
/// Groups of another number of rows than `data`; a cause that nobody has; delayed entry or case weights.
pub fn aalen_variance(
    data: &CompetingRisks,
    groups: Groups<'_>,
    cause: u32,
) -> Result<Vec<AalenVariance>, CompetingRisksError> {
    groups.check(data.any())?;
    if !data.is_plain() {
        return Err(CompetingRisksError::EntryOrWeights { what: "Aalen's variance" });
    }
    if !data.causes().contains(&cause) {
        return Err(CompetingRisksError::NoCause { cause, known: data.causes().to_vec() });
    }
    let order = TimeOrder::new(data.any().time());
    let pairs: Vec<(f64, usize)> = order.time.iter().copied().zip(order.row.iter().map(|&r| r as usize)).collect();
    let of_group = |g: usize| {
        let rows: Vec<(f64, u32)> =
            pairs.iter().filter(|pair| groups.of(pair.1) == g).map(|&(t, row)| (t, data.cause()[row])).collect();
        of_rows(&rows, cause)
    };
    Ok((0..groups.count()).map(of_group).collect())
}

/// Times with causes, ascending.
fn of_rows(rows: &[(f64, u32)], cause: u32) -> AalenVariance {
    let end = rows.last().map_or(f64::NAN, |row| row.0);
    let mut out = AalenVariance { time: Vec::new(), estimate: Vec::new(), variance: Vec::new(), end };
    let (mut survival, mut f) = (1.0, 0.0);
    // Sums of v x^2, v x y and v y^2, where a time's share in the variance of a later F is v (x - F y)^2.
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    let mut n = rows.len() as f64;
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        let own = tied.iter().filter(|row| row.1 == cause).count() as f64;
        let other = tied.iter().filter(|row| row.1 > 0).count() as f64 - own;
        let after = survival * (n - own - other) / n;
        f += survival * own / n;
        let inverse = if after > 0.0 { 1.0 / after } else { 0.0 };
        let share =
            |d: f64| survival * survival * d / (n * n) * if d > 1.0 { 1.0 - (d - 1.0) / (n - 1.0) } else { 1.0 };
        let mut add = |v: f64, x: f64| {
            xx += x * x * v;
            xy += x * inverse * v;
            yy += inverse * inverse * v;
        };
        if other > 0.0 && after > 0.0 {
            add(share(other), f * inverse);
        }
        if own > 0.0 {
            add(share(own), 1.0 + f * inverse);
            out.time.push(tied[0].0);
            out.estimate.push(f);
            out.variance.push(xx + f * f * yy - 2.0 * f * xy);
        }
        survival = after;
        n -= tied.len() as f64;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_censoring_it_is_nearly_binomial() {
        let n = 400;
        let data = CompetingRisks::new((0..n).map(f64::from).collect(), (0..n as u32).map(|i| 1 + i % 2).collect());
        let data = data.expect("valid");
        let found = aalen_variance(&data, Groups::one(), 1).expect("a cause").remove(0);
        let (estimate, variance) = found.at(199.0).expect("followed");
        assert!((estimate - 0.25).abs() < 1e-12);
        assert!((variance / (0.25 * 0.75 / f64::from(n)) - 1.0).abs() < 0.01);
        assert_eq!(found.at(-1.0), Some((0.0, 0.0)));
        assert_eq!(found.at(400.0), None);
        assert!(aalen_variance(&data, Groups::one(), 3).is_err());
    }
}
