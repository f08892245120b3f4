//! Regions made of those that are drawn.

use super::super::section::{Item, Section};
use super::super::spec::*;
use super::images::picked;
use super::path_template;
use tables::nearest;

/// The keys of which a region has one: what it is.
const SHAPES: [&str; 10] = ["ring", "rim", "dilate", "erode", "box", "union", "difference", "ratio", "mask", "label"];

/// `[regions.ring5]` and its kin, in the file's order.
pub(super) fn regions(section: &Section<'_, '_>) -> Vec<DerivedRegion> {
    let mut regions: Vec<DerivedRegion> = Vec::new();
    for (name, item) in section.others() {
        let Some(own) = item.section() else { continue };
        let before: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
        if let Some(region) = region(name, &item, &own, &before) {
            look_at_parts(&own, &region, &regions);
            regions.push(region);
        }
        own.finish();
    }
    regions
}

fn region(name: String, item: &Item<'_, '_>, section: &Section<'_, '_>, before: &[&str]) -> Option<DerivedRegion> {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_plain || name.is_empty() {
        let remedy = "its name stands in those of columns (T2WI@ring5_..): letters, digits and -".to_owned();
        item.error(format!("a region cannot be called {name}"), remedy);
    } else if name == LESION || before.contains(&name.as_str()) {
        item.error(format!("{name} is a region already"), "give it another name".to_owned());
    }
    let shape = shape(&name, section);
    let features = section.texts("features");
    let (of, inside) = (section.text("of"), section.text("inside"));
    let shape = shape?;
    let makes = !matches!(
        shape,
        RegionShape::Union(_) | RegionShape::Difference(_) | RegionShape::Drawn(..) | RegionShape::Ratio(..)
    );
    if of.is_some() && !makes {
        section.error(format!("region {name}: `of` says what a ring or box is made from"), "leave it out");
    }
    if inside.is_some() && matches!(shape, RegionShape::Ratio(..)) {
        section.error(format!("{name} is a ratio and lies nowhere"), "bound the regions that it compares");
    }
    Some(DerivedRegion { name, shape, of, inside, features })
}

fn shape(name: &str, section: &Section<'_, '_>) -> Option<RegionShape> {
    let named: Vec<(&str, Item<'_, '_>)> =
        SHAPES.into_iter().filter_map(|key| Some((key, section.get(key)?))).collect();
    // The keys of a drawn region are asked for together.
    let drawn = picked(section);
    let is_drawn = drawn != Picked::default();
    if drawn.series.is_some() || drawn.volume.is_some() || drawn.b_value.is_some() {
        section.error(format!("region {name}: the volume is that of the sequence"), "say it in [images]");
    }
    match named.as_slice() {
        [("mask" | "label", _)] | [("mask", _), ("label", _)] => {
            let template = section.get("mask").map(|item| path_template(&item));
            // A template that cannot be read is said already.
            if matches!(template, Some(None)) { None } else { Some(RegionShape::Drawn(template.flatten(), drawn)) }
        }
        [] if is_drawn => Some(RegionShape::Drawn(None, drawn)),
        [(key, item)] if !is_drawn => one(name, key, item),
        [] => {
            let remedy = "write ring = 5, rim, dilate, erode, box, union, difference, ratio, mask or label";
            section.error(format!("region {name} does not say what it is"), remedy);
            None
        }
        [(one, _), ..] => {
            let other = named.get(1).map_or("label", |(key, _)| key);
            let remedy = "give each a section of its own";
            section.error(format!("region {name} is either {one} or {other}"), remedy);
            None
        }
    }
}

fn one(name: &str, key: &str, item: &Item<'_, '_>) -> Option<RegionShape> {
    match key {
        "ring" => ring(item),
        "rim" => above_zero(item).map(RegionShape::Rim),
        "dilate" => above_zero(item).map(RegionShape::Dilate),
        "erode" => above_zero(item).map(RegionShape::Erode),
        "box" => {
            let mm = item.number()?;
            if mm < 0.0 {
                item.error(format!("what is around a box is not below 0 mm, and not {mm}"), "0 is the box".to_owned());
                return None;
            }
            Some(RegionShape::Box(mm))
        }
        "union" => several(name, key, item).map(RegionShape::Union),
        "difference" => several(name, key, item).map(RegionShape::Difference),
        _ => match several(name, key, item)?.as_slice() {
            [one, other] => Some(RegionShape::Ratio(one.clone(), other.clone())),
            _ => {
                item.error("a ratio is of two regions", "write ratio = [\"lesion\", \"liver\"]".to_owned());
                None
            }
        },
    }
}

/// `ring = 5`, or `ring = [3, 8]`.
fn ring(item: &Item<'_, '_>) -> Option<RegionShape> {
    let Some(items) = item.items() else { return above_zero(item).map(|mm| RegionShape::Ring(0.0, mm)) };
    let ends: Vec<f64> = items.iter().filter_map(Item::number).collect();
    match ends.as_slice() {
        &[from, to] if from >= 0.0 && from < to => Some(RegionShape::Ring(from, to)),
        _ => {
            let remedy = "write ring = [3, 8] for what is farther than 3 mm and at most 8".to_owned();
            item.error("a ring goes from one distance to a larger one", remedy);
            None
        }
    }
}

fn above_zero(item: &Item<'_, '_>) -> Option<f64> {
    let mm = item.number()?;
    if mm > 0.0 {
        return Some(mm);
    }
    item.error(format!("a distance is above 0 mm, and not {mm}"), "write it in mm: 3, 5 or 10".to_owned());
    None
}

fn several(name: &str, key: &str, item: &Item<'_, '_>) -> Option<Vec<String>> {
    let names = item.texts()?;
    if item.is_list() && names.len() > 1 {
        return Some(names);
    }
    item.error(format!("region {name}: {key} is of several regions"), format!("write {key} = [\"lesion\", \"ring5\"]"));
    None
}

/// A region is made from those before it, and a ratio is none.
fn look_at_parts(section: &Section<'_, '_>, region: &DerivedRegion, before: &[DerivedRegion]) {
    let known: Vec<&str> =
        std::iter::once(LESION).chain(before.iter().filter(|b| b.is_place()).map(|b| b.name.as_str())).collect();
    for part in region.parts().into_iter().filter(|part| !known.contains(part)) {
        let remedy = match nearest(part, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("a region is made from those before it; they are {}", known.join(", ")),
        };
        section.error(format!("region {}: there is no region {part} before it", region.name), &remedy);
    }
}
