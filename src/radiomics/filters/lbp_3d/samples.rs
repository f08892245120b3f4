//! Values of the image on a sphere around each voxel, sixteen voxels of a row at a time.

use super::super::super::lines::{LANES, Lanes, Scalar};
use super::super::super::region::Region;
use super::super::super::volume::PixelType;
use super::sphere::Vertex;
use super::spline;

/// Spline coefficients around a region, mirrored where they reach beyond the image, and where in them the samples fall.
pub(super) struct Sphere {
    coefficients: Vec<f64>,
    held: [usize; 3],
    /// By vertex, then by sixteen voxels along x.
    rows: Vec<RowTaps>,
    blocks: usize,
    /// Along y and z, by vertex, then by voxel; `None` outside the image.
    across: [Vec<Option<Taps>>; 2],
    size: [usize; 3],
    rounding: Rounding,
}

/// The first of four coefficients and their weights.
#[derive(Debug, Clone, Copy)]
struct Taps {
    first: usize,
    weights: [f64; 4],
}

impl Taps {
    /// Those for a sample at `position` along an axis of `n` voxels, counted from coefficient `start`; `None` outside.
    fn new(position: f64, n: usize, start: i64) -> Option<Self> {
        let floor = position.floor();
        let is_inside = position >= 0.0 && position <= n as f64 - 1.0;
        is_inside
            .then(|| Self { first: (floor as i64 - 1 - start) as usize, weights: spline::weights(position - floor) })
    }
}

/// The taps along x of sixteen voxels.
struct RowTaps {
    reads: Reads,
    /// Zero for voxels whose sample lies outside the image.
    weights: [Lanes; 4],
}

/// Where the sixteen voxels find the first of their four coefficients.
enum Reads {
    /// All samples lie outside the image.
    Nowhere,
    /// Each one behind that of the voxel before.
    SideBySide(usize),
    /// Anywhere: rounding has moved a sample over a voxel's edge.
    Scattered([usize; LANES]),
}

impl RowTaps {
    fn new(taps: &[Option<Taps>]) -> Self {
        let mut weights = [[0.0; LANES]; 4];
        for (lane, taps) in taps.iter().enumerate() {
            for (i, weights) in weights.iter_mut().enumerate() {
                weights[lane] = taps.map_or(0.0, |taps| taps.weights[i]);
            }
        }
        let mut firsts = taps.iter().enumerate().filter_map(|(lane, taps)| taps.map(|taps| (lane, taps.first)));
        let reads = match firsts.next() {
            None => Reads::Nowhere,
            Some((lane, first)) if firsts.all(|(l, f)| f + lane == first + l) && first >= lane => {
                Reads::SideBySide(first - lane)
            }
            Some(_) => {
                let mut scattered = [0; LANES];
                scattered.iter_mut().zip(taps).for_each(|(to, taps)| *to = taps.map_or(0, |taps| taps.first));
                Reads::Scattered(scattered)
            }
        };
        Self { reads, weights }
    }
}

impl Sphere {
    /// Prepares the samples at `vertices` around the voxels of `region`. The coordinates of a vertex are added to the
    /// position (z, y, x), in this order.
    pub fn new<T: Scalar>(
        values: &[T],
        pixel: PixelType,
        size: [usize; 3],
        region: &Region,
        vertices: &[Vertex],
    ) -> Self {
        let blocks = region.size[0].div_ceil(LANES);
        let reach = vertices.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs())).ceil() as i64 + 2;
        let counts = [blocks * LANES, region.size[1], region.size[2]];
        let start = region.lower.map(|lower| lower as i64 - reach);
        let taps = |d: usize, v: &Vertex| -> Vec<Option<Taps>> {
            let positions = (0..counts[d]).map(|i| (region.lower[d] + i) as f64 + v[2 - d]);
            positions.map(|position| Taps::new(position, size[d], start[d])).collect()
        };
        let rows =
            vertices.iter().flat_map(|v| taps(0, v).chunks(LANES).map(RowTaps::new).collect::<Vec<_>>()).collect();
        let across = [1, 2].map(|d| vertices.iter().flat_map(|v| taps(d, v)).collect());
        let places = [0, 1, 2].map(|d| {
            let indices = start[d]..start[d] + counts[d] as i64 + 2 * reach;
            indices.map(|i| mirrored(i, size[d])).collect::<Vec<_>>()
        });
        let coefficients = coefficients(values, size, &places);
        let held = [0, 1, 2].map(|d| places[d].len());
        Self { coefficients, held, rows, blocks, across, size: region.size, rounding: Rounding::of(pixel) }
    }

    /// Number of samples around a voxel.
    pub fn vertices(&self) -> usize {
        self.rows.len() / self.blocks
    }

    /// Blocks of sixteen voxels in a row.
    pub fn blocks(&self) -> usize {
        self.blocks
    }

    /// Fills `samples`, one entry per vertex, for sixteen voxels of the region: those of `block` in row (`y`, `z`).
    #[inline(always)]
    pub fn sample(&self, block: usize, y: usize, z: usize, samples: &mut [Lanes]) {
        let [nx, ny, _] = self.held;
        for (v, sample) in samples.iter_mut().enumerate() {
            let row = &self.rows[v * self.blocks + block];
            let (ty, tz) = (self.across[0][v * self.size[1] + y], self.across[1][v * self.size[2] + z]);
            let mut sum = [0.0; LANES];
            if let (Some(ty), Some(tz)) = (ty, tz) {
                for (k, wz) in tz.weights.iter().enumerate() {
                    for (j, wy) in ty.weights.iter().enumerate() {
                        let line = &self.coefficients[nx * (ty.first + j + ny * (tz.first + k))..][..nx];
                        row.add(line, *wz, *wy, &mut sum);
                    }
                }
            }
            *sample = sum;
        }
        self.rounding.apply(samples);
    }
}

impl RowTaps {
    /// Adds the terms of one line of coefficients.
    #[inline(always)]
    fn add(&self, line: &[f64], wz: f64, wy: f64, sum: &mut Lanes) {
        match &self.reads {
            Reads::Nowhere => {}
            Reads::SideBySide(first) => {
                let line = &line[*first..][..LANES + 3];
                for (i, weights) in self.weights.iter().enumerate() {
                    for lane in 0..LANES {
                        sum[lane] += line[lane + i] * wz * wy * weights[lane];
                    }
                }
            }
            Reads::Scattered(firsts) => {
                for (i, weights) in self.weights.iter().enumerate() {
                    for lane in 0..LANES {
                        sum[lane] += line[firsts[lane] + i] * wz * wy * weights[lane];
                    }
                }
            }
        }
    }
}

/// The coefficients at the given places along x, y and z.
fn coefficients<T: Scalar>(values: &[T], size: [usize; 3], places: &[Vec<usize>; 3]) -> Vec<f64> {
    let bounds = places.each_ref().map(|places| places.iter().fold((usize::MAX, 0), |(l, h), &p| (l.min(p), h.max(p))));
    let needed = Region { lower: bounds.map(|(low, _)| low), size: bounds.map(|(low, high)| high + 1 - low) };
    let inner = spline::coefficients(values, size, &needed);
    let [nx, ny, _] = needed.size;
    let mut out = Vec::with_capacity(places.iter().map(Vec::len).product());
    for z in &places[2] {
        for y in &places[1] {
            let line = &inner[nx * (y - needed.lower[1] + ny * (z - needed.lower[2]))..][..nx];
            out.extend(places[0].iter().map(|x| line[x - needed.lower[0]]));
        }
    }
    out
}

/// Index `i` of a line of `n` voxels mirrored about its first and its last.
fn mirrored(i: i64, n: usize) -> usize {
    let period = 2 * (n as i64 - 1);
    if period == 0 {
        return 0;
    }
    let i = i.rem_euclid(period);
    i.min(period - i) as usize
}

/// How samples are stored: in the image's pixel type.
enum Rounding {
    Double,
    Single,
    /// Halves away from zero, within the type's limits.
    Integer {
        lowest: f64,
        highest: f64,
    },
}

impl Rounding {
    fn of(pixel: PixelType) -> Self {
        macro_rules! integer {
            ($t:ty) => {
                Self::Integer { lowest: <$t>::MIN as f64, highest: <$t>::MAX as f64 }
            };
        }
        match pixel {
            PixelType::F64 => Self::Double,
            PixelType::F32 => Self::Single,
            PixelType::U8 => integer!(u8),
            PixelType::I8 => integer!(i8),
            PixelType::U16 => integer!(u16),
            PixelType::I16 => integer!(i16),
            PixelType::U32 => integer!(u32),
            PixelType::I32 => integer!(i32),
            PixelType::U64 => integer!(u64),
            PixelType::I64 => integer!(i64),
        }
    }

    #[inline(always)]
    fn apply(&self, samples: &mut [Lanes]) {
        match *self {
            Self::Double => {}
            Self::Single => {
                for x in samples.as_flattened_mut() {
                    *x = f64::from(*x as f32);
                }
            }
            Self::Integer { lowest, highest } => {
                for x in samples.as_flattened_mut() {
                    *x = (*x + 0.5_f64.copysign(*x)).max(lowest).min(highest).trunc();
                }
            }
        }
    }
}
