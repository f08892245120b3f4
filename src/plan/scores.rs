//! The study's scores by name, and every column that is made where a question names it.

use tables::{Expr, Frame};

use super::Plan;
use crate::ask::{Grouping, ScoreOf, Selection};
use crate::methods::lasso::{self, Candidates};
use crate::methods::made::{self, Named};
use crate::study::{
    COHORT, GROUP_PREFIX, LassoSpec, LearnedColumn, ModelSpec, RAD_GROUP, RAD_SCORE, SCORE_PREFIX, ScoreSpec,
    covariate_columns,
};

impl Plan<'_> {
    /// The study's scores, the first of them with the choices made. A filter does not change them, for it says whom to look
    /// at, not how a score came about.
    pub fn scores(&self) -> Vec<Named> {
        let scores = self.study.named_scores();
        let named = |(k, score): (usize, &ScoreSpec)| Named {
            name: score.name.clone(),
            label: score.label(),
            is_first: k == 0,
            spec: self.score(score, k == 0),
        };
        scores.iter().enumerate().map(named).collect()
    }

    /// What conditions and commands call the scores and their groups.
    pub fn score_names(&self) -> Vec<String> {
        let derived = self.waiting(&[]).into_iter().map(|derived| derived.name);
        let first = self.study.named_scores().first().map(|_| [RAD_SCORE, RAD_GROUP].map(str::to_owned));
        let each =
            |score: &ScoreSpec| [format!("{SCORE_PREFIX}{}", score.name), format!("{GROUP_PREFIX}{}", score.name)];
        first.into_iter().flatten().chain(self.study.named_scores().iter().flat_map(each)).chain(derived).collect()
    }

    /// How a score is fitted: as it says itself, else as the study says of penalized models.
    fn score(&self, score: &ScoreSpec, is_first: bool) -> lasso::Spec {
        let endpoint = score.endpoint.clone().or_else(|| Some(self.cohort().endpoints().first()?.name.clone()));
        let on = Selection { endpoint, ..Selection::default() };
        let (of_study, chosen) = (&self.study.analysis.lasso, &self.choices.lasso);
        let chosen = is_first.then_some(chosen);
        let of_study = LassoSpec {
            alpha: chosen.and_then(|c| c.alpha).or(score.alpha).unwrap_or(of_study.alpha),
            rule: chosen.and_then(|c| c.rule).or(score.rule).unwrap_or(of_study.rule),
            measure: chosen.and_then(|c| c.measure).or(score.measure).unwrap_or(of_study.measure),
            folds: score.folds.unwrap_or(of_study.folds),
        };
        let seed = chosen.and_then(|c| c.seed).unwrap_or(self.seed());
        let training = self.training().map(str::to_owned);
        let spec = lasso::Spec::of_study(on, training, &of_study, &self.icc(), seed);
        lasso::Spec {
            deals: chosen.and_then(|c| c.deals).unwrap_or(1),
            adaptive: chosen.and_then(|c| c.adaptive.then_some(1.0)).or(score.adaptive),
            sequences: score.sequences.clone(),
            regions: score.regions.clone(),
            candidates: if score.columns.is_empty() { Candidates::Radiomics } else { Candidates::Columns },
            features: if score.columns.is_empty() { score.features.clone() } else { score.columns.clone() },
            steps: score.steps.clone(),
            cut: score.cut,
            label: Some(score.label()),
            ..spec
        }
    }

    /// The model that makes the first score. `None` where there is none, or the table has a column of its name.
    pub fn rad_score(&self) -> Option<lasso::Spec> {
        let scores = self.study.named_scores();
        let own = self.study.scores.is_empty() && self.cohort().frame().get(RAD_SCORE).is_some();
        scores.first().filter(|_| !own).map(|score| self.score(score, true))
    }

    /// Whether patients have the first score, or may have it as soon as it is worked out.
    pub fn is_scored(&self) -> bool {
        let arrived = || self.data.features.n_complete() > 0 || !self.cohort().features().is_empty();
        self.rad_score().is_some_and(|spec| spec.candidates == Candidates::Columns || arrived())
    }

    /// The columns called so that the table has not and that can be made: of scores, features, cohorts.
    pub fn made<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<made::Spec> {
        let (frame, scores) = (self.cohort().frame(), self.scores());
        let can_be_made = |name: &str| self.study.is_made(name, &[]) || self.data.features.has_column(name);
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let mut columns = self.behind(names);
        columns.retain(|name| frame.get(name).is_none() && can_be_made(name));
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() {
            return None;
        }
        let derived = self.waiting(&columns);
        columns.retain(|name| !derived.iter().any(|derived| derived.name == *name));
        let is_used = |score: &Named| columns.iter().any(|name| score.is_called(name));
        let scores = scores.into_iter().filter(is_used).collect();
        Some(made::Spec { columns, scores, derived })
    }

    /// `names`, and behind them the columns that those of them are computed from which are made only now.
    pub(super) fn behind(&self, mut names: Vec<String>) -> Vec<String> {
        let waiting = self.waiting(&[]);
        let mut at = 0;
        while let Some(name) = names.get(at) {
            let parsed = waiting.iter().find(|d| d.name == *name).and_then(|d| d.parsed().ok());
            let more: Vec<String> = parsed.iter().flat_map(Expr::names).map(str::to_owned).collect();
            names.extend(more.into_iter().filter(|more| !names.contains(more)).collect::<Vec<_>>());
            at += 1;
        }
        names
    }

    /// The derived columns of these names, of any without some, that the table has not yet.
    pub(super) fn waiting(&self, names: &[String]) -> Vec<LearnedColumn> {
        let frame = self.cohort().frame();
        let mut waiting = self.study.waiting();
        waiting.retain(|d| frame.get(&d.name).is_none() && (names.is_empty() || names.contains(&d.name)));
        waiting
    }

    /// `on` with every column beside it that `names`, its filter, entry or weights name and that the table has not.
    pub fn naming<'n>(&self, on: Selection, names: impl IntoIterator<Item = &'n str>) -> Selection {
        let all = self.names_of(&on, names);
        Selection { score: self.made(all.iter().map(String::as_str)).map(ScoreOf::new), ..on }
    }

    /// `names`, and what the filter, entry and weights of `on` name.
    fn names_of<'n>(&self, on: &Selection, names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let filter = on.filter.as_ref().and_then(|text| Expr::parse(text).ok());
        let of_filter = filter.iter().flat_map(Expr::names);
        let of_rows = on.entry.iter().chain(&on.weights).map(String::as_str);
        let rows: Vec<String> = of_filter.chain(of_rows).map(str::to_owned).collect();
        names.into_iter().map(str::to_owned).chain(rows).collect()
    }

    /// Whether one of `names`, or what `on` names, is made of features of the study's images.
    pub fn needs_images<'n>(&self, on: &Selection, names: impl IntoIterator<Item = &'n str>) -> bool {
        let (frame, scores) = (self.cohort().frame(), self.scores());
        let of_images = |name: &String| match scores.iter().find(|score| score.is_called(name)) {
            Some(score) => score.spec.candidates == Candidates::Radiomics,
            None => {
                *name != COHORT && self.study.is_made(name, &[]) && self.waiting(std::slice::from_ref(name)).is_empty()
            }
        };
        let names = self.behind(self.names_of(on, names));
        self.has_images() && names.iter().any(|name| frame.get(name).is_none() && of_images(name))
    }

    /// `on` with the first score and its groups among its columns, if there are features, and what the filter names.
    pub fn scored(&self, on: Selection) -> Selection {
        let names: &[&str] = if self.is_scored() { &[RAD_GROUP, RAD_SCORE] } else { &[] };
        self.naming(on, names.iter().copied())
    }

    /// `on` with the columns of `models` among its own.
    pub fn with_models(&self, on: Selection, models: &[ModelSpec]) -> Selection {
        let frame = self.cohort().frame();
        self.naming(on, models.iter().flat_map(|m| columns_of(frame, &m.covariates)))
    }

    /// The selection with the columns that divide patients `by`.
    pub fn grouped(&self, by: Option<&Grouping>) -> Selection {
        self.naming(self.selection(), by.into_iter().flat_map(Grouping::columns))
    }

    /// The columns that the filter in use names and the table has not.
    pub fn of_filter(&self) -> Option<made::Spec> {
        let names = self.names_of(&self.selection(), std::iter::empty());
        self.made(names.iter().map(String::as_str))
    }
}

/// The columns that covariates use; one that is a column by its whole text is no product.
pub fn columns_of<'n>(frame: &Frame, covariates: &'n [String]) -> Vec<&'n str> {
    let of = |covariate: &'n String| match frame.get(covariate) {
        Some(_) => vec![covariate.as_str()],
        // A feature's name may hold signs: it is one column too.
        None => std::iter::once(covariate.as_str()).chain(covariate_columns(covariate)).collect(),
    };
    covariates.iter().flat_map(of).collect()
}
