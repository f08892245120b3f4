//! Who the patients are: enrolment flow and split, who was left out, the table of patients and each of them, those that
//! are marked beside the others, what the columns hold and each of these.

mod columns;
mod compared;
mod flow;
mod left_out;
mod listed;
mod patient;
mod patients;
mod variable;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::tab::Tab;
use super::view::Scene;
use crate::app::State;
use crate::app::answers::Status;
use crate::app::pane_id::PaneId;
use crate::methods::cohort;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::paragraph;
use figures::format;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn super::view::View>; 8] = [
        Box::<flow::Flow>::default(),
        Box::<patients::Patients>::default(),
        Box::<columns::Columns>::default(),
        Box::<left_out::LeftOut>::default(),
        Box::<variable::Variable>::default(),
        Box::<patient::Patient>::default(),
        Box::<compared::Compared>::default(),
        Box::<listed::Listed>::default(),
    ];
    Tab::new(PaneId::Cohort, views.into())
}

/// Shows what there is in place of patients where there are none: the first rows of the table while it is read, or why there
/// is nothing.
fn is_absent(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) -> bool {
    let (state, theme) = (scene.state, scene.theme);
    let (role, said) = match (&state.data, &state.study) {
        (Some(_), _) => return false,
        (None, None) if state.problems.is_empty() => (Role::Dim, "reading the study"),
        _ => (Role::Error, "the study has no patients to show; ! lists what is wrong with it"),
    };
    let Some(first) = &state.reading.first else {
        paragraph::text(said, role, theme, area, buf);
        return true;
    };
    let columns = format::count(first.columns);
    let said = format!("The table's first rows, {columns} columns: {}", state.reading.words());
    let rest = paragraph::heading(&said, theme, area, buf);
    let mut grid = Grid::default();
    grid.set(first.table.clone());
    grid.view(theme, false, rest, buf);
    true
}

/// What stands in place of an answer that is not there yet.
fn paint_absence(status: &Status, theme: &Theme, area: Rect, buf: &mut Buffer) {
    if let Some((role, said)) = paragraph::absent(status) {
        paragraph::text(&said, role, theme, area, buf);
    }
}

fn methods(state: &State) -> Option<String> {
    Some(cohort::methods(&state.data.as_ref()?.cohort))
}
