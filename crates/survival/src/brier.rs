//! Brier score, index of prediction accuracy and integrated Brier score.
//!
//! At time t the score is the mean of W (y - risk)^2, y the status and W its weight as in [`super::ipcw`]; the null
//! model predicts everybody's risk by the Kaplan-Meier curve. IPA = 1 - Brier / null. Standard errors by influence
//! functions, as riskRegression's `Score`.

use super::Groups;
use super::Survival;
use super::ipcw::{Ipcw, standard_error};
use super::kaplan_meier::KaplanMeierSpec;
use super::roc::{Contrast, RocError, check_scores, check_times};
use crate::stats::tails::normal_critical;

/// The Brier score at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct BrierAtTime {
    /// The time.
    pub time: f64,
    /// The score; NaN when follow-up does not reach the time.
    pub brier: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit, brier - z se.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// The score of the model without predictors.
    pub null: f64,
    /// 1 - brier / null.
    pub ipa: f64,
    /// Each subject's influence.
    pub influence: Vec<f64>,
}

/// At which time to judge predicted risks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrierSpec {
    /// The time, in the unit of the follow-up.
    pub time: f64,
    /// Confidence of the limits.
    pub level: f64,
}

/// A specification without contradictions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CheckedBrier(BrierSpec);

impl BrierSpec {
    /// This time, 95 % limits.
    pub fn at(time: f64) -> Self {
        Self { time, level: 0.95 }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`RocError::Time`] for a time that is none, [`RocError::Level`] for a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedBrier, RocError> {
        check_times(&[self.time], self.level)?;
        Ok(CheckedBrier(self))
    }
}

impl CheckedBrier {
    /// Judges predicted `risk`: the probability of the event by the time, for each subject of `data` in row order.
    ///
    /// # Errors
    /// Risks of another number than subjects, or outside [0, 1]; delayed entry or case weights.
    pub fn fit(&self, data: &Survival, risk: &[f64]) -> Result<BrierAtTime, RocError> {
        let BrierSpec { time, level } = self.0;
        check_scores(data, risk)?;
        if let Some(row) = risk.iter().position(|r| !(0.0..=1.0).contains(r)) {
            return Err(RocError::Risk { row, value: risk[row] });
        }
        let data = data.clone().timefix();
        let ipcw = Ipcw::new(&data)?;
        let (value, influence) = score(&ipcw, risk, time);
        let null = score(&ipcw, &vec![1.0 - marginal_survival(&data, time); data.len()], time).0;
        let se = standard_error(&influence);
        let half = normal_critical(level) * se;
        Ok(BrierAtTime {
            time,
            brier: value,
            se,
            lower: value - half,
            upper: value + half,
            null,
            ipa: 1.0 - value / null,
            influence,
        })
    }

    /// The score of the null model, for which everybody's risk is one minus Kaplan-Meier.
    ///
    /// # Errors
    /// Delayed entry or case weights.
    pub fn fit_null(&self, data: &Survival) -> Result<BrierAtTime, RocError> {
        let risk = 1.0 - marginal_survival(&data.clone().timefix(), self.0.time);
        self.fit(data, &vec![risk; data.len()])
    }
}

fn marginal_survival(data: &Survival, time: f64) -> f64 {
    let checked = KaplanMeierSpec::default().check();
    let curve = checked.and_then(|km| km.fit(data, Groups::one())).ok().and_then(|mut curves| curves.pop());
    curve.map_or(f64::NAN, |c| c.survival_at(time))
}

fn score(ipcw: &Ipcw, risk: &[f64], time: f64) -> (f64, Vec<f64>) {
    let n = risk.len() as f64;
    let status = ipcw.status(time);
    // Beyond everybody's follow-up the controls' weight is undefined, and so is the score unless all had the event.
    let undecided = status.control.is_nan() && ipcw.censoring_at(time) == 0.0;
    let control = |i: usize| if status.beyond[i] { status.control * risk[i] * risk[i] } else { 0.0 };
    let cases: Vec<f64> = (0..risk.len()).map(|i| status.case[i] * (1.0 - risk[i]) * (1.0 - risk[i])).collect();
    let controls: f64 = (0..risk.len()).map(control).sum();
    let value = if undecided { f64::NAN } else { (cases.iter().sum::<f64>() + controls) / n };
    let by_case: Vec<f64> = cases.iter().map(|c| c / n).collect();
    let mut influence = ipcw.influence(&by_case, controls / n, time);
    for (i, influence) in influence.iter_mut().enumerate() {
        *influence += cases[i] + control(i) - value;
    }
    (value, influence)
}

/// Brier score of `first` minus that of `second`, both at the same time on the same subjects in the same order, with
/// limits of confidence `level`.
///
/// # Errors
/// [`RocError::NotComparable`] for other times or numbers of subjects, [`RocError::Level`].
pub fn brier_contrast(first: &BrierAtTime, second: &BrierAtTime, level: f64) -> Result<Contrast, RocError> {
    let subjects = (first.influence.len(), second.influence.len());
    if first.time != second.time || subjects.0 != subjects.1 {
        return Err(RocError::NotComparable { times: (first.time, second.time), subjects });
    }
    Contrast::new(first.time, (first.brier, second.brier), (&first.influence, &second.influence), level)
}

/// Integrated Brier score up to each of the ascending `times`: the integral from the first time on of the score, taken
/// as constant from one time to the next, over the length from zero (riskRegression's `summary = "ibs"`). Choose a fine
/// grid that begins near zero; on a coarse one this is a crude sum.
pub fn integrated(times: &[f64], brier: &[f64]) -> Vec<f64> {
    let mut area = 0.0;
    let mut out = Vec::with_capacity(times.len());
    for k in 0..times.len().min(brier.len()) {
        if k > 0 {
            area += (times[k] - times[k - 1]) * brier[k - 1];
        }
        out.push(if times[k] > 0.0 { area / times[k] } else { 0.0 });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: f64) -> CheckedBrier {
        BrierSpec::at(time).check().expect("a time")
    }

    #[test]
    fn without_censoring_it_is_the_mean_squared_error() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true; 4]).expect("valid");
        let b = at(2.5).fit(&data, &[0.9, 0.4, 0.2, 0.0]).expect("a score");
        assert!((b.brier - (0.01 + 0.36 + 0.04) / 4.0).abs() < 1e-15);
        assert!((b.null - 0.25).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_is_not_a_risk() {
        let data = Survival::new(vec![1.0, 2.0], vec![true, false]).expect("valid");
        assert_eq!(at(1.0).fit(&data, &[0.2, 1.2]), Err(RocError::Risk { row: 1, value: 1.2 }));
    }
}
