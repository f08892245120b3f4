//! Which pictures are on the terminal, and the thread that draws those that are to be: the last ones asked for.

use std::io::{self, Write};

use crossbeam_channel::{Sender, unbounded};

use super::{Cell, Protocol, drawn, kitty_away};
use crate::app::event::Event;
use crate::term::screen::Screen;
use crate::theme::Plate;

/// The pictures of a terminal that shows them.
pub struct Pictures {
    protocol: Protocol,
    /// What is to be on the terminal.
    wanted: Vec<Plate>,
    /// Which of them are on it.
    shown: Vec<bool>,
    /// How often something else was wanted.
    number: u64,
    drawer: Sender<(u64, Vec<(usize, Plate)>)>,
}

impl Pictures {
    /// Nothing yet; what is drawn comes back as an event.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(protocol: Protocol, cell: Cell, events: Sender<Event>) -> io::Result<Self> {
        let (drawer, orders) = unbounded::<(u64, Vec<(usize, Plate)>)>();
        std::thread::Builder::new().name("pictures".into()).spawn(move || {
            while let Ok(mut order) = orders.recv() {
                // Only the last is still wanted: it has all that is not on the terminal.
                while let Ok(next) = orders.try_recv() {
                    order = next;
                }
                if events.send(Event::Picture(order.0, drawn(&order.1, protocol, cell))).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { protocol, wanted: Vec::new(), shown: Vec::new(), number: 0, drawer })
    }

    /// Before a frame is shown: takes away what is not wanted any more, and has drawn what is wanted and not there.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn want<W: Write>(&mut self, plates: Vec<Plate>, screen: &mut Screen<W>) -> io::Result<()> {
        let stays = |at: usize| {
            let (before, now) = (self.wanted.get(at), plates.get(at));
            before.zip(now).is_some_and(|(before, now)| before.is_same(now))
        };
        if plates.len() == self.wanted.len() && (0..plates.len()).all(stays) {
            return Ok(());
        }
        let is_shown = |at: usize| self.shown.get(at).is_some_and(|shown| *shown);
        let shown: Vec<bool> = (0..plates.len()).map(|at| stays(at) && is_shown(at)).collect();
        let gone: Vec<usize> = (0..self.wanted.len()).filter(|at| is_shown(*at) && !stays(*at)).collect();
        match self.protocol {
            _ if gone.is_empty() => {}
            Protocol::Kitty => screen.send_bytes(&kitty_away(&gone))?,
            // Characters take the place of pixels where they are painted again.
            _ if shown.contains(&true) => gone.iter().for_each(|at| screen.forget_in(self.wanted[*at].area)),
            _ => screen.forget(),
        }
        self.number += 1;
        (self.wanted, self.shown) = (plates, shown);
        let missing = self.wanted.iter().cloned().enumerate().filter(|(at, _)| !self.shown[*at]);
        let missing: Vec<(usize, Plate)> = missing.collect();
        if !missing.is_empty() {
            // Without the thread there are characters.
            let _ = self.drawer.send((self.number, missing));
        }
        Ok(())
    }

    /// Whether what was asked for by this number is still wanted.
    pub fn is_wanted(&self, number: u64) -> bool {
        number == self.number && !self.wanted.is_empty()
    }

    /// Shows what was drawn, if it is still wanted.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn show<W: Write>(&mut self, number: u64, bytes: &[u8], screen: &mut Screen<W>) -> io::Result<()> {
        if self.is_wanted(number) {
            self.shown.fill(true);
            screen.send_bytes(bytes)?;
        }
        Ok(())
    }

    /// The terminal may be in any state: nothing is on it.
    pub fn forget(&mut self) {
        self.wanted.clear();
        self.shown.clear();
        self.number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::{Axis, Chart, Figure};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn plate(left: u16, name: &str) -> Plate {
        let chart = Chart { x: Axis::linear(name).between(0.0, 1.0), ..Chart::default() };
        Plate { area: Rect::new(left, 0, 30, 10), figure: Figure::new("", chart) }
    }

    fn frame(text: &str) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 64, 10));
        buffer.set_string(0, 1, text, Style::default());
        buffer.set_string(32, 1, "histogram", Style::default());
        buffer
    }

    /// What is sent when the left of two pictures changes: to take it away, with the frame, and to show the other.
    fn sent_for_a_change(protocol: Protocol) -> [String; 3] {
        let (events, drawn) = unbounded();
        let mut pictures = Pictures::start(protocol, Cell::default(), events).expect("a thread");
        let mut screen = Screen::new(Vec::new(), 64, 10);
        let show = |pictures: &mut Pictures, screen: &mut Screen<Vec<u8>>| {
            let Ok(Event::Picture(number, Some(bytes))) = drawn.recv() else { panic!("no picture") };
            pictures.show(number, &bytes, screen).expect("memory takes every byte");
        };
        pictures.want(vec![plate(0, "slice 1"), plate(32, "histogram")], &mut screen).expect("memory");
        screen.show(frame("slice 1"), None).expect("memory");
        show(&mut pictures, &mut screen);
        let mut since = screen.writer().len();
        let mut sent = |screen: &mut Screen<Vec<u8>>| {
            let new = String::from_utf8_lossy(&screen.writer()[since..]).into_owned();
            since = screen.writer().len();
            new
        };
        pictures.want(vec![plate(0, "slice 2"), plate(32, "histogram")], &mut screen).expect("memory");
        let away = sent(&mut screen);
        screen.show(frame("slice 2"), None).expect("memory");
        let painted = sent(&mut screen);
        show(&mut pictures, &mut screen);
        [away, painted, sent(&mut screen)]
    }

    #[test]
    fn a_picture_that_stays_is_not_sent_again() {
        let [away, painted, picture] = sent_for_a_change(Protocol::Kitty);
        assert_eq!(away.matches("i=7341,").count(), 1);
        assert_eq!(away.matches("a=d").count() + picture.matches("a=T").count(), 2);
        assert!(picture.contains("i=7341,") && !picture.contains("i=7342,"), "{}", picture.len());
        assert!(painted.len() < 80, "{painted:?}");
        for protocol in [Protocol::Iterm, Protocol::Sixel] {
            let [away, painted, picture] = sent_for_a_change(protocol);
            assert_eq!(away, "");
            // Where the old picture was all is painted, blanks as well, and nothing where the other stays.
            assert!(painted.contains("slice 2") && !painted.contains("histogram") && !painted.contains("\x1b[2J"));
            let starts = picture.matches(if protocol == Protocol::Sixel { "\x1bP" } else { "File=" }).count();
            assert_eq!(starts, 1);
        }
    }
}
