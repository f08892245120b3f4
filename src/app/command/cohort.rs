//! What can be done with the cohort: what a column is taken for.

use tables::{Column, Kind};

use super::enabled::has_images;
use super::{Act, Command, Scope};
use crate::app::action::{Action, Effect};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::study::ColumnSpec;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Cohort), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("cohort.kind", &["t"], ("category/number", "Take the column under the cursor for a category, or for a number; the study keeps it."), Act::View("variable")),
    command("cohort.images", &["i"], ("images", "Show the images of the patient on the card."), Act::View("patient")).when(has_images),
];

/// Reads the study again with `column` taken for a category if it is a number, and for a number if it is not.
pub fn retype(column: &Column, state: &State) -> Outcome {
    let Some(study) = &state.study else { return Outcome::Ignored };
    let kind = match column.kind() {
        Kind::Number => Kind::Category,
        Kind::Date => return Outcome::refuse(format!("{} holds dates", column.name)),
        Kind::Category | Kind::Text => {
            let factor = column.factor();
            if let Some(level) = factor.levels.iter().find(|level| level.trim().parse::<f64>().is_err()) {
                return Outcome::refuse(format!("{} cannot be a number: one of its values is `{level}`", column.name));
            }
            Kind::Number
        }
    };
    let mut study = (**study).clone();
    match study.columns.iter_mut().find(|spec| spec.name == column.name) {
        Some(spec) => spec.kind = Some(kind),
        None => study.columns.push(ColumnSpec { name: column.name.clone(), kind: Some(kind), ..ColumnSpec::default() }),
    }
    Outcome::action(Action::Do(Effect::Reopen(Box::new(study))))
}
