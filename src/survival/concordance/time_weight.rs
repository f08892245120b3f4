//! How much an event time counts.

use super::super::Survival;

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

/// The distinct times among `order` (ascending, events first) with their weights.
pub(super) fn time_groups(data: &Survival, order: &[usize], weight: TimeWeight, tau: Option<f64>) -> Vec<TimeGroup> {
    let time = data.time();
    let mut groups = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let t = time[order[start]];
        let deaths_end = start + order[start..].iter().take_while(|&&i| time[i] == t && data.event()[i]).count();
        let end = deaths_end + order[deaths_end..].iter().take_while(|&&i| time[i] == t).count();
        groups.push(TimeGroup { start, deaths_end, end, weight: 1.0 });
        start = end;
    }
    let events: usize = groups.iter().map(|g| g.deaths_end - g.start).sum();
    // With a single event there is nothing to weigh against, and R does not.
    if weight != TimeWeight::N && events > 1 {
        weigh(data, order, weight, &mut groups);
    }
    for group in &mut groups {
        if tau.is_some_and(|tau| time[order[group.start]] > tau) {
            group.weight = 0.0;
        }
    }
    groups
}

fn weigh(data: &Survival, order: &[usize], weight: TimeWeight, groups: &mut [TimeGroup]) {
    let total = |rows: &[usize]| rows.iter().map(|&i| data.weight(i)).sum::<f64>();
    let everybody = total(order);
    let mut entries: Vec<usize> = if data.entry().is_some() { order.to_vec() } else { Vec::new() };
    let entry = data.entry().unwrap_or(&[]);
    entries.sort_by(|&a, &b| entry[a].total_cmp(&entry[b]));
    let (mut entered, mut at_risk) = (0, if entries.is_empty() { everybody } else { 0.0 });
    let (mut survival, mut censoring) = (1.0, 1.0);
    for group in groups {
        let t = data.time()[order[group.start]];
        while entered < entries.len() && entry[entries[entered]] < t {
            at_risk += data.weight(entries[entered]);
            entered += 1;
        }
        let deaths = total(&order[group.start..group.deaths_end]);
        let censored = total(&order[group.deaths_end..group.end]);
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
