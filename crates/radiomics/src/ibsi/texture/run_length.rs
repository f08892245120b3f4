//! Grey level run lengths (TP0I): voxels of one level in a row along a direction.

use std::ops::Range;

use super::directional;
use super::layout::{DIRECTIONS, Layout, PLANAR};
use super::sizes::Sizes;
use crate::features::Named;
use crate::ibsi::family::{Aggregation, Family};

/// Features of runs along each direction.
pub(super) fn features(layout: &Layout<'_>, ways: &[Aggregation]) -> Vec<(Aggregation, Named)> {
    let offsets: Vec<isize> = DIRECTIONS.iter().map(|&direction| layout.offset(direction, 1)).collect();
    let planar: Vec<Vec<Sizes>> = if ways.iter().any(|way| !way.is_3d()) {
        let slice = |part: &Range<usize>| offsets[..PLANAR].iter().map(|&o| runs(layout, part.clone(), o)).collect();
        layout.slices.iter().map(slice).collect()
    } else {
        Vec::new()
    };
    let spatial: Vec<Sizes> = if ways.iter().any(|way| way.is_3d()) {
        offsets.iter().map(|&offset| runs(layout, layout.all(), offset)).collect()
    } else {
        Vec::new()
    };
    directional(&planar, &spatial, ways, Family::Glrlm, |each| Sizes::merged(each), |runs| named(runs, layout))
}

/// The runs of the voxels `part` at steps of `offset`.
fn runs(layout: &Layout<'_>, part: Range<usize>, offset: isize) -> Sizes {
    let at = &layout.levels.at;
    let longest = layout.levels.grid.size.into_iter().max().unwrap_or(1);
    let run = |(address, level): (usize, usize)| {
        let own = at[address];
        if at[address.wrapping_add_signed(-offset)] == own {
            return None;
        }
        let (mut next, mut length) = (address.wrapping_add_signed(offset), 1);
        while at[next] == own {
            next = next.wrapping_add_signed(offset);
            length += 1;
        }
        Some((level, length))
    };
    let voxels = part.len();
    Sizes::of(layout.voxels(part).filter_map(run), layout.levels.levels.len(), longest, voxels)
}

fn named(runs: &Sizes, layout: &Layout<'_>) -> Option<Named> {
    let f = runs.features(layout.levels.levels)?;
    Some(vec![
        ("ShortRunsEmphasis", f.small),
        ("LongRunsEmphasis", f.large),
        ("LowGreyLevelRunEmphasis", f.low),
        ("HighGreyLevelRunEmphasis", f.high),
        ("ShortRunLowGreyLevelEmphasis", f.small_low),
        ("ShortRunHighGreyLevelEmphasis", f.small_high),
        ("LongRunLowGreyLevelEmphasis", f.large_low),
        ("LongRunHighGreyLevelEmphasis", f.large_high),
        ("GreyLevelNonUniformity", f.level_non_uniformity),
        ("GreyLevelNonUniformityNormalised", f.level_non_uniformity / f.total),
        ("RunLengthNonUniformity", f.size_non_uniformity),
        ("RunLengthNonUniformityNormalised", f.size_non_uniformity / f.total),
        ("RunPercentage", f.total / runs.voxels as f64),
        ("GreyLevelVariance", f.level_variance),
        ("RunLengthVariance", f.size_variance),
        ("RunEntropy", f.entropy),
    ])
}
