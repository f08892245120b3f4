//! How the hazard changes along a number: the log hazard ratio against a reference value, all other covariates held.

use serde::{Deserialize, Serialize};
use tables::Column;
use watch::Watch;

use super::model::Fitted;
use super::term::Test;
use crate::ask::AskError;
use survival::cox::{ChiSquare, Coding, CoxFit, Design, DesignError, Term, Value};
use survival::stats::describe::quantile;
use survival::stats::tails::normal_critical;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spec {
    /// The number, a spline or a straight line in the model.
    pub variable: String,
    /// Where the hazard ratio is 1; at the median of the patients if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<f64>,
}

/// The hazard along a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// The column.
    pub variable: String,
    /// What it is called in print.
    pub label: String,
    /// Its unit, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Knots of its spline; none for a straight line.
    pub knots: Vec<f64>,
    /// Where the log hazard ratio is 0.
    pub reference: f64,
    /// Wald tests, products with other covariates included (as `rms::anova`).
    pub wald: Tests,
    /// Likelihood ratio tests; nothing with robust standard errors or a penalty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lr: Option<Tests>,
    /// Akaike's criterion of the model.
    pub aic: f64,
    /// That of the same model with a straight line; nothing where there is no likelihood ratio test, or no spline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aic_linear: Option<f64>,
    /// Values from the tenth smallest to the tenth largest or so (see `along`).
    pub x: Vec<f64>,
    /// Log hazard ratio against the reference.
    pub log_hr: Vec<f64>,
    /// Its standard error.
    pub std_err: Vec<f64>,
    /// Pointwise limits of the log hazard ratio.
    pub lower: Vec<f64>,
    /// The upper ones.
    pub upper: Vec<f64>,
}

/// Tests of one variable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Tests {
    /// That it has nothing to do with the hazard.
    pub association: Test,
    /// That it acts as a straight line; nothing where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonlinearity: Option<Test>,
}

/// Points of a curve.
const POINTS: usize = 101;
/// So many patients are beyond either end of the curve, if there are at least [`MANY`] (else their share of those).
const BEYOND: f64 = 10.0;
const MANY: usize = 200;
/// Confidence of the limits.
const LEVEL: f64 = 0.95;

/// The curve of a variable in a fit. It spans the quantiles 10 / max(n, 200) and 1 - 10 / max(n, 200) of the patients'
/// values, as `rms::datadist` does; covariates that it has products with are held at their typical values.
pub(super) fn along(of: &Fitted<'_>, spec: &Spec, watch: &dyn Watch) -> Result<Curve, AskError> {
    let terms = of.design.terms();
    let term = terms.iter().find(|t| t.name == spec.variable);
    let (term, knots) = match term.map(|t| (t, &t.coding)) {
        Some((term, Coding::Linear)) => (term, Vec::new()),
        Some((term, Coding::Spline(spline))) => (term, spline.knots().to_vec()),
        _ => return Err(AskError::Impossible(format!("{} is no number in the model", spec.variable))),
    };
    let values = of.design.column(term.columns.start);
    let reference = spec.reference.unwrap_or_else(|| quantile(values, 0.5));
    let share = BEYOND / values.len().max(MANY) as f64;
    let (from, to) = (quantile(values, share), quantile(values, 1.0 - share));
    let x: Vec<f64> = (0..POINTS).map(|k| from + (to - from) * k as f64 / (POINTS - 1) as f64).collect();
    let mut profile = typical(of.design, of.fit);
    let mut row_at = |x: f64| {
        profile.iter_mut().filter(|(name, _)| *name == spec.variable).for_each(|(_, v)| *v = Value::Number(x));
        of.design.row(&profile).map_err(AskError::impossible)
    };
    let at_reference = row_at(reference)?;
    let ratios: Vec<(f64, f64)> = x
        .iter()
        .map(|x| Ok(of.fit.log_hazard_ratio(&less(&row_at(*x)?, &at_reference))))
        .collect::<Result<_, AskError>>()?;
    let half = normal_critical(LEVEL);
    let column = of.data.cohort.frame().get(&spec.variable);
    let columns = columns_of(terms, term);
    let (lr, aic_linear) = likelihood_ratios(of, &columns, watch)?;
    Ok(Curve {
        variable: spec.variable.clone(),
        label: column.map_or(&*spec.variable, Column::label).to_owned(),
        unit: column.and_then(|c| c.unit.clone()),
        knots,
        reference,
        wald: Tests {
            association: of.fit.wald_of(&columns.all).into(),
            nonlinearity: (!columns.bent.is_empty()).then(|| of.fit.wald_of(&columns.bent).into()),
        },
        lr,
        aic: of.fit.aic(),
        aic_linear,
        log_hr: ratios.iter().map(|(log_hr, _)| *log_hr).collect(),
        std_err: ratios.iter().map(|(_, se)| *se).collect(),
        lower: ratios.iter().map(|(log_hr, se)| log_hr - half * se).collect(),
        upper: ratios.iter().map(|(log_hr, se)| log_hr + half * se).collect(),
        x,
    })
}

/// Numbers at their means (0 where there is only -1, 0 and 1, as [`CoxFit::means`]), factors at their reference levels.
pub(super) fn typical<'d>(design: &'d Design, fit: &CoxFit) -> Vec<(&'d str, Value<'d>)> {
    let value = |term: &'d Term| match &term.coding {
        Coding::Factor { levels } => Some(Value::Level(levels.first()?)),
        Coding::Linear | Coding::Spline(_) => Some(Value::Number(fit.means[term.columns.start])),
        Coding::Interaction(_) => None,
    };
    design.terms().iter().filter_map(|term| Some((term.name.as_str(), value(term)?))).collect()
}

pub(super) fn less(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Columns of the design that hold a variable, alone or in products.
struct Columns {
    all: Vec<usize>,
    /// Those that are not straight in it.
    bent: Vec<usize>,
}

fn columns_of(terms: &[Term], of: &Term) -> Columns {
    let mut columns = Columns { all: of.columns.clone().collect(), bent: of.columns.clone().skip(1).collect() };
    for product in terms {
        let Coding::Interaction(members) = &product.coding else { continue };
        // The first member's columns vary fastest: a column's place tells which of the variable's columns is in it.
        let mut stride = 1;
        for &member in members {
            let own = terms[member].columns.len();
            if terms[member].name == of.name {
                columns.all.extend(product.columns.clone());
                let is_bent = |j: &usize| !((j - product.columns.start) / stride).is_multiple_of(own);
                columns.bent.extend(product.columns.clone().filter(is_bent));
            }
            stride *= own;
        }
    }
    columns
}

/// Likelihood ratio tests against the models without some of the columns, and the AIC of the straight one.
fn likelihood_ratios(
    of: &Fitted<'_>,
    columns: &Columns,
    watch: &dyn Watch,
) -> Result<(Option<Tests>, Option<f64>), AskError> {
    if of.fit.firth || of.fit.robust_score.is_some() {
        return Ok((None, None));
    }
    let without = |columns: &[usize]| {
        let design = without(of.design, columns).map_err(AskError::impossible)?;
        super::fitted(of.method, &design, of.survival, watch)
    };
    let against = |less: &CoxFit| ChiSquare::new(2.0 * (of.fit.loglik - less.loglik), of.fit.df - less.df).into();
    let straight = if columns.bent.is_empty() { None } else { Some(without(&columns.bent)?) };
    let tests = Tests { association: against(&without(&columns.all)?), nonlinearity: straight.as_ref().map(&against) };
    Ok((Some(tests), straight.map(|fit| fit.aic())))
}

/// The design without some columns.
fn without(design: &Design, columns: &[usize]) -> Result<Design, DesignError> {
    let mut kept = (0..design.n_columns()).filter(|j| !columns.contains(j));
    kept.try_fold(Design::new(design.rows()), |less, j| less.linear(&design.names()[j], design.column(j)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use survival::cox::Factor;
    use survival::spline::RestrictedCubicSpline;

    #[test]
    fn bent_columns_are_found_inside_products() {
        let x: Vec<f64> = (0..8).map(f64::from).collect();
        let group = Factor::from_labels(&["a", "b", "c", "a", "b", "c", "a", "b"]);
        let spline = RestrictedCubicSpline::new(vec![1.0, 3.0, 6.0]).expect("increasing");
        let design = Design::new(8).factor("g", &group).and_then(|d| d.spline("x", &x, spline));
        let design = design.and_then(|d| d.interaction(&["g", "x"])).expect("consistent");
        let names = |columns: &[usize]| columns.iter().map(|j| design.names()[*j].clone()).collect::<Vec<_>>();
        let columns = columns_of(design.terms(), &design.terms()[1]);
        assert_eq!(names(&columns.all), ["x", "x'", "g=b:x", "g=c:x", "g=b:x'", "g=c:x'"]);
        assert_eq!(names(&columns.bent), ["x'", "g=b:x'", "g=c:x'"]);
        assert_eq!(without(&design, &columns.all).expect("unique names").names(), ["g=b", "g=c"]);
    }
}
