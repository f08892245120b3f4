//! Every method against stored reference values.

mod cindex;
mod cox;
mod cox_data;
mod cox_extra;
mod cutpoint;
mod fine_gray;
mod icc;
mod km;
mod lasso;
mod logrank;
mod stages;
mod tests;
