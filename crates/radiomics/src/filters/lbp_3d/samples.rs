//! Values of the image on a sphere around each voxel, sixteen voxels of a row at a time.

use super::super::super::lines::{LANES, Lanes, Scalar};
use super::sphere::Vertex;
use super::spline;
use volume::PixelType;
use volume::Region;

/// Spline coefficients around a region, mirrored where they reach beyond the image, and where in them the samples fall.
pub(super) struct Sphere {
    coefficients: Vec<f64>,
    held: [usize; 3],
    /// Along x, by vertex.
    rows: Vec<RowTaps>,
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

/// The taps along x of the voxels of a row, and of [`LANES`] behind its end.
struct RowTaps {
    /// Position of the first voxel's first coefficient, where each voxel's is one behind that of the voxel before. Else
    /// rounding has moved a sample over a voxel's edge, or all lie outside the image.
    side_by_side: Option<usize>,
    /// The first coefficient of each voxel.
    firsts: Vec<usize>,
    /// By tap, then by voxel; zero for those whose sample lies outside the image.
    weights: [Vec<f64>; 4],
}

impl RowTaps {
    fn new(taps: &[Option<Taps>]) -> Self {
        let firsts = taps.iter().map(|taps| taps.map_or(0, |taps| taps.first)).collect();
        let mut starts = (0..).zip(taps).filter_map(|(x, taps)| taps.map(|taps| taps.first as i64 - x));
        let start = starts.next().filter(|&start| start >= 0 && starts.all(|other| other == start));
        let weights = [0, 1, 2, 3].map(|i| taps.iter().map(|taps| taps.map_or(0.0, |taps| taps.weights[i])).collect());
        Self { side_by_side: start.map(|start| start as usize), firsts, weights }
    }

    /// Adds to `sum` the terms of four lines of coefficients, each times its weights along y and z, for the voxels from `x`
    /// on: the sum, y slowest and x fastest, of ((c wz) wy) wx.
    #[inline(always)]
    fn add<'a>(
        &self,
        x: usize,
        wz: f64,
        wys: &[f64; 4],
        line: impl Fn(usize) -> &'a [f64],
        weighted: &mut Weighted,
        sum: &mut [f64],
    ) {
        let [a, b, c, d] = &self.weights;
        let voxels = x..x + sum.len();
        let weights = [&a[voxels.clone()], &b[voxels.clone()], &c[voxels.clone()], &d[voxels.clone()]];
        if let Some(start) = self.side_by_side {
            for (j, wy) in wys.iter().enumerate() {
                let line = &line(j)[start + x..];
                for (weighted, c) in weighted[j][..sum.len() + 3].iter_mut().zip(line) {
                    *weighted = c * wz * wy;
                }
            }
            return add_side_by_side(weighted, weights, sum);
        }
        let firsts = &self.firsts[voxels];
        for (j, wy) in wys.iter().enumerate() {
            let line = line(j);
            for (i, weights) in weights.iter().enumerate() {
                for ((sum, first), weight) in sum.iter_mut().zip(firsts).zip(*weights) {
                    *sum += line[first + i] * wz * wy * weight;
                }
            }
        }
    }
}

/// Four lines of coefficients times their weights along y and z, which the taps along x share.
type Weighted = [Vec<f64>; 4];

/// Adds to each sum four neighbours of each line.
#[inline(always)]
fn add_side_by_side<'l>(lines: &'l Weighted, weights: [&[f64]; 4], sum: &mut [f64]) {
    let n = sum.len();
    let neighbours = |line: &'l [f64]| [&line[..n], &line[1..n + 1], &line[2..n + 2], &line[3..n + 3]];
    let [first, second, third, fourth] = lines;
    let lines = [neighbours(first), neighbours(second), neighbours(third), neighbours(fourth)];
    let [a, b, c, d] = weights;
    let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
    for x in 0..n {
        let mut total = sum[x];
        for [first, second, third, fourth] in &lines {
            total += first[x] * a[x];
            total += second[x] * b[x];
            total += third[x] * c[x];
            total += fourth[x] * d[x];
        }
        sum[x] = total;
    }
}

/// The samples around the voxels of a part of a row, and room to work in.
pub(super) struct RowSamples {
    /// By sixteen voxels, then by vertex.
    pub blocks: Vec<Vec<Lanes>>,
    weighted: Weighted,
    sum: Vec<f64>,
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
        let reach = vertices.iter().flatten().fold(0.0_f64, |most, x| most.max(x.abs())).ceil() as i64 + 2;
        let counts = [region.size[0] + LANES, region.size[1], region.size[2]];
        let start = region.lower.map(|lower| lower as i64 - reach);
        let taps = |d: usize, v: &Vertex| -> Vec<Option<Taps>> {
            let positions = (0..counts[d]).map(|i| (region.lower[d] + i) as f64 + v[2 - d]);
            positions.map(|position| Taps::new(position, size[d], start[d])).collect()
        };
        let rows = vertices.iter().map(|v| RowTaps::new(&taps(0, v))).collect();
        let across = [1, 2].map(|d| vertices.iter().flat_map(|v| taps(d, v)).collect());
        let places = [0, 1, 2].map(|d| {
            let indices = start[d]..start[d] + counts[d] as i64 + 2 * reach;
            indices.map(|i| mirrored(i, size[d])).collect::<Vec<_>>()
        });
        let coefficients = coefficients(values, size, &places);
        let held = [0, 1, 2].map(|d| places[d].len());
        Self { coefficients, held, rows, across, size: region.size, rounding: Rounding::of(pixel) }
    }

    /// Number of voxels of a row of the region.
    pub fn row_len(&self) -> usize {
        self.size[0]
    }

    /// Room for the samples of a row.
    pub fn room(&self) -> RowSamples {
        let blocks = self.size[0].div_ceil(LANES);
        RowSamples {
            blocks: vec![vec![[0.0; LANES]; self.rows.len()]; blocks],
            weighted: [0; 4].map(|_| vec![0.0; self.held[0]]),
            sum: vec![0.0; blocks * LANES],
        }
    }

    /// The samples for `blocks` times sixteen voxels of row (`y`, `z`) of the region, from `x` on; the last ones may lie
    /// behind its end.
    #[inline(always)]
    pub fn sample(&self, [x, y, z]: [usize; 3], blocks: usize, samples: &mut RowSamples) {
        let [nx, ny, _] = self.held;
        let RowSamples { blocks: sampled, weighted, sum } = samples;
        let sum = &mut sum[..blocks * LANES];
        for (v, row) in self.rows.iter().enumerate() {
            sum.fill(0.0);
            let (ty, tz) = (self.across[0][v * self.size[1] + y], self.across[1][v * self.size[2] + z]);
            if let (Some(ty), Some(tz)) = (ty, tz) {
                for (k, wz) in tz.weights.iter().enumerate() {
                    let line = |j: usize| &self.coefficients[nx * (ty.first + j + ny * (tz.first + k))..][..nx];
                    row.add(x, *wz, &ty.weights, line, weighted, sum);
                }
            }
            self.rounding.apply(sum);
            for (block, sum) in sampled.iter_mut().zip(sum.as_chunks::<LANES>().0) {
                block[v] = *sum;
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
    fn apply(&self, samples: &mut [f64]) {
        match *self {
            Self::Double => {}
            Self::Single => {
                for x in samples {
                    *x = f64::from(*x as f32);
                }
            }
            Self::Integer { lowest, highest } => {
                for x in samples {
                    *x = (*x + 0.5_f64.copysign(*x)).max(lowest).min(highest).trunc();
                }
            }
        }
    }
}
