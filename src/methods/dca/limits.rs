//! Limits of net benefits, and of what one model gains over another, by the bootstrap.
//!
//! Patients are drawn with replacement, each with the risks that they have; the models are not fitted anew, for what is asked
//! is how sure the net benefit of these models is among such patients. Limits are percentiles.

use rayon::prelude::*;
use serde::Serialize;
use survival::Survival;
use survival::decision_curve::CheckedDecisionCurve;
use survival::stats::describe::quantile_sorted;
use survival::stats::rng::Rng;
use watch::Watch;

use crate::ask::AskError;

/// What a model gains over another at each threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gain {
    /// The model.
    pub model: String,
    /// The model that is taken off.
    pub reference: String,
    /// Difference in net benefit.
    pub net_benefit: Vec<f64>,
    /// Its 2.5th percentile.
    pub lower: Vec<f64>,
    /// Its 97.5th percentile.
    pub upper: Vec<f64>,
}

/// Lower and upper limits at each threshold.
pub(super) type Limits = (Vec<f64>, Vec<f64>);

/// What the samples give: limits of each risk's net benefit, and of the last less each before it.
pub(super) struct Sampled {
    pub limits: Vec<Limits>,
    pub gains: Vec<Limits>,
}

/// Net benefit of every risk at every threshold.
type Benefits = Vec<Vec<f64>>;

/// Draws the samples; the same on any number of threads.
pub(super) fn sample(
    acted: &CheckedDecisionCurve,
    survival: &Survival,
    risks: &[(String, Vec<f64>)],
    (bootstraps, seed): (usize, u64),
    watch: &dyn Watch,
) -> Result<Sampled, AskError> {
    let benefits = |b: usize| -> Result<Benefits, AskError> {
        watch.step(0, 0)?;
        let rows = Rng::stream(seed, b as u64).bootstrap(survival.len());
        let of = survival.select(&rows);
        let drawn = |risk: &Vec<f64>| rows.iter().map(|row| risk[*row]).collect::<Vec<f64>>();
        let fit = |(_, risk): &(String, Vec<f64>)| {
            Ok(acted.fit(&of, &drawn(risk)).map_err(AskError::impossible)?.net_benefit)
        };
        risks.iter().map(fit).collect()
    };
    let samples: Vec<Benefits> = (0..bootstraps).into_par_iter().map(benefits).collect::<Result<_, _>>()?;
    let thresholds = samples.first().and_then(|s| s.first()).map_or(0, Vec::len);
    let last = risks.len().saturating_sub(1);
    let between = |value: &(dyn Fn(&Benefits, usize) -> f64 + Sync)| -> Limits {
        let at = |k: usize| {
            let mut values: Vec<f64> = samples.iter().map(|s| value(s, k)).filter(|x| x.is_finite()).collect();
            values.sort_by(f64::total_cmp);
            if values.is_empty() {
                return (f64::NAN, f64::NAN);
            }
            (quantile_sorted(&values, 0.025), quantile_sorted(&values, 0.975))
        };
        (0..thresholds).map(at).unzip()
    };
    Ok(Sampled {
        limits: (0..risks.len()).map(|m| between(&move |s, k| s[m][k])).collect(),
        gains: (0..last).map(|m| between(&move |s, k| s[last][k] - s[m][k])).collect(),
    })
}
