//! One case, slice by slice, in any plane and window, with the outlines of its mask and of the same drawn another time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde::{Deserialize, Serialize};

use super::cases::{find, under_cursor};
use super::looking::Looking;
use super::{asks, is_absent, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::{Cell, Document};
use crate::methods::images;
use crate::methods::images::document as report;
use crate::methods::images::one;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::picture::Picture;
use crate::ui::{chart, layout, paragraph, picture};
use figures::Figure;
use figures::format;

/// Where the case stands.
const ONE: Slot<one::Spec> = Slot::new("images.one");
/// Slices that a page key goes.
const PAGE: usize = 5;

/// The view.
#[derive(Default)]
pub(super) struct Slice {
    facts: Vec<(String, Cell)>,
    histogram: Option<Figure>,
    /// The answer shown, and its case.
    near: Option<(Key, String)>,
    slice: usize,
    looking: Looking,
    /// A case in a plane, and the slice of it that is to be looked at as soon as it is there.
    wanted: Option<(String, usize)>,
}

/// How a case was looked at.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    looking: Looking,
    shown: String,
    slice: usize,
}

impl View for Slice {
    fn name(&self) -> &'static str {
        "slice"
    }

    /// The cursor is on the same case as in the list.
    fn table(&self) -> Option<&'static str> {
        Some("cases")
    }

    fn asks(&self, state: &State, grid: &Grid) -> Vec<Wish> {
        let case = under_cursor(state, grid).map(|case| {
            let most = usize::from(picture_width(state.room()));
            ONE.wants(self.looking.asks(&state.path, (case.row, case.sequence), most))
        });
        asks(state).into_iter().chain(case).collect()
    }

    fn refresh(&mut self, state: &State, _: &mut Grid) {
        let Some(answer) = state.answers.get(ONE) else { return };
        let Some(key) = state.answers.shown(ONE).filter(|key| self.near.as_ref().is_none_or(|(k, _)| k != key)) else {
            return;
        };
        // Another picture of the same case in the same plane stays on its slice.
        let shown = format!("{} {}", answer.name, answer.plane.name());
        if self.near.as_ref().is_none_or(|(_, before)| *before != shown) {
            let wanted = self.wanted.take_if(|(wanted, _)| *wanted == shown);
            self.slice = wanted.map_or(answer.best, |(_, slice)| slice);
        }
        self.near = Some((key, shown));
        self.facts = report::facts(answer);
        self.histogram = report::histogram(answer);
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        find(subject, state, grid)
    }

    /// To the list of all cases.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        under_cursor(state, grid).map_or(Outcome::Ignored, |_| Outcome::Go(Place::of(PaneId::Images, "cases")))
    }

    fn act(&mut self, gesture: Gesture, argument: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => return Outcome::Go(Place::of(PaneId::Images, "cases")),
            Gesture::Own(command, _) => return self.looking.act(command, argument, state.answers.get(ONE)),
            Gesture::Move(Move::Left) => drop(grid.act(Move::Up, 1)),
            Gesture::Move(Move::Right) => drop(grid.act(Move::Down, 1)),
            Gesture::Move(to) => {
                let Some(answer) = state.answers.get(ONE) else { return Outcome::Ignored };
                let Some(slice) = turned(self.slice, to, answer.slices.len()) else { return Outcome::Ignored };
                self.slice = slice;
            }
        }
        Outcome::Done
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(ONE);
        let Some(answer) = state.answers.get(ONE) else {
            let (role, said) = paragraph::absent(&status).unwrap_or((Role::Dim, "no case".to_owned()));
            paragraph::text(&said, role, theme, area, buf);
            return;
        };
        let (head, rest) = layout::top(area, 1);
        let heading = format!(
            "{}, {}, {} mm; j k slices, h l cases{}",
            answer.name,
            report::place(answer, self.slice),
            images::times(&answer.field.map(|mm| format::fixed(mm, 0))),
            paragraph::freshness(&status)
        );
        paragraph::phrases(&heading, Role::Title, theme, head, buf);
        let (left, right) = layout::left(rest, picture_width(state.room()));
        if let Some(slice) = answer.slices.get(self.slice) {
            let window = answer.limits(self.looking.window);
            let cursor = self.looking.cursor(slice);
            picture::view(&Picture { slice, window, cursor, sides: answer.plane.sides() }, theme, left, buf);
            // With a cursor in it the slice stays characters: that is where the cursor is.
            let plates = theme.plates().filter(|_| cursor.is_none());
            if let Some((plates, figure)) = plates.zip(report::slice(answer, self.slice, self.looking.window)) {
                let (width, height) = picture::cells(slice);
                plates.push(Rect { width, height, ..left }.intersection(left), &figure);
            }
        }
        let mut facts = self.looking.facts(answer, self.slice);
        facts.extend(self.facts.iter().cloned());
        view_facts(&facts, self.histogram.as_ref(), theme, right, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let shown = Some((self.slice, self.looking.window));
        state.answers.get(ONE).map(|answer| report::document_of_one(answer, shown))
    }

    fn settings(&self) -> Option<Settings> {
        let (_, shown) = self.near.as_ref()?;
        serde_json::to_value(Kept { looking: self.looking.clone(), shown: shown.clone(), slice: self.slice }).ok()
    }

    fn set(&mut self, settings: Option<&Settings>) {
        let Kept { looking, shown, slice } =
            settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
        (self.looking, self.wanted, self.near) = (looking, Some((shown, slice)), None);
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state)
    }
}

/// The slice that a move leads to, of `count`.
pub(super) fn turned(slice: usize, to: Move, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    let slice = match to {
        Move::Down => slice + 1,
        Move::Up => slice.saturating_sub(1),
        Move::PageDown | Move::HalfPageDown => slice + PAGE,
        Move::PageUp | Move::HalfPageUp => slice.saturating_sub(PAGE),
        Move::Top => 0,
        Move::Bottom => last,
        _ => return None,
    };
    Some(slice.min(last))
}

fn view_facts(facts: &[(String, Cell)], histogram: Option<&Figure>, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let name_width = facts.iter().map(|(name, _)| format::width(name)).max().unwrap_or(0) as u16 + 1;
    let (mut rest, mut used) = (area, 0);
    for (name, cell) in facts {
        let values = Rect { x: rest.x + name_width, width: rest.width.saturating_sub(name_width), ..rest };
        paragraph::line(name, Role::Dim, theme, Rect { width: name_width.min(rest.width), ..rest }, buf);
        // Long reasons take several lines, all else is cut.
        let most = if matches!(name.as_str(), "Region" | "Grid") { 4 } else { 1 };
        let lines = if most == 1 {
            paragraph::line(&cell.shown, Role::Text, theme, values, buf);
            1
        } else {
            let (values, _) = layout::top(values, most);
            paragraph::text(&cell.shown, Role::Warn, theme, values, buf)
        };
        used += lines;
        rest = layout::top(area, used).1;
    }
    if let Some(histogram) = histogram.filter(|_| rest.height >= 5) {
        chart::view(histogram, theme, rest, buf);
    }
}

/// Columns of the picture on a screen of this size; twice as many picture elements as lines fit below each other.
fn picture_width((width, height): (u16, u16)) -> u16 {
    let lines = layout::parts(Rect::new(0, 0, width, height)).pane.height.saturating_sub(1);
    (2 * lines).min(width / 2).clamp(16, 56)
}
