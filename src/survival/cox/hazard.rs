//! The baseline hazard that belongs to given risks, with Breslow's or Efron's rule for tied events.

use super::risk_sets::{EventTime, RiskSets};

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
    /// sum w ln D.
    pub log: f64,
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
        self.jumps.extend(sets.events.iter().zip(sums).map(|(e, (&s, &d))| jump(e, s, d, ties)));
        accumulate(sets, &mut self.cumulative, |k| self.jumps[k].hazard);
        expect(sets, &self.risk, &self.cumulative, |k| self.jumps[k].tied, &mut self.expected);
        let mut loglik = 0.0;
        for (s, stratum) in sets.strata.iter().enumerate() {
            for k in stratum.events.clone() {
                let deaths = sets.events[k].dying();
                loglik += deaths.map(|r| sets.weight[r] * (eta[r] - self.shift[s])).sum::<f64>() - self.jumps[k].log;
            }
        }
        loglik
    }

    fn risks(&mut self, sets: &RiskSets, eta: &[f64]) {
        self.risk.resize(sets.len(), 0.0);
        self.shift.clear();
        for stratum in &sets.strata {
            let rows = stratum.rows.clone();
            let shift = safe_shift(&eta[rows.clone()]);
            self.shift.push(shift);
            for r in rows {
                self.risk[r] = sets.weight[r] * (eta[r] - shift).exp();
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
            let mut sum = Carry::new(stratum.rows.end);
            for k in stratum.events.clone().rev() {
                let outside = sets.delayed.as_ref().map(|d| d.outside[k] as usize);
                self.at_risk[k] = sum.advance(&self.risk, sets.events[k].first, &self.risk_by_entry, outside);
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

fn jump(event: &EventTime, at_risk: f64, dying: f64, ties: Ties) -> Jump {
    if event.weight == 0.0 {
        return Jump::default();
    }
    let mut jump = Jump::default();
    for (d, share, weight) in denominators(event, at_risk, dying, ties) {
        let step = weight / d;
        jump.hazard += step;
        jump.tied += share * step;
        jump.log += weight * d.ln();
        jump.square += step / d;
        jump.square_cross += share * step / d;
        jump.square_tied += share * share * step / d;
    }
    jump
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
    let (low, high) = eta.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &e| (l.min(e), h.max(e)));
    if low < -300.0 || high > 300.0 { 0.5 * (low + high) } else { 0.0 }
}

/// A running sum over risk sets, from the last event time of a stratum to its first.
///
/// Without delayed entry rows are only ever added. With it, those not yet at risk are taken off again: both sums then carry
/// their rounding errors along, since their difference may be far smaller than they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carry {
    next: usize,
    next_outside: usize,
    sum: f64,
    error: f64,
}

impl Carry {
    /// Nothing summed yet, in a stratum whose rows end before `end`.
    pub fn new(end: usize) -> Self {
        Self { next: end, next_outside: end, sum: 0.0, error: 0.0 }
    }

    /// Adds `values` from row `first` on; takes off `by_entry` from position `outside` on, if given.
    #[inline]
    pub fn advance(&mut self, values: &[f64], first: usize, by_entry: &[f64], outside: Option<usize>) -> f64 {
        match outside {
            None => {
                self.sum = values[first..self.next].iter().rev().fold(self.sum, |sum, v| sum + v);
                self.next = first;
                self.sum
            }
            Some(outside) => {
                values[first..self.next].iter().rev().for_each(|v| self.add_exactly(*v));
                self.next = first;
                by_entry[outside..self.next_outside].iter().rev().for_each(|v| self.add_exactly(-v));
                self.next_outside = outside;
                self.sum + self.error
            }
        }
    }

    /// The same for the products `values[r] * factor[r]`.
    #[inline]
    pub fn advance_products(
        &mut self,
        (values, factor): (&[f64], &[f64]),
        first: usize,
        (by_entry, factor_by_entry): (&[f64], &[f64]),
        outside: Option<usize>,
    ) -> f64 {
        let products = |v: &[f64], f: &[f64], add: &mut dyn FnMut(f64)| {
            v.iter().zip(f).rev().for_each(|(a, b)| add(a * b));
        };
        match outside {
            None => {
                let rows = first..self.next;
                let pairs = values[rows.clone()].iter().zip(&factor[rows]).rev();
                self.sum = pairs.fold(self.sum, |sum, (v, f)| sum + v * f);
                self.next = first;
                self.sum
            }
            Some(outside) => {
                let rows = first..self.next;
                products(&values[rows.clone()], &factor[rows], &mut |x| self.add_exactly(x));
                self.next = first;
                let rows = outside..self.next_outside;
                products(&by_entry[rows.clone()], &factor_by_entry[rows], &mut |x| self.add_exactly(-x));
                self.next_outside = outside;
                self.sum + self.error
            }
        }
    }

    /// Two-sum: what the addition rounds off is kept in `error`.
    #[inline]
    fn add_exactly(&mut self, x: f64) {
        let sum = self.sum + x;
        let part = sum - self.sum;
        self.error += (self.sum - (sum - part)) + (x - part);
        self.sum = sum;
    }
}
