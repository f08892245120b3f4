//! Survival curves: who lives how long without the event, by group.

mod cut_off;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::cut_off::CutOff;
use super::{Outcome, Pane};
use crate::analysis::grouping::Grouping;
use crate::analysis::lasso::RAD_GROUP;
use crate::analysis::{Answer, Key, Query, km};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::data::Kind;
use crate::plot::Figure;
use crate::report::document::Document;
use crate::report::km as report;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};

const SLOT: Slot = "km";
const CURVES: usize = 0;
const PROFILE: usize = 1;
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
}

impl Pane for Km {
    fn id(&self) -> PaneId {
        PaneId::Km
    }

    fn views(&self) -> &'static [&'static str] {
        &["curves", "cut-off", "by cut-off"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Query)> {
        if view != CURVES {
            return cut_off::asks(state);
        }
        let by = by(state);
        let spec = km::Spec {
            on: state.scored_if(by.as_ref().is_some_and(|g| *g == Grouping::Column(RAD_GROUP.to_owned()))),
            by,
            conf_type: state.choices.km.interval.clone(),
            follow_up: false,
            subject: None,
        };
        vec![(SLOT, Query::Km(spec))]
    }

    fn refresh(&mut self, state: &State, view: usize) {
        if view != CURVES {
            return self.cut_off.refresh(state);
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
        Some(if view == CURVES { &self.grid } else { self.cut_off.grid() })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(if view == CURVES { &mut self.grid } else { self.cut_off.grid_mut() })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let mut choices = state.choices.clone();
        match command {
            CommandId::KmBy if view != CURVES => match next_to_cut(state, argument) {
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
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if view != CURVES {
            return self.cut_off.view(state, view == PROFILE, theme, area, buf);
        }
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
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
        if view != CURVES {
            return CutOff::document(state);
        }
        match &**state.answers.status(SLOT).answer()? {
            Answer::Km(answer) => Some(report::document(answer)),
            _ => None,
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        if view != CURVES {
            return CutOff::methods(state);
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
    format!("{endpoint}, {by}; {interval} interval{freshness}")
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
