//! Counting comparable pairs in two sweeps over time.
//!
//! Backward, a [`Tally`] by score holds those still at risk, and each event asks it how many have lower, equal and higher
//! scores. Forward, one holds the events so far, and each survivor asks the same of it. The first sweep gives every pair
//! from its event's side, the second from its survivor's.

use super::ordered::{Leaving, Ordered};
use super::tally::{Bits, Split, Standing, Tally, Weights, standings};
use super::time_weight::time_weights;
use super::{ConcordanceSpec, TiedScores};
use crate::order::TimeOrder;

/// The pairs that one subject is in, weighted by the other's case weight.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Subject {
    /// Concordant less discordant ones.
    pub(super) balance: f64,
    /// All that count.
    pub(super) comparable: f64,
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

/// The stratum being counted.
struct Stratum<'a> {
    ordered: Ordered<'a>,
    /// How much a pair with equal scores counts for its subjects.
    ties: f64,
    /// Weight of each event time, at its first place, unless all are 1.
    time_weight: Option<Vec<f64>>,
    /// Standing of each place by score.
    standing: Vec<Standing>,
    /// Places by entry time.
    by_entry: Vec<u32>,
}

impl TiedScores {
    /// How much a pair with equal scores counts.
    pub(super) fn count(self) -> f64 {
        match self {
            Self::Half => 1.0,
            Self::LeftOut => 0.0,
        }
    }
}

impl Pairs {
    /// Adds the pairs of one stratum.
    pub(super) fn count(&mut self, ordered: Ordered<'_>, spec: &ConcordanceSpec) {
        let counted = self.subjects.len();
        self.subjects.resize(counted + ordered.len(), Subject::default());
        if !ordered.event.contains(&true) {
            return;
        }
        let stratum = Stratum::new(ordered, spec);
        let mut subjects = std::mem::take(&mut self.subjects);
        if stratum.has_unit_weights() {
            self.sweep::<Bits>(&stratum, &mut subjects[counted..]);
        } else {
            self.sweep::<Weights>(&stratum, &mut subjects[counted..]);
        }
        self.subjects = subjects;
    }

    /// The same without a look at single subjects.
    pub(super) fn count_alone(&mut self, ordered: Ordered<'_>, spec: &ConcordanceSpec) {
        if !ordered.event.contains(&true) {
            return;
        }
        let stratum = Stratum::new(ordered, spec);
        if stratum.has_unit_weights() {
            self.backward::<Bits>(&stratum, |_, _, _| ());
        } else {
            self.backward::<Weights>(&stratum, |_, _, _| ());
        }
    }

    fn sweep<T: Tally>(&mut self, stratum: &Stratum<'_>, subjects: &mut [Subject]) {
        self.backward::<T>(stratum, |place, weight, split| {
            subjects[place].add(weight, split.lower, split.higher, stratum.ties * split.equal);
        });
        forward::<T>(stratum, subjects);
    }

    /// From the last time to the first: each event against those at risk beyond it; `found` hears of every one.
    fn backward<T: Tally>(&mut self, stratum: &Stratum<'_>, mut found: impl FnMut(usize, f64, &Split)) {
        let ordered = &stratum.ordered;
        let mut at_risk = T::new(ordered.len());
        // Sum over distinct scores of the cube of their weight at risk: ties lower the variance of ranks.
        let mut cubes = 0.0;
        let mut leave = stratum.by_entry.len();
        let mut end = ordered.len();
        while end > 0 {
            let leaving = ordered.leaving_until(end);
            end = leaving.start;
            let mut enter = |at_risk: &mut T, place: usize, weight: f64| {
                let standing = stratum.standing[place];
                let before = at_risk.equal(standing);
                at_risk.add(standing, weight);
                cubes += (before + weight).powi(3) - before.powi(3);
            };
            while leave > 0 && stratum.entry(leave - 1) >= ordered.time[leaving.start] {
                leave -= 1;
                let place = stratum.by_entry[leave] as usize;
                enter(&mut at_risk, place, -ordered.weight(place));
            }
            for place in leaving.censored() {
                enter(&mut at_risk, place, ordered.weight(place));
            }
            let mut died = 0.0;
            let time_weight = stratum.time_weight(leaving);
            for place in leaving.deaths() {
                let split = at_risk.split(stratum.standing[place]);
                let weight = time_weight * ordered.weight(place);
                self.concordant += weight * split.lower;
                self.discordant += weight * split.higher;
                self.tied_score += weight * split.equal;
                died += weight;
                found(place, time_weight, &split);
            }
            for place in leaving.deaths() {
                enter(&mut at_risk, place, ordered.weight(place));
            }
            self.tied_events(stratum, leaving);
            if died > 0.0 {
                let total = at_risk.total();
                self.null_variance += died * (total.powi(3) - cubes) / (12.0 * total);
            }
        }
    }

    /// Pairs of events at one time.
    fn tied_events(&mut self, stratum: &Stratum<'_>, leaving: Leaving) {
        if leaving.deaths().len() < 2 {
            return;
        }
        let of = |place: usize| (stratum.standing[place].first, stratum.ordered.weight(place));
        let mut dead: Vec<(u32, f64)> = leaving.deaths().map(of).collect();
        dead.sort_by_key(|(score, _)| *score);
        let time_weight = stratum.time_weight(leaving);
        let pairs = |sum: f64, squares: f64| time_weight * (sum * sum - squares) / 2.0;
        let sums = |dead: &[(u32, f64)]| dead.iter().fold((0.0, 0.0), |(s, q), (_, w)| (s + w, q + w * w));
        let (sum, squares) = sums(&dead);
        let same: f64 = dead.chunk_by(|a, b| a.0 == b.0).map(sums).map(|(s, q)| pairs(s, q)).sum();
        self.tied_both += same;
        self.tied_time += pairs(sum, squares) - same;
    }
}

/// From the first time to the last: each survivor against the events before it.
fn forward<T: Tally>(stratum: &Stratum<'_>, subjects: &mut [Subject]) {
    let ordered = &stratum.ordered;
    let mut events = T::new(ordered.len());
    let mut survive = |events: &T, place: usize, sign: f64| {
        let Split { lower, equal, higher } = events.split(stratum.standing[place]);
        subjects[place].add(sign, higher, lower, stratum.ties * equal);
    };
    let (mut entered, mut start) = (0, 0);
    while start < ordered.len() {
        let leaving = ordered.leaving_from(start);
        while entered < stratum.by_entry.len() && stratum.entry(entered) < ordered.time[start] {
            survive(&events, stratum.by_entry[entered] as usize, -1.0);
            entered += 1;
        }
        leaving.deaths().for_each(|place| survive(&events, place, 1.0));
        let time_weight = stratum.time_weight(leaving);
        for place in leaving.deaths() {
            events.add(stratum.standing[place], time_weight * ordered.weight(place));
        }
        leaving.censored().for_each(|place| survive(&events, place, 1.0));
        start = leaving.end;
    }
}

impl Subject {
    #[inline]
    fn add(&mut self, weight: f64, concordant: f64, discordant: f64, tied: f64) {
        self.balance += weight * (concordant - discordant);
        self.comparable += weight * (concordant + discordant + tied);
    }
}

impl<'a> Stratum<'a> {
    fn new(ordered: Ordered<'a>, spec: &ConcordanceSpec) -> Self {
        // Scores sort as times do.
        let by_score = TimeOrder::new(ordered.score);
        Self {
            ordered,
            ties: spec.tied_scores.count(),
            time_weight: time_weights(&ordered, spec.weight, spec.tau),
            standing: standings(&by_score.time, &by_score.row),
            by_entry: ordered.entry.map_or_else(Vec::new, |entry| TimeOrder::new(entry).row),
        }
    }

    #[inline]
    fn time_weight(&self, leaving: Leaving) -> f64 {
        self.time_weight.as_ref().map_or(1.0, |weight| weight[leaving.start])
    }

    /// Entry time of the subject that is `at`-th to enter.
    #[inline]
    fn entry(&self, at: usize) -> f64 {
        self.ordered.entry.map_or(f64::NEG_INFINITY, |entry| entry[self.by_entry[at] as usize])
    }

    /// Whether every pair counts 1 or, at an event time without weight, nothing.
    fn has_unit_weights(&self) -> bool {
        self.ordered.weight.is_none() && self.time_weight.iter().flatten().all(|w| *w == 1.0 || *w == 0.0)
    }
}
