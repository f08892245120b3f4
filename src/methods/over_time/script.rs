//! The models over time again in R: AUC and Brier score at every step, integrated, in every cohort.

use super::{Answer, Curves, OfCohort, Spec};
use crate::ask::{AskError, Selection};
use crate::methods::performance::script::{cohort, models};
use crate::methods::script::{Script, Source, numbers, of_known, without};

/// The error without a model, and the integral of an error that is constant from one time to the next.
const OF_ALL: &str = "risk <- 1 - summary(survfit(Surv(time, status) ~ 1, data = data), times = at, extend = TRUE)$surv
none <- sapply(seq_along(at), function(k) brier(rep(risk[k], nrow(data)), at[k]))
whole <- function(error) sum(diff(at) * error[-length(error)]) / at[length(at)]
auc_at <- function(t, score) {
  if (any(data$time <= t & data$status == 1) && any(data$time > t)) auc(score, t) else NA
}";

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.on.entry.is_some() || spec.on.weights.is_some() {
        return Err(without("late entry or case weights"));
    }
    if answer.cohorts.iter().any(|of| of.cohort.contains(',')) {
        return Err(without("pooled cohorts"));
    }
    spec.models.iter().try_for_each(of_known)?;
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Models over time, {}", answer.label))?;
    let all = models(&mut script, source, &answer.models, &answer.training, spec.ties)?.concat();
    script.add(format!("at <- {}", numbers(&answer.time)));
    for judged in &answer.cohorts {
        of_cohort(&mut script, judged, &all);
    }
    Ok(script.finish())
}

fn of_cohort(script: &mut Script<'_>, judged: &OfCohort, columns: &[String]) {
    cohort(script, &judged.cohort, columns);
    script.add(OF_ALL);
    script.same(&format!("{}: n", judged.cohort), "nrow(data)", judged.n as f64);
    script.same(&format!("{}: events", judged.cohort), "sum(data$status)", judged.events as f64);
    if let Some(first) = judged.curves.first() {
        script.same_all(&format!("{}: Brier score without a model", judged.cohort), "none", &first.null);
    }
    for (k, curves) in judged.curves.iter().enumerate() {
        of_model(script, &judged.cohort, k, curves);
    }
}

fn of_model(script: &mut Script<'_>, cohort: &str, k: usize, curves: &Curves) {
    let of = |what: &str| format!("{cohort}, {}: {what}", curves.model);
    script.add(format!(
        "lp <- predict(model_{k}, data, type = \"lp\")\n\
         H <- c(0, hazard_{k}$hazard)[findInterval(at, hazard_{k}$time) + 1]\n\
         error <- sapply(seq_along(at), function(k) brier(1 - exp(-H[k] * exp(lp + zero_{k})), at[k]))"
    ));
    script.same_all(&of("AUC"), "sapply(at, auc_at, score = lp)", &curves.auc);
    script.same_all(&of("Brier score"), "error", &curves.brier);
    script.same(&of("integrated Brier score"), "whole(error)", curves.ibs);
    script.same(&of("index of prediction accuracy"), "1 - whole(error) / whole(none)", curves.ipa);
}
