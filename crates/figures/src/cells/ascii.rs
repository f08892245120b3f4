//! Lines and areas in ASCII: `_ |` for steps, characters by slope for the rest, one after the other per cell.

use crate::surface::{Fill, Pattern, Point};

/// Cell and character of a drawn line.
pub type Inked = (i64, i64, char);

/// Horizontal and vertical characters of a step line. They differ so that curves can be told apart where they run
/// side by side.
fn step_characters(pattern: Pattern) -> (char, char) {
    match pattern {
        Pattern::Solid => ('_', '|'),
        Pattern::Dashed => ('-', ':'),
        Pattern::Dotted => ('.', '.'),
        Pattern::DashDot => ('~', ';'),
        Pattern::LongDashed => ('=', '!'),
        Pattern::DashDotDot => ('"', '\''),
    }
}

/// The cells of a line along and across, `_` at the bottom of its cell and `|` below it.
pub fn steps(points: &[Point], pattern: Pattern) -> Vec<Inked> {
    let (along, across) = step_characters(pattern);
    let mut inked = Vec::new();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (cell(pair[0]), cell(pair[1]));
        if y0 == y1 {
            inked.extend((x0.min(x1)..=x0.max(x1)).map(|x| (x, y0, along)));
        } else {
            // The last cell of the line above keeps its character: the drop begins below it.
            inked.extend((y0.min(y1) + 1..=y0.max(y1)).map(|y| (x0, y, across)));
        }
    }
    inked
}

/// The cells of a line in any direction.
pub fn line(points: &[Point], pattern: Pattern) -> Vec<Inked> {
    let mut inked: Vec<Inked> = Vec::new();
    let mut travelled = 0;
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
        let length = dx.abs().max(dy.abs()).ceil().max(1.0);
        let character = slope(dx, dy);
        for step in 0..=length as i64 {
            let share = step as f64 / length;
            let (x, y) = cell(Point::new(pair[0].x + dx * share, pair[0].y + dy * share));
            if inked.last().is_some_and(|last| (last.0, last.1) == (x, y)) {
                continue;
            }
            travelled += 1;
            match pattern {
                Pattern::Solid => inked.push((x, y, character)),
                Pattern::Dashed if travelled % 3 > 0 => inked.push((x, y, character)),
                Pattern::Dotted if character == '|' => inked.push((x, y, ':')),
                Pattern::Dotted if travelled % 2 == 0 => inked.push((x, y, '.')),
                Pattern::DashDot if travelled % 2 == 0 => inked.push((x, y, ':')),
                Pattern::LongDashed if travelled % 6 > 0 => inked.push((x, y, '=')),
                Pattern::DashDotDot if travelled % 3 == 0 => inked.push((x, y, '~')),
                Pattern::DashDotDot if travelled % 3 == 1 => inked.push((x, y, '.')),
                _ => {}
            }
        }
    }
    inked
}

fn slope(dx: f64, dy: f64) -> char {
    match (dx.abs(), dy.abs()) {
        (across, down) if down <= 0.4 * across => '-',
        (across, down) if across <= 0.4 * down => '|',
        _ if (dx > 0.0) == (dy > 0.0) => '\\',
        _ => '/',
    }
}

/// The cells of the area between two lines with the same `x`.
pub fn fill(upper: &[Point], lower: &[Point], fill: Fill) -> Vec<Inked> {
    let character = match fill {
        Fill::Band(_) => '.',
        Fill::Solid(_) => '#',
        Fill::Area(_, texture) => ['#', ':', '=', '%', '+'][texture % 5],
    };
    let mut inked = Vec::new();
    for (up, low) in upper.windows(2).zip(lower.windows(2)) {
        let (first, last) = (cell(up[0]).0, cell(up[1]).0);
        for x in first..=last {
            let share = if last == first { 0.0 } else { (x - first) as f64 / (last - first) as f64 };
            let top = up[0].y + (up[1].y - up[0].y) * share;
            let bottom = low[0].y + (low[1].y - low[0].y) * share;
            let lines = top.min(bottom).floor() as i64..=(top.max(bottom) - 1e-9).floor() as i64;
            let sparse = matches!(fill, Fill::Band(_));
            inked.extend(lines.filter(|y| !sparse || (x + 2 * y) % 4 == 0).map(|y| (x, y, character)));
        }
    }
    inked
}

fn cell(at: Point) -> (i64, i64) {
    (at.x.floor() as i64, at.y.floor() as i64)
}
