//! Every method against stored reference values.

mod cox;
mod cox_data;
mod cox_extra;
mod km;
mod logrank;
