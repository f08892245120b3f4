//! From the axes of a NRRD file to a grid in LPS, as ITK does it.

use std::path::Path;

use super::header::{Header, REMEDY};
use crate::read::ReadError;
use volume::Geometry;
use volume::IDENTITY;

/// The axes of the data: up to three of space, and at most one of channels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axes {
    /// Axes of space in the order of the file (their size is 1 where there are fewer than three).
    pub space: Vec<usize>,
    /// The axis whose values belong to one voxel.
    pub channel: Option<usize>,
}

/// Kinds of an axis along which positions change.
const DOMAIN: [&str; 5] = ["domain", "space", "time", "???", "none"];

impl Axes {
    /// Tells axes of space from an axis of channels by `kinds`, else by `space directions`.
    pub fn of(path: &Path, header: &Header) -> Result<Self, ReadError> {
        let count = header.sizes.len();
        let kinds: Vec<String> = header
            .field("kinds")
            .map_or(Vec::new(), |k| k.to_lowercase().split_whitespace().map(str::to_owned).collect());
        let directions = header.vectors(path, "space directions")?;
        let is_channel = |axis: usize| {
            let none = directions.as_ref().is_some_and(|d| matches!(d.get(axis), Some(None)));
            none || kinds.get(axis).is_some_and(|k| !DOMAIN.contains(&k.as_str()))
        };
        let (mut channels, mut space): (Vec<usize>, Vec<usize>) = (0..count).partition(|&axis| is_channel(axis));
        // A series of one volume is a volume; a series of several reads as channels.
        while space.len() > 3 && space.last().is_some_and(|&axis| header.sizes[axis] == 1) {
            space.pop();
        }
        if space.len() == 4 && channels.is_empty() {
            channels.extend(space.pop());
        }
        channels.retain(|&axis| header.sizes[axis] > 1 || space.len() < 3);
        if space.len() > 3 || channels.len() > 1 || space.is_empty() {
            return Err(ReadError::unsupported(
                path,
                format!("{count} axes of sizes {:?} are not one volume", header.sizes),
                "extract one volume into a file of its own",
            ));
        }
        Ok(Self { space, channel: channels.first().copied() })
    }
}

/// Where the axes of space lie.
pub(super) fn geometry(path: &Path, header: &Header, axes: &Axes) -> Result<Geometry, ReadError> {
    let mut geometry = Geometry { size: [1; 3], spacing: [1.0; 3], origin: [0.0; 3], direction: IDENTITY };
    for (d, &axis) in axes.space.iter().enumerate() {
        geometry.size[d] = header.sizes[axis];
    }
    match header.field("space").is_some() || header.field("space dimension").is_some() {
        true => oriented(path, header, axes, &mut geometry)?,
        false => plain(path, header, axes, &mut geometry)?,
    }
    if geometry.spacing.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        let what = format!("its spacing {:?} is not positive", geometry.spacing);
        return Err(ReadError::malformed(path, what, REMEDY));
    }
    Ok(geometry)
}

/// Signs that bring a space's axes to LPS; a space that is not the patient's is taken as it stands.
fn to_lps(space: &str) -> [f64; 3] {
    match space.to_lowercase().as_str() {
        "right-anterior-superior" | "ras" | "right-anterior-superior-time" | "rast" => [-1.0, -1.0, 1.0],
        "left-anterior-superior" | "las" | "left-anterior-superior-time" | "last" => [1.0, -1.0, 1.0],
        _ => [1.0; 3],
    }
}

/// By `space directions` and `space origin`.
fn oriented(path: &Path, header: &Header, axes: &Axes, geometry: &mut Geometry) -> Result<(), ReadError> {
    let sign = to_lps(header.field("space").unwrap_or(""));
    let wrong = |what: String| ReadError::malformed(path, what, REMEDY);
    if let Some(directions) = header.vectors(path, "space directions")? {
        if directions.len() != header.sizes.len() {
            return Err(wrong(format!("{} space directions for {} axes", directions.len(), header.sizes.len())));
        }
        for (d, &axis) in axes.space.iter().enumerate() {
            let vector = directions[axis].as_deref().unwrap_or(&[]);
            if vector.len() < axes.space.len() {
                return Err(wrong(format!("space direction {axis} has {} components", vector.len())));
            }
            let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
            geometry.spacing[d] = length;
            for (row, cosines) in geometry.direction.iter_mut().enumerate() {
                let component = vector.get(row).copied().unwrap_or(0.0);
                cosines[d] = sign[row] * (component * (1.0 / length));
            }
        }
    } else if header.field("spacings").is_some() {
        return Err(ReadError::unsupported(
            path,
            "it names a space but gives spacings without directions",
            "save it with \"space directions\"",
        ));
    }
    let origin = header.vectors(path, "space origin")?.and_then(|v| v.into_iter().next().flatten());
    if let Some(origin) = origin {
        for (row, &position) in origin.iter().take(3).enumerate().filter(|(_, p)| p.is_finite()) {
            geometry.origin[row] = sign[row] * position;
        }
    }
    Ok(())
}

/// By `spacings` and `axis mins`, along the axes of LPS.
fn plain(path: &Path, header: &Header, axes: &Axes, geometry: &mut Geometry) -> Result<(), ReadError> {
    let spacings = header.per_axis(path, "spacings")?;
    let mins = header.per_axis(path, "axis mins")?;
    let centers: Vec<&str> = header.field("centers").map_or(Vec::new(), |c| c.split_whitespace().collect());
    for (d, &axis) in axes.space.iter().enumerate() {
        if let Some(spacing) = spacings.as_ref().map(|s| s[axis]).filter(|s| s.is_finite()) {
            geometry.spacing[d] = spacing.abs();
            geometry.direction[d][d] = spacing.signum();
        }
    }
    // The least position is that of a cell's rim or of a node.
    let first = |d: usize, axis: usize| {
        let min = mins.as_ref()?[axis];
        let spacing = spacings.as_ref()?[axis];
        let rim = if centers.get(axis) == Some(&"node") { 0.0 } else { 0.5 * spacing };
        (min.is_finite() && spacing.is_finite() && d < 3).then_some(min + rim)
    };
    let firsts: Option<Vec<f64>> = axes.space.iter().enumerate().map(|(d, &axis)| first(d, axis)).collect();
    for (d, position) in firsts.unwrap_or_default().into_iter().enumerate() {
        geometry.origin[d] = position;
    }
    Ok(())
}
