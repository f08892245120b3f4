//! Counting comparable pairs in two sweeps over time.
//!
//! Backward, a [`Tally`] by score holds those still at risk, and each event asks it how many have lower, equal and higher
//! scores. Forward, one holds the events so far, and each survivor asks the same of it. The first sweep gives every pair
//! from its event's side, the second from its survivor's.

use super::ConcordanceSpec;
use super::tally::{Bits, Split, Standing, Tally, Weights, standings};
use super::time_weight::{TimeGroup, time_groups};
use crate::Survival;
use crate::order::TimeOrder;

/// The pairs that one subject is in, weighted by the other's case weight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject {
    pub(super) concordant: f64,
    pub(super) discordant: f64,
    pub(super) tied: f64,
}

/// All pairs.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub(super) concordant: f64,
    pub(super) discordant: f64,
    pub(super) tied_score: f64,
    pub(super) tied_time: f64,
    pub(super) tied_both: f64,
    /// Weighted sum over events of the variance of the ranks at risk; with weights of 1 the variance of
    /// (concordant - discordant) / 2 if the score had no bearing.
    pub(super) null_variance: f64,
    /// In the order in which they were counted.
    pub(super) subjects: Vec<Subject>,
}

/// Subjects of one stratum by time, events first: their places.
pub(super) struct Ordered<'a> {
    pub(super) time: &'a [f64],
    pub(super) row: &'a [u32],
}

/// The stratum being counted.
struct Stratum<'a> {
    time: &'a [f64],
    groups: Vec<TimeGroup>,
    /// Standing of each place by score.
    standing: Vec<Standing>,
    /// Case weight of each place, unless all are 1.
    weight: Option<Vec<f64>>,
    /// Entry time of each place, if entry is delayed.
    entry: Vec<f64>,
    /// Places by entry time.
    by_entry: Vec<u32>,
}

impl Pairs {
    /// Adds the pairs of one stratum.
    pub(super) fn count(&mut self, data: &Survival, score: &[f64], ordered: &Ordered<'_>, spec: &ConcordanceSpec) {
        let counted = self.subjects.len();
        self.subjects.resize(counted + ordered.row.len(), Subject::default());
        if !ordered.row.iter().any(|&row| data.event()[row as usize]) {
            return;
        }
        let stratum = Stratum::new(data, score, ordered, spec);
        let mut subjects = std::mem::take(&mut self.subjects);
        if stratum.has_unit_weights() {
            self.sweep::<Bits>(&stratum, &mut subjects[counted..]);
        } else {
            self.sweep::<Weights>(&stratum, &mut subjects[counted..]);
        }
        self.subjects = subjects;
    }

    fn sweep<T: Tally>(&mut self, stratum: &Stratum<'_>, subjects: &mut [Subject]) {
        self.backward::<T>(stratum, subjects);
        forward::<T>(stratum, subjects);
    }

    /// From the last time to the first: each event against those at risk beyond it.
    fn backward<T: Tally>(&mut self, stratum: &Stratum<'_>, subjects: &mut [Subject]) {
        let mut at_risk = T::new(stratum.time.len());
        // Sum over distinct scores of the cube of their weight at risk: ties lower the variance of ranks.
        let mut cubes = 0.0;
        let mut leave = stratum.by_entry.len();
        for group in stratum.groups.iter().rev() {
            let mut enter = |at_risk: &mut T, place: usize, weight: f64| {
                let standing = stratum.standing[place];
                let before = at_risk.equal(standing);
                at_risk.add(standing, weight);
                cubes += (before + weight).powi(3) - before.powi(3);
            };
            let t = stratum.time[group.start];
            while leave > 0 && stratum.entry[stratum.by_entry[leave - 1] as usize] >= t {
                leave -= 1;
                let place = stratum.by_entry[leave] as usize;
                enter(&mut at_risk, place, -stratum.weight(place));
            }
            for place in group.deaths_end..group.end {
                enter(&mut at_risk, place, stratum.weight(place));
            }
            let mut died = 0.0;
            let deaths = group.start..group.deaths_end;
            for (place, subject) in deaths.clone().zip(&mut subjects[deaths.clone()]) {
                let split = at_risk.split(stratum.standing[place]);
                let weight = group.weight * stratum.weight(place);
                self.concordant += weight * split.lower;
                self.discordant += weight * split.higher;
                self.tied_score += weight * split.equal;
                died += weight;
                subject.concordant += group.weight * split.lower;
                subject.discordant += group.weight * split.higher;
                subject.tied += group.weight * split.equal;
            }
            for place in deaths {
                enter(&mut at_risk, place, stratum.weight(place));
            }
            self.tied_events(stratum, group);
            if died > 0.0 {
                let total = at_risk.total();
                self.null_variance += died * (total.powi(3) - cubes) / (12.0 * total);
            }
        }
    }

    /// Pairs of events at the time of `group`.
    fn tied_events(&mut self, stratum: &Stratum<'_>, group: &TimeGroup) {
        if group.deaths_end - group.start < 2 {
            return;
        }
        let mut dead: Vec<(u32, f64)> = (group.start..group.deaths_end)
            .map(|place| (stratum.standing[place].first, stratum.weight(place)))
            .collect();
        dead.sort_by_key(|(score, _)| *score);
        let pairs = |sum: f64, squares: f64| group.weight * (sum * sum - squares) / 2.0;
        let sums = |dead: &[(u32, f64)]| dead.iter().fold((0.0, 0.0), |(s, q), (_, w)| (s + w, q + w * w));
        let (sum, squares) = sums(&dead);
        let same: f64 = dead.chunk_by(|a, b| a.0 == b.0).map(sums).map(|(s, q)| pairs(s, q)).sum();
        self.tied_both += same;
        self.tied_time += pairs(sum, squares) - same;
    }
}

/// From the first time to the last: each survivor against the events before it.
fn forward<T: Tally>(stratum: &Stratum<'_>, subjects: &mut [Subject]) {
    let mut events = T::new(stratum.time.len());
    let mut survive = |events: &T, place: usize, sign: f64| {
        let Split { lower, equal, higher } = events.split(stratum.standing[place]);
        let subject = &mut subjects[place];
        subject.concordant += sign * higher;
        subject.discordant += sign * lower;
        subject.tied += sign * equal;
    };
    let mut entered = 0;
    for group in &stratum.groups {
        let t = stratum.time[group.start];
        while let Some(&place) = stratum.by_entry.get(entered)
            && stratum.entry[place as usize] < t
        {
            survive(&events, place as usize, -1.0);
            entered += 1;
        }
        (group.start..group.deaths_end).for_each(|place| survive(&events, place, 1.0));
        for place in group.start..group.deaths_end {
            events.add(stratum.standing[place], group.weight * stratum.weight(place));
        }
        (group.deaths_end..group.end).for_each(|place| survive(&events, place, 1.0));
    }
}

impl<'a> Stratum<'a> {
    fn new(data: &Survival, score: &[f64], ordered: &Ordered<'a>, spec: &ConcordanceSpec) -> Self {
        let pick = |values: &[f64]| ordered.row.iter().map(|&row| values[row as usize]).collect::<Vec<_>>();
        // Scores sort as times do.
        let by_score = TimeOrder::new(&pick(score));
        let entry = data.entry().map_or_else(Vec::new, pick);
        Self {
            time: ordered.time,
            groups: time_groups(data, ordered, spec.weight, spec.tau),
            standing: standings(&by_score.time, &by_score.row),
            weight: data.weights().filter(|weights| weights.iter().any(|w| *w != 1.0)).map(pick),
            by_entry: TimeOrder::new(&entry).row,
            entry,
        }
    }

    #[inline]
    fn weight(&self, place: usize) -> f64 {
        self.weight.as_ref().map_or(1.0, |w| w[place])
    }

    /// Whether every pair counts 1 or, at an event time without weight, nothing.
    fn has_unit_weights(&self) -> bool {
        self.weight.is_none() && self.groups.iter().all(|g| g.weight == 1.0 || g.weight == 0.0)
    }
}
