//! Decision curves: is it worth acting on a predicted risk?
//!
//! Net benefit at threshold p of treating those with a risk of at least p: (share treated) (e - (1 - e) p / (1 - p)),
//! e the probability of the event by the time among those treated, by Kaplan-Meier (Vickers, Cronin, Elkin and Gonen,
//! BMC Med Inform Decis Mak 8:53, 2008). Treating nobody has net benefit 0.

use super::kaplan_meier::{CheckedKaplanMeier, KaplanMeierError, KaplanMeierSpec};
use super::{Groups, Survival};

/// Why a decision curve cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DecisionError {
    /// A threshold that is no risk one could act on.
    #[error("{0} is not a threshold: take risks from 0 up to, but not including, 1")]
    Threshold(f64),
    /// Risks for another number of subjects.
    #[error("{found} risks for {expected} subjects")]
    Length {
        /// Number of risks.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// Not a risk.
    #[error("row {row}: {value} is not a risk between 0 and 1")]
    Risk {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// Kaplan-Meier.
    #[error(transparent)]
    KaplanMeier(#[from] KaplanMeierError),
}

/// The net benefit of acting on one model's risks.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionCurve {
    /// The time.
    pub time: f64,
    /// Thresholds.
    pub thresholds: Vec<f64>,
    /// Net benefit of treating those at or above each.
    pub net_benefit: Vec<f64>,
    /// Net benefit of treating everybody.
    pub treat_all: Vec<f64>,
    /// Share of subjects at or above each.
    pub treated: Vec<f64>,
}

impl DecisionCurve {
    /// Treatments avoided per subject, without missing an event more than when treating everybody:
    /// (net benefit - that of treating all) (1 - p) / p.
    pub fn avoided(&self) -> Vec<f64> {
        let gain = self.net_benefit.iter().zip(&self.treat_all).map(|(model, all)| model - all);
        gain.zip(&self.thresholds).map(|(gain, p)| gain * (1.0 - p) / p).collect()
    }
}

/// When the event has to have happened, and from which risks on one acts.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionCurveSpec {
    /// The time, in the unit of the follow-up.
    pub time: f64,
    /// Risks from which one acts, each from 0 up to, but not including, 1.
    pub thresholds: Vec<f64>,
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedDecisionCurve(DecisionCurveSpec);

impl DecisionCurveSpec {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`DecisionError::Threshold`] for a threshold that is no risk one could act on.
    pub fn check(self) -> Result<CheckedDecisionCurve, DecisionError> {
        match self.thresholds.iter().find(|p| !(0.0..1.0).contains(*p)) {
            Some(p) => Err(DecisionError::Threshold(*p)),
            None => Ok(CheckedDecisionCurve(self)),
        }
    }
}

impl CheckedDecisionCurve {
    /// The decision curve of predicted `risk`: the probability of the event by the time, for each subject of `data`.
    ///
    /// # Errors
    /// Risks of another number than subjects, or outside [0, 1].
    pub fn fit(&self, data: &Survival, risk: &[f64]) -> Result<DecisionCurve, DecisionError> {
        if risk.len() != data.len() {
            return Err(DecisionError::Length { found: risk.len(), expected: data.len() });
        }
        if let Some(row) = risk.iter().position(|r| !(0.0..=1.0).contains(r)) {
            return Err(DecisionError::Risk { row, value: risk[row] });
        }
        let DecisionCurveSpec { time, ref thresholds } = self.0;
        let km = KaplanMeierSpec::default().check()?;
        let all: Vec<usize> = (0..risk.len()).collect();
        let weight = |rows: &[usize]| rows.iter().map(|&i| data.weight(i)).sum::<f64>();
        let (everybody, total) = (event_probability(&km, data, &all, time)?, weight(&all));
        let mut curve = DecisionCurve {
            time,
            thresholds: thresholds.clone(),
            net_benefit: Vec::new(),
            treat_all: Vec::new(),
            treated: Vec::new(),
        };
        for p in thresholds {
            let treated: Vec<usize> = all.iter().copied().filter(|&i| risk[i] >= *p).collect();
            let benefit = |e: f64| e - (1.0 - e) * p / (1.0 - p);
            let share = weight(&treated) / total;
            let own =
                if treated.is_empty() { 0.0 } else { share * benefit(event_probability(&km, data, &treated, time)?) };
            curve.net_benefit.push(own);
            curve.treat_all.push(benefit(everybody));
            curve.treated.push(share);
        }
        Ok(curve)
    }
}

/// One minus Kaplan-Meier among `rows`, carried flat beyond their follow-up.
pub(super) fn event_probability(
    km: &CheckedKaplanMeier,
    data: &Survival,
    rows: &[usize],
    time: f64,
) -> Result<f64, KaplanMeierError> {
    Ok(km.fit(&data.select(rows), Groups::one())?.first().map_or(f64::NAN, |curve| 1.0 - curve.survival_at(time)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acting_on_nobodys_risk_gains_nothing() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true, false, true, true]).expect("valid");
        let curve = DecisionCurveSpec { time: 2.5, thresholds: vec![0.1, 0.9] }
            .check()
            .and_then(|spec| spec.fit(&data, &[0.6, 0.2, 0.4, 0.1]))
            .expect("a curve");
        assert_eq!(curve.net_benefit[1], 0.0);
        // At 0.1 everybody is treated.
        assert_eq!(curve.net_benefit[0], curve.treat_all[0]);
        assert!((curve.treat_all[0] - (0.25 - 0.75 / 9.0)).abs() < 1e-15);
    }
}
