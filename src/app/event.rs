//! Everything that can happen to the program, in its own terms.

use super::key::Key;
use crate::jobs;

/// One thing that happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows now.
    Resize(u16, u16),
    /// The mouse did something at a column and row.
    Mouse(Mouse, u16, u16),
    /// The pictures asked for by this number are drawn: what shows them on the terminal, or nothing where that is too much.
    Picture(u64, Option<Vec<u8>>),
    /// The system asks for something.
    Signal(Signal),
    /// Background work has news.
    Job(jobs::News),
}

impl Event {
    /// Whether the user did it.
    pub fn is_of_user(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Paste(_) | Self::Resize(..) | Self::Mouse(..))
    }
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mouse {
    WheelUp,
    WheelDown,
    Click,
}

/// What the system asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// To end: terminated, hung up, or the terminal is gone.
    Terminate,
    /// To stop until continued.
    Suspend,
    /// It goes on after having been stopped; the terminal may be in any state.
    Continue,
}
