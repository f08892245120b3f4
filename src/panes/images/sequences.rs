//! All sequences of a patient side by side, at the same place in the patient.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::cases::under_cursor;
use super::slice::turned;
use super::{asks, is_absent, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State};
use crate::document::Document;
use crate::methods::images::document as report;
use crate::methods::images::{Plane, Window, Zoom, one};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::picture::Picture;
use crate::ui::{layout, paragraph, picture};
use figures::format;

/// Where each sequence stands.
const BESIDE: Slot<one::Spec> = Slot::new("images.beside");
/// As many as there is room for.
const MOST: usize = 4;

/// The view.
#[derive(Default)]
pub(super) struct Sequences {
    /// The patient's row, and the place that is shown, in mm across the plane.
    at: Option<(usize, f64)>,
    shown: usize,
}

impl View for Sequences {
    fn name(&self) -> &'static str {
        "sequences"
    }

    /// The cursor is on the same case as in the list.
    fn table(&self) -> Option<&'static str> {
        Some("cases")
    }

    fn asks(&self, state: &State, grid: &Grid) -> Vec<Wish> {
        let most = usize::from(width(state.room(), count(state)));
        let wish = |row: usize, sequence: usize| {
            let study = state.path.clone();
            // Axial, so that all lie in the same plane however they were acquired.
            let (zoom, plane) = (Zoom::Near, Plane::Axial);
            BESIDE.part(sequence).wants(one::Spec {
                study,
                row,
                sequence,
                most,
                zoom,
                plane,
                reading: 0,
                derived: None,
            })
        };
        let case = under_cursor(state, grid).map(|case| case.row);
        let wishes = case.into_iter().flat_map(|row| (0..count(state)).map(move |at| (row, at)));
        asks(state).into_iter().chain(wishes.map(|(row, at)| wish(row, at))).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        self.shown = count(state);
        let Some(case) = under_cursor(state, grid) else { return };
        let same = self.at.is_some_and(|(row, _)| row == case.row);
        let first = (0..self.shown).find_map(|at| state.answers.get(BESIDE.part(at)));
        let name = format!("{} ", case.patient);
        if let Some(answer) = first.filter(|answer| !same && answer.name.starts_with(&name)) {
            self.at = answer.places.get(answer.best).map(|place| (case.row, *place));
        }
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        under_cursor(state, grid).map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Images, "slice")))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        let to = match gesture {
            Gesture::Move(to) => to,
            Gesture::Close => return Outcome::Go(Place::of(PaneId::Images, "cases")),
            Gesture::Own(..) => return Outcome::Ignored,
        };
        match to {
            Move::Left => self.another_patient(Move::Up, state, grid),
            Move::Right => self.another_patient(Move::Down, state, grid),
            _ => {
                let Some((row, place)) = self.at else { return Outcome::Ignored };
                let first = (0..self.shown).find_map(|at| state.answers.get(BESIDE.part(at)));
                let Some(answer) = first else { return Outcome::Ignored };
                let Some(slice) = turned(answer.nearest(place), to, answer.places.len()) else {
                    return Outcome::Ignored;
                };
                self.at = answer.places.get(slice).map(|place| (row, *place));
            }
        }
        Outcome::Done
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        let across = width(scene.state.room(), self.shown);
        for sequence in 0..self.shown {
            let x = area.x + sequence as u16 * (across + 1);
            let room = Rect { x, width: across, ..area }.intersection(area);
            self.paint_sequence(scene, sequence, room, buf);
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let (_, place) = self.at?;
        let answers = (0..self.shown).filter_map(|at| state.answers.get(BESIDE.part(at)));
        let figures = answers.filter_map(|answer| report::slice(answer, answer.nearest(place), Window::Auto));
        Some(report::side_by_side(figures.collect()))
    }

    fn settings(&self) -> Option<Settings> {
        self.at.and_then(|at| serde_json::to_value(at).ok())
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.at = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

impl Sequences {
    /// Goes on past the other sequences of the patient.
    fn another_patient(&self, step: Move, state: &State, grid: &mut Grid) {
        let patient = |grid: &Grid| under_cursor(state, grid).map(|case| case.row);
        let before = patient(grid);
        for _ in 0..self.shown.max(1) {
            if !grid.act(step, 1) || patient(grid) != before {
                return;
            }
        }
    }

    fn paint_sequence(&self, scene: &Scene<'_>, sequence: usize, area: Rect, buf: &mut Buffer) {
        let slot = BESIDE.part(sequence);
        let Some(answer) = scene.state.answers.get(slot) else {
            let status = scene.state.answers.status(slot);
            let (role, said) = paragraph::absent(&status).unwrap_or((Role::Dim, "no image".to_owned()));
            paragraph::text(&said, role, scene.theme, area, buf);
            return;
        };
        let at = self.at.map_or(answer.best, |(_, place)| answer.nearest(place));
        let (head, rest) = layout::top(area, 2);
        let (name, below) = layout::top(head, 1);
        let place = report::place(answer, at);
        let is_long = format::width(&place) > usize::from(area.width);
        let place = if is_long { report::short_place(answer, at) } else { place };
        paragraph::line(&answer.name, Role::Title, scene.theme, name, buf);
        paragraph::phrases(&place, Role::Dim, scene.theme, below, buf);
        if let Some(slice) = answer.slices.get(at) {
            let shown =
                Picture { slice, window: answer.limits(Window::Auto), cursor: None, sides: answer.plane.sides() };
            picture::view(&shown, scene.theme, rest, buf);
        }
    }
}

fn count(state: &State) -> usize {
    state.study.as_ref().map_or(0, |study| study.sequence_names().count().min(MOST))
}

/// Columns of each picture.
fn width((width, height): (u16, u16), count: usize) -> u16 {
    let lines = layout::parts(Rect::new(0, 0, width, height)).pane.height.saturating_sub(2);
    let count = count.max(1) as u16;
    ((width + 1) / count).saturating_sub(1).min(2 * lines).clamp(8, 56)
}
