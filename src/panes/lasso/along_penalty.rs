//! The model along the penalty: paths of the coefficients, and the cross-validation.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, Said, asks, methods};
use crate::app::answers::Wish;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::lasso;
use crate::methods::lasso::document as report;
use crate::panes::view::{Scene, View};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;
use figures::format;
use survival::coxnet::LambdaRule;

/// Lines of the table of penalties below a figure, with its heading: few, or more where there is room.
const PENALTIES: [u16; 2] = [3, 9];

/// Which figure stands first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Path,
    CrossValidation,
}

/// The two views, with the same cursor on the penalties: the path has the cross-validation beside it where there is room, the
/// cross-validation always the whole width.
pub(super) struct Figures {
    face: Face,
    said: Said,
    path: Option<Figure>,
    cv: Option<Figure>,
    /// The penalties, and the one that figures mark.
    lambda: Vec<f64>,
    marked: Option<usize>,
    shown: Option<Key>,
}

impl View for Figures {
    fn name(&self) -> &'static str {
        match self.face {
            Face::Path => "path",
            Face::CrossValidation => "cross-validation",
        }
    }

    fn table(&self) -> Option<&'static str> {
        Some("path")
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        if let Some(answer) = state.answers.news(SLOT, &mut self.shown) {
            self.said = Said::of(answer);
            self.lambda.clone_from(&answer.lambda);
            if self.face == Face::Path {
                grid.set(report::penalties_table(answer));
                grid.go_to(report::place_in_use(answer));
            }
            self.path = None;
        }
        if let Some(answer) = state.answers.get(SLOT) {
            self.mark(answer, grid);
        }
    }

    /// Takes the penalty under the cursor; from the one in use to its coefficients.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let Some(lambda) = grid.row().and_then(|row| self.lambda.get(row)).copied() else { return Outcome::Ignored };
        if grid.row() == state.answers.get(SLOT).map(report::place_in_use) {
            return Outcome::Go(Place::of(PaneId::Lasso, "features"));
        }
        let what = format!("lambda = {}", format::significant(lambda, 4));
        Outcome::choose(state, what, |c| c.lasso.rule = Some(LambdaRule::Value(lambda)))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = self.said.framed(scene, area, buf) else { return };
        let (Some(path), Some(cv)) = (&self.path, &self.cv) else { return };
        let theme = scene.theme;
        let lines = if area.height >= PENALTIES[1] * 3 { PENALTIES[1] } else { PENALTIES[0] };
        let (area, table) = layout::bottom(area, if area.height >= PENALTIES[0] * 4 { lines } else { 0 });
        scene.grid.view(theme, true, table, buf);
        if self.face == Face::Path && area.width >= layout::WIDE {
            let (left, right) = layout::left(area, area.width / 2);
            chart::view(path, theme, left, buf);
            chart::view(cv, theme, right, buf);
        } else {
            chart::view(if self.face == Face::Path { path } else { cv }, theme, area, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Figures {
    fn of(face: Face) -> Self {
        Self { face, said: Said::default(), path: None, cv: None, lambda: Vec::new(), marked: None, shown: None }
    }

    pub(super) fn path() -> Self {
        Self::of(Face::Path)
    }

    pub(super) fn cross_validation() -> Self {
        Self::of(Face::CrossValidation)
    }

    /// Figures with the penalty under the cursor marked.
    fn mark(&mut self, answer: &lasso::Answer, grid: &Grid) {
        let row = grid.row();
        if self.marked == row && self.path.is_some() {
            return;
        }
        self.marked = row;
        let lambda = row.and_then(|row| self.lambda.get(row)).copied().unwrap_or(answer.selected.lambda);
        self.path = Some(report::path_figure_at(answer, lambda));
        self.cv = Some(report::cv_figure_at(answer, lambda));
    }
}
