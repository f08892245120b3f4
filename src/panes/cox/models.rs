//! Each variable alone, the joint model as a forest, and whether its hazards are proportional.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::LEAST_CHART;
use crate::methods::cox::document as report;
use crate::methods::cox::{Answer, Model};
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// The three views.
#[derive(Default)]
pub(super) struct Models {
    pub single: Grid,
    pub joint: Grid,
    pub hazards: Grid,
    /// The variable of each row of `single`.
    variables: Vec<String>,
    forest: Option<Figure>,
    /// Scaled residuals of each term tested.
    residuals: Vec<Figure>,
}

/// Lines of a forest besides its rows: heading, axis, direction.
const FOREST_FRAME: u16 = 4;
/// Lines of a table that still show where the cursor is.
const LEAST_TABLE: u16 = 4;

impl Models {
    pub(super) fn set(&mut self, answer: &Answer) {
        self.variables = report::variables_of_rows(answer);
        self.single.set(report::univariable_table(answer));
        let entered = |v: &String| answer.models.iter().any(|m| m.entered && m.variable == *v);
        let marks: Vec<usize> = (0..self.variables.len()).filter(|r| entered(&self.variables[*r])).collect();
        self.single.set_marks(marks);
        self.forest = answer.joint.as_ref().map(|model| report::forest(answer, model));
        if let Some(model) = &answer.joint {
            self.set_joint(answer, model);
        }
    }

    fn set_joint(&mut self, answer: &Answer, model: &Model) {
        self.joint.set(report::joint_table(answer, model));
        self.hazards.set(report::hazards_table(answer, model));
        self.residuals = report::residual_figures(answer, model);
    }

    /// Whether there is a joint model.
    pub(super) fn is_joint(&self) -> bool {
        self.forest.is_some()
    }

    /// The variable under the cursor.
    pub(super) fn variable(&self) -> Option<String> {
        self.single.row().and_then(|row| self.variables.get(row)).cloned()
    }

    /// Variables that are in the joint model now.
    pub(super) fn entered(&self) -> Vec<String> {
        let mut entered: Vec<String> = Vec::new();
        for variable in self.single.marks().iter().filter_map(|r| self.variables.get(*r)) {
            if !entered.contains(variable) {
                entered.push(variable.clone());
            }
        }
        entered
    }

    /// The forest first: whole if it can be, the table as far as room is left.
    pub(super) fn view_joint(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let rows = self.joint.table().rows.len() as u16;
        let figure = (rows + FOREST_FRAME).min(area.height.saturating_sub(LEAST_TABLE));
        let (figure, table) = layout::top(area, figure);
        if let Some(forest) = &self.forest {
            chart::view(forest, theme, figure, buf);
        }
        self.joint.view(theme, true, table, buf);
    }

    /// The tests, and the residuals of the term under the cursor.
    pub(super) fn view_hazards(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
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
}
