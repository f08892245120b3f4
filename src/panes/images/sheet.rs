//! The contact sheet: the largest slice of every case, those with something to be said of them first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cases::under_cursor;
use super::{ALL, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::document::Document;
use crate::methods::images;
use crate::methods::images::THUMB;
use crate::methods::images::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::picture::Picture;
use crate::ui::{layout, paragraph, picture};

/// Columns of a picture with the gap to the next, and lines of one with its label.
const PITCH: (u16, u16) = (THUMB as u16 + 1, THUMB as u16 / 2 + 1);

/// The view.
#[derive(Default)]
pub(super) struct Sheet {
    /// The cases by their places in the answer, flagged ones first.
    order: Vec<usize>,
    flagged: usize,
}

impl View for Sheet {
    fn name(&self) -> &'static str {
        "sheet"
    }

    /// The cursor is on the same case as in the list.
    fn table(&self) -> Option<&'static str> {
        Some("cases")
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        let Some(answer) = state.answers.get(ALL) else { return };
        self.order = (0..answer.cases.len()).collect();
        self.order.sort_by_key(|at| report::remark(&answer.cases[*at]).is_none());
        self.flagged = answer.cases.iter().filter(|case| report::remark(case).is_some()).count();
    }

    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.row().map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Images, "slice")))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        let to = match gesture {
            Gesture::Move(to) => to,
            Gesture::Close => return Outcome::Go(Place::of(PaneId::Images, "cases")),
            Gesture::Own(..) => return Outcome::Ignored,
        };
        let (columns, lines) = fitting(layout::parts(Rect::new(0, 0, state.room().0, state.room().1)).pane);
        let at = self.at(grid);
        let last = self.order.len().saturating_sub(1);
        let next = match to {
            Move::Left => at.saturating_sub(1),
            Move::Right => at + 1,
            Move::Up => at.saturating_sub(columns),
            Move::Down => at + columns,
            Move::PageUp | Move::HalfPageUp => at.saturating_sub(columns * lines),
            Move::PageDown | Move::HalfPageDown => at + columns * lines,
            Move::Top => 0,
            Move::Bottom => last,
            _ => return Outcome::Ignored,
        };
        if let Some(row) = self.order.get(next.min(last)) {
            grid.go_to(*row);
        }
        Outcome::Done
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let summary =
            format!("{} of {} cases with a remark, these first; enter opens one", self.flagged, self.order.len());
        let Some(rest) = framed(scene, &summary, area, buf) else { return };
        let Some(answer) = scene.state.answers.get(ALL) else { return };
        let (sheet, foot) = layout::bottom(rest, 1);
        let (columns, lines) = fitting(area);
        let at = self.at(scene.grid);
        let first = at / (columns * lines) * columns * lines;
        for (place, case) in self.order.iter().skip(first).take(columns * lines).enumerate() {
            let x = sheet.x + (place % columns) as u16 * PITCH.0;
            let y = sheet.y + (place / columns) as u16 * PITCH.1;
            let room = Rect::new(x, y, PITCH.0 - 1, PITCH.1).intersection(sheet);
            self.paint_case(scene, &answer.cases[*case], first + place == at, room, buf);
        }
        let remark = under_cursor(scene.state, scene.grid).and_then(report::remark).unwrap_or_default();
        paragraph::line(&remark, Role::Warn, scene.theme, foot, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(ALL).map(|answer| report::sheet(answer, &self.order))
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Sheet {
    /// The place of the cursor's case on the sheet.
    fn at(&self, grid: &Grid) -> usize {
        self.order.iter().position(|case| Some(*case) == grid.row()).unwrap_or(0)
    }

    fn paint_case(&self, scene: &Scene<'_>, case: &images::Case, chosen: bool, area: Rect, buf: &mut Buffer) {
        let (head, rest) = layout::top(area, 1);
        let role = match (chosen, report::remark(case)) {
            (true, _) => Role::Selection,
            (false, Some(_)) => Role::Warn,
            (false, None) => Role::Text,
        };
        let flag = if report::remark(case).is_some() { "!" } else { "" };
        let label = format!("{flag}{} {}", case.patient, case.sequence_name);
        paragraph::line(&label, role, scene.theme, head, buf);
        match &case.thumb {
            Some(thumb) => {
                let shown = Picture { slice: &thumb.slice, window: thumb.window, cursor: None, sides: [""; 4] };
                picture::view(&shown, scene.theme, rest, buf);
            }
            None => {
                paragraph::line("no picture", Role::Dim, scene.theme, rest, buf);
            }
        }
    }
}

/// How many pictures stand beside and below one another in the pane.
fn fitting(pane: Rect) -> (usize, usize) {
    let lines = pane.height.saturating_sub(2);
    (usize::from((pane.width + 1) / PITCH.0).max(1), usize::from(lines / PITCH.1).max(1))
}
