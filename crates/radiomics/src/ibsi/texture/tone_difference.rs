//! Neighbourhood grey tone difference (IPET): how far a level is from the mean of its neighbours.

use std::ops::Range;

use super::layout::Layout;
use super::undirected;
use crate::features::Named;
use crate::features::ngtdm::{Tone, tone_features};
use crate::ibsi::family::{Aggregation, Family};

/// Below this the coarseness, which is the inverse of it, stops at a million.
const LEAST: f64 = 1e-6;

/// Features of tones in slices or in the volume.
pub(super) fn features(layout: &Layout<'_>, ways: &[Aggregation]) -> Vec<(Aggregation, Named)> {
    let planar: Vec<Vec<Tone>> = if ways.iter().any(|way| !way.is_3d()) {
        let offsets = layout.around(1, false);
        layout.slices.iter().map(|part| tones(layout, part.clone(), &offsets)).collect()
    } else {
        Vec::new()
    };
    let spatial = ways.iter().any(|way| way.is_3d()).then(|| tones(layout, layout.all(), &layout.around(1, true)));
    undirected(&planar, spatial.as_ref(), ways, Family::Ngtdm, merged, |tones| {
        let any = tones.iter().any(|tone| tone.count > 0.0);
        let limited =
            |(name, x): (&'static str, f64)| (name, if name == "Coarseness" { x.min(1.0 / LEAST) } else { x });
        any.then(|| tone_features(tones).into_iter().map(limited).collect())
    })
}

/// Counts and differences by level of the voxels `part` that have neighbours in the region.
fn tones(layout: &Layout<'_>, part: Range<usize>, offsets: &[isize]) -> Vec<Tone> {
    let numbers = &layout.levels.levels.numbers;
    // By index plus one; 0 is outside.
    let value: Vec<u32> = std::iter::once(0).chain(numbers.iter().copied()).collect();
    let mut tones: Vec<Tone> =
        numbers.iter().map(|&level| Tone { level: f64::from(level), count: 0.0, difference: 0.0 }).collect();
    for (address, level) in layout.voxels(part) {
        let (mut sum, mut count) = (0_u64, 0_u32);
        for &offset in offsets {
            let other = layout.levels.beside(address, offset);
            sum += u64::from(value[other as usize]);
            count += u32::from(other > 0);
        }
        if count > 0 {
            let tone = &mut tones[level];
            tone.count += 1.0;
            tone.difference += (tone.level - sum as f64 / f64::from(count)).abs();
        }
    }
    tones
}

fn merged(each: &mut dyn Iterator<Item = &Vec<Tone>>) -> Vec<Tone> {
    let mut sum: Vec<Tone> = Vec::new();
    for tones in each {
        if sum.is_empty() {
            sum.clone_from(tones);
        } else {
            for (sum, tone) in sum.iter_mut().zip(tones) {
                sum.count += tone.count;
                sum.difference += tone.difference;
            }
        }
    }
    sum
}
