//! The one integration binary: every test that crosses modules.
#![allow(clippy::print_stdout, reason = "parity tests print what they compared")]

mod bytes;
mod cli;
mod cli_extract;
mod cli_icc;
mod cli_lasso;
mod cli_models;
mod cli_tables;
mod cox_properties;
mod data_expr;
mod data_formats;
mod data_read;
mod document;
mod features;
mod imaging;
mod journeys;
mod layering;
mod oracle;
mod parity;
mod parity_cli;
mod plot;
mod pty;
mod rad_score;
mod reference;
mod screens;
mod screens_models;
mod screens_survival;
mod stats_properties;
mod story;
mod study_cohort;
mod study_file;
mod study_open;
mod study_samples;
mod survival_properties;
mod tiny;
mod validation;
