//! Pictures in terminals that show them: the protocols of kitty, of iTerm2, and sixels.
//!
//! Which one is taken follows from the environment alone: asking the terminal costs a round trip, and on a slow line its
//! answer ends up among the keys.

mod detect;
mod draw;
mod inline;
mod shown;
mod sixel;

pub use detect::Protocol;
pub use draw::{Cell, drawn, pixels};
pub use inline::{iterm, kitty, kitty_away};
pub use shown::Pictures;
pub use sixel::sixel;

/// Pixels, row by row from the top left: red, green, blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels of a row.
    pub width: usize,
    /// The pixels.
    pub rgb: Vec<[u8; 3]>,
}

impl Pixels {
    /// Rows.
    pub fn height(&self) -> usize {
        self.rgb.len().checked_div(self.width).unwrap_or(0)
    }
}
