//! The gray values that the features of the original image see, before anything is resampled: what a user looks at when
//! choosing the bin width.

use super::discretise::Levels;
use super::extract::prepare;
use super::{Dialect, ExtractError, Mask, Region, Roi, Settings, Volume};

/// The region of interest of an image on its own grid, after normalization and resegmentation.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The mask on the grid of the image.
    pub mask: Mask,
    /// The box of the region.
    pub region: Region,
    /// Its gray values.
    pub values: Vec<f64>,
    /// Edges of the bins, one more than there are bins.
    pub edges: Vec<f64>,
    /// Voxels in each bin, empty ones included.
    pub counts: Vec<f64>,
}

/// What `settings` make of the region, all but the resampling. A mask on another grid is brought to the image's.
///
/// # Errors
/// [`ExtractError`]: as [`extract`](crate::extract()).
pub fn preview(image: &Volume, mask: &Mask, settings: &Settings) -> Result<Preview, ExtractError> {
    if let Dialect::Ibsi(own) = &settings.dialect {
        return super::ibsi::preview(image, mask, settings, own);
    }
    let settings = Settings {
        resampled_pixel_spacing: None,
        pre_crop: false,
        correct_mask: true,
        additional_info: false,
        ..settings.clone()
    };
    let prepared = prepare(image, mask, &settings)?;
    let roi = Roi::new(&prepared.mask, prepared.region, settings.label);
    let found = roi.values(&prepared.image);
    let levels = Levels::new(&found.values, found.single, &settings)
        .map_err(|reason| ExtractError::Bins { image: "original".to_owned(), reason })?;
    let mut counts = vec![0.0; levels.highest as usize];
    for (number, count) in levels.numbers.iter().zip(&levels.counts) {
        counts[*number as usize - 1] = f64::from(*count);
    }
    let edges = edges(&found.values, counts.len(), &settings);
    Ok(Preview { mask: prepared.mask.into_owned(), region: prepared.region, values: found.values, edges, counts })
}

/// Where the bins lie: multiples of `binWidth`, or equal parts of the range.
fn edges(values: &[f64], bins: usize, settings: &Settings) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (start, width) = match settings.bin_count {
        Some(_) if low == high => (low - 0.5, 1.0),
        Some(count) => (low, (high - low) / count as f64),
        None => ((low / settings.bin_width).floor() * settings.bin_width, settings.bin_width),
    };
    (0..=bins).map(|edge| start + edge as f64 * width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Geometry;

    #[test]
    fn bins_cover_the_values() {
        let geometry = Geometry::unit([4, 2, 1]);
        let image = Volume::from_f64(geometry.clone(), vec![0.0, 10.0, 30.0, 60.0, 61.0, 99.0, 0.0, 0.0]);
        let mask = Mask { geometry, labels: vec![0, 1, 1, 1, 1, 1, 0, 0].into() };
        let seen = preview(&image, &mask, &Settings::default()).expect("a region");
        assert_eq!(seen.edges, [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(seen.counts, [1.0, 1.0, 2.0, 1.0]);
        let counted = Settings { bin_count: Some(2), ..Settings::default() };
        let seen = preview(&image, &mask, &counted).expect("a region");
        assert_eq!((seen.edges, seen.counts), (vec![10.0, 54.5, 99.0], vec![2.0, 3.0]));
    }
}
