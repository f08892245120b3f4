//! The one integration binary: every test that crosses modules.

mod document;
mod oracle;
mod parity;
mod reference;
