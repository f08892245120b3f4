//! Gray level dependence: how many neighbours of a voxel have nearly its level.

use std::borrow::Cow;

use super::Named;
use super::size_matrix::SizeFeatures;
use crate::texture::{Direction, LevelGrid, passes};

/// Features of the dependence of `grid`'s levels on their `neighbours` (offsets both ways): neighbours whose level differs
/// by at most `alpha`.
pub fn features(grid: &LevelGrid<'_>, neighbours: &[Direction], alpha: usize) -> Named {
    let matrix = counts(grid, neighbours, alpha);
    let width = neighbours.len() + 1;
    let dependences: Vec<f64> = (1..=width).map(|d| d as f64).collect();
    let entries = matrix.iter().enumerate().filter(|&(_, &count)| count > 0);
    let entries = entries.map(|(at, &count)| (at / width, at % width, f64::from(count)));
    named(SizeFeatures::of(&grid.levels.values(), &dependences, entries))
}

/// The number of voxels by level (rows) and by number of dependent neighbours from 0 (columns).
pub(crate) fn counts(grid: &LevelGrid<'_>, neighbours: &[Direction], alpha: usize) -> Vec<u32> {
    let offsets: Vec<isize> = neighbours.iter().map(|&d| grid.grid.offset(d)).collect();
    let width = offsets.len() + 1;
    let mut matrix = vec![0_u32; grid.levels.len() * width];
    // For each level (from 1), the first and the last level that differ by at most alpha.
    let numbers = &grid.levels.numbers;
    let reach = |number: u32| {
        let low = numbers.partition_point(|&n| (n as usize) + alpha < number as usize);
        let high = numbers.partition_point(|&n| n as usize <= number as usize + alpha);
        (low as u16 + 1, high as u16)
    };
    let reach: Vec<(u16, u16)> = numbers.iter().map(|&n| reach(n)).collect();
    let alone = reach.iter().zip(1..).all(|(&reach, level)| reach == (level, level));
    let bound = |pick: fn((u16, u16)) -> u16| {
        if alone {
            return Cow::Borrowed(&grid.at);
        }
        let mut bounds: Vec<u16> = grid.grid.array();
        grid.voxels().for_each(|(address, level)| bounds[address] = pick(reach[level]));
        Cow::Owned(bounds)
    };
    let dependent = passes::neighbours_between(grid.grid, &grid.at, &offsets, &bound(|r| r.0), &bound(|r| r.1));
    for (address, level) in grid.voxels() {
        matrix[level * width + dependent[address] as usize] += 1;
    }
    matrix
}

/// The features by PyRadiomics' names.
fn named(features: Option<SizeFeatures>) -> Named {
    let get = |f: fn(&SizeFeatures) -> f64| features.as_ref().map_or(f64::NAN, f);
    vec![
        ("DependenceEntropy", get(|f| f.entropy)),
        ("DependenceNonUniformity", get(|f| f.size_non_uniformity)),
        ("DependenceNonUniformityNormalized", get(|f| f.size_non_uniformity / f.total)),
        ("DependenceVariance", get(|f| f.size_variance)),
        ("GrayLevelNonUniformity", get(|f| f.level_non_uniformity)),
        ("GrayLevelVariance", get(|f| f.level_variance)),
        ("HighGrayLevelEmphasis", get(|f| f.high)),
        ("LargeDependenceEmphasis", get(|f| f.large)),
        ("LargeDependenceHighGrayLevelEmphasis", get(|f| f.large_high)),
        ("LargeDependenceLowGrayLevelEmphasis", get(|f| f.large_low)),
        ("LowGrayLevelEmphasis", get(|f| f.low)),
        ("SmallDependenceEmphasis", get(|f| f.small)),
        ("SmallDependenceHighGrayLevelEmphasis", get(|f| f.small_high)),
        ("SmallDependenceLowGrayLevelEmphasis", get(|f| f.small_low)),
    ]
}
