//! Counting comparable pairs in two sweeps over time.
//!
//! Backward, a Fenwick tree over the ranks of the score holds those still at risk, and each event asks it how many have
//! lower, equal and higher scores. Forward, a tree holds the events so far, and each survivor asks the same of it. The
//! first sweep gives every pair from its event's side, the second from its survivor's.

use super::time_weight::{TimeGroup, time_groups};
use super::{ConcordanceError, ConcordanceSpec};
use crate::survival::Survival;

/// The pairs that one subject is in, weighted by the other's case weight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject {
    pub(super) concordant: f64,
    pub(super) discordant: f64,
    pub(super) tied: f64,
}

/// All pairs.
#[derive(Debug)]
pub(super) struct Pairs {
    pub(super) concordant: f64,
    pub(super) discordant: f64,
    pub(super) tied_score: f64,
    pub(super) tied_time: f64,
    pub(super) tied_both: f64,
    /// Weighted sum over events of the variance of the ranks at risk; with weights of 1 the variance of
    /// (concordant - discordant) / 2 if the score had no bearing.
    pub(super) null_variance: f64,
    pub(super) subjects: Vec<Subject>,
}

/// Sums of weights over ranks.
struct Fenwick {
    sums: Vec<f64>,
    at: Vec<f64>,
    total: f64,
}

/// Weight of lower, equal and higher scores.
struct Split {
    lower: f64,
    equal: f64,
    higher: f64,
}

impl Fenwick {
    fn new(ranks: usize) -> Self {
        Self { sums: vec![0.0; ranks + 1], at: vec![0.0; ranks], total: 0.0 }
    }

    fn add(&mut self, rank: u32, weight: f64) {
        let mut k = rank as usize + 1;
        self.at[rank as usize] += weight;
        self.total += weight;
        while k < self.sums.len() {
            self.sums[k] += weight;
            k += k & k.wrapping_neg();
        }
    }

    fn split(&self, rank: u32) -> Split {
        let mut k = rank as usize;
        let mut lower = 0.0;
        while k > 0 {
            lower += self.sums[k];
            k &= k - 1;
        }
        let equal = self.at[rank as usize];
        Split { lower, equal, higher: self.total - lower - equal }
    }
}

/// The stratum being counted.
struct Stratum<'a> {
    data: &'a Survival,
    /// Rows by time, events first.
    order: &'a [usize],
    groups: Vec<TimeGroup>,
    /// Rank of each place of `order`, equal scores sharing one.
    rank: Vec<u32>,
    ranks: usize,
    /// Places of `order` by entry time, if entry is delayed.
    by_entry: Vec<usize>,
}

impl Pairs {
    pub(super) fn new(n: usize) -> Self {
        Self {
            concordant: 0.0,
            discordant: 0.0,
            tied_score: 0.0,
            tied_time: 0.0,
            tied_both: 0.0,
            null_variance: 0.0,
            subjects: vec![Subject::default(); n],
        }
    }

    /// Adds the pairs among `order`: rows of one stratum by time, events first.
    pub(super) fn count(
        &mut self,
        data: &Survival,
        score: &[f64],
        order: &[usize],
        spec: &ConcordanceSpec,
    ) -> Result<(), ConcordanceError> {
        if !order.iter().any(|&i| data.event()[i]) {
            return Ok(());
        }
        let stratum = Stratum::new(data, score, order, spec);
        self.backward(&stratum);
        self.forward(&stratum);
        Ok(())
    }

    /// From the last time to the first: each event against those at risk beyond it.
    fn backward(&mut self, stratum: &Stratum) {
        let Stratum { data, order, rank, .. } = stratum;
        let mut at_risk = Fenwick::new(stratum.ranks);
        // Sum over distinct scores of the cube of their weight at risk: ties lower the variance of ranks.
        let mut cubes = 0.0;
        let mut leave = stratum.by_entry.len();
        for group in stratum.groups.iter().rev() {
            let mut enter = |at_risk: &mut Fenwick, place: usize, weight: f64| {
                let before = at_risk.at[rank[place] as usize];
                at_risk.add(rank[place], weight);
                let after = at_risk.at[rank[place] as usize];
                cubes += after.powi(3) - before.powi(3);
            };
            let t = data.time()[order[group.start]];
            while leave > 0 && stratum.entry(stratum.by_entry[leave - 1]) >= t {
                leave -= 1;
                let place = stratum.by_entry[leave];
                enter(&mut at_risk, place, -data.weight(order[place]));
            }
            for place in group.deaths_end..group.end {
                enter(&mut at_risk, place, data.weight(order[place]));
            }
            let mut died = 0.0;
            for place in group.start..group.deaths_end {
                let split = at_risk.split(rank[place]);
                let weight = group.weight * data.weight(order[place]);
                self.concordant += weight * split.lower;
                self.discordant += weight * split.higher;
                self.tied_score += weight * split.equal;
                died += weight;
                let subject = &mut self.subjects[order[place]];
                subject.concordant += group.weight * split.lower;
                subject.discordant += group.weight * split.higher;
                subject.tied += group.weight * split.equal;
            }
            for place in group.start..group.deaths_end {
                enter(&mut at_risk, place, data.weight(order[place]));
            }
            self.tied_events(stratum, group);
            if died > 0.0 {
                let total = at_risk.total;
                self.null_variance += died * (total.powi(3) - cubes) / (12.0 * total);
            }
        }
    }

    /// From the first time to the last: each survivor against the events before it.
    fn forward(&mut self, stratum: &Stratum) {
        let Stratum { data, order, rank, .. } = stratum;
        let mut events = Fenwick::new(stratum.ranks);
        let mut entered = 0;
        for group in &stratum.groups {
            let t = data.time()[order[group.start]];
            while let Some(&place) = stratum.by_entry.get(entered)
                && stratum.entry(place) < t
            {
                self.survived(order[place], &events.split(rank[place]), -1.0);
                entered += 1;
            }
            for place in group.start..group.deaths_end {
                self.survived(order[place], &events.split(rank[place]), 1.0);
            }
            for place in group.start..group.deaths_end {
                events.add(rank[place], group.weight * data.weight(order[place]));
            }
            for place in group.deaths_end..group.end {
                self.survived(order[place], &events.split(rank[place]), 1.0);
            }
        }
    }

    fn survived(&mut self, row: usize, split: &Split, sign: f64) {
        let subject = &mut self.subjects[row];
        subject.concordant += sign * split.higher;
        subject.discordant += sign * split.lower;
        subject.tied += sign * split.equal;
    }

    /// Pairs of events at the time of `group`.
    fn tied_events(&mut self, stratum: &Stratum, group: &TimeGroup) {
        if group.deaths_end - group.start < 2 {
            return;
        }
        let mut dead: Vec<(u32, f64)> = (group.start..group.deaths_end)
            .map(|place| (stratum.rank[place], stratum.data.weight(stratum.order[place])))
            .collect();
        dead.sort_by_key(|(rank, _)| *rank);
        let pairs = |sum: f64, squares: f64| group.weight * (sum * sum - squares) / 2.0;
        let sums = |dead: &[(u32, f64)]| dead.iter().fold((0.0, 0.0), |(s, q), (_, w)| (s + w, q + w * w));
        let (sum, squares) = sums(&dead);
        let same: f64 = dead.chunk_by(|a, b| a.0 == b.0).map(sums).map(|(s, q)| pairs(s, q)).sum();
        self.tied_both += same;
        self.tied_time += pairs(sum, squares) - same;
    }
}

impl<'a> Stratum<'a> {
    fn new(data: &'a Survival, score: &[f64], order: &'a [usize], spec: &ConcordanceSpec) -> Self {
        let groups = time_groups(data, order, spec.weight, spec.tau);
        let mut by_score: Vec<(f64, u32)> = order.iter().zip(0..).map(|(&row, place)| (score[row], place)).collect();
        by_score.sort_unstable_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(std::cmp::Ordering::Equal));
        let mut rank = vec![0; order.len()];
        let mut ranks = 0;
        for equal in by_score.chunk_by(|a, b| a.0 == b.0) {
            equal.iter().for_each(|(_, place)| rank[*place as usize] = ranks);
            ranks += 1;
        }
        let mut stratum = Self { data, order, groups, rank, ranks: ranks as usize, by_entry: Vec::new() };
        if data.entry().is_some() {
            let mut places: Vec<usize> = (0..order.len()).collect();
            places.sort_by(|&a, &b| stratum.entry(a).total_cmp(&stratum.entry(b)));
            stratum.by_entry = places;
        }
        stratum
    }

    fn entry(&self, place: usize) -> f64 {
        self.data.entry().map_or(f64::NEG_INFINITY, |entry| entry[self.order[place]])
    }
}
