//! Survival curves: who lives how long without the event, by group.

mod causes;
mod curves;
mod cut_off;
mod details;
mod events;
mod incidence;

use super::tab::Tab;
use super::view::View;
use crate::app::answers::Status;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::study::EndpointSource;
use crate::theme::Role;
use crate::ui::paragraph;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 8] = [
        Box::<curves::Curves>::default(),
        Box::new(cut_off::CutOff::profile()),
        Box::new(cut_off::CutOff::sides()),
        Box::<details::Details>::default(),
        Box::<incidence::Incidence>::default(),
        Box::<causes::Causes>::default(),
        Box::new(events::of_curves()),
        Box::new(events::of_causes()),
    ];
    Tab::new(PaneId::Km, views.into())
}

/// More values of a column of events than these are no causes.
const MOST_CAUSES: usize = 8;

/// `status 0 or 1`: which values of the column of events, beside that of the event, all count as censored, where they are
/// several: one of them may be another event.
fn unnamed(state: &State) -> Option<String> {
    let name = &state.endpoint().filter(|endpoint| endpoint.causes.is_none())?.name;
    let EndpointSource::Times { event, .. } = &state.study.as_ref()?.endpoint(name)?.source else { return None };
    let column = state.cohort()?.frame().get(&event.column)?;
    let is_event = |level: &String| event.is.is_empty() || event.is.contains(level);
    let others: Vec<String> =
        column.values.levels_within(MOST_CAUSES)?.into_iter().filter(|level| !is_event(level)).collect();
    (others.len() > 1).then(|| format!("{} {}", event.column, others.join(" or ")))
}

/// What stands in place of an answer about competing events.
fn absent(state: &State, status: &Status, has_model: bool) -> Option<(Role, String)> {
    let name = state.endpoint()?.name.clone();
    if state.endpoint()?.causes.is_none() {
        let censored =
            unnamed(state).map(|said| format!("Patients with {said} count as censored. ")).unwrap_or_default();
        let said = format!(
            "{censored}No event competes with {name} as far as the study says. Where one does, name the column that tells \
             them apart: cause = \"column\" (and censored = \"value\") under [endpoints.{name}] in study.toml."
        );
        return Some((Role::Dim, said));
    }
    if !has_model {
        let said = "No covariates: choose some among the Cox models (6, space), or name a model under [models].";
        return Some((Role::Dim, said.to_owned()));
    }
    paragraph::absent(status)
}
