//! Events that compete with the endpoint's: their cumulative incidence, and what goes with each of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::choices::by;
use crate::app::answers::{Slot, Status};
use crate::app::state::State;
use crate::ask::{Asked, Key};
use crate::document::Document;
use crate::methods::cox::document::causes as models;
use crate::methods::cuminc::document as report;
use crate::methods::{cox, cuminc};
use crate::study::Causes;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

pub(super) const INCIDENCE: Slot = "incidence";
pub(super) const CAUSES: Slot = "causes";
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;

/// The two views.
#[derive(Default)]
pub(super) struct Competing {
    incidences: Grid,
    curves: Option<Figure>,
    notes: Vec<String>,
    terms: Grid,
    forest: Option<Figure>,
    summary: String,
    model_notes: Vec<String>,
    shown: [Option<Key>; 2],
}

/// What tells the events of the endpoint in use apart.
fn causes(state: &State) -> Option<&Causes> {
    state.endpoint()?.causes.as_ref()
}

/// The question of the incidences, divided as the survival curves are.
pub(super) fn incidence(state: &State) -> Option<Asked> {
    state.plan()?.incidence().map(Asked::new)
}

/// The question of the models.
pub(super) fn of_causes(state: &State) -> Option<Asked> {
    state.plan()?.models_of_causes(covariates(state)?).map(Asked::new)
}

fn covariates(state: &State) -> Option<Vec<String>> {
    state.plan()?.covariates_of_causes()
}

impl Competing {
    pub(super) fn refresh(&mut self, state: &State) {
        let shown = [INCIDENCE, CAUSES].map(|slot| state.answers.shown(slot));
        if let Some(answer) = state.answers.status(INCIDENCE).get::<cuminc::Answer>()
            && self.shown[0] != shown[0]
        {
            self.incidences.set(report::groups(answer));
            self.curves = Some(report::figure(answer));
            self.notes.clone_from(&answer.notes);
        }
        if let Some(answer) = state.answers.status(CAUSES).get::<cox::causes::Answer>()
            && self.shown[1] != shown[1]
        {
            self.terms.set(models::table(answer));
            self.forest = Some(models::forest(answer));
            self.summary = models::summary(answer);
            self.model_notes.clone_from(&answer.notes);
        }
        self.shown = shown;
    }

    pub(super) fn grid(&self, is_model: bool) -> &Grid {
        if is_model { &self.terms } else { &self.incidences }
    }

    pub(super) fn grid_mut(&mut self, is_model: bool) -> &mut Grid {
        if is_model { &mut self.terms } else { &mut self.incidences }
    }

    pub(super) fn view_incidence(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(INCIDENCE);
        if let Some((role, said)) = absent(state, &status, true) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let by = by(state).map(|g| format!(" by {}", g.words())).unwrap_or_default();
        let words = format!("Cumulative incidence (95 % CI){by}{}", paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let rows = self.incidences.table().rows.len() as u16 + 1;
        let (figure, table) = layout::bottom(rest, rows.min(rest.height.saturating_sub(LEAST_FIGURE)));
        if let Some(curves) = &self.curves {
            chart::view(curves, theme, figure, buf);
        }
        self.incidences.view(theme, true, table, buf);
    }

    pub(super) fn view_models(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(CAUSES);
        if let Some((role, said)) = absent(state, &status, covariates(state).is_some()) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let words = format!("{}{}", self.summary, paragraph::freshness(&status));
        let rest = paragraph::heading(&words, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.model_notes, rest.width, 4));
        paragraph::notes(&self.model_notes, theme, foot, buf);
        // The table first, for it holds all numbers; the forest where it can be whole.
        let rows = self.terms.table().rows.len() as u16 + 2;
        let (table, figure) = layout::top(rest, rows);
        self.terms.view(theme, true, table, buf);
        let needed = |f: &&Figure| f.preferred_lines(usize::from(figure.width)) as u16 <= figure.height;
        if let Some(forest) = self.forest.as_ref().filter(needed) {
            chart::view(forest, theme, figure, buf);
        }
    }

    pub(super) fn document(state: &State, is_model: bool) -> Option<Document> {
        match is_model {
            true => state.answers.status(CAUSES).get().map(models::document),
            false => state.answers.status(INCIDENCE).get().map(report::document),
        }
    }

    pub(super) fn methods(state: &State, is_model: bool) -> Option<String> {
        if is_model {
            let status = state.answers.status(CAUSES);
            let answer = status.get::<cox::causes::Answer>()?;
            return Some(models::methods(answer, &covariates(state)?));
        }
        let status = state.answers.status(INCIDENCE);
        status.get().map(|answer| report::methods(answer, &state.times()))
    }
}

/// What stands in place of an answer.
fn absent(state: &State, status: &Status, has_model: bool) -> Option<(Role, String)> {
    let name = state.endpoint()?.name.clone();
    if causes(state).is_none() {
        let said = format!(
            "No event competes with {name} as far as the study says. Where one does, name the column that tells them \
             apart: cause = \"column\" (and censored = \"value\") under [endpoints.{name}] in study.toml."
        );
        return Some((Role::Dim, said));
    }
    if !has_model {
        let said = "No covariates: choose some among the Cox models (6, space), or name a model under [models].";
        return Some((Role::Dim, said.to_owned()));
    }
    paragraph::absent(status)
}
