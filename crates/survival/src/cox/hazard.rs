//! The baseline hazard that belongs to given risks, with Breslow's or Efron's rule for tied events.

use super::risk_sets::{EventTime, RiskSets};
use crate::choice::choices;

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

/// What one event time adds to the hazard and to the likelihood.
///
/// Efron's rule takes m tied events one after the other, the l-th of l = 0..m-1 with the denominator
/// D_l = S0 - f_l s0, f_l = l/m, where S0 and s0 sum the risks of those at risk and of those who die, and w is their mean
/// weight. Breslow's rule is one step with f = 0 and the whole weight.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Jump {
    /// sum w / D: the increment of the cumulative hazard.
    pub hazard: f64,
    /// sum f w / D: by how much less those who die at this time are exposed to it.
    pub tied: f64,
    /// sum w / D^2.
    pub square: f64,
    /// sum f w / D^2.
    pub square_cross: f64,
    /// sum f^2 w / D^2.
    pub square_tied: f64,
}

/// The denominators D_l of an event time with their shares f_l and the weight of each.
pub(crate) fn denominators(
    event: &EventTime,
    at_risk: f64,
    dying: f64,
    ties: Ties,
) -> impl Iterator<Item = (f64, f64, f64)> + use<> {
    let steps = if ties == Ties::Efron { event.count.max(1.0) } else { 1.0 };
    let weight = event.weight / steps;
    (0..steps as usize).map(move |l| {
        let share = l as f64 / steps;
        (at_risk - share * dying, share, weight)
    })
}

/// Risks, sums over risk sets and cumulative hazard at one linear predictor.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Hazard {
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
    /// Increments, per event time.
    pub jumps: Vec<Jump>,
    /// Cumulative hazard (times exp(shift)), per slot.
    pub cumulative: Vec<f64>,
    /// Weighted number of events expected of every sorted row.
    pub expected: Vec<f64>,
}

impl Hazard {
    /// The hazard at the linear predictor `eta` (sorted).
    pub fn new(sets: &RiskSets, eta: &[f64], ties: Ties) -> Self {
        let mut hazard = Self::default();
        hazard.update(sets, eta, ties);
        hazard
    }

    /// Recomputes everything in place; returns the log partial likelihood.
    pub fn update(&mut self, sets: &RiskSets, eta: &[f64], ties: Ties) -> f64 {
        self.risks(sets, eta);
        self.sums(sets);
        self.jumps.clear();
        let sums = self.at_risk.iter().zip(&self.dying);
        let mut loglik = ExactSum::default();
        self.jumps.extend(sets.events.iter().zip(sums).map(|(event, (&at_risk, &dying))| {
            let (jump, log) = jump(event, at_risk, dying, ties);
            loglik.add(-log);
            jump
        }));
        accumulate(sets, &mut self.cumulative, |k| self.jumps[k].hazard);
        expect(sets, &self.risk, &self.cumulative, |k| self.jumps[k].tied, &mut self.expected);
        for (s, stratum) in sets.strata.iter().enumerate() {
            for k in stratum.events.clone() {
                let deaths = sets.events[k].dying();
                deaths.for_each(|r| loglik.add(sets.weight[r] * (eta[r] - self.shift[s])));
            }
        }
        loglik.value()
    }

    fn risks(&mut self, sets: &RiskSets, eta: &[f64]) {
        self.risk.clear();
        self.shift.clear();
        for stratum in &sets.strata {
            let (eta, weight) = (&eta[stratum.rows.clone()], &sets.weight[stratum.rows.clone()]);
            let shift = safe_shift(eta);
            self.shift.push(shift);
            if eta.iter().all(|&e| e == 0.0) {
                self.risk.extend_from_slice(weight);
            } else {
                self.risk.extend(eta.iter().zip(weight).map(|(e, w)| w * (e - shift).exp()));
            }
        }
        if let Some(delayed) = &sets.delayed {
            self.risk_by_entry.clear();
            self.risk_by_entry.extend(delayed.order.iter().map(|&r| self.risk[r as usize]));
        }
    }

    fn sums(&mut self, sets: &RiskSets) {
        self.at_risk.resize(sets.events.len(), 0.0);
        self.dying.clear();
        self.dying.extend(sets.events.iter().map(|e| self.risk[e.dying()].iter().sum::<f64>()));
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
        let (mut cumulative, mut expected) = (Vec::new(), Vec::new());
        accumulate(sets, &mut cumulative, |k| multiplier(k) * self.jumps[k].hazard);
        expect(sets, &self.risk, &cumulative, |k| multiplier(k) * self.jumps[k].tied, &mut expected);
        expected
    }
}

/// Risk times the hazard of one's own time at risk; with tied events, less the share of the others.
fn expect(sets: &RiskSets, risk: &[f64], cumulative: &[f64], tied: impl Fn(usize) -> f64, out: &mut Vec<f64>) {
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
    for (k, event) in sets.events.iter().enumerate() {
        let tied = tied(k);
        if tied != 0.0 {
            event.dying().for_each(|r| out[r] -= risk[r] * tied);
        }
    }
}

/// The jump of one event time and sum w ln D over its steps.
fn jump(event: &EventTime, at_risk: f64, dying: f64, ties: Ties) -> (Jump, f64) {
    if event.weight == 0.0 {
        return (Jump::default(), 0.0);
    }
    if event.count <= 1.0 || ties != Ties::Efron {
        let hazard = event.weight / at_risk;
        let jump = Jump { hazard, square: hazard / at_risk, ..Jump::default() };
        return (jump, event.weight * at_risk.ln());
    }
    let (mut jump, mut log) = (Jump::default(), 0.0);
    for (d, share, weight) in denominators(event, at_risk, dying, ties) {
        let step = weight / d;
        log += weight * d.ln();
        jump.hazard += step;
        jump.tied += share * step;
        jump.square += step / d;
        jump.square_cross += share * step / d;
        jump.square_tied += share * share * step / d;
    }
    (jump, log)
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

/// A sum that keeps what each addition rounds off (Neumaier's two-sum).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ExactSum {
    sum: f64,
    error: f64,
}

impl ExactSum {
    #[inline]
    pub fn add(&mut self, x: f64) {
        let sum = self.sum + x;
        let part = sum - self.sum;
        self.error += (self.sum - (sum - part)) + (x - part);
        self.sum = sum;
    }

    pub fn value(&self) -> f64 {
        self.sum + self.error
    }
}

/// A running sum over risk sets with delayed entry, from the last event time of a stratum to its first.
///
/// Rows that end are added, those not yet at risk taken off again; the difference may be far smaller than what was added,
/// so the sum is kept exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carry {
    next: usize,
    next_outside: usize,
    sum: ExactSum,
}

impl Carry {
    /// Nothing summed yet, in a stratum whose rows end before `end`.
    pub fn new(end: usize) -> Self {
        Self { next: end, next_outside: end, sum: ExactSum::default() }
    }

    /// Adds `ended` of the rows from `first` on, takes off `entered` of the positions from `outside` on.
    #[inline]
    pub fn advance(
        &mut self,
        first: usize,
        ended: impl Fn(usize) -> f64,
        outside: usize,
        entered: impl Fn(usize) -> f64,
    ) -> f64 {
        (first..self.next).rev().for_each(|row| self.sum.add(ended(row)));
        (outside..self.next_outside).rev().for_each(|position| self.sum.add(-entered(position)));
        (self.next, self.next_outside) = (first, outside);
        self.sum.value()
    }
}
