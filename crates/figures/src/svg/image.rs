//! Images on paper: rectangles of one gray level each, which every format keeps as sharp as they are.

use std::fmt::Write;

use svg::node::element::{Group, Path};

use super::ink::number;
use crate::format::fixed;
use crate::surface::Rect;

/// Elements of one level, in columns and rows of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    level: u8,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// The image of `width` elements a row, stretched over `area`; lines of `seam` pixels close the seams that viewers show
/// between rectangles that touch. None without elements.
pub fn group(area: Rect, width: usize, greys: &[u8], seam: f64) -> Option<Group> {
    let rows = greys.len().checked_div(width).filter(|rows| *rows > 0)?;
    // Lengths are whole elements: short texts, however large the image is drawn.
    let [across, down] = [area.width() / width as f64, area.height() / rows as f64];
    let place = format!("translate({} {})", number(area.left), number(area.top));
    let mut group = Group::new()
        .set("transform", format!("{place} scale({} {})", fixed(across, 5), fixed(down, 5)))
        .set("shape-rendering", "crispEdges")
        .set("stroke-width", fixed(seam / across.max(down), 4));
    for same in blocks(width, greys).chunk_by(|a, b| a.level == b.level) {
        let level = same[0].level;
        let colour = format!("#{level:02x}{level:02x}{level:02x}");
        group = group.add(Path::new().set("d", path_data(same)).set("fill", colour.as_str()).set("stroke", colour));
    }
    Some(group)
}

/// The image as few rectangles, from the darkest to the brightest: one may reach under brighter elements, which are painted
/// over it.
fn blocks(width: usize, greys: &[u8]) -> Vec<Block> {
    let rows = greys.len() / width;
    let mut painted = vec![false; greys.len()];
    let mut darkest_first: Vec<usize> = (0..rows * width).collect();
    darkest_first.sort_by_key(|at| greys[*at]);
    let mut blocks = Vec::new();
    for at in darkest_first {
        if painted[at] {
            continue;
        }
        let (level, top) = (greys[at], at / width);
        let bright = |at: &usize| greys[*at] >= level;
        let from = (top * width..at).rev().take_while(bright).last().unwrap_or(at);
        let end = (at..(top + 1) * width).take_while(bright).last().unwrap_or(at) + 1;
        let below = |row: &usize| (from..end).map(|at| at + row * width).all(|at| bright(&at));
        let height = (0..rows - top).take_while(below).count();
        for row in 0..height {
            let of_row = from + row * width..end + row * width;
            of_row.filter(|at| greys[*at] == level).for_each(|at| painted[at] = true);
        }
        blocks.push(Block { level, left: from % width, top, width: end - from, height });
    }
    blocks
}

/// The blocks as one path, each from where the one before began.
fn path_data(blocks: &[Block]) -> String {
    let mut data = String::new();
    let (mut x, mut y) = (0, 0);
    for block in blocks {
        let Block { left, top, width, height, .. } = *block;
        // Writing into a string cannot fail.
        let _ = write!(data, "m{} {}h{width}v{height}h-{width}z", left as i64 - x, top as i64 - y);
        (x, y) = (left as i64, top as i64);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is seen once all blocks are painted, one over the other.
    fn painted(width: usize, greys: &[u8]) -> Vec<u8> {
        let mut seen = vec![0; greys.len()];
        for Block { level, left, top, width: across, height } in blocks(width, greys) {
            for row in top..top + height {
                seen[row * width + left..][..across].fill(level);
            }
        }
        seen
    }

    #[test]
    fn blocks_painted_over_one_another_are_the_image() {
        let noise: Vec<u8> = (0..40 * 30u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let steps: Vec<u8> = (0..40 * 30).map(|at| (at % 40 / 8 * 40 + at / 40 / 10 * 20) as u8).collect();
        for greys in [noise, steps, vec![7; 1200]] {
            assert_eq!(painted(40, &greys), greys);
        }
    }

    #[test]
    fn what_is_even_or_enlarged_is_few_blocks() {
        assert_eq!(blocks(40, &[7; 1200]), [Block { level: 7, left: 0, top: 0, width: 40, height: 30 }]);
        // Each of 2 x 2 elements drawn as 3 x 3.
        let of = [10, 20, 30, 40];
        let greys: Vec<u8> = (0..36).map(|at| of[at / 18 * 2 + at % 6 / 3]).collect();
        assert_eq!(blocks(6, &greys).len(), 4);
        assert_eq!(path_data(&blocks(6, &greys)[1..3]), "m3 0h3v6h-3zm-3 3h6v3h-6z");
    }

    #[test]
    fn nothing_is_drawn_of_an_image_without_elements() {
        let area = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(group(area, 0, &[], 0.25).is_none() && group(area, 3, &[1, 2], 0.25).is_none());
    }
}
