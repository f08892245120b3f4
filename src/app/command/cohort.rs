//! What can be done with the cohort: what a column is taken for.

use tables::{Column, Kind};

use super::enabled::has_images;
use super::{Act, Command, Scope};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::study::{Edit, LevelSpec};

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
    command("cohort.reference", &["r"], ("reference", "Compare the levels of the category under the cursor with its next level; the study keeps it."), Act::View("variable")).takes("[level]"),
    command("cohort.levels", &["L"], ("levels", "Set the order of the levels of the column under the cursor; the study keeps it."), Act::View("variable")).takes("[level, level, ..]"),
    command("cohort.images", &["i"], ("images", "Show the images of the patient on the card."), Act::View("patient")).when(has_images),
];

/// Compares with `level`, or with the level after that in use.
pub fn refer(column: &Column, level: Option<&str>, state: &State) -> Outcome {
    let Some(study) = &state.study else { return Outcome::Ignored };
    if column.kind() != Kind::Category {
        return Outcome::refuse(format!("{} is a {}: t makes it a category", column.name, column.kind().word()));
    }
    let factor = column.factor();
    let at = match level {
        None => (factor.reference as usize + 1) % factor.levels.len().max(1),
        Some(level) => match factor.position(level) {
            Some(at) => at as usize,
            None => return Outcome::refuse(no_level(column, level)),
        },
    };
    let Some(label) = factor.levels.get(at) else { return Outcome::Ignored };
    let spec = study.column(&column.name);
    let was = spec.and_then(|spec| spec.reference.clone());
    let value = spec.and_then(|spec| spec.levels.iter().find(|level| level.label == *label));
    let level = value.map_or_else(|| label.clone(), |level| level.value.clone());
    let what = format!("{} refers to {label}", column.name);
    Outcome::choose(state, what, |c| c.edits.push(Edit::Reference { column: column.name.clone(), level, was }))
}

/// Sets the order of the levels, or asks for it.
pub fn order(column: &Column, text: Option<&str>, state: &State) -> Outcome {
    let Some(study) = &state.study else { return Outcome::Ignored };
    let factor = column.factor();
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        let initial = factor.levels.join(", ");
        let title = format!("levels of {} in order, the first to compare with", column.name);
        return Outcome::Prompt { title, initial, goes_on: true, problem: None };
    };
    let named: Vec<&str> = text.split(',').map(str::trim).collect();
    if let Some(unknown) = named.iter().find(|name| !factor.levels.iter().any(|level| level == *name)) {
        return Outcome::refuse(no_level(column, unknown));
    }
    if let Some(missing) = factor.levels.iter().find(|level| !named.contains(&level.as_str())) {
        return Outcome::refuse(format!("{missing} is a level of {} too: name all of them", column.name));
    }
    let was = study.column(&column.name).map(|spec| spec.levels.clone()).unwrap_or_default();
    // Values of the table that share a label stay together.
    let of_label = |label: &&str| {
        let said: Vec<LevelSpec> = was.iter().filter(|level| level.label == **label).cloned().collect();
        let bare = || vec![LevelSpec { value: (*label).to_owned(), label: (*label).to_owned() }];
        if said.is_empty() { bare() } else { said }
    };
    let levels: Vec<LevelSpec> = named.iter().flat_map(of_label).collect();
    let what = format!("levels of {}: {}", column.name, named.join(", "));
    Outcome::choose(state, what, |c| c.edits.push(Edit::Levels { column: column.name.clone(), levels, was }))
}

fn no_level(column: &Column, level: &str) -> String {
    format!("{} has no level `{level}`; it has {}", column.name, column.factor().levels.join(", "))
}

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
    let was = study.column(&column.name).and_then(|spec| spec.kind);
    let what = format!("{} is a {}", column.name, kind.word());
    Outcome::choose(state, what, |c| c.edits.push(Edit::Kind { column: column.name.clone(), kind, was }))
}
