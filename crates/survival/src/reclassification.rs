//! Net reclassification and integrated discrimination improvement.
//!
//! Both are contested: they can improve when a useless predictor is added and reward miscalibration (Hilden and Gerds,
//! Stat Med 33:3405, 2014; Pepe, Fan, Feng, Gerds and Hilden, Stat Biosci 7:282, 2015). Prefer the difference in Brier
//! score, AUC or net benefit.
//!
//! NRI at time t by Kaplan-Meier in those moved up, moved down and all (Pencina, D'Agostino and Steyerberg, Stat Med
//! 30:11, 2011): events [n_up F_up - n_down F_down] / (n F), non-events [n_down S_down - n_up S_up] / (n S).
//! IDI: mean change of risk in cases less that in controls, weighted as in [`super::ipcw`]. Limits: percentiles of
//! seeded bootstrap samples.

use rayon::prelude::*;

use super::Survival;
use super::decision_curve::event_probability;
use super::ipcw::{Ipcw, IpcwError};
use super::kaplan_meier::{CheckedKaplanMeier, KaplanMeierError, KaplanMeierSpec};
use crate::stats::describe::quantile;
use crate::stats::rng::Rng;
use watch::{Cancelled, Watch};

/// Why reclassification cannot be computed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReclassificationError {
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
    /// Unusable cuts.
    #[error("cut-offs must rise and lie between 0 and 1")]
    Cuts,
    /// Kaplan-Meier.
    #[error(transparent)]
    KaplanMeier(#[from] KaplanMeierError),
    /// The weights.
    #[error(transparent)]
    Weights(#[from] IpcwError),
    /// Told to stop.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// What to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct ReclassificationSpec {
    /// The time.
    pub time: f64,
    /// Risks that separate categories; empty: any rise or fall of the risk counts (continuous NRI).
    pub cuts: Vec<f64>,
    /// Bootstrap samples for the limits; 0: no limits.
    pub bootstraps: usize,
    /// Sample b is stream b of this seed.
    pub seed: u64,
    /// Confidence of the limits.
    pub level: f64,
}

/// An estimate with its bootstrap limits (NaN without).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounded {
    /// The estimate.
    pub value: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// How much better a new model's risks are than an old one's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reclassification {
    /// Net share of events moved up.
    pub nri_events: Bounded,
    /// Net share of non-events moved down.
    pub nri_nonevents: Bounded,
    /// Their sum.
    pub nri: Bounded,
    /// Integrated discrimination improvement.
    pub idi: Bounded,
    /// Subjects moved up.
    pub up: usize,
    /// Subjects moved down.
    pub down: usize,
}

/// A specification without contradictions.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedReclassification(ReclassificationSpec);

impl ReclassificationSpec {
    /// Checks what can be checked without data.
    ///
    /// # Errors
    /// [`ReclassificationError::Cuts`] unless the cuts rise and lie between 0 and 1.
    pub fn check(self) -> Result<CheckedReclassification, ReclassificationError> {
        let rising = self.cuts.windows(2).all(|w| w[0] < w[1]) && self.cuts.iter().all(|c| (0.0..1.0).contains(c));
        if rising { Ok(CheckedReclassification(self)) } else { Err(ReclassificationError::Cuts) }
    }
}

impl CheckedReclassification {
    /// Compares the `new` risks by the time with the `old`, one of each for every subject of `data` in row order. Bootstrap
    /// samples are worked on in parallel in rayon's current pool; `watch` sees a step each.
    ///
    /// # Errors
    /// Risks of another number than subjects, or outside [0, 1]; delayed entry or case weights;
    /// [`ReclassificationError::Cancelled`].
    pub fn fit(
        &self,
        data: &Survival,
        old: &[f64],
        new: &[f64],
        watch: &dyn Watch,
    ) -> Result<Reclassification, ReclassificationError> {
        let spec = &self.0;
        check_risks(data, old, new)?;
        let km = KaplanMeierSpec::default().check()?;
        let values = spec.values(&km, data, old, new)?;
        let done = std::sync::atomic::AtomicUsize::new(0);
        let samples: Vec<[f64; 4]> = (0..spec.bootstraps)
            .into_par_iter()
            .map(|b| {
                watch.step(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed), spec.bootstraps)?;
                let rows = Rng::stream(spec.seed, b as u64).bootstrap(data.len());
                let pick = |v: &[f64]| rows.iter().map(|&i| v[i]).collect::<Vec<_>>();
                spec.values(&km, &data.select(&rows), &pick(old), &pick(new))
            })
            .collect::<Result<_, _>>()?;
        let tail = (1.0 - spec.level) / 2.0;
        let bounded = |k: usize| {
            let sampled: Vec<f64> = samples.iter().map(|s| s[k]).collect();
            Bounded { value: values[k], lower: quantile(&sampled, tail), upper: quantile(&sampled, 1.0 - tail) }
        };
        let moves = spec.moves(old, new);
        Ok(Reclassification {
            nri_events: bounded(0),
            nri_nonevents: bounded(1),
            nri: bounded(2),
            idi: bounded(3),
            up: moves.iter().filter(|m| **m > 0).count(),
            down: moves.iter().filter(|m| **m < 0).count(),
        })
    }
}

impl ReclassificationSpec {
    /// 1 for a subject moved up, -1 down, 0 neither. A risk equal to a cut belongs above it.
    fn moves(&self, old: &[f64], new: &[f64]) -> Vec<i8> {
        let category = |r: f64| self.cuts.partition_point(|c| *c <= r);
        let sign = |o: &f64, n: &f64| match self.cuts.is_empty() {
            true => n.partial_cmp(o).map_or(0, |order| order as i8),
            false => category(*n).cmp(&category(*o)) as i8,
        };
        old.iter().zip(new).map(|(o, n)| sign(o, n)).collect()
    }

    fn values(
        &self,
        km: &CheckedKaplanMeier,
        data: &Survival,
        old: &[f64],
        new: &[f64],
    ) -> Result<[f64; 4], ReclassificationError> {
        let moves = self.moves(old, new);
        let probability = |keep: &dyn Fn(i8) -> bool| -> Result<(f64, f64), KaplanMeierError> {
            let rows: Vec<usize> = (0..moves.len()).filter(|&i| keep(moves[i])).collect();
            // Nobody moved: the term has weight zero.
            let event = if rows.is_empty() { 0.0 } else { event_probability(km, data, &rows, self.time)? };
            Ok((rows.len() as f64, event))
        };
        let (n, event) = probability(&|_| true)?;
        let (up, event_up) = probability(&|m| m > 0)?;
        let (down, event_down) = probability(&|m| m < 0)?;
        let events = (up * event_up - down * event_down) / (n * event);
        let nonevents = (down * (1.0 - event_down) - up * (1.0 - event_up)) / (n * (1.0 - event));
        Ok([events, nonevents, events + nonevents, self.idi(data, old, new)?])
    }

    fn idi(&self, data: &Survival, old: &[f64], new: &[f64]) -> Result<f64, ReclassificationError> {
        let status = Ipcw::new(&data.clone().timefix())?.status(self.time);
        let change = |i: usize| new[i] - old[i];
        let (mut cases, mut case_weight, mut controls, mut control_count) = (0.0, 0.0, 0.0, 0.0);
        for i in 0..data.len() {
            cases += status.case[i] * change(i);
            case_weight += status.case[i];
            if status.beyond[i] {
                controls += change(i);
                control_count += 1.0;
            }
        }
        Ok(cases / case_weight - controls / control_count)
    }
}

/// That there are two risks for each subject.
fn check_risks(data: &Survival, old: &[f64], new: &[f64]) -> Result<(), ReclassificationError> {
    for risk in [old, new] {
        if risk.len() != data.len() {
            return Err(ReclassificationError::Length { found: risk.len(), expected: data.len() });
        }
        if let Some(row) = risk.iter().position(|r| !(0.0..=1.0).contains(r)) {
            return Err(ReclassificationError::Risk { row, value: risk[row] });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use watch::Unwatched;

    fn without_limits(cuts: Vec<f64>) -> Result<CheckedReclassification, ReclassificationError> {
        ReclassificationSpec { time: 2.5, cuts, bootstraps: 0, seed: 1, level: 0.95 }.check()
    }

    #[test]
    fn without_censoring_it_counts_moves() {
        let data = Survival::new(vec![1.0, 2.0, 3.0, 4.0], vec![true; 4]).expect("valid");
        let (old, new) = ([0.3, 0.6, 0.4, 0.2], [0.7, 0.5, 0.1, 0.2]);
        let all = without_limits(vec![]).expect("no cuts").fit(&data, &old, &new, &Unwatched).expect("values");
        // Events: one up, one down. Others: one down, one unmoved.
        assert_eq!((all.nri_events.value, all.nri_nonevents.value, all.up, all.down), (0.0, 0.5, 1, 2));
        assert!((all.idi.value - (0.3 / 2.0 + 0.3 / 2.0)).abs() < 1e-15);
        let cut = without_limits(vec![0.45]).expect("one cut").fit(&data, &old, &new, &Unwatched).expect("values");
        assert_eq!((cut.nri_events.value, cut.nri_nonevents.value), (0.5, 0.0));
    }

    #[test]
    fn refuses_cuts_out_of_order() {
        assert_eq!(without_limits(vec![0.5, 0.2]), Err(ReclassificationError::Cuts));
    }
}
