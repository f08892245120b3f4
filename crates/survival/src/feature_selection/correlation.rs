//! Pearson correlations as inner products of columns of length one.

use rayon::prelude::*;

use crate::coxnet::kernels::{inner_products, padded};
use crate::stats::ranks::midranks;

/// Centred columns of length 1, one after the other and padded with zeros; a constant one is all zeros and correlates with
/// nothing.
pub(super) struct Unit {
    stride: usize,
    values: Vec<f64>,
}

impl Unit {
    /// Of the values, or of their ranks (Spearman).
    pub(super) fn new(columns: &[&[f64]], ranks: bool) -> Self {
        let stride = padded(columns.first().map_or(0, |c| c.len())).max(1);
        let mut values = vec![0.0; stride * columns.len()];
        values.par_chunks_exact_mut(stride).zip(columns).for_each(|(unit, column)| {
            match ranks {
                true => unit[..column.len()].copy_from_slice(&midranks(column).rank),
                false => unit[..column.len()].copy_from_slice(column),
            }
            normalize(&mut unit[..column.len()]);
        });
        Self { stride, values }
    }

    /// Column `j` with its padding.
    pub(super) fn column(&self, j: usize) -> &[f64] {
        &self.values[j * self.stride..(j + 1) * self.stride]
    }

    /// The columns without padding.
    pub(super) fn columns(&self, rows: usize) -> Vec<Vec<f64>> {
        self.values.chunks_exact(self.stride).map(|c| c[..rows].to_vec()).collect()
    }

    /// r of column `j` with every column.
    pub(super) fn with_all(&self, j: usize) -> Vec<f64> {
        let mut r = vec![0.0; self.values.len() / self.stride];
        inner_products(&self.values, self.column(j), &mut r);
        r
    }
}

fn normalize(values: &mut [f64]) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|v| *v -= mean);
    let length = values.iter().map(|v| v * v).sum::<f64>().sqrt();
    // What rounding leaves of a constant column has no direction.
    let by = if length > 1e-13 * mean.abs() * (values.len() as f64).sqrt() { length } else { f64::INFINITY };
    values.iter_mut().for_each(|v| *v /= by);
}

/// Columns that were kept, adjoining, so that another is held against many at a time.
pub(super) struct Kept {
    stride: usize,
    values: Vec<f64>,
    r: [f64; BLOCK],
}

/// Columns at a time: the first that is correlated ends the search.
const BLOCK: usize = 64;

impl Kept {
    pub(super) fn new(unit: &Unit) -> Self {
        Self { stride: unit.stride, values: Vec::new(), r: [0.0; BLOCK] }
    }

    /// Whether `column` has |r| above `limit` with one that was kept.
    pub(super) fn has_like(&mut self, column: &[f64], limit: f64) -> bool {
        for block in self.values.chunks(BLOCK * self.stride) {
            let r = &mut self.r[..block.len() / self.stride];
            inner_products(block, column, r);
            if r.iter().any(|r| r.abs() > limit) {
                return true;
            }
        }
        false
    }

    pub(super) fn push(&mut self, column: &[f64]) {
        self.values.extend_from_slice(column);
    }
}
