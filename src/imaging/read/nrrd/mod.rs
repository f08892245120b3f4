//! NRRD: attached and detached headers; raw, gzip, text and hex data; and the segmentations of 3D Slicer in it.

mod data;
mod geometry;
mod header;
mod slicer;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use geometry::Axes;
use header::Header;

use super::ReadError;
use super::masks::Layers;
use crate::radiomics::volume::each_type;
use crate::radiomics::{Geometry, Volume, Voxels};

/// Reads a scalar image.
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    let (_, geometry, mut layers) = read(path)?;
    match (layers.pop(), layers.is_empty()) {
        (Some(voxels), true) => Ok(Volume { geometry, voxels }),
        _ => Err(ReadError::unsupported(
            path,
            format!("it holds {} volumes or channels, not one", layers.len() + 1),
            "extract one of them into a file of its own",
        )),
    }
}

/// Reads a mask: each channel is a layer, and the segments that Slicer names are found.
pub(super) fn read_layers(path: &Path) -> Result<Layers, ReadError> {
    let (header, geometry, layers) = read(path)?;
    let segments = slicer::segments(path, &header.keys, layers.len())?;
    Ok(Layers { geometry, layers, segments })
}

/// The header's file and those of its data.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let file = File::open(path).map_err(|e| ReadError::io(path, e))?;
    let header = Header::read(path, &mut BufReader::new(file))?;
    Ok(std::iter::once(path.to_owned()).chain(data::files(path, &header)).collect())
}

fn read(path: &Path) -> Result<(Header, Geometry, Vec<Voxels>), ReadError> {
    let file = File::open(path).map_err(|e| ReadError::io(path, e))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let header = Header::read(path, &mut reader)?;
    let axes = Axes::of(path, &header)?;
    let geometry = geometry::geometry(path, &header, &axes)?;
    let voxels = data::read(path, &header, reader)?;
    let layers = split(voxels, &header.sizes, axes.channel);
    Ok((header, geometry, layers))
}

/// The channels of the data, each with x fastest.
fn split(voxels: Voxels, sizes: &[usize], channel: Option<usize>) -> Vec<Voxels> {
    let Some(axis) = channel else { return vec![voxels] };
    let inner: usize = sizes[..axis].iter().product();
    let channels = sizes[axis];
    (0..channels).map(|c| take_channel(&voxels, inner, channels, c)).collect()
}

fn take_channel(voxels: &Voxels, inner: usize, channels: usize, channel: usize) -> Voxels {
    fn pick<T: Copy>(values: &[T], inner: usize, channels: usize, channel: usize) -> Vec<T> {
        values.chunks_exact(inner * channels).flat_map(|block| &block[channel * inner..][..inner]).copied().collect()
    }
    each_type!(voxels, v => Voxels::from(pick(v, inner, channels, channel)))
}
