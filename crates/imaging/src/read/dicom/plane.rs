//! One image plane: a slice in a file of its own, or a frame of a multi-frame file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dicom_core::Tag;
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::attributes::{array, count, float, floats, item, items, text};
use super::pixels::Format;
use super::traits::{TRAITS, View, b_value};

/// What the pixels of a plane are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// An image of the patient.
    Image,
    /// A dose distribution.
    Dose,
    /// Real-world values.
    Map,
    /// Something that is no slice, in words.
    NoSlice(String),
}

/// Where a plane lies and how its values are meant.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plane {
    pub file: Arc<Path>,
    /// Frame in the file, from 0.
    pub frame: usize,
    pub kind: Kind,
    pub columns: usize,
    pub rows: usize,
    /// Direction of a row, then of a column; `None` where the file does not say.
    pub orientation: Option<[f64; 6]>,
    /// Centre of the first pixel in LPS.
    pub position: Option<[f64; 3]>,
    /// Distance of pixels along x and y in mm; 1 where the file does not say.
    pub spacing: [f64; 2],
    pub measured: Measured,
    /// Distance to the next plane, where the file says so.
    pub step: Option<f64>,
    pub format: Format,
    pub slope: f64,
    pub intercept: f64,
    pub instance: String,
    pub frame_of_reference: Option<String>,
    /// The stack of a multi-frame file that it belongs to.
    pub stack: String,
    pub b_value: Option<f64>,
    pub traits: [String; TRAITS.len()],
}

/// Where distances of pixels are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measured {
    /// In the patient.
    Patient,
    /// At the detector, behind the patient.
    Detector,
    /// The file does not say any.
    Nowhere,
}

/// The planes of a file's header; none where it is not an image.
pub(super) fn planes(path: &Path, header: &InMemDicomObject) -> Vec<Plane> {
    let (Some(columns), Some(rows)) = (count(header, tags::COLUMNS), count(header, tags::ROWS)) else {
        return Vec::new();
    };
    let file: Arc<Path> = Arc::from(PathBuf::from(path));
    let shared = item(header, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let frames = items(header, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    let kind = kind(header);
    let heights = heights(header, &kind);
    // Frames that do not say where they lie make no volume, however many there are.
    let told = frames.len().max(heights.as_ref().map_or(0, Vec::len)).max(2);
    let number = count(header, tags::NUMBER_OF_FRAMES).unwrap_or(1).min(told).max(1);
    let instance = text(header, tags::SOP_INSTANCE_UID).unwrap_or_default();
    let frame_of_reference = text(header, tags::FRAME_OF_REFERENCE_UID);
    // Images of nuclear medicine say of their detector where they lie.
    let detector = item(header, tags::DETECTOR_INFORMATION_SEQUENCE);
    let plane = |frame: usize| {
        let view = View { header, shared, own: frames.get(frame), frame };
        let measures = view.group(tags::PIXEL_MEASURES_SEQUENCE);
        let in_patient = array(measures, tags::PIXEL_SPACING);
        // Rows come first in the file.
        let spacing: Option<[f64; 2]> = in_patient.or_else(|| array(header, tags::IMAGER_PIXEL_SPACING));
        let [y, x] = spacing.unwrap_or([1.0; 2]);
        let place = |group: Tag, tag: Tag| view.group(group).get(tag).and(Some(view.group(group))).or(detector);
        let orientation = place(tags::PLANE_ORIENTATION_SEQUENCE, tags::IMAGE_ORIENTATION_PATIENT)
            .and_then(|o| array(o, tags::IMAGE_ORIENTATION_PATIENT));
        let position = place(tags::PLANE_POSITION_SEQUENCE, tags::IMAGE_POSITION_PATIENT)
            .and_then(|o| array(o, tags::IMAGE_POSITION_PATIENT));
        let (slope, intercept) = rescaling(&view, &kind);
        let mut plane = Plane {
            file: file.clone(),
            frame,
            kind: kind.clone(),
            columns,
            rows,
            orientation,
            position,
            spacing: [x, y],
            measured: match (in_patient.is_some(), spacing.is_some()) {
                (true, _) => Measured::Patient,
                (false, true) => Measured::Detector,
                (false, false) => Measured::Nowhere,
            },
            step: float(measures, tags::SPACING_BETWEEN_SLICES)
                .map(f64::abs)
                .or_else(|| float(measures, tags::SLICE_THICKNESS)),
            format: Format::of(header),
            slope,
            intercept,
            instance: instance.clone(),
            frame_of_reference: frame_of_reference.clone(),
            stack: text(view.group(tags::FRAME_CONTENT_SEQUENCE), tags::STACK_ID).unwrap_or_default(),
            b_value: b_value(&view),
            traits: TRAITS.map(|(_, of)| of(&view)),
        };
        if let (Some(height), Some(first)) = (heights.as_ref().and_then(|h| h.get(frame)), plane.position) {
            let [.., normal] = plane.axes();
            plane.position = Some(std::array::from_fn(|i| first[i] + height * normal[i]));
        }
        plane
    };
    (0..number).map(plane).collect()
}

fn kind(header: &InMemDicomObject) -> Kind {
    let class = text(header, tags::SOP_CLASS_UID).unwrap_or_default();
    let image_type = text(header, tags::IMAGE_TYPE).unwrap_or_default();
    let words: Vec<&str> = image_type.split('\\').map(str::trim).collect();
    match class.as_str() {
        uids::RT_DOSE_STORAGE => Kind::Dose,
        uids::PARAMETRIC_MAP_STORAGE => Kind::Map,
        uids::NUCLEAR_MEDICINE_IMAGE_STORAGE if !words.iter().any(|w| w.starts_with("RECON")) => {
            let which = words.get(2).copied().unwrap_or("unknown");
            Kind::NoSlice(format!("a nuclear medicine image (NM) of type {which}, which has projections and no slices"))
        }
        _ if words.contains(&"MOSAIC") => {
            Kind::NoSlice("a Siemens mosaic: its slices are tiled into one picture".to_owned())
        }
        _ => Kind::Image,
    }
}

/// How far each frame lies along the normal from the position that the file gives, where it gives one for all of them.
fn heights(header: &InMemDicomObject, kind: &Kind) -> Option<Vec<f64>> {
    if *kind == Kind::Dose {
        let offsets = floats(header, tags::GRID_FRAME_OFFSET_VECTOR)?;
        let (first, position) = (*offsets.first()?, array::<3>(header, tags::IMAGE_POSITION_PATIENT)?);
        let orientation: [f64; 6] = array(header, tags::IMAGE_ORIENTATION_PATIENT)?;
        // Offsets that begin with the position itself are coordinates along z and not distances along the normal.
        let coordinates = first != 0.0 && (first - position[2]).abs() < 1e-3;
        let up = orientation[0] * orientation[4] - orientation[1] * orientation[3];
        let sign = if coordinates && up < 0.0 { -1.0 } else { 1.0 };
        let start = if coordinates { first } else { 0.0 };
        return Some(offsets.iter().map(|offset| sign * (offset - start)).collect());
    }
    if text(header, tags::SOP_CLASS_UID)? != uids::NUCLEAR_MEDICINE_IMAGE_STORAGE {
        return None;
    }
    let step = float(header, tags::SPACING_BETWEEN_SLICES).or_else(|| float(header, tags::SLICE_THICKNESS))?;
    let number = count(header, tags::NUMBER_OF_FRAMES).unwrap_or(1).clamp(1, MOST_FRAMES);
    let slices = floats(header, tags::SLICE_VECTOR).filter(|slices| slices.len() == number);
    let slices = slices.unwrap_or_else(|| (1..=number).map(|n| n as f64).collect());
    Some(slices.into_iter().map(|slice| (slice - 1.0) * step).collect())
}

/// No file has more frames.
const MOST_FRAMES: usize = 1 << 16;

/// Slope and intercept from stored to real values.
fn rescaling(view: &View<'_>, kind: &Kind) -> (f64, f64) {
    let transform = view.group(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
    let usual = (tags::RESCALE_SLOPE, tags::RESCALE_INTERCEPT);
    let (from, (slope, intercept)) = match kind {
        Kind::Dose => return (float(view.header, tags::DOSE_GRID_SCALING).filter(|s| *s != 0.0).unwrap_or(1.0), 0.0),
        Kind::Map => {
            let mapping = view.group(tags::REAL_WORLD_VALUE_MAPPING_SEQUENCE);
            (mapping, (tags::REAL_WORLD_VALUE_SLOPE, tags::REAL_WORLD_VALUE_INTERCEPT))
        }
        _ => (transform, usual),
    };
    (float(from, slope).filter(|s| *s != 0.0).unwrap_or(1.0), float(from, intercept).unwrap_or(0.0))
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
