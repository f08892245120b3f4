//! DICOM segmentation objects: binary, fractional (a voxel counts from half of the maximum on) and label maps.

use std::collections::BTreeMap;
use std::path::Path;

use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, InMemDicomObject};

use super::super::ReadError;
use super::super::convert::Odd;
use super::super::masks::{Layers, MaskChoice, Segment};
use super::super::stream::check_size;
use super::attributes::{count, item, items, text};
use super::files;
use super::pixels::Frames;
use super::plane::{Plane, planes};
use super::rtstruct::{differ, other_frame};
use volume::{Geometry, Labels};

const AGAIN: &str = "export the segmentation again";

/// Frames may be off a slice of the grid by this share of a voxel.
const OFF_GRID: f64 = 0.02;

/// No more slices than this are laid between the lowest and the highest frame.
const MOST_SLICES: usize = 1 << 14;

/// Lays the frames of a segmentation on the grid of the image, if that is given and its voxels coincide with theirs,
/// else on a grid of their own from the lowest to the highest frame.
pub(super) fn read(path: &Path, choice: &MaskChoice) -> Result<Layers, ReadError> {
    let object = files::whole(path)?;
    let planes = planes(path, &object);
    let (Some(first), true) = (planes.first(), planes.iter().all(|p| p.position.is_some())) else {
        return Err(ReadError::malformed(path, "its frames do not say where they lie", AGAIN));
    };
    if planes.iter().any(|p| p.orientation != first.orientation || p.spacing != first.spacing) {
        return Err(ReadError::unsupported(path, "its frames lie in several directions", AGAIN));
    }
    let own = own_grid(path, &planes)?;
    let geometry = match choice.grid {
        Some(grid) if planes.iter().all(|plane| Placed::on(grid, &own, plane).is_some()) => grid.clone(),
        _ => own.clone(),
    };
    check_size(path, &geometry.size, 4)?;
    let frames = Frames::of(path, &object)?;
    let kind = text(&object, tags::SEGMENTATION_TYPE).unwrap_or_else(|| "BINARY".to_owned());
    let mut voxels_of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (frame, plane) in planes.iter().enumerate() {
        let placed = Placed::on(&geometry, &own, plane).ok_or_else(|| {
            ReadError::malformed(path, format!("frame {} does not lie on the grid of the others", frame + 1), AGAIN)
        })?;
        let of_frame = segment_of(&object, frame);
        for (pixel, label) in labels(path, &object, &frames, plane, &kind, of_frame, choice.threshold)? {
            voxels_of.entry(label).or_default().push(placed.voxel(pixel % plane.columns, pixel / plane.columns));
        }
    }
    let mut layers = assemble(geometry, named(&object), voxels_of);
    if choice.grid.is_some()
        && differ(text(&object, tags::FRAME_OF_REFERENCE_UID).as_deref(), choice.frame_of_reference)
    {
        layers.notes.push(other_frame("the segments"));
    }
    if kind == "FRACTIONAL" {
        layers.notes.push(match choice.threshold {
            Some(threshold) => {
                format!("the segmentation is one of fractions: those from {threshold} on belong to the region")
            }
            None => "the segmentation is one of fractions: those from a half on belong to the region".to_owned(),
        });
    }
    Ok(layers)
}

/// The number of the segment that a frame belongs to.
fn segment_of(object: &DefaultDicomObject, frame: usize) -> Option<u32> {
    let number = |group: &InMemDicomObject| {
        let identification = item(group, tags::SEGMENT_IDENTIFICATION_SEQUENCE)?;
        u32::try_from(count(identification, tags::REFERENCED_SEGMENT_NUMBER)?).ok()
    };
    let own = items(object, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).get(frame).and_then(number);
    own.or_else(|| number(item(object, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE)?))
}

/// Pixels of a frame that belong to a segment, with its number.
fn labels(
    path: &Path,
    object: &DefaultDicomObject,
    frames: &Frames,
    plane: &Plane,
    kind: &str,
    segment: Option<u32>,
    threshold: Option<f64>,
) -> Result<Vec<(usize, u32)>, ReadError> {
    let pixels = plane.rows * plane.columns;
    let no_segment = || ReadError::malformed(path, "a frame does not say of which segment it is", AGAIN);
    if kind == "LABELMAP" {
        let values: Vec<i64> = frames.values(plane)?;
        return Ok(values.into_iter().enumerate().filter(|(_, l)| *l > 0).map(|(i, l)| (i, l as u32)).collect());
    }
    let label = segment.ok_or_else(no_segment)?;
    if plane.format.allocated == 1 {
        let first = plane.frame * pixels;
        return Ok((0..pixels).filter(|i| frames.bit(first + i)).map(|i| (i, label)).collect());
    }
    let least = match kind {
        "FRACTIONAL" => {
            let most = count(object, tags::MAXIMUM_FRACTIONAL_VALUE).unwrap_or(255);
            threshold.map_or(most.div_ceil(2), |share| (share * most as f64).ceil().max(1.0) as usize)
        }
        _ => 1,
    };
    let bytes = frames.frame(plane.frame).filter(|b| b.len() >= pixels && plane.format.allocated == 8);
    let bytes = bytes.ok_or_else(|| ReadError::malformed(path, "its pixels take neither 1 nor 8 bits", AGAIN))?;
    Ok((0..pixels).filter(|&i| usize::from(bytes[i]) >= least).map(|i| (i, label)).collect())
}

/// The segments in the order of the file.
fn named(object: &DefaultDicomObject) -> Vec<Segment> {
    let segment = |s: &InMemDicomObject| {
        let label = u32::try_from(count(s, tags::SEGMENT_NUMBER)?).ok().filter(|label| *label > 0)?;
        let name = text(s, tags::SEGMENT_LABEL).unwrap_or_else(|| format!("segment {label}"));
        Some(Segment { name, number: label.into(), label, layer: 0 })
    };
    items(object, tags::SEGMENT_SEQUENCE).iter().filter_map(segment).collect()
}

/// Puts the voxels of each segment's label into the first layer in which they overlap no other.
pub(super) fn assemble(
    geometry: Geometry,
    mut segments: Vec<Segment>,
    mut voxels_of: BTreeMap<u32, Vec<usize>>,
) -> Layers {
    let mut layers: Vec<Vec<u32>> = vec![vec![0; geometry.len()]];
    for segment in &mut segments {
        let voxels = voxels_of.remove(&segment.label).unwrap_or_default();
        let free = layers.iter().position(|layer| voxels.iter().all(|&i| layer[i] == 0));
        segment.layer = free.unwrap_or_else(|| {
            layers.push(vec![0; geometry.len()]);
            layers.len() - 1
        });
        voxels.into_iter().for_each(|i| layers[segment.layer][i] = segment.label);
    }
    let layers = layers.into_iter().map(|labels| (Labels::from(labels), Odd::default())).collect();
    Layers { segments, by_name_only: true, ..Layers::unnamed(geometry, layers, Vec::new()) }
}

/// The grid from the lowest to the highest frame.
fn own_grid(path: &Path, planes: &[Plane]) -> Result<Geometry, ReadError> {
    let first = &planes[0];
    let axes = first.axes();
    let mut heights: Vec<(f64, &Plane)> = planes.iter().map(|p| (p.height(axes[2]), p)).collect();
    heights.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (lowest, extent) = (heights[0].1, heights[heights.len() - 1].0 - heights[0].0);
    let steps = heights.windows(2).map(|pair| pair[1].0 - pair[0].0).filter(|s| *s > 1e-3);
    let least = steps.fold(f64::INFINITY, f64::min);
    let step = if least.is_finite() { least } else { first.step.unwrap_or(1.0) };
    // A step of the header counts where the frames lie on multiples of it, for instance because some are empty.
    let declared = first.step.filter(|s| *s > 1e-3 && (least / s - (least / s).round()).abs() < OFF_GRID);
    let step = declared.filter(|_| least.is_finite()).unwrap_or(step);
    let slices = (extent / step).round() as usize + 1;
    if slices > MOST_SLICES {
        let problem = format!("its frames lie {extent:.0} mm apart at a step of {step:.3} mm");
        return Err(ReadError::malformed(path, problem, AGAIN));
    }
    let size = [first.columns, first.rows, slices];
    check_size(path, &size, 4)?;
    Ok(Geometry {
        size,
        spacing: [first.spacing[0], first.spacing[1], step],
        origin: lowest.position.unwrap_or([0.0; 3]),
        direction: std::array::from_fn(|row| std::array::from_fn(|axis| axes[axis][row])),
    })
}

/// A frame whose pixels are voxels of a grid: where the first is, and what a step along x and y adds to the position.
struct Placed {
    first: i64,
    along_x: i64,
    along_y: i64,
}

impl Placed {
    /// `None` if the pixels of the frame are not voxels of the grid. `own` has the frame's axes and spacing.
    fn on(grid: &Geometry, own: &Geometry, plane: &Plane) -> Option<Self> {
        let corner = |x: usize, y: usize| {
            let p = plane.position?;
            Some(grid.index(std::array::from_fn(|row| {
                let along = |axis: usize, n: usize| own.direction[row][axis] * own.spacing[axis] * n as f64;
                p[row] + along(0, x) + along(1, y)
            })))
        };
        let whole = |at: [f64; 3]| -> Option<[i64; 3]> {
            let near = at.map(f64::round);
            let inside =
                (0..3).all(|i| (at[i] - near[i]).abs() <= OFF_GRID && near[i] >= 0.0 && near[i] < grid.size[i] as f64);
            inside.then(|| near.map(|n| n as i64))
        };
        let (columns, rows) = (plane.columns.max(1) - 1, plane.rows.max(1) - 1);
        let origin = whole(corner(0, 0)?)?;
        let (right, bottom) = (whole(corner(columns, 0)?)?, whole(corner(0, rows)?)?);
        whole(corner(columns, rows)?)?;
        let strides = [1, grid.size[0] as i64, (grid.size[0] * grid.size[1]) as i64];
        // One pixel on must be one voxel on, along one axis.
        let stride = |to: [i64; 3], pixels: usize| -> Option<i64> {
            let moved: Vec<usize> = (0..3).filter(|&i| to[i] != origin[i]).collect();
            match moved.as_slice() {
                [] if pixels == 0 => Some(0),
                [axis] if (to[*axis] - origin[*axis]).unsigned_abs() as usize == pixels => {
                    Some(strides[*axis] * (to[*axis] - origin[*axis]).signum())
                }
                _ => None,
            }
        };
        let (along_x, along_y) = (stride(right, columns)?, stride(bottom, rows)?);
        let first = (0..3).map(|i| origin[i] * strides[i]).sum();
        Some(Self { first, along_x, along_y })
    }

    fn voxel(&self, x: usize, y: usize) -> usize {
        (self.first + self.along_x * x as i64 + self.along_y * y as i64) as usize
    }
}
