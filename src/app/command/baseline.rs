//! What can be done with the baseline table.

use super::{Act, Command, Here, Scope};
use crate::app::complete::Completion;
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::grouping::Grouping;
use crate::plan::MOST_LEVELS;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Baseline), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("baseline.by", &["b"], ("compare by", "Compare by the next variable: cohort, event, or a categorical column."), Act::State(by)).hint(10).takes("[variable]").completes(dividing),
    command("baseline.test", &["t"], ("test of row", "Choose another test for the row under the cursor."), Act::View("table")).hint(11),
    command("baseline.smd", &["d"], ("SMD", "Show or hide the standardized mean differences."), Act::State(smd)).hint(12),
];

fn by(here: &Here<'_>) -> Outcome {
    if here.view != "table" {
        return Outcome::Ignored;
    }
    match next_grouping(here.state, here.argument) {
        Ok(next) => {
            let what = next.as_ref().map_or("one group".to_owned(), |g| format!("groups by {}", g.words()));
            Outcome::choose(here.state, what, |c| c.baseline.by = next)
        }
        Err(why) => Outcome::refuse(why),
    }
}

fn smd(here: &Here<'_>) -> Outcome {
    if here.view != "table" {
        return Outcome::Ignored;
    }
    let without = !here.state.choices.baseline.no_smd;
    let what = if without { "without SMD" } else { "with SMD" };
    Outcome::choose(here.state, what, |c| c.baseline.no_smd = without)
}

/// The groupings that a study offers: cohorts, the event, categories of a few levels.
fn groupings(state: &State) -> Vec<Grouping> {
    let mut all = Vec::new();
    if state.cohorts().len() > 1 {
        all.push(Grouping::Cohort);
    }
    all.extend(state.endpoint().map(|e| Grouping::Event(e.name.clone())));
    let Some(cohort) = state.cohort() else { return all };
    let divides = |name: &&String| {
        cohort.frame().get(name).is_some_and(|column| {
            column.kind() == tables::Kind::Category && (2..=MOST_LEVELS).contains(&column.factor().levels.len())
        })
    };
    all.extend(cohort.variables().iter().filter(divides).map(|name| Grouping::Column(name.clone())));
    all
}

fn dividing(state: &State, _: &str) -> Completion {
    let name = |grouping: Grouping| match grouping {
        Grouping::Column(column) => column,
        Grouping::Event(_) => "event".to_owned(),
        other => other.words(),
    };
    Completion::names(groupings(state).into_iter().map(name))
}

/// The grouping called `name`, or the one after that in use.
fn next_grouping(state: &State, name: Option<&str>) -> Result<Option<Grouping>, String> {
    let all = groupings(state);
    let Some(name) = name.filter(|n| !n.is_empty()) else {
        let now = state.plan().and_then(|plan| plan.baseline_by());
        let at = all.iter().position(|g| Some(g) == now.as_ref());
        let next = at.map_or(0, |at| at + 1);
        return Ok(all.get(next).or(all.first()).cloned());
    };
    let is = |g: &&Grouping| match g {
        Grouping::Event(endpoint) => {
            name.eq_ignore_ascii_case("event") || g.words().eq_ignore_ascii_case(name) || endpoint == name
        }
        Grouping::Column(column) => column.eq_ignore_ascii_case(name),
        other => other.words().eq_ignore_ascii_case(name),
    };
    let found = all.iter().find(is).cloned();
    found.map(Some).ok_or_else(|| format!("`{name}` does not divide patients; b goes through what does"))
}
