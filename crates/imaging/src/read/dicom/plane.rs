//! One image plane: a slice in a file of its own, or a frame of a multi-frame file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::attributes::{array, count, float, item, items, text};
use super::pixels::Format;

/// Attributes by which volumes of one series differ that lie at the same place: images of a Dixon
/// series, echoes, b-values, phases, repetitions.
pub(super) const TRAITS: [(&str, Tag); 7] = [
    ("ImageType", tags::IMAGE_TYPE),
    ("EchoTime", tags::ECHO_TIME),
    ("DiffusionBValue", tags::DIFFUSION_B_VALUE),
    ("TemporalPositionIdentifier", tags::TEMPORAL_POSITION_IDENTIFIER),
    ("AcquisitionNumber", tags::ACQUISITION_NUMBER),
    ("TriggerTime", tags::TRIGGER_TIME),
    ("AcquisitionTime", tags::ACQUISITION_TIME),
];

/// Where a plane lies and how its values are meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plane {
    pub file: Arc<Path>,
    /// Frame in the file, from 0.
    pub frame: usize,
    pub columns: usize,
    pub rows: usize,
    /// Direction of a row, then of a column; `None` where the file does not say.
    pub orientation: Option<[f64; 6]>,
    /// Centre of the first pixel in LPS.
    pub position: Option<[f64; 3]>,
    /// Distance of pixels along x and y in mm.
    pub spacing: [f64; 2],
    /// Distance to the next plane, where the file says so.
    pub step: Option<f64>,
    pub format: Format,
    pub slope: f64,
    pub intercept: f64,
    pub instance: String,
    pub traits: [String; TRAITS.len()],
}

/// The planes of a file's header; none where it is not an image.
pub(super) fn planes(path: &Path, header: &InMemDicomObject) -> Vec<Plane> {
    let (Some(columns), Some(rows)) = (count(header, tags::COLUMNS), count(header, tags::ROWS)) else {
        return Vec::new();
    };
    let file: Arc<Path> = Arc::from(PathBuf::from(path));
    let shared = item(header, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let frames = items(header, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    // Frames that do not say where they lie make no volume, however many there are.
    let number = count(header, tags::NUMBER_OF_FRAMES).unwrap_or(1).min(frames.len().max(2)).max(1);
    let traits: [String; TRAITS.len()] = TRAITS.map(|(_, tag)| text(header, tag).unwrap_or_default());
    let instance = text(header, tags::SOP_INSTANCE_UID).unwrap_or_default();
    let plane = |frame: usize| {
        // What is said of the frame counts before what is said of all, and that before the top level.
        let of_frame = |group: Tag| {
            let own = frames.get(frame).and_then(|f| item(f, group));
            own.or_else(|| shared.and_then(|s| item(s, group))).unwrap_or(header)
        };
        let measures = of_frame(tags::PIXEL_MEASURES_SEQUENCE);
        let transform = of_frame(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        // Rows come first in the file.
        let spacing = array(measures, tags::PIXEL_SPACING).or_else(|| array(header, tags::IMAGER_PIXEL_SPACING));
        let [y, x]: [f64; 2] = spacing.unwrap_or([1.0; 2]);
        Plane {
            file: file.clone(),
            frame,
            columns,
            rows,
            orientation: array(of_frame(tags::PLANE_ORIENTATION_SEQUENCE), tags::IMAGE_ORIENTATION_PATIENT),
            position: array(of_frame(tags::PLANE_POSITION_SEQUENCE), tags::IMAGE_POSITION_PATIENT),
            spacing: [x, y],
            step: float(measures, tags::SPACING_BETWEEN_SLICES).or_else(|| float(measures, tags::SLICE_THICKNESS)),
            format: Format::of(header),
            slope: float(transform, tags::RESCALE_SLOPE).filter(|s| *s != 0.0).unwrap_or(1.0),
            intercept: float(transform, tags::RESCALE_INTERCEPT).unwrap_or(0.0),
            instance: instance.clone(),
            traits: traits.clone(),
        }
    };
    (0..number).map(plane).collect()
}

impl Plane {
    /// Directions of rows, columns and of their normal, made exactly perpendicular as ITK does it.
    pub fn axes(&self) -> [[f64; 3]; 3] {
        let o = self.orientation.unwrap_or([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let (row, column) = ([o[0], o[1], o[2]], [o[3], o[4], o[5]]);
        let normal = normalized(cross(row, column));
        let row = normalized(cross(column, normal));
        [row, cross(normal, row), normal]
    }

    /// Position along `normal` in mm.
    pub fn height(&self, normal: [f64; 3]) -> f64 {
        dot(self.position.unwrap_or([0.0; 3]), normal)
    }
}

pub(super) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn minus(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|i| a[i] - b[i])
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn normalized(a: [f64; 3]) -> [f64; 3] {
    let length = dot(a, a).sqrt();
    if length > 0.0 { a.map(|x| x / length) } else { a }
}
