//! Regions made of the one that is drawn: rings, boxes, organs around it, and what is put together of them.

use serde::{Deserialize, Serialize};

use super::picked::Picked;

/// What the region that a sequence's mask draws is called.
pub const LESION: &str = "lesion";

/// What stands between a sequence and the region of its feature: `T2WI@ring5_original_firstorder_Mean`.
pub const AT_REGION: char = '@';

/// A region of every case that features are extracted of beside those of the lesion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DerivedRegion {
    /// Its name (ring5): letters, digits and `-`.
    pub name: String,
    /// What it is.
    pub shape: RegionShape,
    /// The region that it is made from; the lesion if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Only what lies in this region belongs to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<String>,
    /// Names of its features, or patterns with `*` and `?`; without, what is usual for its shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<String>>,
}

/// What a region is. Lengths are in mm, from voxel centre to voxel centre.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionShape {
    /// Voxels outside of another region that are farther than the first and at most the second from it.
    Ring(f64, f64),
    /// Voxels of another region that are at most so far from the outside.
    Rim(f64),
    /// Another region and the voxels at most so far from it.
    Dilate(f64),
    /// Voxels of another region that are farther than this from the outside.
    Erode(f64),
    /// The box along the axes of the image that holds another region, with so much around it.
    Box(f64),
    /// All voxels of several regions.
    Union(Vec<String>),
    /// The voxels of the first that are in none of the others.
    Difference(Vec<String>),
    /// Drawn like the lesion: in a mask of its own (the template of its path), or in that of the lesion.
    Drawn(Option<String>, Picked),
    /// No region: the features of the first divided by those of the second.
    Ratio(String, String),
}

/// Of `regions` those called so, and those that they are made from, which have no features of their own then.
pub fn regions_for(regions: &[DerivedRegion], names: &[&str]) -> Vec<DerivedRegion> {
    let mut needed: Vec<&str> = names.to_vec();
    let mut kept: Vec<DerivedRegion> = Vec::new();
    // A region stands behind those that it is made from.
    for region in regions.iter().rev() {
        if !needed.contains(&region.name.as_str()) {
            continue;
        }
        needed.extend(region.parts());
        let is_named = names.contains(&region.name.as_str());
        let features = if is_named { region.features.clone() } else { Some(Vec::new()) };
        kept.insert(0, DerivedRegion { features, ..region.clone() });
    }
    kept
}

impl DerivedRegion {
    /// Patterns of the features of a region that is made from the drawn one.
    const ALL: &'static str = "*";
    /// Patterns of the features of a ratio: what contrast means.
    const CONTRAST: &'static str = "original_firstorder_*";

    /// Patterns of the features that are columns. A region that is drawn has none unless the study says which: it may be
    /// there to bound others.
    pub fn patterns(&self) -> Vec<String> {
        match (&self.features, &self.shape) {
            (Some(said), _) => said.clone(),
            (None, RegionShape::Drawn(..)) => Vec::new(),
            (None, RegionShape::Ratio(..)) => vec![Self::CONTRAST.to_owned()],
            (None, _) => vec![Self::ALL.to_owned()],
        }
    }

    /// The regions that it is made from.
    pub fn parts(&self) -> Vec<&str> {
        let own: Vec<&str> = match &self.shape {
            RegionShape::Union(names) | RegionShape::Difference(names) => names.iter().map(String::as_str).collect(),
            RegionShape::Ratio(one, other) => vec![one, other],
            RegionShape::Drawn(..) => Vec::new(),
            _ => vec![self.of.as_deref().unwrap_or(LESION)],
        };
        own.into_iter().chain(self.inside.as_deref()).collect()
    }

    /// Whether it has voxels: a ratio has none.
    pub fn is_place(&self) -> bool {
        !matches!(self.shape, RegionShape::Ratio(..))
    }

    /// Its name and the template of its path, if it is drawn in a mask of its own.
    pub fn own_mask(&self) -> Option<(&str, &str)> {
        match &self.shape {
            RegionShape::Drawn(Some(template), _) => Some((&self.name, template)),
            _ => None,
        }
    }

    /// How far it reaches from the region that it is made from.
    pub fn reach(&self) -> Option<f64> {
        match self.shape {
            RegionShape::Ring(_, mm) | RegionShape::Dilate(mm) | RegionShape::Box(mm) => Some(mm),
            _ => None,
        }
    }

    /// What it is, in the words of a methods section: `ring5, the voxels outside of the lesion within 5 mm of it`.
    pub fn words(&self) -> String {
        let of = self.of.as_deref().unwrap_or(LESION);
        let of = if of == LESION { "the lesion".to_owned() } else { of.to_owned() };
        let named = |name: &String| if name == LESION { "the lesion".to_owned() } else { name.clone() };
        let listed = |names: &[String]| names.iter().map(named).collect::<Vec<_>>().join(", ");
        let what = match &self.shape {
            RegionShape::Ring(from, to) if *from == 0.0 => format!("the voxels outside of {of} within {to} mm of it"),
            RegionShape::Ring(from, to) => format!("the voxels farther than {from} and at most {to} mm from {of}"),
            RegionShape::Rim(mm) => format!("the voxels of {of} within {mm} mm of its outside"),
            RegionShape::Dilate(mm) => format!("{of} dilated by {mm} mm"),
            RegionShape::Erode(mm) => format!("{of} eroded by {mm} mm"),
            RegionShape::Box(mm) if *mm == 0.0 => format!("the bounding box of {of}"),
            RegionShape::Box(mm) => format!("the bounding box of {of} with {mm} mm around it"),
            RegionShape::Union(names) => format!("{} together", listed(names)),
            RegionShape::Difference(names) => match names.split_first() {
                Some((first, others)) => format!("{} without {}", named(first), listed(others)),
                None => String::new(),
            },
            RegionShape::Drawn(..) => "drawn".to_owned(),
            RegionShape::Ratio(one, other) => {
                format!("features of {} divided by those of {}", named(one), named(other))
            }
        };
        let inside = self.inside.as_ref().map(|name| format!(" inside {}", named(name))).unwrap_or_default();
        format!("{}, {what}{inside}", self.name)
    }
}
