//! Who is at risk when: follow-up sorted once, shared by every pass of a fit and by all that follows it.

use std::ops::Range;

use super::error::CoxError;
use super::factor::Factor;
use super::gram::BLOCK;
use crate::Survival;
use crate::order::TimeOrder;

/// One distinct time with events, within one stratum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventTime {
    /// The time.
    pub time: f64,
    /// First sorted row of that time: its rows and all later ones of the stratum have not left before it.
    pub first: usize,
    /// Number of rows that die: `first..first + deaths`.
    pub deaths: usize,
    /// Their weights' sum.
    pub weight: f64,
    /// How many they are, copies counted.
    pub count: f64,
}

impl EventTime {
    /// The sorted rows that die at this time.
    pub fn dying(&self) -> Range<usize> {
        self.first..self.first + self.deaths
    }
}

/// One stratum's part of the sorted rows and of the event times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stratum {
    /// Sorted rows.
    pub rows: Range<usize>,
    /// Event times, ascending.
    pub events: Range<usize>,
    /// Code of the stratum.
    pub code: u32,
}

/// Rows of one stratum that stay in the fastest cache, and the event times whose first row is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub stratum: usize,
    pub rows: Range<usize>,
    /// At most as many event times as rows.
    pub run: Range<usize>,
}

/// Delayed entry: the same rows by the time from which they are at risk.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Delayed {
    /// Sorted rows by stratum and ascending entry.
    pub order: Vec<u32>,
    /// For every event time, the first position of `order` in its stratum that is not yet at risk.
    pub outside: Vec<u32>,
    /// For every sorted row, the slot of the cumulative hazard at its entry.
    pub from: Vec<u32>,
    /// Entry times, ascending in each stratum.
    pub entry: Vec<f64>,
}

/// Follow-up sorted by stratum and time, at equal times events first.
///
/// Cumulative quantities have one slot per event time and a leading zero per stratum: `slots()` in all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RiskSets {
    /// Row of the data for every sorted row.
    pub order: Vec<u32>,
    /// End of follow-up, sorted.
    pub time: Vec<f64>,
    /// Event indicator, sorted.
    pub death: Vec<bool>,
    /// Weights, sorted; ones without weights.
    pub weight: Vec<f64>,
    /// Offsets, sorted; empty without.
    pub offset: Vec<f64>,
    /// Strata in order of their codes.
    pub strata: Vec<Stratum>,
    /// Event times, by stratum and time.
    pub events: Vec<EventTime>,
    /// For every sorted row, the slot of the cumulative hazard at the end of its follow-up.
    pub until: Vec<u32>,
    /// Entry times' order, if entry is delayed.
    pub delayed: Option<Delayed>,
}

impl RiskSets {
    /// Sorts `survival`; with `timefix`, times that differ by rounding only are made equal first.
    pub fn new(
        survival: &Survival,
        strata: Option<&Factor>,
        offset: Option<&[f64]>,
        timefix: bool,
    ) -> Result<Self, CoxError> {
        if u32::try_from(survival.len()).is_err() {
            return Err(CoxError::TooManyRows(survival.len()));
        }
        // With delayed entry rounding differences between entries and ends count too.
        let fixed = (timefix && survival.entry().is_some()).then(|| survival.clone().timefix());
        let survival = fixed.as_ref().unwrap_or(survival);
        if let Some(entry) = survival.entry()
            && let Some(row) = (0..entry.len()).find(|&i| entry[i] >= survival.time()[i])
        {
            return Err(CoxError::EmptyInterval { row });
        }
        let mut sorted = TimeOrder::new(survival.time());
        if timefix && fixed.is_none() {
            sorted.timefix();
        }
        let codes = strata.map_or(&[][..], Factor::codes);
        let code = |row: u32| codes.get(row as usize).copied().unwrap_or(0);
        if strata.is_some() {
            sorted = sorted.by_stratum(code);
        }
        sorted.events_first(survival.event(), code);
        let TimeOrder { time, row: order } = sorted;
        let pick = |v: &[f64]| order.iter().map(|&r| v[r as usize]).collect::<Vec<_>>();
        let mut sets = Self {
            time,
            death: order.iter().map(|&r| survival.event()[r as usize]).collect(),
            weight: survival.weights().map_or_else(|| vec![1.0; order.len()], pick),
            offset: offset.map_or_else(Vec::new, pick),
            strata: Vec::new(),
            events: Vec::with_capacity(survival.n_events()),
            until: vec![0; order.len()],
            delayed: None,
            order,
        };
        sets.find_event_times(codes);
        sets.weigh();
        if let Some(entry) = survival.entry() {
            sets.delayed = Some(sets.delay(entry));
        }
        Ok(sets)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Number of slots of a cumulative quantity.
    pub fn slots(&self) -> usize {
        self.events.len() + self.strata.len()
    }

    /// Sum of the weights.
    pub fn total_weight(&self) -> f64 {
        self.weight.iter().sum()
    }

    /// Number of rows with an event.
    pub fn n_events(&self) -> usize {
        self.death.iter().filter(|&&d| d).count()
    }

    /// The slot just before the first event time of stratum `s`.
    pub fn first_slot(&self, s: usize) -> usize {
        self.strata[s].events.start + s
    }

    /// The event time at which sorted row `row` dies, if it does, given its stratum.
    pub fn own_event(&self, row: usize, stratum: usize) -> usize {
        self.until[row] as usize - stratum - 1
    }

    /// Values in sorted order, put back into the rows' order.
    pub fn unsort(&self, sorted: &[f64]) -> Vec<f64> {
        self.by_row(|row| sorted[row])
    }

    /// What `value` says of the sorted rows, in the rows' order.
    pub fn by_row(&self, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut rows = vec![0.0; self.len()];
        for (sorted, &row) in self.order.iter().enumerate() {
            rows[row as usize] = value(sorted);
        }
        rows
    }

    /// All rows by blocks, from the last block to the first of each stratum.
    pub fn blocks(&self) -> impl Iterator<Item = Block> {
        self.strata.iter().enumerate().flat_map(move |(s, stratum)| {
            let all = stratum.rows.clone();
            (0..all.len().div_ceil(BLOCK)).map(move |block| {
                let end = all.end - block * BLOCK;
                let rows = end.saturating_sub(BLOCK).max(all.start)..end;
                let run = self.events_before(rows.start, s)..self.events_before(rows.end, s);
                Block { stratum: s, rows, run }
            })
        })
    }

    /// Where the event times of stratum `s` end whose first row is before `row`.
    fn events_before(&self, row: usize, s: usize) -> usize {
        let Stratum { rows, events, .. } = &self.strata[s];
        if row == rows.end {
            return events.end;
        }
        let until = self.until[row] as usize - s;
        let begins_here = until > events.start && self.events[until - 1].first == row;
        until - usize::from(begins_here)
    }

    /// Entry times of the sorted rows, if entry is delayed.
    pub fn entry(&self) -> Option<Vec<f64>> {
        let Delayed { order, entry: by_entry, .. } = self.delayed.as_ref()?;
        let mut entry = vec![0.0; self.len()];
        order.iter().zip(by_entry).for_each(|(&row, &time)| entry[row as usize] = time);
        Some(entry)
    }

    /// The sorted rows of each stratum.
    pub fn stratum_rows(&self) -> impl Iterator<Item = Range<usize>> {
        self.strata.iter().map(|stratum| stratum.rows.clone())
    }

    /// Whether at any event somebody is at risk whose value, of one in sorted order, differs from another's.
    pub fn compares(&self, values: &[f64]) -> bool {
        let entry = self.entry();
        self.strata.iter().any(|stratum| {
            self.events[stratum.events.clone()].iter().any(|event| {
                let at_risk = |row: &usize| entry.as_ref().is_none_or(|entry| entry[*row] < event.time);
                (event.first..stratum.rows.end).filter(at_risk).any(|row| values[row] != values[event.first])
            })
        })
    }

    /// Takes the weights of the event times from those of the rows.
    fn weigh(&mut self) {
        for event in &mut self.events {
            event.weight = self.weight[event.dying()].iter().sum();
            event.count = event.deaths as f64;
        }
    }

    /// A sample in which row i of the data occurs `copies[i]` times, and which of the sorted rows occur in it.
    pub fn sample(&self, copies: &[u32]) -> (Self, Vec<u32>) {
        let occurs = |sorted: u32| copies[self.order[sorted as usize] as usize];
        // Written whether it occurs or not: chance decides, and a branch could not be foreseen.
        let (mut rows, mut found) = (vec![0; self.len()], 0);
        for sorted in 0..self.len() as u32 {
            rows[found] = sorted;
            found += usize::from(occurs(sorted) > 0);
        }
        rows.truncate(found);
        let pick = |values: &[f64]| rows.iter().map(|&r| values[r as usize]).collect::<Vec<_>>();
        let mut sample = Self {
            order: rows.iter().map(|&r| self.order[r as usize]).collect(),
            time: pick(&self.time),
            death: rows.iter().map(|&r| self.death[r as usize]).collect(),
            weight: rows.iter().map(|&r| self.weight[r as usize] * f64::from(occurs(r))).collect(),
            offset: if self.offset.is_empty() { Vec::new() } else { pick(&self.offset) },
            strata: Vec::with_capacity(self.strata.len()),
            events: Vec::with_capacity(self.events.len()),
            until: vec![0; rows.len()],
            delayed: None,
        };
        sample.find_event_times(&self.codes());
        sample.weigh();
        for event in &mut sample.events {
            event.count = rows[event.dying()].iter().map(|&r| f64::from(occurs(r))).sum();
        }
        if let Some(delayed) = &self.delayed {
            let mut entry = vec![0.0; self.len()];
            delayed.order.iter().zip(&delayed.entry).for_each(|(&r, &e)| entry[self.order[r as usize] as usize] = e);
            sample.delayed = Some(sample.delay(&entry));
        }
        (sample, rows)
    }

    /// The stratum of every row of the data; empty with one stratum only.
    fn codes(&self) -> Vec<u32> {
        if self.strata.len() == 1 {
            return Vec::new();
        }
        let mut codes = vec![0; self.len()];
        for stratum in &self.strata {
            self.order[stratum.rows.clone()].iter().for_each(|&row| codes[row as usize] = stratum.code);
        }
        codes
    }

    /// `codes`: the stratum of every row of the data; empty with one stratum only.
    fn find_event_times(&mut self, codes: &[u32]) {
        let code = |row: u32| codes.get(row as usize).copied().unwrap_or(0);
        let n = self.len();
        let mut row = 0;
        while row < n {
            let stratum = code(self.order[row]);
            let (first_row, first_event) = (row, self.events.len());
            let mut slot = (first_event + self.strata.len()) as u32;
            while row < n && code(self.order[row]) == stratum {
                let (first, time) = (row, self.time[row]);
                let mut deaths = 0;
                while row < n && self.time[row] == time && code(self.order[row]) == stratum {
                    deaths += usize::from(self.death[row]);
                    row += 1;
                }
                if deaths > 0 {
                    self.events.push(EventTime { time, first, deaths, weight: 0.0, count: 0.0 });
                    slot += 1;
                }
                self.until[first..row].fill(slot);
            }
            self.strata.push(Stratum { rows: first_row..row, events: first_event..self.events.len(), code: stratum });
        }
    }

    fn delay(&self, entry: &[f64]) -> Delayed {
        let entry_of = |sorted: u32| entry[self.order[sorted as usize] as usize];
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        let mut outside = vec![0; self.events.len()];
        let mut from = vec![0; self.len()];
        for (s, stratum) in self.strata.iter().enumerate() {
            let own = &mut order[stratum.rows.clone()];
            own.sort_by(|&a, &b| entry_of(a).total_cmp(&entry_of(b)));
            let mut passed = 0;
            for k in stratum.events.clone() {
                passed += own[passed..].partition_point(|&r| entry_of(r) < self.events[k].time);
                outside[k] = (stratum.rows.start + passed) as u32;
            }
            let times = &self.events[stratum.events.clone()];
            for &r in own.iter() {
                let before = times.partition_point(|e| e.time <= entry_of(r));
                from[r as usize] = (self.first_slot(s) + before) as u32;
            }
        }
        Delayed { entry: order.iter().map(|&r| entry_of(r)).collect(), order, outside, from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_times_strata_and_slots() {
        let survival = Survival::new(vec![3.0, 1.0, 3.0, 2.0, 5.0, 1.0], vec![true, false, true, true, true, true])
            .expect("valid");
        let strata = Factor::from_labels(&["a", "a", "a", "b", "b", "a"]);
        let sets = RiskSets::new(&survival, Some(&strata), None, true).expect("valid");
        assert_eq!(sets.order, [5, 1, 0, 2, 3, 4]);
        assert_eq!(
            sets.events.iter().map(|e| (e.time, e.first, e.deaths)).collect::<Vec<_>>(),
            [(1.0, 0, 1), (3.0, 2, 2), (2.0, 4, 1), (5.0, 5, 1)]
        );
        assert_eq!(sets.until, [1, 1, 2, 2, 4, 5]);
        assert_eq!(sets.slots(), 6);
    }

    #[test]
    fn delayed_entry_counts_who_is_not_yet_there() {
        let survival = Survival::new(vec![2.0, 4.0, 6.0], vec![true, true, true])
            .and_then(|s| s.with_entry(vec![0.0, 2.0, 3.0]))
            .expect("valid");
        let sets = RiskSets::new(&survival, None, None, true).expect("valid");
        let delayed = sets.delayed.expect("entry is delayed");
        assert_eq!(delayed.outside, [1, 3, 3]);
        assert_eq!(delayed.from, [0, 1, 1]);
    }
}
