//! What can be done with survival curves: what divides them, their limits, which number is cut.

use tables::Kind;

use super::{Act, Command, Here, Scope};
use crate::app::complete::{Choice, Completion};
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::grouping::Grouping;
use crate::methods::km::band;
use crate::plan::{MOST_LEVELS, is_code};
use crate::study::RAD_GROUP;
use figures::format;
use survival::kaplan_meier::{BandKind as Band, Interval};

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Pane(PaneId::Km), name, keys, words, act)
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    command("km.by", &["b"], ("stratify by", "Draw the curves by the next variable."), Act::State(by)).hint(10).takes("[variable]").completes(dividing),
    command("km.interval", &["i"], ("interval", "Confidence interval: log, log-log, plain, logit, none."), Act::State(interval)).hint(11),
    command("km.band", &["B"], ("band", "Band in which the whole curve lies: equal precision, Hall-Wellner, none."), Act::State(band)),
    command("km.landmark", &["L"], ("landmark", "Count time from a landmark, of those followed beyond it; nothing for the origin."), Act::State(landmark)).takes("[time]"),
];

/// Views in which a number is cut.
const OF_CUT_OFF: [&str; 2] = ["cut-off", "by cut-off"];
/// Kinds of confidence interval, in the order in which the key goes through them.
pub const INTERVALS: [Interval; 5] =
    [Interval::Log, Interval::LogLog, Interval::Plain, Interval::Logit, Interval::None];

fn by(here: &Here<'_>) -> Outcome {
    if OF_CUT_OFF.contains(&here.view) {
        return match next_to_cut(here.state, here.argument) {
            Ok(next) => Outcome::choose(here.state, format!("cut-off of {next}"), |c| c.km.cut = Some(next)),
            Err(why) => Outcome::refuse(why),
        };
    }
    match next_grouping(here.state, here.argument) {
        Ok(next) => {
            let cohorts = here.state.cohorts().len();
            let what =
                next.as_ref().map_or("one curve".to_owned(), |g| format!("curves by {}", g.words_among(cohorts)));
            Outcome::choose(here.state, what, |c| {
                c.km.together = next.is_none();
                c.km.by = next;
            })
        }
        Err(why) => Outcome::refuse(why),
    }
}

fn interval(here: &Here<'_>) -> Outcome {
    let now = here.state.choices.km.interval.unwrap_or(INTERVALS[0]);
    let at = INTERVALS.iter().position(|i| *i == now).unwrap_or(0);
    let next = INTERVALS[(at + 1) % INTERVALS.len()];
    Outcome::choose(here.state, format!("{next} interval"), |c| c.km.interval = Some(next))
}

fn band(here: &Here<'_>) -> Outcome {
    let next = match here.state.choices.km.band {
        None => Some(Band::EqualPrecision),
        Some(Band::EqualPrecision) => Some(Band::HallWellner),
        Some(Band::HallWellner) => None,
    };
    let what = next.map_or("no confidence band".to_owned(), |kind| format!("{} band", band::words(kind)));
    Outcome::choose(here.state, what, |c| c.km.band = next)
}

fn landmark(here: &Here<'_>) -> Outcome {
    let Some(text) = here.answered() else {
        let now = here.state.choices.km.landmark.map(format::chosen).unwrap_or_default();
        return Outcome::prompt("landmark: count time from here on; nothing for the origin", now);
    };
    let choice = match text.parse::<f64>() {
        _ if text.is_empty() => Ok((None, "time from the origin".to_owned())),
        Ok(time) if time > 0.0 && time.is_finite() => Ok((Some(time), format!("landmark at {}", format::chosen(time)))),
        _ => Err(format!("`{text}` is no landmark: write a time above 0, or nothing")),
    };
    Outcome::choice(here.state, choice, |c, time| c.km.landmark = time)
}

/// What divides the curves.
pub fn divided_by(state: &State) -> Option<Grouping> {
    state.plan()?.curves_by()
}

/// The groupings that a study offers: none, cohorts, categories, and numbers at their training median.
fn groupings(state: &State) -> Vec<Option<Grouping>> {
    let mut all = vec![None];
    if state.cohorts().len() > 1 {
        all.push(Some(Grouping::Cohort));
    }
    if state.is_scored() {
        all.push(Some(Grouping::Column(RAD_GROUP.to_owned())));
    }
    let Some(cohort) = state.cohort() else { return all };
    for name in cohort.variables() {
        let Some(column) = cohort.frame().get(name) else { continue };
        let levels = || column.factor().levels.len();
        match column.kind() {
            Kind::Number if is_code(column) => all.push(Some(Grouping::Column(name.clone()))),
            Kind::Number => all.push(Some(Grouping::Median(name.clone()))),
            Kind::Category if (2..=MOST_LEVELS).contains(&levels()) => all.push(Some(Grouping::Column(name.clone()))),
            _ => {}
        }
    }
    all
}

/// The grouping called `name`, or the one after that in use.
fn next_grouping(state: &State, name: Option<&str>) -> Result<Option<Grouping>, String> {
    let all = groupings(state);
    let Some(name) = name.filter(|n| !n.is_empty()) else {
        let at = all.iter().position(|g| *g == divided_by(state)).unwrap_or(all.len() - 1);
        return Ok(all[(at + 1) % all.len()].clone());
    };
    match name {
        "none" | "all" => Ok(None),
        name => all
            .into_iter()
            .flatten()
            .find(|g| called(g).eq_ignore_ascii_case(name))
            .map(Some)
            .ok_or_else(|| format!("`{name}` is no variable that divides the curves; b goes through those that do")),
    }
}

/// What can divide the curves.
pub(super) fn dividing(state: &State, _: &str) -> Completion {
    let median = if state.cohorts().len() > 1 { "at the training median" } else { "at the median" };
    let choice = |grouping: Grouping| {
        let note = match &grouping {
            Grouping::Median(_) => median.to_owned(),
            Grouping::Column(name) => level_counts(state, name),
            _ => String::new(),
        };
        Choice::new(called(&grouping), note)
    };
    let all = groupings(state).into_iter().flatten().map(choice);
    Completion::one_of(std::iter::once(Choice::new("none", "one curve")).chain(all))
}

/// `male 138, female 90`.
fn level_counts(state: &State, name: &str) -> String {
    let column = state.cohort().and_then(|cohort| cohort.frame().get(name));
    column.map_or_else(String::new, |column| {
        let factor = column.factor();
        let counts = factor.counts();
        let said = factor.levels.iter().zip(counts).map(|(level, n)| format!("{level} {}", format::count(n)));
        said.collect::<Vec<_>>().join(", ")
    })
}

/// What a grouping is called on the command line of the palette.
fn called(grouping: &Grouping) -> String {
    match grouping {
        Grouping::Cohort => "cohort".to_owned(),
        Grouping::Column(n) | Grouping::Median(n) | Grouping::Cut(n, _) => n.clone(),
        Grouping::Crossed(names) => names.join(","),
        Grouping::Event(name) => format!("{name} event"),
        Grouping::Patients(_) => "marked".to_owned(),
    }
}

/// The variable to be cut called `name`, or the one after that in use.
fn next_to_cut(state: &State, name: Option<&str>) -> Result<String, String> {
    let all = state.plan().map_or_else(Vec::new, |plan| plan.can_be_cut());
    let found = match name.filter(|n| !n.is_empty()) {
        Some(name) => all.iter().find(|v| v.eq_ignore_ascii_case(name)),
        None => {
            let now = state.plan().and_then(|plan| plan.to_cut());
            let at = all.iter().position(|v| Some(v) == now.as_ref()).map_or(0, |at| at + 1);
            all.get(at % all.len().max(1))
        }
    };
    found.cloned().ok_or_else(|| format!("there is no such number; there is {}", all.join(", ")))
}
