//! What is said of calibration.

use serde::Serialize;

use super::super::optimism::Measures;
use crate::study::TimeUnit;
use survival::calibration::{CalibrationGroup, SmoothCalibration};

/// Calibration in every cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// The model or columns.
    pub model: String,
    /// What it is called in print.
    pub label: String,
    /// Name and print of the endpoint.
    pub endpoint: String,
    /// What the endpoint is called in print.
    pub endpoint_label: String,
    /// The unit of all times.
    pub unit: TimeUnit,
    /// The cohort that a model was fitted in.
    pub training: Option<String>,
    /// Number of groups asked for.
    pub n_groups: usize,
    /// The first cohort's patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Its patients left out.
    pub n_dropped: usize,
    /// The first cohort's values.
    pub times: Vec<AtTime>,
    /// The cohorts, the training cohort first.
    pub cohorts: Vec<OfCohort>,
    /// Performance in training corrected for optimism.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimism: Option<Measures>,
    /// Caveats.
    pub notes: Vec<String>,
}

/// One cohort.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OfCohort {
    /// The cohort.
    pub cohort: String,
    /// Whether the model was fitted in it.
    pub apparent: bool,
    /// Patients judged.
    pub n: usize,
    /// Events among them.
    pub events: usize,
    /// Patients left out.
    pub n_dropped: usize,
    /// One for each time.
    pub times: Vec<AtTime>,
}

/// Calibration at one time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct AtTime {
    pub time: f64,
    /// Lowest predicted survival first.
    pub groups: Vec<Group>,
    /// Coefficient of log(-log S): 1 is ideal, below 1 predictions are too extreme.
    pub slope: f64,
    pub slope_se: f64,
    pub slope_lower: f64,
    pub slope_upper: f64,
    /// Log of the factor that would make the mean prediction right: above 0 the predicted risks are too low.
    pub intercept: f64,
    pub intercept_se: f64,
    /// Mean predicted risk, and the Kaplan-Meier risk.
    pub expected: f64,
    pub observed: f64,
    /// Mean, median, 90th percentile and maximum of |observed - predicted| along the smooth curve.
    pub ici: f64,
    pub e50: f64,
    pub e90: f64,
    pub emax: f64,
    pub brier: f64,
    pub brier_null: f64,
    pub ipa: f64,
    pub curve: Curve,
    /// How many patients have a predicted survival in each of 50 equal steps from 0 to 1.
    pub predictions: Vec<usize>,
}

/// Steps in which predictions are counted.
const STEPS: usize = 50;

/// How many of the probabilities lie in each of 50 equal steps from 0 to 1.
pub(super) fn counted(probabilities: &[f64]) -> Vec<usize> {
    let mut counts = vec![0; STEPS];
    for p in probabilities.iter().filter(|p| (0.0..=1.0).contains(*p)) {
        counts[((p * STEPS as f64) as usize).min(STEPS - 1)] += 1;
    }
    counts
}

/// A group of patients with similar predictions: mean predicted and Kaplan-Meier survival.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Group {
    pub n: usize,
    pub predicted: f64,
    pub observed: f64,
    pub std_err: f64,
    pub lower: f64,
    pub upper: f64,
}

/// The smooth curve of survival, ascending, at no more than `CURVE_POINTS` of the predictions.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[allow(missing_docs)]
pub struct Curve {
    pub predicted: Vec<f64>,
    pub observed: Vec<f64>,
}

const CURVE_POINTS: usize = 101;

impl AtTime {
    /// A time at which predictions cannot be judged.
    pub(super) fn unknown(time: f64) -> Self {
        Self {
            time,
            groups: Vec::new(),
            slope: f64::NAN,
            slope_se: f64::NAN,
            slope_lower: f64::NAN,
            slope_upper: f64::NAN,
            intercept: f64::NAN,
            intercept_se: f64::NAN,
            expected: f64::NAN,
            observed: f64::NAN,
            ici: f64::NAN,
            e50: f64::NAN,
            e90: f64::NAN,
            emax: f64::NAN,
            brier: f64::NAN,
            brier_null: f64::NAN,
            ipa: f64::NAN,
            curve: Curve::default(),
            predictions: Vec::new(),
        }
    }
}

impl From<CalibrationGroup> for Group {
    fn from(g: CalibrationGroup) -> Self {
        Self {
            n: g.n,
            predicted: g.predicted,
            observed: g.observed,
            std_err: g.std_err,
            lower: g.lower,
            upper: g.upper,
        }
    }
}

impl Curve {
    /// The curve of survival that a curve of risks is.
    pub(super) fn new(of: &SmoothCalibration) -> Self {
        let mut points: Vec<(f64, f64)> =
            of.predicted.iter().zip(&of.observed).map(|(p, o)| (1.0 - p, 1.0 - o)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup();
        let last = points.len().saturating_sub(1);
        let kept: Vec<(f64, f64)> = match last < CURVE_POINTS {
            true => points,
            false => (0..CURVE_POINTS).map(|k| points[k * last / (CURVE_POINTS - 1)]).collect(),
        };
        let (predicted, observed) = kept.into_iter().unzip();
        Self { predicted, observed }
    }
}
