//! Every method against stored reference values.

mod cindex;
mod cox;
mod cox_data;
mod cox_extra;
mod km;
mod lasso;
mod logrank;
