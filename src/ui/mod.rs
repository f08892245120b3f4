//! What the panes share: the frame around them, tables, prompts, help, and the program that holds it all.

pub mod chart;
pub mod frame;
pub mod grid;
pub mod help;
pub mod layout;
pub mod overlay;
pub mod palette;
pub mod paragraph;
pub mod picture;
pub mod program;
pub mod prompt;
pub mod recent;
pub mod role_question;
pub mod settled;
