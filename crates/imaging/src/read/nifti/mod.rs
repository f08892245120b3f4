//! NIfTI-1 and NIfTI-2, in one file or as a pair of header and data, gzipped or not.
//!
//! Values and geometry are those that ITK gives: see `orientation` and `rescale`.

mod header;
mod orientation;

use std::path::{Path, PathBuf};

pub(super) use header::looks_like;
use header::{Header, SIZE_2};

use super::choice::{VolumeChoice, of_channels};
use super::convert::LabelMaker;
use super::masks::Layers;
use super::stream::{PIECE, Source, bytes_of, check_size};
use super::{Image, ReadError, convert};
use volume::{Geometry, PixelType, Volume, Voxels};

/// Reads a scalar image; of a series of volumes or a vector image the one that is chosen.
pub(super) fn read_image(path: &Path, choice: &VolumeChoice) -> Result<Image, ReadError> {
    let file = Open::new(path)?;
    let wanted = of_channels(path, file.channels, choice, &b_values(path, file.channels))?;
    let (mut notes, mut voxels) = (Vec::new(), Voxels::U8(Vec::new()));
    file.read(usize::MAX, &mut notes, &mut |channel, all| {
        if channel == wanted {
            voxels = all;
        }
    })?;
    Ok(Image { volume: Volume { geometry: file.geometry, voxels }, frame_of_reference: None, notes })
}

/// The b-values of a diffusion series from the `.bval` file that BIDS puts beside it; none if it is not of this series.
fn b_values(path: &Path, channels: usize) -> Vec<Option<f64>> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.strip_suffix(".gz").unwrap_or(&name);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let text = std::fs::read_to_string(path.with_file_name(format!("{stem}.bval"))).unwrap_or_default();
    let values: Vec<Option<f64>> = text.split_whitespace().map(|word| word.parse().ok()).collect();
    if values.len() == channels { values } else { Vec::new() }
}

/// Reads a mask: every volume of a series or channel of a vector image is a layer.
pub(super) fn read_layers(path: &Path, threshold: Option<f64>) -> Result<Layers, ReadError> {
    let file = Open::new(path)?;
    let mut makers: Vec<LabelMaker> = (0..file.channels).map(|_| LabelMaker::new(threshold)).collect();
    let mut notes = Vec::new();
    file.read(PIECE, &mut notes, &mut |channel, voxels| makers[channel].add(&voxels))?;
    Ok(Layers::unnamed(file.geometry, makers.into_iter().map(LabelMaker::finish).collect(), notes))
}

/// The header's file and, where it is another, that of the data.
pub(super) fn parts(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut parts = vec![sibling(path, "img", "hdr")?, sibling(path, "hdr", "img")?];
    parts.dedup();
    Ok(parts)
}

/// A file whose header has been read and found plausible.
struct Open {
    data_path: PathBuf,
    header: Header,
    geometry: Geometry,
    pixel: PixelType,
    /// Volumes of a series, channels of a vector image: all dimensions beyond the third.
    channels: usize,
}

impl Open {
    fn new(path: &Path) -> Result<Self, ReadError> {
        let header_path = sibling(path, "img", "hdr")?;
        let bytes = Source::open(&header_path)?.take(SIZE_2)?;
        if bytes.is_empty() {
            return Err(ReadError::malformed(&header_path, "it is empty", "copy or export it again"));
        }
        let header = Header::parse(&header_path, &bytes)?;
        let pixel = header.pixel(&header_path)?;
        check_size(&header_path, &header.size, bytes_of(pixel))?;
        let geometry = orientation::geometry(&header_path, &header)?;
        let channels = header.size[3..].iter().product();
        let data_path = if header.one_file { header_path.clone() } else { sibling(path, "hdr", "img")? };
        if !header.one_file && data_path == header_path {
            let problem = "its magic word says that the data are in an .img file, but it is not called .hdr";
            return Err(ReadError::malformed(path, problem, "convert it to .nii or .nii.gz"));
        }
        Ok(Self { data_path, header, geometry, pixel, channels })
    }

    /// Hands the values of each volume to `each`, with its number and in pieces of at most `most`.
    fn read(&self, most: usize, notes: &mut Vec<String>, each: &mut dyn FnMut(usize, Voxels)) -> Result<(), ReadError> {
        let Self { data_path, header, geometry, pixel, channels } = self;
        let mut source = Source::open(data_path)?;
        source.skip(header.vox_offset)?;
        let count = geometry.len();
        for channel in 0..*channels {
            let mut rescaled = |piece| each(channel, rescale(piece, header.slope, header.intercept));
            source.pieces(count, *pixel, header.big_endian, most, &mut rescaled)?;
        }
        source.end((count * channels * bytes_of(*pixel)) as u64, notes)
    }
}

/// The values that ITK makes of stored ones: `slope` x + `intercept` in doubles, kept as `f32` (`f64` if
/// the file has such), and the stored type itself where that changes nothing. A slope of 0 counts as 1.
fn rescale(voxels: Voxels, slope: f64, intercept: f64) -> Voxels {
    let finite = |x: f64| if x.is_finite() { x } else { 0.0 };
    let (slope, intercept) = (finite(slope), finite(intercept));
    let slope = if slope.abs() < f64::EPSILON { 1.0 } else { slope };
    if (slope - 1.0).abs() <= f64::EPSILON && intercept.abs() <= f64::EPSILON {
        return voxels;
    }
    match voxels {
        Voxels::F64(mut v) => {
            v.iter_mut().for_each(|x| *x = *x * slope + intercept);
            Voxels::F64(v)
        }
        integers_or_f32 => {
            let mut v = convert::to_f32(integers_or_f32);
            v.iter_mut().for_each(|x| *x = (f64::from(*x) * slope + intercept) as f32);
            Voxels::F32(v)
        }
    }
}

/// `path` with its extension `from` (possibly followed by .gz) turned into `to`; itself if it has another.
fn sibling(path: &Path, from: &str, to: &str) -> Result<PathBuf, ReadError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let bare = name.strip_suffix(".gz").unwrap_or(&name);
    let Some((stem, extension)) = bare.rsplit_once('.') else { return Ok(path.to_owned()) };
    if !extension.eq_ignore_ascii_case(from) {
        return Ok(path.to_owned());
    }
    let to = if extension.chars().all(char::is_uppercase) { to.to_uppercase() } else { to.to_owned() };
    let candidates = [format!("{stem}.{to}"), format!("{stem}.{to}.gz")].map(|name| path.with_file_name(name));
    candidates.iter().find(|c| c.is_file()).cloned().ok_or_else(|| {
        let problem = format!("its other half {} is not beside it", candidates[0].display());
        ReadError::malformed(path, problem, "copy both the .hdr and the .img file")
    })
}
