//! The table itself, with the detail of the row under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::answers::{Slot, Wish};
use crate::app::leads::to_variable;
use crate::app::{Outcome, State};
use crate::ask::Key;
use crate::document::{self, Cell, Document};
use crate::methods::table1::document as report;
use crate::methods::table1::{self, Choice, Kind, Row};
use crate::panes::view::{Gesture, Scene, View};
use crate::theme::Role;
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};
use figures::format;

const SLOT: Slot<table1::Spec> = Slot::new("baseline");
/// Blank columns of a table before its first column, and between columns.
const MARGIN: usize = 1;
const GAP: usize = 2;
/// What aligned decimals and the mark of a sorted column may take beyond the widest cell.
const SLACK: usize = 2;
/// Names of variables are not made shorter than this.
const SHORTEST: usize = 14;
/// Tests of numbers and of categories, in the order in which the key goes through them.
const OF_NUMBERS: [Choice; 4] = [Choice::Auto, Choice::Student, Choice::Welch, Choice::MannWhitney];
const OF_CATEGORIES: [Choice; 3] = [Choice::Auto, Choice::Exact, Choice::ChiSquare];

/// The view.
#[derive(Default)]
pub(super) struct Table {
    /// The variable of each row of the table.
    variables: Vec<usize>,
    /// The variables, for the detail of the row under the cursor.
    rows: Vec<Row>,
    heading: String,
    notes: Vec<String>,
    /// The answer, whether with SMD, and the width that the table was made for.
    shown: Option<(Key, bool, u16)>,
}

impl View for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn asks(&self, state: &State, _: &Grid) -> Vec<Wish> {
        state.plan().map(|plan| SLOT.wants(plan.baseline())).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, grid: &mut Grid) {
        let Some(answer) = state.answers.get(SLOT) else { return };
        let smd = !state.choices.baseline.no_smd;
        let shown = state.answers.shown(SLOT).map(|key| (key, smd, state.room().0));
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        grid.set(fitted(report::table(answer, smd), usize::from(state.room().0)));
        self.variables = report::rows_of_table(answer);
        self.rows.clone_from(&answer.rows);
        let counts = answer.levels.iter().zip(&answer.n);
        let counts: Vec<String> = counts.map(|(level, n)| format!("{} {level}", format::count(*n))).collect();
        self.heading = match &answer.by {
            Some(by) => format!("Baseline by {by}: {}", counts.join(", ")),
            None => format!("Baseline, {} patients", format::count(answer.n.iter().sum())),
        };
        self.notes = answer.notes.iter().cloned().chain(report::remarks(answer)).collect();
    }

    fn enter(&self, state: &State, grid: &Grid) -> Outcome {
        self.current(grid).map_or(Outcome::Ignored, |row| to_variable(&row.variable, state))
    }

    /// Another test for the row under the cursor.
    fn act(&mut self, gesture: Gesture, _: Option<&str>, state: &State, grid: &mut Grid) -> Outcome {
        let Some(row) = self.current(grid) else { return Outcome::Ignored };
        match gesture {
            Gesture::Own(_, false) => {}
            _ => return Outcome::Ignored,
        }
        let next = next_test(row);
        Outcome::choose(state, format!("{}: {}", row.label, words(next)), |c| {
            if next == Choice::Auto {
                c.baseline.tests.remove(&row.variable);
            } else {
                c.baseline.tests.insert(row.variable.clone(), next);
            }
        })
    }

    fn paint(&self, scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
        let theme = scene.theme;
        let status = scene.state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let heading = format!("{}{}", self.heading, paragraph::freshness(&status));
        let rest = paragraph::heading(&heading, theme, area, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, theme, rest, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let detail = self.current(scene.grid).map(report::detail).unwrap_or_default();
        let lines = paragraph::wrap(&detail, usize::from(rest.width)).len() as u16;
        let (rest, about) = layout::bottom(rest, lines.min(2));
        paragraph::text(&detail, Role::Text, theme, about, buf);
        let (table, legend) = layout::bottom(rest, 1);
        paragraph::phrases(report::LEGEND, Role::Dim, theme, legend, buf);
        scene.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, _: &Grid) -> Option<Document> {
        state.answers.get(SLOT).map(report::document)
    }

    fn methods(&self, state: &State) -> Option<String> {
        state.answers.get(SLOT).and_then(report::methods)
    }
}

impl Table {
    /// The variable under the cursor.
    fn current(&self, grid: &Grid) -> Option<&Row> {
        self.rows.get(*self.variables.get(grid.row()?)?)
    }
}

/// The table with shorter names of variables, or with p beside them, where the p-values would not fit on the screen.
/// The whole name stands in the row's detail.
fn fitted(mut table: document::Table, width: usize) -> document::Table {
    let widest = |c: usize| {
        let head = table.columns[c].heading().iter().map(|l| format::width(l)).max().unwrap_or(0);
        table.rows.iter().map(|r| format::width(r.shown(c))).max().unwrap_or(0).max(head)
    };
    let needed = (1..table.columns.len()).filter(|c| table.columns[*c].priority == 0);
    let others: usize = needed.map(|c| widest(c) + GAP).sum();
    let room = width.saturating_sub(MARGIN + others + SLACK);
    if widest(0) <= room {
        return table;
    }
    for row in &mut table.rows {
        let inside = room.max(SHORTEST).saturating_sub(2 * usize::from(row.indent));
        if let Some(cell) = row.cells.first_mut() {
            let plain = cell.shown.split(", ").next().unwrap_or_default();
            cell.shown = format::shorten(plain, inside, format::Glyphs::Utf8);
        }
    }
    if let (true, Some(p)) = (room < SHORTEST, table.columns.iter().position(|c| c.title == "p")) {
        table.columns[1..=p].rotate_right(1);
        for row in table.rows.iter_mut().filter(|r| r.cells.len() > p) {
            row.cells[1..=p].rotate_right(1);
        }
        for row in table.rows.iter_mut().filter(|r| r.cells.len() <= p) {
            row.cells.insert(1, Cell::empty());
        }
    }
    table
}

fn next_test(row: &Row) -> Choice {
    let all: &[Choice] = match row.kind {
        Kind::Continuous => &OF_NUMBERS,
        Kind::Categorical => &OF_CATEGORIES,
    };
    let at = all.iter().position(|c| *c == row.choice).unwrap_or(0);
    all[(at + 1) % all.len()]
}

fn words(choice: Choice) -> &'static str {
    match choice {
        Choice::Auto => "test by the data",
        Choice::Student => "Student's t, or ANOVA",
        Choice::Welch => "Welch's t, or Welch's ANOVA",
        Choice::MannWhitney => "Mann-Whitney, or Kruskal-Wallis",
        Choice::Exact => "Fisher's exact test",
        Choice::ChiSquare => "chi-square without correction",
    }
}
