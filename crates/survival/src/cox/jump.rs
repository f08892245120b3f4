//! What each event time adds to the hazard and to the likelihood.

use super::hazard::Ties;
use super::risk_sets::EventTime;
use super::running::ExactSum;
use crate::log_product::LogProduct;
use crate::widest::LANES;

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

/// The log partial likelihood as it is summed.
pub(crate) struct LogLikelihood {
    sum: ExactSum,
    /// Denominators that count once, and the last of them, which wait until they are enough for a vector.
    denominators: LogProduct<LANES>,
    waiting: [f64; LANES],
    count: usize,
}

impl LogLikelihood {
    pub fn new() -> Self {
        Self { sum: ExactSum::default(), denominators: LogProduct::new(), waiting: [1.0; LANES], count: 0 }
    }

    #[inline]
    pub fn add(&mut self, x: f64) {
        self.sum.add(x);
    }

    /// Takes off `weight` times the logarithm of `denominator`.
    #[inline]
    fn less_log(&mut self, weight: f64, denominator: f64) {
        if weight == 1.0 {
            self.waiting[self.count] = denominator;
            self.count += 1;
            if self.count == LANES {
                self.denominators.add(&self.waiting, 1.0);
                (self.waiting, self.count) = ([1.0; LANES], 0);
            }
        } else {
            self.sum.add(-(weight * denominator.ln()));
        }
    }

    pub fn value(mut self) -> f64 {
        self.denominators.add(&self.waiting, 1.0);
        self.denominators.ln().into_iter().for_each(|log| self.sum.add(-log));
        self.sum.value()
    }
}

impl Jump {
    /// The jump of one event time; `loglik` loses the logarithms of its denominators.
    #[inline(always)]
    pub fn new(event: &EventTime, at_risk: f64, dying: f64, ties: Ties, loglik: &mut LogLikelihood) -> Self {
        if event.weight == 0.0 {
            return Self::default();
        }
        if event.count <= 1.0 || ties != Ties::Efron {
            let hazard = event.weight / at_risk;
            loglik.less_log(event.weight, at_risk);
            return Self { hazard, square: hazard / at_risk, ..Self::default() };
        }
        let mut jump = Self::default();
        for (d, share, weight) in denominators(event, at_risk, dying, ties) {
            let step = weight / d;
            loglik.less_log(weight, d);
            jump.hazard += step;
            jump.tied += share * step;
            jump.square += step / d;
            jump.square_cross += share * step / d;
            jump.square_tied += share * share * step / d;
        }
        jump
    }
}
