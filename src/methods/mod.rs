//! Questions about a study and their answers: pure functions of (data, query), the same for panes, subcommands and reports.
//!
//! A [`Question`](crate::ask::Question) is plain data. Its key is a hash of the query and of the revision of what it is
//! asked of, so the same question is never answered twice and a changed cohort, filter or choice is another question.

pub mod audit;
pub mod calibrate;
pub mod cindex;
pub mod clusters;
pub mod cohort;
pub mod compared;
pub mod contrast;
pub mod covariates;
pub mod cox;
pub mod cuminc;
pub mod cutpoint;
pub mod dca;
pub mod differences;
pub mod distribution;
pub mod extraction;
pub mod features;
mod horizon;
pub mod icc;
pub mod images;
mod intervals;
pub mod km;
pub mod lasso;
pub mod logrank;
pub mod made;
pub mod model;
pub mod model_file;
pub mod nomogram;
pub mod optimism;
mod order;
pub mod over_time;
pub mod patient;
pub mod patients;
pub mod performance;
pub mod problems;
pub mod readings;
pub mod reclassification;
pub mod roc;
pub mod sample_size;
mod score;
pub mod script;
pub mod table1;
pub mod validate;
pub mod values;
pub mod variable;
