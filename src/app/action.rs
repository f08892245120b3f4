//! What can be done to the state, and what the rim is asked to do.

use std::path::PathBuf;

use super::log::Level;
use super::pane_id::PaneId;
use crate::plan::Choices;
use crate::study::Study;

/// One change of the state.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Go to a pane.
    Open(PaneId),
    /// Go to the pane visited before.
    Back,
    /// Go forward again.
    Forward,
    /// Choose otherwise; the text says what, for undo and history.
    Choose(String, Box<Choices>),
    /// Take the last choice back.
    Undo,
    /// Make it again.
    Redo,
    /// Tell something.
    Say(Level, String),
    /// Ask the rim for something.
    Do(Effect),
}

/// Something outside of the state: files, threads, terminal.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Leave the program.
    Quit,
    /// Give the terminal back until continued.
    Suspend,
    /// Take the terminal over again.
    Resume,
    /// Paint everything again.
    Redraw,
    /// Put a text on the clipboard; the second text says what it is.
    Copy(String, String),
    /// Write a file; an existing one only if told so.
    Write {
        /// Where.
        path: PathBuf,
        /// What.
        bytes: Vec<u8>,
        /// Whether a file that is there may be replaced.
        replace: bool,
    },
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Start the extraction of all cases.
    Extract,
    /// Pause the extraction, or go on.
    PauseExtraction(bool),
    /// Stop the extraction.
    CancelExtraction,
    /// Use the theme of this name.
    Theme(String),
    /// Read study and tables from their files again.
    Reread,
    /// Read the table again as this study says.
    Reopen(Box<Study>),
    /// Write what was changed of this study into its file, and leave all else there as it is.
    KeepStudy(Box<Study>),
}
