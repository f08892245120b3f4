//! What a question and its script are read from.

use super::Dataset;
use crate::study::Study;

/// The file that a study's table is read from, and whom a question is asked of.
pub struct Source<'a> {
    /// The study, or what is known of a bare table.
    pub study: &'a Study,
    /// The patients, with the score of the question if it has one.
    pub data: &'a Dataset,
}
