//! The regions of a case, voxel by voxel: those that are drawn beside the lesion, and those made of them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::CaseFiles;
use super::spec::{DerivedRegion, LESION, Picked, RegionShape, Study};
use imaging::{CaseChoice, Pair};
use volume::grid::{self, TOLERANCE};
use volume::{Geometry, Mask};

/// What the regions of a case are, and where the masks of those that are drawn lie.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseRegions {
    /// The study's, in order.
    pub specs: Vec<DerivedRegion>,
    /// Masks beside that of the lesion.
    pub drawn: Vec<DrawnMask>,
}

/// The mask of a region that is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnMask {
    /// The region.
    pub region: String,
    /// Its file.
    pub path: PathBuf,
    /// Which region of that.
    pub picked: Picked,
}

/// A region on the grid of the image.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeRegion {
    /// Its voxels, labelled 1.
    pub mask: Mask,
    /// What a user of its features should know.
    pub notes: Vec<String>,
}

/// A region by its name, or why there is none in this case.
pub type Made = (String, Result<MadeRegion, String>);

impl Study {
    /// The regions of a case.
    pub fn regions_of(&self, files: &CaseFiles) -> CaseRegions {
        let Some(images) = self.images.as_ref().filter(|images| !images.regions.is_empty()) else {
            return CaseRegions::default();
        };
        let drawn = files.regions.iter().map(|of| DrawnMask {
            region: of.region.clone(),
            path: self.resolve(&of.mask.path),
            picked: of.picked.clone(),
        });
        CaseRegions { specs: images.regions.clone(), drawn: drawn.collect() }
    }
}

impl CaseRegions {
    /// Every region of a case but the ratios, in order. `image` is the file of the image, `grid` its grid; `lesion` the mask
    /// with the lesion, which carries `label` in it. Grids that differ by less than `tolerance` count as one.
    pub fn made(
        &self,
        image: &Path,
        grid: &Geometry,
        (lesion, label): (&Mask, u32),
        tolerance: Option<f64>,
    ) -> Vec<Made> {
        let tolerance = tolerance.unwrap_or(TOLERANCE);
        let on_grid = |mask: Mask| match grid::compare(grid, &mask.geometry, tolerance) {
            // Lengths are measured on the image.
            Ok(()) => Ok(MadeRegion { mask: Mask { geometry: grid.clone(), ..mask }, notes: Vec::new() }),
            Err(mismatch) => Err(format!("regions are made on the grid of the image, and {mismatch}")),
        };
        let mut made: Vec<Made> = vec![(LESION.to_owned(), on_grid(lesion.only(label)))];
        for region in self.specs.iter() {
            let found = match &region.shape {
                RegionShape::Ratio(..) => continue,
                RegionShape::Drawn(..) => self.read(region, image, label).and_then(on_grid),
                _ => shaped(region, &made),
            };
            let bounded = found.and_then(|found| bounded(region, found, &made));
            made.push((region.name.clone(), bounded.map_err(|why| format!("region {}: {why}", region.name))));
        }
        made.split_off(1)
    }

    fn read(&self, region: &DerivedRegion, image: &Path, label: u32) -> Result<Mask, String> {
        let Some(of) = self.drawn.iter().find(|of| of.region == region.name) else {
            return Err("its mask is not given".to_owned());
        };
        let choice: CaseChoice = of.picked.choice(label, None);
        let Pair { mask, label, .. } = imaging::read_pair(image, &of.path, &choice).map_err(|e| e.to_string())?;
        Ok(mask.only(label))
    }
}

/// The region that `name` says among those that are made.
fn part<'m>(name: &str, made: &'m [Made]) -> Result<&'m Mask, String> {
    match made.iter().find(|(own, _)| own == name) {
        Some((_, Ok(region))) => Ok(&region.mask),
        Some((_, Err(why))) => Err(why.clone()),
        None => Err(format!("there is no region {name}")),
    }
}

fn shaped(region: &DerivedRegion, made: &[Made]) -> Result<MadeRegion, String> {
    let of = region.of.as_deref().unwrap_or(LESION);
    let from = || part(of, made);
    let mut notes = Vec::new();
    if let Some(mm) = region.reach() {
        let grid = &from()?.geometry;
        let extent = [0, 1, 2].map(|d| grid.size[d] as f64 * grid.spacing[d]);
        if extent.iter().all(|extent| mm > *extent) {
            let extent = extent.map(|mm| format!("{}", (mm * 10.0).round() / 10.0)).join(" × ");
            return Err(format!("{mm} mm are larger than the image of {extent} mm; take a smaller distance"));
        }
        if from()?.reaches_beyond(1, mm) {
            notes.push(format!("region {}: it is cut off at the edge of the image", region.name));
        }
    }
    let mask = match &region.shape {
        RegionShape::Ring(0.0, to) => from()?.dilated(1, *to).difference(from()?),
        RegionShape::Ring(near, to) => from()?.dilated(1, *to).difference(&from()?.dilated(1, *near)),
        RegionShape::Rim(mm) => from()?.difference(&from()?.eroded(1, *mm)),
        RegionShape::Dilate(mm) => from()?.dilated(1, *mm),
        RegionShape::Erode(mm) => from()?.eroded(1, *mm),
        RegionShape::Box(mm) => from()?.boxed(1, *mm),
        RegionShape::Union(names) => together(names, made, Mask::union)?,
        RegionShape::Difference(names) => together(names, made, Mask::difference)?,
        RegionShape::Drawn(..) | RegionShape::Ratio(..) => return Err("it is made of nothing".to_owned()),
    };
    Ok(MadeRegion { mask, notes })
}

fn together(names: &[String], made: &[Made], put: impl Fn(&Mask, &Mask) -> Mask) -> Result<Mask, String> {
    let mut parts = names.iter().map(|name| part(name, made));
    let first = parts.next().unwrap_or_else(|| Err("it is made of nothing".to_owned()))?.clone();
    parts.try_fold(first, |so_far, next| Ok(put(&so_far, next?)))
}

/// What of a region lies inside of the one that bounds it; an error that says what to do where nothing is left.
fn bounded(region: &DerivedRegion, found: MadeRegion, made: &[Made]) -> Result<MadeRegion, String> {
    let is_empty = |mask: &Mask| mask.labels.runs().is_empty();
    if is_empty(&found.mask) {
        let apart = found.mask.geometry.spacing.map(|mm| format!("{}", (mm * 1000.0).round() / 1000.0)).join(" × ");
        let remedy = match &region.shape {
            RegionShape::Ring(..) => "take a larger distance",
            RegionShape::Erode(_) => "take a smaller distance, or leave the region out",
            RegionShape::Difference(_) => "the others cover the first",
            _ => "is the right region named?",
        };
        return Err(format!("it is empty ({}; voxels are {apart} mm apart): {remedy}", region.words()));
    }
    let Some(name) = &region.inside else { return Ok(found) };
    let mask = found.mask.intersection(part(name, made)?);
    if is_empty(&mask) {
        return Err(format!("nothing of it lies inside {name}: do the two masks belong together?"));
    }
    Ok(MadeRegion { mask, ..found })
}
