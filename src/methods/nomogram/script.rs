//! A nomogram again in R: the Cox model by survival, points and survival as rms lays them out.

use super::{Answer, Spec, Value};
use crate::ask::{AskError, Grouping, Selection};
use crate::methods::covariates::{Effect, effects};
use crate::methods::model;
use crate::methods::script::{Script, Source, name, number, numbers, of_known, text, texts, without};

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    of_known(&spec.model)?;
    let covariates = &spec.model.covariates;
    if effects(source.data, covariates)?.iter().any(|effect| !matches!(effect, Effect::Column(_))) {
        return Err(without("splines or products in a nomogram"));
    }
    let training = Selection { cohort: model::training(source.data).map(str::to_owned), ..spec.on.clone() };
    let mut script = Script::new(source, &training, &format!("Nomogram, {}", answer.model))?;
    script.package("survival");
    script.complete(covariates)?;
    script.group(Some(&Grouping::Cohort))?;
    let terms: Vec<String> = covariates.iter().map(|column| name(column)).collect();
    // rms stops as soon as the likelihood changes by less than 1e-4 of itself, and so does the nomogram.
    script.add(format!(
        "fit <- coxph(Surv(time, status) ~ {}, data = data, ties = {}, control = coxph.control(eps = 1e-4, iter.max = 10))",
        terms.join(" + "),
        text(spec.ties.name())
    ));
    script.same("n", "fit$n", answer.n as f64);
    script.same("events", "fit$nevent", answer.events as f64);
    script.add("effects <- list()");
    for variable in &answer.points {
        let effects = effects_of(variable);
        script.add(format!("effects[[{}]] <- {effects}", text(&variable.variable)));
    }
    // The variable whose effect ranges most gets 100 points.
    script.add("widest <- max(sapply(effects, function(e) diff(range(e))))");
    for variable in &answer.points {
        let points: Vec<f64> = variable.scale.iter().map(|mark| mark.points).collect();
        let of = format!("effects[[{}]]", text(&variable.variable));
        script.same_all(
            &format!("points of {}", variable.variable),
            &format!("({of} - min({of})) / widest * 100"),
            &points,
        );
    }
    script.add("lowest <- sum(sapply(effects, min))\nbaseline <- basehaz(fit, centered = FALSE)");
    for survival in &answer.survival {
        let points: Vec<f64> = survival.scale.iter().map(|mark| mark.points).collect();
        let values: Vec<f64> = survival.scale.iter().map(|mark| mark.survival).collect();
        let time = number(survival.time);
        script.add(format!("hazard <- c(0, baseline$hazard)[findInterval({time}, baseline$time) + 1]"));
        let found = format!("exp(-hazard * exp(lowest + {} * widest / 100))", numbers(&points));
        script.same_all(&format!("survival at {time}"), &found, &values);
    }
    Ok(script.finish())
}

/// The parts of the linear predictor at the marks of a scale.
fn effects_of(variable: &super::Variable) -> String {
    let column = &variable.variable;
    let levels: Vec<&str> = variable
        .scale
        .iter()
        .filter_map(|mark| match &mark.value {
            Value::Level(level) => Some(level.as_str()),
            Value::Number(_) => None,
        })
        .collect();
    if levels.is_empty() {
        let at: Vec<f64> = variable
            .scale
            .iter()
            .filter_map(|mark| match mark.value {
                Value::Number(value) => Some(value),
                Value::Level(_) => None,
            })
            .collect();
        return format!("coef(fit)[[{}]] * {}", text(&name(column)), numbers(&at));
    }
    let coefficients: Vec<String> = levels.iter().map(|level| format!("{}{level}", name(column))).collect();
    // The level of reference has no coefficient.
    format!("ifelse(is.na(coef(fit)[{0}]), 0, coef(fit)[{0}])", texts(&coefficients))
}
