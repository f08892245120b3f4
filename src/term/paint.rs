//! Cells as control sequences: each style is one short sequence, and the 16 colours are those of a terminal that knows
//! no more.

use std::io::{self, Write};

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Attributes and their numbers in SGR.
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// What characters look like that are written next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

/// Writes cells at their columns and rows, from a plain pen to a plain pen.
pub fn paint<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = (u16, u16, &'a Cell)>) -> io::Result<()> {
    let mut pen = PLAIN;
    let mut before = None::<(u16, u16)>;
    for (x, y, cell) in cells {
        match before {
            Some((column, row)) if row == y && column + 1 == x => {}
            Some((_, row)) if row == y => write!(out, "\x1b[{}G", x + 1)?,
            _ => write!(out, "\x1b[{};{}H", y + 1, x + 1)?,
        }
        let foreground = if is_seen_through(cell) { pen.foreground } else { cell.fg };
        let next = Pen { foreground, background: cell.bg, modifier: cell.modifier };
        change(out, pen, next)?;
        out.extend_from_slice(cell.symbol().as_bytes());
        (pen, before) = (next, Some((x, y)));
    }
    change(out, pen, PLAIN)
}

/// A blank whose foreground nobody sees.
fn is_seen_through(cell: &Cell) -> bool {
    let drawn = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
    cell.symbol() == " " && !cell.modifier.intersects(drawn)
}

fn change(out: &mut Vec<u8>, mut old: Pen, new: Pen) -> io::Result<()> {
    if old == new {
        return Ok(());
    }
    if new == PLAIN {
        return out.write_all(b"\x1b[m");
    }
    out.write_all(b"\x1b[")?;
    let start = out.len();
    // Attributes are taken away together: not every terminal knows how to take one away.
    if !new.modifier.contains(old.modifier) {
        out.write_all(b"0;")?;
        old = PLAIN;
    }
    let added = new.modifier.difference(old.modifier);
    for (_, number) in ATTRIBUTES.iter().filter(|(attribute, _)| added.contains(*attribute)) {
        write!(out, "{number};")?;
    }
    if new.foreground != old.foreground {
        colour(out, new.foreground, 30)?;
    }
    if new.background != old.background {
        colour(out, new.background, 40)?;
    }
    debug_assert!(out.len() > start, "pens that differ differ in something");
    out.pop();
    out.write_all(b"m")
}

/// The numbers of a colour, each with a semicolon behind it; `first` is 30 for the foreground and 40 for the background.
fn colour(out: &mut Vec<u8>, colour: Color, first: u8) -> io::Result<()> {
    let of_16 = match colour {
        Color::Reset => 9,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 60,
        Color::LightRed => 61,
        Color::LightGreen => 62,
        Color::LightYellow => 63,
        Color::LightBlue => 64,
        Color::LightMagenta => 65,
        Color::LightCyan => 66,
        Color::White => 67,
        Color::Indexed(i) => return write!(out, "{};5;{i};", first + 8),
        Color::Rgb(r, g, b) => return write!(out, "{};2;{r};{g};{b};", first + 8),
    };
    write!(out, "{};", first + of_16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn painted(styles: &[Style]) -> String {
        let cells: Vec<Cell> = styles.iter().map(|style| Cell::new("x").set_style(*style).clone()).collect();
        let mut out = Vec::new();
        paint(&mut out, cells.iter().zip(0..).map(|(cell, x)| (x, 0, cell))).expect("memory takes every byte");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_16_colours_need_no_more_than_16() {
        let style = Style::new().fg(Color::Yellow).bg(Color::LightBlue);
        assert_eq!(painted(&[style]), "\x1b[1;1H\x1b[33;104mx\x1b[m");
        assert_eq!(painted(&[Style::new().fg(Color::Indexed(208))]), "\x1b[1;1H\x1b[38;5;208mx\x1b[m");
    }

    #[test]
    fn only_what_changes_is_said() {
        let bold = Style::new().bold();
        assert_eq!(painted(&[bold, bold, bold.reversed()]), "\x1b[1;1H\x1b[1mxx\x1b[7mx\x1b[m");
        assert_eq!(painted(&[bold.red(), Style::new().red()]), "\x1b[1;1H\x1b[1;31mx\x1b[0;31mx\x1b[m");
        assert_eq!(painted(&[Style::new(), Style::new()]), "\x1b[1;1Hxx");
        let (mut red, blank) = (Cell::new("x"), Cell::new(" "));
        red.set_style(Style::new().red());
        let mut out = Vec::new();
        paint(&mut out, [(0, 0, &red), (1, 0, &blank), (2, 0, &red)]).expect("memory takes every byte");
        assert_eq!(out, b"\x1b[1;1H\x1b[31mx x\x1b[m");
    }

    /// A terminal shows what the buffer holds, whatever changes from one cell to the next.
    #[test]
    fn a_terminal_shows_every_cell_as_it_is() {
        let colours = [Color::Reset, Color::Red, Color::White, Color::Indexed(200), Color::Rgb(1, 2, 3)];
        let modifiers = [Modifier::empty(), Modifier::BOLD, Modifier::REVERSED | Modifier::UNDERLINED];
        let mut buffer = Buffer::empty(Rect::new(0, 0, 15, 15));
        for y in 0..15_u16 {
            for x in 0..15_u16 {
                let (i, j) = (usize::from(x), usize::from(y));
                let style = Style::new().fg(colours[i % 5]).bg(colours[j % 5]).add_modifier(modifiers[(i * j) % 3]);
                buffer.set_string(x, y, ((b'a' + (x + y) as u8) as char).to_string(), style);
            }
        }
        let blank = Buffer::empty(buffer.area);
        let mut out = Vec::new();
        paint(&mut out, blank.diff(&buffer)).expect("memory takes every byte");
        let size = std::num::NonZeroU16::new(15).expect("15");
        let mut terminal = vt100::Parser::new(size, size, 0);
        terminal.process(&out);
        let of = |colour: Color| match colour {
            Color::Red => vt100::Color::Idx(1),
            Color::White => vt100::Color::Idx(15),
            Color::Indexed(i) => vt100::Color::Idx(i),
            Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
            _ => vt100::Color::Default,
        };
        for y in 0..15 {
            for x in 0..15 {
                let (cell, shown) = (&buffer[(x, y)], terminal.screen().cell(y, x).expect("a cell"));
                assert_eq!(shown.contents(), cell.symbol());
                assert_eq!((shown.fgcolor(), shown.bgcolor()), (of(cell.fg), of(cell.bg)), "{x} {y}");
                assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
                assert_eq!(shown.inverse(), cell.modifier.contains(Modifier::REVERSED));
                assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
            }
        }
    }
}
