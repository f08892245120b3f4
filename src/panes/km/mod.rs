//! Survival curves: who lives how long without the event, by group.

mod choices;
mod competing;
mod curves;
mod cut_off;
mod details;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::choices::{next_grouping, next_to_cut};
use self::competing::Competing;
use self::curves::{Curves, INTERVALS};
use self::cut_off::CutOff;
use self::details::Details;
use super::{Outcome, Pane};
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::ask::Asked;
use crate::document::Document;
use crate::methods::km::band;
use crate::theme::Theme;
use crate::ui::grid::Grid;
use figures::format;
use survival::kaplan_meier::BandKind as Band;

/// The views; the curves come first.
const PROFILE: usize = 1;
const SIDES: usize = 2;
const DETAILS: usize = 3;
const INCIDENCE: usize = 4;
const CAUSES: usize = 5;

/// The pane.
#[derive(Default)]
pub struct Km {
    curves: Curves,
    cut_off: CutOff,
    details: Details,
    competing: Competing,
}

impl Pane for Km {
    fn id(&self) -> PaneId {
        PaneId::Km
    }

    fn views(&self) -> &'static [&'static str] {
        &["curves", "cut-off", "by cut-off", "details", "incidence", "causes"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        match view {
            PROFILE | SIDES => cut_off::asks(state),
            DETAILS => {
                let plan = state.plan();
                plan.map(|plan| (details::SLOT, Asked::new(plan.curves_in_detail()))).into_iter().collect()
            }
            INCIDENCE => competing::incidence(state).map(|q| (competing::INCIDENCE, q)).into_iter().collect(),
            CAUSES => competing::of_causes(state).map(|q| (competing::CAUSES, q)).into_iter().collect(),
            _ => curves::asks(state),
        }
    }

    fn refresh(&mut self, state: &State, view: usize) {
        match view {
            PROFILE | SIDES => self.cut_off.refresh(state),
            DETAILS => self.details.refresh(state),
            INCIDENCE | CAUSES => self.competing.refresh(state),
            _ => self.curves.refresh(state),
        }
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            PROFILE | SIDES => self.cut_off.grid(),
            DETAILS => self.details.grid(),
            INCIDENCE | CAUSES => self.competing.grid(view == CAUSES),
            _ => self.curves.grid(),
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            PROFILE | SIDES => self.cut_off.grid_mut(),
            DETAILS => self.details.grid_mut(),
            INCIDENCE | CAUSES => self.competing.grid_mut(view == CAUSES),
            _ => self.curves.grid_mut(),
        })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        let mut choices = state.choices.clone();
        match command {
            CommandId::KmBy if matches!(view, PROFILE | SIDES) => match next_to_cut(state, argument) {
                Ok(next) => {
                    let what = format!("cut-off of {next}");
                    choices.km.cut = Some(next);
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
                Err(why) => Outcome::action(Action::Say(Level::Error, why)),
            },
            CommandId::KmBy => match next_grouping(state, argument) {
                Ok(next) => {
                    let what = next.as_ref().map_or("one curve".to_owned(), |g| format!("curves by {}", g.words()));
                    choices.km.together = next.is_none();
                    choices.km.by = next;
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
                Err(why) => Outcome::action(Action::Say(Level::Error, why)),
            },
            CommandId::KmInterval => {
                let now = choices.km.interval.unwrap_or(INTERVALS[0]);
                let at = INTERVALS.iter().position(|one| *one == now).unwrap_or(0);
                let next = INTERVALS[(at + 1) % INTERVALS.len()];
                choices.km.interval = Some(next);
                Outcome::action(Action::Choose(format!("{next} interval"), Box::new(choices)))
            }
            CommandId::KmBand => {
                choices.km.band = match choices.km.band {
                    None => Some(Band::EqualPrecision),
                    Some(Band::EqualPrecision) => Some(Band::HallWellner),
                    Some(Band::HallWellner) => None,
                };
                let what =
                    choices.km.band.map_or("no confidence band".to_owned(), |b| format!("{} band", band::words(b)));
                Outcome::action(Action::Choose(what, Box::new(choices)))
            }
            CommandId::KmLandmark => match argument.map(str::trim) {
                None => Outcome::Prompt {
                    title: "landmark: count time from here on; nothing for the origin".to_owned(),
                    initial: choices.km.landmark.map(format::chosen).unwrap_or_default(),
                },
                Some(text) => {
                    choices.km.landmark = match text.parse::<f64>() {
                        _ if text.is_empty() => None,
                        Ok(time) if time > 0.0 && time.is_finite() => Some(time),
                        _ => {
                            let why = format!("`{text}` is no landmark: write a time above 0, or nothing");
                            return Outcome::action(Action::Say(Level::Error, why));
                        }
                    };
                    let time = choices.km.landmark.map(format::chosen);
                    let what = time.map_or("time from the origin".to_owned(), |time| format!("landmark at {time}"));
                    Outcome::action(Action::Choose(what, Box::new(choices)))
                }
            },
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        match view {
            PROFILE | SIDES => self.cut_off.view(state, view == PROFILE, theme, area, buf),
            DETAILS => self.details.view(state, theme, area, buf),
            INCIDENCE => self.competing.view_incidence(state, theme, area, buf),
            CAUSES => self.competing.view_models(state, theme, area, buf),
            _ => self.curves.view(state, theme, area, buf),
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        match view {
            PROFILE | SIDES => CutOff::document(state),
            DETAILS => Details::document(state),
            INCIDENCE | CAUSES => Competing::document(state, view == CAUSES),
            _ => Curves::document(state),
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        match view {
            PROFILE | SIDES => CutOff::methods(state),
            DETAILS => Details::methods(state),
            INCIDENCE | CAUSES => Competing::methods(state, view == CAUSES),
            _ => curves::methods(state),
        }
    }
}
