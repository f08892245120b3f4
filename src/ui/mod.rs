//! What the panes share: the frame around them, tables, charts, prompts, help.

pub mod chart;
pub mod choices;
pub mod count;
pub mod frame;
pub mod grid;
pub mod help;
mod input;
pub mod layout;
pub mod overlay;
pub mod palette;
pub mod paragraph;
pub mod picture;
pub mod prompt;
pub mod role_question;
