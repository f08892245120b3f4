//! Sums of risk times covariate over the risk sets, a run of event times at a time.

use std::ops::Range;

use super::columns::Columns;
use super::gram::BLOCK;
use super::hazard::{Carry, Hazard};
use super::risk_sets::{Delayed, RiskSets, Stratum};

/// Sums over a run of at most [`BLOCK`] event times: event time k and column j at `[j * BLOCK + k - first]`.
pub(crate) struct CovariateSums {
    /// Over those at risk.
    pub at_risk: Vec<f64>,
    /// Over those who die; only where they count for more than one.
    pub dying: Vec<f64>,
    /// Running sums of the columns taken together, row by row of a block.
    running: Vec<[f64; TOGETHER]>,
}

/// Columns whose sums run side by side.
const TOGETHER: usize = 4;

impl CovariateSums {
    pub fn new(p: usize) -> Self {
        let zeros = || vec![0.0; p * BLOCK];
        Self { at_risk: zeros(), dying: zeros(), running: vec![[0.0; TOGETHER]; BLOCK] }
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
    for stratum in &sets.strata {
        match &sets.delayed {
            None => by_rows(sets, x, hazard, stratum, sums, &mut visit),
            Some(delayed) => by_event_times(sets, delayed, x, hazard, stratum, sums, &mut visit),
        }
    }
}

/// Without delayed entry rows are only added: sums run through blocks of rows and are picked up at the event times.
fn by_rows(
    sets: &RiskSets,
    x: &Columns,
    hazard: &Hazard,
    stratum: &Stratum,
    sums: &mut CovariateSums,
    visit: &mut impl FnMut(Range<usize>, &mut CovariateSums),
) {
    let mut carry = vec![0.0; x.p];
    let (mut end, mut last) = (stratum.rows.end, stratum.events.end);
    while last > stratum.events.start {
        let rows = end.saturating_sub(BLOCK).max(stratum.rows.start)..end;
        let events = &sets.events[stratum.events.start..last];
        let run = stratum.events.start + events.partition_point(|e| e.first < rows.start)..last;
        let firsts = &sets.events[run.clone()];
        for j in (0..x.p).step_by(TOGETHER) {
            let width = TOGETHER.min(x.p - j);
            run_through(x, hazard, &rows, j, &mut carry[j..j + width], &mut sums.running);
            for t in 0..width {
                let picked = firsts.iter().map(|e| sums.running[e.first - rows.start][t]);
                sums.at_risk[(j + t) * BLOCK..].iter_mut().zip(picked).for_each(|(to, sum)| *to = sum);
            }
        }
        sum_dying(sets, x, hazard, &run, sums);
        (end, last) = (rows.start, run.start);
        if !run.is_empty() {
            visit(run, sums);
        }
    }
}

/// Adds the rows, from the last to the first, to the sums of columns j.. and keeps every sum.
fn run_through(
    x: &Columns,
    hazard: &Hazard,
    rows: &Range<usize>,
    j: usize,
    carry: &mut [f64],
    running: &mut [[f64; TOGETHER]],
) {
    let risk = &hazard.risk[rows.clone()];
    // A group of fewer columns repeats its last.
    let columns: [&[f64]; TOGETHER] = std::array::from_fn(|t| &x.column(j + t.min(carry.len() - 1))[rows.clone()]);
    let mut sum: [f64; TOGETHER] = std::array::from_fn(|t| carry[t.min(carry.len() - 1)]);
    let [a, b, c, d] = columns;
    let covariates = a.iter().zip(b).zip(c).zip(d);
    for ((to, r), (((a, b), c), d)) in running[..risk.len()].iter_mut().zip(risk).zip(covariates).rev() {
        sum = [sum[0] + r * a, sum[1] + r * b, sum[2] + r * c, sum[3] + r * d];
        *to = sum;
    }
    carry.copy_from_slice(&sum[..carry.len()]);
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
                sums.at_risk[j * BLOCK + k - run.start] = carry.advance(first, ended, outside, entered);
            }
        }
        sum_dying(sets, x, hazard, &run, sums);
        end = run.start;
        visit(run, sums);
    }
}

fn sum_dying(sets: &RiskSets, x: &Columns, hazard: &Hazard, run: &Range<usize>, sums: &mut CovariateSums) {
    for k in run.clone().filter(|&k| sets.events[k].count > 1.0) {
        let rows = sets.events[k].dying();
        for j in 0..x.p {
            let pairs = x.column(j)[rows.clone()].iter().zip(&hazard.risk[rows.clone()]);
            sums.dying[j * BLOCK + k - run.start] = pairs.map(|(x, r)| x * r).sum();
        }
    }
}
