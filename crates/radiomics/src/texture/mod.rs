//! Neighbours in the region of interest: directions, and gray levels laid out so that every neighbour has an address.

mod directions;
mod grid;
pub(crate) mod passes;

pub use directions::{Direction, NoDirection, both_ways, one_way};
pub use grid::{Grid, LevelGrid};
