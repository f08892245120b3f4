//! Who the patients are: enrolment flow and split, the table of patients and each of them, those that are marked beside the
//! others, what the columns hold and each of these.

mod columns;
mod compared;
mod flow;
mod patient;
mod patients;
mod variable;

use super::tab::Tab;
use crate::app::State;
use crate::app::pane_id::PaneId;
use crate::methods::cohort;
use crate::theme::Role;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn super::view::View>; 6] = [
        Box::<flow::Flow>::default(),
        Box::<patients::Patients>::default(),
        Box::<columns::Columns>::default(),
        Box::<variable::Variable>::default(),
        Box::<patient::Patient>::default(),
        Box::<compared::Compared>::default(),
    ];
    Tab::new(PaneId::Cohort, views.into())
}

/// What stands in place of patients where there are none.
fn absent(state: &State) -> Option<(Role, &'static str)> {
    match (&state.data, &state.study) {
        (Some(_), _) => None,
        (None, None) if state.problems.is_empty() => Some((Role::Dim, "reading the study")),
        _ => Some((Role::Error, "the study has no patients to show; ! lists what is wrong with it")),
    }
}

fn methods(state: &State) -> Option<String> {
    Some(cohort::methods(&state.data.as_ref()?.cohort))
}
