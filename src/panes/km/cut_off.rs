//! A cut-off found in the training cohort by the largest log-rank statistic, and carried unchanged to the others.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::cutpoint::document as report;
use crate::methods::km::document as curves;
use crate::methods::{cutpoint, km};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot = "cut-off";
const PERMUTED: Slot = "cut-off, permuted";
/// Curves of both sides, one place a cohort; a study with more cohorts shows the first of them.
const SIDES: [Slot; 6] = ["sides 1", "sides 2", "sides 3", "sides 4", "sides 5", "sides 6"];
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 7;

/// The two views of the cut-off: its profile, and both sides in every cohort.
#[derive(Default)]
pub(super) struct CutOff {
    profile: Option<Figure>,
    summary: String,
    notes: Vec<String>,
    sides: Grid,
    figures: Vec<Figure>,
    shown: Vec<Option<Key>>,
}

pub(super) fn asks(state: &State) -> Vec<(Slot, Asked)> {
    let Some(plan) = state.plan() else { return Vec::new() };
    let Some(variable) = plan.to_cut() else { return Vec::new() };
    let mut asked = vec![
        (SLOT, Asked::new(plan.cut_off(&variable, cutpoint::Method::Lau92))),
        (PERMUTED, Asked::new(plan.cut_off(&variable, cutpoint::Method::Permutation))),
    ];
    // Where it is cut is known only when the search has ended.
    if let Some(found) = state.answers.status(SLOT).get::<cutpoint::Answer>()
        && found.variable == variable
    {
        let sides = SIDES.iter().zip(plan.cohorts());
        asked.extend(sides.map(|(slot, cohort)| (*slot, Asked::new(plan.sides(&variable, found.cutpoint, cohort)))));
    }
    asked
}

impl CutOff {
    pub(super) fn refresh(&mut self, state: &State) {
        let slots = || [SLOT, PERMUTED].into_iter().chain(SIDES);
        let shown: Vec<Option<Key>> = slots().map(|slot| state.answers.shown(slot)).collect();
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        let Some(found) = state.answers.status(SLOT).get::<cutpoint::Answer>().cloned() else { return };
        let permuted = permuted(state);
        self.profile = Some(report::figure(&found));
        self.summary = report::summary(&found, permuted);
        self.notes.clone_from(&found.notes);
        let sides = sides(state);
        let of_cohorts: Vec<(&str, &km::Answer)> = sides.iter().map(|(c, a)| (c.as_str(), a)).collect();
        self.sides.set(report::sides_table(&of_cohorts));
        self.figures = sides.iter().map(|(_, answer)| curves::figure(answer)).collect();
    }

    pub(super) fn grid(&self) -> &Grid {
        &self.sides
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        &mut self.sides
    }

    /// The profile; on a wide screen the sides beside it.
    pub(super) fn view(&self, state: &State, is_profile: bool, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if state.plan().and_then(|plan| plan.to_cut()).is_none() {
            paragraph::text("No variable of the study is a number that can be cut.", Role::Dim, theme, area, buf);
            return;
        }
        let notes = (self.notes.as_slice(), 4);
        let Some(rest) = paragraph::framed(&status, &self.summary, notes, theme, area, buf) else { return };
        // Side by side there is room for both; the table takes the whole width.
        let is_wide = rest.width >= layout::WIDE;
        let rows = (self.sides.table().rows.len() as u16 + 1).min(rest.height);
        let (figures, table) = layout::bottom(rest, if is_wide || !is_profile { rows } else { 0 });
        let (left, right) = if is_wide { layout::left(figures, figures.width / 2) } else { (figures, figures) };
        if let Some(profile) = self.profile.as_ref().filter(|_| is_profile || is_wide) {
            chart::view(profile, theme, left, buf);
        }
        let curves = self.sides.row().and_then(|row| self.figures.get(row / 2));
        if let Some(curves) = curves.filter(|_| (is_wide || !is_profile) && right.height >= LEAST_FIGURE) {
            chart::view(curves, theme, right, buf);
        }
        self.sides.view(theme, true, table, buf);
    }

    pub(super) fn document(state: &State) -> Option<Document> {
        let status = state.answers.status(SLOT);
        let found = status.get::<cutpoint::Answer>()?;
        let sides = sides(state);
        let of_cohorts: Vec<(&str, &km::Answer)> = sides.iter().map(|(c, a)| (c.as_str(), a)).collect();
        Some(report::carried(found, permuted(state), &of_cohorts))
    }

    pub(super) fn methods(state: &State) -> Option<String> {
        let (plan, status) = (state.plan()?, state.answers.status(SLOT));
        let found = status.get::<cutpoint::Answer>()?;
        Some(report::methods(found, &plan.cut_off(&found.variable, cutpoint::Method::Permutation)))
    }
}

fn permuted(state: &State) -> Option<f64> {
    state.answers.status(PERMUTED).get::<cutpoint::Answer>().map(|permuted| permuted.p)
}

/// Curves of both sides in each cohort that has them.
fn sides(state: &State) -> Vec<(String, km::Answer)> {
    let of = |(slot, cohort): (&Slot, &String)| {
        state.answers.status(slot).get::<km::Answer>().map(|answer| (cohort.clone(), answer.clone()))
    };
    SIDES.iter().zip(state.cohorts()).filter_map(of).collect()
}
