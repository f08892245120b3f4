//! The intensities of the region before anything is interpolated, and their bins.

use super::discretise;
use super::prepare::prepare;
use super::settings::{Anchor, Binning, Settings};
use crate::extract::ExtractError;
use crate::preview::Preview;
use crate::{Mask, Settings as Common, Volume};

/// What `settings` make of the region, all but the interpolation. A mask on another grid is brought to the image's.
pub fn preview(image: &Volume, mask: &Mask, common: &Common, settings: &Settings) -> Result<Preview, ExtractError> {
    let settings = Settings { spacing: None, ..settings.clone() };
    let common = Common { correct_mask: true, ..common.clone() };
    let prepared = prepare(image, mask, &common, &settings, false)?;
    let bins = |reason| ExtractError::Bins { image: "original".to_owned(), reason };
    let low = settings.range.and_then(|range| range.low);
    let levels = discretise::levels(&prepared.values, settings.binning, low).map_err(bins)?;
    let mut counts = vec![0.0; levels.highest as usize];
    for (number, count) in levels.numbers.iter().zip(&levels.counts) {
        counts[*number as usize - 1] = f64::from(*count);
    }
    let minimum = prepared.values.iter().copied().fold(f64::INFINITY, f64::min);
    let maximum = prepared.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (start, width) = match settings.binning {
        Binning::None => (0.5, 1.0),
        Binning::Count(_) if minimum == maximum => (minimum - 0.5, 1.0),
        Binning::Count(count) => (minimum, (maximum - minimum) / count as f64),
        Binning::Width { width, anchor } => match anchor {
            Anchor::At(at) => (at, width),
            Anchor::Range => (low.unwrap_or(minimum), width),
            Anchor::Minimum => (minimum, width),
        },
    };
    let edges = (0..=counts.len()).map(|edge| start + edge as f64 * width).collect();
    let mask = prepared.intensity_mask(common.label);
    Ok(Preview { mask, region: prepared.intensity.region, values: prepared.values, edges, counts })
}
