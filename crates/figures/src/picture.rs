//! Slices of images: gray elements, outlines of regions, a bar of millimetres.

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
    let field = |column: usize, row: usize| {
        let x = |at: usize| area.left + width * at as f64 / picture.width as f64;
        let y = |at: usize| area.top + height * at as f64 / rows as f64;
        Rect::new(x(column), y(row), x(column + 1), y(row + 1))
    };
    for (at, grey) in picture.greys.iter().enumerate() {
        surface.grey(field(at % picture.width, at / picture.width), *grey);
    }
    // The first region is what is analysed: its outline lies on top.
    for (at, region) in picture.regions.iter().enumerate().rev() {
        draw_outline(picture, region, MARKS[at % MARKS.len()], &field, surface);
    }
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

/// The edges between a region and what is around it; in characters the elements along them.
fn draw_outline(
    picture: &Picture,
    region: &PictureRegion,
    mark: &str,
    field: &impl Fn(usize, usize) -> Rect,
    surface: &mut dyn Surface,
) {
    let stroke = Stroke { role: region.role, pattern: region.pattern, thin: false };
    for at in (0..picture.greys.len()).filter(|at| region.inside.get(*at) == Some(&true)) {
        let (column, row) = (at % picture.width, at / picture.width);
        let open = |x: isize, y: isize| !picture.holds(region, column as isize + x, row as isize + y);
        let Rect { left, top, right, bottom } = field(column, row);
        let edges = [
            (open(0, -1), [Point::new(left, top), Point::new(right, top)]),
            (open(0, 1), [Point::new(left, bottom), Point::new(right, bottom)]),
            (open(-1, 0), [Point::new(left, top), Point::new(left, bottom)]),
            (open(1, 0), [Point::new(right, top), Point::new(right, bottom)]),
        ];
        if surface.paper() {
            edges.iter().filter(|(open, _)| *open).for_each(|(_, ends)| surface.line(ends, stroke));
        } else if edges.iter().any(|(open, _)| *open) {
            surface.text(field(column, row).centre(), Anchor::Start, region.role, mark);
        }
    }
}

/// A bar of a round number of millimetres, at most `longest` long, on a white plate: an image may have any gray beneath it.
fn draw_bar(x: f64, y: f64, scale: f64, longest: f64, surface: &mut dyn Surface) {
    let round = [100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0];
    let Some(mm) = round.into_iter().find(|mm| mm * scale <= longest) else { return };
    let (character, line) = surface.em();
    let ends = [Point::new(x, y), Point::new(x + mm * scale, y)];
    surface.grey(Rect::new(x - 0.5 * character, y - 1.1 * line, ends[1].x + 0.5 * character, y + 0.3 * line), u8::MAX);
    surface.line(&ends, Stroke::solid(Role::Text));
    let at = Point::new(x + mm * scale / 2.0, y - 0.6 * line);
    surface.text(at, Anchor::Middle, Role::Text, &format!("{mm} mm"));
}
