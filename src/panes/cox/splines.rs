//! Whether numbers act as straight lines: each as a restricted cubic spline, adjusted for the joint model.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{LEAST_CHART, Outcome, ROOMY};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::state::State;
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document::curve as report;
use crate::methods::cox::splines::{KNOTS, USUAL_KNOTS};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

pub(super) const SLOT: Slot = "splines";

/// The view.
#[derive(Default)]
pub(super) struct Splines {
    knots: Option<usize>,
    grid: Grid,
    /// What each row of the table is, and its curve.
    headings: Vec<String>,
    figures: Vec<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Splines {
    /// Number of knots in use.
    pub(super) fn knots(&self) -> usize {
        self.knots.unwrap_or(USUAL_KNOTS)
    }

    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<cox::splines::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.grid.set(report::models_table(answer));
        self.headings = answer.models.iter().map(report::heading).collect();
        self.figures = answer.models.iter().map(|model| report::figure(&model.curve)).collect();
        self.notes.clone_from(&answer.notes);
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.grid
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.grid
    }

    /// Fewer or more knots.
    pub(super) fn act(&mut self, command: CommandId) -> Outcome {
        let knots = match command {
            CommandId::Left => self.knots() - 1,
            CommandId::Right => self.knots() + 1,
            _ => return Outcome::Ignored,
        };
        self.knots = Some(knots.clamp(*KNOTS.start(), *KNOTS.end()));
        Outcome::Done
    }

    /// So many knots, or the next number of them; what to say if that cannot be.
    pub(super) fn choose(&mut self, number: Option<&str>) -> Option<Outcome> {
        let knots = match number.filter(|n| !n.is_empty()) {
            None if self.knots() == *KNOTS.end() => Some(*KNOTS.start()),
            None => Some(self.knots() + 1),
            Some(number) => number.trim().parse().ok().filter(|knots| KNOTS.contains(knots)),
        };
        if knots.is_none() {
            let why = format!("a spline has {} to {} knots here", KNOTS.start(), KNOTS.end());
            return Some(Outcome::action(Action::Say(Level::Error, why)));
        }
        self.knots = knots;
        None
    }

    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (knots, freshness) = (self.knots(), paragraph::freshness(&status));
        let words = format!("Restricted cubic splines, {knots} knots (h fewer, l more){freshness}");
        let rest = paragraph::heading(&words, theme, area, buf);
        let is_small = area.height < ROOMY;
        let most = if is_small { 1 } else { 3 };
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, most));
        paragraph::notes(&self.notes, theme, foot, buf);
        let Some(row) = self.grid.row() else {
            let said = "No variable of the study is a number of so many values that a spline could bend through them.";
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        };
        let (table, figure) = if rest.width >= layout::WIDE {
            layout::left(rest, rest.width * 2 / 5)
        } else if is_small {
            // The heading of the curve says which row it is of.
            layout::top(rest, 0)
        } else {
            let rows = self.grid.table().rows.len() as u16 + 1;
            layout::top(rest, rows.min(rest.height.saturating_sub(LEAST_CHART) / 2))
        };
        self.grid.view(theme, true, table, buf);
        if let (Some(heading), Some(curve)) = (self.headings.get(row), self.figures.get(row)) {
            let lines = if is_small { 1 } else { paragraph::height(heading, figure.width) };
            let (head, figure) = layout::top(figure, lines);
            if lines == 1 {
                paragraph::line(heading, Role::Text, theme, head, buf);
            } else {
                paragraph::text(heading, Role::Text, theme, head, buf);
            }
            if figure.height >= LEAST_CHART {
                chart::view(curve, theme, figure, buf);
            }
        }
    }

    pub(super) fn document(&self, state: &State) -> Option<Document> {
        state
            .answers
            .status(SLOT)
            .get::<cox::splines::Answer>()
            .map(|answer| report::document(answer, self.grid.row().unwrap_or_default()))
    }

    pub(super) fn methods(&self) -> String {
        format!(
            "Whether numbers act linearly on the log hazard was examined by restricted cubic splines with {} knots at \
             Harrell's quantiles, adjusted for the other covariates of the multivariable model, with Wald and likelihood \
             ratio tests of association and non-linearity; curves are log hazard ratios against the median with pointwise \
             95 % limits.",
            self.knots()
        )
    }
}
