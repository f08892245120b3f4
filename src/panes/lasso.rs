//! The penalized model: coefficient paths, cross-validation, the features selected, and the score.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane};
use crate::analysis::lasso::{self, FoldSpec};
use crate::analysis::{Answer, Key, Query};
use crate::app::action::Action;
use crate::app::answers::{Slot, Status};
use crate::app::choices::Choices;
use crate::app::command::CommandId;
use crate::app::log::Level;
use crate::app::pane_id::PaneId;
use crate::app::state::State;
use crate::plot::Figure;
use crate::report::document::Document;
use crate::report::lasso as report;
use crate::study::{LambdaRule, LassoMeasure};
use crate::theme::{Role, Theme};
use crate::ui::grid::Grid;
use crate::ui::{chart, layout, paragraph};

const SLOT: Slot = "lasso";
const CV: usize = 1;
const FEATURES: usize = 2;
const SCORE: usize = 3;
/// Lines below which boxes show nothing.
const LEAST_FIGURE: u16 = 6;

/// The pane.
#[derive(Default)]
pub struct Lasso {
    terms: Grid,
    cohorts: Grid,
    path: Option<Figure>,
    cv: Option<Figure>,
    scores: Option<Figure>,
    summary: String,
    formula: String,
    notes: Vec<String>,
    shown: Option<Key>,
}

impl Pane for Lasso {
    fn id(&self) -> PaneId {
        PaneId::Lasso
    }

    fn views(&self) -> &'static [&'static str] {
        &["path", "cross-validation", "features", "score"]
    }

    fn asks(&self, state: &State, _view: usize) -> Vec<(Slot, Query)> {
        if !has_features(state) {
            return Vec::new();
        }
        state.rad_score().map(|spec| (SLOT, Query::Lasso(spec))).into_iter().collect()
    }

    fn refresh(&mut self, state: &State, _view: usize) {
        let status = state.answers.status(SLOT);
        let Some(Answer::Lasso(answer)) = status.answer().map(|a| &**a) else { return };
        if self.shown == state.answers.shown(SLOT) {
            return;
        }
        self.shown = state.answers.shown(SLOT);
        self.terms.set(report::terms_table(answer));
        self.cohorts.set(report::cohorts_table(answer));
        self.path = Some(report::path_figure(answer));
        self.cv = Some(report::cv_figure(answer));
        self.scores = Some(report::score_figure(answer));
        self.summary = report::summary(answer);
        self.formula.clone_from(&answer.formula);
        self.notes.clone_from(&answer.notes);
    }

    fn grid(&self, view: usize) -> Option<&Grid> {
        match view {
            FEATURES => Some(&self.terms),
            SCORE => Some(&self.cohorts),
            _ => None,
        }
    }

    fn grid_mut(&mut self, view: usize) -> Option<&mut Grid> {
        match view {
            FEATURES => Some(&mut self.terms),
            SCORE => Some(&mut self.cohorts),
            _ => None,
        }
    }

    fn act(&mut self, command: CommandId, argument: Option<&str>, state: &State, _view: usize) -> Outcome {
        let Some(spec) = state.rad_score() else { return Outcome::Ignored };
        match command {
            CommandId::LassoRule => choose(state, next_rule(spec.rule, argument), |c, rule| c.lasso.rule = Some(rule)),
            CommandId::LassoMeasure => {
                let next = match spec.measure {
                    LassoMeasure::Deviance => (LassoMeasure::Cindex, "cross-validation by C-index"),
                    LassoMeasure::Cindex => (LassoMeasure::Deviance, "cross-validation by deviance"),
                };
                choose(state, Ok((next.0, next.1.to_owned())), |c, measure| c.lasso.measure = Some(measure))
            }
            CommandId::LassoAlpha => match argument.map(str::trim) {
                None => prompt("alpha: 1 is the LASSO, 0 ridge", spec.alpha.to_string()),
                Some(text) => choose(state, alpha(text), |c, alpha| c.lasso.alpha = Some(alpha)),
            },
            CommandId::LassoSeed => match argument.map(str::trim) {
                None => prompt("seed of the folds", seed_of(&spec).to_string()),
                Some(text) => choose(state, seed(text), |c, seed| c.lasso.seed = Some(seed)),
            },
            _ => Outcome::Ignored,
        }
    }

    fn view(&self, state: &State, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let status = state.answers.status(SLOT);
        if let Some((role, said)) = absent(state, &status) {
            paragraph::text(&said, role, theme, area, buf);
            return;
        }
        let title = format!("{}{}", self.summary, paragraph::freshness(&status));
        let lines = paragraph::wrap(&title, usize::from(area.width)).len() as u16;
        let (head, rest) = layout::top(area, lines.min(3));
        paragraph::text(&title, Role::Title, theme, head, buf);
        let notes = self.notes_of(state);
        let (rest, foot) = layout::bottom(rest, paragraph::notes_height(&notes, rest.width, 3));
        paragraph::notes(&notes, theme, foot, buf);
        match view {
            FEATURES => self.terms.view(theme, true, rest, buf),
            SCORE => self.view_score(theme, rest, buf),
            _ => self.view_figures(view, theme, rest, buf),
        }
    }

    fn document(&self, state: &State, view: usize) -> Option<Document> {
        let status = state.answers.status(SLOT);
        let Answer::Lasso(answer) = &**status.answer()? else { return None };
        Some(if view == SCORE { report::scores(answer) } else { report::document(answer) })
    }

    fn methods(&self, state: &State, _view: usize) -> Option<String> {
        let status = state.answers.status(SLOT);
        let Answer::Lasso(answer) = &**status.answer()? else { return None };
        Some(report::methods(answer))
    }
}

impl Lasso {
    fn view_figures(&self, view: usize, theme: &Theme, area: Rect, buf: &mut Buffer) {
        let (Some(path), Some(cv)) = (&self.path, &self.cv) else { return };
        if area.width >= layout::WIDE {
            let (left, right) = layout::left(area, area.width / 2);
            chart::view(path, theme, left, buf);
            chart::view(cv, theme, right, buf);
        } else {
            chart::view(if view == CV { cv } else { path }, theme, area, buf);
        }
    }

    fn view_score(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        // The formula whole, for it is what others apply; the figure has what is left, if that does it justice.
        let rows = (self.cohorts.table().rows.len() as u16 + 1).min(area.height);
        let lines = paragraph::height(&self.formula, area.width);
        let (area, foot) = layout::bottom(area, lines.min(area.height - rows));
        if lines > foot.height {
            let (foot, last) = layout::bottom(foot, 1);
            paragraph::text(&self.formula, Role::Text, theme, foot, buf);
            let more = format!("{} more lines of the formula: C copies it, e exports it", lines - foot.height);
            paragraph::line(&more, Role::Dim, theme, last, buf);
        } else {
            paragraph::text(&self.formula, Role::Text, theme, foot, buf);
        }
        let (figure, table) = layout::bottom(area, rows);
        match self.scores.as_ref().filter(|_| figure.height >= LEAST_FIGURE) {
            Some(scores) => {
                chart::view(scores, theme, figure, buf);
                self.cohorts.view(theme, true, table, buf);
            }
            None => self.cohorts.view(theme, true, area, buf),
        }
    }

    fn notes_of(&self, state: &State) -> Vec<String> {
        let filtered = state.choices.filter.as_ref().map(|_| {
            "the filter chooses whom other panes look at; the score is made in the whole training cohort".to_owned()
        });
        self.notes.iter().cloned().chain(filtered).collect()
    }
}

/// Whether the study has radiomic features, extracted or not.
fn has_features(state: &State) -> bool {
    state.has_images() || state.cohort().is_some_and(|cohort| !cohort.features().is_empty())
}

/// What stands in place of an answer, and what to do about it.
fn absent(state: &State, status: &Status) -> Option<(Role, String)> {
    if state.study.is_some() && !has_features(state) {
        let said = "The study has no radiomic features. Name images under [images], or a table under [features].";
        return Some((Role::Dim, said.to_owned()));
    }
    paragraph::absent_features(status, &state.extraction)
}

fn prompt(title: &str, initial: String) -> Outcome {
    Outcome::Prompt { title: title.to_owned(), initial }
}

/// A choice with its name in words, or why it is none.
type Choice<T> = Result<(T, String), String>;

fn choose<T>(state: &State, choice: Choice<T>, set: impl FnOnce(&mut Choices, T)) -> Outcome {
    match choice {
        Ok((value, what)) => {
            let mut choices = state.choices.clone();
            set(&mut choices, value);
            Outcome::action(Action::Choose(what, Box::new(choices)))
        }
        Err(why) => Outcome::action(Action::Say(Level::Error, why)),
    }
}

fn next_rule(now: LambdaRule, argument: Option<&str>) -> Choice<LambdaRule> {
    let min = || Ok((LambdaRule::Min, "lambda.min".to_owned()));
    let one_se = || Ok((LambdaRule::OneSe, "lambda.1se".to_owned()));
    match (argument.map(str::trim).filter(|a| !a.is_empty()), now) {
        (Some("min"), _) => min(),
        (Some("1se"), _) => one_se(),
        (Some(text), _) => match text.parse::<f64>() {
            Ok(lambda) if lambda > 0.0 && lambda.is_finite() => {
                Ok((LambdaRule::Value(lambda), format!("lambda = {lambda}")))
            }
            _ => Err(format!("`{text}` is no rule: write min, 1se, or a penalty above 0")),
        },
        (None, LambdaRule::Min) => one_se(),
        (None, _) => min(),
    }
}

fn alpha(text: &str) -> Choice<f64> {
    match text.parse::<f64>() {
        Ok(alpha) if (0.0..=1.0).contains(&alpha) => Ok((alpha, format!("alpha = {alpha}"))),
        _ => Err(format!("`{text}` is no mixing: write a number from 0 to 1")),
    }
}

fn seed(text: &str) -> Choice<u64> {
    text.parse().map(|seed| (seed, format!("seed {seed}"))).map_err(|_| format!("`{text}` is no whole number"))
}

fn seed_of(spec: &lasso::Spec) -> u64 {
    match spec.folds {
        FoldSpec::Random { seed, .. } => seed,
        FoldSpec::Column(_) => 1,
    }
}
