//! The one integration binary: every test that crosses modules.

mod oracle;
mod parity;
mod reference;
