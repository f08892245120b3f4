//! Gray level run lengths: how many voxels of one level follow each other in a direction.

use super::size_matrix::SizeFeatures;
use super::{Named, mean_over};
use crate::Settings;
use crate::settings::WeightingNorm;
use crate::texture::{Direction, LevelGrid, passes};

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
    let longest = longest(grid);
    let levels = grid.levels.values();
    let lengths: Vec<f64> = (1..=longest).map(|length| length as f64).collect();
    let features = |runs: &[Runs]| {
        let most = runs.iter().map(|runs| runs.column + 1).max().unwrap_or(0);
        SizeFeatures::of(&levels, &lengths[..most], runs.iter().map(|runs| (runs.row, runs.column, runs.count)))
    };
    let counts = counts(grid, directions);
    match settings.weighting_norm {
        None => counts.iter().map(|runs| features(runs)).collect(),
        Some(norm) => {
            let mut sum = vec![0.0; levels.len() * longest];
            for (&direction, runs) in directions.iter().zip(&counts) {
                let weight = weight(direction, spacing, norm);
                runs.iter().for_each(|runs| sum[runs.row * longest + runs.column] += weight * runs.count);
            }
            let entries = sum.into_iter().enumerate().filter(|&(_, count)| count > 0.0);
            let runs = entries.map(|(at, count)| Runs { row: at / longest, column: at % longest, count });
            vec![features(&runs.collect::<Vec<_>>())]
        }
    }
}

/// No run is longer than the box.
fn longest(grid: &LevelGrid<'_>) -> usize {
    grid.grid.size.into_iter().max().unwrap_or(0)
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

/// An element of the matrix of run lengths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Runs {
    /// Index of the level.
    pub row: usize,
    /// Length less one.
    pub column: usize,
    /// How many such runs.
    pub count: f64,
}

/// The runs in each of `directions`, by level and length.
pub(crate) fn counts(grid: &LevelGrid<'_>, directions: &[Direction]) -> Vec<Vec<Runs>> {
    let (fours, rest) = directions.as_chunks();
    let mut positions = [grid.grid.array(), grid.grid.array(), grid.grid.array(), grid.grid.array()];
    let mut counts = Vec::with_capacity(directions.len());
    for &four in fours {
        counts.extend(tallied::<4>(grid, four, &mut positions));
    }
    let [position, ..] = positions;
    let mut positions = [position];
    for &direction in rest {
        counts.extend(tallied(grid, [direction], &mut positions));
    }
    counts
}

/// The runs in some directions, counted in one sweep over the voxels; `positions` are arrays of `grid` that may have been
/// used before.
///
/// Each voxel knows how many of its level precede it: a run of length r has one voxel with each of 0 to r - 1 before it, so
/// the runs of length r are the voxels with r - 1 before them less those with r.
fn tallied<const N: usize>(
    grid: &LevelGrid<'_>,
    directions: [Direction; N],
    positions: &mut [Vec<u16>; N],
) -> [Vec<Runs>; N] {
    let (levels, longest) = (grid.levels.len(), longest(grid));
    for (&direction, position) in directions.iter().zip(&mut *positions) {
        // A line reads the same from either end: the voxel before is the one with the lower address.
        passes::run_positions(grid.grid, &grid.at, -grid.grid.offset(direction).abs(), position);
    }
    let mut at_least = vec![0_u32; N * levels * longest];
    for (address, level) in grid.voxels() {
        for (k, position) in positions.iter().enumerate() {
            at_least[(k * levels + level) * longest + position[address] as usize] += 1;
        }
    }
    std::array::from_fn(|k| {
        let runs = runs(&at_least[k * levels * longest..][..levels * longest], longest);
        let only_single = runs.iter().all(|runs| runs.column == 0);
        if only_single && !grid.grid.has_line(directions[k]) { Vec::new() } else { runs }
    })
}

/// The runs, where `at_least` has a row for each level with the number of voxels that 0, 1, .. of it precede.
fn runs(at_least: &[u32], longest: usize) -> Vec<Runs> {
    let mut runs = Vec::with_capacity(at_least.len().min(1 << 10));
    for (row, at_least) in at_least.chunks_exact(longest.max(1)).enumerate() {
        for column in (0..longest).take_while(|&column| at_least[column] > 0) {
            let longer = at_least.get(column + 1).copied().unwrap_or(0);
            if at_least[column] > longer {
                runs.push(Runs { row, column, count: f64::from(at_least[column] - longer) });
            }
        }
    }
    runs
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
