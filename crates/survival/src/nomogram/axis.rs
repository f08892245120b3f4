//! The variables' axes.

use super::{NomogramError, pretty};
use crate::cox::{Coding, Design, Term, Value};

/// With no more distinct values than this a variable shows just those, as rms' `datadist` has it.
const FEW_VALUES: usize = 10;

/// A value on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The value; `None` for a level of a factor.
    pub value: Option<f64>,
    /// The level; `None` for a number.
    pub level: Option<String>,
    /// Its points.
    pub points: f64,
    /// Its part of the (uncentred) linear predictor.
    pub effect: f64,
}

/// The axis of a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The variable.
    pub variable: String,
    /// The factors that it interacts with, and their levels that this axis is for.
    pub given: Vec<(String, String)>,
    /// Its values, in their own order.
    pub marks: Vec<Mark>,
}

/// Number of axes that are not continuations.
pub(super) fn variables(axes: &[Axis]) -> usize {
    axes.chunk_by(|a, b| a.variable == b.variable).count()
}

/// All axes, points not yet given.
pub(super) fn axes(design: &Design, beta: &[f64], intervals: usize) -> Result<Vec<Axis>, NomogramError> {
    let terms = design.terms();
    let mut drawn = vec![false; terms.len()];
    let mut axes = Vec::new();
    for t in 0..terms.len() {
        if drawn[t] || matches!(terms[t].coding, Coding::Interaction(_)) {
            continue;
        }
        let group = related(terms, t);
        group.iter().for_each(|&g| drawn[g] = true);
        let mains: Vec<usize> =
            group.iter().copied().filter(|&g| !matches!(terms[g].coding, Coding::Interaction(_))).collect();
        let numeric: Vec<usize> = mains.iter().copied().filter(|&g| !is_factor(&terms[g])).collect();
        if let [first, second, ..] = numeric[..] {
            return Err(NomogramError::Interaction(terms[first].name.clone(), terms[second].name.clone()));
        }
        let main = numeric.first().copied().unwrap_or(mains[0]);
        let conditions: Vec<usize> = mains.into_iter().filter(|&g| g != main).collect();
        for given in combinations(terms, &conditions) {
            axes.push(axis(design, beta, main, &group, given, intervals));
        }
    }
    Ok(axes)
}

/// Term `t` and all terms that interactions tie to it, in model order.
fn related(terms: &[Term], t: usize) -> Vec<usize> {
    let mut inside = vec![false; terms.len()];
    inside[t] = true;
    loop {
        let mut grew = false;
        for (k, term) in terms.iter().enumerate() {
            if let Coding::Interaction(of) = &term.coding
                && (inside[k] || of.iter().any(|&m| inside[m]))
            {
                for &m in of.iter().chain([&k]) {
                    grew |= !inside[m];
                    inside[m] = true;
                }
            }
        }
        if !grew {
            return (0..terms.len()).filter(|&k| inside[k]).collect();
        }
    }
}

fn is_factor(term: &Term) -> bool {
    matches!(term.coding, Coding::Factor { .. })
}

/// Every combination of the levels of these factors, the first varying fastest.
fn combinations(terms: &[Term], factors: &[usize]) -> Vec<Vec<(String, String)>> {
    let mut all = vec![Vec::new()];
    for &f in factors {
        let Coding::Factor { levels } = &terms[f].coding else { continue };
        all = levels
            .iter()
            .flat_map(|level| {
                all.iter().map(|given| {
                    let mut given: Vec<(String, String)> = given.clone();
                    given.push((terms[f].name.clone(), level.clone()));
                    given
                })
            })
            .collect();
    }
    all
}

fn axis(
    design: &Design,
    beta: &[f64],
    main: usize,
    group: &[usize],
    given: Vec<(String, String)>,
    intervals: usize,
) -> Axis {
    let terms = design.terms();
    let name = &terms[main].name;
    let columns: Vec<usize> = group.iter().flat_map(|&g| terms[g].columns.clone()).collect();
    let values = match &terms[main].coding {
        Coding::Factor { levels } => levels.iter().map(|l| (None, Some(l.clone()))).collect(),
        _ => numbers(design.column(terms[main].columns.start), intervals),
    };
    // Variables of other groups take any value: their columns are not looked at.
    let elsewhere: Vec<(&str, Value<'_>)> = terms.iter().map(|term| (term.name.as_str(), any_value(term))).collect();
    let marks = values
        .into_iter()
        .map(|(value, level)| {
            let mut profile: Vec<(&str, Value<'_>)> =
                given.iter().map(|(name, level)| (name.as_str(), Value::Level(level))).collect();
            let own = match (&value, &level) {
                (Some(number), _) => Value::Number(*number),
                (None, level) => Value::Level(level.as_deref().unwrap_or("")),
            };
            profile.push((name.as_str(), own));
            profile.extend_from_slice(&elsewhere);
            let row = design.row(&profile).unwrap_or_else(|_| vec![f64::NAN; beta.len()]);
            let effect = columns.iter().map(|&j| beta[j] * row[j]).sum();
            Mark { value, level, points: f64::NAN, effect }
        })
        .collect();
    Axis { variable: name.clone(), given, marks }
}

fn any_value(term: &Term) -> Value<'_> {
    match &term.coding {
        Coding::Factor { levels } => Value::Level(levels.first().map_or("", String::as_str)),
        _ => Value::Number(0.0),
    }
}

/// The values to show of a numeric variable.
fn numbers(column: &[f64], intervals: usize) -> Vec<(Option<f64>, Option<String>)> {
    let mut distinct = column.to_vec();
    distinct.sort_by(f64::total_cmp);
    distinct.dedup();
    if distinct.len() > FEW_VALUES {
        distinct = pretty(distinct[0], distinct[distinct.len() - 1], intervals);
    }
    distinct.into_iter().map(|v| (Some(v), None)).collect()
}

/// Gives every mark its points; returns the sum of the variables' smallest effects and the points per unit.
pub(super) fn give_points(axes: &mut [Axis], max_points: f64) -> Result<(f64, f64), NomogramError> {
    let effects = |axes: &[Axis]| axes.iter().flat_map(|a| &a.marks).map(|m| m.effect).collect::<Vec<f64>>();
    let (mut floors, mut widest) = (0.0, 0.0f64);
    for variable in axes.chunk_by(|a, b| a.variable == b.variable) {
        let effects = effects(variable);
        let low = effects.iter().copied().fold(f64::INFINITY, f64::min);
        let high = effects.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        floors += low;
        widest = widest.max(high - low);
    }
    if widest.is_nan() || widest <= 0.0 {
        return Err(NomogramError::NoEffect);
    }
    let scale = max_points / widest;
    for variable in axes.chunk_by_mut(|a, b| a.variable == b.variable) {
        let low = effects(variable).into_iter().fold(f64::INFINITY, f64::min);
        variable.iter_mut().flat_map(|a| &mut a.marks).for_each(|m| m.points = (m.effect - low) * scale);
    }
    Ok((floors, scale))
}
