//! The application without a terminal: its state, what can be done to it, and which questions it asks.

pub mod action;
pub mod answers;
pub mod command;
pub mod complete;
pub mod event;
pub mod extraction;
pub mod history;
pub mod key;
pub mod keymap;
pub mod leads;
pub mod log;
pub mod outcome;
pub mod pane_id;
pub mod place;
pub mod reading;
pub mod state;
pub mod update;
pub mod visits;

pub use action::{Action, Effect};
pub use outcome::Outcome;
pub use place::{Place, Subject};
pub use state::State;
