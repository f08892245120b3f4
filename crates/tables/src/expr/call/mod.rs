//! The functions that take texts, dates, several values or whole columns.

mod dates;
mod groups;
mod several;
mod texts;
