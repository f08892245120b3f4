//! Slices of an image as small pictures, with the outlines of regions.

use serde::{Deserialize, Serialize};

use super::plane::Axes;
use radiomics::{Geometry, Mask, Region, Volume};

/// Gray levels of a picture.
pub const GREYS: u8 = 16;

/// One slice across the last axis, drawn small.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Slice {
    /// Picture elements of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The mean gray value behind each element, row by row from the top left.
    pub values: Vec<f32>,
    /// Whether each element lies on the outline of the region, on its inner side.
    pub outline: Vec<bool>,
    /// The same of the region as it was drawn another time.
    pub other: Vec<bool>,
    /// Whether each element lies in the region, and in the one drawn another time.
    pub inside: [Vec<bool>; 2],
}

/// How much of a slice is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zoom {
    /// All of it.
    Whole,
    /// Twice the region.
    #[default]
    Near,
    /// The region with a margin.
    Close,
}

/// Which part of the slices is drawn, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The grid of the image.
    pub geometry: Geometry,
    /// How the plane lies on it.
    pub axes: Axes,
    /// The part, the same in all slices.
    pub part: Region,
    /// Picture elements of a row, and rows.
    pub elements: [usize; 2],
}

/// A region on the grid of an image, voxel by voxel.
pub struct Inside(Vec<bool>);

impl Inside {
    /// The voxels of `label`.
    pub fn of(mask: &Mask, label: u32) -> Self {
        Self(mask.labels.iter().map(|found| found == label).collect())
    }
}

impl Zoom {
    /// The next nearer one; after the nearest the whole slice.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Whole => Self::Near,
            Self::Near => Self::Close,
            Self::Close => Self::Whole,
        }
    }

    /// What is drawn of an axis, as a multiple of the region, and the fewest voxels.
    fn reach(self) -> Option<(f64, usize)> {
        match self {
            Self::Whole => None,
            Self::Near => Some((2.0, 24)),
            Self::Close => Some((1.25, 12)),
        }
    }
}

impl Frame {
    /// The part of the slices around `roi`, as a square in millimetres where the image reaches so far, drawn on at most
    /// `most` elements each way.
    pub fn new(geometry: &Geometry, axes: Axes, roi: &Region, zoom: Zoom, most: usize) -> Self {
        let (size, spacing) = (geometry.size, geometry.spacing);
        let mut part = Region { lower: [0; 3], size };
        if let Some((times, fewest)) = zoom.reach() {
            let reach = axes.along.map(|d| roi.size[d] as f64 * spacing[d]).into_iter().fold(0.0, f64::max);
            for d in axes.along {
                let wanted = ((times * reach / spacing[d]).ceil() as usize).max(fewest).min(size[d]);
                let middle = roi.lower[d] + roi.size[d] / 2;
                part.lower[d] = middle.saturating_sub(wanted / 2).min(size[d] - wanted);
                part.size[d] = wanted;
            }
        }
        let extent = axes.along.map(|d| part.size[d] as f64 * spacing[d]);
        let scale = most as f64 / extent[0].max(extent[1]);
        let elements = extent.map(|mm| ((mm * scale).round() as usize).clamp(1, most));
        Self { geometry: geometry.clone(), axes, part, elements }
    }

    /// How many slices there are.
    pub fn depth(&self) -> usize {
        self.geometry.size[self.axes.through]
    }

    /// What a picture shows each way, in mm.
    pub fn field(&self) -> [f64; 2] {
        self.axes.along.map(|d| self.part.size[d] as f64 * self.geometry.spacing[d])
    }

    /// Where slice `at` lies along the patient's axis across the plane, in mm.
    pub fn place(&self, at: usize) -> f64 {
        let mut index = self.geometry.size.map(|size| (size as f64 - 1.0) / 2.0);
        index[self.axes.through] = at as f64;
        self.geometry.position(index)[self.axes.patient]
    }

    /// The voxel in the middle of an element of slice `at`, and its position in mm.
    pub fn voxel(&self, [column, row]: [usize; 2], at: usize) -> ([usize; 3], [f64; 3]) {
        let mut index = [at; 3];
        for (way, element) in [column, row].into_iter().enumerate() {
            let span = self.span(way, element.min(self.elements[way].saturating_sub(1)));
            index[self.axes.along[way]] = span.start + (span.len() - 1) / 2;
        }
        (index, self.geometry.position(index.map(|i| i as f64)))
    }

    /// How many voxels an element shows the mean of.
    pub fn voxels_behind(&self, [column, row]: [usize; 2]) -> usize {
        self.span(0, column).len() * self.span(1, row).len()
    }

    /// From the 1st to the 99th percentile of the gray values in the part, over the slices of the region.
    pub fn window(&self, image: &Volume, roi: &Region) -> [f64; 2] {
        let mut slab = self.part;
        slab.lower[self.axes.through] = roi.lower[self.axes.through];
        slab.size[self.axes.through] = roi.size[self.axes.through];
        let mut values = image.cropped(&slab).voxels.to_f64();
        values.sort_by(f64::total_cmp);
        let at = |p: f64| values.get((p * values.len().saturating_sub(1) as f64) as usize).copied().unwrap_or(0.0);
        [at(0.01), at(0.99)]
    }

    /// The voxels behind element `i` along one way of the picture, at least one.
    fn span(&self, way: usize, i: usize) -> std::ops::Range<usize> {
        let (n, d) = (self.elements[way], self.axes.along[way]);
        let (lower, size) = (self.part.lower[d], self.part.size[d]);
        let i = if self.axes.flip[way] { n - 1 - i } else { i };
        let start = i * size / n;
        let end = ((i + 1) * size / n).max(start + 1);
        lower + start..lower + end
    }

    /// Draws slice `at` with the outlines of `regions`, first the one that the analysis uses.
    pub fn slice(&self, image: &Volume, regions: [Option<&Inside>; 2], at: usize) -> Slice {
        let [width, height] = self.elements;
        let mut values = Vec::with_capacity(width * height);
        let mut inside = [Vec::with_capacity(width * height), Vec::with_capacity(width * height)];
        for row in 0..height {
            let down = self.span(1, row);
            for column in 0..width {
                let (mut sum, mut labelled, mut n) = (0.0, [0; 2], 0);
                for v in down.clone() {
                    for u in self.span(0, column) {
                        let mut index = [at; 3];
                        (index[self.axes.along[0]], index[self.axes.along[1]]) = (u, v);
                        let voxel = self.geometry.at(index[0], index[1], index[2]);
                        sum += image.voxels.get(voxel);
                        for (count, region) in labelled.iter_mut().zip(regions) {
                            *count += usize::from(region.is_some_and(|region| region.0[voxel]));
                        }
                        n += 1;
                    }
                }
                values.push((sum / n as f64) as f32);
                for (inside, count) in inside.iter_mut().zip(labelled) {
                    inside.push(2 * count >= n);
                }
            }
        }
        let [outline, other] = [0, 1].map(|region| outline(&inside[region], width, height));
        Slice { width, height, values, outline, other, inside }
    }

    /// How many voxels of a region each slice holds.
    pub fn areas(&self, region: &Inside) -> Vec<usize> {
        let mut areas = vec![0; self.depth()];
        let [nx, ny, _] = self.geometry.size;
        for (voxel, _) in region.0.iter().enumerate().filter(|(_, inside)| **inside) {
            areas[[voxel % nx, voxel / nx % ny, voxel / nx / ny][self.axes.through]] += 1;
        }
        areas
    }
}

impl Slice {
    /// The level of an element's gray value between `low` and `high`: 0 to [`GREYS`] - 1.
    pub fn grey(&self, element: usize, [low, high]: [f64; 2]) -> u8 {
        let value = self.values.get(element).copied().map_or(low, f64::from);
        let level = (value - low) / (high - low) * f64::from(GREYS);
        level.clamp(0.0, f64::from(GREYS - 1)) as u8
    }
}

/// The elements of a region that have a neighbour outside of it.
fn outline(inside: &[bool], width: usize, height: usize) -> Vec<bool> {
    let is_inside = |x: isize, y: isize| {
        let within = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        within && inside[y as usize * width + x as usize]
    };
    let on_outline = |at: usize| {
        let (x, y) = ((at % width) as isize, (at / width) as isize);
        let enclosed = [(1, 0), (-1, 0), (0, 1), (0, -1)].iter().all(|(dx, dy)| is_inside(x + dx, y + dy));
        inside[at] && !enclosed
    };
    (0..width * height).map(on_outline).collect()
}

#[cfg(test)]
mod tests {
    use super::super::plane::Plane;
    use super::*;
    use radiomics::Labels;

    /// A square of 10 x 10 voxels in the middle of three slices.
    fn square() -> (Volume, Mask) {
        let geometry = Geometry { spacing: [1.0, 1.0, 3.0], ..Geometry::unit([40, 40, 3]) };
        let square = (10..20).flat_map(|y| (10..20).map(move |x| (x, y)));
        let labels = Labels::of_voxels(geometry.len(), square.map(|(x, y)| (geometry.at(x, y, 1), 1)));
        let image = Volume::from_f64(geometry.clone(), labels.iter().map(|l| f64::from(l) * 100.0).collect());
        (image, Mask { geometry, labels })
    }

    #[test]
    fn a_square_has_a_square_outline() {
        let (image, mask) = square();
        let roi = Region::of_label(&mask, 1).expect("a region");
        let axes = Plane::Acquired.axes(&image.geometry);
        let frame = Frame::new(&image.geometry, axes, &roi, Zoom::Whole, 40);
        assert_eq!(frame.elements, [40, 40]);
        let inside = Inside::of(&mask, 1);
        assert_eq!(frame.areas(&inside), [0, 100, 0]);
        let drawn = frame.slice(&image, [Some(&inside), None], 1);
        assert_eq!(drawn.outline.iter().filter(|o| **o).count(), 36);
        assert!(drawn.other.iter().all(|o| !o));
        let window = [0.0, 100.0];
        assert_eq!((drawn.grey(0, window), drawn.grey(15 * 40 + 15, window)), (0, GREYS - 1));
        let near = Frame::new(&image.geometry, axes, &roi, Zoom::Near, 24);
        assert_eq!((near.part.lower, near.part.size), ([3, 3, 0], [24, 24, 3]));
        assert_eq!(near.voxel([0, 0], 1), ([3, 3, 1], [3.0, 3.0, 3.0]));
    }

    #[test]
    fn across_the_slices_the_square_is_a_bar_in_the_middle() {
        let (image, mask) = square();
        let roi = Region::of_label(&mask, 1).expect("a region");
        let frame = Frame::new(&image.geometry, Plane::Coronal.axes(&image.geometry), &roi, Zoom::Whole, 40);
        // 40 mm wide and three slices of 3 mm high.
        assert_eq!((frame.elements, frame.depth(), frame.field()), ([40, 9], 40, [40.0, 9.0]));
        let inside = Inside::of(&mask, 1);
        let drawn = frame.slice(&image, [Some(&inside), None], 15);
        let lit: Vec<usize> = (0..360).filter(|at| drawn.values[*at] > 50.0).collect();
        assert_eq!((lit.len(), lit[0], lit[29]), (30, 3 * 40 + 10, 5 * 40 + 19));
        assert_eq!((frame.place(15), frame.areas(&inside)[15], frame.areas(&inside)[9]), (15.0, 10, 0));
    }
}
