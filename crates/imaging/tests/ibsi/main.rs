//! The initiative's features against its consensus values, its response maps and another program's values.

mod consensus;
mod maps;
mod mirp;
mod oracle;
