//! Features that go together: groups of correlated features, and columns with flaws. The map draws the same.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{asks as asks_of_features, has_none, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_feature;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::clusters;
use crate::methods::clusters::document as report;
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// Where the question stands.
pub(super) const SLOT: Slot<clusters::Spec> = Slot::new("features.clusters");

#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Groups,
    Flaws,
}

/// The two tables.
pub(super) struct Clusters {
    face: Face,
    said: Said,
    shown: Option<Key>,
}

/// What is said above and below each view of the clusters.
#[derive(Default)]
pub(super) struct Said {
    summary: String,
    pub(super) notes: Vec<String>,
}

impl Said {
    pub(super) fn of(answer: &clusters::Answer) -> Self {
        Self { summary: report::summary(answer), notes: answer.notes.clone() }
    }

    /// What the map is of, or why there is none; the rest of the area.
    pub(super) fn headed(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> Option<Rect> {
        if has_none(scene, area, buf) {
            return None;
        }
        let status = scene.state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent_features(&status, &scene.state.extraction) {
            paragraph::text(&said, role, scene.theme, area, buf);
            return None;
        }
        let heading = format!("{}{}", self.summary, paragraph::freshness(&status));
        let lines = paragraph::height(&heading, scene.theme, area.width).min(2);
        let (head, rest) = layout::top(area, lines);
        paragraph::text(&heading, Role::Title, scene.theme, head, buf);
        Some(rest)
    }
}

pub(super) fn asks(state: &State) -> Vec<Wish> {
    let own = state.plan().map(|plan| SLOT.wants(plan.clusters()));
    asks_of_features(state).into_iter().chain(own).collect()
}

pub(super) fn methods_of_clusters(state: &State) -> Option<String> {
    methods(state, state.answers.get(SLOT).map(report::methods))
}

impl Clusters {
    pub(super) fn groups() -> Self {
        Self { face: Face::Groups, said: Said::default(), shown: None }
    }

    pub(super) fn flaws() -> Self {
        Self { face: Face::Flaws, said: Said::default(), shown: None }
    }
}

impl View for Clusters {
    fn name(&self) -> &'static str {
        match self.face {
            Face::Groups => "groups",
            Face::Flaws => "flaws",
        }
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        self.said = Said::of(answer);
        grid.set(match self.face {
            Face::Groups => report::groups(answer),
            Face::Flaws => report::flawed(answer),
        });
    }

    /// From a group to its place in the map, from a feature with a flaw to its distribution.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let (Some(row), Some(answer)) = (grid.row(), state.answers.get(SLOT)) else { return Outcome::Ignored };
        if self.face == Face::Flaws {
            return answer.flawed.get(row).map_or(Outcome::Ignored, |flawed| to_feature(&flawed.column.name));
        }
        let group = answer.groups.get(row);
        group.map_or(Outcome::Ignored, |group| {
            let name = group.representative.clone();
            Outcome::Go(Place::of(PaneId::Features, "map").on(Subject::FeatureGroup(name)))
        })
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(rest) = self.said.headed(scene, area, buf) else { return };
        if scene.grid.table().rows.is_empty() {
            let said = match self.face {
                Face::Flaws => "Every feature has a value in every patient, and varies.",
                Face::Groups => "No two features correlate so much.",
            };
            paragraph::text(said, Role::Dim, scene.theme, rest, buf);
            return;
        }
        let notes = &self.said.notes;
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(notes, scene.theme, rest, 2));
        scene.grid.view(scene.theme, true, rest, buf);
        paragraph::notes(notes, scene.theme, foot, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods_of_clusters(state)
    }
}
