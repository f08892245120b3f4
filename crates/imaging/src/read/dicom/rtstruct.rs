//! Structure sets: the contours of each region of interest, drawn onto the grid of the image.
//!
//! A voxel belongs to a region if its centre lies inside an odd number of the region's contours in its slice.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use rayon::prelude::*;

use super::super::ReadError;
use super::super::masks::{Layers, MaskChoice};
use super::attributes::{count, floats, items, text};
use super::{files, polygon, seg};
use volume::Geometry;

/// A contour may be off its slice by this share of the distance of slices.
const OFF_SLICE: f64 = 0.5;

/// Draws the regions that `choice` asks for, all if it names none.
pub(super) fn read(path: &Path, choice: &MaskChoice) -> Result<Layers, ReadError> {
    let Some(grid) = choice.grid else {
        return Err(ReadError::unsupported(
            path,
            "a structure set has contours but no grid",
            "give it together with its image",
        ));
    };
    let object = files::whole(path)?;
    let regions = regions(&object);
    if regions.is_empty() {
        return Err(ReadError::malformed(path, "it has no regions", "export the structure set again"));
    }
    let wanted = |(number, name): &(u32, String)| match (choice.segment, choice.label) {
        (Some(segment), _) => name.eq_ignore_ascii_case(segment),
        (None, Some(label)) if regions.iter().any(|(n, _)| *n == label) => *number == label,
        _ => true,
    };
    let drawn: Result<BTreeMap<u32, Vec<usize>>, ReadError> = regions
        .par_iter()
        .filter(|region| wanted(region))
        .map(|(number, name)| Ok((*number, draw(path, name, contours(&object, *number), grid)?)))
        .collect();
    let drawn = drawn?;
    let named = regions.into_iter().filter(|(number, _)| drawn.contains_key(number)).collect();
    Ok(seg::assemble(grid.clone(), named, drawn))
}

/// Number and name of the regions in the order of the file.
fn regions(object: &DefaultDicomObject) -> Vec<(u32, String)> {
    let region = |roi: &InMemDicomObject| {
        let number = u32::try_from(count(roi, tags::ROI_NUMBER)?).ok()?;
        Some((number, text(roi, tags::ROI_NAME).unwrap_or_else(|| format!("ROI {number}"))))
    };
    items(object, tags::STRUCTURE_SET_ROI_SEQUENCE).iter().filter_map(region).collect()
}

/// The closed contours of a region, in LPS.
fn contours(object: &DefaultDicomObject, region: u32) -> Vec<Vec<[f64; 3]>> {
    let of_region = |c: &&InMemDicomObject| count(c, tags::REFERENCED_ROI_NUMBER) == Some(region as usize);
    let closed = |c: &&InMemDicomObject| {
        text(c, tags::CONTOUR_GEOMETRIC_TYPE).is_none_or(|t| matches!(t.as_str(), "CLOSED_PLANAR" | "CLOSEDPLANAR_XOR"))
    };
    let points = |c: &InMemDicomObject| {
        let data = floats(c, tags::CONTOUR_DATA).unwrap_or_default();
        data.chunks_exact(3).map(|p| [p[0], p[1], p[2]]).collect()
    };
    let sequences = items(object, tags::ROI_CONTOUR_SEQUENCE).iter().filter(of_region);
    sequences.flat_map(|s| items(s, tags::CONTOUR_SEQUENCE).iter().filter(closed).map(points)).collect()
}

/// The voxels inside of contours, ascending.
fn draw(path: &Path, name: &str, contours: Vec<Vec<[f64; 3]>>, grid: &Geometry) -> Result<Vec<usize>, ReadError> {
    let [columns, rows, slices] = grid.size;
    let mut by_slice: BTreeMap<usize, Vec<Vec<[f64; 2]>>> = BTreeMap::new();
    for contour in contours.into_iter().filter(|c| c.len() > 2) {
        let at: Vec<[f64; 3]> = contour.into_iter().map(|point| grid.index(point)).collect();
        let mean = at.iter().map(|p| p[2]).sum::<f64>() / at.len() as f64;
        if at.iter().any(|p| (p[2] - mean).abs() > OFF_SLICE) {
            let what = format!("contours of \"{name}\" do not run within slices of the image");
            return Err(ReadError::unsupported(path, what, "export it as a label image or segmentation"));
        }
        let slice = mean.round();
        if !(slice >= 0.0 && slice < slices as f64) {
            let problem =
                format!("a contour of \"{name}\" lies at slice {:.1} of an image of {slices} slices", mean + 1.0);
            return Err(ReadError::malformed(path, problem, "give the image that it was drawn on"));
        }
        by_slice.entry(slice as usize).or_default().push(at.iter().map(|p| [p[0], p[1]]).collect());
    }
    let voxels = by_slice.into_iter().flat_map(|(z, polygons)| {
        polygon::fill(&polygons, columns, rows).into_iter().map(move |(x, y)| grid.at(x, y, z))
    });
    Ok(voxels.collect())
}
