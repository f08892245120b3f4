//! One image and its mask.

use std::io::{self, Write};

use std::path::Path;

use anyhow::{Context, bail};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Label, Options, images};
use crate::cli::Usage;
use crate::cli::output::{Format, escaped};
use crate::document::delimited::{self, Separator};
use crate::document::text::{self, TextStyle};
use crate::document::{Cell, ColumnSpec, Document, Field, Table, markdown};
use crate::jobs::extraction::settings_for;
use crate::study::Picked;
use imaging::{CaseChoice, Pair, Region, RegionChoice, Regions, read_pair, read_regions};
use radiomics::diagnostics::Diagnostic;
use radiomics::{self, Features, Mask, Settings, Volume};
use watch::Unwatched;

/// The features of each label asked for.
struct Found {
    labels: Vec<OfLabel>,
    /// Every label of the mask was asked for: the answer is by label even if there is one.
    all: bool,
    /// What reading the files said.
    notes: Vec<String>,
}

/// The features of one label in one layer of the mask.
struct OfLabel {
    number: i64,
    layer: usize,
    features: Features,
}

impl Found {
    /// What tells a label from the others: its number, and its layer if another layer has the same.
    fn name(&self, of: &OfLabel) -> String {
        let in_several = self.labels.iter().any(|other| other.number == of.number && other.layer != of.layer);
        if in_several { format!("{} in layer {}", of.number, of.layer) } else { of.number.to_string() }
    }
}

pub(super) fn run(image: &Path, mask: &Path, options: &Options) -> anyhow::Result<()> {
    options.refuse_inputs(&[image, mask])?;
    let mut settings = options.settings()?.unwrap_or_default();
    options.check_names(&settings)?;
    settings.additional_info = options.diagnostics;
    let all = options.label == Some(Label::All);
    let picked = options.picked();
    if let Some(folder) = &options.save_images {
        if all {
            bail!(Usage("--save-images takes one label at a time".to_owned()));
        }
        images::save(image, mask, &settings, &picked, folder, options.output.force)?;
    }
    let mut found = extract(image, mask, settings, &picked, all)?;
    for (name, _) in found.labels.iter_mut().flat_map(|of| &mut of.features.values) {
        *name = options.named(name);
    }
    if options.output.format() == Format::Csv {
        // The table has no place for them.
        found.all_notes().iter().for_each(|note| {
            let _ = writeln!(io::stderr(), "note: {note}");
        });
    }
    let written = match options.output.format() {
        Format::Json => escaped(&serde_json::to_string(&found)?) + "\n",
        Format::Csv => csv(image, mask, &found),
        Format::Text => text::render(&document(image, mask, &found), TextStyle::default()),
        Format::Md => markdown::render(&document(image, mask, &found)),
        other => bail!(Usage(format!("--format {}: features are written as text, md, csv or json", other.word()))),
    };
    options.output.write_text(&written)
}

fn extract(
    image_path: &Path,
    mask_path: &Path,
    settings: Settings,
    picked: &Picked,
    all: bool,
) -> anyhow::Result<Found> {
    let mut found = Found { labels: Vec::new(), all, notes: Vec::new() };
    let channel = (settings.label_channel > 0).then_some(settings.label_channel);
    let choice = picked.choice(settings.label, channel);
    let settings = settings_for(image_path, &choice.volume, &settings)?.into_owned();
    let mut add = |image: &Volume, mask: &Mask, region: &Region| -> anyhow::Result<()> {
        let Region { number, label, layer, .. } = *region;
        let settings = Settings { label, ..settings.clone() };
        let named = region.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        let features = radiomics::extract(image, mask, &settings, &Unwatched)
            .with_context(|| format!("{} in {}, label {number}{named}", image_path.display(), mask_path.display()))?;
        found.labels.push(OfLabel { number, layer, features });
        Ok(())
    };
    if !all {
        let Pair { image, mask, label, notes } = read_pair(image_path, mask_path, &choice)?;
        add(&image, &mask, &Region { number: label.into(), name: None, label, layer: settings.label_channel })?;
        found.notes = notes;
        return Ok(found);
    }
    let choice = CaseChoice { region: RegionChoice::All, ..choice };
    let Regions { image, masks, mut notes } = read_regions(image_path, mask_path, &choice)?;
    // Segments that overlap lie in layers of their own; a channel that is asked for is meant to stand alone.
    let regions = masks.regions().into_iter().filter(|region| channel.is_none_or(|channel| region.layer == channel));
    let named: Vec<String> = masks.segments.iter().map(|s| format!("{} is {}", s.number, s.name)).collect();
    if !named.is_empty() {
        notes.push(format!("regions by number: {}", named.join(", ")));
    }
    for region in regions {
        add(&image, &masks.layer(region.layer)?, &region)?;
    }
    found.notes = notes;
    anyhow::ensure!(!found.labels.is_empty(), "{}: the mask holds no label but the background 0", mask_path.display());
    Ok(found)
}

impl Found {
    /// What reading and extraction said, each once.
    fn all_notes(&self) -> Vec<&String> {
        let mut notes: Vec<&String> = Vec::new();
        for note in self.notes.iter().chain(self.labels.iter().flat_map(|of| &of.features.notes)) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }
}

impl Serialize for Found {
    /// One flat object, in PyRadiomics' order; with `--label all` one such object under each label.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for of in &self.labels {
            if self.all {
                map.serialize_entry(&self.name(of), &Flat(&of.features))?;
            } else {
                entries(&mut map, &of.features)?;
            }
        }
        map.serialize_entry("notes", &self.all_notes())?;
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
    let notes = found.all_notes().into_iter().cloned().collect();
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
