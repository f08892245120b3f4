//! One image and its mask.

use std::path::Path;

use anyhow::Context;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Label, Options};
use crate::cli::Common;
use crate::cli::output::{Format, escaped};
use crate::document::delimited::{self, Separator};
use crate::document::text::{self, TextStyle};
use crate::document::{Cell, ColumnSpec, Document, Field, Table, markdown};
use imaging::{MaskChoice, read_image, read_pair, read_segmentation};
use radiomics::diagnostics::Diagnostic;
use radiomics::{self, Features, Mask, Settings, Volume};
use watch::Unwatched;

/// The features of each label asked for.
struct Found {
    labels: Vec<OfLabel>,
    /// Every label of the mask was asked for: the answer is by label even if there is one.
    all: bool,
}

/// The features of one label in one layer of the mask.
struct OfLabel {
    label: u32,
    layer: usize,
    features: Features,
}

impl Found {
    /// What tells a label from the others: its number, and its layer if another layer has the same.
    fn name(&self, of: &OfLabel) -> String {
        let in_several = self.labels.iter().any(|other| other.label == of.label && other.layer != of.layer);
        if in_several { format!("{} in layer {}", of.label, of.layer) } else { of.label.to_string() }
    }
}

pub(super) fn run(image: &Path, mask: &Path, options: &Options, common: &Common) -> anyhow::Result<()> {
    options.refuse_inputs(&[image, mask])?;
    let mut settings = options.settings()?.unwrap_or_default();
    settings.additional_info = options.diagnostics;
    if let Some(Label::One(label)) = options.label {
        settings.label = label;
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(common.threads()).build()?;
    let found = pool.install(|| extract(image, mask, settings, options.label == Some(Label::All)))?;
    let written = match options.output.format {
        Format::Json => escaped(&serde_json::to_string(&found)?) + "\n",
        Format::Csv => csv(image, mask, &found),
        Format::Text => text::render(&document(image, mask, &found), TextStyle::default()),
        Format::Md => markdown::render(&document(image, mask, &found)),
    };
    options.output.write_text(&written)
}

fn extract(image_path: &Path, mask_path: &Path, settings: Settings, all: bool) -> anyhow::Result<Found> {
    let mut found = Found { labels: Vec::new(), all };
    let mut add = |image: &Volume, mask: &Mask, label: u32, layer: usize| -> anyhow::Result<()> {
        let settings = Settings { label, ..settings.clone() };
        let features = radiomics::extract(image, mask, &settings, &Unwatched)
            .with_context(|| format!("{} in {}, label {label}", image_path.display(), mask_path.display()))?;
        found.labels.push(OfLabel { label, layer, features });
        Ok(())
    };
    let channel = settings.label_channel;
    if !all {
        let (image, mask) = read_pair(image_path, mask_path, Some(settings.label), channel)?;
        add(&image, &mask, settings.label, channel)?;
        return Ok(found);
    }
    let image = read_image(image_path)?;
    let choice = MaskChoice { grid: Some(&image.geometry), ..MaskChoice::default() };
    let masks = read_segmentation(mask_path, &choice)?;
    // Segments that overlap lie in layers of their own; a channel other than the first is meant to stand alone.
    let layers = if channel > 0 { channel..channel + 1 } else { 0..masks.layers() };
    for layer in layers {
        let mask = masks.layer(layer)?;
        mask.labels.counts().into_iter().try_for_each(|of| add(&image, &mask, of.label, layer))?;
    }
    anyhow::ensure!(!found.labels.is_empty(), "{}: the mask holds no label but the background 0", mask_path.display());
    Ok(found)
}

impl Serialize for Found {
    /// One flat object, in PyRadiomics' order; with `--label all` one such object under each label.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut notes: Vec<&String> = Vec::new();
        for of in &self.labels {
            if self.all {
                map.serialize_entry(&self.name(of), &Flat(&of.features))?;
            } else {
                entries(&mut map, &of.features)?;
            }
            notes.extend(&of.features.notes);
        }
        notes.sort_unstable();
        notes.dedup();
        map.serialize_entry("notes", &notes)?;
        map.serialize_entry("riskset", env!("CARGO_PKG_VERSION"))?;
        map.end()
    }
}

struct Flat<'a>(&'a Features);

impl Serialize for Flat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        entries(&mut map, self.0)?;
        map.end()
    }
}

fn entries<M: SerializeMap>(map: &mut M, features: &Features) -> Result<(), M::Error> {
    features.diagnostics.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
    features.values.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))
}

/// One row a label, as PyRadiomics writes it: image, mask, label, diagnostics, features.
fn csv(image: &Path, mask: &Path, found: &Found) -> String {
    let text = |text: &str| Field::Text(text.to_owned());
    let Some(OfLabel { features: first, .. }) = found.labels.first() else { return String::new() };
    let mut names = vec![text("Image"), text("Mask"), text("Label")];
    names.extend(first.diagnostics.iter().map(|(name, _)| text(name)));
    names.extend(first.values.iter().map(|(name, _)| text(name)));
    let mut lines = delimited::line(&names, Separator::Comma);
    for of in &found.labels {
        let mut fields = vec![text(&image.to_string_lossy()), text(&mask.to_string_lossy())];
        fields.push(text(&found.name(of)));
        let features = &of.features;
        fields.extend(features.diagnostics.iter().map(|(_, value)| diagnostic(value)));
        fields.extend(features.values.iter().map(|(_, value)| Field::Number(*value, None)));
        lines += &delimited::line(&fields, Separator::Comma);
    }
    lines
}

fn diagnostic(value: &Diagnostic) -> Field {
    match value {
        Diagnostic::Text(text) => Field::Text(text.clone()),
        Diagnostic::Number(x) => Field::Number(*x, None),
        Diagnostic::Numbers(list) => {
            Field::Text(format!("({})", list.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")))
        }
    }
}

/// Tables of diagnostics and features, with a column for each label.
fn document(image: &Path, mask: &Path, found: &Found) -> Document {
    let title = format!("Radiomic features of {} in {}", image.display(), mask.display());
    let mut document = Document::new(title);
    let Some(OfLabel { features: first, .. }) = found.labels.first() else { return document };
    // Every label has the same rows: which are missing depends on the image alone.
    if !first.diagnostics.is_empty() {
        let names = first.diagnostics.iter().map(|(name, _)| name);
        document = document.with(by_label("Diagnostic", names, found, |features, k| {
            match features.diagnostics.get(k).map(|(_, value)| diagnostic(value)) {
                Some(Field::Text(text)) => Cell::text(text),
                Some(Field::Number(x, _)) => Cell::significant(x, 6),
                _ => Cell::missing(),
            }
        }));
    }
    let names = first.values.iter().map(|(name, _)| name);
    document = document.with(by_label("Feature", names, found, |features, k| {
        features.values.get(k).map_or_else(Cell::missing, |(_, value)| Cell::significant(*value, 6))
    }));
    let mut notes: Vec<String> = found.labels.iter().flat_map(|of| of.features.notes.clone()).collect();
    notes.dedup();
    Document { notes, ..document }
}

/// One row for each of `names`, one column for each label.
fn by_label<'n>(
    what: &str,
    names: impl Iterator<Item = &'n String>,
    found: &Found,
    cell: impl Fn(&Features, usize) -> Cell,
) -> Table {
    let mut columns = vec![ColumnSpec::left(what)];
    columns.extend(found.labels.iter().map(|of| ColumnSpec::decimal(format!("Label {}", found.name(of)))));
    let mut table = Table::new(columns);
    for (k, name) in names.enumerate() {
        let mut cells = vec![Cell::text(name.clone())];
        cells.extend(found.labels.iter().map(|of| cell(&of.features, k)));
        table.push(cells);
    }
    table
}
