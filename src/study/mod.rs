//! The study: what the table and the images mean, and the cohort that follows from it.
//!
//! A study file is written by hand, or drafted by [`Draft`] and completed:
//!
//! ```toml
#![doc = include_str!("example.toml")]
//! ```
//!
//! [`Study::open`] takes a folder, a study file or a bare table; [`Study::cohort`] builds the [`Cohort`] that analyses
//! ask; [`Study::files`] finds the images; [`check`] lists everything that is wrong. None of them fails: what is wrong
//! is a list of [`Problem`]s, and what can be built is built.

mod answering;
mod build;
mod cautions;
mod cohort;
mod columns;
mod edit;
mod endpoint;
mod enrolment;
mod extraction;
mod files;
mod init;
mod learned;
mod memory;
mod open;
mod read;
mod regions;
mod revision;
mod roles;
mod section;
mod sources;
mod spec;
mod split;
mod template;
mod write;

pub use build::{COHORT, covariate_columns, matches, repeated as repeated_ids};
pub use cohort::{Cohort, CohortParts, Revision};
pub use edit::Edit;
pub use endpoint::{Causes, Endpoint};
pub use enrolment::{EnrolmentFlow, EnrolmentStep, Left, enrol};
pub use extraction::parameters_text;
pub use files::{CaseFiles, FoundFile, RegionFile, RepeatFile};
pub(crate) use init::codes_of;
pub use init::{Answers, Draft};
pub use learned::LearnedColumn;
pub use memory::{OnReading, Reading};
pub use open::{Opening, check};
pub use read::{FILE_NAME, VERSION};
pub use regions::{CaseRegions, DrawnMask, Made, MadeRegion};
pub use roles::{GuessedUnit, Roles};
pub use spec::*;
pub use split::stratified;

use tables::ExprError;
use tables::problem::{Place, Problem};

/// A mistake in an expression that stands in a study file at `place` (where its text begins).
fn at_expression(place: Place, error: &ExprError) -> Problem {
    let place = match place.column {
        Some(column) => Place { column: Some(column + error.at), ..place },
        None => place,
    };
    let problem = Problem::error(place, format!("in `{}`: {}", error.text.trim(), error.message));
    Problem { remedy: error.hint.clone(), ..problem }
}
