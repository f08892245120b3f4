//! What is on the terminal, and the fewest bytes that turn it into what should be: one write a frame, none for an unchanged one.

use std::io::{self, Write};

use crossterm::{cursor, queue, terminal};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::paint;

/// Reports of buttons and wheel, in the form that knows no largest column.
const TAKE_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const LEAVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// The picture on a terminal behind `W`.
pub struct Screen<W: Write> {
    out: W,
    shown: Buffer,
    cursor: Option<(u16, u16)>,
    stale: bool,
}

impl<W: Write> Screen<W> {
    /// A terminal of `width` x `height` cells about which nothing is known yet.
    pub fn new(out: W, width: u16, height: u16) -> Self {
        Self { out, shown: Buffer::empty(Rect::new(0, 0, width, height)), cursor: None, stale: true }
    }

    /// The area to draw into.
    pub fn area(&self) -> Rect {
        self.shown.area
    }

    /// The terminal has another size now.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.shown = Buffer::empty(Rect::new(0, 0, width, height));
        self.stale = true;
    }

    /// Forgets what is shown, so that the next frame is painted whole.
    pub fn forget(&mut self) {
        self.shown.reset();
        self.stale = true;
    }

    /// Forgets what is shown in `area`: all of it is painted with the next frame, blanks as well.
    pub fn forget_in(&mut self, area: Rect) {
        let area = area.intersection(self.shown.area);
        for position in area.positions() {
            // Nothing that a frame has.
            self.shown[position].set_symbol("\u{fffe}");
        }
    }

    /// Shows `next`, with the cursor at `cursor` or hidden, in a single write, inside a synchronized update unless it is small.
    pub fn show(&mut self, next: Buffer, cursor: Option<(u16, u16)>) -> io::Result<()> {
        debug_assert_eq!(next.area, self.shown.area);
        let changes: Vec<_> = self.shown.diff(&next);
        if changes.is_empty() && !self.stale && cursor == self.cursor {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(8 * 1024);
        // A few cells, such as progress, are on the screen at once anyway.
        let synchronized = changes.len() > 16;
        if synchronized {
            queue!(frame, terminal::BeginSynchronizedUpdate)?;
        }
        if self.stale {
            queue!(frame, cursor::Hide, terminal::Clear(terminal::ClearType::All))?;
        }
        paint(&mut frame, changes)?;
        match cursor {
            Some((x, y)) => queue!(frame, cursor::MoveTo(x, y), cursor::Show)?,
            None if self.cursor.is_some() => queue!(frame, cursor::Hide)?,
            None => {}
        }
        if synchronized {
            queue!(frame, terminal::EndSynchronizedUpdate)?;
        }
        self.out.write_all(&frame)?;
        self.out.flush()?;
        self.shown = next;
        self.cursor = cursor;
        self.stale = false;
        Ok(())
    }

    /// Takes clicks and the wheel, or leaves them to the terminal; the mouse's moves are never asked for.
    pub fn mouse(&mut self, take: bool) -> io::Result<()> {
        self.send_bytes(if take { TAKE_MOUSE } else { LEAVE_MOUSE })
    }

    /// Sends bytes between frames, in one write.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// The writer behind the screen.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 2));
        buffer.set_string(0, 0, text, ratatui::style::Style::default());
        buffer
    }

    #[test]
    fn an_unchanged_frame_sends_nothing() {
        let mut screen = Screen::new(Vec::new(), 20, 2);
        screen.show(frame("hazard"), None).expect("memory takes every byte");
        let first = screen.writer().len();
        assert!(first > 0);
        screen.show(frame("hazard"), None).expect("memory takes every byte");
        assert_eq!(screen.writer().len(), first);
        screen.show(frame("hazarD"), None).expect("memory takes every byte");
        assert!(screen.writer().len() - first < 60, "one cell costs few bytes");
    }
}
