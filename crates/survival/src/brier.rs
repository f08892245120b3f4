//! Brier score, index of prediction accuracy and integrated Brier score.
//!
//! At time t the score is the mean of W (y - risk)^2, y the status and W its weight as in [`super::ipcw`]; the null
//! model predicts everybody's risk by the Kaplan-Meier curve. IPA = 1 - Brier / null. Standard errors by influence
//! functions, as riskRegression's `Score`.

use super::Groups;
use super::Survival;
use super::ipcw::{Ipcw, standard_error};
use super::kaplan_meier::KaplanMeierSpec;
use super::roc::{Contrast, RocError, check};
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

/// Judges predicted `risk` (probability of the event by `time`) of each subject.
pub fn brier(data: &Survival, risk: &[f64], time: f64, level: f64) -> Result<BrierAtTime, RocError> {
    check(data, risk, &[time], level)?;
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

/// The Brier score of the null model, for which everybody's risk is one minus Kaplan-Meier.
pub fn null_brier(data: &Survival, time: f64, level: f64) -> Result<BrierAtTime, RocError> {
    let risk = 1.0 - marginal_survival(&data.clone().timefix(), time);
    brier(data, &vec![risk; data.len()], time, level)
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

/// Brier score of `first` minus that of `second`, both at the same time on the same subjects.
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

    #[test]
    fn without_censoring_it_is_the_mean_squared_error() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true; 4]).expect("valid");
        let b = brier(&data, &[0.9, 0.4, 0.2, 0.0], 2.5, 0.95).expect("a score");
        assert!((b.brier - (0.01 + 0.36 + 0.04) / 4.0).abs() < 1e-15);
        assert!((b.null - 0.25).abs() < 1e-15);
    }

    #[test]
    fn refuses_what_is_not_a_risk() {
        let data = Survival::new(vec![1.0, 2.0], vec![true, false]).expect("valid");
        assert_eq!(brier(&data, &[0.2, 1.2], 1.0, 0.95), Err(RocError::Risk { row: 1, value: 1.2 }));
    }
}
