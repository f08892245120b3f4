//! From answers to documents: what a pane shows, an export writes and a report collects.

pub mod calibrate;
pub mod causes;
pub mod cindex;
pub mod clusters;
pub mod cohort;
pub mod cox;
pub mod cuminc;
pub mod cutpoint;
pub mod dca;
pub mod document;
pub mod extraction;
pub mod features;
pub mod icc;
pub mod images;
pub mod km;
pub mod lasso;
pub mod logrank;
pub mod nomogram;
pub mod optimism;
pub mod over_time;
pub mod performance;
pub mod problems;
pub mod readings;
pub mod reclassification;
pub mod roc;
pub mod table1;
