//! Whom the model does not fit, and on whom its coefficients hang.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{PROPORTIONAL, Said, asks, document, methods};
use crate::app::answers::Wish;
use crate::app::command::cox::MODELS;
use crate::app::leads::to_patient;
use crate::app::{Outcome, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox::cases::Cases;
use crate::methods::cox::document::cases::{self as report, Kind};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout};
use figures::Figure;

/// The view.
#[derive(Default)]
pub(super) struct Residuals {
    said: Said,
    cases: Option<Cases>,
    kind: Kind,
    /// The patient of each row.
    ids: Vec<String>,
    figure: Option<Figure>,
    shown: Option<Key>,
}

impl View for Residuals {
    fn name(&self) -> &'static str {
        "residuals"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(MODELS, &mut self.shown) else { return };
        self.said = Said::of(answer);
        self.cases = answer.joint.as_ref().and_then(|model| report::of(answer, model));
        self.prepare(grid);
    }

    /// Looks at the influence on the term of that row of the joint model.
    fn find(&mut self, subject: &Subject, _: &State, grid: &mut Grid) -> bool {
        let Subject::Row(term) = subject else { return false };
        if self.cases.as_ref().is_none_or(|cases| *term >= cases.dfbetas.len()) {
            return false;
        }
        self.kind = Kind::Influence(*term);
        self.prepare(grid);
        grid.go_to(0)
    }

    /// To the patient under the cursor.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let patient = grid.row().and_then(|row| self.patient(row, state));
        patient.map_or(Outcome::Ignored, |id| to_patient(&id, state))
    }

    /// Goes to the next kind of residual.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, _: &State, grid: &mut Grid) -> Outcome {
        let Gesture::Own(..) = gesture else { return Outcome::Ignored };
        if let Some(cases) = &self.cases {
            self.kind = self.kind.next(cases);
        }
        self.prepare(grid);
        Outcome::Done
    }

    /// The figure with the first patients below it, or beside it where there is room.
    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let summary = self.cases.as_ref().map(|cases| report::summary(cases, self.kind)).unwrap_or_default();
        let heading = format!("{summary}{}", self.said.counts);
        let Some(area) = self.said.framed_joint(scene, &heading, area, buf) else { return };
        let (figure, table) = if area.width >= layout::WIDE {
            layout::left(area, area.width / 2)
        } else {
            layout::above_table(area, TABLE)
        };
        if let Some(cloud) = &self.figure {
            chart::view(cloud, scene.theme, figure, buf);
        }
        scene.grid.view(scene.theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(MODELS)?;
        let of_cases = self.cases.as_ref().map(|cases| report::document(cases, self.kind));
        of_cases.or_else(|| document(state))
    }

    fn patient(&self, row: usize, _: &State) -> Option<String> {
        self.ids.get(row).cloned()
    }

    fn settings(&self) -> Option<Settings> {
        (self.kind != Kind::default()).then(|| serde_json::to_value(self.kind).ok())?
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.kind = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
        self.shown = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, PROPORTIONAL)
    }
}

impl Residuals {
    fn prepare(&mut self, grid: &mut Grid) {
        // Another model may have fewer terms.
        if let (Some(cases), Kind::Influence(j)) = (&self.cases, self.kind)
            && j >= cases.dfbetas.len()
        {
            self.kind = Kind::Deviance;
        }
        let kind = self.kind;
        self.figure = self.cases.as_ref().map(|cases| report::figure(cases, kind));
        let table = self.cases.as_ref().map(|cases| report::table(cases, kind)).unwrap_or_default();
        self.ids = table.rows.iter().map(|row| row.shown(0).to_owned()).collect();
        grid.set(table);
    }
}

/// Lines of the table below the figure.
const TABLE: u16 = 5;
