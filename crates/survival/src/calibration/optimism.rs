//! Optimism by the bootstrap.

use rayon::prelude::*;

use super::{CalibrationError, slope};
use crate::Survival;
use crate::brier::BrierSpec;
use crate::concordance::harrell;
use crate::cox::{CheckedCox, CoxFit, Design, Reference};
use crate::stats::rng::Rng;
use watch::{Unwatched, Watch};

/// How many bootstrap samples, from which seed, and the times of the Brier score.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimismSpec {
    /// Number of samples.
    pub bootstraps: usize,
    /// Sample b is stream b of this seed, whatever the threads.
    pub seed: u64,
    /// Times at which the Brier score is taken.
    pub times: Vec<f64>,
}

/// A measure with its optimism taken off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// On the data that the model was fitted to.
    pub apparent: f64,
    /// Mean over samples of (in the sample) - (on all data), for models fitted to samples.
    pub optimism: f64,
    /// apparent - optimism.
    pub corrected: f64,
    /// Samples behind the mean: those in which the measure is defined, as a Brier score is not once nobody is followed.
    pub samples: usize,
}

/// Performance of a Cox model corrected for optimism (Harrell, Lee and Mark, Stat Med 15:361, 1996).
#[derive(Debug, Clone, PartialEq)]
pub struct Optimism {
    /// Harrell's C.
    pub c: Corrected,
    /// Calibration slope; apparent 1.
    pub slope: Corrected,
    /// Brier score at each time.
    pub brier: Vec<Corrected>,
    /// Samples whose model could be fitted.
    pub used: usize,
    /// Samples whose model could not.
    pub failed: usize,
}

/// C, slope and Brier scores of one model on one set of data.
type Performance = Vec<f64>;

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedOptimism(OptimismSpec);

impl OptimismSpec {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`CalibrationError::NoBootstraps`] without samples, [`CalibrationError::Time`] for a time that is none.
    pub fn check(self) -> Result<CheckedOptimism, CalibrationError> {
        if self.bootstraps == 0 {
            return Err(CalibrationError::NoBootstraps);
        }
        self.times.iter().try_for_each(|time| super::check_time(*time))?;
        Ok(CheckedOptimism(self))
    }
}

impl CheckedOptimism {
    /// Fits `model` to `data` and `design` and to every bootstrap sample of their rows, in parallel in rayon's current pool;
    /// `watch` sees a step a sample. The model has no strata and no offset, the data neither entry times nor weights.
    ///
    /// # Errors
    /// What keeps the model from being fitted or judged on the data themselves; [`CalibrationError::AllFailed`] where that
    /// works for no sample; [`CalibrationError::Cancelled`].
    pub fn fit(
        &self,
        data: &Survival,
        design: &Design,
        model: &CheckedCox,
        watch: &dyn Watch,
    ) -> Result<Optimism, CalibrationError> {
        let spec = &self.0;
        let fit = model.fit(data, design, watch)?;
        let apparent = spec.judge(&fit, design, data, true)?;
        let done = std::sync::atomic::AtomicUsize::new(0);
        let one = |b: usize| -> Result<Option<Performance>, CalibrationError> {
            let step = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            watch.step(step, spec.bootstraps)?;
            let rows = Rng::stream(spec.seed, b as u64).bootstrap(data.len());
            Ok(spec.optimism_of(model, design, data, &rows).ok())
        };
        let samples: Vec<Option<Performance>> =
            (0..spec.bootstraps).into_par_iter().map(one).collect::<Result<_, _>>()?;
        let used: Vec<Performance> = samples.into_iter().flatten().collect();
        if used.is_empty() {
            return Err(CalibrationError::AllFailed(spec.bootstraps));
        }
        let corrected = |k: usize| {
            let defined: Vec<f64> = used.iter().map(|p| p[k]).filter(|v| v.is_finite()).collect();
            let optimism = defined.iter().sum::<f64>() / defined.len() as f64;
            Corrected { apparent: apparent[k], optimism, corrected: apparent[k] - optimism, samples: defined.len() }
        };
        Ok(Optimism {
            c: corrected(0),
            slope: corrected(1),
            brier: (0..spec.times.len()).map(|k| corrected(2 + k)).collect(),
            used: used.len(),
            failed: spec.bootstraps - used.len(),
        })
    }
}

impl OptimismSpec {
    /// In the sample less on all data.
    fn optimism_of(
        &self,
        model: &CheckedCox,
        design: &Design,
        data: &Survival,
        rows: &[usize],
    ) -> Result<Performance, CalibrationError> {
        let (sample, sample_data) = (design.select(rows), data.select(rows));
        let fit = model.fit(&sample_data, &sample, &Unwatched)?;
        let inside = self.judge(&fit, &sample, &sample_data, true)?;
        let outside = self.judge(&fit, design, data, false)?;
        Ok(inside.iter().zip(&outside).map(|(inside, outside)| inside - outside).collect())
    }

    /// `own`: the data that the model was fitted to, where the slope is 1.
    fn judge(
        &self,
        fit: &CoxFit,
        design: &Design,
        data: &Survival,
        own: bool,
    ) -> Result<Performance, CalibrationError> {
        // From the means of the model's own data: far from zero exp(lp) overflows.
        let mut predictor = vec![0.0; data.len()];
        for (j, (b, mean)) in fit.coef_or_zero().iter().zip(&fit.means).enumerate() {
            predictor.iter_mut().zip(design.column(j)).for_each(|(lp, x)| *lp += b * (x - mean));
        }
        let baseline = &fit.baseline(Reference::Means)[0];
        let mut performance = vec![
            harrell(data, &predictor)?.c,
            if own { 1.0 } else { slope(data, &predictor, 0.95, &Unwatched)?.slope },
        ];
        for time in &self.times {
            let at = baseline.time.partition_point(|t| t <= time).checked_sub(1);
            let hazard = at.map_or(0.0, |k| baseline.cumhaz[k]);
            let risk: Vec<f64> = predictor.iter().map(|lp| -(-hazard * lp.exp()).exp_m1()).collect();
            performance.push(BrierSpec::at(*time).check()?.fit(data, &risk)?.brier);
        }
        Ok(performance)
    }
}
