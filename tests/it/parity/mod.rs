//! Every method against stored reference values.

mod brier;
mod calibration;
mod cindex;
mod cli_models;
mod cox;
mod cox_data;
mod cox_extra;
mod cuminc;
mod cutpoint;
mod dca;
mod fine_gray;
mod fitted;
mod icc;
mod km;
mod lasso;
mod logrank;
mod models;
mod nomogram;
mod radiomics;
mod roc;
mod stages;
mod survival_report;
mod tests;
