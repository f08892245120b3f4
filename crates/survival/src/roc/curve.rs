//! The points of an ROC curve.

use super::StatusWeights;

/// True and false positive rates when everybody with a score of at least the threshold is called positive.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RocCurve {
    /// The distinct scores, falling.
    pub threshold: Vec<f64>,
    /// Weighted share of cases called positive.
    pub tpr: Vec<f64>,
    /// Weighted share of controls called positive.
    pub fpr: Vec<f64>,
}

impl RocCurve {
    /// The curve; `order` is by ascending score.
    pub(super) fn new(status: &StatusWeights, score: &[f64], order: &[usize]) -> Self {
        let all_cases: f64 = status.case.iter().sum();
        let all_controls = status.beyond.iter().filter(|b| **b).count() as f64;
        let mut curve = Self::default();
        let (mut cases, mut controls) = (0.0, 0.0);
        for tied in order.chunk_by(|&a, &b| score[a] == score[b]).rev() {
            cases += tied.iter().map(|&i| status.case[i]).sum::<f64>();
            controls += tied.iter().filter(|&&i| status.beyond[i]).count() as f64;
            curve.threshold.push(score[tied[0]]);
            curve.tpr.push(cases / all_cases);
            curve.fpr.push(controls / all_controls);
        }
        curve
    }

    /// (tpr, fpr) when scores of at least `threshold` are called positive.
    pub fn at(&self, threshold: f64) -> (f64, f64) {
        let called = self.threshold.partition_point(|t| *t >= threshold);
        called.checked_sub(1).map_or((0.0, 0.0), |k| (self.tpr[k], self.fpr[k]))
    }

    /// The threshold with the largest tpr - fpr (Youden), the highest of several.
    pub fn youden(&self) -> Option<f64> {
        let gain = |k: usize| self.tpr[k] - self.fpr[k];
        let mut best: Option<usize> = None;
        for k in 0..self.threshold.len() {
            if !gain(k).is_nan() && best.is_none_or(|b| gain(k) > gain(b)) {
                best = Some(k);
            }
        }
        best.map(|k| self.threshold[k])
    }
}
