//! Gray level size zones: connected parts of one level.

use super::Named;
use super::size_matrix::SizeFeatures;
use crate::texture::{Direction, LevelGrid, passes};

/// Features of the zones of `grid`'s levels, connected by `neighbours` (one of each pair of opposite offsets).
pub fn features(grid: &LevelGrid<'_>, neighbours: &[Direction]) -> Named {
    let entries = counted(zones(grid, neighbours), grid.levels.len());
    let mut sizes: Vec<u32> = entries.iter().map(|&(_, size, _)| size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let column = |size: u32| sizes.partition_point(|&other| other < size);
    let entries: Vec<(usize, usize, f64)> =
        entries.into_iter().map(|(level, size, count)| (level.into(), column(size), f64::from(count))).collect();
    let sizes: Vec<f64> = sizes.iter().copied().map(f64::from).collect();
    named(SizeFeatures::of(&grid.levels.values(), &sizes, entries.iter().copied()))
}

/// Zones of at most this size are counted in a table, larger ones by sorting.
const SMALL: u32 = 16;

/// Level, size and number of the zones of each level and size, ascending.
fn counted(zones: Vec<(u16, u32)>, levels: usize) -> Vec<(u16, u32, u32)> {
    let mut small = vec![[0_u32; SMALL as usize + 1]; levels];
    let mut large = Vec::new();
    for (level, size) in zones {
        match small[level as usize].get_mut(size as usize) {
            Some(count) => *count += 1,
            None => large.push((level, size)),
        }
    }
    large.sort_unstable();
    let mut large = large.chunk_by(|a, b| a == b).peekable();
    let mut counted = Vec::new();
    for (small, level) in small.iter().zip(0..) {
        counted
            .extend(small.iter().zip(0..).filter(|&(&count, _)| count > 0).map(|(&count, size)| (level, size, count)));
        while let Some(same) = large.next_if(|same| same[0].0 == level) {
            counted.push((level, same[0].1, same.len() as u32));
        }
    }
    counted
}

/// Level index and number of voxels of every zone.
pub(crate) fn zones(grid: &LevelGrid<'_>, neighbours: &[Direction]) -> Vec<(u16, u32)> {
    // Each voxel joins the zones of the equal neighbours before it: a forest in which a parent has the lower address.
    let mut before: Vec<Direction> = neighbours.iter().map(|&d| backwards(grid, d)).collect();
    // Those that touch the most others spare the most searches.
    let touched = joined(&before);
    let mut order: Vec<usize> = (0..before.len()).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(touched[k].count_ones()));
    before = order.into_iter().map(|k| before[k]).collect();
    let offsets: Vec<isize> = before.iter().map(|&d| grid.grid.offset(d)).collect();
    let equal = passes::equal_neighbours(grid.grid, &grid.at, &offsets);
    let joined = joined(&before);
    let mut parent: Vec<u32> = grid.grid.array();
    for (address, _) in grid.voxels() {
        let mut left = equal[address];
        let mut root = address as u32;
        parent[address] = root;
        while left != 0 {
            let k = left.trailing_zeros() as usize;
            left &= !joined[k];
            let other = find(&mut parent, address.wrapping_add_signed(offsets[k]) as u32);
            let (low, high) = if other < root { (other, root) } else { (root, other) };
            parent[high as usize] = low;
            root = low;
        }
    }
    // A parent comes before its children: once it names its root, so can they.
    let mut size_of: Vec<u32> = grid.grid.array();
    for (address, _) in grid.voxels() {
        let root = parent[parent[address] as usize];
        parent[address] = root;
        size_of[root as usize] += 1;
    }
    let roots = grid.voxels().filter(|&(address, _)| parent[address] as usize == address);
    roots.map(|(root, level)| (level as u16, size_of[root])).collect()
}

/// `direction` or its opposite, whichever leads to lower addresses.
fn backwards(grid: &LevelGrid<'_>, direction: Direction) -> Direction {
    if grid.grid.offset(direction) > 0 { direction.map(|d| -d) } else { direction }
}

/// For each of the directions `before`, bits for those that lead to the same voxel or to a neighbour of it: if both are of
/// one level, they are of one zone already.
fn joined(before: &[Direction]) -> Vec<u16> {
    let touch = |a: &Direction, b: &Direction| {
        let step: Direction = std::array::from_fn(|axis| b[axis] - a[axis]);
        let opposite = step.map(|s| -s);
        step == [0; 3] || before.contains(&step) || before.contains(&opposite)
    };
    let bits = |a| before.iter().enumerate().map(|(k, b)| u16::from(touch(a, b)) << k).sum();
    before.iter().map(bits).collect()
}

/// The root of `address`, halving the path to it.
fn find(parent: &mut [u32], mut address: u32) -> u32 {
    while parent[address as usize] != address {
        let grandparent = parent[parent[address as usize] as usize];
        parent[address as usize] = grandparent;
        address = grandparent;
    }
    address
}

/// The features by PyRadiomics' names.
fn named(features: Option<SizeFeatures>) -> Named {
    let get = |f: fn(&SizeFeatures) -> f64| features.as_ref().map_or(f64::NAN, f);
    vec![
        ("GrayLevelNonUniformity", get(|f| f.level_non_uniformity)),
        ("GrayLevelNonUniformityNormalized", get(|f| f.level_non_uniformity / f.total)),
        ("GrayLevelVariance", get(|f| f.level_variance)),
        ("HighGrayLevelZoneEmphasis", get(|f| f.high)),
        ("LargeAreaEmphasis", get(|f| f.large)),
        ("LargeAreaHighGrayLevelEmphasis", get(|f| f.large_high)),
        ("LargeAreaLowGrayLevelEmphasis", get(|f| f.large_low)),
        ("LowGrayLevelZoneEmphasis", get(|f| f.low)),
        ("SizeZoneNonUniformity", get(|f| f.size_non_uniformity)),
        ("SizeZoneNonUniformityNormalized", get(|f| f.size_non_uniformity / f.total)),
        ("SmallAreaEmphasis", get(|f| f.small)),
        ("SmallAreaHighGrayLevelEmphasis", get(|f| f.small_high)),
        ("SmallAreaLowGrayLevelEmphasis", get(|f| f.small_low)),
        ("ZoneEntropy", get(|f| f.entropy)),
        ("ZonePercentage", get(|f| f.total / f.voxels)),
        ("ZoneVariance", get(|f| f.size_variance)),
    ]
}
