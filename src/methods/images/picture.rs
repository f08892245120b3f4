//! Slices of an image as small pictures in a few grays, with the outline of the region.

use radiomics::{Mask, Region, Volume};

/// Gray levels of a picture.
pub const GREYS: u8 = 16;

/// One slice across the last axis, drawn small.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// Picture elements of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Gray levels 0..`GREYS`, row by row from the top left.
    pub greys: Vec<u8>,
    /// Whether each element lies on the outline of the region, on its inner side.
    pub outline: Vec<bool>,
}

/// Which part of the slices is drawn, and how gray values become grays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// The part, the same in all slices.
    pub part: Region,
    /// Gray values that become black and white.
    pub window: [f64; 2],
    /// Picture elements of a row, and rows.
    pub elements: [usize; 2],
}

/// The part of the slices around `roi` (the whole slice if `whole`), as a square in millimetres where the image reaches
/// so far, drawn on at most `most` elements each way.
pub fn frame(image: &Volume, roi: &Region, whole: bool, most: usize) -> Frame {
    let (size, spacing) = (image.geometry.size, image.geometry.spacing);
    let mut part = Region { lower: [0; 3], size };
    if !whole {
        let reach = (0..2).map(|d| roi.size[d] as f64 * spacing[d]).fold(0.0, f64::max);
        for d in 0..2 {
            // Twice the region, and never fewer than 24 voxels.
            let wanted = ((2.0 * reach / spacing[d]).ceil() as usize).max(24).min(size[d]);
            let middle = roi.lower[d] + roi.size[d] / 2;
            part.lower[d] = middle.saturating_sub(wanted / 2).min(size[d] - wanted);
            part.size[d] = wanted;
        }
    }
    let extent = [0, 1].map(|d| part.size[d] as f64 * spacing[d]);
    let scale = most as f64 / extent[0].max(extent[1]);
    let elements = extent.map(|mm| ((mm * scale).round() as usize).clamp(1, most));
    Frame { part, window: window(image, &part, roi), elements }
}

/// From the 1st to the 99th percentile of the gray values in the part, over the slices of the region.
fn window(image: &Volume, part: &Region, roi: &Region) -> [f64; 2] {
    let slab =
        Region { lower: [part.lower[0], part.lower[1], roi.lower[2]], size: [part.size[0], part.size[1], roi.size[2]] };
    let mut values = image.cropped(&slab).voxels.to_f64();
    values.sort_by(f64::total_cmp);
    let at = |p: f64| values.get((p * values.len().saturating_sub(1) as f64) as usize).copied().unwrap_or(0.0);
    let [low, high] = [at(0.01), at(0.99)];
    if high > low { [low, high] } else { [low - 0.5, low + 0.5] }
}

/// Draws slice `z`; `mask` lies on the grid of the image.
pub fn slice(image: &Volume, mask: &Mask, label: u32, z: usize, frame: &Frame) -> Slice {
    let [width, height] = frame.elements;
    let geometry = &image.geometry;
    let plane = geometry.size[0] * geometry.size[1];
    let labels: Vec<u32> = mask.labels.part(z * plane..(z + 1) * plane).collect();
    // Patients are looked at from the feet, their right on the left: in LPS both axes run as on the screen.
    let flip = [0, 1].map(|d| geometry.direction[d][d] < 0.0);
    let (mut greys, mut inside) = (Vec::with_capacity(width * height), Vec::with_capacity(width * height));
    for row in 0..height {
        let ys = span(row, height, frame.part.lower[1], frame.part.size[1], flip[1]);
        for column in 0..width {
            let xs = span(column, width, frame.part.lower[0], frame.part.size[0], flip[0]);
            let (mut sum, mut labelled, mut n) = (0.0, 0, 0);
            for y in ys.clone() {
                for x in xs.clone() {
                    sum += image.voxels.get(geometry.at(x, y, z));
                    labelled += usize::from(labels[geometry.at(x, y, 0)] == label);
                    n += 1;
                }
            }
            greys.push(grey(sum / n as f64, frame.window));
            inside.push(2 * labelled >= n);
        }
    }
    let is_inside = |x: isize, y: isize| {
        let within = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
        within && inside[y as usize * width + x as usize]
    };
    let outline = (0..width * height).map(|at| {
        let (x, y) = ((at % width) as isize, (at / width) as isize);
        let enclosed = [(1, 0), (-1, 0), (0, 1), (0, -1)].iter().all(|(dx, dy)| is_inside(x + dx, y + dy));
        inside[at] && !enclosed
    });
    Slice { width, height, outline: outline.collect(), greys }
}

/// The voxels behind element `i` of `n`, at least one.
fn span(i: usize, n: usize, lower: usize, size: usize, flip: bool) -> std::ops::Range<usize> {
    let i = if flip { n - 1 - i } else { i };
    let start = i * size / n;
    let end = ((i + 1) * size / n).max(start + 1);
    lower + start..lower + end
}

fn grey(value: f64, [low, high]: [f64; 2]) -> u8 {
    let level = (value - low) / (high - low) * f64::from(GREYS);
    level.clamp(0.0, f64::from(GREYS - 1)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use radiomics::{Geometry, Labels};

    #[test]
    fn a_square_has_a_square_outline() {
        let geometry = Geometry { spacing: [1.0, 1.0, 3.0], ..Geometry::unit([40, 40, 3]) };
        let square = (10..20).flat_map(|y| (10..20).map(move |x| (x, y)));
        let labels = Labels::of_voxels(geometry.len(), square.map(|(x, y)| (geometry.at(x, y, 1), 1)));
        let image = Volume::from_f64(geometry.clone(), labels.iter().map(|l| f64::from(l) * 100.0).collect());
        let mask = Mask { geometry, labels };
        let roi = Region::of_label(&mask, 1).expect("a region");
        let frame = frame(&image, &roi, true, 40);
        assert_eq!(frame.elements, [40, 40]);
        let drawn = slice(&image, &mask, 1, 1, &frame);
        assert_eq!(drawn.outline.iter().filter(|o| **o).count(), 36);
        assert_eq!((drawn.greys[0], drawn.greys[15 * 40 + 15]), (0, GREYS - 1));
        let near = super::frame(&image, &roi, false, 24);
        assert_eq!((near.part.lower, near.part.size), ([3, 3, 0], [24, 24, 3]));
    }
}
