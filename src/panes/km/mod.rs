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
use crate::theme::Role;
use crate::ui::paragraph;

pub(super) fn tab() -> Tab {
    let views: [Box<dyn View>; 7] = [
        Box::<curves::Curves>::default(),
        Box::new(cut_off::CutOff::profile()),
        Box::new(cut_off::CutOff::sides()),
        Box::<details::Details>::default(),
        Box::<incidence::Incidence>::default(),
        Box::<causes::Causes>::default(),
        Box::<events::Events>::default(),
    ];
    Tab::new(PaneId::Km, views.into())
}

/// What stands in place of an answer about competing events.
fn absent(state: &State, status: &Status, has_model: bool) -> Option<(Role, String)> {
    let name = state.endpoint()?.name.clone();
    if state.endpoint()?.causes.is_none() {
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
