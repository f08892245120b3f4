//! The functions that take texts, dates, several values or whole columns.

mod dates;
pub(super) mod groups;
mod several;
mod texts;
