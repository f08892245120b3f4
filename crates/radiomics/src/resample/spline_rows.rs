//! Evaluating a cubic B-spline on a grid that is aligned with its own, sixteen voxels of a row at a time.
//!
//! Each voxel is the sum of 64 coefficients in ITK's order, z slowest and x fastest, each times (wx wy) wz. What the
//! voxels of a row share is made once: the products wx wy, and the coefficients laid out by the voxel that takes them.

use super::super::lines::{LANES, Lanes};
use super::super::simd::{self, Kernel};
use super::sample::{AxisTaps, Samples};
use super::taps::Taps;

/// The spline with coefficients `samples` at every voxel of the grid that `taps` describes; 0 outside the source.
pub(super) fn sample(samples: &Samples, taps: &AxisTaps) -> Vec<f64> {
    simd::widest(SplineRows { samples, taps })
}

struct SplineRows<'a> {
    samples: &'a Samples,
    taps: &'a AxisTaps,
}

/// Coefficients or weights for the four x-neighbours of sixteen voxels.
type Block = [Lanes; 4];

impl Kernel for SplineRows<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let [xs, ys, zs] = self.taps;
        let blocks = xs.len().div_ceil(LANES);
        let weights = self.weights(blocks);
        let mut planes = Planes::new(self.samples, xs, blocks);
        let mut out = vec![0.0; xs.len() * ys.len() * zs.len()];
        for (z, tz) in zs.iter().enumerate() {
            let Some(tz) = tz else { continue };
            tz.indices().iter().for_each(|&k| planes.prepare(k));
            for (y, ty) in ys.iter().enumerate() {
                let Some(ty) = ty else { continue };
                let row = &mut out[xs.len() * (y + ys.len() * z)..][..xs.len()];
                for (b, voxels) in row.chunks_mut(LANES).enumerate() {
                    let weights = &weights[(y * blocks + b) * 4..][..4];
                    let sum = sum_of_64(weights, tz, |j, k| planes.block(tz.indices()[k], ty.indices()[j], b));
                    voxels.copy_from_slice(&sum[..voxels.len()]);
                }
            }
        }
        out
    }
}

impl SplineRows<'_> {
    /// wx wy, by y, block of x and y-neighbour; 0 outside.
    #[inline(always)]
    fn weights(&self, blocks: usize) -> Vec<Block> {
        let [xs, ys, _] = self.taps;
        let mut weights = vec![[[0.0; LANES]; 4]; ys.len() * blocks * 4];
        for (y, ty) in ys.iter().enumerate() {
            let Some(ty) = ty else { continue };
            for (x, tx) in xs.iter().enumerate() {
                let Some(tx) = tx else { continue };
                for (j, wy) in ty.weights().iter().enumerate() {
                    let block = &mut weights[(y * blocks + x / LANES) * 4 + j];
                    for (i, wx) in tx.weights().iter().enumerate() {
                        block[i][x % LANES] = wx * wy;
                    }
                }
            }
        }
        weights
    }
}

#[inline(always)]
fn sum_of_64<'a>(weights: &[Block], tz: &Taps, block: impl Fn(usize, usize) -> &'a Block) -> Lanes {
    let mut sum = [0.0; LANES];
    for (k, wz) in tz.weights().iter().enumerate() {
        for (j, weights) in weights.iter().enumerate() {
            let coefficients = block(j, k);
            for i in 0..4 {
                for lane in 0..LANES {
                    sum[lane] += weights[i][lane] * wz * coefficients[i][lane];
                }
            }
        }
    }
    sum
}

/// The coefficients of the planes in use, laid out by the voxels of the target row that take them.
struct Planes<'a> {
    samples: &'a Samples,
    xs: &'a [Option<Taps>],
    blocks: usize,
    /// Source plane held in each slot; plane `k` goes to slot `k % 4`, since four neighbours are in use at a time.
    held: [Option<usize>; 4],
    slots: [Vec<Block>; 4],
}

impl<'a> Planes<'a> {
    fn new(samples: &'a Samples, xs: &'a [Option<Taps>], blocks: usize) -> Self {
        let slot = vec![[[0.0; LANES]; 4]; samples.region.size[1] * blocks];
        Self { samples, xs, blocks, held: [None; 4], slots: [0; 4].map(|_| slot.clone()) }
    }

    #[inline(always)]
    fn prepare(&mut self, plane: usize) {
        if self.held[plane % 4] == Some(plane) {
            return;
        }
        self.held[plane % 4] = Some(plane);
        let slot = &mut self.slots[plane % 4];
        for y in 0..self.samples.region.size[1] {
            let row = self.samples.row(y, plane);
            for (x, taps) in self.xs.iter().enumerate() {
                let Some(taps) = taps else { continue };
                let block = &mut slot[y * self.blocks + x / LANES];
                for (i, &index) in taps.indices().iter().enumerate() {
                    block[i][x % LANES] = row[index];
                }
            }
        }
    }

    #[inline(always)]
    fn block(&self, plane: usize, y: usize, block: usize) -> &Block {
        &self.slots[plane % 4][y * self.blocks + block]
    }
}
