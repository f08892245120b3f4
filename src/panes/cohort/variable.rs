//! One column: what it was taken for, what is missing, how it is distributed by cohort and by outcome.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{columns, is_absent, methods, paint_absence};
use crate::app::answers::{Slot, Wish};
use crate::app::command::cohort::{order, refer, retype};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::variable as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use tables::Column;

/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 6;

const SLOT: Slot<report::Spec> = Slot::new("variable");

/// The view.
#[derive(Default)]
pub(super) struct Variable {
    facts: Vec<String>,
    table: Grid,
    figure: Option<Figure>,
    shown: Option<Key>,
}

impl View for Variable {
    fn name(&self) -> &'static str {
        "variable"
    }

    fn is_detail(&self) -> bool {
        true
    }

    /// The cursor is on the same column as in the list.
    fn table(&self) -> Option<&'static str> {
        Some("columns")
    }

    /// The list of columns too: its cursor chooses the column.
    fn asks(&self, state: &State, grid: &Grid) -> Vec<Wish> {
        let of_column = state.plan().zip(under_cursor(state, grid)).map(|(plan, column)| {
            let (on, endpoint) = (plan.selection_of_patients(), plan.endpoint().map(|e| e.name.clone()));
            SLOT.wants(report::Spec { on, endpoint, column: column.name.clone() })
        });
        columns::asks(state).into_iter().chain(of_column).collect()
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.facts.clone_from(&answer.facts);
        self.table.set(answer.table.clone());
        self.figure.clone_from(&answer.figure);
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        columns::find(subject, state, grid)
    }

    /// To the list of all columns.
    fn enter(&self, _: &State, _: &Grid) -> Outcome {
        Outcome::Go(Place::of(PaneId::Cohort, "columns"))
    }

    fn act(&mut self, gesture: Gesture, argument: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match (gesture, under_cursor(state, grid)) {
            (Gesture::Close, _) => Outcome::Go(Place::of(PaneId::Cohort, "columns")),
            (Gesture::Own(_, true), _) => Outcome::Done,
            (Gesture::Own("cohort.reference", _), Some(column)) => refer(column, argument, state),
            (Gesture::Own("cohort.levels", _), Some(column)) => order(column, argument, state),
            (Gesture::Own(..), Some(column)) => retype(column, state),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        let (theme, status) = (scene.theme, scene.state.answers.status(SLOT));
        if status.answer().is_none() {
            return paint_absence(&status, theme, area, buf);
        }
        let (mut rest, mut role) = (area, Role::Title);
        for fact in &self.facts {
            let (fact_area, _) = layout::top(rest, 2);
            let used = paragraph::text(fact, role, theme, fact_area, buf);
            (rest, role) = (layout::top(rest, used).1, Role::Text);
        }
        let (hint, rest) = layout::top(rest, 1);
        paragraph::phrases(
            "j k next column, t category or number, r reference level, L order of levels",
            Role::Dim,
            theme,
            hint,
            buf,
        );
        let rows = self.table.table().rows.len() as u16 + 1;
        let room = if rest.height > rows + LEAST_FIGURE { rows } else { rest.height.saturating_sub(LEAST_FIGURE) };
        let (table, figure) = layout::top(rest, room.max(3));
        self.table.view(theme, false, table, buf);
        if let Some(drawn) = self.figure.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            chart::view(drawn, theme, figure, buf);
        }
    }

    fn marks_choose(&self) -> bool {
        false
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        Some(report::document(under_cursor(state, grid)?.label(), state.answers.get(SLOT)?))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

fn under_cursor<'a>(state: &'a State, grid: &Grid) -> Option<&'a Column> {
    state.cohort()?.frame().columns().nth(grid.row()?)
}
