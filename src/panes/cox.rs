//! Cox models: every variable alone, those that enter together, whether hazards are proportional, and whom the model
//! does not fit.

mod residuals;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::residuals::Residuals;
use super::{Outcome, Pane};
use crate::analysis::cox::model::Step;
use crate::analysis::{Answer, Key, Query, cox};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::format;
use crate::plot::Figure;
use crate::report::cox as report;
use crate::report::document::Document;
use crate::study::{RAD_SCORE, TiesSpec};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};

const SLOT: Slot = "cox";
const SINGLE: usize = 0;
const JOINT: usize = 1;
const HAZARDS: usize = 2;
const CASES: usize = 3;

/// The pane.
#[derive(Default)]
pub struct Cox {
    single: Grid,
    joint: Grid,
    hazards: Grid,
    /// The variable of each row of `single`.
    variables: Vec<String>,
    forest: Option<Figure>,
    /// Scaled residuals of each term tested.
    residuals: Vec<Figure>,
    summary: String,
    /// `; n = 81, 31 events`, of the joint model.
    counts: String,
    notes: Vec<String>,
    cases: Residuals,
    shown: Option<Key>,
}

impl Pane for Cox {
    fn id(&self) -> PaneId {
        PaneId::Cox
    }

    fn views(&self) -> &'static [&'static str] {
        &["univariable", "multivariable", "hazards", "residuals"]
    }

    fn asks(&self, state: &State, _view: usize) -> Vec<(Slot, Query)> {
        let (Some(study), Some(cohort)) = (&state.study, state.cohort()) else { return Vec::new() };
        // Models are built in the training cohort; another cohort is looked at only when it is asked for.
        let mut on = state.scored(state.selection());
        on.cohort = on.cohort.or_else(|| state.training().map(str::to_owned));
        let score = state.is_scored().then(|| RAD_SCORE.to_owned());
        let spec = cox::Spec {
            on,
            candidates: cohort.variables().iter().cloned().chain(score).collect(),
            chosen: state.choices.cox.covariates.clone(),
            entry_p: study.analysis.entry_p,
            step: state.choices.cox.step,
            options: cox::Options { firth: state.choices.cox.firth, ..cox::Options::with_ties(ties(state)) },
        };
        vec![(SLOT, Query::Cox(spec))]
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        let status = state.answers.status(SLOT);
        let Some(Answer::Cox(answer)) = status.answer().map(|a| &**a) else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.variables = report::variables_of_rows(answer);
        self.single.set(report::univariable_table(answer));
        let entered = |v: &String| answer.models.iter().any(|m| m.entered && m.variable == *v);
        let marks: Vec<usize> = (0..self.variables.len()).filter(|r| entered(&self.variables[*r])).collect();
        self.single.set_marks(marks);
        self.notes.clone_from(&answer.notes);
        match &answer.joint {
            Some(model) => {
                self.joint.set(report::joint_table(answer, model));
                self.hazards.set(report::hazards_table(answer, model));
                self.residuals = report::residual_figures(answer, model);
                self.forest = Some(report::forest(answer, model));
                self.summary = report::summary(answer, model);
                let (n, events) = (format::count(model.n), format::count(model.events));
                self.cases.set(model.cases.clone());
                self.counts = format!("; n = {n}, {events} events");
            }
            None => {
                self.forest = None;
                self.cases.set(None);
                self.summary = format!("no variable entered ({}); space chooses one by hand", answer.rule);
            }
        }
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            JOINT => &self.joint,
            HAZARDS => &self.hazards,
            CASES => self.cases.grid(),
            _ => &self.single,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            JOINT => &mut self.joint,
            HAZARDS => &mut self.hazards,
            CASES => self.cases.grid_mut(),
            _ => &mut self.single,
        })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let mut choices = state.choices.clone();
        match command {
            CommandId::Mark if view == SINGLE => {
                let Some(variable) = self.single.row().and_then(|r| self.variables.get(r)).cloned() else {
                    return Outcome::Done;
                };
                let mut chosen = choices.cox.covariates.take().unwrap_or_else(|| self.entered());
                let what = if chosen.contains(&variable) {
                    chosen.retain(|v| *v != variable);
                    format!("model without {variable}")
                } else {
                    chosen.push(variable.clone());
                    format!("model with {variable}")
                };
                choices.cox.covariates = Some(chosen);
                Outcome::action(Action::Choose(what, Box::new(choices)))
            }
            CommandId::CoxResidual => {
                self.cases.next();
                Outcome::View(CASES)
            }
            CommandId::CoxFirth => {
                choices.cox.firth = !choices.cox.firth;
                let what = if choices.cox.firth { "Firth's penalty" } else { "no penalty" };
                Outcome::action(Action::Choose(what.to_owned(), Box::new(choices)))
            }
            CommandId::CoxSelect => {
                choices.cox.covariates = None;
                choices.cox.step = match choices.cox.step {
                    None => Some(Step::Aic),
                    Some(Step::Aic) => Some(Step::Bic),
                    Some(_) => None,
                };
                let by = choices.cox.step.map(|step| format!("backward selection by {}", step.words()));
                let what = by.unwrap_or_else(|| "model by the entry rule".to_owned());
                Outcome::action(Action::Choose(what, Box::new(choices)))
            }
            CommandId::CoxEntry => {
                choices.cox.covariates = None;
                choices.cox.step = None;
                Outcome::action(Action::Choose("model by the entry rule".to_owned(), Box::new(choices)))
            }
            CommandId::CoxTies => {
                let next = if ties(state) == "efron" { "breslow" } else { "efron" };
                choices.cox.ties = Some(next.to_owned());
                Outcome::action(Action::Choose(format!("{next} ties"), Box::new(choices)))
            }
            CommandId::CoxModel => match next_model(state, argument) {
                Some((name, covariates)) => {
                    choices.cox.covariates = Some(covariates);
                    Outcome::action(Action::Choose(format!("model {name}"), Box::new(choices)))
                }
                None => Outcome::Done,
            },
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let cohort = state.choices.cohort.as_deref().or(state.training()).unwrap_or("all");
        let what = match view {
            JOINT => format!("{}{}", self.summary, if state.choices.cox.firth { "; Firth's penalty" } else { "" }),
            CASES => format!("{}{}", self.cases.summary(), self.counts),
            HAZARDS => format!("Proportional hazards, score tests (Kaplan-Meier time){}", self.counts),
            _ => format!("Each variable alone, {cohort} cohort, {} ties; space moves it into the model", ties(state)),
        };
        let rest = paragraph::heading(&format!("{what}{}", paragraph::freshness(&status)), theme, area, buf);
        let notes = paragraph::notes_height(&self.notes, rest.width, (rest.height / 6).max(3));
        let (rest, foot) = layout::bottom(rest, notes);
        paragraph::notes(&self.notes, theme, foot, buf);
        match (view, &self.forest) {
            (JOINT, Some(forest)) => {
                // The forest first: whole if it can be, the table as far as room is left.
                let rows = self.joint.table().rows.len() as u16;
                let figure = (rows + FOREST_FRAME).min(rest.height.saturating_sub(LEAST_TABLE));
                let (figure, table) = layout::top(rest, figure);
                chart::view(forest, theme, figure, buf);
                self.joint.view(theme, true, table, buf);
            }
            (HAZARDS, Some(_)) => self.view_hazards(theme, rest, buf),
            (CASES, Some(_)) => self.cases.view(theme, rest, buf),
            (SINGLE, _) => self.single.view(theme, true, rest, buf),
            _ => {
                paragraph::text(&self.summary, Role::Dim, theme, rest, buf);
            }
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        let status = state.answers.status(SLOT);
        let Answer::Cox(answer) = &**status.answer()? else { return None };
        if let (CASES, Some(document)) = (view, self.cases.document()) {
            return Some(document);
        }
        match (view, &answer.joint) {
            (SINGLE, _) | (_, None) => Some(report::univariable(answer)),
            (_, Some(model)) => Some(report::joint(answer, model)),
        }
    }

    fn methods(&self, state: &State, _view: usize) -> Option<String> {
        let study = state.study.as_ref()?;
        let rule = match (&state.choices.cox.covariates, state.choices.cox.step) {
            (Some(chosen), _) => format!("The multivariable model holds {}.", chosen.join(", ")),
            (None, Some(step)) => {
                format!("The multivariable model was selected backward from all variables by {}.", step.words())
            }
            (None, None) => {
                format!("Variables with univariable p < {} entered the multivariable model.", study.analysis.entry_p)
            }
        };
        let firth = if state.choices.cox.firth { " with Firth's penalty" } else { "" };
        Some(format!(
            "Hazard ratios were estimated by Cox regression ({} ties){firth}, p by likelihood ratio tests for variables and Wald \
             tests for terms. {rule} Proportional hazards were tested by score tests against the Kaplan-Meier transform of \
             time.",
            ties(state)
        ))
    }
}

/// Lines of a forest besides its rows: heading, axis, direction.
const FOREST_FRAME: u16 = 4;
/// Lines of a table that still show where the cursor is.
const LEAST_TABLE: u16 = 4;

/// Lines below which a chart of residuals shows nothing.
const LEAST_CHART: u16 = 8;

impl Cox {
    /// The tests, and the residuals of the term under the cursor.
    fn view_hazards(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let rows = self.hazards.table().rows.len() as u16 + 1;
        let room = area.height.saturating_sub(LEAST_CHART).max(LEAST_TABLE);
        let (table, figure) = layout::top(area, rows.min(room));
        self.hazards.view(theme, true, table, buf);
        // The row of all terms together has no residuals of its own: the first term stands there.
        let row = self.hazards.row().filter(|row| *row < self.residuals.len()).unwrap_or(0);
        if let Some(residuals) = self.residuals.get(row).filter(|_| figure.height >= LEAST_CHART) {
            chart::view(residuals, theme, figure, buf);
        }
    }

    /// Variables that are in the joint model now.
    fn entered(&self) -> Vec<String> {
        let mut entered: Vec<String> = Vec::new();
        for variable in self.single.marks().iter().filter_map(|r| self.variables.get(*r)) {
            if !entered.contains(variable) {
                entered.push(variable.clone());
            }
        }
        entered
    }
}

/// The ties method in use.
pub(super) fn ties(state: &State) -> String {
    let of_study = state.study.as_ref().map(|s| s.analysis.ties).unwrap_or_default();
    let of_study = match of_study {
        TiesSpec::Efron => "efron",
        TiesSpec::Breslow => "breslow",
        TiesSpec::Exact => "exact",
    };
    state.choices.cox.ties.clone().unwrap_or_else(|| of_study.to_owned())
}

/// The named model asked for, or the one after that in use; those with the Rad-score only if there are features.
fn next_model(state: &State, name: Option<&str>) -> Option<(String, Vec<String>)> {
    let study = state.study.as_ref()?;
    let scored = state.is_scored();
    let known = |m: &&crate::study::ModelSpec| scored || !m.covariates.iter().any(|c| c == RAD_SCORE);
    let models: Vec<_> = study.models.iter().filter(known).collect();
    let found = match name.filter(|n| !n.is_empty()) {
        Some(name) => models.iter().find(|m| m.name.eq_ignore_ascii_case(name)),
        None => {
            let now = state.choices.cox.covariates.as_ref();
            let at = models.iter().position(|m| Some(&m.covariates) == now);
            at.map_or(models.first(), |at| models.get((at + 1) % models.len()))
        }
    };
    found.map(|m| (m.name.clone(), m.covariates.clone()))
}
