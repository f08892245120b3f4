//! Texture matrices of grey levels, and the ways in which those of slices and directions become one value.

mod co_occurrence;
mod dependence;
mod layout;
mod run_length;
mod sizes;
mod tone_difference;
mod zones;

pub(super) use layout::Layout;

use super::family::{Aggregation, Family};
use super::settings::Settings;
use crate::features::Named;

/// The features of the texture family `family` for each of `ways`.
pub(super) fn features(
    layout: &Layout<'_>,
    family: Family,
    ways: &[Aggregation],
    settings: &Settings,
) -> Vec<(Aggregation, Named)> {
    match family {
        Family::Glcm => co_occurrence::features(layout, ways, settings.glcm_distance),
        Family::Glrlm => run_length::features(layout, ways),
        Family::Glszm => zones::size_features(layout, ways),
        Family::Gldzm => zones::distance_features(layout, ways),
        Family::Ngtdm => tone_difference::features(layout, ways),
        _ => dependence::features(layout, ways, settings.ngldm_distance, settings.ngldm_alpha),
    }
}

/// The mean of the features of several matrices, without those that are empty and values that are not numbers.
fn mean(matrices: impl IntoIterator<Item = Option<Named>>, family: Family) -> Named {
    let filled: Vec<Named> = matrices.into_iter().flatten().collect();
    if filled.is_empty() {
        return family.features().iter().map(|feature| (feature.name, f64::NAN)).collect();
    }
    crate::features::mean_over(&filled)
}

/// Matrices by slice and direction, brought together as each of `ways` says: `merge` sums matrices, `features` are those
/// of one.
fn directional<M: Clone>(
    planar: &[Vec<M>],
    spatial: &[M],
    ways: &[Aggregation],
    family: Family,
    merge: impl Fn(&mut dyn Iterator<Item = &M>) -> M,
    features: impl Fn(&M) -> Option<Named>,
) -> Vec<(Aggregation, Named)> {
    let of = |way: &Aggregation| -> Named {
        match way {
            Aggregation::SlicesAveraged => mean(planar.iter().flatten().map(&features), family),
            Aggregation::SlicesMerged => mean(planar.iter().map(|slice| features(&merge(&mut slice.iter()))), family),
            Aggregation::DirectionsMerged => {
                let directions = planar.first().map_or(0, Vec::len);
                let merged = |d: usize| features(&merge(&mut planar.iter().map(|slice| &slice[d])));
                mean((0..directions).map(merged), family)
            }
            Aggregation::AllMerged => mean([features(&merge(&mut planar.iter().flatten()))], family),
            Aggregation::VolumeAveraged => mean(spatial.iter().map(&features), family),
            _ => mean([features(&merge(&mut spatial.iter()))], family),
        }
    };
    ways.iter().map(|way| (*way, of(way))).collect()
}

/// Matrices without directions, brought together as each of `ways` says.
fn undirected<M>(
    planar: &[M],
    spatial: Option<&M>,
    ways: &[Aggregation],
    family: Family,
    merge: impl Fn(&mut dyn Iterator<Item = &M>) -> M,
    features: impl Fn(&M) -> Option<Named>,
) -> Vec<(Aggregation, Named)> {
    let of = |way: &Aggregation| -> Named {
        match way {
            Aggregation::Slices => mean(planar.iter().map(&features), family),
            Aggregation::SlicesSummed => mean([features(&merge(&mut planar.iter()))], family),
            _ => mean([spatial.and_then(&features)], family),
        }
    };
    ways.iter().map(|way| (*way, of(way))).collect()
}
