//! Sums of risk times covariate over the risk sets, a run of event times at a time.

use std::ops::Range;

use super::columns::Columns;
use super::gram::BLOCK;
use super::hazard::Hazard;
use super::risk_sets::{Block, Delayed, RiskSets, Stratum};
use super::running::Carry;
use crate::widest::{Kernel, widest};

/// Room for the sums of one column: one more than a run of event times takes, for rows that none of them counts.
pub(crate) const STRIDE: usize = BLOCK + 8;

/// Where the sums of such rows go.
const NOWHERE: u32 = BLOCK as u32;

/// What the first column of all is: risks alone are summed with it.
const ONES: [f64; BLOCK] = [1.0; BLOCK];

/// Columns whose sums run side by side.
const TOGETHER: usize = 8;

/// Sums over a run of at most [`BLOCK`] event times: event time k and column j at `[j * STRIDE + k - first]`.
pub(crate) struct CovariateSums {
    /// Sums of the risks alone, then of each column: those at risk.
    sums: Vec<f64>,
    /// Over those who die, of tied event times only.
    dying: Vec<f64>,
    /// The places of these in their run.
    tied: Vec<usize>,
    /// The sums where the last block ended.
    carry: Vec<f64>,
    /// For each row of a block, the place of the event time whose risk set it is the last to join.
    places: [u32; BLOCK],
}

impl CovariateSums {
    pub fn new(p: usize) -> Self {
        Self {
            sums: vec![0.0; (p + 1) * STRIDE],
            dying: vec![0.0; p * STRIDE],
            tied: Vec::with_capacity(BLOCK),
            carry: vec![0.0; p + 1],
            places: [NOWHERE; BLOCK],
        }
    }

    /// Sums of the risks of those at risk.
    pub fn risks(&self) -> &[f64] {
        &self.sums[..STRIDE]
    }

    /// Over those at risk.
    pub fn at_risk(&mut self) -> &mut [f64] {
        &mut self.sums[STRIDE..]
    }

    /// Without delayed entry rows are only added: takes in one block after the other, from the last of a stratum to its first.
    pub fn take(&mut self, sets: &RiskSets, x: &Columns, risk: &[f64], block: &Block) {
        if block.rows.end == sets.strata[block.stratum].rows.end {
            self.carry.fill(0.0);
        }
        let before = (block.run.start + block.stratum) as u32;
        for (place, until) in self.places.iter_mut().zip(&sets.until[block.rows.clone()]) {
            *place = (until - before).wrapping_sub(1).min(NOWHERE);
        }
        let column = |j: usize| match j {
            0 => &ONES[..block.rows.len()],
            _ => &x.column(j - 1)[block.rows.clone()],
        };
        let (risk, places) = (&risk[block.rows.clone()], &self.places[..block.rows.len()]);
        let groups = self.carry.chunks_mut(TOGETHER).zip(self.sums.chunks_mut(TOGETHER * STRIDE));
        for (group, (carry, sums)) in groups.enumerate() {
            let from = group * TOGETHER;
            match carry.len() {
                1 => Joining::<1>::all(column, from, risk, places, carry, sums),
                2 => Joining::<2>::all(column, from, risk, places, carry, sums),
                3 => Joining::<3>::all(column, from, risk, places, carry, sums),
                4 => Joining::<4>::all(column, from, risk, places, carry, sums),
                5 => Joining::<5>::all(column, from, risk, places, carry, sums),
                6 => Joining::<6>::all(column, from, risk, places, carry, sums),
                7 => Joining::<7>::all(column, from, risk, places, carry, sums),
                _ => Joining::<TOGETHER>::all(column, from, risk, places, carry, sums),
            }
        }
    }

    /// Sums over those who die at the event times of a run, where they count for more than one.
    pub fn take_dying(&mut self, sets: &RiskSets, x: &Columns, risk: &[f64], run: &Range<usize>) {
        let events = &sets.events[run.clone()];
        self.tied.clear();
        self.tied.extend((0..events.len()).filter(|&place| events[place].count > 1.0));
        for (j, dying) in self.dying.chunks_mut(STRIDE).enumerate() {
            for (sum, &place) in dying.iter_mut().zip(&self.tied) {
                let rows = events[place].dying();
                *sum = x.column(j)[rows.clone()].iter().zip(&risk[rows]).map(|(x, r)| x * r).sum();
            }
        }
    }

    /// The places of the event times of a run at which those who die count for more than one.
    pub fn tied(&self) -> &[usize] {
        &self.tied
    }

    /// The sums over those who die: column j and the t-th of [`Self::tied`] at `[j * STRIDE + t]`.
    pub fn dying(&self) -> &[f64] {
        &self.dying
    }

    /// Takes a share of those who die off the sums over those at risk, by tied event time.
    pub fn less_dying(&mut self, shares: &[f64]) {
        for (at_risk, dying) in self.sums[STRIDE..].chunks_mut(STRIDE).zip(self.dying.chunks(STRIDE)) {
            for (&place, (dying, share)) in self.tied.iter().zip(dying.iter().zip(shares)) {
                at_risk[place] -= share * dying;
            }
        }
    }
}

/// Rows of a block that join the sums of `T` columns, from the last to the first.
struct Joining<'a, const T: usize> {
    columns: [&'a [f64]; T],
    risk: &'a [f64],
    places: &'a [u32],
    carry: &'a mut [f64],
    sums: &'a mut [f64],
}

impl<'a, const T: usize> Joining<'a, T> {
    #[inline]
    fn all(
        column: impl Fn(usize) -> &'a [f64],
        from: usize,
        risk: &'a [f64],
        places: &'a [u32],
        carry: &'a mut [f64],
        sums: &'a mut [f64],
    ) {
        widest(Self { columns: std::array::from_fn(|t| column(from + t)), risk, places, carry, sums });
    }
}

impl<const T: usize> Kernel for Joining<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.risk.len();
        let columns = self.columns.map(|column| &column[..n]);
        let sums: [&mut [f64]; T] = {
            let mut chunks = self.sums.chunks_mut(STRIDE);
            std::array::from_fn(|_| chunks.next().unwrap_or_default())
        };
        let mut sum: [f64; T] = std::array::from_fn(|t| self.carry[t]);
        for row in (0..n).rev() {
            let (risk, place) = (self.risk[row], self.places[row] as usize);
            for t in 0..T {
                sum[t] += risk * columns[t][row];
                // Every row leaves its sums: those of the first row of an event time stay.
                sums[t][place] = sum[t];
            }
        }
        self.carry.copy_from_slice(&sum);
    }
}

/// Calls `visit` with runs of event times, from the last to the first of each stratum, and their sums.
pub(crate) fn walk_risk_sets(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    sums: &mut CovariateSums,
    mut visit: impl FnMut(Range<usize>, &mut CovariateSums),
) {
    match &sets.delayed {
        None => {
            for block in sets.blocks() {
                sums.take(sets, x, &hazard.risk, &block);
                sums.take_dying(sets, x, &hazard.risk, &block.run);
                visit(block.run, sums);
            }
        }
        Some(delayed) => {
            for stratum in &sets.strata {
                by_event_times(sets, delayed, x, hazard, stratum, sums, &mut visit);
            }
        }
    }
}

/// With delayed entry rows leave the sums again.
fn by_event_times(
    sets: &RiskSets,
    delayed: &Delayed,
    x: &Columns,
    hazard: &Hazard,
    stratum: &Stratum,
    sums: &mut CovariateSums,
    visit: &mut impl FnMut(Range<usize>, &mut CovariateSums),
) {
    let n = x.n;
    let mut carries = vec![Carry::new(stratum.rows.end); x.p];
    let mut end = stratum.events.end;
    while end > stratum.events.start {
        let run = end.saturating_sub(BLOCK).max(stratum.events.start)..end;
        for (j, carry) in carries.iter_mut().enumerate() {
            let (column, by_entry) = (x.column(j), &x.by_entry[j * n..(j + 1) * n]);
            for k in run.clone().rev() {
                let ended = |row: usize| column[row] * hazard.risk[row];
                let entered = |position: usize| by_entry[position] * hazard.risk_by_entry[position];
                let (first, outside) = (sets.events[k].first, delayed.outside[k] as usize);
                sums.at_risk()[j * STRIDE + k - run.start] = carry.advance(first, ended, outside, entered);
            }
        }
        sums.take_dying(sets, x, &hazard.risk, &run);
        end = run.start;
        visit(run, sums);
    }
}
