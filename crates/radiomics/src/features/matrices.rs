//! The texture matrices as dense arrays, for tests and for those who want to see them.

use super::{glcm, gldm, glrlm, glszm, ngtdm};
use crate::texture::{Direction, LevelGrid};

/// Rows of a matrix.
pub type Matrix = Vec<Vec<f64>>;

/// Shares of the pairs of levels (rows: of a voxel, columns: of its neighbour) in `direction`, both ways round if
/// `symmetric`.
pub fn co_occurrence(grid: &LevelGrid<'_>, direction: Direction, symmetric: bool) -> Matrix {
    let levels = grid.levels.len();
    let mut matrix = vec![vec![0.0; levels]; levels];
    for pair in glcm::counts(grid, &[direction], symmetric).into_iter().flatten() {
        matrix[pair.i as usize][pair.j as usize] = pair.p;
        if symmetric {
            matrix[pair.j as usize][pair.i as usize] = pair.p;
        }
    }
    let total: f64 = matrix.iter().flatten().sum();
    matrix.iter_mut().flatten().for_each(|p| *p /= total);
    matrix
}

/// Numbers of runs by level (rows) and length from 1 (columns) in `direction`.
pub fn run_lengths(grid: &LevelGrid<'_>, direction: Direction) -> Matrix {
    let longest = grid.grid.size.into_iter().max().unwrap_or(1).max(1);
    let mut matrix = vec![vec![0.0; longest]; grid.levels.len()];
    for runs in glrlm::counts(grid, &[direction]).into_iter().flatten() {
        matrix[runs.row][runs.column] = runs.count;
    }
    matrix
}

/// Numbers of zones by level (rows) and size (columns, ascending, sizes that occur).
pub fn size_zones(grid: &LevelGrid<'_>, neighbours: &[Direction]) -> Matrix {
    let zones = glszm::zones(grid, neighbours);
    let mut sizes: Vec<u32> = zones.iter().map(|&(_, size)| size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let mut matrix = vec![vec![0.0; sizes.len()]; grid.levels.len()];
    for (level, size) in zones {
        if let Ok(column) = sizes.binary_search(&size) {
            matrix[level as usize][column] += 1.0;
        }
    }
    matrix
}

/// Numbers of voxels by level (rows) and dependent neighbours from 0 (columns).
pub fn dependences(grid: &LevelGrid<'_>, neighbours: &[Direction], alpha: usize) -> Matrix {
    let counts = gldm::counts(grid, neighbours, alpha);
    counts.chunks_exact(neighbours.len() + 1).map(|row| row.iter().map(|&c| f64::from(c)).collect()).collect()
}

/// For each level its number of voxels, the sum of their differences from their neighbourhoods, and the level.
pub fn tone_differences(grid: &LevelGrid<'_>, neighbours: &[Direction]) -> Matrix {
    let tones = ngtdm::tones(grid, &ngtdm::Surroundings::new(grid.grid, neighbours));
    tones.into_iter().map(|tone| vec![tone.count, tone.difference, tone.level]).collect()
}
