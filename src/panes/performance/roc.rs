//! Areas under the ROC curves at the study's times, and the curves of the row under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{HEADINGS, Rows, SLOT, asks, to_judged};
use crate::app::answers::Wish;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::performance::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const HEADING: &str = "Cumulative/dynamic ROC analysis, censoring weighted by Kaplan-Meier";

/// Lines of curves beside which the whole table is shown.
const ENOUGH: u16 = 14;
/// Rows of the table below the curves, where it is not whole.
const FEW_ROWS: u16 = 2;

/// The view.
#[derive(Default)]
pub(super) struct Roc {
    notes: Vec<String>,
    /// Curves of each model in each cohort.
    curves: Vec<Vec<Option<Figure>>>,
    rows: Rows,
    shown: Option<Key>,
}

impl View for Roc {
    fn name(&self) -> &'static str {
        "ROC"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        let models = 0..answer.models.len();
        let curves = |c| models.clone().map(|m| report::roc_curves(answer, c, m)).collect();
        self.curves = (0..answer.cohorts.len()).map(curves).collect();
        self.rows = report::rows(answer);
        self.notes.clone_from(&answer.notes);
        grid.set(report::auc_table(answer));
    }

    /// From a model to its coefficients, from a cohort to its patients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        to_judged(state, grid)
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        // The curves are what the view is for: notes get a line, the table as many as show where the cursor is.
        let most = if area.width >= layout::WIDE { 6 } else { 1 };
        let notes = (self.notes.as_slice(), most);
        let Some(area) = paragraph::framed(&status, HEADING, notes, scene.theme, area, buf) else { return };
        let at = self.under_cursor(scene.grid);
        let curves = at.and_then(|(cohort, model)| self.curves.get(cohort)?.get(model)?.as_ref());
        let Some(curves) = curves else { return scene.grid.view(scene.theme, true, area, buf) };
        let rows = scene.grid.table().rows.len() as u16 + HEADINGS;
        let whole = area.height >= rows + ENOUGH;
        let (figure, table) = layout::above_table(area, if whole { rows } else { rows.min(HEADINGS + FEW_ROWS) });
        chart::view(curves, scene.theme, figure, buf);
        scene.grid.view(scene.theme, true, table, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(|answer| report::discrimination(answer, self.under_cursor(grid)))
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}

impl Roc {
    /// Cohort and model of the row under the cursor; a cohort's own row stands for its last model.
    fn under_cursor(&self, grid: &Grid) -> Option<(usize, usize)> {
        let (cohort, model) = *self.rows.get(grid.row()?)?;
        let last = || self.curves.get(cohort).map_or(0, |models| models.len().saturating_sub(1));
        Some((cohort, model.unwrap_or_else(last)))
    }
}
