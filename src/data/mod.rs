//! Tables: read from files, typed, filtered and computed with. The only user of polars, which stays inside [`read`].

pub mod column;
pub mod date;
pub mod expr;
pub mod frame;
mod missing;
mod nearest;
mod number;

pub use column::{Category, Column, Guess, Kind, Unread, Values};
pub use date::DateOrder;
pub use expr::{Expr, ExprError, Kept};
pub use frame::{Frame, LengthMismatch, RowId, UnknownColumn};
pub use nearest::{did_you_mean, nearest};
