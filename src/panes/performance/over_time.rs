//! The models over time: AUC with limits, and differences between models, in one cohort after the other.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::framed;
use crate::app::answers::{Slot, Wish};
use crate::app::leads::{to_cohort, to_model};
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::over_time;
use crate::methods::over_time::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

const SLOT: Slot<over_time::Spec> = Slot::new("over time");
/// Lines below which the curves have no room for legend, axis and marks.
const LEAST_FIGURE: u16 = 10;
/// Lines in which a chart keeps its axes.
const WITH_AXES: u16 = 6;
/// Lines of the table that stay.
const LEAST_TABLE: u16 = 4;

/// The view.
#[derive(Default)]
pub(super) struct OverTime {
    heading: String,
    notes: Vec<String>,
    /// AUC in each cohort.
    auc: Vec<Figure>,
    /// Differences between models in each cohort.
    differences: Vec<Option<Figure>>,
    /// The cohort of each row.
    rows: Vec<usize>,
    shown: Option<Key>,
}

impl View for OverTime {
    fn name(&self) -> &'static str {
        "over time"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|plan| SLOT.wants(plan.over_time())).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        let cohorts = 0..answer.cohorts.len();
        self.heading = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        self.auc = cohorts.clone().map(|c| report::auc_figure(answer, c)).collect();
        self.differences = cohorts.map(|c| report::difference_figure(answer, c)).collect();
        self.rows = report::rows(answer);
        grid.set(report::table(answer));
    }

    /// From a model to its coefficients, from a cohort to its patients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let (Some(answer), Some(row)) = (state.answers.get(SLOT), grid.row()) else { return Outcome::Ignored };
        match report::subjects(answer).get(row) {
            Some((_, Some(model))) => to_model(model),
            Some((cohort, None)) => to_cohort(cohort, true, state),
            None => Outcome::Ignored,
        }
    }

    /// The table, and the curves of the cohort under the cursor; their differences where there is room.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let status = scene.state.answers.status(SLOT);
        let Some(area) = framed(scene, &status, (&self.heading, &self.notes), area, buf) else { return };
        let (grid, theme) = (scene.grid, scene.theme);
        let rows = grid.table().rows.len() as u16 + 2;
        // On a low screen the table gives up rows before the curves lose their axes.
        let least = LEAST_TABLE.min(area.height.saturating_sub(WITH_AXES));
        let room = area.height.saturating_sub(LEAST_FIGURE).max(least);
        let (table, figures) = layout::top(area, rows.min(room));
        grid.view(theme, true, table, buf);
        let cohort = grid.row().and_then(|row| self.rows.get(row)).copied().unwrap_or(0);
        let differences = self.differences.get(cohort).and_then(Option::as_ref);
        let (auc, beside) = match differences {
            Some(_) if area.width >= layout::WIDE => layout::left(figures, figures.width / 2),
            _ => (figures, Rect::ZERO),
        };
        if let Some(drawn) = self.auc.get(cohort) {
            chart::view(drawn, theme, auc, buf);
        }
        if let Some(drawn) = differences.filter(|_| !beside.is_empty()) {
            chart::view(drawn, theme, beside, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).map(report::methods)
    }
}
