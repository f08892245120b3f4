//! Commands that work everywhere.

use super::enabled::{
    can_extract, extracting, filtered, has_questions, has_unkept, redoable, several_cohorts, several_endpoints,
    shows_pictures, undoable,
};
use super::{Act, Command, Here, Order, Scope, km};
use crate::app::action::{Action, Effect};
use crate::app::complete::{self, Choice, Completion};
use crate::app::extraction::Phase;
use crate::app::outcome::Outcome;
use crate::app::pane_id::PaneId;
use crate::app::place::Place;
use crate::app::state::State;
use crate::study::Endpoint;

const fn command(
    name: &'static str,
    keys: &'static [&'static str],
    words: (&'static str, &'static str),
    act: Act,
) -> Command {
    Command::new(Scope::Global, name, keys, words, act)
}

const fn open(pane: PaneId, keys: &'static [&'static str], help: &'static str) -> Command {
    command(pane.name(), keys, (pane.title(), help), Act::Program(Order::Open(pane)))
}

/// Opens a pane, and gives what follows its name to one of the pane's commands: `:km stage`.
const fn open_for(pane: PaneId, command: &'static str, keys: &'static [&'static str], help: &'static str) -> Command {
    Command { act: Act::Program(Order::OpenFor(pane, command)), ..open(pane, keys, help) }
}

#[rustfmt::skip]
pub(super) const COMMANDS: &[Command] = &[
    open(PaneId::Cohort, &["1"], "Enrolment flow, splits and the table of patients."),
    open(PaneId::Images, &["2"], "Images and masks of every patient: geometry, slices, grey values, checks."),
    open(PaneId::Features, &["3"], "Radiomic features: completeness, reliability, distribution, outcome."),
    open(PaneId::Baseline, &["4"], "Baseline table by cohort or by another variable."),
    open(PaneId::Lasso, &["5"], "LASSO-Cox path, cross-validation and Rad-score."),
    open(PaneId::Cox, &["6"], "Univariable and multivariable Cox models, forest plot."),
    open_for(PaneId::Km, "km.by", &["7"], "Kaplan-Meier curves, log-rank test, medians.").takes("[variable]").completes(km::dividing),
    open(PaneId::Performance, &["8"], "Concordance, ROC curves and Brier scores of the models in every cohort."),
    open(PaneId::Calibration, &["9"], "Predicted against observed survival, nomogram, decision curves."),
    open(PaneId::Jobs, &["0", "w"], "Running and finished work, and the log."),
    open(PaneId::Problems, &["!"], "What is wrong or doubtful in the study's data."),
    command("next_pane", &["}"], ("next pane", "Open the pane to the right."), Act::State(next_pane)),
    command("previous_pane", &["{"], ("previous pane", "Open the pane to the left."), Act::State(previous_pane)),
    command("next_view", &["tab"], ("next view", "Show the pane's next view."), Act::Program(Order::NextView)).hint(40),
    command("previous_view", &["s-tab"], ("previous view", "Show the pane's previous view."), Act::Program(Order::PreviousView)),
    command("beside", &["|"], ("two panes", "Show the pane visited before beside this one, from 160 columns on, or this one alone."), Act::Program(Order::Beside)),
    command("other", &["ctrl-o"], ("other pane", "Go to the pane beside this one."), Act::Program(Order::Other)),
    command("back", &["["], ("back", "Go back to the pane visited before."), Act::State(back)),
    command("forward", &["]"], ("forward", "Go forward again."), Act::State(forward)),
    command("help", &["?"], ("help", "Show the keys of this pane, then all others; type to search."), Act::Program(Order::Help)).hint(90),
    command("palette", &[":", "ctrl-p"], ("command", "Find a command by name, with its arguments."), Act::Program(Order::Palette)).hint(91).takes("command"),
    command("endpoint", &["o"], ("endpoint", "Switch to the next endpoint, in every pane."), Act::State(endpoint)).hint(60).takes("[endpoint]").completes(endpoints).when(several_endpoints),
    command("population", &["p"], ("cohort", "Switch to the next cohort or to all patients, in every pane."), Act::State(cohort)).hint(61).takes("[cohort]").completes(cohorts).when(several_cohorts),
    command("filter", &["f"], ("filter", "Keep only patients that meet a condition, such as age > 60 & stage in III,IV."), Act::State(filter)).hint(62).takes("condition").completes(complete::condition),
    command("exclude", &["D"], ("exclude", "Exclude the marked patients, or the one under the cursor, with a reason for the enrolment flow."), Act::Program(Order::Exclude)).takes("reason"),
    command("only", &[], ("only these", "Keep only the marked patients, or the one under the cursor, as a filter."), Act::Program(Order::Only)),
    command("compare", &["V"], ("compare marked", "Compare the marked patients with all others: every variable with its test, and survival."), Act::Program(Order::Compare)),
    command("clear_filter", &["F"], ("clear filter", "Use all patients again."), Act::State(clear_filter)).when(filtered),
    command("undo", &["u"], ("undo", "Take back the last change of filter, cohort, endpoint or model."), Act::State(undo)).when(undoable),
    command("redo", &["ctrl-r"], ("redo", "Make the change again."), Act::State(redo)).when(redoable),
    command("changes", &["W"], ("what changed", "Show patients, events, C, AUC and hazard ratios before and after the last choice."), Act::State(changes)),
    command("reread", &["U"], ("read again", "Read the study and its tables from their files again, after they were changed there."), Act::State(reread)),
    command("copy_cell", &["y"], ("copy cell", "Copy the cell under the cursor."), Act::Program(Order::CopyCell)),
    command("copy_row", &["Y"], ("copy row", "Copy the marked rows, or the one under the cursor, tab-separated."), Act::Program(Order::CopyRow)),
    command("copy", &["C"], ("copy pane", "Copy the whole pane, or its marked rows, tab-separated, with full precision."), Act::Program(Order::CopyPane)),
    command("export", &["e"], ("export", "Write the pane, or its marked rows, to a file: csv, tsv, md, xlsx, svg, html or txt by its ending, or the sources of its methods as bib."), Act::Program(Order::Export)).hint(70).takes("file"),
    command("methods", &["M"], ("methods text", "Show the sentences for a paper's methods section with their sources as BibTeX, of the whole study among jobs and problems; y copies them."), Act::Program(Order::Methods)).hint(71).takes("[all]").completes(whole),
    command("script", &["R"], ("script for R", "Write a script for R that finds again what is shown, from the same file, and compares."), Act::Program(Order::Script)).takes("file"),
    command("extract", &["X"], ("extract features", "Extract the radiomic features of all cases that are not in the cache."), Act::State(extract)).when(can_extract),
    command("pause", &["P"], ("pause extraction", "Pause the extraction, or go on with it."), Act::State(pause)).when(extracting),
    command("cancel", &["x"], ("cancel extraction", "Stop the extraction; finished cases are kept."), Act::State(cancel)).when(extracting),
    command("roles", &[], ("columns' roles", "Answer what a bare table leaves open: patient, time, event, cohort."), Act::Program(Order::Roles)).when(has_questions),
    command("save_study", &[], ("save study", "Write the guessed and answered roles of a bare table as study.toml beside it, or what was changed of a study into its file."), Act::Program(Order::SaveStudy)).when(has_unkept),
    command("save_history", &[], ("save history", "Write what was done in this study, step by step, for `riskset replay`."), Act::Program(Order::SaveHistory)).takes("file"),
    command("theme", &[], ("theme", "Choose the colours."), Act::Program(Order::Theme)).takes("[name]").completes(themes),
    command("mouse", &["m"], ("mouse on/off", "Let the program have the mouse, or leave it to the terminal."), Act::Program(Order::Mouse)),
    command("pictures", &["ctrl-g"], ("pictures", "Show figures and slices as pictures, or in characters."), Act::Program(Order::Pictures)).when(shows_pictures),
    command("redraw", &["ctrl-l"], ("redraw", "Paint the whole screen again."), Act::State(redraw)),
    command("suspend", &["ctrl-z"], ("suspend", "Go back to the shell; fg returns."), Act::State(suspend)),
    command("close", &["q", "esc"], ("close", "Close what is open on top; at the root, q leaves the program."), Act::Program(Order::Close)).hint(92),
    command("quit", &["Q"], ("quit", "Leave the program."), Act::Program(Order::Quit)),
];

fn endpoints(state: &State, _: &str) -> Completion {
    let choice = |endpoint: &Endpoint| Choice::new(&endpoint.name, &endpoint.label);
    Completion::one_of(state.endpoints().iter().map(choice))
}

fn cohorts(state: &State, _: &str) -> Completion {
    Completion::names(state.cohorts().iter().map(String::as_str).chain(["all"]))
}

fn whole(_: &State, _: &str) -> Completion {
    Completion::one_of([Choice::new("all", "of the whole study, as far as it was looked at")])
}

fn themes(state: &State, _: &str) -> Completion {
    Completion::names(state.themes.iter().copied())
}

fn next_pane(here: &Here<'_>) -> Outcome {
    neighbour(here, 1)
}

fn previous_pane(here: &Here<'_>) -> Outcome {
    neighbour(here, PaneId::ALL.len() - 1)
}

/// The pane so many tabs to the right.
fn neighbour(here: &Here<'_>, steps: usize) -> Outcome {
    let at = PaneId::ALL.iter().position(|pane| *pane == here.state.pane()).unwrap_or(0);
    Outcome::action(Action::Open(PaneId::ALL[(at + steps) % PaneId::ALL.len()]))
}

fn back(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Back)
}

fn forward(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Forward)
}

fn undo(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Undo)
}

fn redo(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Redo)
}

fn changes(_: &Here<'_>) -> Outcome {
    Outcome::Go(Place::of(PaneId::Jobs, "changes"))
}

fn reread(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::Reread))
}

fn endpoint(here: &Here<'_>) -> Outcome {
    let names: Vec<String> = here.state.endpoints().iter().map(|e| e.name.clone()).collect();
    let now = here.state.endpoint().map(|e| e.name.as_str());
    match pick(&names, here.argument, now, false) {
        Ok(Some(next)) => Outcome::choose(here.state, format!("endpoint {next}"), |c| c.endpoint = Some(next)),
        Ok(None) => Outcome::Done,
        Err(why) => Outcome::refuse(why),
    }
}

fn cohort(here: &Here<'_>) -> Outcome {
    let name = here.argument.filter(|name| *name != "all");
    match pick(here.state.cohorts(), name, here.state.choices.cohort.as_deref(), true) {
        Ok(next) => {
            let what = next.as_ref().map_or("all cohorts".to_owned(), |name| format!("cohort {name}"));
            Outcome::choose(here.state, what, |c| c.cohort = next)
        }
        Err(why) => Outcome::refuse(why),
    }
}

fn filter(here: &Here<'_>) -> Outcome {
    let title = "keep patients with";
    let Some(text) = here.argument else {
        let initial = here.state.choices.filter.clone().unwrap_or_default();
        return Outcome::Prompt { title: title.to_owned(), initial, goes_on: true, problem: None };
    };
    if text.is_empty() {
        return clear_filter(here);
    }
    match here.state.check_filter(text) {
        Ok(()) => Outcome::choose(here.state, format!("filter {text}"), |c| c.filter = Some(text.to_owned())),
        Err(why) => {
            Outcome::Prompt { title: title.to_owned(), initial: text.to_owned(), goes_on: true, problem: Some(why) }
        }
    }
}

fn clear_filter(here: &Here<'_>) -> Outcome {
    Outcome::choose(here.state, "no filter", |c| c.filter = None)
}

fn extract(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::Extract))
}

fn pause(here: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::PauseExtraction(here.state.extraction.phase == Phase::Running)))
}

fn cancel(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::CancelExtraction))
}

fn redraw(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::Redraw))
}

fn suspend(_: &Here<'_>) -> Outcome {
    Outcome::action(Action::Do(Effect::Suspend))
}

/// The choice called `name`, or the one after `now`; with `none` there is also the choice of none, after the last.
///
/// # Errors
/// That there is no such choice, and which there are.
pub fn pick(names: &[String], name: Option<&str>, now: Option<&str>, none: bool) -> Result<Option<String>, String> {
    if let Some(name) = name {
        let found = names.iter().find(|n| n.eq_ignore_ascii_case(name));
        return found.cloned().map(Some).ok_or_else(|| format!("`{name}` is none of {}", names.join(", ")));
    }
    let at = now.and_then(|now| names.iter().position(|n| n == now));
    Ok(match at {
        Some(i) if i + 1 < names.len() => Some(names[i + 1].clone()),
        Some(_) if none => None,
        _ => names.first().cloned(),
    })
}
