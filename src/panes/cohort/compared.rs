//! Marked patients against all others: every variable with its test, and survival.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::is_absent;
use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_variable;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::compared::{self as report, CAUTION};
use crate::methods::{km, table1};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const TABLE: Slot<table1::Spec> = Slot::new("marked, baseline");
const CURVES: Slot<km::Spec> = Slot::new("marked, survival");
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;

/// The view.
#[derive(Default)]
pub(super) struct Compared {
    /// The patients that were marked.
    ids: Vec<String>,
    heading: String,
    /// The variable of each row.
    variables: Vec<String>,
    notes: Vec<String>,
    comparison: String,
    curves: Option<Figure>,
    shown: [Option<Key>; 2],
}

impl View for Compared {
    fn name(&self) -> &'static str {
        "compared"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan().filter(|_| !self.ids.is_empty()) else { return Vec::new() };
        let curves = plan.curves_compared(self.ids.clone()).map(|spec| CURVES.wants(spec));
        std::iter::once(TABLE.wants(plan.compared(self.ids.clone()))).chain(curves).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        if let Some(answer) = state.answers.news(TABLE, &mut self.shown[0]) {
            grid.set(report::table(answer));
            self.heading = report::heading(answer);
            self.variables = report::variables_of_rows(answer);
            self.notes = std::iter::once(CAUTION.to_owned()).chain(answer.notes.iter().cloned()).collect();
        }
        if let Some(answer) = state.answers.news(CURVES, &mut self.shown[1]) {
            self.comparison = report::survival(answer);
            self.curves = Some(km::document::figure(answer));
        }
    }

    fn find(&mut self, subject: &Subject, _: &State, _: &mut Grid) -> bool {
        let Subject::Patients(ids) = subject else { return false };
        self.ids.clone_from(ids);
        true
    }

    /// From a row to its variable.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let variable = grid.row().and_then(|row| self.variables.get(row));
        variable.map_or(Outcome::Ignored, |name| to_variable(name, state))
    }

    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Close => Outcome::Go(Place::of(PaneId::Cohort, "patients")),
            _ => Outcome::Ignored,
        }
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, theme) = (scene.state, scene.theme);
        if is_absent(scene, area, buf) {
            return;
        }
        if self.ids.is_empty() {
            let said =
                "Nobody is marked: space marks patients in any table of them, and V compares those with the rest.";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        let status = state.answers.status(TABLE);
        let notes = (self.notes.as_slice(), 2);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        let rest = self.paint_survival(scene, rest, buf);
        scene.grid.view(theme, true, rest, buf);
    }

    fn marks_choose(&self) -> bool {
        false
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let table = state.answers.get(TABLE).filter(|_| !self.ids.is_empty())?;
        Some(report::document(table, state.answers.get(CURVES), &self.ids))
    }

    fn settings(&self) -> Option<Settings> {
        (!self.ids.is_empty()).then(|| serde_json::to_value(&self.ids).ok())?
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.ids = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
        self.shown = [None; 2];
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(TABLE).and_then(table1::document::methods)
    }
}

impl Compared {
    /// Survival beside the table or below it, and its test; what is left of `area`.
    fn paint_survival(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> Rect {
        let theme = scene.theme;
        let said = match paragraph::absent(&scene.state.answers.status(CURVES)) {
            None => self.comparison.clone(),
            Some((_, why)) => format!("Survival: {why}"),
        };
        let (area, test) = layout::bottom(area, paragraph::height(&said, theme, area.width).min(3));
        paragraph::text(&said, Role::Text, theme, test, buf);
        let (table, figure) = match &self.curves {
            Some(_) if area.width >= layout::WIDE => layout::left(area, area.width / 2),
            Some(_) if area.height >= 2 * LEAST_FIGURE - 2 => layout::bottom(area, LEAST_FIGURE.max(area.height / 2)),
            _ => (area, Rect::ZERO),
        };
        if let Some(curves) = self.curves.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            chart::view(curves, theme, figure, buf);
        }
        table
    }
}
