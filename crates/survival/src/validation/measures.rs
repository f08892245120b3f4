//! How good predictions are: discrimination, calibration, overall error.

use super::Prediction;
use super::difference::concordance;
use crate::Survival;
use crate::brier::BrierSpec;
use crate::cox::{CoxSpec, Design, Factor};
use crate::roc::RocSpec;
use crate::stats::tails::normal_critical;
use watch::Unwatched;

/// One value for each measure of performance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measures<T> {
    /// Harrell's C.
    pub c: T,
    /// Calibration slope: the coefficient of the score in a Cox model.
    pub slope: T,
    /// Area under the cumulative/dynamic ROC curve at each time.
    pub auc: Vec<T>,
    /// Brier score at each time.
    pub brier: Vec<T>,
    /// Index of prediction accuracy at each time, 1 - Brier score / that of Kaplan-Meier in the same subjects.
    pub ipa: Vec<T>,
}

/// A value with its standard error; NaN where undefined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The value.
    pub value: f64,
    /// Its standard error, of a fixed prediction in other subjects.
    pub se: f64,
    /// Lower limit (95 %).
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Judged {
    /// A value with 95 % limits from its standard error.
    pub fn new(value: f64, se: f64) -> Self {
        let half = normal_critical(0.95) * se;
        Self { value, se, lower: value - half, upper: value + half }
    }

    const UNDEFINED: Self = Self { value: f64::NAN, se: f64::NAN, lower: f64::NAN, upper: f64::NAN };
}

impl<T> Measures<T> {
    /// `f` of every measure.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> Measures<U> {
        Measures {
            c: f(&self.c),
            slope: f(&self.slope),
            auc: self.auc.iter().map(&mut f).collect(),
            brier: self.brier.iter().map(&mut f).collect(),
            ipa: self.ipa.iter().map(&mut f).collect(),
        }
    }

    /// All in one list: C, slope, AUCs, Brier scores, IPAs.
    pub fn list(&self) -> Vec<&T> {
        [&self.c, &self.slope].into_iter().chain(&self.auc).chain(&self.brier).chain(&self.ipa).collect()
    }

    /// The same measures with value `f(k)` in place k of the list.
    pub(super) fn by_place<U>(&self, mut f: impl FnMut(usize) -> U) -> Measures<U> {
        let mut place = 0;
        self.map(|_| {
            place += 1;
            f(place - 1)
        })
    }
}

/// Judges a prediction on the subjects of `data` at `times`; measures that are undefined there are NaN.
///
/// With `strata` (any labels) scores are compared within them only: C and slope are stratified, and the AUC is that of
/// the predicted risk, which has one scale everywhere.
pub fn judge(data: &Survival, prediction: &Prediction, times: &[f64], strata: Option<&[usize]>) -> Measures<Judged> {
    let c = concordance(data, &prediction.score, strata);
    let c = c.map_or(Judged::UNDEFINED, |c| Judged::new(c.c, c.se));
    let mut measures = Measures {
        c,
        slope: slope(data, &prediction.score, strata).unwrap_or(Judged::UNDEFINED),
        auc: Vec::with_capacity(times.len()),
        brier: Vec::with_capacity(times.len()),
        ipa: Vec::with_capacity(times.len()),
    };
    for (k, &time) in times.iter().enumerate() {
        let risk = prediction.risk.get(k);
        let ranked = if strata.is_some() { risk } else { Some(&prediction.score) };
        let auc = ranked.and_then(|ranked| RocSpec::at(&[time]).check().ok()?.fit(data, ranked).ok()?.pop());
        measures.auc.push(auc.map_or(Judged::UNDEFINED, |auc| Judged::new(auc.auc, auc.se)));
        let score = risk.and_then(|risk| BrierSpec::at(time).check().ok()?.fit(data, risk).ok());
        let (error, gain) = score.map_or((Judged::UNDEFINED, Judged::UNDEFINED), |b| {
            (Judged::new(b.brier, b.se), Judged::new(b.ipa, b.se / b.null))
        });
        measures.brier.push(error);
        measures.ipa.push(gain);
    }
    measures
}

fn slope(data: &Survival, score: &[f64], strata: Option<&[usize]>) -> Option<Judged> {
    let design = Design::new(data.len()).linear("score", score).ok()?;
    let label = |codes: &[usize]| codes.iter().map(ToString::to_string).collect::<Vec<String>>();
    let strata = strata.map(|codes| Factor::from_labels(&label(codes)));
    let fit = CoxSpec { strata, ..CoxSpec::default() }.check().ok()?.fit(data, &design, &Unwatched).ok()?;
    let estimate = fit.coefficients[0].estimate?;
    Some(Judged::new(estimate.coef, estimate.se))
}
