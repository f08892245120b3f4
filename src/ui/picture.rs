//! A slice of an image on the screen: two picture elements a cell in half blocks, or characters of rising weight where
//! there are no colours; the outline of the region on top.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use crate::methods::images::Slice;
use crate::theme::{Depth, Role, Theme};
use figures::format::Glyphs;

/// Gray levels of a picture.
const GREYS: u16 = 16;
/// Characters from black to white.
const RAMP: &[u8] = b" .:-=+*#%@";

/// Cells that a picture of so many elements takes: columns and lines.
pub fn cells(slice: &Slice) -> (u16, u16) {
    (slice.width as u16, slice.height.div_ceil(2) as u16)
}

/// Paints a slice into the top left of `area`.
pub fn view(slice: &Slice, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (width, height) = cells(slice);
    // The outline must stand out from the grays: without a colour for it there are characters.
    let few_colours = matches!(theme.depth(), Depth::None | Depth::Ansi16) || theme.style(Role::Accent).fg.is_none();
    let plain = theme.glyphs() == Glyphs::Ascii || few_colours;
    for line in 0..height.min(area.height) {
        for column in 0..width.min(area.width) {
            let element = |row: usize| (row < slice.height).then_some(row * slice.width + usize::from(column));
            let upper = usize::from(line) * 2;
            let pair = (element(upper).unwrap_or(0), element(upper + 1));
            let cell = &mut buf[(area.x + column, area.y + line)];
            if plain {
                let (character, role) = weight(slice, pair);
                cell.set_char(character).set_style(theme.style(role));
            } else {
                let colour = |at: usize| colour(slice, at, theme);
                let above = colour(pair.0);
                // Grays a single level apart, which hardly anybody sees, are taken as equal: a cell of one colour is short.
                let alike = |at: usize| {
                    !slice.outline[at] && !slice.outline[pair.0] && slice.greys[at].abs_diff(slice.greys[pair.0]) <= 1
                };
                let below = pair.1.map(|at| if alike(at) { above } else { colour(at) });
                match below {
                    // A cell of one colour needs no character.
                    Some(below) if below == above => cell.set_char(' ').set_style(Style::new().bg(above)),
                    Some(below) => cell.set_char('▀').set_style(Style::new().fg(above).bg(below)),
                    None => cell.set_char('▀').set_style(Style::new().fg(above)),
                };
            }
        }
    }
}

fn weight(slice: &Slice, (upper, lower): (usize, Option<usize>)) -> (char, Role) {
    let lower = lower.unwrap_or(upper);
    if slice.outline[upper] || slice.outline[lower] {
        return ('O', Role::Accent);
    }
    let mean = (u16::from(slice.greys[upper]) + u16::from(slice.greys[lower])) / 2;
    let at = usize::from(mean) * (RAMP.len() - 1) / usize::from(GREYS - 1);
    (RAMP[at] as char, Role::Text)
}

fn colour(slice: &Slice, at: usize, theme: &Theme) -> Color {
    if slice.outline[at] {
        return theme.style(Role::Accent).fg.unwrap_or(Color::Reset);
    }
    let value = (u16::from(slice.greys[at]) * 255 / (GREYS - 1)) as u8;
    theme.depth().reduce(Style::new().fg(Color::Rgb(value, value, value))).fg.unwrap_or(Color::Reset)
}
