//! The surroundings of a voxel as a small region of interest of its own.

use crate::discretise::Levels;
use crate::extract::ExtractError;
use crate::features::{Named, first_order, glcm, gldm, glrlm, glszm, ngtdm};
use crate::settings::FeatureClass;
use crate::texture::{Direction, Grid, LevelGrid, NoDirection, both_ways, one_way};
use crate::{Geometry, Region, Roi, Settings, Volume};

/// The kernels of one image.
pub(super) struct Kernels<'a> {
    /// The centres, in the box that the maps cover.
    pub roi: &'a Roi,
    settings: &'a Settings,
    /// For each voxel of the box, its place in `values` and `levels`, if kernels see it.
    place: Vec<Option<u32>>,
    values: Vec<f64>,
    levels: Levels,
    /// Offsets of the voxels of a kernel in PyRadiomics' order, the centre last.
    offsets: Vec<Direction>,
    pairs: Vec<Direction>,
    neighbours: Vec<Direction>,
    lines: Vec<Direction>,
}

/// What the kernel around one voxel gives.
pub(super) struct OfKernel {
    /// Features by name; those that are missing keep the initial value of the map.
    pub features: Named,
    /// For co-occurrence: which of the matrices have pairs.
    filled: Vec<bool>,
}

impl<'a> Kernels<'a> {
    /// Kernels around the voxels `roi` of the image `name`; `bounds` is the box of the voxels inside that of `roi`.
    pub fn new(
        roi: &'a Roi,
        bounds: Region,
        name: &str,
        volume: &Volume,
        settings: &'a Settings,
    ) -> Result<Self, ExtractError> {
        let size = roi.geometry.size;
        let everywhere = Roi { voxels: (0..roi.geometry.len() as u32).collect(), ..roi.clone() };
        let seen = if settings.masked_kernel { roi } else { &everywhere };
        let mut place = vec![None; roi.geometry.len()];
        seen.voxels.iter().zip(0..).for_each(|(&voxel, i)| place[voxel as usize] = Some(i));
        let found = seen.values(volume);
        let count = found.values.iter().filter(|x| !x.is_finite()).count();
        if count > 0 && name != "lbp-3D-k" {
            return Err(ExtractError::NotFinite { image: name.to_owned(), count, of: found.values.len() });
        }
        let levels = Levels::new(&found.values, found.single, settings)
            .map_err(|reason| ExtractError::Bins { image: name.to_owned(), reason })?;

        let no_direction = |reason: NoDirection| ExtractError::Directions { image: name.to_owned(), reason };
        let radii: Vec<usize> = (1..=settings.kernel_radius).collect();
        let extent = if settings.masked_kernel { bounds.size } else { size };
        let reach = extent.map(|n| n.min(2 * settings.kernel_radius + 1));
        let mut offsets = both_ways(&radii, reach, settings).map_err(no_direction)?;
        offsets.push([0; 3]);
        let at = &settings.distances;
        Ok(Self {
            pairs: one_way(at, size, settings).map_err(no_direction)?,
            neighbours: both_ways(at, size, settings).map_err(no_direction)?,
            lines: one_way(&[1], size, settings).map_err(no_direction)?,
            roi,
            settings,
            place,
            values: found.values,
            levels,
            offsets,
        })
    }

    /// The features of `class` in the kernel around the voxel number `centre`.
    pub fn features(&self, centre: usize, class: FeatureClass) -> OfKernel {
        let centre = self.roi.index(self.roi.voxels[centre]);
        let places: Vec<Option<usize>> = self.offsets.iter().map(|&offset| self.place_at(centre, offset)).collect();
        if class == FeatureClass::FirstOrder {
            let values: Vec<f64> = places.iter().map(|place| place.map_or(f64::NAN, |i| self.values[i])).collect();
            let seen: Vec<usize> = places.iter().copied().flatten().collect();
            let shift = self.settings.voxel_array_shift as f64;
            let volume = self.roi.geometry.voxel_volume();
            let features = first_order::features(&values, &self.levels.of_part(&seen), shift, volume);
            return OfKernel { features, filled: Vec::new() };
        }
        let (roi, levels) = self.small_region(&places);
        let longest = |directions: &[Direction]| directions.iter().flatten().map(|d| d.unsigned_abs() as usize).max();
        let reach = |directions: &[Direction]| longest(directions).unwrap_or(1).max(1);
        let spacing = self.roi.geometry.spacing;
        let on_grid = |directions: &[Direction], features: &dyn Fn(&LevelGrid<'_>) -> Named| {
            let grid = Grid::new(&roi, reach(directions));
            features(&LevelGrid::new(&grid, &levels))
        };
        let features = match class {
            FeatureClass::Glcm => {
                let grid = Grid::new(&roi, reach(&self.pairs));
                let grid = LevelGrid::new(&grid, &levels);
                let matrices = glcm::by_matrix(&grid, &self.pairs, spacing, self.settings);
                return OfKernel {
                    filled: matrices.iter().map(Option::is_some).collect(),
                    features: glcm::mean(matrices),
                };
            }
            FeatureClass::Gldm => {
                on_grid(&self.neighbours, &|grid| gldm::features(grid, &self.neighbours, self.settings.gldm_a))
            }
            FeatureClass::Glrlm => {
                on_grid(&self.lines, &|grid| glrlm::features(grid, &self.lines, spacing, self.settings))
            }
            FeatureClass::Glszm => on_grid(&self.lines, &|grid| glszm::features(grid, &self.lines)),
            FeatureClass::Ngtdm => on_grid(&self.neighbours, &|grid| {
                ngtdm::features(grid, &ngtdm::Surroundings::new(grid.grid, &self.neighbours))
            }),
            FeatureClass::FirstOrder | FeatureClass::Shape | FeatureClass::Shape2D => Named::new(),
        };
        OfKernel { features, filled: Vec::new() }
    }

    /// The place of the voxel at `offset` from `centre`, if kernels see it.
    fn place_at(&self, centre: [usize; 3], offset: Direction) -> Option<usize> {
        let size = self.roi.geometry.size;
        let mut at = [0; 3];
        for axis in 0..3 {
            at[axis] = centre[axis].checked_add_signed(offset[axis] as isize).filter(|&i| i < size[axis])?;
        }
        self.place[self.roi.geometry.at(at[0], at[1], at[2])].map(|i| i as usize)
    }

    /// The voxels of a kernel as a region of its own, and their levels.
    fn small_region(&self, places: &[Option<usize>]) -> (Roi, Levels) {
        let radius = self.settings.kernel_radius;
        let geometry = Geometry { size: [2 * radius + 1; 3], ..self.roi.geometry.clone() };
        let inside = self.offsets.iter().zip(places).filter_map(|(offset, place)| {
            let [x, y, z] = offset.map(|o| (o + radius as i32) as usize);
            place.map(|place| (geometry.at(x, y, z) as u32, place))
        });
        let mut inside: Vec<(u32, usize)> = inside.collect();
        inside.sort_unstable();
        let (voxels, places): (Vec<u32>, Vec<usize>) = inside.into_iter().unzip();
        (Roi { region: Region::whole(&geometry), geometry, voxels }, self.levels.of_part(&places))
    }
}

/// What PyRadiomics' arithmetic on a whole batch of kernels makes of single ones: a matrix without pairs is left out if it
/// has none in any kernel of the batch, and is a matrix of no numbers otherwise. Their plain mean and the eigenvalues of
/// all are then lost.
pub(super) fn settle_batch(batch: &mut [OfKernel], class: FeatureClass) {
    if class != FeatureClass::Glcm {
        return;
    }
    let matrices = batch.first().map_or(0, |kernel| kernel.filled.len());
    let kept = |k: usize| matrices == 1 || batch.iter().any(|kernel| kernel.filled[k]);
    let kept: Vec<bool> = (0..matrices).map(kept).collect();
    let incomplete = |kernel: &OfKernel| kernel.filled.iter().zip(&kept).any(|(&filled, &kept)| kept && !filled);
    let no_eigenvalues = batch.iter().any(incomplete);
    for kernel in batch {
        let lost = incomplete(kernel);
        kernel.features.retain(|&(name, _)| !(no_eigenvalues && name == "MCC"));
        if lost {
            kernel.features.iter_mut().filter(|(name, _)| *name == "JointAverage").for_each(|(_, x)| *x = f64::NAN);
        }
    }
}
