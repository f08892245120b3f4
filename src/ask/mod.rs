//! Questions about a study: what they are asked of, of whom, and how each is answered once, whoever asks.
//!
//! A [`Question`] is plain data with an answer of its own type. Its [`Key`] is a hash of the question and of the revision
//! of what it is asked of, so the same question is never answered twice and a changed cohort, filter or choice is another
//! question. [`Memo`] keeps the answers; [`Workers`] work them out in the background.

mod dataset;
mod error;
pub mod grouping;
mod memo;
mod progress;
mod question;
mod score;
mod scripted;
mod selection;
mod source;
mod workers;

pub use dataset::{Dataset, FeatureColumn, FeatureTable, MadeFrom, Repeat, column_called, region_of};
pub use error::AskError;
pub use grouping::{Grouped, Grouping};
pub use memo::{Memo, Outcome};
pub use progress::{Progress, Stage};
pub use question::{Answered, Ask, Asked, Key, Question};
pub use score::{Score, ScoreOf};
pub use scripted::Scripts;
pub use selection::{ALL_COHORTS, Selected, Selection};
pub use source::Source;
pub use workers::{Listener, Task, Workers};
