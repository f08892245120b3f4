//! The initiative's features against its consensus values, its response maps and another program's values.
#![allow(clippy::print_stdout, reason = "these tests print what they compared")]
#![allow(clippy::neg_cmp_op_on_partial_ord, reason = "a value that is not a number must fail")]

mod consensus;
mod maps;
mod mirp;
mod oracle;
