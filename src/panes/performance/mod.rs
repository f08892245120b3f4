//! Performance: how well the models tell patients apart, here and in other cohorts.

mod brier;
mod concordance;
mod judged;
mod over_time;
mod pipeline;
mod roc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::{Scene, View};
use crate::app::answers::{Slot, Status, Wish};
use crate::app::leads::{to_cohort, to_model};
use crate::app::pane_id::PaneId;
use crate::app::{Outcome, State};
use crate::methods::performance;
use crate::methods::performance::document as report;
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

/// Where concordance, ROC and Brier scores stand.
const SLOT: Slot<performance::Spec> = Slot::new("performance");

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 7] = [
        Box::<concordance::Concordance>::default(),
        Box::<roc::Roc>::default(),
        Box::<brier::Brier>::default(),
        Box::<pipeline::Pipeline>::default(),
        Box::new(judged::bootstrap()),
        Box::<over_time::OverTime>::default(),
        Box::new(judged::reclassification()),
    ];
    Tab::new(PaneId::Performance, views.into())
}

fn asks(state: &State) -> Vec<Wish> {
    state.plan().map(|plan| SLOT.wants(plan.performance())).into_iter().collect()
}

/// From a model's row to its coefficients, from a cohort's to its patients.
fn to_judged(state: &State, grid: &Grid) -> Outcome {
    let Some(answer) = state.answers.get(SLOT) else { return Outcome::Ignored };
    match grid.row().and_then(|row| report::rows(answer).get(row).copied()) {
        Some((_, Some(model))) => answer.models.get(model).map_or(Outcome::Ignored, |model| to_model(&model.name)),
        Some((cohort, None)) => {
            answer.cohorts.get(cohort).map_or(Outcome::Ignored, |of| to_cohort(&of.cohort, true, state))
        }
        None => Outcome::Ignored,
    }
}

/// Frames a view by its heading and notes; nothing is left while there is no answer.
fn framed(
    scene: &Scene<'_>,
    status: &Status,
    (heading, notes): (&str, &[String]),
    area: Rect,
    buf: &mut Buffer,
) -> Option<Rect> {
    let most = if area.width >= layout::WIDE { 6 } else { 3 };
    paragraph::framed(status, heading, (notes, most), scene.theme, area, buf)
}

/// Cohort and model of each row of a table.
type Rows = Vec<(usize, Option<usize>)>;

/// The cohort of the row under the cursor.
fn cohort_under_cursor(rows: &Rows, grid: &Grid) -> Option<usize> {
    rows.get(grid.row()?).map(|(cohort, _)| *cohort)
}

/// The table, and a chart of the row under the cursor where there is room: curves are worth more than the last rows of a
/// table that scrolls.
fn table_and_chart(scene: &Scene<'_>, figure: Option<&Figure>, area: Rect, buf: &mut Buffer) {
    let rows = scene.grid.table().rows.len() as u16 + HEADINGS;
    let least = rows.min(HEADINGS + LEAST_ROWS);
    // On a low screen the row under the cursor and a low chart of it say more than rows alone.
    if area.height < least + LEAST_FIGURE
        && let Some(drawn) = figure
    {
        let (table, below) = layout::below_table(area, least);
        chart::view(drawn, scene.theme, below, buf);
        return scene.grid.view(scene.theme, true, table, buf);
    }
    shared_out(scene, figure, (rows, least, LEAST_FIGURE), area, buf);
}

/// The table first; the figure has what is left below, if that does it justice.
fn shared_out(
    scene: &Scene<'_>,
    figure: Option<&Figure>,
    (rows, least, needed): (u16, u16, u16),
    area: Rect,
    buf: &mut Buffer,
) {
    let figure = figure.filter(|_| area.height >= least + needed);
    let (table, below) = match figure {
        Some(_) => layout::top(area, rows.min(area.height - needed)),
        None => (area, Rect::ZERO),
    };
    if let Some(drawn) = figure {
        chart::view(drawn, scene.theme, below, buf);
    }
    scene.grid.view(scene.theme, true, table, buf);
}

/// Lines of the headings of a table over times.
const HEADINGS: u16 = 2;
/// Rows of a table beside which a chart may take its lines.
const LEAST_ROWS: u16 = 5;
/// Lines below which a chart shows nothing.
const LEAST_FIGURE: u16 = 8;
