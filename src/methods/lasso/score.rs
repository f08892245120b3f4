//! The score: of every patient, in every cohort, as a formula, and as a variable of other questions.

use tables::Category;

use super::answer::{CohortScores, Score, Term};
use super::candidates::Candidate;
use super::spec::{Candidates, Spec};
use super::{Fitted, steps};
use crate::ask::{AskError, Dataset, Selection};
use crate::study::ScoreCut;
use figures::format;
use survival::stats::describe::{describe, sum};

/// Scores, and where they are cut.
pub(super) struct Scored {
    pub scores: Vec<Score>,
    pub cuts: Vec<f64>,
    pub cohorts: Vec<CohortScores>,
}

/// Scores everybody whom the question is about, in all cohorts.
pub(super) fn of_everybody(
    data: &Dataset,
    spec: &Spec,
    fitted: &Fitted,
    candidates: &[Candidate<'_>],
    terms: &[Term],
) -> Result<Scored, AskError> {
    let everybody = Selection { endpoint: None, cohort: None, score: None, ..spec.on.clone() };
    let rows = data.select(&everybody)?.rows;
    let used: Vec<_> = terms.iter().filter_map(|t| candidates.iter().find(|c| c.name == t.term)).collect();
    // Without any feature the score is 0 for those who have features at all.
    let known = super::complete(data, spec, if terms.is_empty() { candidates } else { &[] }, &rows);
    let value = |row: usize| match spec.candidates {
        Candidates::Radiomics => sum(terms.iter().zip(&used).map(|(t, c)| t.z_coef * ((c.value(row) - t.mean) / t.sd))),
        Candidates::Columns => sum(terms.iter().zip(&used).map(|(t, c)| t.coef * c.value(row))),
    };
    let groups = data.cohort.groups();
    // What the data hold, where a step has filled in what they do not.
    let measured = if spec.imputes() { super::named(data, spec)? } else { Vec::new() };
    let measured: Vec<_> = terms.iter().filter_map(|t| measured.iter().find(|c| c.name == t.term)).collect();
    let score = |row: usize| {
        let score = if terms.is_empty() && known.binary_search(&row).is_err() { f64::NAN } else { value(row) };
        let filled = measured.iter().filter(|c| !score.is_nan() && c.value(row).is_nan());
        Score {
            row,
            id: data.cohort.ids()[row].clone(),
            score,
            cohort: groups.level(row).filter(|_| groups.levels.len() > 1).map(str::to_owned),
            filled: filled.map(|c| c.name.clone()).collect(),
        }
    };
    let scores: Vec<Score> = rows.into_iter().map(score).collect();
    let training: Vec<f64> = fitted.rows.iter().map(|r| value(*r)).collect();
    let cuts = steps::cut(spec.cut).fit(&training, &fitted.survival);
    let cuts = cuts.map_err(|error| steps::explain(data, candidates, error))?;
    let cohorts = (0..groups.levels.len()).map(|code| summary(groups, code, &scores, &cuts)).collect();
    Ok(Scored { scores, cuts, cohorts })
}

fn summary(groups: &Category, code: usize, scores: &[Score], cuts: &[f64]) -> CohortScores {
    let values: Vec<f64> =
        scores.iter().filter(|s| groups.codes[s.row] == Some(code as u32)).map(|s| s.score).collect();
    let d = describe(&values);
    let mut by_group = vec![0; cuts.len() + 1];
    values.iter().filter_map(|score| ScoreCut::group(cuts, *score)).for_each(|k| by_group[k] += 1);
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
        high: by_group[cuts.len()],
        groups: by_group,
    }
}

/// `Rad-score = 0.213 × z(AP_original_glcm_Contrast) - 0.105 × z(..)`.
pub(super) fn formula(terms: &[Term], spec: &Spec) -> String {
    let z_scores = spec.candidates == Candidates::Radiomics;
    let mut text = format!("{} =", spec.called());
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
