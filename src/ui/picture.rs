//! A slice of an image on the screen: two picture elements a cell in half blocks, or characters of rising weight where
//! there are no colours; the outlines of the region on top.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use crate::methods::images::{GREYS, Slice};
use crate::theme::{Depth, Role, Theme};
use figures::format::Glyphs;

/// Characters from black to white.
const RAMP: &[u8] = b" .:-=+*#%@";

/// A slice as it is to be seen.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// The slice.
    pub slice: &'a Slice,
    /// Gray values that become black and white.
    pub window: [f64; 2],
    /// The element under the cursor: column and row.
    pub cursor: Option<[usize; 2]>,
    /// Letters at the left, right, upper and lower edge.
    pub sides: [&'static str; 4],
}

/// Cells that a picture of so many elements takes: columns and lines.
pub fn cells(slice: &Slice) -> (u16, u16) {
    (slice.width as u16, slice.height.div_ceil(2) as u16)
}

/// Paints a slice into the top left of `area`.
pub fn view(picture: &Picture, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let slice = picture.slice;
    let (width, height) = cells(slice);
    // The outline must stand out from the grays: without a colour for it there are characters.
    let few_colours = matches!(theme.depth(), Depth::None | Depth::Ansi16) || theme.style(Role::Accent).fg.is_none();
    let plain = theme.glyphs() == Glyphs::Ascii || few_colours;
    for line in 0..height.min(area.height) {
        let mut before = None;
        for column in 0..width.min(area.width) {
            let element = |row: usize| (row < slice.height).then_some(row * slice.width + usize::from(column));
            let upper = usize::from(line) * 2;
            let pair = (element(upper).unwrap_or(0), element(upper + 1));
            let cell = &mut buf[(area.x + column, area.y + line)];
            if plain {
                let (character, role) = weight(picture, pair);
                cell.set_char(character).set_style(theme.style(role));
            } else {
                let inks = calm(picture, pair, before);
                before = Some(inks);
                let (above, below) = (colour(inks.0, theme), inks.1.map(|ink| colour(ink, theme)));
                match below {
                    // A cell of one colour needs no character.
                    Some(below) if below == above => cell.set_char(' ').set_style(Style::new().bg(above)),
                    Some(below) => cell.set_char('▀').set_style(Style::new().fg(above).bg(below)),
                    None => cell.set_char('▀').set_style(Style::new().fg(above)),
                };
            }
        }
    }
    let mark = |column: u16, line: u16, sign: &str, style: Style, buf: &mut Buffer| {
        if column < width.min(area.width) && line < height.min(area.height) {
            buf[(area.x + column, area.y + line)].set_symbol(sign).set_style(style);
        }
    };
    // On the picture itself letters need a ground of their own.
    let reversed = theme.style(Role::Title).add_modifier(Modifier::REVERSED);
    let (right, bottom) = (width.saturating_sub(1), height.saturating_sub(1));
    let edges = [(0, bottom / 2), (right, bottom / 2), (right / 2, 0), (right / 2, bottom)];
    for ((column, line), letter) in edges.into_iter().zip(picture.sides).filter(|(_, letter)| !letter.is_empty()) {
        mark(column, line, letter, theme.style(Role::Dim).add_modifier(Modifier::REVERSED), buf);
    }
    if let Some([x, y]) = picture.cursor {
        mark(x as u16, (y / 2) as u16, "+", reversed, buf);
    }
}

/// What an element is painted with.
#[derive(Clone, Copy, PartialEq)]
enum Ink {
    Grey(u8),
    Outline,
    Other,
}

fn ink(picture: &Picture, at: usize) -> Ink {
    match (picture.slice.outline[at], picture.slice.other[at]) {
        (true, _) => Ink::Outline,
        (false, true) => Ink::Other,
        _ => Ink::Grey(picture.slice.grey(at, picture.window)),
    }
}

/// The inks of a cell. Grays a single level apart, which hardly anybody sees, are taken as equal, those of the cell
/// before too: what does not change costs nothing on the line.
fn calm(picture: &Picture, pair: (usize, Option<usize>), before: Option<(Ink, Option<Ink>)>) -> (Ink, Option<Ink>) {
    let near = |one: Ink, other: Ink| match (one, other) {
        (Ink::Grey(level), Ink::Grey(before)) if level.abs_diff(before) <= 1 => other,
        _ => one,
    };
    let (mut above, mut below) = (ink(picture, pair.0), pair.1.map(|at| ink(picture, at)));
    below = below.map(|below| near(below, above));
    if let Some((above_before, below_before)) = before {
        above = near(above, above_before);
        below = below.zip(below_before).map(|(below, before)| near(below, before));
    }
    (above, below)
}

fn weight(picture: &Picture, (upper, lower): (usize, Option<usize>)) -> (char, Role) {
    let slice = picture.slice;
    let lower = lower.unwrap_or(upper);
    if slice.outline[upper] || slice.outline[lower] {
        return ('O', Role::Accent);
    }
    if slice.other[upper] || slice.other[lower] {
        return ('x', Role::Warn);
    }
    let grey = |at: usize| u16::from(slice.grey(at, picture.window));
    let mean = (grey(upper) + grey(lower)) / 2;
    let at = usize::from(mean) * (RAMP.len() - 1) / usize::from(GREYS - 1);
    (RAMP[at] as char, Role::Text)
}

fn colour(ink: Ink, theme: &Theme) -> Color {
    match ink {
        Ink::Outline => theme.style(Role::Accent).fg.unwrap_or(Color::Reset),
        Ink::Other => theme.style(Role::Warn).fg.unwrap_or(Color::Reset),
        Ink::Grey(level) => {
            let value = (u16::from(level) * 255 / u16::from(GREYS - 1)) as u8;
            theme.depth().reduce(Style::new().fg(Color::Rgb(value, value, value))).fg.unwrap_or(Color::Reset)
        }
    }
}
