//! The curves themselves, with numbers at risk, medians and the test.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::unnamed;
use crate::app::answers::{Slot, Status, Wish};
use crate::app::command::km::{INTERVALS, divided_by};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, Place, State, Subject};
use crate::ask::Key;
use crate::document::Document;
use crate::methods::km::document as report;
use crate::methods::km::{self, band};
use crate::panes::view::{Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;
use figures::format;

const SLOT: Slot<km::Spec> = Slot::new("km");
const TOGETHER: Slot<km::Spec> = Slot::new("km together");
/// Where there are more lines, the table has a third of them at most.
const LOW: u16 = 12;
/// So many groups are all to be seen on a low screen, and the lines of the lowest figure with axes.
const FEW: u16 = 3;
const LEAST_CURVES: u16 = 6;
/// Bands that can be told apart in characters.
const MOST_BANDS: usize = 2;

/// The view.
#[derive(Default)]
pub(super) struct Curves {
    figure: Option<Figure>,
    /// The test, from long to short.
    comparison: Vec<String>,
    notes: Vec<String>,
    shown: Option<Key>,
}

/// Why there are no curves by the Rad-score, if that was not asked for.
fn unscored(state: &State) -> Option<String> {
    match state.answers.status(SLOT) {
        Status::Failed(why) if state.choices.km.by.is_none() && divided_by(state).is_some() => Some(why.to_string()),
        _ => None,
    }
}

/// Where the curves shown are asked for.
fn slot(state: &State) -> Slot<km::Spec> {
    if unscored(state).is_some() { TOGETHER } else { SLOT }
}

/// The wish for the curves that are shown, and what they are of.
pub(super) fn asked(state: &State) -> (Option<Wish>, Option<km::Spec>) {
    let Some(plan) = state.plan() else { return (None, None) };
    let spec = if unscored(state).is_some() { plan.curves_together() } else { plan.curves() };
    (Some(SLOT.wants(plan.curves())), Some(spec))
}

impl View for Curves {
    fn name(&self) -> &'static str {
        "curves"
    }

    /// The curves; where those by the Rad-score, which nobody asked for, cannot be drawn, one of everybody as well.
    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let together = unscored(state).map(|_| TOGETHER.wants(plan.curves_together()));
        std::iter::once(SLOT.wants(plan.curves())).chain(together).collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.news(slot(state), &mut self.shown) else { return };
        grid.set(report::table(answer));
        self.figure = Some(report::figure(answer));
        self.comparison = report::comparisons(answer);
        self.notes.clone_from(&answer.notes);
        self.notes.extend(unscored(state).map(|why| format!("not by Rad-score: {why}")));
        self.notes.extend(unnamed(state).map(|said| {
            format!("patients with {said} count as censored: if one of these is another event, name it as `cause`")
        }));
        if answer.groups.iter().filter(|g| g.band.is_some()).count() > MOST_BANDS {
            let why = "bands of so many curves hide one another: see the details, or export a figure";
            self.notes.insert(0, why.to_owned());
        }
    }

    /// From a curve to those who had the event.
    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        let group = grid.row().and_then(|row| state.answers.get(slot(state))?.groups.get(row));
        group.map_or(Outcome::Ignored, |group| {
            Outcome::Go(Place::of(PaneId::Km, "events").on(Subject::Group(group.group.clone())))
        })
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, grid, theme) = (scene.state, scene.grid, scene.theme);
        let status = state.answers.status(slot(state));
        if let Some((role, mut said)) = paragraph::absent(&status) {
            if matches!(status, Status::Failed(_)) {
                said += "\nb draws the curves by another variable.";
            }
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&heading(state, &paragraph::freshness(&status)), Role::Title, theme, head, buf);
        let notes = paragraph::notes_height(&self.notes, theme, rest, 2);
        let (rest, foot) = layout::bottom(rest, notes);
        paragraph::notes(&self.notes, theme, foot, buf);
        let comparison = self.comparison.first().map_or("", String::as_str);
        let rows = grid.table().rows.len() as u16 + 1;
        let whole = paragraph::height(comparison, theme, rest.width);
        // A few groups are all seen: before one of them goes, the test is said in short.
        let few = rows <= FEW + 1;
        let is_tight = few && rest.height < whole + rows + LEAST_CURVES;
        let (rest, test) = layout::bottom(rest, if is_tight { whole.min(1) } else { whole });
        if is_tight {
            paragraph::first_that_fits(&self.comparison, Role::Text, theme, test, buf);
        } else {
            paragraph::text(comparison, Role::Text, theme, test, buf);
        }
        let most = if rest.height < LOW { rows } else { rest.height / 3 };
        let (figure, table) = match few && rest.height + 1 >= rows + LEAST_CURVES && rest.height < LOW {
            true => layout::bottom(rest, rows),
            false => layout::above_table(rest, rows.min(most)),
        };
        if let Some(curves) = &self.figure {
            chart::view(curves, theme, figure, buf);
        }
        grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(slot(state)).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        let (plan, answer) = (state.plan()?, state.answers.get(slot(state))?);
        Some(report::methods(answer, state.choices.km.band, plan.ties()))
    }
}

fn heading(state: &State, freshness: &str) -> String {
    let endpoint = state.endpoint().map_or(String::new(), |e| e.label.clone());
    let by = divided_by(state).filter(|_| unscored(state).is_none());
    let by = by
        .map_or_else(|| "all patients together".to_owned(), |g| format!("by {}", g.words_among(state.cohorts().len())));
    let interval = state.choices.km.interval.unwrap_or(INTERVALS[0]);
    let from = state.choices.km.landmark.map(|t| format!(", from landmark {}", format::chosen(t)));
    // A band is drawn in place of the pointwise limits.
    let limits = match state.choices.km.band {
        Some(kind) => format!("{} band, {interval} scale", band::words(kind)),
        None => format!("{interval} interval"),
    };
    format!("{endpoint}, {by}{}; {limits}{freshness}", from.unwrap_or_default())
}
