//! Calibration again in R: a Cox model by survival, groups by Hmisc's cut2.

use super::{Answer, AtTime, Source as From, Spec};
use crate::ask::{AskError, Grouping, Selection};
use crate::methods::covariates::{Effect, effects};
use crate::methods::script::{Script, Source, name, number, of_known, text, without};

const GROUPS: &str = "in_groups <- function(data, predicted, at, g) {
  group <- if (length(unique(predicted)) <= g) factor(predicted) else cut2(predicted, g = g)
  found <- lapply(split(seq_along(predicted), group, drop = TRUE), function(rows) {
    fit <- summary(survfit(Surv(time, status) ~ 1, data = data[rows, ]), times = at, extend = TRUE)
    c(length(rows), mean(predicted[rows]), fit$surv)
  })
  do.call(rbind, found)
}";

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Calibration, {}", answer.label))?;
    script.package("survival");
    script.package("Hmisc");
    let predictions: Vec<String> = match &spec.source {
        From::Model { model, ties } => {
            of_known(model)?;
            let effects = effects(source.data, &model.covariates)?;
            if effects.iter().any(|effect| !matches!(effect, Effect::Column(_))) {
                return Err(without("splines or products in a calibrated model"));
            }
            script.complete(&model.covariates)?;
            script.group(Some(&Grouping::Cohort))?;
            let terms: Vec<String> = model.covariates.iter().map(|column| name(column)).collect();
            let training = answer.training.clone().unwrap_or_default();
            script.add(format!("training <- data[data$group == {}, ]", text(&training)));
            script.add(format!(
                "fit <- coxph(Surv(time, status) ~ {}, data = training, ties = {},\n  control = coxph.control(eps = 1e-11))",
                terms.join(" + "),
                text(ties.name())
            ));
            script.add(
                "baseline <- basehaz(fit)\n\
                 survival_at <- function(at) {\n  \
                 hazard <- c(0, baseline$hazard)[findInterval(at, baseline$time) + 1]\n  \
                 exp(-hazard * exp(predict(fit, newdata = data, type = \"lp\")))\n}",
            );
            answer.times.iter().map(|at| format!("survival_at({})", number(at.time))).collect()
        }
        From::Predicted { columns, risk } => {
            script.complete(columns)?;
            script.group(Some(&Grouping::Cohort))?;
            let of = |column: &String| format!("{}data${}", if *risk { "1 - " } else { "" }, name(column));
            columns.iter().map(of).collect()
        }
    };
    script.add(GROUPS);
    for (k, predicted) in predictions.iter().enumerate() {
        script.add(format!("predicted <- {predicted}"));
        for cohort in &answer.cohorts {
            if let Some(at) = cohort.times.get(k) {
                of_cohort(&mut script, &cohort.cohort, at, spec.groups);
            }
        }
    }
    Ok(script.finish())
}

fn of_cohort(script: &mut Script<'_>, cohort: &str, at: &AtTime, groups: usize) {
    let time = number(at.time);
    script.add(format!("chosen <- data$group == {}", text(cohort)));
    script.add(format!("groups <- in_groups(data[chosen, ], predicted[chosen], {time}, {groups})"));
    let of = |get: fn(&super::Group) -> f64| at.groups.iter().map(get).collect::<Vec<f64>>();
    script.same_all(&format!("n of groups at {time}, {cohort}"), "groups[, 1]", &of(|g| g.n as f64));
    script.same_all(&format!("predicted survival at {time}, {cohort}"), "groups[, 2]", &of(|g| g.predicted));
    script.same_all(&format!("observed survival at {time}, {cohort}"), "groups[, 3]", &of(|g| g.observed));
    script.same(&format!("mean predicted risk at {time}, {cohort}"), "mean(1 - predicted[chosen])", at.expected);
    if at.slope.is_finite() {
        script
            .add("judged <- data.frame(data[chosen, c(\"time\", \"status\")], hazard = log(-log(predicted[chosen])))");
        script.add("slope <- summary(coxph(Surv(time, status) ~ hazard, data = judged))$coefficients");
        script.same(&format!("slope at {time}, {cohort}"), "slope[1, 1]", at.slope);
        script.same(&format!("slope se at {time}, {cohort}"), "slope[1, 3]", at.slope_se);
    }
}
