//! What is going on: the extraction, analyses under way, and the log.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::extraction::Phase;
use crate::app::log::Level;
use crate::app::{Outcome, State};
use crate::document::{Cell, ColumnSpec, Document, Table};
use crate::panes::view::{Scene, View};
use crate::theme::{Role, Theme};
use crate::ui::frame;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};

/// The view.
#[derive(Default)]
pub(super) struct Log {
    running: Vec<String>,
}

impl View for Log {
    fn name(&self) -> &'static str {
        "log"
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        grid.set(log(state));
        self.running = state
            .answers
            .running()
            .map(|(name, stage)| match stage.percent() {
                Some(percent) => format!("{name}: {percent} %"),
                None => name.to_owned(),
            })
            .collect();
    }

    /// A message whole.
    fn enter(&self, _: &State, grid: &Grid) -> Outcome {
        grid.current().map_or(Outcome::Ignored, |row| {
            let title = format!("{}, after {}: y copies", row.shown(1), row.shown(0));
            Outcome::Text { title, body: row.shown(2).to_owned() }
        })
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let (state, theme) = (scene.state, scene.theme);
        let (head, rest) = layout::top(area, 4);
        let (bar, below) = layout::top(head, 1);
        view_bar(state, theme, bar, buf);
        let (numbers, running) = layout::top(below, 1);
        paragraph::line(&numbers_of(state), Role::Text, theme, numbers, buf);
        let analyses = match self.running.as_slice() {
            [] => "no analysis is under way".to_owned(),
            running => format!("under way: {}", running.join(", ")),
        };
        paragraph::line(&analyses, Role::Dim, theme, running, buf);
        scene.grid.view(theme, true, rest, buf);
    }

    fn document(&self, state: &State, grid: &Grid) -> Option<Document> {
        Some(Document::new("Jobs and log").paragraph(numbers_of(state)).with(grid.table().clone()))
    }
}

/// `Extraction ████████░░░░ 62 %`.
fn view_bar(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let e = &state.extraction;
    let x = paragraph::line("Extraction ", Role::Title, theme, area, buf);
    if e.total() == 0 {
        let said = if state.has_images() { "has not begun: X starts it" } else { "the study names no images" };
        paragraph::line(said, Role::Dim, theme, Rect { x, width: area.right() - x, ..area }, buf);
        return;
    }
    let room = usize::from(area.right().saturating_sub(x)).saturating_sub(6).min(60);
    let done = room * e.settled() / e.total();
    let (full, empty) = theme.glyphs().pick(("█", "░"), ("#", "."));
    let bar = format!("{}{} {:>3} %", full.repeat(done), empty.repeat(room - done), 100 * e.settled() / e.total());
    let role = if e.failed() > 0 { Role::Warn } else { Role::Ok };
    buf.set_stringn(x, area.y, bar, usize::from(area.right() - x), theme.style(role));
}

/// `412 of 687 cases, 30 from the cache, 1 failed; 1 min 20 s, about 50 s left (P pauses)`.
fn numbers_of(state: &State) -> String {
    let e = &state.extraction;
    if e.total() == 0 {
        return String::new();
    }
    let phase = match e.phase {
        Phase::Idle => "",
        Phase::Running => " (P pauses)",
        Phase::Paused => " (paused: P goes on)",
        Phase::Cancelled => " (stopped: X goes on)",
        Phase::Finished => " (finished)",
    };
    let left = e.remaining(state.now).map(|d| format!(", about {} left", frame::duration(d.as_secs())));
    format!(
        "{} of {} cases, {} from the cache, {} failed; {}{}{phase}",
        e.settled(),
        e.total(),
        e.cached(),
        e.failed(),
        frame::duration(e.elapsed(state.now).as_secs()),
        left.unwrap_or_default(),
    )
}

/// The log, newest first.
fn log(state: &State) -> Table {
    let mut table = Table::new([ColumnSpec::right("After"), ColumnSpec::left("Kind"), ColumnSpec::left("What")]);
    for message in state.log.messages().rev() {
        let kind = match message.level {
            Level::Done => "done",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        };
        table.push([
            Cell::text(frame::duration(message.at.as_secs())),
            Cell::text(kind),
            Cell::text(message.text.clone()),
        ]);
    }
    table
}
