//! Inverse probability of censoring weights: how status at a fixed time is judged although some were censored before.
//!
//! Those with the event by time t count 1 / G(T-), those still followed at t count 1 / G(t), those censored before t
//! count nothing. G is the Kaplan-Meier curve of censoring; at equal times the events leave its risk set first:
//! factors 1 - c / (n - d). Influence functions include what estimating G adds, with the censoring hazard c / n:
//! Blanche, Dartigues and Jacqmin-Gadda, Stat Med 32:5381, 2013, as riskRegression computes them.

use super::Survival;

/// Why weights cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IpcwError {
    /// Delayed entry.
    #[error("status at a fixed time is judged from time zero on: remove the entry times")]
    DelayedEntry,
    /// Case weights.
    #[error("case weights are not supported here: repeat the subjects, or leave the weights out")]
    CaseWeights,
}

/// The censoring distribution of some subjects.
#[derive(Debug, Clone, PartialEq)]
pub struct Ipcw {
    /// Distinct times, ascending.
    time: Vec<f64>,
    /// G just after each of them.
    after: Vec<f64>,
    /// Number at risk at each.
    at_risk: Vec<f64>,
    /// Number censored at each.
    censored: Vec<f64>,
    /// Place of each subject's time among the distinct ones.
    place: Vec<usize>,
    event: Vec<bool>,
}

/// Status at a time and what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusWeights {
    /// 1 / G(T-) for those with the event by then, 0 for others.
    pub case: Vec<f64>,
    /// Whether a subject is followed beyond then.
    pub beyond: Vec<bool>,
    /// 1 / G at the time: what each of those counts. NaN where nobody is left.
    pub control: f64,
}

impl Ipcw {
    /// The censoring distribution of `data`.
    ///
    /// # Errors
    /// [`IpcwError`] for delayed entry or case weights.
    pub fn new(data: &Survival) -> Result<Self, IpcwError> {
        if data.entry().is_some() {
            return Err(IpcwError::DelayedEntry);
        }
        if data.weights().is_some() {
            return Err(IpcwError::CaseWeights);
        }
        let (n, order) = (data.len(), data.order());
        let mut ipcw = Self {
            time: Vec::new(),
            after: Vec::new(),
            at_risk: Vec::new(),
            censored: Vec::new(),
            place: vec![0; n],
            event: data.event().to_vec(),
        };
        let (mut g, mut left) = (1.0, n);
        for tied in order.chunk_by(|&a, &b| data.time()[a] == data.time()[b]) {
            let dead = tied.iter().filter(|&&i| data.event()[i]).count();
            let censored = tied.len() - dead;
            if censored > 0 {
                g *= 1.0 - censored as f64 / (left - dead) as f64;
            }
            tied.iter().for_each(|&i| ipcw.place[i] = ipcw.time.len());
            ipcw.time.push(data.time()[tied[0]]);
            ipcw.after.push(g);
            ipcw.at_risk.push(left as f64);
            ipcw.censored.push(censored as f64);
            left -= tied.len();
        }
        Ok(ipcw)
    }

    /// Number of subjects.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// Without subjects (never).
    pub fn is_empty(&self) -> bool {
        self.place.is_empty()
    }

    /// G(t).
    pub fn censoring_at(&self, t: f64) -> f64 {
        match self.time.partition_point(|u| *u <= t) {
            0 => 1.0,
            k => self.after[k - 1],
        }
    }

    /// G(T-) of subject `i`.
    pub fn censoring_before(&self, i: usize) -> f64 {
        match self.place[i] {
            0 => 1.0,
            k => self.after[k - 1],
        }
    }

    /// Everybody's status at time `t`.
    pub fn status(&self, t: f64) -> StatusWeights {
        let beyond: Vec<bool> = self.place.iter().map(|&k| self.time[k] > t).collect();
        let case = (0..self.len())
            .map(|i| if self.event[i] && !beyond[i] { 1.0 / self.censoring_before(i) } else { 0.0 })
            .collect();
        let control = if beyond.contains(&true) { 1.0 / self.censoring_at(t) } else { f64::NAN };
        StatusWeights { case, beyond, control }
    }

    /// What estimating G adds to each subject's influence on a statistic that moves by `cases[k]` with the logarithm of
    /// case k's weight and by `controls` with that of the weight at `t`.
    pub fn influence(&self, cases: &[f64], controls: f64, t: f64) -> Vec<f64> {
        let (n, times) = (self.len() as f64, self.time.len());
        // later[k]: what a change of G at time k moves, the cases with a later time and the controls if t is not before.
        let mut later = vec![0.0; times + 1];
        for (k, move_by) in self.place.iter().zip(cases) {
            later[*k] += move_by;
        }
        let mut sum = 0.0;
        for k in (0..times).rev() {
            let own = later[k];
            later[k] = sum + if self.time[k] <= t { controls } else { 0.0 };
            sum += own;
        }
        let mut drift = 0.0;
        let compensator: Vec<f64> = (0..times)
            .map(|k| {
                drift += n * self.censored[k] / (self.at_risk[k] * self.at_risk[k]) * later[k];
                drift
            })
            .collect();
        (0..self.len())
            .map(|i| {
                let k = self.place[i];
                let jump = if self.event[i] { 0.0 } else { n / self.at_risk[k] * later[k] };
                jump - compensator[k]
            })
            .collect()
    }
}

/// Standard error of a mean with these influences: their standard deviation over root n.
pub fn standard_error(influence: &[f64]) -> f64 {
    let n = influence.len() as f64;
    let mean = influence.iter().sum::<f64>() / n;
    (influence.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_to_the_number_of_subjects() {
        let time = vec![1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 6.0, 7.0];
        let event = vec![false, true, false, true, false, true, true, false];
        let ipcw = Ipcw::new(&Survival::new(time, event).expect("valid")).expect("weights");
        for t in [0.5, 2.0, 3.5, 6.0] {
            let status = ipcw.status(t);
            let controls = status.beyond.iter().filter(|b| **b).count() as f64 * status.control;
            assert!((status.case.iter().sum::<f64>() + controls - 8.0).abs() < 1e-12);
        }
        assert!(ipcw.status(7.0).control.is_nan());
    }

    #[test]
    fn without_censoring_there_is_nothing_to_estimate() {
        let data = Survival::new(vec![1.0, 2.0, 3.0], vec![true; 3]).expect("valid");
        let ipcw = Ipcw::new(&data).expect("weights");
        assert_eq!(ipcw.influence(&[1.0, 2.0, 3.0], 4.0, 2.5), vec![0.0; 3]);
        assert_eq!(ipcw.status(2.5).case, vec![1.0, 1.0, 0.0]);
    }
}
