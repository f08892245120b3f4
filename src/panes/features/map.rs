//! The clustered heat map, whole or one feature a line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::clusters::{SLOT, Said, asks, methods_of_clusters};
use crate::app::answers::Wish;
use crate::app::leads::to_feature;
use crate::app::{Outcome, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::clusters::document as report;
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// The view; its table has the features in the order of the map.
#[derive(Default)]
pub(super) struct Map {
    said: Said,
    whole: Option<Figure>,
    /// Rows one by one instead of all at once.
    near: bool,
    shown: Option<Key>,
}

impl View for Map {
    fn name(&self) -> &'static str {
        "map"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.whole = Some(report::map(answer, 0..answer.features.len(), None));
        grid.set(report::order(answer));
    }

    /// A group is looked at row by row, from the feature that stands for it.
    fn find(&mut self, subject: &Subject, state: &State, grid: &mut Grid) -> bool {
        let (Subject::Feature(name) | Subject::FeatureGroup(name)) = subject else { return false };
        let answer = state.answers.get(SLOT);
        let at = answer.and_then(|answer| answer.features.iter().position(|f| f.column.name == *name));
        let found = at.is_some_and(|at| grid.go_to(at));
        self.near |= found && matches!(subject, Subject::FeatureGroup(_));
        found
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let feature = grid.row().and_then(|row| state.answers.get(SLOT)?.features.get(row));
        feature.map_or(Outcome::Ignored, |feature| to_feature(&feature.column.name))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Own(_, arrives) => {
                self.near ^= !arrives;
                Outcome::Done
            }
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.headed(scene, area, buf) else { return };
        let Some(answer) = scene.state.answers.get(SLOT) else { return };
        let theme = scene.theme;
        let (pointed, rest) = layout::top(rest, 1);
        let at = scene.grid.row().unwrap_or(0);
        paragraph::line(&report::pointed(answer, at), Role::Accent, theme, pointed, buf);
        let notes = &self.said.notes;
        let (figure, foot) = layout::bottom(rest, paragraph::notes_height(notes, theme, rest, 2));
        paragraph::notes(notes, theme, foot, buf);
        match (&self.whole, self.near) {
            (_, true) => {
                // One line a row; the tracks above and the scale below take the others.
                let lines = usize::from(figure.height).saturating_sub(answer.tracks.len() + 1).max(1);
                let first = (at / lines * lines).min(answer.features.len().saturating_sub(lines));
                let rows = first..(first + lines).min(answer.features.len());
                chart::view(&report::map(answer, rows, Some(at)), theme, figure, buf);
            }
            (Some(whole), false) => chart::view(whole, theme, figure, buf),
            (None, false) => {}
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn settings(&self) -> Option<Settings> {
        self.near.then_some(Settings::from(true))
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.near = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods_of_clusters(state)
    }
}
