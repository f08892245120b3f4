//! Neighbouring grey level dependence (REK0): how many neighbours of a voxel have nearly its level.

use std::ops::Range;

use super::layout::Layout;
use super::sizes::Sizes;
use super::undirected;
use crate::features::Named;
use crate::ibsi::family::{Aggregation, Family};

/// Features of the dependence on neighbours within `distance` voxels along each axis, whose level differs by at most
/// `alpha`. A voxel depends on itself: the least dependence is 1.
pub(super) fn features(
    layout: &Layout<'_>,
    ways: &[Aggregation],
    distance: usize,
    alpha: usize,
) -> Vec<(Aggregation, Named)> {
    let reach = distance as i32;
    let planar: Vec<Sizes> = if ways.iter().any(|way| !way.is_3d()) {
        let offsets = layout.around(reach, false);
        layout.slices.iter().map(|part| dependences(layout, part.clone(), &offsets, alpha)).collect()
    } else {
        Vec::new()
    };
    let spatial = ways.iter().any(|way| way.is_3d());
    let spatial = spatial.then(|| dependences(layout, layout.all(), &layout.around(reach, true), alpha));
    let merge = |each: &mut dyn Iterator<Item = &Sizes>| Sizes::merged(each);
    undirected(&planar, spatial.as_ref(), ways, Family::Ngldm, merge, |counts| {
        let f = counts.features(layout.levels.levels)?;
        Some(vec![
            ("LowDependenceEmphasis", f.small),
            ("HighDependenceEmphasis", f.large),
            ("LowGreyLevelCountEmphasis", f.low),
            ("HighGreyLevelCountEmphasis", f.high),
            ("LowDependenceLowGreyLevelEmphasis", f.small_low),
            ("LowDependenceHighGreyLevelEmphasis", f.small_high),
            ("HighDependenceLowGreyLevelEmphasis", f.large_low),
            ("HighDependenceHighGreyLevelEmphasis", f.large_high),
            ("GreyLevelNonUniformity", f.level_non_uniformity),
            ("GreyLevelNonUniformityNormalised", f.level_non_uniformity / f.total),
            ("DependenceCountNonUniformity", f.size_non_uniformity),
            ("DependenceCountNonUniformityNormalised", f.size_non_uniformity / f.total),
            ("DependenceCountPercentage", f.total / counts.voxels as f64),
            ("GreyLevelVariance", f.level_variance),
            ("DependenceCountVariance", f.size_variance),
            ("DependenceCountEntropy", f.entropy),
            ("DependenceCountEnergy", counts.energy()),
        ])
    })
}

/// The dependences of the voxels `part`.
fn dependences(layout: &Layout<'_>, part: Range<usize>, offsets: &[isize], alpha: usize) -> Sizes {
    let numbers = &layout.levels.levels.numbers;
    // For each level (from 1), the first and the last level that differ by at most alpha.
    let reach = |&number: &u32| {
        let low = numbers.partition_point(|&n| (n as usize) + alpha < number as usize);
        let high = numbers.partition_point(|&n| n as usize <= number as usize + alpha);
        (low as u16 + 1, high as u16)
    };
    let reach: Vec<(u16, u16)> = numbers.iter().map(reach).collect();
    let found = layout.voxels(part.clone()).map(|(address, level)| {
        let (low, high) = reach[level];
        let mut count = 1;
        for &offset in offsets {
            let other = layout.levels.beside(address, offset);
            count += u32::from(low <= other && other <= high);
        }
        (level, count)
    });
    Sizes::of(found, numbers.len(), offsets.len() + 1, part.len())
}
