//! The one integration binary: every test that crosses modules.

mod cox_properties;
mod data_read;
mod document;
mod imaging;
mod oracle;
mod parity;
mod plot;
mod reference;
