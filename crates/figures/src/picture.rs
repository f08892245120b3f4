//! Slices of images: gray elements, outlines of regions, a bar of millimetres.

use std::collections::BTreeMap;

use crate::role::Role;
use crate::surface::{Anchor, Pattern, Point, Rect, Stroke, Surface};

/// A slice of an image with outlines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Picture {
    /// Elements of a row.
    pub width: usize,
    /// Gray levels, row by row from the top left: 0 black, 255 white.
    pub greys: Vec<u8>,
    /// Width and height in millimetres.
    pub field: [f64; 2],
    /// Regions that are outlined.
    pub regions: Vec<PictureRegion>,
    /// What is to be known: the plane, the place, the gray values that are black and white.
    pub caption: String,
    /// Letters at the left, right, upper and lower edge that say which way the picture lies: `R`, `L`, `A`, `P`; none where
    /// they are empty.
    pub sides: [&'static str; 4],
}

/// A region of a picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PictureRegion {
    /// Its name in the legend.
    pub label: String,
    /// What it means.
    pub role: Role,
    /// Whether each element belongs to it.
    pub inside: Vec<bool>,
    /// The pattern of its outline.
    pub pattern: Pattern,
}

/// What stands for the outlines of the regions in characters.
const MARKS: [&str; 3] = ["o", "x", "+"];

impl Picture {
    /// Rows of elements.
    pub fn height(&self) -> usize {
        self.greys.len().checked_div(self.width).unwrap_or(0)
    }

    pub(super) fn preferred_lines(&self, columns: usize) -> usize {
        let [across, down] = self.field;
        let lines = if across > 0.0 { columns as f64 * down / across / 2.0 } else { 0.0 };
        lines.ceil() as usize + 1 + self.regions.len()
    }

    /// Whether the element in `column` of `row` belongs to `region`; outside of the picture none does.
    fn holds(&self, region: &PictureRegion, column: isize, row: isize) -> bool {
        let within = (0..self.width as isize).contains(&column) && (0..self.height() as isize).contains(&row);
        within && region.inside.get(row as usize * self.width + column as usize).copied().unwrap_or(false)
    }
}

impl Picture {
    /// The outlines of a region: corners of elements, column and row, with the region to the right of the way from each to the
    /// next; the last is the first again. Corners on the way straight on are left out.
    fn outlines(&self, region: &PictureRegion) -> Vec<Vec<(usize, usize)>> {
        let mut edges: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
        for at in (0..self.greys.len()).filter(|at| region.inside.get(*at) == Some(&true)) {
            let (x, y) = (at % self.width, at / self.width);
            let open = |dx: isize, dy: isize| !self.holds(region, x as isize + dx, y as isize + dy);
            let around = [
                (open(0, -1), (x, y), (x + 1, y)),
                (open(1, 0), (x + 1, y), (x + 1, y + 1)),
                (open(0, 1), (x + 1, y + 1), (x, y + 1)),
                (open(-1, 0), (x, y + 1), (x, y)),
            ];
            for (_, from, to) in around.into_iter().filter(|(open, ..)| *open) {
                edges.entry(from).or_default().push(to);
            }
        }
        let mut outlines = Vec::new();
        while let Some((&start, _)) = edges.iter().find(|(_, ends)| !ends.is_empty()) {
            let (mut at, mut before, mut corners) = (start, None, vec![start]);
            while let Some(next) = edges.get_mut(&at).and_then(|ends| turned_right(before, at, ends)) {
                let goes_on = before.is_some_and(|before| way(before, at) == way(at, next));
                if goes_on {
                    corners.pop();
                }
                corners.push(next);
                (before, at) = (Some(at), next);
                if at == start {
                    break;
                }
            }
            outlines.push(corners);
        }
        outlines
    }
}

/// Takes the end of an edge that begins at `at`: where two elements touch at a corner alone, the one that keeps to the element
/// that the way has followed so far.
fn turned_right(
    before: Option<(usize, usize)>,
    at: (usize, usize),
    ends: &mut Vec<(usize, usize)>,
) -> Option<(usize, usize)> {
    let right = before.map(|before| {
        let (x, y) = way(before, at);
        (-y, x)
    });
    let chosen = ends.iter().position(|end| Some(way(at, *end)) == right);
    (!ends.is_empty()).then(|| ends.swap_remove(chosen.unwrap_or(0)))
}

/// The direction from one corner to the next.
fn way(from: (usize, usize), to: (usize, usize)) -> (isize, isize) {
    let sign = |from: usize, to: usize| (to as isize - from as isize).signum();
    (sign(from.0, to.0), sign(from.1, to.1))
}

/// Draws `picture` into `area`, as large as its shape allows, with its legend below.
pub fn draw(picture: &Picture, area: Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let (rows, foot) = (picture.height(), line * (1 + picture.regions.len()) as f64);
    let [across, down] = picture.field;
    if rows == 0 || !(across > 0.0 && down > 0.0) || area.height() <= foot {
        return;
    }
    // Lines of text are about twice as high as characters are wide.
    let stretch = if surface.paper() { 1.0 } else { 2.0 };
    let scale = (area.width() / across / stretch).min((area.height() - foot) / down);
    let (width, height) = (across * scale * stretch, down * scale);
    // Elements end where the text below begins.
    let height = if surface.paper() { height } else { height.floor().max(1.0) };
    let image = Rect::new(area.left, area.top, area.left + width, area.top + height);
    surface.image(image, picture.width, &picture.greys);
    let field = |column: usize, row: usize| image.field([picture.width, rows], column, row);
    // The first region is what is analysed: its outline lies on top.
    for (at, region) in picture.regions.iter().enumerate().rev() {
        draw_outline(picture, region, MARKS[at % MARKS.len()], &field, surface);
    }
    draw_sides(picture, image, &field, surface);
    if surface.paper() {
        draw_bar(area.left + character, area.top + height - 0.6 * line, scale, width / 4.0, surface);
    }
    let mut y = area.top + height + line * 0.8;
    surface.text(Point::new(area.left, y), Anchor::Start, Role::Dim, &picture.caption);
    let named = picture.regions.iter().zip(MARKS.iter().cycle()).filter(|(region, _)| !region.label.is_empty());
    for (region, mark) in named {
        y += line;
        if surface.paper() {
            let ends = [Point::new(area.left, y), Point::new(area.left + 3.0 * character, y)];
            surface.line(&ends, Stroke { role: region.role, pattern: region.pattern, thin: false });
        } else {
            surface.text(Point::new(area.left + character, y), Anchor::Start, region.role, mark);
        }
        surface.text(Point::new(area.left + 4.0 * character, y), Anchor::Start, Role::Text, &region.label);
    }
}

/// The edges between a region and what is around it, as closed lines, so that dashes run on from one edge to the next; in
/// characters the elements along them.
fn draw_outline(
    picture: &Picture,
    region: &PictureRegion,
    mark: &str,
    field: &impl Fn(usize, usize) -> Rect,
    surface: &mut dyn Surface,
) {
    let stroke = Stroke { role: region.role, pattern: region.pattern, thin: false };
    if surface.paper() {
        for corners in picture.outlines(region) {
            let at = |(column, row): &(usize, usize)| {
                let Rect { left, top, .. } = field(*column, *row);
                Point::new(left, top)
            };
            surface.line(&corners.iter().map(at).collect::<Vec<_>>(), stroke);
        }
        return;
    }
    for at in (0..picture.greys.len()).filter(|at| region.inside.get(*at) == Some(&true)) {
        let (column, row) = (at % picture.width, at / picture.width);
        let around = [(0, -1), (0, 1), (-1, 0), (1, 0)];
        if around.iter().any(|(x, y)| !picture.holds(region, column as isize + x, row as isize + y)) {
            surface.text(field(column, row).centre(), Anchor::Start, region.role, mark);
        }
    }
}

/// The letters in the middle of the edges of `image`, on white plates where it is a picture, else in place of elements.
fn draw_sides(picture: &Picture, image: Rect, field: &impl Fn(usize, usize) -> Rect, surface: &mut dyn Surface) {
    let (character, line) = surface.em();
    let (centre, right, bottom) = (image.centre(), picture.width - 1, picture.height() - 1);
    let on_paper = [
        Point::new(image.left + 1.2 * character, centre.y),
        Point::new(image.right - 1.2 * character, centre.y),
        Point::new(centre.x, image.top + 0.9 * line),
        Point::new(centre.x, image.bottom - 0.9 * line),
    ];
    let elements = [(0, bottom / 2), (right, bottom / 2), (right / 2, 0), (right / 2, bottom)];
    for ((at, (column, row)), letter) in on_paper.into_iter().zip(elements).zip(picture.sides) {
        match (letter.is_empty(), surface.paper()) {
            (true, _) => {}
            (false, true) => {
                let (half, high) = (0.8 * character, 0.6 * line);
                let plate = Rect::new(at.x - half, at.y - high, at.x + half, at.y + high);
                surface.image(plate, 1, &[u8::MAX]);
                surface.text(at, Anchor::Middle, Role::Text, letter);
            }
            (false, false) => surface.text(field(column, row).centre(), Anchor::Start, Role::Text, letter),
        }
    }
}

/// A bar of a round number of millimetres, at most `longest` long, on a white plate: an image may have any gray beneath it.
fn draw_bar(x: f64, y: f64, scale: f64, longest: f64, surface: &mut dyn Surface) {
    let round = [100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0];
    let Some(mm) = round.into_iter().find(|mm| mm * scale <= longest) else { return };
    let (character, line) = surface.em();
    let ends = [Point::new(x, y), Point::new(x + mm * scale, y)];
    let plate = Rect::new(x - 0.5 * character, y - 1.1 * line, ends[1].x + 0.5 * character, y + 0.3 * line);
    surface.image(plate, 1, &[u8::MAX]);
    surface.line(&ends, Stroke::solid(Role::Text));
    let at = Point::new(x + mm * scale / 2.0, y - 0.6 * line);
    surface.text(at, Anchor::Middle, Role::Text, &format!("{mm} mm"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outlines of what is marked in three rows of four elements.
    fn outlines(rows: [&str; 3]) -> Vec<Vec<(usize, usize)>> {
        let inside: Vec<bool> = rows.concat().chars().map(|c| c == '#').collect();
        let region = PictureRegion { inside, ..PictureRegion::default() };
        Picture { width: 4, greys: vec![0; 12], field: [4.0, 3.0], ..Picture::default() }.outlines(&region)
    }

    #[test]
    fn a_region_is_one_closed_line_of_its_corners() {
        assert_eq!(outlines([".##.", ".##.", "...."]), [[(1, 0), (3, 0), (3, 2), (1, 2), (1, 0)]]);
        let corner = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2), (0, 0)];
        assert_eq!(outlines(["##..", "#...", "...."]), [corner]);
    }

    #[test]
    fn a_hole_and_elements_that_touch_at_a_corner_have_lines_of_their_own() {
        let ring = outlines(["###.", "#.#.", "###."]);
        assert_eq!(ring.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5], "{ring:?}");
        let touching = outlines(["#...", ".#..", "...."]);
        assert_eq!(touching.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5], "{touching:?}");
    }
}
