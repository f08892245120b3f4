//! The baseline hazard that belongs to given risks, with Breslow's or Efron's rule for tied events.

use super::jump::{Jump, LogLikelihood};
use super::risk_sets::RiskSets;
use super::running::Carry;
use crate::choice::choices;
use crate::exp::exponentiate;
use crate::widest::{Kernel, widest};

/// How events at the same time share their risk set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// Each further event is at risk with a smaller share of the tied subjects (R's default).
    #[default]
    Efron,
    /// Every event has the whole risk set.
    Breslow,
    /// The conditional likelihood of who, among those at risk, has the events.
    Exact,
}

choices!(Ties, "ties method": Efron = "efron", Breslow = "breslow", Exact = "exact");

/// Risks, sums over risk sets and cumulative hazard at one linear predictor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Hazard {
    /// The ties rule.
    pub ties: Ties,
    /// Weighted risk w exp(eta - shift) of every sorted row.
    pub risk: Vec<f64>,
    /// The same by ascending entry, where entry is delayed.
    pub risk_by_entry: Vec<f64>,
    /// What was subtracted from the linear predictor in each stratum, to stay within the range of exp.
    pub shift: Vec<f64>,
    /// Sum of the risks of those at risk, per event time.
    pub at_risk: Vec<f64>,
    /// Sum of the risks of those who die, per event time.
    pub dying: Vec<f64>,
    /// Cumulative hazard (times exp(shift)), per slot.
    pub cumulative: Vec<f64>,
    /// Weighted number of events expected of every sorted row.
    pub expected: Vec<f64>,
    /// Event times with ties: by how much less those who die then are exposed to it.
    tied: Vec<(u32, f64)>,
}

impl Hazard {
    /// None yet.
    pub fn unknown(ties: Ties) -> Self {
        Self { ties, ..Self::default() }
    }

    /// The hazard at the linear predictor `eta` (sorted).
    pub fn new(sets: &RiskSets, eta: &[f64], ties: Ties) -> Self {
        let mut hazard = Self::unknown(ties);
        hazard.update(sets, eta);
        hazard
    }

    /// Recomputes everything in place; returns the log partial likelihood.
    pub fn update(&mut self, sets: &RiskSets, eta: &[f64]) -> f64 {
        let mut loglik = LogLikelihood::new();
        self.begin(sets);
        self.risks(sets, eta);
        self.sums(sets);
        for (s, stratum) in sets.strata.iter().enumerate() {
            for k in stratum.events.clone() {
                self.step(sets, s, k, eta, &mut loglik);
            }
        }
        self.end(sets);
        loglik.value()
    }

    /// Makes room; nothing is shifted.
    pub fn begin(&mut self, sets: &RiskSets) {
        self.risk.resize(sets.len(), 0.0);
        self.shift.clear();
        self.shift.resize(sets.strata.len(), 0.0);
        self.at_risk.resize(sets.events.len(), 0.0);
        self.dying.resize(sets.events.len(), 0.0);
        self.cumulative.resize(sets.slots(), 0.0);
        self.tied.clear();
    }

    /// Takes one event time, whose sums and whose rows' risks are known, into hazard and likelihood.
    #[inline(always)]
    pub fn step(&mut self, sets: &RiskSets, s: usize, k: usize, eta: &[f64], loglik: &mut LogLikelihood) -> Jump {
        let event = &sets.events[k];
        let jump = Jump::new(event, self.at_risk[k], self.dying[k], self.ties, loglik);
        self.cumulative[k + s + 1] = jump.hazard;
        if jump.tied != 0.0 {
            self.tied.push((k as u32, jump.tied));
        }
        event.dying().for_each(|row| loglik.add(sets.weight[row] * (eta[row] - self.shift[s])));
        jump
    }

    /// Sums up the hazard after all steps, and what it makes expect of everybody.
    pub fn end(&mut self, sets: &RiskSets) {
        for (s, stratum) in sets.strata.iter().enumerate() {
            let mut sum = 0.0;
            for slot in &mut self.cumulative[stratum.events.start + s + 1..stratum.events.end + s + 1] {
                sum += *slot;
                *slot = sum;
            }
        }
        let tied = self.tied.iter().map(|&(k, tied)| (k as usize, tied));
        expect(sets, &self.risk, &self.cumulative, tied, &mut self.expected);
    }

    /// What each event time has added.
    pub fn jumps(&self, sets: &RiskSets) -> Vec<Jump> {
        let mut nowhere = LogLikelihood::new();
        let sums = self.at_risk.iter().zip(&self.dying);
        let jump = |(event, (&at_risk, &dying))| Jump::new(event, at_risk, dying, self.ties, &mut nowhere);
        sets.events.iter().zip(sums).map(jump).collect()
    }

    fn risks(&mut self, sets: &RiskSets, eta: &[f64]) {
        for (stratum, shift) in sets.strata.iter().zip(&mut self.shift) {
            let rows = stratum.rows.clone();
            *shift = safe_shift(&eta[rows.clone()]);
            weighted_risks(&eta[rows.clone()], *shift, &sets.weight[rows.clone()], &mut self.risk[rows]);
        }
        if let Some(delayed) = &sets.delayed {
            self.risk_by_entry.clear();
            self.risk_by_entry.extend(delayed.order.iter().map(|&r| self.risk[r as usize]));
        }
    }

    fn sums(&mut self, sets: &RiskSets) {
        for (dying, event) in self.dying.iter_mut().zip(&sets.events) {
            *dying = self.risk[event.dying()].iter().sum();
        }
        for stratum in &sets.strata {
            match &sets.delayed {
                None => {
                    let (mut sum, mut next) = (0.0, stratum.rows.end);
                    for k in stratum.events.clone().rev() {
                        let first = sets.events[k].first;
                        sum = self.risk[first..next].iter().rev().fold(sum, |s, r| s + r);
                        next = first;
                        self.at_risk[k] = sum;
                    }
                }
                Some(delayed) => {
                    let mut carry = Carry::new(stratum.rows.end);
                    for k in stratum.events.clone().rev() {
                        let (first, outside) = (sets.events[k].first, delayed.outside[k] as usize);
                        let entered = |position: usize| self.risk_by_entry[position];
                        self.at_risk[k] = carry.advance(first, |row| self.risk[row], outside, entered);
                    }
                }
            }
        }
    }

    /// Weighted expected events of the sorted rows when every event time's hazard is multiplied.
    pub fn expected_with(&self, sets: &RiskSets, multiplier: impl Fn(usize) -> f64) -> Vec<f64> {
        let jumps = self.jumps(sets);
        let (mut cumulative, mut expected) = (Vec::new(), Vec::new());
        accumulate(sets, &mut cumulative, |k| multiplier(k) * jumps[k].hazard);
        let tied = self.tied.iter().map(|&(k, tied)| (k as usize, multiplier(k as usize) * tied));
        expect(sets, &self.risk, &cumulative, tied, &mut expected);
        expected
    }
}

/// w exp(eta - shift).
pub(super) fn weighted_risks(eta: &[f64], shift: f64, weight: &[f64], risk: &mut [f64]) {
    widest(WeightedRisks { eta, shift, weight, risk });
}

struct WeightedRisks<'a> {
    eta: &'a [f64],
    shift: f64,
    weight: &'a [f64],
    risk: &'a mut [f64],
}

impl Kernel for WeightedRisks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        if self.eta.iter().all(|&e| e == 0.0) {
            self.risk.copy_from_slice(self.weight);
            return;
        }
        self.risk.iter_mut().zip(self.eta).for_each(|(risk, eta)| *risk = eta - self.shift);
        exponentiate(self.risk);
        self.risk.iter_mut().zip(self.weight).for_each(|(risk, weight)| *risk *= weight);
    }
}

/// Risk times the hazard of one's own time at risk; with tied events, less the share of the others.
fn expect(
    sets: &RiskSets,
    risk: &[f64],
    cumulative: &[f64],
    tied: impl Iterator<Item = (usize, f64)>,
    out: &mut Vec<f64>,
) {
    out.clear();
    match &sets.delayed {
        None => {
            let until = sets.until.iter().map(|&slot| cumulative[slot as usize]);
            out.extend(risk.iter().zip(until).map(|(r, h)| r * h));
        }
        Some(delayed) => {
            let span = |(&until, &from): (&u32, &u32)| cumulative[until as usize] - cumulative[from as usize];
            let exposure = sets.until.iter().zip(&delayed.from).map(span);
            out.extend(risk.iter().zip(exposure).map(|(r, h)| r * h));
        }
    }
    for (k, tied) in tied {
        sets.events[k].dying().for_each(|row| out[row] -= risk[row] * tied);
    }
}

/// Fills `out` with the running sums of `increment` over the event times of each stratum, one slot each after a zero.
pub(crate) fn accumulate(sets: &RiskSets, out: &mut Vec<f64>, increment: impl Fn(usize) -> f64) {
    out.clear();
    for stratum in &sets.strata {
        let mut sum = 0.0;
        out.push(sum);
        for k in stratum.events.clone() {
            sum += increment(k);
            out.push(sum);
        }
    }
}

/// The middle of the linear predictors where they are far from zero, else nothing.
fn safe_shift(eta: &[f64]) -> f64 {
    if eta.iter().fold(true, |near, e| near & (e.abs() < 300.0)) {
        return 0.0;
    }
    let (low, high) = eta.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &e| (l.min(e), h.max(e)));
    0.5 * (low + high)
}
