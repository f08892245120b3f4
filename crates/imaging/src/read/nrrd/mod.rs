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
use super::convert::LabelMaker;
use super::masks::Layers;
use super::stream::{PIECE, bytes_of, check_size};
use volume::each_type;
use volume::{Geometry, Labels, Volume, Voxels};

/// Reads a scalar image.
///
/// # Errors
/// As [`crate::read_image`].
pub fn read_image(path: &Path) -> Result<Volume, ReadError> {
    let file = Open::new(path)?;
    if file.channels != 1 {
        return Err(ReadError::unsupported(
            path,
            format!("it holds {} volumes or channels, not one", file.channels),
            "extract one of them into a file of its own",
        ));
    }
    let mut voxels = Voxels::U8(Vec::new());
    data::read(path, &file.header, file.reader, usize::MAX, &mut |all| voxels = all)?;
    Ok(Volume { geometry: file.geometry, voxels })
}

/// Reads a mask: each channel is a layer, and the segments that Slicer names are found.
pub(super) fn read_layers(path: &Path) -> Result<Layers, ReadError> {
    let Open { header, geometry, inner, channels, reader } = Open::new(path)?;
    let mut makers: Vec<LabelMaker> = (0..channels).map(|_| LabelMaker::default()).collect();
    // Each piece holds as many values of one channel as of any other.
    let block = (inner * channels).max(1);
    data::read(path, &header, reader, block * (PIECE / block).max(1), &mut |voxels| {
        for (channel, maker) in makers.iter_mut().enumerate() {
            match channels {
                1 => maker.add(&voxels),
                _ => maker.add(&take_channel(&voxels, inner, channels, channel)),
            }
        }
    })?;
    let layers: Vec<Labels> =
        makers.into_iter().map(|maker| maker.finish(path, &geometry)).collect::<Result<_, _>>()?;
    let segments = slicer::segments(path, &header.keys, layers.len())?;
    Ok(Layers { geometry, layers, segments })
}

/// The header's file and those of its data.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let file = File::open(path).map_err(|e| ReadError::io(path, e))?;
    let header = Header::read(path, &mut BufReader::new(file))?;
    Ok(std::iter::once(path.to_owned()).chain(data::files(path, &header)).collect())
}

/// A file whose header has been read and found plausible.
struct Open {
    header: Header,
    geometry: Geometry,
    /// Values of a channel that follow each other before those of the next.
    inner: usize,
    channels: usize,
    /// Stands behind the header.
    reader: BufReader<File>,
}

impl Open {
    fn new(path: &Path) -> Result<Self, ReadError> {
        let file = File::open(path).map_err(|e| ReadError::io(path, e))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let header = Header::read(path, &mut reader)?;
        let axes = Axes::of(path, &header)?;
        let geometry = geometry::geometry(path, &header, &axes)?;
        check_size(path, &header.sizes, bytes_of(header.pixel))?;
        let (inner, channels) = match axes.channel {
            Some(axis) => (header.sizes[..axis].iter().product(), header.sizes[axis]),
            None => (1, 1),
        };
        Ok(Self { header, geometry, inner, channels, reader })
    }
}

fn take_channel(voxels: &Voxels, inner: usize, channels: usize, channel: usize) -> Voxels {
    fn pick<T: Copy>(values: &[T], inner: usize, channels: usize, channel: usize) -> Vec<T> {
        values.chunks_exact(inner * channels).flat_map(|block| &block[channel * inner..][..inner]).copied().collect()
    }
    each_type!(voxels, v => Voxels::from(pick(v, inner, channels, channel)))
}
