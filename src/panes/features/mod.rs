//! Radiomic features: which are there, which can be trusted, which go with the outcome and with each other.

mod clusters;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane};
use crate::app::State;
use crate::app::action::Action;
use crate::app::answers::Slot;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::ask::{Asked, Dataset, Key, Selection};
use crate::document::{Block, Document};
use crate::methods::distribution::Group;
use crate::methods::extraction;
use crate::methods::features::document::{self as report, screen};
use crate::methods::features::{self, Feature};
use crate::methods::icc::document as icc;
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};
use figures::Figure;

const SLOT: Slot = "features";

const LIST: usize = 0;
const DISTRIBUTION: usize = 1;
const RELIABILITY: usize = 2;
const MAP: usize = 3;
const GROUPS: usize = 4;
const FLAWED: usize = 5;
const SCREEN: usize = 6;
/// Rows of the screen's table below its plot, with the heading.
const SCREEN_ROWS: u16 = 6;

/// The pane.
#[derive(Default)]
pub struct Features {
    list: Grid,
    images: Grid,
    summary: String,
    notes: Vec<String>,
    /// What is to be said of each feature; mostly nothing.
    remarks: Vec<String>,
    reliability: Option<Figure>,
    compared: String,
    shown: Option<Key>,
    /// The feature under the cursor, and the answer that it is of.
    near: Option<(Key, usize)>,
    facts: Vec<String>,
    distribution: Option<Figure>,
    clusters: clusters::Clusters,
    /// Features by their p, and the place of each in the list.
    screen: Grid,
    by_p: Vec<usize>,
    volcano: Option<Figure>,
    screened: String,
}

impl Pane for Features {
    fn id(&self) -> PaneId {
        PaneId::Features
    }

    fn views(&self) -> &'static [&'static str] {
        &["list", "distribution", "reliability", "map", "groups", "flaws", "screen"]
    }

    fn asks(&self, state: &State, view: usize) -> Vec<(Slot, Asked)> {
        let Some(plan) = state.plan() else { return Vec::new() };
        let clusters = is_of_clusters(view).then(|| (clusters::SLOT, Asked::new(plan.clusters())));
        std::iter::once((SLOT, Asked::new(plan.features()))).chain(clusters).collect()
    }

    fn refresh(&mut self, state: &State, view: usize) {
        self.clusters.refresh(state);
        let status = state.answers.status(SLOT);
        let (Some(answer), Some(key)) = (status.get::<features::Answer>(), state.answers.shown(SLOT)) else { return };
        if self.shown != Some(key) {
            self.shown = Some(key);
            self.summary = report::summary(answer);
            self.notes.clone_from(&answer.notes);
            self.list.set(report::table(answer));
            self.remarks = answer.features.iter().map(|feature| report::remark(answer, feature)).collect();
            self.images.set(report::by_image(answer));
            self.reliability = report::reliability(answer);
            self.compared = report::comparisons(&answer.comparisons);
            self.screen.set(screen::table(answer));
            self.by_p = screen::order(answer);
            self.volcano = Some(screen::figure(answer));
            self.screened = screen::summary(answer);
        }
        if view == DISTRIBUTION {
            self.look_at(state, answer, key);
        }
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        Some(match view {
            RELIABILITY => &self.images,
            MAP => &self.clusters.order,
            GROUPS => &self.clusters.groups,
            FLAWED => &self.clusters.flawed,
            SCREEN => &self.screen,
            _ => &self.list,
        })
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        Some(match view {
            RELIABILITY => &mut self.images,
            MAP => &mut self.clusters.order,
            GROUPS => &mut self.clusters.groups,
            FLAWED => &mut self.clusters.flawed,
            SCREEN => &mut self.screen,
            _ => &mut self.list,
        })
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, view: usize) -> Outcome {
        match (view, command) {
            (LIST, CommandId::Enter) => Outcome::View(DISTRIBUTION),
            (DISTRIBUTION, CommandId::Enter | CommandId::Close) => Outcome::View(LIST),
            (MAP | GROUPS, CommandId::Enter) => self.open(state, view),
            (SCREEN, CommandId::Enter) => match self.screen.row().and_then(|row| self.by_p.get(row)) {
                Some(place) => {
                    self.list.go_to(*place);
                    Outcome::View(DISTRIBUTION)
                }
                None => Outcome::Ignored,
            },
            (MAP, CommandId::FeaturesNear) => {
                self.clusters.near = !self.clusters.near;
                Outcome::Done
            }
            (_, CommandId::FeaturesNear) => Outcome::View(MAP),
            (_, CommandId::FeaturesIcc) => choose_threshold(state, argument),
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let of_table = state.cohort().is_some_and(|cohort| !cohort.features().is_empty());
        if state.study.is_some() && !state.has_images() && !of_table {
            let said = "The study has no radiomic features. Name images under [images], or a table under [features].";
            paragraph::text(said, Role::Dim, theme, area, buf);
            return;
        }
        match view {
            MAP => return self.clusters.view_map(state, theme, area, buf),
            GROUPS => return self.clusters.view_table(&self.clusters.groups, state, theme, area, buf),
            FLAWED => return self.clusters.view_table(&self.clusters.flawed, state, theme, area, buf),
            _ => {}
        }
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = paragraph::absent_features(&status, &state.extraction) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let summary = if view == SCREEN { &self.screened } else { &self.summary };
        let rest = paragraph::heading(&format!("{summary}{}", paragraph::freshness(&status)), theme, area, buf);
        match view {
            DISTRIBUTION => self.view_distribution(theme, rest, buf),
            RELIABILITY => self.view_reliability(state, theme, rest, buf),
            SCREEN => self.view_screen(theme, rest, buf),
            _ => {
                let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&self.notes, rest.width, 2));
                paragraph::notes(&self.notes, theme, foot, buf);
                let (table, remarked) = layout::bottom(rest, 1);
                self.list.view(theme, true, table, buf);
                if let Some(remark) = self.list.row().and_then(|row| self.remarks.get(row)) {
                    paragraph::line(remark, Role::Warn, theme, remarked, buf);
                }
            }
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        if is_of_clusters(view) {
            return clusters::answer(state).map(|answer| crate::methods::clusters::document::document(&answer));
        }
        let status = state.answers.status(SLOT);
        let answer = status.get::<features::Answer>()?;
        let feature = answer.features.get(self.list.row().unwrap_or(0));
        match (view, feature, &self.distribution) {
            (SCREEN, ..) => Some(screen::document(answer)),
            (DISTRIBUTION, Some(feature), Some(figure)) => {
                let document = Document::new(feature.column.name.clone());
                Some(document.paragraph(self.facts.join("\n")).with(Block::Figure(Box::new(figure.clone()))))
            }
            _ => Some(report::document(answer)),
        }
    }

    fn methods(&self, state: &State, view: usize) -> Option<String> {
        let study = state.study.as_ref()?;
        let (sequences, settings) = (study.sequence_names().collect::<Vec<_>>(), study.settings_by_sequence().ok()?);
        let status = state.answers.status(SLOT);
        let answer = status.get::<features::Answer>();
        let compared = answer.filter(|answer| !answer.comparisons.is_empty());
        let reliability =
            compared.map(|answer| icc::methods(&answer.comparisons, answer.icc.kind, answer.icc.threshold));
        let extracted = state.has_images().then(|| extraction::methods_by_sequence(&sequences, &settings));
        let screened = answer.filter(|_| view == SCREEN).map(screen::methods);
        let clustered = clusters::answer(state).filter(|_| is_of_clusters(view));
        let clustered = clustered.map(|answer| crate::methods::clusters::document::methods(&answer));
        let said: Vec<String> = extracted.into_iter().chain(reliability).chain(clustered).chain(screened).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
}

impl Features {
    /// From the map to the distribution of the feature under the cursor; from a group to its place in the map.
    fn open(&mut self, state: &State, view: usize) -> Outcome {
        let Some(answer) = clusters::answer(state) else { return Outcome::Ignored };
        if view == GROUPS {
            self.clusters.go_to_group(&answer);
            return Outcome::View(MAP);
        }
        match self.clusters.order.row().and_then(|row| answer.features.get(row)) {
            Some(feature) => {
                self.list.go_to(feature.place);
                Outcome::View(DISTRIBUTION)
            }
            None => Outcome::Ignored,
        }
    }

    /// Prepares the feature under the cursor, once.
    fn look_at(&mut self, state: &State, answer: &features::Answer, key: Key) {
        let (Some(row), Some(data)) = (self.list.row(), &state.data) else { return };
        if self.near == Some((key, row)) {
            return;
        }
        let Some(feature) = answer.features.get(row) else { return };
        self.near = Some((key, row));
        self.facts = report::facts(answer, feature);
        let (by_cohort, by_event) = (by_cohort(state, data, feature), by_event(state, data, feature));
        self.distribution = Some(report::distribution(feature, &by_cohort, &by_event));
    }

    fn view_distribution(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let name = self.list.current().and_then(|row| row.cells.last()).map_or("", |cell| cell.shown.as_str());
        let (head, mut rest) = layout::top(area, 1);
        paragraph::line(&format!("{name}   (j k go to the next)"), Role::Accent, theme, head, buf);
        for fact in &self.facts {
            let used = paragraph::text(fact, Role::Text, theme, layout::top(rest, 2).0, buf);
            rest = layout::top(rest, used).1;
        }
        let (_, figure) = layout::top(rest, u16::from(rest.height > 12));
        if let Some(boxes) = &self.distribution {
            chart::view(boxes, theme, figure, buf);
        }
    }

    /// The plot with the first features below it, or beside it where there is room.
    fn view_screen(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (rest, foot) = layout::bottom(area, paragraph::notes_height(&self.notes, area.width, 2));
        paragraph::notes(&self.notes, theme, foot, buf);
        if self.screen.table().rows.is_empty() {
            let said = "No feature has a hazard ratio: events are too few, or every feature tells them all apart.";
            paragraph::text(said, Role::Dim, theme, rest, buf);
            return;
        }
        let (figure, table) = if rest.width >= layout::WIDE {
            layout::left(rest, rest.width / 2)
        } else {
            layout::bottom(rest, SCREEN_ROWS)
        };
        if let Some(volcano) = &self.volcano {
            chart::view(volcano, theme, figure, buf);
        }
        self.screen.view(theme, true, table, buf);
    }

    fn view_reliability(&self, state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let Some(histogram) = &self.reliability else {
            let said = match state.has_repeats() {
                true => "The repeated segmentations have no features yet.",
                false => {
                    "No lesion was drawn twice: add `repeats` under [images] to judge how features depend on the reader."
                }
            };
            paragraph::text(&format!("{said}\n\n{}", self.notes.join("\n")), Role::Dim, theme, area, buf);
            return;
        };
        let (head, rest) = layout::top(area, 1);
        paragraph::line(&self.compared, Role::Text, theme, head, buf);
        let (figure, table) = if area.width >= layout::WIDE {
            layout::left(rest, rest.width / 2)
        } else {
            layout::bottom(rest, rest.height * 2 / 5)
        };
        chart::view(histogram, theme, figure, buf);
        self.images.view(theme, true, table, buf);
    }
}

/// Whether a view shows how features go together.
fn is_of_clusters(view: usize) -> bool {
    (MAP..=FLAWED).contains(&view)
}

/// The values of a feature in each cohort.
fn by_cohort(state: &State, data: &Dataset, feature: &Feature) -> Vec<Group> {
    let filter = state.choices.filter.clone();
    let of = |cohort: &String| {
        let on = Selection { cohort: Some(cohort.clone()), filter: filter.clone(), ..Selection::default() };
        let rows = data.select(&on).map(|selected| selected.rows).unwrap_or_default();
        group(cohort.clone(), data, feature, &rows)
    };
    state.cohorts().iter().map(of).collect()
}

/// The values of a feature in the patients in use, with and without the event.
fn by_event(state: &State, data: &Dataset, feature: &Feature) -> Vec<Group> {
    let Ok(selected) = data.select(&state.selection()) else { return Vec::new() };
    let Some(survival) = &selected.survival else { return Vec::new() };
    let of = |(event, name): (bool, &str)| {
        let with = selected.rows.iter().zip(survival.event()).filter(|(_, e)| **e == event);
        let rows: Vec<usize> = with.map(|(row, _)| *row).collect();
        group(name.to_owned(), data, feature, &rows)
    };
    [(false, "no event"), (true, "event")].map(of).into()
}

fn group(name: String, data: &Dataset, feature: &Feature, rows: &[usize]) -> Group {
    let values: Vec<f64> =
        rows.iter().map(|&row| feature.column.value(data, row)).filter(|value| value.is_finite()).collect();
    Group { name: format!("{name} ({})", values.len()), values }
}

fn choose_threshold(state: &State, argument: Option<&str>) -> Outcome {
    let now = state.plan().map_or(0.0, |plan| plan.icc().threshold);
    let Some(text) = argument.map(str::trim) else {
        return Outcome::Prompt {
            title: "least ICC that a feature needs, up to 1".to_owned(),
            initial: now.to_string(),
        };
    };
    let mut choices = state.choices.clone();
    match text.parse::<f64>() {
        _ if text.is_empty() => choices.features.icc = None,
        Ok(threshold) if (0.0..=1.0).contains(&threshold) => choices.features.icc = Some(threshold),
        _ => {
            let why = format!("`{text}` is no threshold: write a number from 0 to 1");
            return Outcome::action(Action::Say(Level::Error, why));
        }
    }
    let what = match choices.features.icc {
        Some(threshold) => format!("ICC at least {threshold}"),
        None => "ICC threshold of the study".to_owned(),
    };
    Outcome::action(Action::Choose(what, Box::new(choices)))
}
