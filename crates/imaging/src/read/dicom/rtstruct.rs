//! Structure sets: the contours of each region of interest, drawn onto the grid of the image.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use rayon::prelude::*;

use super::super::masks::{Layers, MaskChoice, Segment};
use super::super::{ReadError, RegionChoice};
use super::attributes::{floats, item, items, text};
use super::contours::{self, Contour};
use super::{files, seg};
use volume::Geometry;

/// A contour may be off its slice by this share of the distance of slices.
const OFF_SLICE: f64 = 0.5;

/// Contours closer than this along the normal, in mm, are of one plane.
const SAME_PLANE: f64 = 0.05;

/// A centre no farther than this from a contour, in mm, lies on it: decimals of points are rounded.
const CERTAIN: f64 = 1e-4;

/// A region of the set.
struct Roi<'a> {
    number: i64,
    name: String,
    frame_of_reference: Option<String>,
    contours: Vec<&'a InMemDicomObject>,
}

/// Draws the region that `choice` asks for, or all of them. Where it is not clear which is meant, none is drawn.
pub(super) fn read(path: &Path, choice: &MaskChoice) -> Result<Layers, ReadError> {
    let Some(grid) = choice.grid else {
        let what = "a structure set has contours but no grid";
        return Err(ReadError::unsupported(path, what, "give it together with its image"));
    };
    let object = files::whole(path)?;
    let (rois, flat): (Vec<Roi<'_>>, Vec<Roi<'_>>) =
        rois(&object).into_iter().partition(|roi| !roi.contours.is_empty());
    if rois.is_empty() {
        let held = match flat.is_empty() {
            true => "it has no regions".to_owned(),
            false => format!("none of its regions has a closed contour: {}", listed(&flat)),
        };
        return Err(ReadError::malformed(path, held, "export the structure set again"));
    }
    let segments = segments(&rois);
    let wanted: Vec<usize> = match &choice.region {
        RegionChoice::All => (0..rois.len()).collect(),
        RegionChoice::Number(number) => (0..rois.len()).filter(|&i| rois[i].number == *number).collect(),
        RegionChoice::Assumed(_) => (0..rois.len()).filter(|_| rois.len() == 1).collect(),
        RegionChoice::Named(names) => RegionChoice::matching(names, &segments),
    };
    let drawn: Vec<Drawn> = wanted.par_iter().map(|&i| draw(path, &rois[i], grid)).collect::<Result<_, ReadError>>()?;
    let mut notes = Vec::new();
    let elsewhere = |roi: &&Roi<'_>| differ(roi.frame_of_reference.as_deref(), choice.frame_of_reference);
    if let Some(roi) = wanted.iter().map(|&i| &rois[i]).find(elsewhere) {
        notes.push(other_frame(&format!("the contours of \"{}\"", roi.name)));
    }
    if !flat.is_empty() && choice.region == RegionChoice::All {
        notes.push(format!("regions without a closed contour are left out: {}", listed(&flat)));
    }
    let mut voxels_of = BTreeMap::new();
    for (&i, found) in wanted.iter().zip(drawn) {
        notes.extend(found.gaps(&rois[i].name, grid.size[2]));
        voxels_of.insert(segments[i].label, found.voxels);
    }
    let mut layers = seg::assemble(grid.clone(), segments, voxels_of);
    layers.notes = notes;
    Ok(layers)
}

/// True if both frames of reference are known and are not the same.
pub(super) fn differ(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

pub(super) fn other_frame(what: &str) -> String {
    format!(
        "{what} lie in another frame of reference (0020,0052) than the image: their coordinates say nothing of it, unless \
         both were only renamed; check that the region is where it belongs"
    )
}

fn listed(rois: &[Roi<'_>]) -> String {
    rois.iter().map(|roi| format!("{} \"{}\"", roi.number, roi.name)).collect::<Vec<_>>().join(", ")
}

/// The regions in the order of the file, with their closed contours.
fn rois(object: &DefaultDicomObject) -> Vec<Roi<'_>> {
    let number = |item: &InMemDicomObject, tag| -> Option<i64> { item.get(tag)?.to_int::<i64>().ok() };
    let of_set = item(object, tags::REFERENCED_FRAME_OF_REFERENCE_SEQUENCE).unwrap_or(object);
    let of_set = text(of_set, tags::FRAME_OF_REFERENCE_UID).or_else(|| text(object, tags::FRAME_OF_REFERENCE_UID));
    let mut contours: BTreeMap<i64, Vec<&InMemDicomObject>> = BTreeMap::new();
    for sequence in items(object, tags::ROI_CONTOUR_SEQUENCE) {
        if let Some(number) = number(sequence, tags::REFERENCED_ROI_NUMBER) {
            let closed = items(sequence, tags::CONTOUR_SEQUENCE).iter().filter(|c| is_closed(c));
            contours.entry(number).or_default().extend(closed);
        }
    }
    let roi = |roi: &InMemDicomObject| {
        let number = number(roi, tags::ROI_NUMBER)?;
        Some(Roi {
            number,
            name: text(roi, tags::ROI_NAME).unwrap_or_else(|| format!("ROI {number}")),
            frame_of_reference: text(roi, tags::REFERENCED_FRAME_OF_REFERENCE_UID).or_else(|| of_set.clone()),
            contours: contours.remove(&number).unwrap_or_default(),
        })
    };
    items(object, tags::STRUCTURE_SET_ROI_SEQUENCE).iter().filter_map(roi).collect()
}

fn kind(contour: &InMemDicomObject) -> String {
    text(contour, tags::CONTOUR_GEOMETRIC_TYPE).unwrap_or_else(|| "CLOSED_PLANAR".to_owned())
}

fn is_closed(contour: &InMemDicomObject) -> bool {
    matches!(kind(contour).as_str(), "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR")
}

/// The regions with a label each: their number, where that is above 0 and nobody else's.
fn segments(rois: &[Roi<'_>]) -> Vec<Segment> {
    let own = |roi: &Roi<'_>| {
        let alone = rois.iter().filter(|other| other.number == roi.number).count() == 1;
        u32::try_from(roi.number).ok().filter(|&label| label > 0 && alone)
    };
    let taken: Vec<u32> = rois.iter().filter_map(own).collect();
    let mut free = (1..).filter(|label| !taken.contains(label));
    let segment = |roi: &Roi<'_>| Segment {
        name: roi.name.clone(),
        number: roi.number,
        label: own(roi).or_else(|| free.next()).unwrap_or(u32::MAX),
        layer: 0,
    };
    rois.iter().map(segment).collect()
}

/// What contours give on a grid.
struct Drawn {
    /// The voxels inside, ascending.
    voxels: Vec<usize>,
    /// The slices that have contours.
    slices: Vec<usize>,
}

impl Drawn {
    /// A note that names slices between contours that have none.
    fn gaps(&self, name: &str, of: usize) -> Option<String> {
        const MOST: usize = 12;
        let between = self.slices.windows(2).flat_map(|pair| pair[0] + 1..pair[1]);
        let left_out: Vec<String> = between.map(|slice| (slice + 1).to_string()).collect();
        (!left_out.is_empty()).then(|| {
            let more = left_out.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let shown = left_out[..left_out.len().min(MOST)].join(", ");
            format!(
                "\"{name}\" has no contour on slices {shown}{more} of {of}, though there are some below and above: they stay \
                 empty, and the region falls into parts"
            )
        })
    }
}

/// A plane of contours.
struct Plane {
    /// In slices of the grid.
    height: f64,
    contours: Vec<Contour>,
}

/// Draws contours plane by plane. Each slice takes the plane that is nearest to it of those that lie within half a slice.
fn draw(path: &Path, roi: &Roi<'_>, grid: &Geometry) -> Result<Drawn, ReadError> {
    let [columns, rows, slices] = grid.size;
    let tolerance = CERTAIN / grid.spacing[0].min(grid.spacing[1]);
    let mut placed: Vec<(f64, Contour)> = Vec::new();
    for contour in &roi.contours {
        let points = points(contour);
        if points.len() < 3 {
            continue;
        }
        let at: Vec<[f64; 3]> = points.into_iter().map(|point| grid.index(point)).collect();
        let mean = at.iter().map(|p| p[2]).sum::<f64>() / at.len() as f64;
        if !at.iter().all(|p| (p[2] - mean).abs() <= OFF_SLICE) {
            let what = format!("contours of \"{}\" do not run within slices of the image", roi.name);
            return Err(ReadError::unsupported(path, what, "export it as a label image or segmentation"));
        }
        let polygon = at.iter().map(|p| [p[0], p[1]]).collect();
        placed.push((mean, Contour { polygon, excludes: kind(contour) == "CLOSEDPLANAR_XOR" }));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut planes: Vec<Plane> = Vec::new();
    for (height, contour) in placed {
        match planes.last_mut().filter(|plane| (height - plane.height) * grid.spacing[2] <= SAME_PLANE) {
            Some(plane) => plane.contours.push(contour),
            None => planes.push(Plane { height, contours: vec![contour] }),
        }
    }
    let mut of_slice: BTreeMap<usize, &Plane> = BTreeMap::new();
    for plane in &planes {
        const ON_THE_RIM: f64 = 1e-6;
        if !(-0.5 - ON_THE_RIM..=slices as f64 - 0.5 + ON_THE_RIM).contains(&plane.height) {
            let at = plane.height + 1.0;
            let problem = format!("a contour of \"{}\" lies at slice {at:.1} of an image of {slices} slices", roi.name);
            return Err(ReadError::malformed(path, problem, "give the image that it was drawn on"));
        }
        let slice = (plane.height.round().max(0.0) as usize).min(slices - 1);
        let off = |plane: &Plane| (plane.height - slice as f64).abs();
        let nearest = of_slice.entry(slice).or_insert(plane);
        if off(plane) < off(nearest) {
            *nearest = plane;
        }
    }
    let of_slice: Vec<(usize, &Plane)> = of_slice.into_iter().collect();
    let pixels = |(z, plane): &(usize, &Plane)| -> Vec<usize> {
        let pixels = contours::pixels(&plane.contours, columns, rows, tolerance);
        pixels.into_iter().map(|(x, y)| grid.at(x, y, *z)).collect()
    };
    let voxels: Vec<Vec<usize>> = of_slice.par_iter().map(pixels).collect();
    Ok(Drawn { voxels: voxels.concat(), slices: of_slice.into_iter().map(|(z, _)| z).collect() })
}

fn points(contour: &InMemDicomObject) -> Vec<[f64; 3]> {
    let data = floats(contour, tags::CONTOUR_DATA).unwrap_or_default();
    data.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect()
}
