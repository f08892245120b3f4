//! A cut-off found in the training cohort by the largest log-rank statistic, and carried unchanged to the others.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_variable;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::cutpoint::document as report;
use crate::methods::km::document as curves;
use crate::methods::{cutpoint, km};
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot<cutpoint::Spec> = Slot::new("cut-off");
const PERMUTED: Slot<cutpoint::Spec> = Slot::new("cut-off, permuted");
/// Curves of both sides, one part a cohort.
const SIDES: Slot<km::Spec> = Slot::new("sides");

/// What stands first where there is no room for both.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Profile,
    Sides,
}

/// The two views of the cut-off: its profile, and both sides in every cohort. The cursor is on the same side in both.
pub(super) struct CutOff {
    face: Face,
    profile: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    figures: Vec<Figure>,
    shown: Vec<Option<Key>>,
}

impl CutOff {
    fn of(face: Face) -> Self {
        Self { face, profile: None, summary: String::new(), notes: Vec::new(), figures: Vec::new(), shown: Vec::new() }
    }

    pub(super) fn profile() -> Self {
        Self::of(Face::Profile)
    }

    pub(super) fn sides() -> Self {
        Self::of(Face::Sides)
    }
}

impl View for CutOff {
    fn name(&self) -> &'static str {
        match self.face {
            Face::Profile => "cut-off",
            Face::Sides => "by cut-off",
        }
    }

    fn table(&self) -> Option<&'static str> {
        Some("by cut-off")
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let Some(variable) = plan.to_cut() else { return Vec::new() };
        let mut asked = vec![
            SLOT.wants(plan.cut_off(&variable, cutpoint::Method::Lau92)),
            PERMUTED.wants(plan.cut_off(&variable, cutpoint::Method::Permutation)),
        ];
        // Where it is cut is known only when the search has ended.
        if let Some(found) = state.answers.get(SLOT).filter(|found| found.variable == variable) {
            let cohorts = plan.cohorts().iter().enumerate();
            asked.extend(cohorts.map(|(i, cohort)| SIDES.part(i).wants(plan.sides(&variable, found.cutpoint, cohort))));
        }
        asked
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let mut shown = vec![state.answers.shown(SLOT), state.answers.shown(PERMUTED)];
        shown.extend((0..state.cohorts().len()).map(|i| state.answers.shown(SIDES.part(i))));
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        let Some(found) = state.answers.get(SLOT) else { return };
        self.profile = Some(report::figure(found));
        self.summary = report::summary(found, permuted(state));
        self.notes.clone_from(&found.notes);
        let sides = sides(state);
        self.figures = sides.iter().map(|(cohort, answer)| of_cohort(cohort, curves::figure(answer))).collect();
        if self.face == Face::Sides {
            grid.set(report::sides_table(&sides));
        }
    }

    /// To the variable that is cut.
    fn enter(&self, state: &State, _: &Grid) -> Outcome {
        let variable = state.plan().and_then(|plan| plan.to_cut());
        variable.map_or(Outcome::Ignored, |name| to_variable(&name, state))
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, theme) = (scene.state, scene.theme);
        let status = state.answers.status(SLOT);
        if state.plan().and_then(|plan| plan.to_cut()).is_none() {
            paragraph::text("No variable of the study is a number that can be cut.", Role::Dim, theme, area, buf);
            return;
        }
        let notes = (self.notes.as_slice(), 4);
        let Some(rest) = paragraph::framed(&status, &self.summary, notes, theme, area, buf) else { return };
        match self.face {
            Face::Profile => self.paint_profile(scene, rest, buf),
            Face::Sides => self.paint_sides(scene, rest, buf),
        }
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        let found = state.answers.get(SLOT)?;
        Some(report::carried(found, permuted(state), &sides(state)))
    }

    fn methods(&self, state: &State) -> Option<String> {
        let (plan, found) = (state.plan()?, state.answers.get(SLOT)?);
        Some(report::methods(found, &plan.cut_off(&found.variable, cutpoint::Method::Permutation)))
    }
}

/// Columns in which curves have their axis, names and numbers at risk.
const CURVES: u16 = 56;

impl CutOff {
    /// The profile; on a wide screen the sides of the cohort under the cursor beside it, and the table below both.
    fn paint_profile(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let Some(profile) = &self.profile else { return };
        if area.width < layout::WIDE {
            return chart::view(profile, scene.theme, area, buf);
        }
        let (figures, table) = layout::bottom(area, rows(scene.grid, area));
        let (left, right) = layout::left(figures, figures.width / 2);
        chart::view(profile, scene.theme, left, buf);
        if let Some(curves) = self.under_cursor(scene.grid).filter(|_| right.height >= layout::LEAST_FIGURE) {
            chart::view(curves, scene.theme, right, buf);
        }
        scene.grid.view(scene.theme, true, table, buf);
    }

    /// The sides of all cohorts beside one another where there is room, else of the one under the cursor; the table below.
    fn paint_sides(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let rows = rows(scene.grid, area);
        let is_wide = area.width >= layout::WIDE;
        let (figures, table) = if is_wide { layout::bottom(area, rows) } else { layout::above_table(area, rows) };
        let all = self.figures.len() as u16;
        let shown: Vec<&Figure> = match all > 0 && figures.width / all >= CURVES {
            true => self.figures.iter().collect(),
            false => self.under_cursor(scene.grid).into_iter().collect(),
        };
        let (mut rest, mut left) = (figures, shown.len() as u16);
        for curves in shown.into_iter().filter(|_| figures.height >= layout::LEAST_FIGURE) {
            let (own, others) = layout::left(rest, rest.width / left);
            chart::view(curves, scene.theme, own, buf);
            (rest, left) = (others, left.saturating_sub(1).max(1));
        }
        scene.grid.view(scene.theme, true, table, buf);
    }

    /// The curves of the cohort under the cursor: two rows are of one.
    fn under_cursor(&self, grid: &Grid) -> Option<&Figure> {
        self.figures.get(grid.row()? / 2)
    }
}

/// Curves under the name of their cohort.
fn of_cohort(cohort: &str, curves: Figure) -> Figure {
    Figure { title: cohort.to_owned(), ..curves }
}

/// Lines of the whole table with its heading, as far as there are so many.
fn rows(grid: &Grid, area: Rect) -> u16 {
    (grid.table().rows.len() as u16 + 1).min(area.height)
}

fn permuted(state: &State) -> Option<f64> {
    state.answers.get(PERMUTED).map(|permuted| permuted.p)
}

/// Curves of both sides in each cohort that has them.
fn sides(state: &State) -> Vec<(&str, &km::Answer)> {
    let cohorts = state.cohorts().iter().enumerate();
    cohorts.filter_map(|(i, cohort)| Some((cohort.as_str(), state.answers.get(SIDES.part(i))?))).collect()
}
