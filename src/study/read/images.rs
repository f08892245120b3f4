//! Images, features and extraction.

use super::{path_template, table};
use crate::study::section::Section;
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
            let remedy = "known keys are sequences, image, mask, label, repeats and sections named after a sequence";
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
        let (label, repeats) = (templates.label.unwrap_or(1), templates.repeats);
        sequences.push(SequenceSpec { name, image, mask, label, repeats });
    }
    if let Some(name) = twice {
        section.error(format!("sequence {name} is named more than once"), "name each sequence once");
    }
    look_at_placeholders(&section, &sequences);
    (complete && !sequences.is_empty()).then_some(ImageSpec { sequences })
}

#[derive(Debug, Clone, Default)]
struct Templates {
    image: Option<String>,
    mask: Option<String>,
    label: Option<u32>,
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
        let label = section.whole("label").and_then(|label| u32::try_from(label).ok());
        Self { image, mask, label, repeats, is_broken }
    }

    fn or(self, other: &Self) -> Self {
        Self {
            image: self.image.or_else(|| other.image.clone()),
            mask: self.mask.or_else(|| other.mask.clone()),
            label: self.label.or(other.label),
            repeats: self.repeats.or_else(|| other.repeats.clone()),
            is_broken: self.is_broken || other.is_broken,
        }
    }
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
    let mut images: Vec<String> = sequences.iter().map(|s| s.image.replace("{sequence}", &s.name)).collect();
    images.sort();
    if let Some(pair) = images.windows(2).find(|w| w[0] == w[1]) {
        section.error(format!("two sequences have the same images: {}", pair[0]), "put {sequence} in the template");
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

pub(super) fn extraction(section: Section<'_, '_>) -> ExtractionSpec {
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
        params: section.text("params").map(Into::into),
        preset: section.text("preset"),
        bin_width: positive(&section, "bin_width"),
        bin_count: section.whole("bin_count").and_then(|n| u32::try_from(n).ok()),
        spacing,
        normalize: section.flag("normalize"),
        image_types: section.texts("image_types").unwrap_or_default(),
        classes: section.texts("classes").unwrap_or_default(),
    };
    if extraction.params.is_some()
        && extraction != (ExtractionSpec { params: extraction.params.clone(), ..ExtractionSpec::default() })
    {
        section.error("a parameter file says everything", "write the other settings into it, or leave `params` out");
    }
    if extraction.bin_width.is_some() && extraction.bin_count.is_some() {
        section.error("grey levels have either a bin width or a bin count", "keep one of them");
    }
    section.finish();
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
