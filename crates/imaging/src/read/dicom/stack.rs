//! From planes to a volume: their order, the grid they make, and whether it is whole.

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;

use super::super::stream::{bytes_of, check_size};
use super::super::{Image, ReadError};
use super::files;
use super::pixels::{self, Target};
use super::plane::{Kind, Measured, Plane, dot, minus};
use super::series::Stack;
use volume::{Geometry, PixelType, Volume, Voxels};

/// Steps may differ by this share before slices count as missing.
const UNEVEN: f64 = 0.02;

/// Slices may be shifted sideways by this share of a pixel altogether.
const SIDEWAYS: f64 = 0.1;

/// Positions that are rounded may be off an even grid by this share of a step at most.
const ROUNDED: f64 = 0.2;

/// Reads the planes of a stack, lowest first along their normal.
pub(super) fn read(path: &Path, stack: Stack) -> Result<Image, ReadError> {
    let Stack { mut planes, title, .. } = stack;
    if let Some(Kind::NoSlice(what)) = planes.iter().map(|p| &p.kind).find(|kind| matches!(kind, Kind::NoSlice(_))) {
        return Err(ReadError::unsupported(
            path,
            format!("{title} is {what}"),
            "convert it to slices first (dcm2niix)",
        ));
    }
    if planes.len() > 1 && planes.iter().any(|p| p.position.is_none()) {
        let problem = format!("{title} does not say where its slices lie");
        return Err(ReadError::malformed(path, problem, "export it with positions, or as NIfTI or NRRD"));
    }
    let [.., normal] = planes[0].axes();
    planes.sort_by(|a, b| a.height(normal).total_cmp(&b.height(normal)));
    let mut notes = Vec::new();
    let geometry = geometry(path, &title, &planes, &mut notes)?;
    if let Some(plane) = planes.iter().find(|p| !p.format.is_grey()) {
        let what = format!("{} is an image in colours", plane.file.display());
        return Err(ReadError::unsupported(path, what, "give a series of grey values"));
    }
    if planes[0].kind == Kind::Map && planes.iter().any(|p| (p.slope, p.intercept) != (1.0, 0.0)) {
        notes.push(format!("values of {title} are its real-world values: stored ones times slope, plus intercept"));
    }
    let pixel = pixels::common_type(&planes);
    check_size(path, &geometry.size, bytes_of(pixel))?;
    let voxels = match pixel {
        PixelType::U8 => Voxels::U8(values(&planes)?),
        PixelType::I8 => Voxels::I8(values(&planes)?),
        PixelType::U16 => Voxels::U16(values(&planes)?),
        PixelType::I16 => Voxels::I16(values(&planes)?),
        PixelType::U32 => Voxels::U32(values(&planes)?),
        PixelType::I32 => Voxels::I32(values(&planes)?),
        PixelType::F32 => Voxels::F32(values(&planes)?),
        _ => Voxels::F64(values(&planes)?),
    };
    let frame_of_reference = planes[0].frame_of_reference.clone();
    Ok(Image { volume: Volume { geometry, voxels }, frame_of_reference, notes })
}

/// The values of all planes, each file read once and the files at the same time.
fn values<T: Target>(planes: &[Plane]) -> Result<Vec<T>, ReadError> {
    let mut by_file: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for (k, plane) in planes.iter().enumerate() {
        by_file.entry(&plane.file).or_default().push(k);
    }
    let by_file: Vec<_> = by_file.into_iter().collect();
    let read = |(path, numbers): (&Path, Vec<usize>)| -> Result<Vec<(usize, Vec<T>)>, ReadError> {
        let object = files::whole(path)?;
        let frames = pixels::Frames::of(path, &object)?;
        numbers.into_iter().map(|k| Ok((k, frames.values(&planes[k])?))).collect()
    };
    let mut slices: Vec<(usize, Vec<T>)> =
        by_file.into_par_iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    slices.sort_by_key(|(k, _)| *k);
    let mut all = Vec::with_capacity(slices.iter().map(|(_, v)| v.len()).sum());
    slices.into_iter().for_each(|(_, values)| all.extend(values));
    Ok(all)
}

/// The grid of planes in order, as ITK's series reader lays it.
fn geometry(path: &Path, title: &str, planes: &[Plane], notes: &mut Vec<String>) -> Result<Geometry, ReadError> {
    let (first, last) = (&planes[0], &planes[planes.len() - 1]);
    let axes = first.axes();
    let origin = first.position.unwrap_or([0.0; 3]);
    match first.measured {
        Measured::Patient => {}
        Measured::Detector => notes.push(format!(
            "{title} has no Pixel Spacing (0028,0030); that of the detector (Imager Pixel Spacing) is taken, which is larger \
             than the patient's"
        )),
        Measured::Nowhere => {
            let problem = format!("{title} has no Pixel Spacing (0028,0030), so that nothing can be measured in it");
            return Err(ReadError::malformed(path, problem, "add the attribute, or convert it with the right spacing"));
        }
    }
    let step = match planes.len() {
        1 => first.step.unwrap_or_else(|| {
            notes.push(format!("{title} is one slice that does not tell its thickness; 1 mm is taken"));
            1.0
        }),
        n => {
            check_steps(path, title, planes, axes[2], notes)?;
            let way = minus(last.position.unwrap_or(origin), origin);
            check_tilt(path, title, first, &axes, way)?;
            dot(way, way).sqrt() / (n - 1) as f64
        }
    };
    let spacing = [first.spacing[0], first.spacing[1], step];
    if spacing.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        let problem = format!("{title} has spacing {spacing:?}");
        return Err(ReadError::malformed(path, problem, "its pixel spacing is wrong: export it again"));
    }
    if let Some(other) = planes.iter().find(|p| p.spacing != first.spacing) {
        let problem =
            format!("pixels of {title} are {:?} mm in one slice and {:?} mm in another", first.spacing, other.spacing);
        return Err(ReadError::malformed(path, problem, "keep the slices of one acquisition"));
    }
    Ok(Geometry {
        size: [first.columns, first.rows, planes.len()],
        spacing,
        origin,
        direction: std::array::from_fn(|row| std::array::from_fn(|axis| axes[axis][row])),
    })
}

/// Every step from slice to slice must be the same: a larger one is a gap, none at all a duplicate.
fn check_steps(
    path: &Path,
    title: &str,
    planes: &[Plane],
    normal: [f64; 3],
    notes: &mut Vec<String>,
) -> Result<(), ReadError> {
    let heights: Vec<f64> = planes.iter().map(|p| p.height(normal)).collect();
    let steps: Vec<f64> = heights.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mut sorted = steps.clone();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[sorted.len() / 2];
    let name = |k: usize| planes[k].file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(k) = steps.iter().position(|&s| s < 1e-3) {
        let same = steps.iter().filter(|&&s| s < 1e-3).count();
        let problem = format!(
            "{title} has {same} slices at the place of another, for example {} and {} at {:.2} mm",
            name(k),
            name(k + 1),
            heights[k]
        );
        return Err(ReadError::malformed(
            path,
            problem,
            "nothing in their headers tells them apart: put each volume (phase, echo, repetition) into a folder of its own",
        ));
    }
    let uneven = |s: f64| (s - usual).abs() > UNEVEN * usual;
    if let Some(k) = steps.iter().position(|&s| uneven(s)) {
        if let Some(unit) = rounding(planes, &heights) {
            let mean = (heights[heights.len() - 1] - heights[0]) / steps.len() as f64;
            notes.push(format!(
                "slices of {title} are stored at positions rounded to {unit} mm; the mean step of {mean:.4} mm is taken"
            ));
            return Ok(());
        }
        let number = steps.iter().filter(|&&s| uneven(s)).count();
        let problem = format!(
            "{title} is not evenly spaced: {:.3} mm from {} to {} (at {:.2} mm) where {usual:.3} mm is usual, {number} such steps",
            steps[k],
            name(k),
            name(k + 1),
            heights[k]
        );
        return Err(ReadError::malformed(
            path,
            problem,
            "if slices are missing, export the whole series again; if it was taken like this, resample it to even steps",
        ));
    }
    Ok(())
}

/// The unit to which positions are rounded, if that alone explains why heights are off an even grid.
fn rounding(planes: &[Plane], heights: &[f64]) -> Option<f64> {
    const UNITS: [f64; 6] = [1.0, 0.5, 0.1, 0.05, 0.01, 0.001];
    let along = |axis: usize| planes.iter().map(move |p| p.position.unwrap_or([0.0; 3])[axis]);
    // The unit of a coordinate that changes from slice to slice.
    let unit_of = |axis: usize| {
        let first = along(axis).next().unwrap_or(0.0);
        let multiples = |unit: f64| along(axis).map(|x| x / unit).all(|n| (n - n.round()).abs() < 1e-3);
        let changes = along(axis).any(|x| (x - first).abs() > 1e-3);
        changes.then(|| UNITS.into_iter().find(|&unit| multiples(unit)))
    };
    let units: Vec<Option<f64>> = (0..3).filter_map(unit_of).collect();
    let unit = units.into_iter().collect::<Option<Vec<f64>>>()?.into_iter().reduce(f64::max)?;
    let mean = (heights[heights.len() - 1] - heights[0]) / (heights.len() - 1) as f64;
    // The ends are rounded as well; along an oblique normal three coordinates are.
    let allowed = (1.01 * unit).min(ROUNDED * mean);
    let even = |(k, height): (usize, &f64)| (height - heights[0] - k as f64 * mean).abs() <= allowed;
    heights.iter().enumerate().all(even).then_some(unit)
}

/// Slices must lie above each other: a grid with perpendicular axes cannot hold those of a tilted gantry.
fn check_tilt(path: &Path, title: &str, first: &Plane, axes: &[[f64; 3]; 3], way: [f64; 3]) -> Result<(), ReadError> {
    let sideways = [dot(way, axes[0]), dot(way, axes[1])];
    if (0..2).all(|i| sideways[i].abs() <= SIDEWAYS * first.spacing[i]) {
        return Ok(());
    }
    let what = format!(
        "slices of {title} are shifted sideways by {:.2} and {:.2} mm from first to last (tilted gantry)",
        sideways[0], sideways[1]
    );
    Err(ReadError::unsupported(path, what, "resample it onto a grid with perpendicular axes first"))
}
