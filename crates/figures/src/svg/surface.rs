//! A sheet of paper as something to draw on.

use std::fmt::Write;

use svg::node::element::{Circle, Group, Path, Rectangle, Text, Title};

use super::fonts;
use super::image;
use super::ink::{colour, dashes, number};
use crate::role::Role;
use crate::surface::{Anchor, Fill, Ink, Marker, Point, Rect, Side, Stroke, Surface};

const TICK: f64 = 4.0;
const LINE: f64 = 1.6;
const THIN: f64 = 1.0;
/// The colour of missing values in a heat map.
const MISSING: &str = "#cccccc";

/// Elements in the order in which they are painted.
pub struct SvgSurface {
    width: f64,
    height: f64,
    drawing: Group,
    /// The fields of heat maps, by level; the last are missing values.
    heat: [String; Role::HEAT + 1],
    /// Images, each a group of its own.
    images: Vec<Group>,
}

/// Fields of one colour, side by side with others. A line of the same colour closes the seams that viewers of PDF show
/// between fields that touch.
fn fields(data: String, fill: &str) -> Path {
    let path = Path::new().set("d", data).set("fill", fill).set("shape-rendering", "crispEdges");
    path.set("stroke", fill).set("stroke-width", SEAM)
}

/// The width of that line, in pixels.
const SEAM: f64 = 0.25;

impl SvgSurface {
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, drawing: Group::new(), heat: Default::default(), images: Vec::new() }
    }

    /// The whole document; `title` is for screen readers and tooltips. `pixel` is the length of one in millimetres, for a
    /// sheet whose size is given in these.
    pub fn finish(self, title: &str, pixel: Option<f64>) -> String {
        let length = |pixels: f64| match pixel {
            Some(pixel) => format!("{}mm", number(pixels * pixel)),
            None => number(pixels),
        };
        let sheet = Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "#ffffff");
        let drawing = self
            .drawing
            .set("font-family", fonts::FAMILY)
            .set("font-size", fonts::SIZE)
            .set("stroke-linejoin", "round");
        let mut document = svg::Document::new()
            .set("viewBox", format!("0 0 {} {}", number(self.width), number(self.height)))
            .set("width", length(self.width))
            .set("height", length(self.height));
        if !title.is_empty() {
            document = document.set("role", "img").add(Title::new(printable(title)));
        }
        document = document.add(sheet);
        // One path for all fields of a level: a map of many thousand fields stays a small file.
        for (level, data) in self.heat.into_iter().enumerate().filter(|(_, data)| !data.is_empty()) {
            let fill = if level < Role::HEAT { colour(Role::Heat(level as u8)) } else { MISSING };
            document = document.add(fields(data, fill));
        }
        for image in self.images {
            document = document.add(image);
        }
        format!("{}\n", document.add(drawing))
    }

    fn add(&mut self, node: impl Into<Box<dyn svg::Node>>) {
        use svg::Node;
        self.drawing.append(node);
    }

    fn path(&mut self, data: String, stroke: Stroke) {
        if data.is_empty() {
            return;
        }
        let mut path = Path::new()
            .set("d", data)
            .set("fill", "none")
            .set("stroke", colour(stroke.role))
            .set("stroke-width", number(if stroke.thin { THIN } else { LINE }));
        if let Some(dashes) = dashes(stroke.pattern, stroke.thin) {
            path = path.set("stroke-dasharray", dashes);
        }
        self.add(path);
    }

    fn rectangle(&mut self, area: Rect) -> Rectangle {
        Rectangle::new()
            .set("x", number(area.left))
            .set("y", number(area.top))
            .set("width", number(area.width().max(0.0)))
            .set("height", number(area.height().max(0.0)))
    }

    fn label(&self, at: Point, anchor: Anchor, role: Role, text: &str) -> Text {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let mut label = Text::new(printable(text))
            .set("x", number(at.x))
            .set("y", number(at.y + 0.35 * fonts::SIZE))
            .set("fill", colour(role));
        if anchor != "start" {
            label = label.set("text-anchor", anchor);
        }
        if role == Role::Title {
            label = label.set("font-weight", "bold");
        }
        label
    }
}

/// `text` without characters that XML does not allow.
fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// The path through `points`, without those that are too near to the one before or on a straight line along or across.
fn path_data(points: &[Point]) -> String {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if kept.last().is_some_and(|last| (last.x - point.x).abs() < 0.02 && (last.y - point.y).abs() < 0.02) {
            continue;
        }
        if let [.., before, last] = kept.as_slice()
            && (before.x == last.x && last.x == point.x || before.y == last.y && last.y == point.y)
        {
            kept.pop();
        }
        kept.push(*point);
    }
    let mut data = String::new();
    for (index, point) in kept.iter().enumerate() {
        let command = if index == 0 { "M" } else { " L" };
        // Writing into a string cannot fail.
        let _ = write!(data, "{command}{},{}", number(point.x), number(point.y));
    }
    data
}

impl Ink for SvgSurface {
    fn text(&mut self, at: Point, anchor: Anchor, role: Role, text: &str) {
        if !text.trim().is_empty() {
            let label = self.label(at, anchor, role, text);
            self.add(label);
        }
    }

    fn line(&mut self, points: &[Point], stroke: Stroke) {
        self.path(path_data(points), stroke);
    }

    fn steps(&mut self, points: &[Point], stroke: Stroke) {
        self.path(path_data(points), stroke);
    }

    fn fill(&mut self, upper: &[Point], lower: &[Point], fill: Fill) {
        let outline: Vec<Point> = upper.iter().chain(lower.iter().rev()).copied().collect();
        let opacity = match fill {
            Fill::Band(_) => "0.16",
            Fill::Area(..) => "0.45",
            Fill::Solid(_) => "1",
        };
        let data = path_data(&outline);
        if !data.is_empty() {
            self.add(Path::new().set("d", data + " Z").set("fill", colour(fill.role())).set("fill-opacity", opacity));
        }
    }

    fn bar(&mut self, area: Rect, _side: Side, fill: Fill) {
        let bar = self.rectangle(area).set("fill", colour(fill.role())).set("fill-opacity", "0.75");
        self.add(bar.set("stroke", "#ffffff").set("stroke-width", "0.6"));
    }

    fn box_plot(&mut self, summary: [f64; 5], y: f64, half_height: f64, role: Role) {
        let [low, q1, median, q3, high] = summary;
        let half = half_height.min(14.0);
        let stroke = Stroke { role, pattern: crate::Pattern::Solid, thin: true };
        for (from, to) in [(low, q1), (q3, high)] {
            self.line(&[Point::new(from, y), Point::new(to, y)], stroke);
        }
        for end in [low, high] {
            self.line(&[Point::new(end, y - half / 2.0), Point::new(end, y + half / 2.0)], stroke);
        }
        let body = self.rectangle(Rect::new(q1, y - half, q3, y + half));
        self.add(body.set("fill", "#ffffff").set("fill-opacity", "0.75").set("stroke", colour(role)));
        self.line(&[Point::new(median, y - half), Point::new(median, y + half)], Stroke::solid(role));
    }

    fn marker(&mut self, at: Point, marker: Marker, role: Role) {
        let polygon = |corners: &[(f64, f64)]| {
            let points: Vec<Point> = corners.iter().map(|(x, y)| Point::new(at.x + x, at.y + y)).collect();
            Path::new().set("d", path_data(&points) + " Z").set("fill", colour(role))
        };
        let circle =
            |radius: f64| Circle::new().set("cx", number(at.x)).set("cy", number(at.y)).set("r", number(radius));
        match marker {
            Marker::Dot => self.add(circle(1.6).set("fill", colour(role)).set("fill-opacity", "0.6")),
            Marker::Disc => self.add(circle(3.4).set("fill", colour(role))),
            Marker::Circle => {
                self.add(circle(3.2).set("fill", "#ffffff").set("stroke", colour(role)).set("stroke-width", "1.4"))
            }
            Marker::Square => self.add(polygon(&[(-3.2, -3.2), (3.2, -3.2), (3.2, 3.2), (-3.2, 3.2)])),
            Marker::Triangle => self.add(polygon(&[(0.0, -4.2), (4.0, 3.0), (-4.0, 3.0)])),
            Marker::Diamond => self.add(polygon(&[(0.0, -4.4), (4.4, 0.0), (0.0, 4.4), (-4.4, 0.0)])),
            Marker::Cross => {
                let stroke = Stroke::solid(role);
                self.line(&[Point::new(at.x - 3.0, at.y - 3.0), Point::new(at.x + 3.0, at.y + 3.0)], stroke);
                self.line(&[Point::new(at.x - 3.0, at.y + 3.0), Point::new(at.x + 3.0, at.y - 3.0)], stroke);
            }
        }
    }

    fn censored(&mut self, at: Point, role: Role) {
        let stroke = Stroke::thin(role, crate::Pattern::Solid);
        self.line(&[Point::new(at.x, at.y - 3.5), Point::new(at.x, at.y + 3.5)], stroke);
    }
}

impl Surface for SvgSurface {
    fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    fn em(&self) -> (f64, f64) {
        (fonts::SIZE * 0.52, fonts::SIZE * 1.3)
    }

    fn text_width(&self, text: &str) -> f64 {
        fonts::text_width(text)
    }

    fn inset(&self) -> (f64, f64) {
        (0.0, 0.0)
    }

    fn axis_room(&self) -> f64 {
        TICK + 4.0
    }

    fn paper(&self) -> bool {
        true
    }

    fn marked(&self) -> bool {
        false
    }

    fn text_upwards(&mut self, at: Point, role: Role, text: &str) {
        let turn = format!("rotate(-90 {} {})", number(at.x), number(at.y));
        let label = self.label(at, Anchor::Middle, role, text).set("transform", turn);
        self.add(label);
    }

    fn heat(&mut self, area: Rect, level: Option<u8>) {
        let index = level.map_or(Role::HEAT, |level| usize::from(level).min(Role::HEAT - 1));
        let (x, y) = (number(area.left), number(area.top));
        let (right, bottom) = (number(area.right), number(area.bottom));
        // Writing into a string cannot fail.
        let _ = write!(self.heat[index], "M{x},{y}H{right}V{bottom}H{x}Z");
    }

    fn image(&mut self, area: Rect, width: usize, greys: &[u8]) {
        self.images.extend(image::group(area, width, greys, SEAM));
    }

    fn category(&mut self, area: Rect, index: usize) {
        let field = self.rectangle(area);
        self.add(field.set("fill", colour(Role::series(index))).set("shape-rendering", "crispEdges"));
    }

    fn whisker(&mut self, from: (f64, bool), to: (f64, bool), y: f64, role: Role) {
        let stroke = Stroke::solid(role);
        self.line(&[Point::new(from.0, y), Point::new(to.0, y)], stroke);
        for ((x, cut), outwards) in [(from, -1.0), (to, 1.0)] {
            let head = if cut {
                vec![Point::new(x - 5.0 * outwards, y - 3.0), Point::new(x, y), Point::new(x - 5.0 * outwards, y + 3.0)]
            } else {
                vec![Point::new(x, y - 3.0), Point::new(x, y + 3.0)]
            };
            self.line(&head, stroke);
        }
    }

    fn axis(&mut self, side: Side, plot: Rect, ticks: &[f64]) {
        let (spine, marks): ([Point; 2], Vec<[Point; 2]>) = match side {
            Side::Left => (
                [Point::new(plot.left, plot.top), Point::new(plot.left, plot.bottom)],
                ticks.iter().map(|y| [Point::new(plot.left - TICK, *y), Point::new(plot.left, *y)]).collect(),
            ),
            Side::Bottom => (
                [Point::new(plot.left, plot.bottom), Point::new(plot.right, plot.bottom)],
                ticks.iter().map(|x| [Point::new(*x, plot.bottom), Point::new(*x, plot.bottom + TICK)]).collect(),
            ),
        };
        let data: Vec<String> = std::iter::once(spine).chain(marks).map(|ends| path_data(&ends)).collect();
        self.path(data.join(" "), Stroke::thin(Role::Axis, crate::Pattern::Solid));
    }

    fn scale(&mut self, from: f64, to: f64, y: f64, ticks: &[f64]) {
        let marks = ticks.iter().map(|x| [Point::new(*x, y), Point::new(*x, y + TICK)]);
        let spine = [Point::new(from, y), Point::new(to, y)];
        let data: Vec<String> = std::iter::once(spine).chain(marks).map(|ends| path_data(&ends)).collect();
        self.path(data.join(" "), Stroke::thin(Role::Axis, crate::Pattern::Solid));
    }

    fn frame(&mut self, area: Rect, role: Role) {
        let frame = self.rectangle(area).set("fill", "#ffffff").set("stroke", colour(role)).set("rx", "2");
        self.add(frame);
    }

    fn connector(&mut self, points: &[Point], arrow: bool) {
        self.path(path_data(points), Stroke::thin(Role::Axis, crate::Pattern::Solid));
        let (true, [.., before, end]) = (arrow, points) else { return };
        let (dx, dy) = (
            (end.x - before.x).signum() * f64::from(end.x != before.x),
            (end.y - before.y).signum() * f64::from(end.y != before.y),
        );
        let corner =
            |along: f64, across: f64| Point::new(end.x - dx * along - dy * across, end.y - dy * along - dx * across);
        let head = path_data(&[*end, corner(6.0, 3.0), corner(6.0, -3.0)]) + " Z";
        self.add(Path::new().set("d", head).set("fill", colour(Role::Axis)));
    }
}
