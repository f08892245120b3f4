//! The figures of a penalized model: paths, cross-validation, coefficients, scores with their cuts.

use std::ops::Range;

use figures::{Axis, Body, Chart, Figure, Label, Layer, Mark, Reference, Role, format};
use survival::coxnet::Measure;

use super::{measure_words, score_name};
use crate::methods::distribution::{Group, bars, boxes};
use crate::methods::features::Column;
use crate::methods::lasso::figure::{Penalties, coefficient_paths, cross_validation};
use crate::methods::lasso::{Answer, Term};

fn penalties(answer: &Answer) -> Penalties<'_> {
    Penalties {
        lambda: &answer.lambda,
        df: &answer.df,
        lambda_min: Some(answer.cv.lambda_min),
        lambda_1se: Some(answer.cv.lambda_1se),
        chosen: (answer.rule == "value").then_some(answer.selected.lambda),
    }
}

/// The coefficients over the penalty, the one in use marked.
pub fn path_figure(answer: &Answer) -> Figure {
    path_figure_at(answer, answer.selected.lambda)
}

/// The coefficients over the penalty, `lambda` marked.
pub fn path_figure_at(answer: &Answer, lambda: f64) -> Figure {
    let paths: Vec<(String, Vec<f64>)> =
        answer.paths.iter().map(|p| (Column::called(&p.feature).label(), p.coef.clone())).collect();
    let chosen = Penalties { chosen: Some(lambda), ..penalties(answer) };
    let mut figure = coefficient_paths(chosen, &paths);
    if answer.z_scores
        && let Body::Chart(chart) = &mut figure.body
    {
        chart.y.label = "Coefficient of z".to_owned();
    }
    figure
}

fn is_error(answer: &Answer) -> bool {
    answer.cv.measure != Measure::Concordance
}

/// The cross-validation over the penalty.
pub fn cv_figure(answer: &Answer) -> Figure {
    cross_validation(
        penalties(answer),
        measure_words(answer.cv.measure),
        is_error(answer),
        &answer.cv.cvm,
        &answer.cv.cvsd,
    )
}

/// The cross-validation over the penalty, `lambda` marked.
pub fn cv_figure_at(answer: &Answer, lambda: f64) -> Figure {
    let chosen = Penalties { chosen: Some(lambda), ..penalties(answer) };
    cross_validation(chosen, measure_words(answer.cv.measure), is_error(answer), &answer.cv.cvm, &answer.cv.cvsd)
}

/// The score in each cohort, with the cut.
pub fn score_figure(answer: &Answer) -> Figure {
    let of = |cohort: &str| {
        let within = answer.scores.iter().filter(|s| s.cohort.as_deref().is_none_or(|c| c == cohort));
        Group { name: cohort.to_owned(), values: within.map(|s| s.score).collect() }
    };
    let groups: Vec<Group> = answer.cohorts.iter().map(|c| of(&c.cohort)).collect();
    let mut figure = boxes(score_name(answer), &groups);
    if let Body::Chart(chart) = &mut figure.body {
        chart.references.extend(answer.cuts.iter().map(|cut| Reference::vertical(*cut, "cut")));
    }
    figure
}

/// The coefficients of the score as bars, the largest first.
pub fn coefficients_figure(answer: &Answer) -> Figure {
    let value = |term: &Term| if answer.z_scores { term.z_coef } else { term.coef };
    let mut terms: Vec<&Term> = answer.selected.terms.iter().collect();
    terms.sort_by(|a, b| value(b).abs().total_cmp(&value(a).abs()));
    let amounts: Vec<(String, f64, String)> = terms
        .into_iter()
        .map(|t| (Column::called(&t.term).label(), value(t), format::significant(value(t), 3)))
        .collect();
    bars(if answer.z_scores { "Coefficient of z" } else { "Coefficient" }, &amounts)
}

/// Every patient of a cohort as a bar from the cut, or the lowest of several, to the score, the lowest first.
pub fn waterfall(answer: &Answer, cohort: &str) -> Figure {
    let within = answer.scores.iter().filter(|s| s.cohort.as_deref().is_none_or(|c| c == cohort));
    let mut scores: Vec<f64> = within.map(|s| s.score).filter(|score| score.is_finite()).collect();
    scores.sort_by(f64::total_cmp);
    let layer = |(name, role, range): (&str, Role, Range<usize>)| Layer {
        label: Label::Legend(name.to_owned()),
        ..Layer::plain(
            role,
            Mark::Histogram {
                edges: range.clone().map(|edge| edge as f64).chain([range.end as f64]).collect(),
                heights: scores[range].iter().map(|score| score - answer.cut).collect(),
            },
        )
    };
    let groups = answer.cut_by.groups();
    let ends = answer.cuts.iter().map(|cut| scores.partition_point(|score| score <= cut)).chain([scores.len()]);
    let mut begin = 0;
    let ranges = ends.map(|end| std::mem::replace(&mut begin, end)..end);
    let role = |k: usize| match k {
        0 => Role::RiskLow,
        k if k + 1 == groups.len() => Role::RiskHigh,
        k => Role::series(k + 1),
    };
    let layers = groups.iter().zip(ranges).enumerate().map(|(k, (name, range))| (*name, role(k), range));
    let which = if answer.cuts.len() > 1 { "the lowest cut" } else { "the cut" };
    let chart = Chart {
        x: Axis::linear(format!("Patients, n = {}", format::count(scores.len()))),
        y: Axis::linear(format!("{} less {which}", score_name(answer))),
        layers: layers.filter(|(.., range)| !range.is_empty()).map(layer).collect(),
        references: vec![Reference::horizontal(0.0, "")],
        ..Chart::default()
    };
    Figure::new(cohort, chart)
}
