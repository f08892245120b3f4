//! Mask files: one or several layers of labels, with or without names.

use std::path::{Path, PathBuf};

use super::ReadError;
use volume::{Geometry, Labels, Mask};

/// Which part of a mask file is wanted. The default takes what PyRadiomics takes: the first channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MaskChoice<'a> {
    /// Channel of a vector mask, layer of a segmentation (PyRadiomics' `label_channel`), from 0.
    pub channel: Option<usize>,
    /// Name of a segment or structure: only this one is kept.
    pub segment: Option<&'a str>,
    /// Label that will be used: where no channel is asked for, the first layer that holds a segment of this number.
    pub label: Option<u32>,
    /// Grid of the image: contours are drawn onto it, frames of a DICOM segmentation laid on it.
    pub grid: Option<&'a Geometry>,
}

/// A segment or structure that a mask file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name in the file.
    pub name: String,
    /// Its label in its layer.
    pub label: u32,
    /// The layer that it is in, from 0: segments that overlap lie in different ones.
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
    layers: Vec<Labels>,
}

/// What the readers of the formats return.
pub(super) struct Layers {
    pub geometry: Geometry,
    pub layers: Vec<Labels>,
    pub segments: Vec<Segment>,
}

impl Layers {
    pub fn unnamed(geometry: Geometry, layers: Vec<Labels>) -> Self {
        Self { geometry, layers, segments: Vec::new() }
    }
}

impl Segmentation {
    pub(super) fn new(path: &Path, read: Layers) -> Self {
        let Layers { geometry, layers, segments } = read;
        Self { path: path.to_owned(), geometry, segments, layers }
    }

    /// Number of layers (channels).
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The labels of one layer.
    ///
    /// # Errors
    /// [`ReadError::NoSuchRegion`] where there are fewer layers.
    pub fn layer(&self, layer: usize) -> Result<Mask, ReadError> {
        match self.layers.get(layer) {
            Some(labels) => Ok(Mask { geometry: self.geometry.clone(), labels: labels.clone() }),
            None => Err(self.no(format!("channel {layer}"))),
        }
    }

    /// The segment of this name; case counts only where it must.
    pub fn segment(&self, name: &str) -> Option<&Segment> {
        let exact = self.segments.iter().find(|s| s.name == name);
        exact.or_else(|| self.segments.iter().find(|s| s.name.eq_ignore_ascii_case(name)))
    }

    /// The mask that is asked for; see [`MaskChoice`].
    ///
    /// # Errors
    /// [`ReadError::NoSuchRegion`] where there is no such layer, segment or label.
    pub fn choose(&self, choice: &MaskChoice) -> Result<Mask, ReadError> {
        if let Some(name) = choice.segment {
            let segment = self.segment(name).ok_or_else(|| self.no(format!("segment \"{name}\"")))?;
            let mut mask = self.layer(segment.layer)?;
            mask.labels = mask.labels.map(|label| if label == segment.label { label } else { 0 });
            return Ok(mask);
        }
        let of_label = |label| self.segments.iter().filter(|s| Some(s.label) == label).map(|s| s.layer).min();
        self.layer(choice.channel.or_else(|| of_label(choice.label)).unwrap_or(0))
    }

    fn no(&self, wanted: String) -> ReadError {
        let held = match self.segments.as_slice() {
            [] => format!("{} channel(s), numbered from 0, and no named segments", self.layers.len()),
            segments => {
                let named: Vec<_> = segments.iter().map(|s| format!("\"{}\" (label {})", s.name, s.label)).collect();
                format!("{} in {} layer(s)", named.join(", "), self.layers.len())
            }
        };
        ReadError::NoSuchRegion { path: self.path.clone(), wanted, held }
    }
}
