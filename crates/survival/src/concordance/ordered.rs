//! What pairs are counted from.

use std::ops::Range;

/// Follow-up and score of subjects by stratum and time, at equal times events first: their places.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ordered<'a> {
    pub time: &'a [f64],
    pub event: &'a [bool],
    pub score: &'a [f64],
    /// Case weights, unless all are 1.
    pub weight: Option<&'a [f64]>,
    /// Entry times, if entry is delayed.
    pub entry: Option<&'a [f64]>,
}

impl<'a> Ordered<'a> {
    /// The subjects at some places.
    pub fn part(&self, places: Range<usize>) -> Self {
        let part = |values: &'a [f64]| &values[places.clone()];
        Self {
            time: part(self.time),
            event: &self.event[places.clone()],
            score: part(self.score),
            weight: self.weight.map(part),
            entry: self.entry.map(part),
        }
    }

    /// Number of subjects.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    #[inline]
    pub fn weight(&self, place: usize) -> f64 {
        self.weight.map_or(1.0, |weight| weight[place])
    }

    /// Those who leave at the time of the subject at `start`, the first of them.
    #[inline]
    pub(super) fn leaving_from(&self, start: usize) -> Leaving {
        let same = |&place: &usize| self.time[place] == self.time[start];
        let end = (start + 1..self.len()).take_while(same).last().map_or(start + 1, |last| last + 1);
        self.leaving(start..end)
    }

    /// Those who leave at the time of the last subject before `end`.
    #[inline]
    pub(super) fn leaving_until(&self, end: usize) -> Leaving {
        let same = |&place: &usize| self.time[place] == self.time[end - 1];
        let start = (0..end - 1).rev().take_while(same).last().unwrap_or(end - 1);
        self.leaving(start..end)
    }

    #[inline]
    fn leaving(&self, places: Range<usize>) -> Leaving {
        let deaths = self.event[places.clone()].iter().take_while(|event| **event).count();
        Leaving { start: places.start, deaths_end: places.start + deaths, end: places.end }
    }
}

/// Who leaves at one time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving {
    pub(super) start: usize,
    /// Events go first.
    pub(super) deaths_end: usize,
    pub(super) end: usize,
}

impl Leaving {
    pub(super) fn deaths(self) -> Range<usize> {
        self.start..self.deaths_end
    }

    pub(super) fn censored(self) -> Range<usize> {
        self.deaths_end..self.end
    }
}
