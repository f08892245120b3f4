//! Images, features and extraction.

use super::{path_template, table};
use crate::study::section::{Item, Section};
use crate::study::spec::*;
use crate::study::template;

/// Templates for all sequences, and sections of single ones.
pub(super) fn images(section: Section<'_, '_>) -> Option<ImageSpec> {
    let names = section.texts("sequences");
    let common = Templates::of(&section);
    let mut sequences: Vec<SequenceSpec> = Vec::new();
    let mut complete = true;
    let mut own: Vec<(String, Templates)> = Vec::new();
    for (name, item) in section.others() {
        if !item.is_section() {
            let remedy = "known keys are sequences, image, mask, label, series, volume, b_value, threshold, repeats and sections named after a \
                          sequence";
            item.error(format!("unknown key {name} in [images]"), remedy.to_owned());
            continue;
        }
        if let Some(section) = item.section() {
            own.push((name, Templates::of(&section)));
            section.finish();
        }
    }
    let names = names.unwrap_or_else(|| match own.is_empty() {
        true => vec!["image".to_owned()],
        false => own.iter().map(|(name, _)| name.clone()).collect(),
    });
    for (name, _) in own.iter().filter(|(name, _)| !names.contains(name)) {
        section.error(format!("sequence {name} is not among `sequences`"), &format!("they are {}", names.join(", ")));
    }
    let mut known: Vec<String> = Vec::new();
    let mut twice = None;
    for name in names {
        if known.contains(&name) {
            twice.get_or_insert(name);
            continue;
        }
        known.push(name.clone());
        let own = own.iter().find(|(n, _)| *n == name).map(|(_, t)| t.clone()).unwrap_or_default();
        let templates = own.or(&common);
        if templates.is_broken {
            complete = false;
            continue;
        }
        let (Some(image), Some(mask)) = (templates.image, templates.mask) else {
            let remedy = "write image = \"images/{id}_{sequence}.nii.gz\" and mask likewise";
            section.error(
                format!(
                    "sequence {name} has no template for its {}",
                    if common.image.is_none() { "images" } else { "masks" }
                ),
                remedy,
            );
            complete = false;
            continue;
        };
        let (picked, repeats) = (templates.picked, templates.repeats);
        sequences.push(SequenceSpec { name, image, mask, picked, repeats });
    }
    if let Some(name) = twice {
        section.error(format!("sequence {name} is named more than once"), "name each sequence once");
    }
    look_at_placeholders(&section, &sequences);
    (complete && !sequences.is_empty()).then_some(ImageSpec { sequences, regions: Vec::new() })
}

#[derive(Debug, Clone, Default)]
struct Templates {
    image: Option<String>,
    mask: Option<String>,
    picked: Picked,
    repeats: Option<String>,
    /// One of them is there and cannot be read, which is said already.
    is_broken: bool,
}

impl Templates {
    fn of(section: &Section<'_, '_>) -> Self {
        let template = |key: &str| section.get(key).and_then(|item| path_template(&item));
        let (image, mask, repeats) = (template("image"), template("mask"), template("repeats"));
        let is_broken =
            image.is_none() && section.get("image").is_some() || mask.is_none() && section.get("mask").is_some();
        Self { image, mask, picked: picked(section), repeats, is_broken }
    }

    fn or(self, other: &Self) -> Self {
        Self {
            image: self.image.or_else(|| other.image.clone()),
            mask: self.mask.or_else(|| other.mask.clone()),
            picked: Picked {
                region: match self.picked.region {
                    RegionSpec::Assumed => other.picked.region.clone(),
                    own => own,
                },
                series: self.picked.series.or_else(|| other.picked.series.clone()),
                volume: self.picked.volume.or(other.picked.volume),
                b_value: self.picked.b_value.or(other.picked.b_value),
                threshold: self.picked.threshold.or(other.picked.threshold),
            },
            repeats: self.repeats.or_else(|| other.repeats.clone()),
            is_broken: self.is_broken || other.is_broken,
        }
    }
}

/// `label = 2`, `label = "GTV"`, `label = ["GTV", "gtv*"]` (or `region`), `volume`, `b_value`, `threshold`.
pub(super) fn picked(section: &Section<'_, '_>) -> Picked {
    let (label, region) = (section.get("label"), section.get("region"));
    if let (Some(_), Some(region)) = (&label, &region) {
        region.error("label and region say the same", "keep one of them".to_owned());
    }
    let region = label.or(region).map_or(RegionSpec::Assumed, |item| match (item.is_text(), item.items()) {
        (true, _) => item.text().map_or(RegionSpec::Assumed, |name| RegionSpec::Named(vec![name])),
        (_, Some(items)) => RegionSpec::Named(items.iter().filter_map(Item::text).collect()),
        _ => item.whole().map_or(RegionSpec::Assumed, |n| RegionSpec::Number(i64::try_from(n).unwrap_or(i64::MAX))),
    });
    let volume = section.get("volume").and_then(|item| match item.whole()? {
        0 => {
            item.error("volumes count from 1", None);
            None
        }
        n => usize::try_from(n).ok(),
    });
    let number = |key: &str| section.get(key).and_then(|item| item.number());
    let series = section.text("series");
    Picked { region, series, volume, b_value: number("b_value"), threshold: number("threshold") }
}

/// Templates must tell patients, sequences and repeats apart.
fn look_at_placeholders(section: &Section<'_, '_>, sequences: &[SequenceSpec]) {
    let names = |text: &str| template::placeholders(text).unwrap_or_default();
    for sequence in sequences {
        for (what, text) in [("image", &sequence.image), ("mask", &sequence.mask)] {
            let found = names(text);
            if found.is_empty() || found.iter().all(|n| n == "sequence") {
                let message = format!("the {what} template of {} is the same for every patient", sequence.name);
                section.error(message, "put {id} in it");
            }
            if let Some(repeat) = found.iter().find(|n| *n == "reader" || *n == "reading") {
                section.error(format!("{{{repeat}}} stands in the {what} template"), "it belongs in `repeats`");
            }
        }
        if let Some(repeats) = &sequence.repeats
            && !names(repeats).iter().any(|n| n == "reader" || n == "reading")
        {
            let message = format!("the template of repeats of {} names neither reader nor reading", sequence.name);
            section.error(message, "put {reader} or {reading} in it");
        }
    }
    let image = |s: &SequenceSpec| {
        let image = s.image.replace("{sequence}", &s.name);
        format!("{image} {:?}", s.picked)
    };
    let mut images: Vec<(String, &SequenceSpec)> = sequences.iter().map(|s| (image(s), s)).collect();
    images.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(pair) = images.windows(2).find(|w| w[0].0 == w[1].0) {
        let same = pair[0].1.image.replace("{sequence}", &pair[0].1.name);
        section.error(format!("two sequences have the same images: {same}"), "put {sequence} in the template");
    }
}

pub(super) fn features(section: Section<'_, '_>) -> FeatureSpec {
    let features = FeatureSpec {
        table: section.get("table").and_then(|item| table(&item)),
        id: section.text("id"),
        columns: section.texts("columns").unwrap_or_default(),
    };
    if features.table.is_none() && features.columns.is_empty() {
        section
            .error("features are in no table and have no names", "write columns = [\"original_*\"] or table = \"..\"");
    }
    section.finish();
    features
}

/// Settings of all sequences, and sections of single ones over them.
pub(super) fn extraction(section: Section<'_, '_>) -> ExtractionSpec {
    let mut common = settings(&section);
    for (name, item) in section.others() {
        if !item.is_section() {
            let remedy = format!("known keys are {} and sections named after a sequence", EXTRACTION_KEYS.join(", "));
            item.error(format!("unknown key {name} in [extraction]"), remedy);
        } else if let Some(section) = item.section() {
            common.sequences.push((name, settings(&section)));
            section.finish();
        }
    }
    section.finish();
    common
}

const EXTRACTION_KEYS: [&str; 8] =
    ["params", "preset", "bin_width", "bin_count", "spacing", "normalize", "image_types", "classes"];

fn settings(section: &Section<'_, '_>) -> ExtractionSpec {
    let spacing = section.get("spacing").and_then(|item| {
        let values: Vec<f64> = match item.items() {
            Some(items) => items.iter().filter_map(|i| i.number()).collect(),
            None => vec![item.number()?; 3],
        };
        match values.as_slice() {
            &[x, y, z] if values.iter().all(|v| *v > 0.0) => Some([x, y, z]),
            _ => {
                item.error("spacing is three lengths in mm, x, y, z", "write spacing = [1, 1, 1]".to_owned());
                None
            }
        }
    });
    let extraction = ExtractionSpec {
        text: None,
        params: section.text("params").map(Into::into),
        preset: section.text("preset"),
        bin_width: positive(section, "bin_width"),
        bin_count: section.whole("bin_count").and_then(|n| u32::try_from(n).ok()),
        spacing,
        normalize: section.flag("normalize"),
        image_types: section.texts("image_types").unwrap_or_default(),
        classes: section.texts("classes").unwrap_or_default(),
        sequences: Vec::new(),
    };
    if extraction.params.is_some()
        && extraction != (ExtractionSpec { params: extraction.params.clone(), ..ExtractionSpec::default() })
    {
        section.error("a parameter file says everything", "write the other settings into it, or leave `params` out");
    }
    if extraction.bin_width.is_some() && extraction.bin_count.is_some() {
        section.error("grey levels have either a bin width or a bin count", "keep one of them");
    }
    extraction
}

fn positive(section: &Section<'_, '_>, key: &str) -> Option<f64> {
    let item = section.get(key)?;
    let value = item.number()?;
    if value > 0.0 {
        return Some(value);
    }
    item.error(format!("{key} is above 0, and not {value}"), None);
    None
}
