//! One column: what it was taken for, what is missing, how it is distributed by cohort and by outcome.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{absent, columns, methods};
use crate::app::command::Move;
use crate::app::command::cohort::{order, refer, retype};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::document::Document;
use crate::methods::variable::{self as report, Part};
use crate::panes::view::{Gesture, Scene, View};
use crate::study::Revision;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use tables::Column;

/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 6;

/// What the content was made of: the cohort, its rows in use, the endpoint and the column.
type Source = (Revision, Vec<usize>, Option<String>, usize);

/// The view.
#[derive(Default)]
pub(super) struct Variable {
    facts: Vec<String>,
    table: Grid,
    figure: Option<Figure>,
    made_from: Option<Source>,
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

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(cohort), Some(column), Some(at)) = (state.cohort(), under_cursor(state, grid), grid.row()) else {
            return;
        };
        let rows = super::patients::in_use(state);
        let from = (cohort.revision(), rows, state.endpoint().map(|e| e.name.clone()), at);
        if self.made_from.as_ref() == Some(&from) {
            return;
        }
        let parts = parts(state, &from.1);
        self.facts = report::facts(column, &from.1);
        self.table.set(report::table(column, &parts));
        self.figure = Some(report::figure(column, &parts));
        self.made_from = Some(from);
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        columns::find(subject, state, grid)
    }

    fn act(&mut self, gesture: Gesture, argument: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match (gesture, under_cursor(state, grid)) {
            (Gesture::Move(Move::Enter) | Gesture::Close, _) => Outcome::Go(Place::of(PaneId::Cohort, "columns")),
            (Gesture::Own(_, true), Some(_)) => Outcome::Done,
            (Gesture::Own("cohort.reference", _), Some(column)) => refer(column, argument, state),
            (Gesture::Own("cohort.levels", _), Some(column)) => order(column, argument, state),
            (Gesture::Own(..), Some(column)) => retype(column, state),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if let Some((role, said)) = absent(scene.state) {
            paragraph::text(said, role, scene.theme, area, buf);
            return;
        }
        let theme = scene.theme;
        let (mut rest, mut role) = (area, Role::Title);
        for fact in &self.facts {
            let (fact_area, _) = layout::top(rest, 2);
            let used = paragraph::text(fact, role, theme, fact_area, buf);
            (rest, role) = (layout::top(rest, used).1, Role::Text);
        }
        let (hint, rest) = layout::top(rest, 1);
        paragraph::line(
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
        let column = under_cursor(state, grid)?;
        Some(report::document(column, &parts(state, &super::patients::in_use(state))))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

fn under_cursor<'a>(state: &'a State, grid: &Grid) -> Option<&'a Column> {
    state.cohort()?.frame().columns().nth(grid.row()?)
}

fn parts(state: &State, rows: &[usize]) -> Vec<Part> {
    let endpoint = state.endpoint().map(|endpoint| endpoint.name.as_str());
    state.cohort().map_or_else(Vec::new, |cohort| report::parts(cohort, endpoint, rows))
}
