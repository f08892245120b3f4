//! The design in the order of the risk sets, centred and scaled for a stable fit.

use super::design::Design;
use super::gram::{BLOCK, Rows, lanes_dot};
use super::risk_sets::RiskSets;
use crate::widest::{Kernel, LANES, reduce, widest};

/// Columns in sorted order, each `(x - centre) * scale`, stored column by column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Columns {
    /// Number of rows.
    pub n: usize,
    /// Number of columns.
    pub p: usize,
    /// The values.
    pub values: Vec<f64>,
    /// The values once more by ascending entry, where entry is delayed.
    pub by_entry: Vec<f64>,
    /// What was subtracted.
    pub centre: Vec<f64>,
    /// What was multiplied with.
    pub scale: Vec<f64>,
    /// The weighted means (plain ones with delayed entry, as R has them); zero for a column that holds only -1, 0 and 1.
    pub means: Vec<f64>,
}

impl Columns {
    /// Sorts, centres and scales the columns of `design`.
    pub fn new(design: &Design, sets: &RiskSets) -> Self {
        let (n, p) = (sets.len(), design.n_columns());
        let mut columns = Self {
            n,
            p,
            values: Vec::with_capacity(n * p),
            by_entry: Vec::new(),
            centre: Vec::with_capacity(p),
            scale: Vec::with_capacity(p),
            means: Vec::with_capacity(p),
        };
        let total = sets.total_weight();
        for j in 0..p {
            let raw = design.column(j);
            columns.values.extend(sets.order.iter().map(|&row| raw[row as usize]));
            let sorted = &mut columns.values[j * n..];
            let indicator = raw.iter().all(|&x| x == 0.0 || x == 1.0 || x == -1.0);
            let (mean, by) = scaling(sorted, &sets.weight, total);
            let scale = if indicator { 1.0 } else { by };
            sorted.iter_mut().for_each(|x| *x = (*x - mean) * scale);
            columns.centre.push(mean);
            columns.scale.push(scale);
            columns.means.push(match (indicator, &sets.delayed) {
                (true, _) => 0.0,
                (false, None) => mean,
                (false, Some(_)) => raw.iter().sum::<f64>() / n as f64,
            });
        }
        if let Some(delayed) = &sets.delayed {
            columns.by_entry = Vec::with_capacity(n * p);
            for j in 0..p {
                let sorted = &columns.values[j * n..(j + 1) * n];
                columns.by_entry.extend(delayed.order.iter().map(|&r| sorted[r as usize]));
            }
        }
        columns
    }

    /// Some of the columns, in the order of `keep`.
    pub fn subset(&self, keep: &[usize]) -> Self {
        let n = self.n;
        let pick = |v: &[f64]| keep.iter().map(|&j| v[j]).collect();
        let blocks = |v: &[f64]| match v.is_empty() {
            true => Vec::new(),
            false => keep.iter().flat_map(|&j| &v[j * n..(j + 1) * n]).copied().collect(),
        };
        Self {
            n,
            p: keep.len(),
            values: blocks(&self.values),
            by_entry: blocks(&self.by_entry),
            centre: pick(&self.centre),
            scale: pick(&self.scale),
            means: pick(&self.means),
        }
    }

    /// Some of the sorted rows, ascending: those of `sets`.
    pub fn sample(&self, sets: &RiskSets, rows: &[u32]) -> Self {
        let by_row = |j: usize| rows.iter().map(move |&r| self.column(j)[r as usize]);
        let values: Vec<f64> = (0..self.p).flat_map(by_row).collect();
        let by_entry = match &sets.delayed {
            None => Vec::new(),
            Some(delayed) => (0..self.p)
                .flat_map(|j| delayed.order.iter().map(move |&r| (j, r)))
                .map(|(j, r)| values[j * rows.len() + r as usize])
                .collect(),
        };
        Self {
            n: rows.len(),
            p: self.p,
            values,
            by_entry,
            centre: self.centre.clone(),
            scale: self.scale.clone(),
            means: self.means.clone(),
        }
    }

    /// The sorted rows from `start` on.
    pub fn rows(&self, start: usize) -> Rows<'_> {
        Rows { values: &self.values, stride: self.n, start }
    }

    /// Column `j`, sorted.
    pub fn column(&self, j: usize) -> &[f64] {
        &self.values[j * self.n..(j + 1) * self.n]
    }

    /// Linear predictor of every sorted row: offset + columns beta (scaled coefficients).
    pub fn linear_predictor(&self, beta: &[f64], offset: &[f64], out: &mut [f64]) {
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            self.linear_predictor_from(block * BLOCK, beta, offset, out);
        }
    }

    /// The same of some rows, from `start` on.
    pub fn linear_predictor_from(&self, start: usize, beta: &[f64], offset: &[f64], out: &mut [f64]) {
        widest(Predictor { columns: self, beta, offset, start, out });
    }
}

struct Predictor<'a> {
    columns: &'a Columns,
    beta: &'a [f64],
    offset: &'a [f64],
    start: usize,
    out: &'a mut [f64],
}

impl Kernel for Predictor<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.start..self.start + self.out.len();
        match self.offset {
            [] => self.out.fill(0.0),
            offset => self.out.copy_from_slice(&offset[rows.clone()]),
        }
        for (j, &b) in self.beta.iter().enumerate().filter(|(_, b)| **b != 0.0) {
            let column = &self.columns.column(j)[rows.clone()];
            self.out.iter_mut().zip(column).for_each(|(eta, x)| *eta += b * x);
        }
    }
}

/// What to subtract from a column and what to multiply it with: its weighted mean and one over its weighted mean absolute
/// deviation. A constant column becomes zeros.
pub(crate) fn scaling(column: &[f64], weight: &[f64], total: f64) -> (f64, f64) {
    if column.iter().all(|&x| x == column[0]) {
        return (column.first().copied().unwrap_or(0.0), 1.0);
    }
    let mean = lanes_dot(column, weight) / total;
    let deviation = widest(Deviation { column, weight, mean });
    (mean, if deviation > 0.0 { total / deviation } else { 1.0 })
}

/// The weighted sum of distances from the mean.
struct Deviation<'a> {
    column: &'a [f64],
    weight: &'a [f64],
    mean: f64,
}

impl Kernel for Deviation<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let distance = |(x, w): (&f64, &f64)| w * (x - self.mean).abs();
        let (column, last) = self.column.as_chunks::<LANES>();
        let (weight, last_weight) = self.weight.as_chunks::<LANES>();
        let mut sum = [0.0; LANES];
        for (x, w) in column.iter().zip(weight) {
            (0..LANES).for_each(|l| sum[l] += distance((&x[l], &w[l])));
        }
        reduce([sum])[0] + last.iter().zip(last_weight).map(distance).sum::<f64>()
    }
}
