//! Neighbouring gray tone difference: how far a level is from the mean of its neighbours (Amadasun and King).

use super::Named;
use crate::texture::{Direction, Grid, LevelGrid, passes};

/// The neighbours of every voxel of a region, whatever the levels.
pub struct Surroundings {
    /// What leads to the neighbours, in addresses.
    offsets: Vec<isize>,
    /// How many of each voxel's neighbours lie in the region.
    counts: Vec<f64>,
}

impl Surroundings {
    /// The `neighbours` (offsets both ways) of the voxels of `grid`.
    pub fn new(grid: &Grid, neighbours: &[Direction]) -> Self {
        let offsets: Vec<isize> = neighbours.iter().map(|&d| grid.offset(d)).collect();
        let mut inside: Vec<u32> = grid.array();
        grid.addresses.iter().for_each(|&address| inside[address as usize] = 1);
        let counts = passes::neighbour_sums(grid, &inside, &offsets);
        let counts = grid.addresses.iter().map(|&address| f64::from(counts[address as usize])).collect();
        Self { offsets, counts }
    }
}

/// One level of the region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tone {
    /// The level i.
    pub level: f64,
    /// Its number of voxels n_i.
    pub count: f64,
    /// The sum s_i of |i - mean of the neighbours| over them.
    pub difference: f64,
}

/// Features of `grid`'s levels against those of their `surroundings`.
pub fn features(grid: &LevelGrid<'_>, surroundings: &Surroundings) -> Named {
    tone_features(&tones(grid, surroundings))
}

/// Counts and differences by level; a voxel without neighbours in the region counts with difference 0.
pub(crate) fn tones(grid: &LevelGrid<'_>, surroundings: &Surroundings) -> Vec<Tone> {
    let mut numbers: Vec<u32> = grid.grid.array();
    for (address, level) in grid.voxels() {
        numbers[address] = grid.levels.numbers[level];
    }
    let sums = passes::neighbour_sums(grid.grid, &numbers, &surroundings.offsets);
    let mut tones: Vec<Tone> =
        grid.levels.values().into_iter().map(|level| Tone { level, count: 0.0, difference: 0.0 }).collect();
    for ((address, level), &count) in grid.voxels().zip(&surroundings.counts) {
        let tone = &mut tones[level];
        tone.count += 1.0;
        if count > 0.0 {
            tone.difference += (tone.level - f64::from(sums[address]) / count).abs();
        }
    }
    tones
}

/// Features of the `tones` that occur.
pub(crate) fn tone_features(tones: &[Tone]) -> Named {
    let n: f64 = tones.iter().map(|tone| tone.count).sum();
    let share = |tone: &Tone| tone.count / n;
    let present: Vec<&Tone> = tones.iter().filter(|tone| tone.count > 0.0).collect();
    let levels = present.len() as f64;
    let differences: f64 = tones.iter().map(|tone| tone.difference).sum();
    let coarse: f64 = tones.iter().map(|tone| share(tone) * tone.difference).sum();

    let mean: f64 = present.iter().map(|tone| share(tone) * tone.level).sum();
    let variance: f64 = present.iter().map(|tone| share(tone) * (tone.level - mean).powi(2)).sum();
    // Σ_ij p_i p_j (i - j)² is twice the variance; Σ_j (i - j)² is that about the plain mean of the levels.
    let plain_mean = present.iter().map(|tone| tone.level).sum::<f64>() / levels;
    let plain_spread: f64 = present.iter().map(|tone| (tone.level - plain_mean).powi(2)).sum();
    let spread_from = |level: f64| plain_spread + levels * (level - plain_mean).powi(2);
    let strength = 2.0 * present.iter().map(|tone| share(tone) * spread_from(tone.level)).sum::<f64>();

    let (mut busy, mut complexity) = (0.0, 0.0);
    for (k, a) in present.iter().enumerate() {
        for b in &present[..k] {
            let (pa, pb) = (share(a), share(b));
            busy += (a.level * pa - b.level * pb).abs();
            complexity += (a.level - b.level).abs() * (pa * a.difference + pb * b.difference) / (pa + pb);
        }
    }
    let (busy, complexity) = (2.0 * busy, 2.0 * complexity);
    vec![
        ("Busyness", if busy == 0.0 { 0.0 } else { coarse / busy }),
        ("Coarseness", if coarse == 0.0 { 1e6 } else { 1.0 / coarse }),
        ("Complexity", complexity / n),
        ("Contrast", if levels < 2.0 { 0.0 } else { 2.0 * variance / (levels * (levels - 1.0)) * differences / n }),
        ("Strength", if differences == 0.0 { 0.0 } else { strength / differences }),
    ]
}
