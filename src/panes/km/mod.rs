//! Survival curves: who lives how long without the event, by group.

mod competing;
mod cut_off;
mod details;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::competing::Competing;
use self::cut_off::CutOff;
use self::details::Details;
use super::{Outcome, Pane};
use crate::analysis::grouping::Grouping;
use crate::analysis::lasso::RAD_GROUP;
use crate::analysis::{Answer, Key, Query, km};
use crate::app::action::Action;
use crate::app::answers::{Slot, Status};
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::data::Kind;
use crate::format;
use crate::plot::Figure;
use crate::report::document::Document;
use crate::report::km as report;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};

const SLOT: Slot = "km";
/// The views; the curves come first.
const PROFILE: usize = 1;
const SIDES: usize = 2;
const DETAILS: usize = 3;
const INCIDENCE: usize = 4;
const CAUSES: usize = 5;
/// Kinds of confidence interval, in the order in which the key goes through them.
const INTERVALS: [&str; 5] = ["log", "log-log", "plain", "logit", "none"];
/// A category with more levels does not divide curves.
const MOST_LEVELS: usize = 6;

/// The pane.
#[derive(Default)]
pub struct Km {
    grid: Grid,
    figure: Option<Figure>,
    comparison: Option<String>,
    notes: Vec<String>,
    shown: Option<Key>,
    cut_off: CutOff,
    details: Details,
    competing: Competing,
}

impl Pane for Km {
    fn id(&self) -> PaneId {
        PaneId::Km
    }

    fn views(&self) -> &'static [&'static str] {
        &["curves", "cut-off", "by cut-off", "details", "incidence", "causes"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Query)> {
        let by = by(state);
        let scored = by.as_ref().is_some_and(|g| *g == Grouping::Column(RAD_GROUP.to_owned()));
        let curves = || km::Spec {
            on: state.scored_if(scored),
            by: by.clone(),
            conf_type: state.choices.km.interval.clone(),
            landmark: state.choices.km.landmark,
            ..km::Spec::default()
        };
        match view {
            PROFILE | SIDES => cut_off::asks(state),
            DETAILS => vec![(details::SLOT, details::query(curves(), state))],
            INCIDENCE => {
                competing::incidence(state, by.clone(), scored).map(|q| (competing::INCIDENCE, q)).into_iter().collect()
            }
            CAUSES => competing::of_causes(state).map(|q| (competing::CAUSES, q)).into_iter().collect(),
            _ => vec![(SLOT, Query::Km(curves()))],
        }
    }

    fn refresh(&mut self, state: &State, view: usize) {
        match view {
            PROFILE | SIDES => return self.cut_off.refresh(state),
            DETAILS => return self.details.refresh(state),
            INCIDENCE | CAUSES => return self.competing.refresh(state),
            _ => {}
        }
        let status = state.answers.status(SLOT);
        let Some(Answer::Km(answer)) = status.answer().map(|a| &**a) else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.grid.set(report::table(answer));
        self.figure = Some(report::figure(answer));
        self.comparison = report::comparison(answer);
        self.notes.clone_from(&answer.notes);
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            PROFILE | SIDES => self.cut_off.grid(),
            DETAILS => self.details.grid(),
            INCIDENCE | CAUSES => self.competing.grid(view == CAUSES),
            _ => &self.grid,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            PROFILE | SIDES => self.cut_off.grid_mut(),
            DETAILS => self.details.grid_mut(),
            INCIDENCE | CAUSES => self.competing.grid_mut(view == CAUSES),
            _ => &mut self.grid,
        })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let mut choices = state.choices.clone();
        match command {
            CommandId::KmBy if matches!(view, PROFILE | SIDES) => match next_to_cut(state, argument) {
                Ok(next) => {
                    let what = format!("cut-off of {next}");
                    choices.km.cut = Some(next);
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
                Err(why) => Outcome::action(Action::Say(Level::Error, why)),
            },
            CommandId::KmBy => match next_grouping(state, argument) {
                Ok(next) => {
                    let what = next.as_ref().map_or("one curve".to_owned(), |g| format!("curves by {}", g.words()));
                    choices.km.together = next.is_none();
                    choices.km.by = next;
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
                Err(why) => Outcome::action(Action::Say(Level::Error, why)),
            },
            CommandId::KmInterval => {
                let now = choices.km.interval.as_deref().unwrap_or(INTERVALS[0]);
                let at = INTERVALS.iter().position(|i| *i == now).unwrap_or(0);
                let next = INTERVALS[(at + 1) % INTERVALS.len()];
                choices.km.interval = Some(next.to_owned());
                Outcome::action(Action::Choose(format!("{next} interval"), Box::new(choices)))
            }
            CommandId::KmLandmark => match argument.map(str::trim) {
                None => Outcome::Prompt {
                    title: "landmark: count time from here on; nothing for the origin".to_owned(),
                    initial: choices.km.landmark.map(format::chosen).unwrap_or_default(),
                },
                Some(text) => {
                    choices.km.landmark = match text.parse::<f64>() {
                        _ if text.is_empty() => None,
                        Ok(time) if time > 0.0 && time.is_finite() => Some(time),
                        _ => {
                            let why = format!("`{text}` is no landmark: write a time above 0, or nothing");
                            return Outcome::action(Action::Say(Level::Error, why));
                        }
                    };
                    let time = choices.km.landmark.map(format::chosen);
                    let what = time.map_or("time from the origin".to_owned(), |time| format!("landmark at {time}"));
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
            },
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        match view {
            PROFILE | SIDES => return self.cut_off.view(state, view == PROFILE, theme, area, buf),
            DETAILS => return self.details.view(state, theme, area, buf),
            INCIDENCE => {
                let by = by(state).map(|g| format!(" by {}", g.words())).unwrap_or_default();
                return self.competing.view_incidence(&by, state, theme, area, buf);
            }
            CAUSES => return self.competing.view_models(state, theme, area, buf),
            _ => {}
        }
        let status = state.answers.status(SLOT);
        if let Some((role, mut said)) = paragraph::absent(&status) {
            if matches!(status, Status::Failed(_)) {
                said += "\nb draws the curves by another variable.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&heading(state, &paragraph::freshness(&status)), Role::Title, theme, head, buf);
        let notes = paragraph::notes_height(&self.notes, rest.width, 2);
        let (rest, foot) = layout::bottom(rest, notes);
        paragraph::notes(&self.notes, theme, foot, buf);
        let comparison = self.comparison.as_deref().unwrap_or_default();
        let (rest, test) = layout::bottom(rest, paragraph::height(comparison, rest.width));
        paragraph::text(comparison, Role::Text, theme, test, buf);
        let rows = self.grid.table().rows.len() as u16 + 1;
        let (figure, table) = layout::bottom(rest, rows.min(rest.height / 3));
        if let Some(curves) = &self.figure {
            chart::view(curves, theme, figure, buf);
        }
        self.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        match view {
            PROFILE | SIDES => return CutOff::document(state),
            DETAILS => return Details::document(state),
            INCIDENCE | CAUSES => return Competing::document(state, view == CAUSES),
            _ => {}
        }
        match &**state.answers.status(SLOT).answer()? {
            Answer::Km(answer) => Some(report::document(answer)),
            _ => None,
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        match view {
            PROFILE | SIDES => return CutOff::methods(state),
            DETAILS => return Details::methods(state),
            INCIDENCE | CAUSES => return Competing::methods(state, view == CAUSES),
            _ => {}
        }
        let endpoint = state.endpoint()?;
        let interval = state.choices.km.interval.as_deref().unwrap_or(INTERVALS[0]);
        let label = endpoint.label.to_lowercase();
        Some(format!(
            "{} was estimated by the Kaplan-Meier method with {interval} confidence intervals from Greenwood's variance; \
             groups were compared by the log-rank test and by Cox regression (Efron ties).",
            capitalized(&label)
        ))
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// What divides the curves: the choice, else the groups of the Rad-score if there is one.
fn by(state: &State) -> Option<Grouping> {
    let by_score = || state.is_scored().then(|| Grouping::Column(RAD_GROUP.to_owned()));
    state.choices.km.by.clone().or_else(|| by_score().filter(|_| !state.choices.km.together))
}

fn heading(state: &State, freshness: &str) -> String {
    let endpoint = state.endpoint().map_or(String::new(), |e| e.label.clone());
    let by = by(state).map_or_else(|| "all patients together".to_owned(), |g| format!("by {}", g.words()));
    let interval = state.choices.km.interval.as_deref().unwrap_or(INTERVALS[0]);
    let from = state.choices.km.landmark.map(|t| format!(", from landmark {}", format::chosen(t)));
    format!("{endpoint}, {by}{}; {interval} interval{freshness}", from.unwrap_or_default())
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
        let at = all.iter().position(|g| *g == by(state)).unwrap_or(all.len() - 1);
        return Ok(all[(at + 1) % all.len()].clone());
    };
    let of = |g: &Grouping| match g {
        Grouping::Cohort => "cohort".to_owned(),
        Grouping::Column(n) | Grouping::Median(n) | Grouping::Cut(n, _) => n.clone(),
        Grouping::Crossed(names) => names.join(","),
        Grouping::Event(name) => format!("{name} event"),
    };
    match name {
        "none" | "all" => Ok(None),
        name => all
            .into_iter()
            .flatten()
            .find(|g| of(g).eq_ignore_ascii_case(name))
            .map(Some)
            .ok_or_else(|| format!("`{name}` is no variable that divides the curves; b goes through those that do")),
    }
}

/// The variable to be cut called `name`, or the one after that in use.
fn next_to_cut(state: &State, name: Option<&str>) -> Result<String, String> {
    let all = cut_off::variables(state);
    let found = match name.filter(|n| !n.is_empty()) {
        Some(name) => all.iter().find(|v| v.eq_ignore_ascii_case(name)),
        None => {
            let now = cut_off::variable(state);
            let at = all.iter().position(|v| Some(v) == now.as_ref()).map_or(0, |at| at + 1);
            all.get(at % all.len().max(1))
        }
    };
    found.cloned().ok_or_else(|| format!("there is no such number; there is {}", all.join(", ")))
}
