//! Grey levels laid out for texture: addresses with room for every neighbour, slices, distances from the outside.

use std::ops::Range;

use crate::Roi;
use crate::discretise::Levels;
use crate::texture::{Direction, Grid, LevelGrid};

/// The 13 directions of a volume, one of each pair; the first four lie in the plane.
pub(super) const DIRECTIONS: [Direction; 13] = [
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 0],
    [-1, 1, 0],
    [0, 0, 1],
    [1, 0, 1],
    [-1, 0, 1],
    [0, 1, 1],
    [0, -1, 1],
    [1, 1, 1],
    [-1, 1, 1],
    [1, -1, 1],
    [-1, -1, 1],
];

/// How many of them lie in the plane.
pub(super) const PLANAR: usize = 4;

/// The levels of a region with all that texture matrices ask of it.
pub(in crate::ibsi) struct Layout<'a> {
    pub(super) levels: LevelGrid<'a>,
    /// The voxels of each slice that has any, as a range of the region's.
    pub(super) slices: Vec<Range<usize>>,
    /// The region by the mask alone, whose outside distances are counted from.
    pub(super) morphological: &'a Roi,
}

impl<'a> Layout<'a> {
    /// Lays out `levels` of the voxels of `intensity` on `grid`.
    pub fn new(grid: &'a Grid, levels: &'a Levels, morphological: &'a Roi, intensity: &Roi) -> Self {
        let plane = (intensity.geometry.size[0] * intensity.geometry.size[1]) as u32;
        let mut slices: Vec<Range<usize>> = Vec::new();
        for chunk in intensity.voxels.chunk_by(|a, b| a / plane == b / plane) {
            let start = slices.last().map_or(0, |slice| slice.end);
            slices.push(start..start + chunk.len());
        }
        Self { levels: LevelGrid::new(grid, levels), slices, morphological }
    }

    /// The addresses of the voxels `part`, each with the index of its level.
    #[inline]
    pub(super) fn voxels(&self, part: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
        let addresses = self.levels.grid.addresses[part.clone()].iter();
        addresses.zip(&self.levels.levels.indices[part]).map(|(&address, &level)| (address as usize, level as usize))
    }

    /// All voxels.
    pub(super) fn all(&self) -> Range<usize> {
        0..self.levels.levels.indices.len()
    }

    /// What to add to an address for `times` steps of `direction`.
    pub(super) fn offset(&self, direction: Direction, times: usize) -> isize {
        self.levels.grid.offset(direction) * times as isize
    }

    /// Offsets of all voxels within `reach` along each axis, in the plane or in space.
    pub(super) fn around(&self, reach: i32, in_space: bool) -> Vec<isize> {
        let depth = if in_space { reach } else { 0 };
        let steps = |reach: i32| -reach..=reach;
        let all = steps(depth).flat_map(|z| steps(reach).flat_map(move |y| steps(reach).map(move |x| [x, y, z])));
        all.filter(|direction| *direction != [0; 3]).map(|direction| self.levels.grid.offset(direction)).collect()
    }
}
