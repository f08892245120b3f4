//! One feature: how it is distributed, by cohort and by event.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, asks, framed, list, methods};
use crate::app::answers::Wish;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::{Dataset, Key};
use crate::document::{Block, Document};
use crate::methods::distribution::Group;
use crate::methods::features::Feature;
use crate::methods::features::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Distribution {
    summary: String,
    facts: Vec<String>,
    boxes: Option<Figure>,
    shown: Option<Key>,
    /// The feature under the cursor, the answer that it is of, and the patients in use.
    near: Option<(Key, usize, Vec<usize>)>,
}

impl View for Distribution {
    fn name(&self) -> &'static str {
        "distribution"
    }

    /// The cursor is on the same feature as in the list.
    fn table(&self) -> Option<&'static str> {
        Some("list")
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        if let Some(answer) = state.answers.news(SLOT, &mut self.shown) {
            self.summary = report::summary(answer);
        }
        self.look_at(state, grid);
    }

    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        list::find(subject, state, grid)
    }

    /// On to the feature's drawings, where lesions were drawn more than once.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let feature = grid.row().and_then(|row| state.answers.get(SLOT)?.features.get(row));
        match feature {
            Some(feature) if state.has_repeats() => {
                let on = Subject::Feature(feature.column.name.clone());
                Outcome::Go(Place::of(PaneId::Features, "readings").on(on))
            }
            Some(_) => Outcome::Go(Place::of(PaneId::Features, "list")),
            None => Outcome::Ignored,
        }
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Features, "list")),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(area) = framed(scene, &self.summary, area, buf) else { return };
        let theme = scene.theme;
        let row = scene.grid.current();
        let name = row.as_ref().and_then(|row| row.cells.last()).map_or("", |cell| cell.shown.as_str());
        let (head, mut rest) = layout::top(area, 1);
        let keys = if scene.state.has_repeats() { "j k the next, enter its drawings" } else { "j k go to the next" };
        paragraph::line(&format!("{name}   ({keys})"), Role::Accent, theme, head, buf);
        for fact in &self.facts {
            let used = paragraph::text(fact, Role::Text, theme, layout::top(rest, 2).0, buf);
            rest = layout::top(rest, used).1;
        }
        let (_, figure) = layout::top(rest, u16::from(rest.height > 12));
        if let Some(boxes) = &self.boxes {
            chart::view(boxes, theme, figure, buf);
        }
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        let answer = state.answers.get(SLOT)?;
        match (answer.features.get(grid.row().unwrap_or(0)), &self.boxes) {
            (Some(feature), Some(figure)) => {
                let document = Document::new(feature.column.name.clone());
                Some(document.paragraph(self.facts.join("\n")).with(Block::Figure(Box::new(figure.clone()))))
            }
            _ => Some(report::document(answer)),
        }
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, None)
    }
}

impl Distribution {
    /// Prepares the feature under the cursor, once.
    fn look_at(&mut self, state: &State, grid: &Grid) {
        let (Some(answer), Some(key)) = (state.answers.get(SLOT), state.answers.shown(SLOT)) else { return };
        let (Some(row), Some(data)) = (grid.row(), &state.data) else { return };
        let rows = state.patients_in_use();
        if self.near.as_ref().is_some_and(|(of, at, among)| (*of, *at) == (key, row) && **among == *rows) {
            return;
        }
        let Some(feature) = answer.features.get(row) else { return };
        self.near = Some((key, row, rows.into_owned()));
        self.facts = report::facts(answer, feature);
        let (by_cohort, by_event) = (by_cohort(state, data, feature), by_event(state, data, feature));
        self.boxes = Some(report::distribution(feature, &by_cohort, &by_event));
    }
}

/// The values of a feature in the patients in use, by cohort.
fn by_cohort(state: &State, data: &Dataset, feature: &Feature) -> Vec<Group> {
    let rows = state.patients_in_use();
    let of = |cohort: &String| {
        let own = |row: &&usize| data.cohort.groups().level(**row) == Some(cohort.as_str());
        let own: Vec<usize> = rows.iter().filter(own).copied().collect();
        (!own.is_empty()).then(|| group(cohort.clone(), data, feature, &own))
    };
    state.cohorts().iter().filter_map(of).collect()
}

/// The values of a feature in the patients in use, with and without the event.
fn by_event(state: &State, data: &Dataset, feature: &Feature) -> Vec<Group> {
    let Some(endpoint) = state.endpoint() else { return Vec::new() };
    let rows = state.patients_in_use();
    let of = |(event, name): (bool, &str)| {
        let with = |row: &&usize| endpoint.event[**row] == Some(event) && endpoint.time[**row].is_finite();
        let rows: Vec<usize> = rows.iter().filter(with).copied().collect();
        group(name.to_owned(), data, feature, &rows)
    };
    [(false, "no event"), (true, "event")].map(of).into()
}

fn group(name: String, data: &Dataset, feature: &Feature, rows: &[usize]) -> Group {
    let values: Vec<f64> =
        rows.iter().map(|&row| feature.column.value(data, row)).filter(|value| value.is_finite()).collect();
    Group { name: format!("{name} ({})", values.len()), values }
}
