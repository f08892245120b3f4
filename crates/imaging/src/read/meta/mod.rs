//! MetaImage (`.mha`, `.mhd`), as ITK, elastix and 3D Slicer write it: local and detached data in one or several files,
//! raw, compressed or as text.

mod header;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use header::{DataFiles, Header, REMEDY};

use super::choice::{VolumeChoice, of_channels};
use super::convert::LabelMaker;
use super::masks::Layers;
use super::nrrd::text;
use super::stream::{Source, append, bytes_of, check_size};
use super::{Image, ReadError, sheared};
use volume::each_type;
use volume::{Volume, Voxels};

/// True if `start` is that of a MetaImage header.
pub(super) fn looks_like(start: &[u8]) -> bool {
    ["ObjectType", "NDims"]
        .iter()
        .any(|key| start.strip_prefix(key.as_bytes()).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"=")))
}

/// Reads a scalar image; of a vector image or a series the channel that is chosen.
pub(super) fn read_image(path: &Path, choice: &VolumeChoice) -> Result<Image, ReadError> {
    let file = Open::new(path)?;
    let wanted = of_channels(path, file.header.channels, choice, &[])?;
    let mut notes = Vec::from_iter(sheared(&file.header.geometry));
    let (geometry, all) = (file.header.geometry.clone(), file.values(&mut notes)?);
    let voxels = all.channel(wanted);
    Ok(Image { volume: Volume { geometry, voxels }, frame_of_reference: None, notes })
}

/// Reads a mask: each channel is a layer.
pub(super) fn read_layers(path: &Path, threshold: Option<f64>) -> Result<Layers, ReadError> {
    let file = Open::new(path)?;
    let mut notes = Vec::from_iter(sheared(&file.header.geometry));
    let (geometry, channels) = (file.header.geometry.clone(), file.header.channels);
    let all = file.values(&mut notes)?;
    let layers = (0..channels).map(|channel| LabelMaker::all(&all.channel(channel), threshold)).collect();
    Ok(Layers::unnamed(geometry, layers, notes))
}

/// The header's file and those of its data.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    Ok(std::iter::once(path.to_owned()).chain(Open::new(path)?.files()).collect())
}

/// A file whose header has been read and found plausible.
struct Open<'a> {
    path: &'a Path,
    header: Header,
    /// Stands behind the header.
    reader: BufReader<File>,
}

/// The values of all channels.
struct Values {
    all: Voxels,
    inner: usize,
    channels: usize,
}

impl Values {
    fn channel(&self, channel: usize) -> Voxels {
        fn pick<T: Copy>(values: &[T], inner: usize, channels: usize, channel: usize) -> Vec<T> {
            let blocks = values.chunks_exact(inner * channels);
            blocks.flat_map(|block| &block[channel * inner..][..inner]).copied().collect()
        }
        let Self { all, inner, channels } = self;
        match channels {
            1 => all.clone(),
            _ => each_type!(all, v => Voxels::from(pick(v, *inner, *channels, channel))),
        }
    }
}

impl<'a> Open<'a> {
    fn new(path: &'a Path) -> Result<Self, ReadError> {
        let file = File::open(path).map_err(|e| ReadError::io(path, e))?;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let header = Header::read(path, &mut reader)?;
        let [x, y, z] = header.geometry.size;
        check_size(path, &[x, y, z, header.channels], bytes_of(header.pixel))?;
        Ok(Self { path, header, reader })
    }

    /// The files of the data, where they are not in that of the header.
    fn files(&self) -> Vec<PathBuf> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        match &self.header.data {
            DataFiles::Local => Vec::new(),
            DataFiles::Beside(names) => names.iter().map(|name| folder.join(name)).collect(),
        }
    }

    fn values(self, notes: &mut Vec<String>) -> Result<Values, ReadError> {
        let files = self.files();
        let Self { path, header, reader } = self;
        let (inner, channels) = (header.inner, header.channels);
        let count = header.geometry.len() * channels;
        let all = match files.as_slice() {
            [] if header.data == DataFiles::Local => {
                let length = reader.get_ref().metadata().map_err(|e| ReadError::io(path, e))?.len();
                let source = Source::of(path, Box::new(reader), length.saturating_sub(header.length));
                part(path, &header, source, Some(0), count, notes)?
            }
            files if files.is_empty() || !count.is_multiple_of(files.len()) => {
                let what = format!("{count} values cannot be shared evenly by its {} data files", files.len());
                return Err(ReadError::malformed(path, what, REMEDY));
            }
            files => {
                let each = |file: &PathBuf, notes: &mut Vec<String>| {
                    let opened = File::open(file).map_err(|e| ReadError::io(file, e))?;
                    let length = opened.metadata().map_err(|e| ReadError::io(file, e))?.len();
                    let source = Source::of(file, Box::new(BufReader::new(opened)), length);
                    part(path, &header, source, header.skip, count / files.len(), notes)
                };
                let mut all = each(&files[0], notes)?;
                for file in &files[1..] {
                    append(&mut all, each(file, notes)?);
                }
                all
            }
        };
        Ok(Values { all, inner, channels })
    }
}

/// `count` values behind `skip` bytes, or at the end of the file.
fn part(
    path: &Path,
    header: &Header,
    mut source: Source,
    skip: Option<u64>,
    count: usize,
    notes: &mut Vec<String>,
) -> Result<Voxels, ReadError> {
    let bytes = (count * bytes_of(header.pixel)) as u64;
    match skip {
        Some(skip) => source.skip(skip)?,
        None if header.compressed || header.text => {
            let what = "HeaderSize is -1, which says nothing of compressed values or text";
            return Err(ReadError::malformed(path, what, REMEDY));
        }
        None => source.skip(source.left().saturating_sub(bytes))?,
    }
    if header.text {
        return text(path, source, count, header.pixel);
    }
    if header.compressed {
        source = source.inflate();
    }
    let values = source.voxels(count, header.pixel, header.big_endian)?;
    source.end(bytes, notes)?;
    Ok(values)
}
