//! NRRD: attached and detached headers; raw, gzip, text and hex data; and the segmentations of 3D Slicer in it.

mod data;
mod geometry;
mod header;
mod slicer;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

pub(super) use data::text;
use geometry::Axes;
use header::Header;

use super::choice::{VolumeChoice, of_channels};
use super::convert::LabelMaker;
use super::masks::Layers;
use super::stream::{PIECE, bytes_of, check_size};
use super::{Image, ReadError, sheared};
use volume::each_type;
use volume::{Geometry, Volume, Voxels};

/// Reads a scalar image; of a vector image the channel that is chosen.
pub(super) fn read_image(path: &Path, choice: &VolumeChoice) -> Result<Image, ReadError> {
    let Open { header, geometry, inner, channels, reader } = Open::new(path)?;
    let wanted = of_channels(path, channels, choice, &[])?;
    let (mut notes, mut voxels) = (Vec::from_iter(sheared(&geometry)), Voxels::U8(Vec::new()));
    data::read(path, &header, reader, usize::MAX, &mut notes, &mut |all| voxels = all)?;
    if channels > 1 {
        voxels = take_channel(&voxels, inner, channels, wanted);
    }
    Ok(Image { volume: Volume { geometry, voxels }, frame_of_reference: None, notes })
}

/// Reads a mask: each channel is a layer, and the segments that Slicer names are found.
pub(super) fn read_layers(path: &Path, threshold: Option<f64>) -> Result<Layers, ReadError> {
    let Open { header, geometry, inner, channels, reader } = Open::new(path)?;
    let mut makers: Vec<LabelMaker> = (0..channels).map(|_| LabelMaker::new(threshold)).collect();
    let mut notes = Vec::from_iter(sheared(&geometry));
    // Each piece holds as many values of one channel as of any other.
    let block = (inner * channels).max(1);
    data::read(path, &header, reader, block * (PIECE / block).max(1), &mut notes, &mut |voxels| {
        for (channel, maker) in makers.iter_mut().enumerate() {
            match channels {
                1 => maker.add(&voxels),
                _ => maker.add(&take_channel(&voxels, inner, channels, channel)),
            }
        }
    })?;
    let segments = slicer::segments(path, &header.keys, channels)?;
    let layers = makers.into_iter().map(LabelMaker::finish).collect();
    Ok(Layers { segments, ..Layers::unnamed(geometry, layers, notes) })
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
