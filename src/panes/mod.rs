//! The panes: a folder each, with a file for each of its views. What they share is [`tab`]; no pane uses another.

mod baseline;
mod calibration;
mod cohort;
mod cox;
mod features;
mod images;
mod jobs;
mod km;
mod lasso;
mod performance;
mod problems;
pub mod tab;
pub mod view;

use tab::Tab;

/// Every pane, in tab order.
pub fn all() -> Vec<Tab> {
    vec![
        cohort::tab(),
        images::tab(),
        features::tab(),
        baseline::tab(),
        lasso::tab(),
        cox::tab(),
        km::tab(),
        performance::tab(),
        calibration::tab(),
        jobs::tab(),
        problems::tab(),
    ]
}
