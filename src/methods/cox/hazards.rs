//! Whether hazards are proportional: tests, and scaled residuals for a figure.

use serde::Serialize;

use super::term::Term;
use survival::cox::{CoxFit, TimeTransform, ZphPlot, ZphSmooth};

/// A test of proportional hazards (Kaplan-Meier transform of time).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Zph {
    pub term: String,
    pub chisq: f64,
    pub df: usize,
    pub p: f64,
}

/// How the coefficient of a term changes with time: scaled Schoenfeld residuals and a smooth through them.
#[derive(Debug, Clone, PartialEq)]
pub struct Residuals {
    /// The term.
    pub term: String,
    /// Unit of the times, in words.
    pub unit: &'static str,
    /// Time of every event whose residual is known.
    pub time: Vec<f64>,
    /// Its residual.
    pub value: Vec<f64>,
    /// What the model assumes for all times: the coefficient; 1 for a term of several columns.
    pub assumed: f64,
    /// A natural cubic spline over the transformed times with 4 df, at times of the endpoint; nothing with few events.
    pub smooth: Option<ZphSmooth>,
}

/// Coefficients of the smooth through residuals (R takes as many), and places at which it is drawn.
const SMOOTH_DF: usize = 4;
const SMOOTH_POINTS: usize = 40;

/// The tests of a fit, the last of all terms together, and the residuals of each term.
pub(super) fn zph(
    fit: &CoxFit,
    terms: &[Term],
    unit: &'static str,
    notes: &mut Vec<String>,
) -> (Vec<Zph>, Vec<Residuals>) {
    if fit.firth {
        notes.push("proportional hazards are not tested with Firth's penalty".to_owned());
        return Default::default();
    }
    let test = match fit.zph(TimeTransform::Km) {
        Ok(test) => test,
        Err(why) => {
            notes.push(format!("proportional hazards are not tested: {why}"));
            return Default::default();
        }
    };
    let events = by_transform(&test.plot);
    let residuals = (0..test.plot.terms.len()).map(|t| residuals(terms, &test.plot, &events, t, unit)).collect();
    let all = test.terms.into_iter().chain([("GLOBAL".to_owned(), test.global)]);
    let zph: Vec<Zph> = all.map(|(term, t)| Zph { term, chisq: t.statistic, df: t.df, p: t.p }).collect();
    (zph, residuals)
}

fn residuals(terms: &[Term], plot: &ZphPlot, events: &[(f64, f64)], t: usize, unit: &'static str) -> Residuals {
    let known: Vec<usize> = (0..plot.time.len()).filter(|i| plot.y[(*i, t)].is_finite()).collect();
    let term = plot.terms[t].clone();
    let own: Vec<f64> = terms.iter().filter(|own| own.variable == term).filter_map(|own| own.coef).collect();
    let smooth = plot
        .smooth(t, SMOOTH_DF, SMOOTH_POINTS)
        .map(|smooth| ZphSmooth { x: smooth.x.iter().map(|x| back_to_time(events, *x)).collect(), ..smooth });
    Residuals {
        unit,
        time: known.iter().map(|i| plot.time[*i]).collect(),
        value: known.iter().map(|i| plot.y[(*i, t)]).collect(),
        assumed: if let [coef] = own.as_slice() { *coef } else { 1.0 },
        term,
        smooth,
    }
}

/// Transform and time of each event, by transform.
fn by_transform(plot: &ZphPlot) -> Vec<(f64, f64)> {
    let mut events: Vec<(f64, f64)> = plot.x.iter().copied().zip(plot.time.iter().copied()).collect();
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    events
}

/// The time whose transform is `x`, by interpolation between the events.
fn back_to_time(events: &[(f64, f64)], x: f64) -> f64 {
    let after = events.partition_point(|(transformed, _)| *transformed < x);
    match (after.checked_sub(1).and_then(|i| events.get(i)), events.get(after)) {
        (Some((x0, t0)), Some((x1, t1))) => t0 + (t1 - t0) * (x - x0) / (x1 - x0),
        (None, Some((_, t))) | (Some((_, t)), None) => *t,
        (None, None) => f64::NAN,
    }
}
