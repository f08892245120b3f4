//! riskset: from a clinical table and folders of medical images to a validated prognostic model.
//!
//! Pure mathematics at the bottom, plain-data state and actions in the middle, `&self` rendering on top, and every
//! side effect (threads, files, clipboard, terminal) at the rim.

pub mod data;
pub mod format;
pub mod imaging;
pub mod plot;
pub mod problem;
pub mod radiomics;
pub mod report;
pub mod stats;
pub mod study;
pub mod survival;
pub mod watch;
