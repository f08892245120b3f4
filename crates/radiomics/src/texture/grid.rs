//! Gray levels on a grid with a rim of zeros, so that every neighbour of a voxel has an address.

use std::ops::Range;

use super::Direction;
use crate::Roi;
use crate::discretise::Levels;

/// Addresses of the voxels of a region of interest on a grid wide enough for offsets up to its reach.
///
/// Rows and planes are followed by `reach` empty voxels, and the whole has as many before and after as an offset can lead:
/// a step off one side lands in the empty voxels of the row or plane before.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Distance between the addresses of neighbours along x, y, z.
    strides: [isize; 3],
    /// Addresses in all.
    len: usize,
    /// Address of each voxel of the region, ascending.
    pub addresses: Vec<u32>,
    /// Ranges of addresses that hold all voxels of the region and few others.
    pub spans: Vec<Range<usize>>,
    /// Number of voxels of the box along x, y, z.
    pub size: [usize; 3],
}

/// Voxels outside the region that are worked on rather than starting a new span.
const WIDEST_GAP: u32 = 64;

impl Grid {
    /// The grid of `roi` for offsets of up to `reach` voxels along each axis.
    pub fn new(roi: &Roi, reach: usize) -> Self {
        let size = roi.geometry.size;
        let row = size[0] + reach;
        let plane = row * (size[1] + reach);
        let len = 2 * reach * (1 + row + plane) + plane * size[2];
        let strides = [1, row as isize, plane as isize];
        let mut grid = Self { strides, len, addresses: Vec::new(), spans: Vec::new(), size };
        grid.addresses = grid.addresses_of(&roi.voxels);
        let near = grid.addresses.chunk_by(|a, b| b - a <= WIDEST_GAP);
        grid.spans = near.map(|part| part[0] as usize..part[part.len() - 1] as usize + 1).collect();
        grid
    }

    /// The addresses of the voxels at the linear positions `voxels` of the box.
    pub fn addresses_of(&self, voxels: &[u32]) -> Vec<u32> {
        let ([_, row, plane], [nx, ny, nz]) = (self.strides.map(|stride| stride as usize), self.size);
        let margin = (self.len - plane * nz) / 2;
        let rows: Vec<u32> =
            (0..nz).flat_map(|z| (0..ny).map(move |y| (margin + row * y + plane * z) as u32)).collect();
        voxels.iter().map(|&voxel| rows[voxel as usize / nx] + (voxel as usize % nx) as u32).collect()
    }

    /// What to add to an address for a step of `direction`.
    pub fn offset(&self, direction: Direction) -> isize {
        (0..3).map(|axis| direction[axis] as isize * self.strides[axis]).sum()
    }

    /// True if some line along `direction` holds two voxels of the region.
    pub fn has_line(&self, direction: Direction) -> bool {
        let offset = self.offset(direction);
        let mut seen: Vec<bool> = self.array();
        // From each voxel back to where its line enters the box: that address names the line.
        let [row, plane] = [self.strides[1], self.strides[2]];
        let margin = (self.len as isize - plane * self.size[2] as isize) / 2;
        self.addresses.iter().any(|&address| {
            let from_start = address as isize - margin;
            let index = [from_start % row, from_start % plane / row, from_start / plane];
            let steps = (0..3).filter_map(|axis| match direction[axis] as isize {
                0 => None,
                d if d > 0 => Some(index[axis] / d),
                d => Some((self.size[axis] as isize - 1 - index[axis]) / -d),
            });
            let start = address as isize - steps.min().unwrap_or(0) * offset;
            std::mem::replace(&mut seen[start as usize], true)
        })
    }

    /// An array with an element for each address.
    pub fn array<T: Copy + Default>(&self) -> Vec<T> {
        // Written here, which the hint keeps from becoming a promise of zeros: pages of those are mapped by the first read
        // and once more by the first write, for which the system stops all threads.
        let mut array = Vec::with_capacity(std::hint::black_box(self.len));
        array.resize(self.len, T::default());
        array
    }
}

/// The gray level at each address of a [`Grid`].
#[derive(Debug, Clone)]
pub struct LevelGrid<'a> {
    /// The addresses.
    pub grid: &'a Grid,
    /// The levels that occur.
    pub levels: &'a Levels,
    /// At each address the index of the level plus one, 0 outside the region.
    pub at: Vec<u16>,
}

impl<'a> LevelGrid<'a> {
    /// Lays out `levels`.
    pub fn new(grid: &'a Grid, levels: &'a Levels) -> Self {
        let mut at: Vec<u16> = grid.array();
        for (&address, &index) in grid.addresses.iter().zip(&levels.indices) {
            at[address as usize] = index + 1;
        }
        Self { grid, levels, at }
    }

    /// The addresses of the voxels of the region, each with the index of its level.
    #[inline]
    pub fn voxels(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> + ExactSizeIterator {
        self.grid
            .addresses
            .iter()
            .zip(&self.levels.indices)
            .map(|(&address, &level)| (address as usize, level as usize))
    }

    /// The level index plus one at a step of `offset` from `address`.
    #[inline(always)]
    pub fn beside(&self, address: usize, offset: isize) -> u16 {
        self.at[address.wrapping_add_signed(offset)]
    }
}
