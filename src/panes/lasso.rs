//! The penalized model: coefficient paths, cross-validation, the features selected, and the score.

mod choices;
mod stability;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use survival::coxnet::LambdaRule;
use survival::coxnet::Measure;

use self::choices::{alpha, choose, deals, next_rule, prompt, seed, seed_of};
use self::stability::Stability;
use super::{Outcome, Pane};
use crate::app::answers::{Slot, Status};
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::lasso;
use crate::methods::lasso::document as report;
use crate::plan::Plan;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use figures::format;

const SLOT: Slot = "lasso";
const CV: usize = 1;
const FEATURES: usize = 2;
const SCORE: usize = 3;
const STABILITY: usize = 4;
/// Lines of the table of penalties below a figure, with its heading: few, or more where there is room.
const PENALTIES: [u16; 2] = [3, 9];
/// Lines below which boxes show nothing.
const LEAST_FIGURE: u16 = 6;

/// The pane.
#[derive(Default)]
pub struct Lasso {
    penalties: Grid,
    /// The penalties, and the one that figures mark.
    lambda: Vec<f64>,
    marked: Option<usize>,
    terms: Grid,
    cohorts: Grid,
    path: Option<Figure>,
    cv: Option<Figure>,
    scores: Option<Figure>,
    summary: String,
    formula: String,
    notes: Vec<String>,
    shown: Option<Key>,
    stability: Stability,
}

impl Pane for Lasso {
    fn id(&self) -> PaneId {
        PaneId::Lasso
    }

    fn views(&self) -> &'static [&'static str] {
        &["path", "cross-validation", "features", "score", "stability"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan().filter(Plan::has_features) else { return Vec::new() };
        let score = plan.rad_score().map(|spec| (SLOT, Asked::new(spec)));
        let stability = plan.stability().filter(|_| view == STABILITY);
        score.into_iter().chain(stability.map(|spec| (stability::SLOT, Asked::new(spec)))).collect()
    }

    fn refresh(&mut self, state: &State, view: usize) {
        if view == STABILITY {
            self.stability.refresh(state);
        }
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<lasso::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return self.mark(answer);
        }
        self.shown = state.answers.shown(SLOT);
        self.penalties.set(report::penalties_table(answer));
        self.lambda.clone_from(&answer.lambda);
        self.penalties.go_to(report::place_in_use(answer));
        self.marked = None;
        self.mark(answer);
        self.terms.set(report::terms_table(answer));
        self.cohorts.set(report::cohorts_table(answer));
        self.scores = Some(report::score_figure(answer));
        self.summary = report::summary(answer);
        self.formula.clone_from(&answer.formula);
        self.notes.clone_from(&answer.notes);
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        match view {
            FEATURES => Some(&self.terms),
            SCORE => Some(&self.cohorts),
            STABILITY => Some(self.stability.grid()),
            _ => Some(&self.penalties),
        }
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        match view {
            FEATURES => Some(&mut self.terms),
            SCORE => Some(&mut self.cohorts),
            STABILITY => Some(self.stability.grid_mut()),
            _ => Some(&mut self.penalties),
        }
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let Some(spec) = state.plan().and_then(|plan| plan.rad_score()) else { return Outcome::Ignored };
        match command {
            CommandId::Enter if view < FEATURES => match self.penalties.row().and_then(|row| self.lambda.get(row)) {
                Some(lambda) => {
                    let what = format!("lambda = {}", format::significant(*lambda, 4));
                    choose(state, Ok((LambdaRule::Value(*lambda), what)), |c, rule| c.lasso.rule = Some(rule))
                }
                None => Outcome::Ignored,
            },
            CommandId::LassoRule => choose(state, next_rule(spec.rule, argument), |c, rule| c.lasso.rule = Some(rule)),
            CommandId::LassoMeasure => {
                let next = match spec.measure {
                    Measure::Concordance => (Measure::GroupedDeviance, "cross-validation by deviance"),
                    _ => (Measure::Concordance, "cross-validation by C-index"),
                };
                choose(state, Ok((next.0, next.1.to_owned())), |c, measure| c.lasso.measure = Some(measure))
            }
            CommandId::LassoAlpha => match argument.map(str::trim) {
                None => prompt("alpha: 1 is the LASSO, 0 ridge", spec.alpha.to_string()),
                Some(text) => choose(state, alpha(text), |c, alpha| c.lasso.alpha = Some(alpha)),
            },
            CommandId::LassoSeed => match argument.map(str::trim) {
                None => prompt("seed of the folds", seed_of(&spec).to_string()),
                Some(text) => choose(state, seed(text), |c, seed| c.lasso.seed = Some(seed)),
            },
            CommandId::LassoDeals => match argument.map(str::trim) {
                None => prompt("deals of the folds whose mean chooses the penalty", spec.deals.to_string()),
                Some(text) => choose(state, deals(text), |c, deals| c.lasso.deals = Some(deals)),
            },
            CommandId::LassoAdaptive => {
                let next = (
                    !state.choices.lasso.adaptive,
                    if spec.adaptive.is_none() { "adaptive LASSO" } else { "plain LASSO" },
                );
                choose(state, Ok((next.0, next.1.to_owned())), |c, adaptive| c.lasso.adaptive = adaptive)
            }
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = absent(state, &status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        if view == STABILITY {
            return self.stability.view(state, theme, area, buf);
        }
        let title = format!("{}{}", self.summary, paragraph::freshness(&status));
        let lines = paragraph::wrap(&title, usize::from(area.width)).len() as u16;
        let (head, rest) = layout::top(area, lines.min(3));
        paragraph::text(&title, Role::Title, theme, head, buf);
        let notes = self.notes_of(state);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&notes, rest.width, 3));
        paragraph::notes(&notes, theme, foot, buf);
        match view {
            FEATURES => self.terms.view(theme, true, rest, buf),
            SCORE => self.view_score(theme, rest, buf),
            _ => self.view_figures(view, theme, rest, buf),
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        if view == STABILITY {
            return Stability::document(state);
        }
        let status = state.answers.status(SLOT);
        let answer = status.get::<lasso::Answer>()?;
        Some(if view == SCORE { report::scores(answer) } else { report::document(answer) })
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        let status = state.answers.status(SLOT);
        let answer = status.get::<lasso::Answer>()?;
        let model = report::methods(answer);
        let stability = Stability::methods(state).filter(|_| view == STABILITY);
        Some(stability.map_or_else(|| model.clone(), |more| format!("{model} {more}")))
    }
}

impl Lasso {
    fn view_figures(&self, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (Some(path), Some(cv)) = (&self.path, &self.cv) else { return };
        let lines = if area.height >= PENALTIES[1] * 3 { PENALTIES[1] } else { PENALTIES[0] };
        let (area, table) = layout::bottom(area, if area.height >= PENALTIES[0] * 4 { lines } else { 0 });
        self.penalties.view(theme, true, table, buf);
        if area.width >= layout::WIDE {
            let (left, right) = layout::left(area, area.width / 2);
            chart::view(path, theme, left, buf);
            chart::view(cv, theme, right, buf);
        } else {
            chart::view(if view == CV { cv } else { path }, theme, area, buf);
        }
    }

    fn view_score(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        // The formula whole, for it is what others apply; the figure has what is left, if that does it justice.
        let rows = (self.cohorts.table().rows.len() as u16 + 1).min(area.height);
        let lines = paragraph::height(&self.formula, area.width);
        let (area, foot) = layout::bottom(area, lines.min(area.height - rows));
        if lines > foot.height {
            let (foot, last) = layout::bottom(foot, 1);
            paragraph::text(&self.formula, Role::Text, theme, foot, buf);
            let more = format!("{} more lines of the formula: C copies it, e exports it", lines - foot.height);
            paragraph::line(&more, Role::Dim, theme, last, buf);
        } else {
            paragraph::text(&self.formula, Role::Text, theme, foot, buf);
        }
        let (figure, table) = layout::bottom(area, rows);
        match self.scores.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            Some(scores) => {
                chart::view(scores, theme, figure, buf);
                self.cohorts.view(theme, true, table, buf);
            }
            None => self.cohorts.view(theme, true, area, buf),
        }
    }

    /// Figures with the penalty under the cursor marked.
    fn mark(&mut self, answer: &lasso::Answer) {
        let row = self.penalties.row();
        if self.marked == row && self.path.is_some() {
            return;
        }
        self.marked = row;
        let lambda = row.and_then(|row| self.lambda.get(row)).copied().unwrap_or(answer.selected.lambda);
        self.path = Some(report::path_figure_at(answer, lambda));
        self.cv = Some(report::cv_figure_at(answer, lambda));
    }

    fn notes_of(&self, state: &State) -> Vec<String> {
        let filtered = state.choices.filter.as_ref().map(|_| {
            "the filter chooses whom other panes look at; the score is made in the whole training cohort".to_owned()
        });
        self.notes.iter().cloned().chain(filtered).collect()
    }
}

/// What stands in place of an answer, and what to do about it.
fn absent(state: &State, status: &Status) -> Option<(Role, String)> {
    if state.plan().is_some_and(|plan| !plan.has_features()) {
        let said = "The study has no radiomic features. Name images under [images], or a table under [features].";
        return Some((Role::Dim, said.to_owned()));
    }
    paragraph::absent_features(status, &state.extraction)
}
