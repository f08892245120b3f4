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
    /// How often something else was wanted.
    number: u64,
    /// How many pictures are on the terminal.
    shown: usize,
    drawer: Sender<(u64, Vec<Plate>)>,
}

impl Pictures {
    /// Nothing yet; what is drawn comes back as an event.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(protocol: Protocol, cell: Cell, events: Sender<Event>) -> io::Result<Self> {
        let (drawer, orders) = unbounded::<(u64, Vec<Plate>)>();
        std::thread::Builder::new().name("pictures".into()).spawn(move || {
            while let Ok(mut order) = orders.recv() {
                // Only the last is still wanted.
                while let Ok(next) = orders.try_recv() {
                    order = next;
                }
                let Some(bytes) = drawn(&order.1, protocol, cell) else { continue };
                if events.send(Event::Picture(order.0, bytes)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { protocol, wanted: Vec::new(), number: 0, shown: 0, drawer })
    }

    /// Before a frame is shown: takes away what is not wanted any more, and has drawn what is.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn want<W: Write>(&mut self, plates: Vec<Plate>, screen: &mut Screen<W>) -> io::Result<()> {
        let same = plates.iter().zip(&self.wanted).all(|(a, b)| a.is_same(b));
        if same && plates.len() == self.wanted.len() {
            return Ok(());
        }
        let shown = std::mem::take(&mut self.shown);
        match self.protocol {
            Protocol::Kitty if shown > 0 => screen.send_bytes(&kitty_away(shown))?,
            // Characters take the place of pixels where they are painted again.
            _ if shown > 0 => screen.forget(),
            _ => {}
        }
        self.number += 1;
        self.wanted = plates;
        if !self.wanted.is_empty() {
            // Without the thread there are characters.
            let _ = self.drawer.send((self.number, self.wanted.clone()));
        }
        Ok(())
    }

    /// Shows what was drawn, if it is still wanted.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn show<W: Write>(&mut self, number: u64, bytes: &[u8], screen: &mut Screen<W>) -> io::Result<()> {
        if number == self.number && !self.wanted.is_empty() {
            self.shown = self.wanted.len();
            screen.send_bytes(bytes)?;
        }
        Ok(())
    }

    /// The terminal may be in any state: nothing is on it.
    pub fn forget(&mut self) {
        self.wanted.clear();
        self.shown = 0;
        self.number += 1;
    }
}
