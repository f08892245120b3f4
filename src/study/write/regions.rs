//! Regions made of those that are drawn, in a study file.

use super::picked;
use super::toml_text::{self, Text};
use crate::study::spec::*;

pub(super) fn region(text: &mut Text<'_>, region: &DerivedRegion) {
    text.section(&format!("regions.{}", toml_text::key(&region.name)), "");
    match &region.shape {
        RegionShape::Ring(from, to) if *from == 0.0 => text.pair("ring", *to, ""),
        RegionShape::Ring(from, to) => text.line("ring", &toml_text::numbers(&[*from, *to]), ""),
        RegionShape::Rim(mm) => text.pair("rim", *mm, ""),
        RegionShape::Dilate(mm) => text.pair("dilate", *mm, ""),
        RegionShape::Erode(mm) => text.pair("erode", *mm, ""),
        RegionShape::Box(mm) => text.pair("box", *mm, ""),
        RegionShape::Union(names) => text.list("union", names),
        RegionShape::Difference(names) => text.list("difference", names),
        RegionShape::Ratio(one, other) => text.list("ratio", &[one.clone(), other.clone()]),
        RegionShape::Drawn(mask, of) => {
            text.maybe("mask", mask.as_deref(), "");
            picked(text, of);
        }
    }
    text.maybe("of", region.of.as_deref(), "");
    text.maybe("inside", region.inside.as_deref(), "");
    match region.features.as_deref() {
        Some([]) => text.line("features", "[]", ""),
        Some(features) => text.list("features", features),
        None => {}
    }
}
