//! What stands beside the curves in a paper: follow-up, survival at times, restricted means, and all comparisons.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::Slot;
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::km;
use crate::methods::km::document::details as report;
use crate::theme::Theme;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};
use figures::format;

pub(super) const SLOT: Slot = "km details";

/// The view.
#[derive(Default)]
pub(super) struct Details {
    groups: Grid,
    comparisons: Grid,
    heading: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Details {
    pub(super) fn refresh(&mut self, state: &State) {
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<km::Answer>() else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        let Some(details) = &answer.details else { return };
        self.shown = state.answers.shown(SLOT);
        self.groups.set(report::groups_table(answer, details));
        self.comparisons.set(report::comparisons_table(answer, details));
        self.heading = report::heading(answer);
        self.notes.clone_from(&answer.notes);
    }

    /// The comparisons have the focus, for they can be many; without any, the groups.
    pub(super) fn grid(&self) -> &Grid {
        if self.comparisons.table().rows.is_empty() { &self.groups } else { &self.comparisons }
    }

    pub(super) fn grid_mut(&mut self) -> &mut Grid {
        if self.comparisons.table().rows.is_empty() { &mut self.groups } else { &mut self.comparisons }
    }

    pub(super) fn view(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        let notes = (self.notes.as_slice(), 3);
        let Some(rest) = paragraph::framed(&status, &self.heading, notes, theme, area, buf) else { return };
        if self.comparisons.table().rows.is_empty() {
            return self.groups.view(theme, true, rest, buf);
        }
        let rows = self.groups.table().rows.len() as u16 + HEADINGS;
        // Only the comparisons scroll: the groups are whole if they can be.
        let room = rest.height.saturating_sub(LEAST_COMPARISONS).max(rest.height / 2);
        let (groups, comparisons) = layout::top(rest, rows.min(room));
        self.groups.view(theme, false, groups, buf);
        let (_, comparisons) = layout::top(comparisons, u16::from(comparisons.height > LEAST_COMPARISONS));
        self.comparisons.view(theme, true, comparisons, buf);
    }

    pub(super) fn document(state: &State) -> Option<Document> {
        let status = state.answers.status(SLOT);
        let answer = status.get::<km::Answer>()?;
        answer.details.as_ref().map(|details| report::document(answer, details))
    }

    pub(super) fn methods(state: &State) -> Option<String> {
        let status = state.answers.status(SLOT);
        let km::Answer { details, landmark, unit, .. } = status.get()?;
        let details = details.as_ref()?;
        let from = landmark.map(|t| {
            format!(
                "Patients still followed {} {} after the origin entered (landmark analysis). ",
                format::chosen(t),
                unit.word()
            )
        });
        let pairs = match details.pairs.is_empty() {
            true => "",
            false => " Pairs of groups were compared by log-rank tests adjusted by Holm's method.",
        };
        Some(format!(
            "{}Median follow-up was estimated by the reverse Kaplan-Meier method. Groups were compared by the log-rank test, \
             by Peto and Peto's test (G-rho family, rho = 1), and by restricted mean survival time up to {} {}, with \
             differences and ratios tested by normal approximation.{pairs}",
            from.unwrap_or_default(),
            format::chosen_to(details.tau, 4),
            unit.word()
        ))
    }
}

/// The same curves with everything that is asked beside them.
pub(super) fn query(curves: km::Spec, state: &State) -> Asked {
    use crate::ask::grouping::Grouping;
    let mixes_cohorts = curves.on.cohort.is_none() && state.cohorts().len() > 1 && curves.by != Some(Grouping::Cohort);
    let details = km::details::Spec {
        times: state.times(),
        strata: (mixes_cohorts && curves.by.is_some()).then_some(Grouping::Cohort),
        ..km::details::Spec::default()
    };
    Asked::new(km::Spec { details: Some(details), ..curves })
}

/// Lines of the headings of the table of groups.
const HEADINGS: u16 = 1;
/// Lines from which on a blank one stands between the tables.
const LEAST_COMPARISONS: u16 = 6;
