//! One feature in the lesions that were drawn more than once: drawing against drawing, and the lesions furthest apart.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{SLOT, asks, framed, methods};
use crate::app::answers::Wish;
use crate::app::command::Move;
use crate::app::leads::to_case;
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::icc::readings::{self as report, Pair};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// Lines of the table below the figure.
const TABLE: u16 = 5;

/// The view.
#[derive(Default)]
pub(super) struct Readings {
    /// The feature, by the name of its column.
    feature: Option<String>,
    readings: Vec<report::Readings>,
    words: Vec<String>,
    figure: Option<Figure>,
    pairs: Vec<Pair>,
    /// The sequence that the feature is of.
    sequence: Option<usize>,
    /// The answer and the feature that the content was made of.
    made_from: Option<(Key, Option<String>)>,
}

impl View for Readings {
    fn name(&self) -> &'static str {
        "readings"
    }

    fn is_detail(&self) -> bool {
        true
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        asks(state)
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let (Some(answer), Some(key), Some(data)) = (state.answers.get(SLOT), state.answers.shown(SLOT), &state.data)
        else {
            return;
        };
        let from = (key, self.feature.clone());
        if self.made_from.as_ref() == Some(&from) {
            return;
        }
        self.made_from = Some(from);
        let feature = answer.features.iter().find(|feature| Some(&feature.column.name) == self.feature.as_ref());
        let column = feature.and_then(|feature| feature.column.extracted(data));
        self.sequence = column.map(|column| column.sequence);
        let kind = answer.icc.kind;
        self.readings = column.map_or_else(Vec::new, |column| report::readings(&data.features, column, kind));
        self.words = self.readings.iter().map(|readings| report::words(readings, kind)).collect();
        self.pairs = report::pairs(&self.readings);
        self.figure = feature.map(|feature| report::figure(&feature.column.feature, &self.readings));
        grid.set(report::table(&data.cohort, &self.readings, &self.pairs));
    }

    fn find(&mut self, subject: &Subject, _: &State, _: &mut Grid) -> bool {
        let Subject::Feature(name) = subject else { return false };
        self.feature = Some(name.clone());
        true
    }

    /// To the images of the patient under the cursor.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let patient = grid.row().and_then(|row| self.patient(row, state));
        patient.zip(self.sequence).map_or(Outcome::Ignored, |(id, sequence)| to_case(&id, sequence))
    }

    /// The next feature.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, _: &mut Grid) -> Outcome {
        match gesture {
            Gesture::Move(Move::Left) => self.turn(-1, state),
            Gesture::Move(Move::Right) => self.turn(1, state),
            Gesture::Close => {
                let list = Place::of(PaneId::Features, "distribution");
                let on = self.feature.clone().map(Subject::Feature);
                return Outcome::Go(Place { on, ..list });
            }
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn patient(&self, row: usize, state: &State) -> Option<String> {
        state.cohort()?.ids().get(self.pairs.get(row)?.patient).cloned()
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(name) = self.feature.as_deref() else {
            let said = "No feature is chosen: enter on one in the list leads to its distribution, and from there to its values in \
                        one drawing of a lesion against another.";
            paragraph::text(said, Role::Dim, scene.theme, area, buf);
            return;
        };
        let Some(rest) = framed(scene, &format!("{name}, drawing against drawing"), area, buf) else { return };
        let theme = scene.theme;
        let Some(figure) = self.figure.as_ref().filter(|_| !self.readings.is_empty()) else {
            let said =
                "No lesion has this feature of two drawings: `repeats` under [images] names drawings of other readers.";
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        };
        let (said, rest) = layout::top(rest, self.words.len() as u16);
        for (y, words) in (said.y..said.bottom()).zip(&self.words) {
            paragraph::line(words, Role::Text, theme, Rect { y, height: 1, ..said }, buf);
        }
        let (hint, rest) = layout::top(rest, 1);
        paragraph::phrases("j k lesions, h l features, enter the images", Role::Dim, theme, hint, buf);
        let (picture, table) = if rest.width >= layout::WIDE {
            layout::left(rest, rest.width / 2)
        } else {
            layout::above_table(rest, TABLE)
        };
        chart::view(figure, theme, picture, buf);
        scene.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let (answer, cohort) = (state.answers.get(SLOT)?, state.cohort()?);
        let feature = self.feature.as_ref().filter(|_| !self.readings.is_empty())?;
        Some(report::document(feature, cohort, &self.readings, answer.icc.kind))
    }

    fn settings(&self) -> Option<Settings> {
        self.feature.clone().map(Settings::from)
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.feature = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok());
        self.made_from = None;
    }

    fn methods(&self, state: &State) -> Option<String> {
        methods(state, None)
    }
}

impl Readings {
    /// The feature so many places further in the list.
    fn turn(&mut self, steps: isize, state: &State) {
        let Some(answer) = state.answers.get(SLOT) else { return };
        let all = &answer.features;
        let at = all.iter().position(|feature| Some(&feature.column.name) == self.feature.as_ref()).unwrap_or(0);
        let next = at.saturating_add_signed(steps).min(all.len().saturating_sub(1));
        self.feature = all.get(next).map(|feature| feature.column.name.clone());
    }
}
