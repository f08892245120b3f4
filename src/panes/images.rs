//! Images and masks: every case with its state, one of them slice by slice, checks over the cohort, gray values.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane};
use crate::app::State;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::extraction::{CaseState, Extraction, Phase};
use crate::app::pane_id::PaneId;
use crate::ask::{Asked, Key};
use crate::document::{Cell, Document};
use crate::jobs::extraction::CaseId;
use crate::methods::images;
use crate::methods::images::document as report;
use crate::methods::images::{Case, one};
use crate::methods::problems;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph, picture};
use figures::Figure;
use figures::format;

const ALL: Slot = "images";
const ONE: Slot = "images.one";

const CASES: usize = 0;
const SLICE: usize = 1;
const CHECKS: usize = 2;
const RANGES: usize = 3;

/// Slices that a page key goes.
const PAGE: usize = 5;

/// The pane.
#[derive(Default)]
pub struct Images {
    cases: Grid,
    checks: Grid,
    ranges: Grid,
    summary: String,
    notes: Vec<String>,
    /// What the tables were made from: the answer, and how far the extraction is.
    made_from: Option<(Key, [usize; 4], Phase)>,
    facts: Vec<(String, Cell)>,
    histogram: Option<Figure>,
    /// The answer that the slice view shows, and its case.
    near: Option<(Key, String)>,
    slice: usize,
    whole: bool,
}

impl Pane for Images {
    fn id(&self) -> PaneId {
        PaneId::Images
    }

    fn views(&self) -> &'static [&'static str] {
        &["cases", "slice", "checks", "grey values"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        if !state.has_images() {
            return Vec::new();
        }
        let study = state.path.clone();
        let mut asks = vec![(ALL, Asked::new(images::Spec { study: study.clone() }))];
        if let (SLICE, Some(case)) = (view, self.case(state)) {
            let most = usize::from(picture_width(state.size));
            let spec = one::Spec { study, row: case.row, sequence: case.sequence, most, whole: self.whole };
            asks.push((ONE, Asked::new(spec)));
        }
        asks
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        self.refresh_tables(state);
        let status = state.answers.status(ONE);
        let Some(answer) = status.get::<one::Answer>() else { return };
        let Some(key) = state.answers.shown(ONE).filter(|key| self.near.as_ref().is_none_or(|(k, _)| k != key)) else {
            return;
        };
        // Another picture of the same case stays on its slice.
        if self.near.as_ref().is_none_or(|(_, name)| *name != answer.name) {
            self.slice = answer.best;
        }
        self.near = Some((key, answer.name.clone()));
        self.facts = report::facts(answer);
        self.histogram = report::histogram(answer);
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            CHECKS => &self.checks,
            RANGES => &self.ranges,
            _ => &self.cases,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            CHECKS => &mut self.checks,
            RANGES => &mut self.ranges,
            _ => &mut self.cases,
        })
    }

    fn act(&mut self, command: CommandId, _argument: Option<&str>, state: &State, view: usize) -> Outcome {
        match (view, command) {
            (CASES, CommandId::Enter) => return Outcome::View(SLICE),
            (SLICE, CommandId::Enter | CommandId::Close) => return Outcome::View(CASES),
            (_, CommandId::ImagesWhole) => {
                self.whole = !self.whole;
                return if view == SLICE { Outcome::Done } else { Outcome::View(SLICE) };
            }
            (SLICE, CommandId::Left) => drop(self.cases.act(CommandId::Up, 1)),
            (SLICE, CommandId::Right) => drop(self.cases.act(CommandId::Down, 1)),
            (SLICE, _) => return self.turn_slice(command, state),
            _ => return Outcome::Ignored,
        }
        Outcome::Done
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if state.study.is_some() && !state.has_images() {
            let said = "The study names no images. Add a section [images] to its file to extract radiomic features.";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        let status = state.answers.status(ALL);
        if let Some((role, said)) = paragraph::absent(&status) {
            let said = if role == Role::Dim { format!("Reading images and masks: {said}") } else { said };
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        if view == SLICE {
            self.view_slice(state, theme, area, buf);
            return;
        }
        let (head, rest) = layout::top(area, 1);
        let heading = format!("{}{}", self.summary, paragraph::freshness(&status));
        paragraph::line(&heading, Role::Title, theme, head, buf);
        match view {
            CHECKS => self.view_checks(theme, rest, buf),
            RANGES => {
                let notes = paragraph::notes_height(&self.notes, rest.width, 8);
                let (table, foot) = layout::bottom(rest, notes);
                self.ranges.view(theme, true, table, buf);
                paragraph::notes(&self.notes, theme, foot, buf);
            }
            _ => {
                let (table, foot) = layout::bottom(rest, 2);
                self.cases.view(theme, true, table, buf);
                paragraph::text(&self.remark(state), Role::Warn, theme, foot, buf);
            }
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        match view {
            SLICE => state.answers.status(ONE).get().map(report::document_of_one),
            _ => state.answers.status(ALL).get().map(report::document),
        }
    }

    fn methods(&self, state: &State, _view: usize) -> Option<String> {
        let study = state.study.as_ref()?;
        let sequences: Vec<&str> = study.sequence_names().collect();
        Some(crate::methods::extraction::methods_by_sequence(&sequences, &study.settings_by_sequence().ok()?))
    }
}

impl Images {
    fn refresh_tables(&mut self, state: &State) {
        let status = state.answers.status(ALL);
        let (Some(answer), Some(key)) = (status.get::<images::Answer>(), state.answers.shown(ALL)) else { return };
        let e = &state.extraction;
        let running = e.cases().filter(|(_, s)| **s == CaseState::Running).map(|(id, _)| id.patient + 1).sum();
        let from = Some((key, [e.settled(), e.failed(), e.cached(), running], e.phase));
        if self.made_from == from {
            return;
        }
        self.made_from = from;
        self.summary = report::summary(answer);
        self.notes.clone_from(&answer.notes);
        self.cases.set(report::cases(answer, |case| state_of(e, case)));
        self.checks.set(problems::table(&answer.problems));
        self.ranges.set(report::ranges(&answer.ranges, &answer.binning));
    }

    /// The case under the cursor.
    fn case(&self, state: &State) -> Option<Case> {
        let status = state.answers.status(ALL);
        let answer = status.get::<images::Answer>()?;
        answer.cases.get(self.cases.row()?).cloned()
    }

    /// What is to be said of the case under the cursor.
    fn remark(&self, state: &State) -> String {
        let Some(case) = self.case(state) else { return String::new() };
        match state.extraction.state(&id_of(&case)) {
            Some(CaseState::Failed(why)) if case.look().is_some() => why.clone(),
            _ => report::remark(&case).unwrap_or_default(),
        }
    }

    fn turn_slice(&mut self, command: CommandId, state: &State) -> Outcome {
        let status = state.answers.status(ONE);
        let Some(answer) = status.get::<one::Answer>() else { return Outcome::Ignored };
        let last = answer.slices.len().saturating_sub(1);
        let slice = match command {
            CommandId::Down => self.slice + 1,
            CommandId::Up => self.slice.saturating_sub(1),
            CommandId::PageDown | CommandId::HalfPageDown => self.slice + PAGE,
            CommandId::PageUp | CommandId::HalfPageUp => self.slice.saturating_sub(PAGE),
            CommandId::Top => 0,
            CommandId::Bottom => last,
            _ => return Outcome::Ignored,
        };
        self.slice = slice.min(last);
        Outcome::Done
    }

    fn view_checks(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (list, detail) = layout::bottom(area, 4);
        self.checks.view(theme, true, list, buf);
        if let Some(row) = self.checks.current() {
            let written: Vec<&str> =
                row.cells[2..].iter().map(|c| c.shown.as_str()).filter(|t| !t.is_empty()).collect();
            paragraph::text(&written.join("; "), Role::Text, theme, detail, buf);
        }
    }

    fn view_slice(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(ONE);
        let Some(answer) = status.get::<one::Answer>() else {
            let (role, said) = paragraph::absent(&status).unwrap_or((Role::Dim, "no case".to_owned()));
            paragraph::text(&said, role, theme, area, buf);
            return;
        };
        let (head, rest) = layout::top(area, 1);
        let heading = format!(
            "{}, slice {} of {}, {} mm; j k slices, h l cases{}",
            answer.name,
            self.slice + 1,
            answer.slices.len(),
            images::times(&answer.field.map(|mm| format::fixed(mm, 0))),
            paragraph::freshness(&status)
        );
        paragraph::line(&heading, Role::Title, theme, head, buf);
        let (left, right) = layout::left(rest, picture_width(state.size));
        if let Some(slice) = answer.slices.get(self.slice) {
            picture::view(slice, theme, left, buf);
        }
        self.view_facts(theme, right, buf);
    }

    fn view_facts(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let name_width = self.facts.iter().map(|(name, _)| format::width(name)).max().unwrap_or(0) as u16 + 1;
        let (mut rest, mut used) = (area, 0);
        for (name, cell) in &self.facts {
            let (names, values) =
                (rest, Rect { x: rest.x + name_width, width: rest.width.saturating_sub(name_width), ..rest });
            paragraph::line(name, Role::Dim, theme, Rect { width: name_width.min(rest.width), ..names }, buf);
            // Long reasons take several lines, all else is cut.
            let most = if matches!(name.as_str(), "Region" | "Grid") { 4 } else { 1 };
            let lines = if most == 1 {
                paragraph::line(&cell.shown, Role::Text, theme, values, buf);
                1
            } else {
                let (values, _) = layout::top(values, most);
                paragraph::text(&cell.shown, Role::Warn, theme, values, buf)
            };
            used += lines;
            rest = layout::top(area, used).1;
        }
        if let Some(histogram) = self.histogram.as_ref().filter(|_| rest.height >= 5) {
            chart::view(histogram, theme, rest, buf);
        }
    }
}

/// Columns of the picture on a screen of this size; twice as many picture elements as lines fit below each other.
fn picture_width((width, height): (u16, u16)) -> u16 {
    let lines = layout::parts(Rect::new(0, 0, width, height)).pane.height.saturating_sub(1);
    (2 * lines).min(width / 2).clamp(16, 56)
}

fn id_of(case: &Case) -> CaseId {
    CaseId { patient: case.row, sequence: case.sequence, repeat: None }
}

/// Where the extraction of a case stands, in a word.
fn state_of(extraction: &Extraction, case: &Case) -> String {
    match extraction.state(&id_of(case)) {
        Some(CaseState::Done { cached: true }) => "from cache",
        Some(CaseState::Done { cached: false }) => "extracted",
        Some(CaseState::Running) => "running",
        Some(CaseState::Failed(_)) => "failed",
        Some(CaseState::Waiting) => "waiting",
        None if case.roi().is_none() => "none",
        None => "not yet",
    }
    .to_owned()
}
