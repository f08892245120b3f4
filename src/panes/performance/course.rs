//! The models over time: AUC with limits, and differences between models, in one cohort after the other.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::methods::over_time::Answer;
use crate::methods::over_time::document as report;
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// Lines below which the curves have no room for legend, axis and marks.
const LEAST_FIGURE: u16 = 10;
/// Lines of the table that stay.
const LEAST_TABLE: u16 = 4;

/// What the view shows beside its table.
#[derive(Default)]
pub(super) struct Course {
    heading: String,
    notes: Vec<String>,
    /// AUC in each cohort.
    auc: Vec<Figure>,
    /// Differences between models in each cohort.
    differences: Vec<Option<Figure>>,
    /// The cohort of each row.
    rows: Vec<usize>,
}

impl Course {
    pub(super) fn new(answer: &Answer) -> Self {
        let cohorts = 0..answer.cohorts.len();
        Self {
            heading: report::summary(answer),
            notes: answer.notes.clone(),
            auc: cohorts.clone().map(|c| report::auc_figure(answer, c)).collect(),
            differences: cohorts.map(|c| report::difference_figure(answer, c)).collect(),
            rows: report::rows(answer),
        }
    }

    pub(super) fn heading(&self) -> &String {
        &self.heading
    }

    pub(super) fn notes(&self) -> &Vec<String> {
        &self.notes
    }

    /// The table, and the curves of the cohort under the cursor; their differences where there is room.
    pub(super) fn view(&self, grid: &Grid, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let rows = grid.table().rows.len() as u16 + 2;
        let (table, figures) = layout::top(area, rows.min(area.height.saturating_sub(LEAST_FIGURE).max(LEAST_TABLE)));
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
}
