//! Performance: how well the models tell patients apart, here and in other cohorts.

mod course;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::course::Course;
use super::{Outcome, Pane};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::cindex::Method;
use crate::methods::optimism::document as bootstrap;
use crate::methods::over_time::document as over_time_report;
use crate::methods::performance::document as report;
use crate::methods::reclassification::document as moves;
use crate::methods::{optimism, over_time, performance, reclassification};
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use figures::format;

const SLOT: Slot = "performance";
const OPTIMISM: Slot = "optimism";
const OVER_TIME: Slot = "over time";
const RECLASSIFIED: Slot = "reclassification";
const CONCORDANCE: usize = 0;
const ROC: usize = 1;
const BRIER: usize = 2;
const BOOTSTRAP: usize = 3;
const COURSE: usize = 4;
const MOVED: usize = 5;
/// The pane.
#[derive(Default)]
pub struct Performance {
    grids: [Grid; 6],
    forest: Option<Figure>,
    /// ROC curves of each model in each cohort.
    curves: Vec<Vec<Option<Figure>>>,
    /// Brier scores of the models in each cohort.
    brier: Vec<Figure>,
    /// Cohort and model of each row.
    rows: Vec<(usize, Option<usize>)>,
    heading: String,
    notes: Vec<String>,
    bootstrap: (String, Vec<String>),
    course: Course,
    moved: (String, Vec<String>),
    shown: [Option<Key>; 4],
}

impl Pane for Performance {
    fn id(&self) -> PaneId {
        PaneId::Performance
    }

    fn views(&self) -> &'static [&'static str] {
        &["concordance", "ROC", "Brier", "bootstrap", "over time", "reclassification"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan() else { return Vec::new() };
        vec![match view {
            BOOTSTRAP => (OPTIMISM, Asked::new(plan.optimism())),
            MOVED => (RECLASSIFIED, Asked::new(plan.reclassification())),
            COURSE => (OVER_TIME, Asked::new(plan.over_time())),
            _ => (SLOT, Asked::new(plan.performance())),
        }]
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        let shown = [SLOT, OPTIMISM, OVER_TIME, RECLASSIFIED].map(|slot| state.answers.shown(slot));
        if let Some(answer) = state.answers.status(SLOT).get::<performance::Answer>()
            && self.shown[0] != shown[0]
        {
            self.prepare(answer);
        }
        if let Some(answer) = state.answers.status(OPTIMISM).get::<optimism::Answer>()
            && self.shown[1] != shown[1]
        {
            self.grids[BOOTSTRAP].set(bootstrap::table(answer));
            self.bootstrap = (bootstrap::summary(answer), answer.notes.clone());
        }
        if let Some(answer) = state.answers.status(OVER_TIME).get::<over_time::Answer>()
            && self.shown[2] != shown[2]
        {
            self.grids[COURSE].set(over_time_report::table(answer));
            self.course = Course::new(answer);
        }
        if let Some(answer) = state.answers.status(RECLASSIFIED).get::<reclassification::Answer>()
            && self.shown[3] != shown[3]
        {
            self.grids[MOVED].set(moves::table(answer));
            self.moved = (moves::summary(answer), answer.notes.clone());
        }
        self.shown = shown;
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        self.grids.get(view)
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        self.grids.get_mut(view)
    }

    fn act(&mut self, command: CommandId, _argument: Option<&str>, state: &State, _view: usize) -> Outcome {
        match command {
            CommandId::PerformanceMethod => {
                let mut choices = state.choices.clone();
                choices.performance.method = match choices.performance.method {
                    Method::Harrell => Method::Uno,
                    Method::Uno => Method::Harrell,
                };
                let what = choices.performance.method.words().to_owned();
                Outcome::action(Action::Choose(what, Box::new(choices)))
            }
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let slot = match view {
            BOOTSTRAP => OPTIMISM,
            COURSE => OVER_TIME,
            MOVED => RECLASSIFIED,
            _ => SLOT,
        };
        let status = state.answers.status(slot);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (heading, notes) = match view {
            CONCORDANCE => (&self.heading, &self.notes),
            BOOTSTRAP => (&self.bootstrap.0, &self.bootstrap.1),
            COURSE => (self.course.heading(), self.course.notes()),
            MOVED => (&self.moved.0, &self.moved.1),
            ROC => (&ROC_HEADING.to_owned(), &self.notes),
            _ => (&BRIER_HEADING.to_owned(), &self.notes),
        };
        let rest = paragraph::heading(&format!("{heading}{}", paragraph::freshness(&status)), theme, area, buf);
        let most = if rest.width >= layout::WIDE { 6 } else { 3 };
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(notes, rest.width, most));
        paragraph::notes(notes, theme, foot, buf);
        let Some(grid) = self.grids.get(view) else { return };
        if view == COURSE {
            return self.course.view(&self.grids[COURSE], theme, rest, buf);
        }
        let (table, figure) = self.shared_out(view, rest);
        if let Some(drawn) = self.figure(view) {
            chart::view(drawn, theme, figure, buf);
        }
        grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        if view == BOOTSTRAP {
            return state.answers.status(OPTIMISM).get::<optimism::Answer>().map(bootstrap::document);
        }
        if view == COURSE {
            return state.answers.status(OVER_TIME).get().map(over_time_report::document);
        }
        if view == MOVED {
            return state.answers.status(RECLASSIFIED).get().map(moves::document);
        }
        let status = state.answers.status(SLOT);
        let answer = status.get::<performance::Answer>()?;
        Some(match view {
            ROC => report::discrimination(answer, self.under_cursor(ROC)),
            BRIER => report::error(answer),
            _ => report::concordance(answer),
        })
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        if view == COURSE {
            return state.answers.status(OVER_TIME).get().map(over_time_report::methods);
        }
        if view == MOVED {
            return state.answers.status(RECLASSIFIED).get().map(moves::methods);
        }
        if view == BOOTSTRAP {
            let plan = state.plan()?;
            return Some(bootstrap::methods(&plan.optimism()));
        }
        state.answers.status(SLOT).get().map(report::methods)
    }
}

const ROC_HEADING: &str = "Cumulative/dynamic ROC analysis, censoring weighted by Kaplan-Meier";
const BRIER_HEADING: &str = "Brier score; index of prediction accuracy (1 - score / score without model)";

impl Performance {
    fn prepare(&mut self, answer: &performance::Answer) {
        self.grids[CONCORDANCE].set(report::concordance_table(answer));
        self.grids[ROC].set(report::auc_table(answer));
        self.grids[BRIER].set(report::brier_table(answer));
        self.forest = Some(report::forest(answer));
        let models = 0..answer.models.len();
        let curves = |c| models.clone().map(|m| report::roc_curves(answer, c, m)).collect();
        self.curves = (0..answer.cohorts.len()).map(curves).collect();
        self.brier = (0..answer.cohorts.len()).map(|c| report::brier_figure(answer, c)).collect();
        self.rows = report::rows(answer);
        let until =
            answer.tau.map_or(String::new(), |t| format!(" up to {} {}", format::chosen(t), answer.unit.word()));
        self.heading = format!(
            "{}{until}, {}; models fitted in {}",
            answer.method.words(),
            answer.label.to_lowercase(),
            answer.training
        );
        self.notes.clone_from(&answer.notes);
    }

    /// Cohort and model of the row under the cursor; a cohort's own row stands for its last model.
    fn under_cursor(&self, view: usize) -> Option<(usize, usize)> {
        let (cohort, model) = *self.rows.get(self.grids.get(view)?.row()?)?;
        let last = || self.curves.get(cohort).map_or(0, |models| models.len().saturating_sub(1));
        Some((cohort, model.unwrap_or_else(last)))
    }

    fn figure(&self, view: usize) -> Option<&Figure> {
        match view {
            CONCORDANCE => self.forest.as_ref(),
            ROC => {
                let (cohort, model) = self.under_cursor(ROC)?;
                self.curves.get(cohort)?.get(model)?.as_ref()
            }
            BRIER => self.brier.get(self.under_cursor(BRIER)?.0),
            _ => None,
        }
    }

    /// Table and figure: the table first; the figure has what is left below, if that does it justice. Curves are worth
    /// more than the last rows of a table that scrolls; the forest says what its table says.
    fn shared_out(&self, view: usize, area: Rect) -> (Rect, Rect) {
        let Some(figure) = self.figure(view) else { return (area, Rect::ZERO) };
        let headings = if view == CONCORDANCE { 1 } else { 2 };
        let rows = self.grids[view].table().rows.len() as u16 + headings;
        let needed = match view {
            CONCORDANCE => figure.preferred_lines(usize::from(area.width)) as u16,
            _ => LEAST_FIGURE,
        };
        let least = if view == CONCORDANCE { rows } else { rows.min(headings + LEAST_ROWS) };
        if area.height < least + needed {
            return (area, Rect::ZERO);
        }
        layout::top(area, rows.min(area.height - needed))
    }
}

/// Rows of a table beside which a chart may take its lines.
const LEAST_ROWS: u16 = 5;
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;
