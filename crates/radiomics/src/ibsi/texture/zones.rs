//! Zones of touching voxels of one level: their sizes (9SAK) and their distances from the outside (VMDZ).

use std::ops::Range;

use super::layout::Layout;
use super::sizes::Sizes;
use super::undirected;
use crate::features::Named;
use crate::ibsi::family::{Aggregation, Family};

/// One zone.
#[derive(Debug, Clone, Copy)]
struct Zone {
    level: u16,
    size: u32,
    /// Of its voxel nearest to the outside.
    distance: u32,
}

/// Features of the sizes of zones.
pub(super) fn size_features(layout: &Layout<'_>, ways: &[Aggregation]) -> Vec<(Aggregation, Named)> {
    let (planar, spatial) = matrices(layout, ways, false);
    let merge = |each: &mut dyn Iterator<Item = &Sizes>| Sizes::merged(each);
    undirected(&planar, spatial.as_ref(), ways, Family::Glszm, merge, |zones| {
        let f = zones.features(layout.levels.levels)?;
        Some(vec![
            ("SmallZoneEmphasis", f.small),
            ("LargeZoneEmphasis", f.large),
            ("LowGreyLevelZoneEmphasis", f.low),
            ("HighGreyLevelZoneEmphasis", f.high),
            ("SmallZoneLowGreyLevelEmphasis", f.small_low),
            ("SmallZoneHighGreyLevelEmphasis", f.small_high),
            ("LargeZoneLowGreyLevelEmphasis", f.large_low),
            ("LargeZoneHighGreyLevelEmphasis", f.large_high),
            ("GreyLevelNonUniformity", f.level_non_uniformity),
            ("GreyLevelNonUniformityNormalised", f.level_non_uniformity / f.total),
            ("ZoneSizeNonUniformity", f.size_non_uniformity),
            ("ZoneSizeNonUniformityNormalised", f.size_non_uniformity / f.total),
            ("ZonePercentage", f.total / zones.voxels as f64),
            ("GreyLevelVariance", f.level_variance),
            ("ZoneSizeVariance", f.size_variance),
            ("ZoneSizeEntropy", f.entropy),
        ])
    })
}

/// Features of the distances of zones from the outside of the mask.
pub(super) fn distance_features(layout: &Layout<'_>, ways: &[Aggregation]) -> Vec<(Aggregation, Named)> {
    let (planar, spatial) = matrices(layout, ways, true);
    let merge = |each: &mut dyn Iterator<Item = &Sizes>| Sizes::merged(each);
    undirected(&planar, spatial.as_ref(), ways, Family::Gldzm, merge, |zones| {
        let f = zones.features(layout.levels.levels)?;
        Some(vec![
            ("SmallDistanceEmphasis", f.small),
            ("LargeDistanceEmphasis", f.large),
            ("LowGreyLevelZoneEmphasis", f.low),
            ("HighGreyLevelZoneEmphasis", f.high),
            ("SmallDistanceLowGreyLevelEmphasis", f.small_low),
            ("SmallDistanceHighGreyLevelEmphasis", f.small_high),
            ("LargeDistanceLowGreyLevelEmphasis", f.large_low),
            ("LargeDistanceHighGreyLevelEmphasis", f.large_high),
            ("GreyLevelNonUniformity", f.level_non_uniformity),
            ("GreyLevelNonUniformityNormalised", f.level_non_uniformity / f.total),
            ("ZoneDistanceNonUniformity", f.size_non_uniformity),
            ("ZoneDistanceNonUniformityNormalised", f.size_non_uniformity / f.total),
            ("ZonePercentage", f.total / zones.voxels as f64),
            ("GreyLevelVariance", f.level_variance),
            ("ZoneDistanceVariance", f.size_variance),
            ("ZoneDistanceEntropy", f.entropy),
        ])
    })
}

/// The matrices of slices, and that of the volume, as far as `ways` ask for them; by distance or by size.
fn matrices(layout: &Layout<'_>, ways: &[Aggregation], by_distance: bool) -> (Vec<Sizes>, Option<Sizes>) {
    let distances = |in_space: bool| if by_distance { distances(layout, in_space) } else { Vec::new() };
    let matrix = |part: Range<usize>, zones: &[Zone]| {
        let value = |zone: &Zone| if by_distance { zone.distance } else { zone.size };
        let largest = zones.iter().map(value).max().unwrap_or(0) as usize;
        let found = zones.iter().map(|zone| (zone.level as usize, value(zone)));
        Sizes::of(found, layout.levels.levels.len(), largest, part.len())
    };
    let mut seen: Vec<bool> = layout.levels.grid.array();
    let planar = if ways.iter().any(|way| !way.is_3d()) {
        let (offsets, distances) = (layout.around(1, false), distances(false));
        let slices = layout.slices.iter();
        slices.map(|part| matrix(part.clone(), &zones(layout, part.clone(), &offsets, &distances, &mut seen))).collect()
    } else {
        Vec::new()
    };
    let spatial = ways.iter().any(|way| way.is_3d()).then(|| {
        let (offsets, distances) = (layout.around(1, true), distances(true));
        seen.fill(false);
        matrix(layout.all(), &zones(layout, layout.all(), &offsets, &distances, &mut seen))
    });
    (planar, spatial)
}

/// The zones of the voxels `part`, which touch at `offsets`; `seen` marks those that are done.
fn zones(
    layout: &Layout<'_>,
    part: Range<usize>,
    offsets: &[isize],
    distances: &[u16],
    seen: &mut [bool],
) -> Vec<Zone> {
    let at = &layout.levels.at;
    let mut zones = Vec::new();
    let mut front = Vec::new();
    for (first, level) in layout.voxels(part) {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let own = at[first];
        let mut zone = Zone { level: level as u16, size: 0, distance: u32::MAX };
        front.push(first);
        while let Some(address) = front.pop() {
            zone.size += 1;
            zone.distance = zone.distance.min(distances.get(address).map_or(u32::MAX, |&d| u32::from(d)));
            for &offset in offsets {
                let beside = address.wrapping_add_signed(offset);
                if at[beside] == own && !seen[beside] {
                    seen[beside] = true;
                    front.push(beside);
                }
            }
        }
        zones.push(zone);
    }
    zones
}

/// At each address of the region by the mask the number of steps along axes to its outside, in the plane or in space.
fn distances(layout: &Layout<'_>, in_space: bool) -> Vec<u16> {
    let grid = layout.levels.grid;
    let axes: &[[i32; 3]] = if in_space { &[[1, 0, 0], [0, 1, 0], [0, 0, 1]] } else { &[[1, 0, 0], [0, 1, 0]] };
    let offsets: Vec<isize> = axes.iter().map(|&axis| grid.offset(axis)).collect();
    let mut distances: Vec<u16> = grid.array();
    let addresses: Vec<u32> = grid.addresses_of(&layout.morphological.voxels);
    // A forward and a backward sweep: the shortest way along axes never needs another.
    for &address in &addresses {
        let address = address as usize;
        let before = offsets.iter().map(|&offset| distances[address.wrapping_add_signed(-offset)]).min();
        distances[address] = before.unwrap_or(0).saturating_add(1);
    }
    for &address in addresses.iter().rev() {
        let address = address as usize;
        let after = offsets.iter().map(|&offset| distances[address.wrapping_add_signed(offset)]).min();
        distances[address] = distances[address].min(after.unwrap_or(0).saturating_add(1));
    }
    distances
}
