//! How much an event time counts.

use super::super::Survival;
use super::pairs::Ordered;
use crate::choice::choices;

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

/// One time at which somebody of the stratum leaves, and the weight of its events.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeGroup {
    /// Range in the order by time, events first.
    pub(super) start: usize,
    pub(super) deaths_end: usize,
    pub(super) end: usize,
    pub(super) weight: f64,
}

/// The distinct times of a stratum with their weights.
pub(super) fn time_groups(
    data: &Survival,
    ordered: &Ordered<'_>,
    weight: TimeWeight,
    tau: Option<f64>,
) -> Vec<TimeGroup> {
    let mut groups = Vec::new();
    let (mut start, mut events) = (0, 0);
    for tied in ordered.time.chunk_by(|a, b| a == b) {
        let end = start + tied.len();
        let deaths = ordered.row[start..end].iter().take_while(|&&row| data.event()[row as usize]).count();
        groups.push(TimeGroup { start, deaths_end: start + deaths, end, weight: 1.0 });
        events += deaths;
        start = end;
    }
    // With a single event there is nothing to weigh against, and R does not.
    if weight != TimeWeight::N && events > 1 {
        weigh(data, ordered, weight, &mut groups);
    }
    if let Some(tau) = tau {
        groups.iter_mut().filter(|g| ordered.time[g.start] > tau).for_each(|g| g.weight = 0.0);
    }
    groups
}

fn weigh(data: &Survival, ordered: &Ordered<'_>, weight: TimeWeight, groups: &mut [TimeGroup]) {
    let total = |rows: &[u32]| rows.iter().map(|&row| data.weight(row as usize)).sum::<f64>();
    let everybody = total(ordered.row);
    let entry = |row: u32| data.entry().map_or(f64::NEG_INFINITY, |entry| entry[row as usize]);
    let mut entries: Vec<u32> = if data.entry().is_some() { ordered.row.to_vec() } else { Vec::new() };
    entries.sort_by(|&a, &b| entry(a).total_cmp(&entry(b)));
    let (mut entered, mut at_risk) = (0, if entries.is_empty() { everybody } else { 0.0 });
    let (mut survival, mut censoring) = (1.0, 1.0);
    for group in groups {
        let t = ordered.time[group.start];
        while entered < entries.len() && entry(entries[entered]) < t {
            at_risk += data.weight(entries[entered] as usize);
            entered += 1;
        }
        let deaths = total(&ordered.row[group.start..group.deaths_end]);
        let censored = total(&ordered.row[group.deaths_end..group.end]);
        group.weight = match weight {
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
    }
}
