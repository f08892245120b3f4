//! Gray level run lengths: how many voxels of one level follow each other in a direction.

use super::size_matrix::SizeFeatures;
use super::{Named, mean_over};
use crate::radiomics::Settings;
use crate::radiomics::settings::WeightingNorm;
use crate::radiomics::texture::{Direction, LevelGrid, passes};

/// Features of the runs of `grid`'s levels in `directions` (of distance 1); `spacing` along x, y, z weights them where
/// `weightingNorm` is set.
///
/// A direction in which no line holds two voxels of the region has no runs. Without weights each direction with runs has
/// its own matrix, and features are averaged over directions.
pub fn features(grid: &LevelGrid<'_>, directions: &[Direction], spacing: [f64; 3], settings: &Settings) -> Named {
    let matrices = by_matrix(grid, directions, spacing, settings);
    let alone = matrices.len() == 1;
    let filled: Vec<Named> = matrices.into_iter().flatten().map(|features| named(Some(features))).collect();
    match (filled.is_empty(), alone) {
        (false, _) => mean_over(&filled),
        (true, false) => named(None),
        // Sums over no run lengths at all, which are not divided by their number.
        (true, true) => named(None)
            .into_iter()
            .map(|(name, x)| (name, if name == "RunEntropy" || name == "RunVariance" { 0.0 } else { x }))
            .collect(),
    }
}

/// Features of each matrix: one for each direction, or with weights one for all; `None` without runs.
pub(super) fn by_matrix(
    grid: &LevelGrid<'_>,
    directions: &[Direction],
    spacing: [f64; 3],
    settings: &Settings,
) -> Vec<Option<SizeFeatures>> {
    let longest = grid.grid.size.into_iter().max().unwrap_or(0);
    let levels = grid.levels.values();
    let lengths: Vec<f64> = (1..=longest).map(|length| length as f64).collect();
    let features = |matrix: &[f64]| {
        let entries = matrix.iter().enumerate().filter(|&(_, &count)| count > 0.0);
        let entries = entries.map(|(at, &count)| (at / longest, at % longest, count));
        SizeFeatures::of(&levels, &lengths, entries)
    };
    match settings.weighting_norm {
        None => directions.iter().map(|&d| features(&counts(grid, d))).collect(),
        Some(norm) => {
            let mut sum = vec![0.0; levels.len() * longest];
            for &direction in directions {
                let weight = weight(direction, spacing, norm);
                sum.iter_mut().zip(counts(grid, direction)).for_each(|(sum, count)| *sum += weight * count);
            }
            vec![features(&sum)]
        }
    }
}

/// The length of `direction` in mm.
fn weight(direction: Direction, spacing: [f64; 3], norm: WeightingNorm) -> f64 {
    let lengths: [f64; 3] = std::array::from_fn(|axis| f64::from(direction[axis].abs()) * spacing[axis]);
    match norm {
        WeightingNorm::Infinity => lengths.into_iter().fold(0.0, f64::max),
        WeightingNorm::Euclidean => lengths.iter().map(|d| d * d).sum::<f64>().sqrt(),
        WeightingNorm::Manhattan => lengths.iter().sum(),
        WeightingNorm::NoWeighting => 1.0,
    }
}

/// The number of runs by level (rows) and length from 1 (columns, as many as the box is long) in `direction`.
///
/// Each voxel knows how many of its level precede it: a run of length r has one voxel with each of 0 to r - 1 before it, so
/// the runs of length r are the voxels with r - 1 before them less those with r.
pub(crate) fn counts(grid: &LevelGrid<'_>, direction: Direction) -> Vec<f64> {
    // A line reads the same from either end: the voxel before is the one with the lower address.
    let offset = -grid.grid.offset(direction).abs();
    let longest = grid.grid.size.into_iter().max().unwrap_or(0);
    let mut position: Vec<u16> = grid.grid.array();
    passes::run_positions(grid.grid, &grid.at, offset, &mut position);
    let mut at_least = vec![0_u32; grid.levels.len() * longest];
    for (address, level) in grid.voxels() {
        at_least[level * longest + position[address] as usize] += 1;
    }
    let runs = |row: &[u32]| {
        let longer = row[1..].iter().copied().chain([0]);
        row.iter().zip(longer).map(|(&this, longer)| f64::from(this - longer)).collect::<Vec<f64>>()
    };
    let counts: Vec<f64> = at_least.chunks_exact(longest).flat_map(runs).collect();
    let only_single = counts.chunks_exact(longest).all(|row| row[1..].iter().all(|&count| count == 0.0));
    if only_single && !grid.grid.has_line(direction) { vec![0.0; counts.len()] } else { counts }
}

/// The features by PyRadiomics' names; not numbers where there are no runs.
pub(super) fn named(features: Option<SizeFeatures>) -> Named {
    let get = |f: fn(&SizeFeatures) -> f64| features.as_ref().map_or(f64::NAN, f);
    vec![
        ("GrayLevelNonUniformity", get(|f| f.level_non_uniformity)),
        ("GrayLevelNonUniformityNormalized", get(|f| f.level_non_uniformity / f.total)),
        ("GrayLevelVariance", get(|f| f.level_variance)),
        ("HighGrayLevelRunEmphasis", get(|f| f.high)),
        ("LongRunEmphasis", get(|f| f.large)),
        ("LongRunHighGrayLevelEmphasis", get(|f| f.large_high)),
        ("LongRunLowGrayLevelEmphasis", get(|f| f.large_low)),
        ("LowGrayLevelRunEmphasis", get(|f| f.low)),
        ("RunEntropy", get(|f| f.entropy)),
        ("RunLengthNonUniformity", get(|f| f.size_non_uniformity)),
        ("RunLengthNonUniformityNormalized", get(|f| f.size_non_uniformity / f.total)),
        ("RunPercentage", get(|f| f.total / f.voxels)),
        ("RunVariance", get(|f| f.size_variance)),
        ("ShortRunEmphasis", get(|f| f.small)),
        ("ShortRunHighGrayLevelEmphasis", get(|f| f.small_high)),
        ("ShortRunLowGrayLevelEmphasis", get(|f| f.small_low)),
    ]
}
