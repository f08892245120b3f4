//! Matrices of counts by grey level and a second property: length, size, distance or dependence.

use crate::discretise::Levels;
use crate::features::size_matrix::SizeFeatures;

/// Counts of level index and size, ascending.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    entries: Vec<(u16, u32, u32)>,
    /// Voxels that the matrix was made of.
    pub voxels: usize,
}

/// Counts are kept in a table where it has no more cells than this.
const MOST_CELLS: usize = 1 << 16;

impl Sizes {
    /// The counts of `found`: level index (of `levels`) and size, no larger than `largest`.
    pub fn of(found: impl Iterator<Item = (usize, u32)>, levels: usize, largest: usize, voxels: usize) -> Self {
        let width = largest + 1;
        let mut entries = Vec::new();
        if levels * width <= MOST_CELLS {
            let mut table = vec![0_u32; levels * width];
            found.for_each(|(level, size)| table[level * width + size as usize] += 1);
            let filled = table.iter().enumerate().filter(|&(_, &count)| count > 0);
            entries.extend(filled.map(|(at, &count)| ((at / width) as u16, (at % width) as u32, count)));
        } else {
            let mut listed: Vec<(u16, u32)> = found.map(|(level, size)| (level as u16, size)).collect();
            listed.sort_unstable();
            entries.extend(listed.chunk_by(|a, b| a == b).map(|same| (same[0].0, same[0].1, same.len() as u32)));
        }
        Self { entries, voxels }
    }

    /// The sum of several matrices.
    pub fn merged(each: &mut dyn Iterator<Item = &Self>) -> Self {
        let mut all = Self::default();
        for one in each {
            all.entries.extend_from_slice(&one.entries);
            all.voxels += one.voxels;
        }
        all.entries.sort_unstable_by_key(|&(level, size, _)| (level, size));
        all.entries.dedup_by(|later, kept| {
            let same = (later.0, later.1) == (kept.0, kept.1);
            if same {
                kept.2 += later.2;
            }
            same
        });
        all
    }

    /// Its features; `None` where it is empty.
    pub fn features(&self, levels: &Levels) -> Option<SizeFeatures> {
        let mut sizes: Vec<u32> = self.entries.iter().map(|&(_, size, _)| size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let values: Vec<f64> = sizes.iter().map(|&size| f64::from(size)).collect();
        let column = |size: u32| sizes.partition_point(|&s| s < size);
        let entries = self.entries.iter();
        let entries = entries.map(|&(level, size, count)| (level as usize, column(size), f64::from(count)));
        SizeFeatures::of(&levels.values(), &values, entries)
    }

    /// Σ p² over the shares p.
    pub fn energy(&self) -> f64 {
        let total: f64 = self.entries.iter().map(|&(_, _, count)| f64::from(count)).sum();
        self.entries.iter().map(|&(_, _, count)| (f64::from(count) / total).powi(2)).sum()
    }
}
