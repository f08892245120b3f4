//! How much an event time counts.

use std::ops::Range;

use super::ordered::Ordered;
use crate::choice::choices;
use crate::order::TimeOrder;

/// Weight of the pairs formed at an event time t. N is the sum of the case weights, n(t) the number at risk (weighted),
/// S and G the Kaplan-Meier curves of event and of censoring just before t; in G, events leave the risk set before
/// those censored at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeWeight {
    /// 1: every pair counts the same (Harrell; Gehan-Wilcoxon).
    #[default]
    N,
    /// N S / n (Peto-Wilcoxon).
    S,
    /// N S / (G n) (Schemper).
    SOverG,
    /// 1 / G^2 (Uno).
    NOverG2,
    /// 1 / n (log-rank).
    I,
}

choices!(TimeWeight, "weight of times": N = "n", S = "S", SOverG = "S/G", NOverG2 = "n/G2", I = "I");

impl TimeWeight {
    /// Whether the weight uses the censoring distribution.
    pub fn needs_censoring(self) -> bool {
        matches!(self, Self::SOverG | Self::NOverG2)
    }
}

/// The weight of each event time, at the first place that leaves then; none where all are 1.
pub(super) fn time_weights(ordered: &Ordered<'_>, weight: TimeWeight, tau: Option<f64>) -> Option<Vec<f64>> {
    // With a single event there is nothing to weigh against, and R does not.
    let weighed = weight != TimeWeight::N && ordered.event.iter().filter(|event| **event).count() > 1;
    let mut weights = match (weighed, tau) {
        (true, _) => weigh(ordered, weight),
        (false, Some(_)) => vec![1.0; ordered.len()],
        (false, None) => return None,
    };
    if let Some(tau) = tau {
        weights.iter_mut().zip(ordered.time).filter(|(_, time)| **time > tau).for_each(|(weight, _)| *weight = 0.0);
    }
    Some(weights)
}

fn weigh(ordered: &Ordered<'_>, weight: TimeWeight) -> Vec<f64> {
    let total = |places: Range<usize>| places.map(|place| ordered.weight(place)).sum::<f64>();
    let everybody = total(0..ordered.len());
    let by_entry = TimeOrder::new(ordered.entry.unwrap_or_default());
    let (mut entered, mut at_risk) = (0, if by_entry.row.is_empty() { everybody } else { 0.0 });
    let (mut survival, mut censoring) = (1.0, 1.0);
    let mut weights = vec![1.0; ordered.len()];
    let mut start = 0;
    while start < ordered.len() {
        let leaving = ordered.leaving_from(start);
        while entered < by_entry.row.len() && by_entry.time[entered] < ordered.time[start] {
            at_risk += ordered.weight(by_entry.row[entered] as usize);
            entered += 1;
        }
        let (deaths, censored) = (total(leaving.deaths()), total(leaving.censored()));
        weights[start] = match weight {
            TimeWeight::N => 1.0,
            TimeWeight::S => everybody * survival / at_risk,
            TimeWeight::SOverG => everybody * survival / (censoring * at_risk),
            TimeWeight::NOverG2 => 1.0 / (censoring * censoring),
            TimeWeight::I => 1.0 / at_risk,
        };
        if deaths > 0.0 {
            survival *= (at_risk - deaths) / at_risk;
        }
        if censored > 0.0 {
            censoring *= (at_risk - deaths - censored) / (at_risk - deaths);
        }
        at_risk -= deaths + censored;
        start = leaving.end;
    }
    weights
}
