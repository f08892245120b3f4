//! The baseline table: who the patients are, whether the groups differ, and whether readers agree on what they saw.

mod agreement;

use agreement::Agreement;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::grouping::Grouping;
use crate::ask::{Asked, Key};
use crate::document::{Cell, Document, Table};
use crate::methods::table1::document as report;
use crate::methods::table1::{self, Choice, Kind, Row};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{layout, paragraph};
use figures::format;

const SLOT: Slot = "baseline";
/// The views.
const TABLE: usize = 0;
/// Blank columns of a table before its first column, and between columns.
const MARGIN: usize = 1;
const GAP: usize = 2;
/// What aligned decimals and the mark of a sorted column may take beyond the widest cell.
const SLACK: usize = 2;
/// Names of variables are not made shorter than this.
const SHORTEST: usize = 14;
/// A category with more levels does not divide patients.
const MOST_LEVELS: usize = 6;
/// Tests of numbers and of categories, in the order in which the key goes through them.
const OF_NUMBERS: [Choice; 4] = [Choice::Auto, Choice::Student, Choice::Welch, Choice::MannWhitney];
const OF_CATEGORIES: [Choice; 3] = [Choice::Auto, Choice::Exact, Choice::ChiSquare];

/// The pane.
#[derive(Default)]
pub struct Baseline {
    grid: Grid,
    /// The variable of each row of the grid.
    variables: Vec<usize>,
    /// The variables, for the detail of the row under the cursor.
    rows: Vec<Row>,
    heading: String,
    notes: Vec<String>,
    /// The answer, whether with SMD, and the width that the table was made for.
    shown: Option<(Key, bool, u16)>,
    agreement: Agreement,
}

impl Pane for Baseline {
    fn id(&self) -> PaneId {
        PaneId::Baseline
    }

    fn views(&self) -> &'static [&'static str] {
        &["table", "agreement"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan() else { return Vec::new() };
        if view != TABLE {
            return plan.readings().map(|spec| (agreement::SLOT, Asked::new(spec))).into_iter().collect();
        }
        vec![(SLOT, Asked::new(plan.baseline()))]
    }

    fn refresh(&mut self, state: &State, view: usize) {
        if view != TABLE {
            return self.agreement.refresh(state);
        }
        let status = state.answers.status(SLOT);
        let Some(answer) = status.get::<table1::Answer>() else { return };
        let smd = !state.choices.baseline.no_smd;
        let shown = state.answers.shown(SLOT).map(|key| (key, smd, state.size.0));
        if self.shown == shown {
            return;
        }
        self.shown = shown;
        self.grid.set(fitted(report::table(answer, smd), usize::from(state.size.0)));
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

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(if view == TABLE { &self.grid } else { self.agreement.grid() })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(if view == TABLE { &mut self.grid } else { self.agreement.grid_mut() })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        if view != TABLE {
            return Outcome::Ignored;
        }
        let mut choices = state.choices.clone();
        let what = match command {
            CommandId::BaselineBy => match next_grouping(state, argument) {
                Ok(next) => {
                    let what = next.as_ref().map_or("one group".to_owned(), |g| format!("groups by {}", g.words()));
                    choices.baseline.by = next;
                    what
                }
                Err(why) => return Outcome::action(Action::Say(Level::Error, why)),
            },
            CommandId::BaselineTest => {
                let Some(row) = self.current() else { return Outcome::Ignored };
                let next = next_test(row);
                choices.baseline.tests.insert(row.variable.clone(), next);
                if next == Choice::Auto {
                    choices.baseline.tests.remove(&row.variable);
                }
                format!("{}: {}", row.label, words(next))
            }
            CommandId::BaselineSmd => {
                choices.baseline.no_smd = !choices.baseline.no_smd;
                if choices.baseline.no_smd { "without SMD" } else { "with SMD" }.to_owned()
            }
            _ => return Outcome::Ignored,
        };
        Outcome::action(Action::Choose(what, Box::new(choices)))
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        if view != TABLE {
            return self.agreement.view(state, theme, area, buf);
        }
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent(&status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let (head, rest) = layout::top(area, 1);
        let heading = format!("{}{}", self.heading, paragraph::freshness(&status));
        paragraph::line(&heading, Role::Title, theme, head, buf);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        let detail = self.current().map(report::detail).unwrap_or_default();
        let lines = paragraph::wrap(&detail, usize::from(rest.width)).len() as u16;
        let (rest, about) = layout::bottom(rest, lines.min(2));
        paragraph::text(&detail, Role::Text, theme, about, buf);
        let (table, legend) = layout::bottom(rest, 1);
        paragraph::line(report::LEGEND, Role::Dim, theme, legend, buf);
        self.grid.view(theme, true, table, buf);
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        if view != TABLE {
            return self.agreement.document(state);
        }
        state.answers.status(SLOT).get::<table1::Answer>().map(report::document)
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        if view != TABLE {
            return self.agreement.methods(state);
        }
        state.answers.status(SLOT).get().and_then(report::methods)
    }
}

impl Baseline {
    /// The variable under the cursor.
    fn current(&self) -> Option<&Row> {
        self.rows.get(*self.variables.get(self.grid.row()?)?)
    }
}

/// The table with shorter names of variables, or with p beside them, where the p-values would not fit on the screen.
/// The whole name stands in the row's detail.
fn fitted(mut table: Table, width: usize) -> Table {
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

/// What divides the patients.
fn by(state: &State) -> Option<Grouping> {
    state.plan()?.baseline_by()
}

/// The groupings that a study offers: cohorts, the event, categories of a few levels.
fn groupings(state: &State) -> Vec<Grouping> {
    let mut all = Vec::new();
    if state.cohorts().len() > 1 {
        all.push(Grouping::Cohort);
    }
    all.extend(state.endpoint().map(|e| Grouping::Event(e.name.clone())));
    let Some(cohort) = state.cohort() else { return all };
    let divides = |name: &&String| {
        cohort.frame().get(name).is_some_and(|column| {
            column.kind() == tables::Kind::Category && (2..=MOST_LEVELS).contains(&column.factor().levels.len())
        })
    };
    all.extend(cohort.variables().iter().filter(divides).map(|name| Grouping::Column(name.clone())));
    all
}

/// The grouping called `name`, or the one after that in use.
fn next_grouping(state: &State, name: Option<&str>) -> Result<Option<Grouping>, String> {
    let all = groupings(state);
    let Some(name) = name.filter(|n| !n.is_empty()) else {
        let now = by(state);
        let at = all.iter().position(|g| Some(g) == now.as_ref());
        let next = at.map_or(0, |at| at + 1);
        return Ok(all.get(next).or(all.first()).cloned());
    };
    let is = |g: &&Grouping| match g {
        Grouping::Event(endpoint) => {
            name.eq_ignore_ascii_case("event") || g.words().eq_ignore_ascii_case(name) || endpoint == name
        }
        Grouping::Column(column) => column.eq_ignore_ascii_case(name),
        other => other.words().eq_ignore_ascii_case(name),
    };
    let found = all.iter().find(is).cloned();
    found.map(Some).ok_or_else(|| format!("`{name}` does not divide patients; b goes through what does"))
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
