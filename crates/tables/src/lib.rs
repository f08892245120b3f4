#![doc = include_str!("../README.md")]
#![deny(missing_docs)]
#![warn(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod check;
pub mod column;
pub mod date;
pub mod expr;
pub mod frame;
mod missing;
pub mod names;
mod nearest;
mod number;
pub mod problem;
pub mod read;
mod typing;
mod unseen;

pub use check::check_columns;
pub use column::{About, Category, Column, Doubt, Guess, Kind, Unread, Values, are_distinct};
pub use date::DateOrder;
pub use expr::{Expr, ExprError, Kept, Learned};
pub use frame::{Columns, Frame, LengthMismatch, RowId, UnknownColumn};
pub use missing::MISSING;
pub use nearest::{did_you_mean, nearest};
pub use number::Mark;
pub use read::{
    ColumnRules, PlainTable, ReadError, ReadOptions, Table, Told, Withheld, is_encoding, is_table, read_first,
    read_plain, read_table, read_telling, sheets,
};
pub use typing::LimitRule;

/// What the system says about a file, without its error number.
fn plain_io(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "there is no permission to read it".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a folder, not a file".to_owned(),
        _ => error.to_string(),
    }
}
