//! Whether numbers act as straight lines: each as a restricted cubic spline, adjusted for the joint model.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{LEAST_CHART, ROOMY, asks, is_absent, methods};
use crate::app::answers::{Slot, Wish};
use crate::app::command::Move;
use crate::app::command::cox::covariates;
use crate::app::leads::to_variable;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cox;
use crate::methods::cox::document::curve as report;
use crate::methods::cox::splines::{KNOTS, USUAL_KNOTS};
use crate::panes::view::{Gesture, Scene, View};
use crate::session::Settings;
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<cox::splines::Spec> = Slot::new("splines");

/// The view.
#[derive(Default)]
pub(super) struct Splines {
    knots: Option<usize>,
    /// What each row of the table is, and its curve.
    headings: Vec<[String; 3]>,
    figures: Vec<Figure>,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl View for Splines {
    fn name(&self) -> &'static str {
        "splines"
    }

    /// What goes on from the joint model is asked when that is known.
    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let own = state.plan().zip(covariates(state)).map(|(plan, of)| SLOT.wants(plan.splines(of, self.knots())));
        asks(state).into_iter().chain(own).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(SLOT, &mut self.shown) else { return };
        grid.set(report::models_table(answer));
        self.headings = answer.models.iter().map(report::headings).collect();
        self.figures = answer.models.iter().map(|model| report::figure(&model.curve)).collect();
        self.notes.clone_from(&answer.notes);
    }

    /// Fewer or more knots.
    fn act(&mut self, gesture: Gesture, argument: Option<&str>, _: &State, _: &mut Grid) -> Outcome {
        let chosen = match gesture {
            Gesture::Move(Move::Left) => Some((self.knots() - 1).max(*KNOTS.start())),
            Gesture::Move(Move::Right) => Some((self.knots() + 1).min(*KNOTS.end())),
            Gesture::Own(..) => self.chosen(argument),
            _ => return Outcome::Ignored,
        };
        if chosen.is_none() {
            return Outcome::refuse(format!("a spline has {} to {} knots here", KNOTS.start(), KNOTS.end()));
        }
        self.knots = chosen;
        Outcome::Done
    }

    /// From a number to its distribution.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let model = grid.row().and_then(|row| state.answers.get(SLOT)?.models.get(row));
        model.map_or(Outcome::Ignored, |model| to_variable(&model.curve.variable, state))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        if is_absent(scene, area, buf) {
            return;
        }
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (knots, freshness) = (self.knots(), paragraph::freshness(&status));
        let words = format!("Restricted cubic splines, {knots} knots (h fewer, l more){freshness}");
        let rest = paragraph::heading(&words, theme, area, buf);
        let is_small = area.height < ROOMY;
        let most = if is_small { 1 } else { 3 };
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, most));
        paragraph::notes(&self.notes, theme, foot, buf);
        let Some(row) = scene.grid.row() else {
            let said = "No variable of the study is a number of so many values that a spline could bend through them.";
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        };
        let (table, figure) = if rest.width >= layout::WIDE {
            layout::left(rest, rest.width * 2 / 5)
        } else if is_small {
            // The heading of the curve says which row it is of.
            layout::top(rest, 0)
        } else {
            let rows = scene.grid.table().rows.len() as u16 + 1;
            layout::top(rest, rows.min(rest.height.saturating_sub(LEAST_CHART) / 2))
        };
        scene.grid.view(theme, true, table, buf);
        if let (Some(headings), Some(curve)) = (self.headings.get(row), self.figures.get(row)) {
            let [heading, ..] = headings;
            let lines = if is_small { 1 } else { paragraph::height(heading, theme, figure.width) };
            let (head, figure) = layout::top(figure, lines);
            if is_small {
                paragraph::first_that_fits(headings, Role::Text, theme, head, buf);
            } else {
                paragraph::text(heading, Role::Text, theme, head, buf);
            }
            if figure.height >= LEAST_CHART {
                chart::view(curve, theme, figure, buf);
            }
        }
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(|answer| report::document(answer, grid.row().unwrap_or_default()))
    }

    fn settings(&self) -> Option<Settings> {
        self.knots.map(Settings::from)
    }

    fn set(&mut self, settings: Option<&Settings>) {
        self.knots = settings.and_then(|settings| serde_json::from_value(settings.clone()).ok()).unwrap_or_default();
    }

    fn methods(&self, state: &State) -> Option<String> {
        let own = format!(
            "Whether numbers act linearly on the log hazard was examined by restricted cubic splines with {} knots at \
                 Harrell's quantiles, adjusted for the other covariates of the multivariable model, with Wald and likelihood \
                 ratio tests of association and non-linearity; curves are log hazard ratios against the median with pointwise \
                 95 % limits.",
            self.knots()
        );
        methods(state, &own)
    }
}

impl Splines {
    /// Number of knots in use.
    fn knots(&self) -> usize {
        self.knots.unwrap_or(USUAL_KNOTS)
    }

    /// So many knots, or the next number of them; none if that cannot be.
    fn chosen(&self, number: Option<&str>) -> Option<usize> {
        match number.filter(|n| !n.is_empty()) {
            None if self.knots() == *KNOTS.end() => Some(*KNOTS.start()),
            None => Some(self.knots() + 1),
            Some(number) => number.trim().parse().ok().filter(|knots| KNOTS.contains(knots)),
        }
    }
}
