//! Time-dependent ROC curves: cumulative cases, dynamic controls.
//!
//! At time t the cases are those with the event by t, the controls those followed beyond t, weighted as in
//! [`super::ipcw`]. AUC(t) = sum of w_i v_j 1(s_i > s_j) over cases i and controls j, equal scores counting one half,
//! over sum w_i sum v_j. Standard errors by influence functions, the estimation of the weights included (timeROC,
//! riskRegression's `Score` with `cens.model = "km"`). Cost: n log n for any number of times.

mod contrast;
mod curve;

pub use contrast::{Contrast, contrast};
pub use curve::RocCurve;

use super::Survival;
use super::ipcw::{Ipcw, IpcwError, StatusWeights, standard_error};
use crate::stats::tails::normal_critical;

/// Why a prediction cannot be judged at fixed times.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RocError {
    /// Predictions for another number of subjects.
    #[error("{found} predictions for {expected} subjects")]
    Length {
        /// Number of predictions.
        found: usize,
        /// Number of subjects.
        expected: usize,
    },
    /// A prediction that is not a number.
    #[error("row {row}: the prediction is not a number; drop subjects without one first")]
    Score {
        /// Row, from 0.
        row: usize,
    },
    /// A predicted risk outside 0 to 1.
    #[error("row {row}: {value} is not a risk between 0 and 1")]
    Risk {
        /// Row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A time that cannot be judged.
    #[error("{0} is not a time")]
    Time(f64),
    /// A level of confidence outside 0 to 1.
    #[error("{0} is not a level of confidence between 0 and 1")]
    Level(f64),
    /// Results at different times or of different subjects.
    #[error("the two predictions were judged at times {times:?} on {subjects:?} subjects: use the same")]
    NotComparable {
        /// Times of the two.
        times: (f64, f64),
        /// Subjects of the two.
        subjects: (usize, usize),
    },
    /// The weights cannot be computed.
    #[error(transparent)]
    Weights(#[from] IpcwError),
}

/// Which times to judge a score at.
#[derive(Debug, Clone, PartialEq)]
pub struct RocSpec {
    /// The times.
    pub times: Vec<f64>,
    /// Confidence of the limits.
    pub level: f64,
}

/// The ROC analysis at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct RocAtTime {
    /// The time.
    pub time: f64,
    /// Area under the curve; NaN without cases or without controls.
    pub auc: f64,
    /// Its standard error.
    pub se: f64,
    /// Lower limit, auc - z se.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Subjects with the event by then.
    pub cases: usize,
    /// Subjects followed beyond then.
    pub controls: usize,
    /// Subjects censored before.
    pub censored: usize,
    /// The curve.
    pub curve: RocCurve,
    /// Each subject's influence; the standard error is their standard deviation over root n.
    pub influence: Vec<f64>,
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedRoc(RocSpec);

impl RocSpec {
    /// These times, 95 % limits.
    pub fn at(times: &[f64]) -> Self {
        Self { times: times.to_vec(), level: 0.95 }
    }

    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`RocError::Time`] for a time that is none, [`RocError::Level`] for a level of confidence outside (0, 1).
    pub fn check(self) -> Result<CheckedRoc, RocError> {
        check_times(&self.times, self.level)?;
        Ok(CheckedRoc(self))
    }
}

impl CheckedRoc {
    /// Judges `score` (higher means higher risk; one for each subject of `data` in row order) at every time.
    ///
    /// # Errors
    /// Scores of another number than subjects, or that are not numbers; delayed entry or case weights.
    pub fn fit(&self, data: &Survival, score: &[f64]) -> Result<Vec<RocAtTime>, RocError> {
        check_scores(data, score)?;
        let data = data.clone().timefix();
        let ipcw = Ipcw::new(&data)?;
        let mut order: Vec<usize> = (0..score.len()).collect();
        order.sort_by(|&a, &b| score[a].total_cmp(&score[b]));
        Ok(self.0.times.iter().map(|&time| self.judge(&ipcw, score, &order, time)).collect())
    }

    fn judge(&self, ipcw: &Ipcw, score: &[f64], order: &[usize], time: f64) -> RocAtTime {
        let status = ipcw.status(time);
        let (auc, influence) = area(ipcw, &status, score, order, time);
        let se = standard_error(&influence);
        let z = normal_critical(self.0.level);
        let cases = status.case.iter().filter(|w| **w > 0.0).count();
        let controls = status.beyond.iter().filter(|b| **b).count();
        RocAtTime {
            time,
            auc,
            se,
            lower: auc - z * se,
            upper: auc + z * se,
            cases,
            controls,
            censored: score.len() - cases - controls,
            curve: RocCurve::new(&status, score, order),
            influence,
        }
    }
}

/// That there is a number for each subject.
pub(super) fn check_scores(data: &Survival, score: &[f64]) -> Result<(), RocError> {
    if score.len() != data.len() {
        return Err(RocError::Length { found: score.len(), expected: data.len() });
    }
    if let Some(row) = score.iter().position(|s| s.is_nan()) {
        return Err(RocError::Score { row });
    }
    Ok(())
}

/// That times are times, and the level one of confidence.
pub(super) fn check_times(times: &[f64], level: f64) -> Result<(), RocError> {
    if let Some(time) = times.iter().find(|t| !t.is_finite() || **t < 0.0) {
        return Err(RocError::Time(*time));
    }
    if !(level > 0.0 && level < 1.0) {
        return Err(RocError::Level(level));
    }
    Ok(())
}

/// AUC and influences; `order` is by ascending score.
fn area(ipcw: &Ipcw, status: &StatusWeights, score: &[f64], order: &[usize], time: f64) -> (f64, Vec<f64>) {
    let n = score.len() as f64;
    let v = |i: usize| if status.beyond[i] { status.control } else { 0.0 };
    // For a case the controls with lower scores, for a control the cases with higher ones.
    let mut beaten = vec![0.0; score.len()];
    let total: f64 = status.case.iter().sum();
    let (mut controls, mut cases) = (0.0, 0.0);
    for tied in order.chunk_by(|&a, &b| score[a] == score[b]) {
        let tied_controls: f64 = tied.iter().map(|&i| v(i)).sum();
        let tied_cases: f64 = tied.iter().map(|&i| status.case[i]).sum();
        for &i in tied {
            beaten[i] =
                if status.case[i] > 0.0 { controls + 0.5 * tied_controls } else { total - cases - 0.5 * tied_cases };
        }
        controls += tied_controls;
        cases += tied_cases;
    }
    let (event, free) = (total / n, controls / n);
    let won: f64 = status.case.iter().zip(&beaten).map(|(w, b)| w * b).sum();
    let auc = won / (n * n) / (event * free);
    let by_case: Vec<f64> =
        status.case.iter().zip(&beaten).map(|(w, b)| w / n * (b / (n * free) - auc) / event).collect();
    // A change of G(t) moves numerator and denominator alike.
    let mut influence = ipcw.influence(&by_case, 0.0, time);
    for (i, influence) in influence.iter_mut().enumerate() {
        let (w, v) = (status.case[i], v(i));
        *influence += (w + v) * beaten[i] / (n * event * free) - auc * (w / event + v / free);
    }
    (auc, influence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_censoring_it_is_the_plain_area() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![true; 5]).expect("valid");
        let roc = RocSpec::at(&[2.5]).check().expect("a time").fit(&data, &[3.0, 1.0, 1.0, 2.0, 0.0]).expect("a curve");
        // Cases score 3 and 1, controls 1, 2 and 0: 3 + 1.5 wins of 6.
        assert!((roc[0].auc - 0.75).abs() < 1e-15);
        assert_eq!((roc[0].cases, roc[0].controls, roc[0].censored), (2, 3, 0));
    }

    #[test]
    fn nothing_can_be_said_after_the_last_follow_up() {
        let data = Survival::new(vec![1.0, 2.0, 3.0], vec![true, false, true]).expect("valid");
        let roc = RocSpec::at(&[5.0]).check().expect("a time").fit(&data, &[3.0, 1.0, 1.0]).expect("an answer");
        assert!(roc[0].auc.is_nan() && roc[0].se.is_nan());
    }
}
