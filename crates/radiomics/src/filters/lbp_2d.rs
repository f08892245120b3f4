//! Two-dimensional local binary patterns, slice by slice, in scikit-image's arithmetic.
//!
//! Ojala, Pietikäinen and Mäenpää, Multiresolution gray-scale and rotation invariant texture classification with local
//! binary patterns, IEEE Trans. PAMI 24 (2002).

use std::f64::consts::PI;

use super::super::settings::LbpMethod;
use volume::Region;
use volume::{PixelType, Volume, Voxels};

/// The circle of samples and what is made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbp2dSpec {
    /// Radius in voxels.
    pub radius: f64,
    /// Samples on the circle.
    pub samples: usize,
    /// How they become a number.
    pub method: LbpMethod,
    /// The axis across the slices (0 x, 1 y, 2 z).
    pub across: usize,
}

/// The patterns of every voxel of `region`, in the image's own pixel type.
///
/// Sample k lies at row -R sin(2πk/P), column R cos(2πk/P), both rounded to five decimals, and is interpolated
/// linearly between its four neighbours; those outside the slice are 0. Its bit is set if it is at least the centre.
/// Rows and columns are y and x in slices across z, z and x across y, y and z across x.
pub fn local_binary_pattern_2d(image: &Volume, spec: &Lbp2dSpec, region: &Region) -> Volume {
    let neighbourhood = Neighbourhood::new(image, spec, region);
    let mut patterns = Vec::with_capacity(region.len());
    let mut samples = vec![0.0; spec.samples];
    for z in 0..region.size[2] {
        for y in 0..region.size[1] {
            for x in 0..region.size[0] {
                let centre = neighbourhood.sample([x, y, z], &mut samples);
                patterns.push(code(&samples, centre, spec.method));
            }
        }
    }
    let voxels = stored(patterns, image.voxels.pixel_type());
    Volume { geometry: image.geometry.cropped(region), voxels }
}

/// The two rows (or columns) around a sample, as distances in memory from the first one held, if they exist, and the
/// way from one to the other.
#[derive(Debug, Clone, Copy)]
struct Between {
    low: Option<usize>,
    high: Option<usize>,
    way: f64,
}

/// The values around a region, and where in them each sample of each row and column falls.
struct Neighbourhood {
    values: Vec<f64>,
    stride: [usize; 3],
    /// From the region's first voxel to the first value held, along x, y, z.
    margin: [usize; 3],
    row_axis: usize,
    column_axis: usize,
    /// By row of the region, then by sample.
    rows: Vec<Between>,
    columns: Vec<Between>,
}

impl Neighbourhood {
    fn new(image: &Volume, spec: &Lbp2dSpec, region: &Region) -> Self {
        let (row_axis, column_axis) = [(1, 2), (2, 0), (1, 0)][spec.across];
        let size = image.geometry.size;
        let held = region.padded(spec.radius.ceil() as usize + 1, size);
        let stride = [1, held.size[0], held.size[0] * held.size[1]];
        let between = |axis: usize, offset: &dyn Fn(f64) -> f64| -> Vec<Between> {
            let place = |i: f64| {
                let exists = i >= 0.0 && i < size[axis] as f64;
                exists.then(|| (i as usize - held.lower[axis]) * stride[axis])
            };
            let rounded = |x: f64| (x * 1e5).round_ties_even() / 1e5;
            let offsets: Vec<f64> =
                (0..spec.samples).map(|k| rounded(offset(2.0 * PI * k as f64 / spec.samples as f64))).collect();
            let positions = (0..region.size[axis])
                .flat_map(|i| offsets.iter().map(move |offset| (region.lower[axis] + i) as f64 + offset));
            positions.map(|p| Between { low: place(p.floor()), high: place(p.ceil()), way: p - p.floor() }).collect()
        };
        let rows = between(row_axis, &|angle| -spec.radius * angle.sin());
        let columns = between(column_axis, &|angle| spec.radius * angle.cos());
        let margin = [0, 1, 2].map(|d| region.lower[d] - held.lower[d]);
        let values = image.cropped(&held).voxels.to_f64();
        Self { values, stride, margin, row_axis, column_axis, rows, columns }
    }

    /// Fills `samples` with those around `voxel` of the region; gives the value at the voxel itself.
    fn sample(&self, voxel: [usize; 3], samples: &mut [f64]) -> f64 {
        let place = |d: usize| (voxel[d] + self.margin[d]) * self.stride[d];
        let slice = place(3 - self.row_axis - self.column_axis);
        let value = |row: Option<usize>, column: Option<usize>| match (row, column) {
            (Some(row), Some(column)) => self.values[slice + row + column],
            _ => 0.0,
        };
        let count = samples.len();
        let rows = &self.rows[voxel[self.row_axis] * count..][..count];
        let columns = &self.columns[voxel[self.column_axis] * count..][..count];
        for ((sample, r), c) in samples.iter_mut().zip(rows).zip(columns) {
            let top = (1.0 - c.way) * value(r.low, c.low) + c.way * value(r.low, c.high);
            let bottom = (1.0 - c.way) * value(r.high, c.low) + c.way * value(r.high, c.high);
            *sample = (1.0 - r.way) * top + r.way * bottom;
        }
        self.values[place(0) + place(1) + place(2)]
    }
}

/// The number that the samples around `centre` make.
fn code(samples: &[f64], centre: f64, method: LbpMethod) -> f64 {
    let bit = |sample: f64| sample - centre >= 0.0;
    match method {
        LbpMethod::Var => variance(samples),
        LbpMethod::Uniform => {
            // From each sample to the next, but not from the last to the first.
            let changes = samples.windows(2).filter(|pair| bit(pair[0]) != bit(pair[1])).count();
            let ones = samples.iter().filter(|&&sample| bit(sample)).count();
            if changes <= 2 { ones as f64 } else { samples.len() as f64 + 1.0 }
        }
        LbpMethod::Default => number(samples.iter().map(|&sample| bit(sample))),
        LbpMethod::Ror => smallest_rotation(number(samples.iter().map(|&sample| bit(sample))) as i32, samples.len()),
    }
}

/// The bits as a number, the first being the lowest; 32-bit integers hold the weights.
fn number(bits: impl Iterator<Item = bool>) -> f64 {
    let weight = |k: usize| if k < 32 { f64::from(1_i32 << k) } else { 0.0 };
    bits.enumerate().filter(|(_, set)| *set).map(|(k, _)| weight(k)).sum()
}

/// The smallest of all rotations of a pattern of `length` bits.
fn smallest_rotation(pattern: i32, length: usize) -> f64 {
    let rotate = |bits: i32| (bits >> 1) | (bits & 1).wrapping_shl(length as u32 - 1);
    let rotations = std::iter::successors(Some(pattern), |&bits| Some(rotate(bits)));
    f64::from(rotations.take(length).min().unwrap_or(pattern))
}

/// The variance (with n) of the samples; not a number where they are all equal.
fn variance(samples: &[f64]) -> f64 {
    let n = samples.len() as f64;
    let (sum, squares) = samples.iter().fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
    let variance = (squares - sum * sum / n) / n;
    if variance == 0.0 { f64::NAN } else { variance }
}

/// The patterns in the image's type as NumPy casts them on x86: integers keep their low bits, and what is not a number
/// or beyond the processor's integers becomes the smallest of those.
fn stored(patterns: Vec<f64>, pixel: PixelType) -> Voxels {
    let narrow = |x: f64| if x > -2_147_483_649.0 && x < 2_147_483_648.0 { x as i32 } else { i32::MIN };
    let wide = |x: f64| if x > -9.3e18 && x < 9_223_372_036_854_775_808.0 { x as i64 } else { i64::MIN };
    macro_rules! cast {
        ($variant:ident, $t:ty, $cut:ident) => {
            Voxels::$variant(patterns.into_iter().map(|x| $cut(x) as $t).collect())
        };
    }
    match pixel {
        PixelType::U8 => cast!(U8, u8, narrow),
        PixelType::I8 => cast!(I8, i8, narrow),
        PixelType::U16 => cast!(U16, u16, narrow),
        PixelType::I16 => cast!(I16, i16, narrow),
        PixelType::U32 => cast!(U32, u32, wide),
        PixelType::I32 => cast!(I32, i32, narrow),
        PixelType::U64 => cast!(U64, u64, wide),
        PixelType::I64 => cast!(I64, i64, wide),
        PixelType::F32 | PixelType::F64 => Voxels::from_f64(patterns, pixel),
    }
}
