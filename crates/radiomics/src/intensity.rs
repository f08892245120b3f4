//! The intensity classes of one image: first order and the five texture matrices.

use rayon::prelude::*;

use super::discretise::{BinError, Levels};
use super::extract::ExtractError;
use super::features::{Named, first_order, glcm, gldm, glrlm, glszm, ngtdm};
use super::roi::RoiValues;
use super::settings::{EnabledClass, FeatureClass};
use super::texture::{Direction, Grid, LevelGrid, NoDirection, both_ways, one_way};
use super::{Roi, Settings, catalogue};

/// What the images of one image type share: the region of interest, the addresses of its voxels, the directions.
pub(super) struct Intensity<'a> {
    pub roi: Roi,
    settings: &'a Settings,
    grid: Grid,
    /// At `distances`, one of each pair of opposite directions.
    pairs: Vec<Direction>,
    /// At `distances`, both ways.
    neighbours: Vec<Direction>,
    /// At distance 1, one of each pair.
    lines: Vec<Direction>,
    /// What lies at `neighbours`, if that is asked for.
    surroundings: Option<ngtdm::Surroundings>,
}

/// Values by full name, and notes.
type Found = (Vec<(String, f64)>, Vec<String>);

impl<'a> Intensity<'a> {
    /// For the region `roi` under the `settings` of its image type.
    pub fn new(roi: Roi, settings: &'a Settings) -> Result<Self, NoDirection> {
        let size = roi.geometry.size;
        let wants = |classes: &[FeatureClass]| classes.iter().any(|&class| settings.wants(class));
        let at = &settings.distances;
        let pairs = if wants(&[FeatureClass::Glcm]) { one_way(at, size, settings)? } else { Vec::new() };
        let neighbours =
            if wants(&[FeatureClass::Gldm, FeatureClass::Ngtdm]) { both_ways(at, size, settings)? } else { Vec::new() };
        let lines = if wants(&[FeatureClass::Glrlm, FeatureClass::Glszm]) {
            one_way(&[1], size, settings)?
        } else {
            Vec::new()
        };
        let reach = at.iter().copied().max().unwrap_or(1);
        let longest = pairs.iter().chain(&neighbours).flatten().map(|o| o.unsigned_abs() as usize).max().unwrap_or(1);
        let grid = Grid::new(&roi, longest.min(reach).max(1));
        let surroundings = wants(&[FeatureClass::Ngtdm]).then(|| ngtdm::Surroundings::new(&grid, &neighbours));
        Ok(Self { roi, settings, grid, pairs, neighbours, lines, surroundings })
    }

    /// The features of the image called `name`, whose `values` lie inside the region.
    pub fn features(&self, name: &str, values: &RoiValues) -> Result<Found, ExtractError> {
        let (mut found, mut notes) = (Vec::new(), Vec::new());
        let finite = values.values.iter().filter(|x| x.is_finite()).count();
        // The kurtosis of LBP3D is not a number where all samples are equal.
        if finite < values.values.len() && name != "lbp-3D-k" {
            let (of, count) = (values.values.len(), values.values.len() - finite);
            return Err(ExtractError::NotFinite { image: name.to_owned(), count, of });
        }
        let levels = match Levels::new(&values.values, values.single, self.settings) {
            Ok(levels) => Some(levels),
            Err(source) if name == "original" => {
                return Err(ExtractError::Bins { image: name.to_owned(), reason: source });
            }
            Err(source) => {
                notes.push(format!("{name}: no features ({})", self.explain(source)));
                None
            }
        };
        let laid_out = levels.as_ref().map(|levels| LevelGrid::new(&self.grid, levels));
        let classes: Vec<&EnabledClass> =
            self.settings.feature_classes.iter().filter(|enabled| !enabled.class.is_shape()).collect();
        let of_class = |&enabled: &&EnabledClass| match &laid_out {
            Some(laid_out) => self.of_class(enabled, &values.values, laid_out),
            None => Named::new(),
        };
        let named: Vec<Named> = classes.par_iter().map(of_class).collect();
        for (enabled, named) in classes.into_iter().zip(named) {
            for feature in catalogue::selected(enabled) {
                let value = named.iter().find(|(name, _)| *name == feature).map_or(f64::NAN, |&(_, x)| x);
                found.push((format!("{name}_{}_{feature}", enabled.class.name()), value));
            }
        }
        Ok((found, notes))
    }

    fn explain(&self, error: BinError) -> String {
        match self.settings.bin_count {
            Some(count) => format!("binCount {count}: {error}"),
            None => format!("binWidth {}: {error}", self.settings.bin_width),
        }
    }

    fn of_class(&self, enabled: &EnabledClass, values: &[f64], grid: &LevelGrid<'_>) -> Named {
        let spacing = self.roi.geometry.spacing;
        match enabled.class {
            FeatureClass::FirstOrder => {
                let shift = self.settings.voxel_array_shift as f64;
                first_order::features(values, grid.levels, shift, self.roi.geometry.voxel_volume())
            }
            FeatureClass::Glcm => glcm::features(grid, &self.pairs, spacing, self.settings),
            FeatureClass::Gldm => gldm::features(grid, &self.neighbours, self.settings.gldm_a),
            FeatureClass::Glrlm => glrlm::features(grid, &self.lines, spacing, self.settings),
            FeatureClass::Glszm => glszm::features(grid, &self.lines),
            FeatureClass::Ngtdm => {
                self.surroundings.as_ref().map_or_else(Named::new, |surroundings| ngtdm::features(grid, surroundings))
            }
            FeatureClass::Shape | FeatureClass::Shape2D => Named::new(),
        }
    }
}
