//! Mask files: one or several layers of labels, with or without names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::ReadError;
use super::choice::RegionChoice;
use super::convert::Odd;
use super::error::OPEN;
use volume::{Geometry, Labels, Mask};

/// Which part of a mask file is wanted. The default takes all regions as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MaskChoice<'a> {
    /// Which region. Of a structure set, only this one is drawn.
    pub region: RegionChoice,
    /// Channel of a vector mask, layer of a segmentation (PyRadiomics' `label_channel`), from 0; the first that holds the
    /// label if not said.
    pub channel: Option<usize>,
    /// Makes a mask of fractions one of labels: 1 from this value on.
    pub threshold: Option<f64>,
    /// Grid of the image: contours are drawn onto it, frames of a DICOM segmentation laid on it.
    pub grid: Option<&'a Geometry>,
    /// The DICOM frame of reference that the grid's positions belong to.
    pub frame_of_reference: Option<&'a str>,
}

/// A segment or structure that a mask file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name in the file.
    pub name: String,
    /// Its number in the file, which in structure sets can be anything.
    pub number: i64,
    /// Its label in its layer: the number, where that can be one.
    pub label: u32,
    /// The layer that it is in, from 0: segments that overlap lie in different ones.
    pub layer: usize,
}

/// One region of a mask file and how to get at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its number: the label in files without names.
    pub number: i64,
    /// Its name, if the file has names.
    pub name: Option<String>,
    /// Its label in its layer.
    pub label: u32,
    /// Its layer.
    pub layer: usize,
}

/// All that a mask file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmentation {
    /// The file or folder.
    pub path: PathBuf,
    /// The grid of all layers.
    pub geometry: Geometry,
    /// The named segments in the order of the file; none in a plain label image.
    pub segments: Vec<Segment>,
    /// What its user should know.
    pub notes: Vec<String>,
    layers: Vec<Labels>,
    /// Labels mean nothing but what their names say, so that none can be assumed.
    by_name_only: bool,
    odd: Odd,
}

/// What the readers of the formats return.
pub(super) struct Layers {
    pub geometry: Geometry,
    pub layers: Vec<Labels>,
    pub segments: Vec<Segment>,
    pub notes: Vec<String>,
    pub by_name_only: bool,
    pub odd: Odd,
}

impl Layers {
    pub fn unnamed(geometry: Geometry, read: Vec<(Labels, Odd)>, notes: Vec<String>) -> Self {
        let (layers, odd): (Vec<Labels>, Vec<Odd>) = read.into_iter().unzip();
        let odd = odd.into_iter().fold(Odd::default(), Odd::with);
        Self { geometry, layers, segments: Vec::new(), notes, by_name_only: false, odd }
    }
}

impl Segmentation {
    pub(super) fn new(path: &Path, read: Layers) -> Self {
        let Layers { geometry, layers, segments, mut notes, by_name_only, odd } = read;
        notes.extend(odd.notes());
        Self { path: path.to_owned(), geometry, segments, notes, layers, by_name_only, odd }
    }

    /// Number of layers (channels).
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The labels of one layer.
    ///
    /// # Errors
    /// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
    /// read; several volumes or regions of which none is chosen.
    pub fn layer(&self, layer: usize) -> Result<Mask, ReadError> {
        match self.layers.get(layer) {
            Some(labels) => Ok(Mask { geometry: self.geometry.clone(), labels: labels.clone() }),
            None => Err(self.no(format!("no channel {layer}, they count from 0"))),
        }
    }

    /// The regions that have voxels, in the order of the file; without names by layer and label.
    pub fn regions(&self) -> Vec<Region> {
        let present: Vec<BTreeSet<u32>> =
            self.layers.iter().map(|layer| layer.runs().iter().map(|run| run.label).collect()).collect();
        if self.segments.is_empty() {
            let unnamed = |(layer, labels): (usize, BTreeSet<u32>)| {
                labels.into_iter().map(move |label| Region { number: label.into(), name: None, label, layer })
            };
            return present.into_iter().enumerate().flat_map(unnamed).collect();
        }
        let named = self.segments.iter().filter(|s| present[s.layer].contains(&s.label));
        named.map(|s| Region { number: s.number, name: Some(s.name.clone()), label: s.label, layer: s.layer }).collect()
    }

    /// The layer and label that are asked for; see [`MaskChoice`]. Says in `notes` what was not asked for in so many words.
    ///
    /// # Errors
    /// [`ReadError`]: a file that cannot be opened, of no known format, damaged, cut short or too large, or that uses what is not
    /// read; several volumes or regions of which none is chosen.
    pub fn choose(&self, choice: &MaskChoice, notes: &mut Vec<String>) -> Result<(Mask, u32), ReadError> {
        let found = match &choice.region {
            RegionChoice::Named(names) => Some(self.named(names)?),
            RegionChoice::Number(number) => self.numbered(*number, choice.channel),
            RegionChoice::Assumed(label) => self.assumed(*label, choice.channel, notes)?,
            RegionChoice::All => None,
        };
        let words = |region: &Segment| format!("label {} is \"{}\"", region.number, region.name);
        if let Some(region) = found {
            if matches!(&choice.region, RegionChoice::Named(names) if !names.contains(&region.name)) {
                notes.push(format!("{} means \"{}\"", choice.region.words(), region.name));
            }
            let mask = self.layer(region.layer)?;
            if mask.labels.of(region.label).next().is_none() {
                return Err(self.no(format!("{}, and it has no voxel", words(region))));
            }
            return Ok((mask, region.label));
        }
        let label = match choice.region {
            RegionChoice::Assumed(label) => label,
            RegionChoice::Number(number) => u32::try_from(number).unwrap_or(0),
            RegionChoice::All | RegionChoice::Named(_) => return Ok((self.layer(choice.channel.unwrap_or(0))?, 1)),
        };
        let has = |layer: &usize| self.layers[*layer].of(label).next().is_some();
        let layer = match choice.channel {
            Some(channel) if channel < self.layers.len() => Some(channel).filter(has),
            Some(channel) => return self.layer(channel).map(|mask| (mask, label)),
            None => (0..self.layers.len()).find(has),
        };
        let Some(layer) = layer.filter(|_| label > 0) else {
            return Err(self.no(format!("{} is not in it", choice.region.words())));
        };
        let others: Vec<String> = (layer + 1..self.layers.len()).filter(has).map(|other| other.to_string()).collect();
        if choice.channel.is_none() && !others.is_empty() {
            let channels = if others.len() == 1 { "channel" } else { "channels" };
            notes.push(format!(
                "label {label} is taken from channel {layer}, counted from 0; {channels} {} of the mask hold{} one, too \
                 (label_channel in a parameter file chooses)",
                others.join(", "),
                if others.len() == 1 { "s" } else { "" }
            ));
        } else if layer > 0 && choice.channel.is_none() {
            notes.push(format!(
                "label {label} is taken from channel {layer} of {}, which count from 0",
                self.layers.len()
            ));
        }
        Ok((self.layer(layer)?, label))
    }

    /// The one region that one of `names` means.
    fn named(&self, names: &[String]) -> Result<&Segment, ReadError> {
        match RegionChoice::matching(names, &self.segments).as_slice() {
            [only] => Ok(&self.segments[*only]),
            [] => Err(self.no(format!("no {}", RegionChoice::Named(names.to_vec()).words()))),
            several => {
                let which: Vec<String> = several.iter().map(|&i| described(&self.segments[i])).collect();
                let asked = RegionChoice::Named(names.to_vec()).words();
                Err(self.no(format!("{asked} may be {}", which.join(" or "))))
            }
        }
    }

    fn numbered(&self, number: i64, channel: Option<usize>) -> Option<&Segment> {
        let fits = |s: &&Segment| s.number == number && channel.is_none_or(|channel| s.layer == channel);
        self.segments.iter().filter(fits).min_by_key(|s| s.layer)
    }

    /// The only region of a file with names, or that of `label` where labels are what they are usually.
    fn assumed(
        &self,
        label: u32,
        channel: Option<usize>,
        notes: &mut Vec<String>,
    ) -> Result<Option<&Segment>, ReadError> {
        let filled = self.regions();
        match (self.segments.as_slice(), filled.as_slice()) {
            ([], _) => Ok(None),
            (_, [only]) => {
                let segment = self.segments.iter().find(|s| s.number == only.number && s.layer == only.layer);
                if only.number != i64::from(label)
                    && let Some(segment) = segment
                {
                    notes.push(format!("the region is {}, the only one of the mask", described(segment)));
                }
                Ok(segment)
            }
            _ if self.by_name_only => Err(self.no(OPEN.to_owned())),
            _ => {
                let segment = self.numbered(label.into(), channel);
                if let Some(segment) = segment {
                    let others = self.segments.iter().filter(|s| *s != segment).map(described);
                    let others: Vec<String> = others.collect();
                    notes.push(format!(
                        "the region is {}; the mask holds others: {}",
                        described(segment),
                        others.join(", ")
                    ));
                }
                Ok(segment)
            }
        }
    }

    /// An error that says what there is and how one is chosen.
    fn no(&self, problem: String) -> ReadError {
        let (held, remedy) = match self.segments.as_slice() {
            [] => self.held_labels(),
            segments => held_names(segments),
        };
        ReadError::Region { path: self.path.clone(), problem, held, remedy }
    }

    /// The labels with their voxels, and how to choose one of them.
    fn held_labels(&self) -> (String, String) {
        const MOST: usize = 20;
        let several = self.layers.len() > 1;
        let mut held = Vec::new();
        let mut first = None;
        for layer in 0..self.layers.len() {
            let of_layer = self.layers[layer].counts();
            first = first.or(of_layer.first().map(|found| (found.label, layer)));
            let shown = of_layer.iter().take(MOST).map(|c| format!("{} ({} voxels)", c.label, c.voxels));
            let mut shown = shown.collect::<Vec<_>>().join(", ");
            if of_layer.len() > MOST {
                shown += &format!(" and {} more", of_layer.len() - MOST);
            }
            match (several, of_layer.is_empty()) {
                (_, true) => {}
                (true, false) => held.push(format!("{shown} in channel {layer}")),
                (false, false) => held.push(shown),
            }
        }
        let fractions = self.odd.cut > 0;
        if fractions {
            held.push(format!(
                "{} voxels between whole numbers (from {} to {})",
                self.odd.cut, self.odd.cut_example, self.odd.cut_largest
            ));
        }
        let held = match held.is_empty() {
            true => "background alone".to_owned(),
            false => held.join("; "),
        };
        let by_threshold = format!("--mask-threshold {0} (in a study: threshold = {0})", self.odd.half());
        let remedy = match first {
            _ if fractions && first.is_none() => {
                format!("; a mask of fractions needs a threshold, such as {by_threshold}, or scale it to whole numbers")
            }
            None => "; is it the right mask?".to_owned(),
            Some((label, _)) => {
                let other = if fractions { format!(", or a threshold: {by_threshold}") } else { String::new() };
                format!("; choose by --label {label} (in a study: label = {label}){other}")
            }
        };
        (held, remedy)
    }
}

/// What a file with names holds, and how to choose.
fn held_names(segments: &[Segment]) -> (String, String) {
    let names: Vec<String> = segments.iter().map(described).collect();
    let unique = |s: &&Segment| segments.iter().filter(|other| other.name == s.name).count() == 1;
    let remedy = match segments.iter().find(unique) {
        Some(s) => {
            format!("; name one: --region \"{0}\" or --label {1} (in a study: label = \"{0}\")", s.name, s.number)
        }
        None => "; choose by --label NUMBER (in a study: label = NUMBER)".to_owned(),
    };
    (names.join(", "), remedy)
}

/// `7 "Liver"`.
pub(super) fn described(segment: &Segment) -> String {
    format!("{} \"{}\"", segment.number, segment.name)
}
