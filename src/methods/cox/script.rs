//! Cox models again in R, by the package survival: of each variable alone, and what all scripts of Cox models share.

use super::{Options, Single, Term};
use crate::ask::{AskError, Selection, Source};
use crate::methods::covariates::{Effect, effects};
use crate::methods::script::{Script, name, text, without};

/// The script of a model of each variable alone.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn univariable(source: &Source<'_>, spec: &super::Spec, models: &[Single]) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Cox models of each variable alone")?;
    script.package("survival");
    script.complete(&spec.options.strata)?;
    for model in models {
        script.column(&model.variable)?;
        let effects = effects(source.data, std::slice::from_ref(&model.variable))?;
        let formula = right_side(&mut script, &effects, &spec.options)?;
        script.add(fit("fit", &formula, &spec.on, &spec.options)?);
        script.add("found <- summary(fit)");
        script.same(&format!("{}: n", model.variable), "fit$n", model.n as f64);
        coefficients(&mut script, &format!("{}: ", model.variable), &model.terms);
        script.same(&format!("{}: likelihood ratio p", model.variable), "found$logtest[\"pvalue\"]", model.lr_p);
    }
    Ok(script.finish())
}

/// The complete cases and the right side of the formula.
pub(super) fn formula(
    script: &mut Script<'_>,
    source: &Source<'_>,
    covariates: &[String],
    options: &Options,
) -> Result<String, AskError> {
    let effects = effects(source.data, covariates)?;
    let mut needed: Vec<String> = effects.iter().flat_map(columns).collect();
    needed.extend(options.strata.iter().chain(&options.cluster).cloned());
    script.complete(&needed)?;
    right_side(script, &effects, options)
}

pub(super) fn columns(effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Column(column) | Effect::Spline(column, _) => vec![column.clone()],
        Effect::Product(columns) => columns.clone(),
    }
}

pub(super) fn right_side(script: &mut Script<'_>, effects: &[Effect], options: &Options) -> Result<String, AskError> {
    let spline = |column: &str| {
        effects.iter().find_map(|effect| match effect {
            Effect::Spline(name, knots) if name == column => Some(*knots),
            _ => None,
        })
    };
    if effects.iter().any(|effect| matches!(effect, Effect::Spline(..))) {
        script.package("Hmisc");
    }
    let term = |column: &str| match spline(column) {
        Some(knots) => format!("rcspline.eval({}, nk = {knots}, inclx = TRUE)", name(column)),
        None => name(column),
    };
    let mut terms: Vec<String> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Column(column) | Effect::Spline(column, _) => term(column),
            Effect::Product(columns) => columns.iter().map(|c| term(c)).collect::<Vec<_>>().join(":"),
        })
        .collect();
    let strata: Vec<String> = options.strata.iter().map(|c| script.factor(c)).collect::<Result<_, _>>()?;
    if !strata.is_empty() {
        terms.push(format!("strata({})", strata.join(", ")));
    }
    Ok(terms.join(" + "))
}

/// `fit <- coxph(Surv(time, status) ~ age + sex, data = data, ties = "efron")`.
pub(super) fn fit(target: &str, formula: &str, on: &Selection, options: &Options) -> Result<String, AskError> {
    if options.firth {
        return Err(without("--firth"));
    }
    if options.subject.is_some() && on.entry.is_none() {
        return Err(without("several rows of a subject"));
    }
    let robust = match (&options.cluster, options.robust, options.model_based) {
        (Some(cluster), ..) => format!(", cluster = {}", name(cluster)),
        (None, true, _) => ", robust = TRUE".to_owned(),
        (None, false, true) => ", robust = FALSE".to_owned(),
        (None, false, false) => String::new(),
    };
    Ok(format!(
        "{target} <- coxph({} ~ {formula}, data = data{}, ties = {}{robust},\n  control = coxph.control(eps = 1e-11, iter.max = 50))",
        Script::surv(on),
        Script::weights(on),
        text(options.ties.name())
    ))
}

pub(super) fn coefficients(script: &mut Script<'_>, before: &str, terms: &[Term]) {
    let of = |get: fn(&Term) -> Option<f64>| terms.iter().map(|t| get(t).unwrap_or(f64::NAN)).collect::<Vec<f64>>();
    let robust = terms.iter().any(|t| t.robust_se.is_some());
    let names: Vec<&str> = terms.iter().map(|t| t.term.as_str()).collect();
    script.add(format!("# {}", names.join(", ").replace(['\n', '\r'], " ")));
    script.same_all(&format!("{before}coefficients"), "coef(fit)", &of(|t| t.coef));
    script.same_all(&format!("{before}standard errors"), "found$coefficients[, \"se(coef)\"]", &of(|t| t.se));
    if robust {
        script.same_all(
            &format!("{before}robust standard errors"),
            "found$coefficients[, \"robust se\"]",
            &of(|t| t.robust_se),
        );
    }
    script.same_all(&format!("{before}hazard ratios"), "found$conf.int[, 1]", &of(|t| t.hr));
    script.same_all(&format!("{before}lower limits"), "found$conf.int[, 3]", &of(|t| t.lower));
    script.same_all(&format!("{before}upper limits"), "found$conf.int[, 4]", &of(|t| t.upper));
    script.same_all(&format!("{before}p"), "found$coefficients[, ncol(found$coefficients)]", &of(|t| t.p));
}
