//! The score: of every patient, in every cohort, as a formula, and as a variable of other questions.

use std::sync::Arc;

use tables::{Category, Column, Values};

use super::Fitted;
use super::answer::{CohortScores, Score, Term};
use super::candidates::named;
use super::spec::{Candidates, Spec};
use crate::ask::{AskError, Dataset, Selection};
use crate::study::{RAD_GROUP, RAD_SCORE};
use figures::format;
use survival::stats::describe::{describe, sum};

/// Scores, and where they are cut.
pub(super) struct Scored {
    pub scores: Vec<Score>,
    pub cut: f64,
    pub cohorts: Vec<CohortScores>,
}

/// Scores everybody whom the question is about, in all cohorts.
pub(super) fn of_everybody(data: &Dataset, spec: &Spec, fitted: &Fitted, terms: &[Term]) -> Result<Scored, AskError> {
    let everybody = Selection { endpoint: None, cohort: None, score: None, ..spec.on.clone() };
    let rows = data.select(&everybody)?.rows;
    let candidates = named(data, spec)?;
    let used: Vec<_> = terms.iter().filter_map(|t| candidates.iter().find(|c| c.name == t.term)).collect();
    // Without any feature the score is 0 for those who have features at all.
    let known = super::complete(data, spec, if terms.is_empty() { &candidates } else { &[] }, &rows);
    let value = |row: usize| match spec.candidates {
        Candidates::Radiomics => sum(terms.iter().zip(&used).map(|(t, c)| t.z_coef * ((c.value(row) - t.mean) / t.sd))),
        Candidates::Columns => sum(terms.iter().zip(&used).map(|(t, c)| t.coef * c.value(row))),
    };
    let groups = data.cohort.groups();
    let score = |row: usize| Score {
        row,
        id: data.cohort.ids()[row].clone(),
        score: if terms.is_empty() && known.binary_search(&row).is_err() { f64::NAN } else { value(row) },
        cohort: groups.level(row).filter(|_| groups.levels.len() > 1).map(str::to_owned),
    };
    let scores: Vec<Score> = rows.into_iter().map(score).collect();
    let training: Vec<f64> = fitted.rows.iter().map(|r| value(*r)).collect();
    let cut = describe(&training).median;
    let cohorts = (0..groups.levels.len()).map(|code| summary(groups, code, &scores, cut)).collect();
    Ok(Scored { scores, cut, cohorts })
}

fn summary(groups: &Category, code: usize, scores: &[Score], cut: f64) -> CohortScores {
    let values: Vec<f64> =
        scores.iter().filter(|s| groups.codes[s.row] == Some(code as u32)).map(|s| s.score).collect();
    let d = describe(&values);
    CohortScores {
        cohort: groups.levels[code].clone(),
        n: values.len(),
        scored: d.n,
        mean: d.mean,
        sd: d.sd,
        median: d.median,
        q1: d.q1,
        q3: d.q3,
        min: d.min,
        max: d.max,
        high: values.iter().filter(|s| **s > cut).count(),
    }
}

/// `Rad-score = 0.213 × z(AP_original_glcm_Contrast) - 0.105 × z(..)`.
pub(super) fn formula(terms: &[Term], candidates: Candidates) -> String {
    let z_scores = candidates == Candidates::Radiomics;
    let mut text = if z_scores { "Rad-score =".to_owned() } else { "score =".to_owned() };
    if terms.is_empty() {
        text += " 0";
    }
    for (i, term) in terms.iter().enumerate() {
        let coefficient = if z_scores { term.z_coef } else { term.coef };
        let sign = match (coefficient < 0.0, i) {
            (true, 0) => " -",
            (false, 0) => " ",
            (true, _) => " - ",
            (false, _) => " + ",
        };
        let size = format::significant(coefficient.abs(), 4);
        let variable = if z_scores { format!("z({})", term.term) } else { term.term.clone() };
        text += &format!("{sign}{size} × {variable}");
    }
    text
}

impl crate::ask::Score for Spec {
    /// `data` with the score as the column [`RAD_SCORE`] and its groups as [`RAD_GROUP`].
    fn columns(&self, answer: Result<&super::Answer, &str>, data: &Dataset) -> Result<Dataset, AskError> {
        match answer {
            Ok(answer) if answer.selected.terms.is_empty() => {
                without_score(data, "the penalized model selects no feature")
            }
            Ok(answer) => scored(data, answer),
            Err(why) => without_score(data, why),
        }
    }
}

/// `data` with the score of `answer` as columns.
fn scored(data: &Dataset, answer: &super::Answer) -> Result<Dataset, AskError> {
    let mut scores = vec![f64::NAN; data.cohort.len()];
    answer.scores.iter().for_each(|s| scores[s.row] = s.score);
    let group = |score: &f64| (!score.is_nan()).then_some(u32::from(*score > answer.cut));
    let codes = scores.iter().map(group).collect();
    let reason = format!("{}; cut at its training median, {}", answer.formula, format::significant(answer.cut, 4));
    with_columns(data, scores, codes, &reason)
}

/// `data` with the columns of the score, missing for everybody: `why` says for what reason.
fn without_score(data: &Dataset, why: &str) -> Result<Dataset, AskError> {
    let n = data.cohort.len();
    with_columns(data, vec![f64::NAN; n], vec![None; n], why)
}

fn with_columns(data: &Dataset, scores: Vec<f64>, codes: Vec<Option<u32>>, reason: &str) -> Result<Dataset, AskError> {
    let groups = Category::new(vec!["low".to_owned(), "high".to_owned()], codes);
    let labelled = |name: &str, label: &str, values: Values| {
        let column = Column::new(name, values, reason);
        Column { label: Some(label.to_owned()), ..column }
    };
    let cohort = (*data.cohort).clone();
    let cohort = cohort
        .with_column(labelled(RAD_SCORE, "Rad-score", Values::Number(scores)))
        .and_then(|c| c.with_column(labelled(RAD_GROUP, "Rad-score group", Values::Category(groups))))
        .map_err(|e| AskError::Fault(e.to_string()))?;
    Ok(Dataset { cohort: Arc::new(cohort), features: Arc::clone(&data.features) })
}
