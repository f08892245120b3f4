//! Reclassification again in R: who moves between the risks of two models, and limits from the samples as they were drawn.

use super::{Answer, Comparison, Spec};
use crate::ask::{AskError, Dataset, Selection};
use crate::methods::model;
use crate::methods::performance::Model;
use crate::methods::performance::script::{cohort, models};
use crate::methods::script::{Script, Source, number, numbers, of_known, samples, without};
use crate::study::ModelSpec;

/// Moves up and down at Kaplan-Meier's risks of those who move, and the change of risk in cases and controls, weighted by
/// the inverse probability of censoring.
const MOVED: &str = r#"moves <- function(old, new) if (length(cuts)) sign(findInterval(new, cuts) - findInterval(old, cuts)) else sign(new - old)
event <- function(d, t) {
  if (nrow(d) == 0) return(0)
  1 - summary(survfit(Surv(time, status) ~ 1, data = d), times = t, extend = TRUE)$surv
}
moved <- function(d, old, new, t) {
  m <- moves(old, new); n <- nrow(d); all <- event(d, t)
  up <- event(d[m > 0, ], t); down <- event(d[m < 0, ], t)
  events <- (sum(m > 0) * up - sum(m < 0) * down) / (n * all)
  others <- (sum(m < 0) * (1 - down) - sum(m > 0) * (1 - up)) / (n * (1 - all))
  uncensored <- uncensored_in(d)
  case <- d$time <= t & d$status == 1
  weight <- ifelse(case, 1 / uncensored$before(d$time), 0)
  idi <- sum(weight * (new - old)) / sum(weight) - mean((new - old)[d$time > t])
  c(events, others, events + others, idi)
}
limits <- function(old, new, t) apply(sapply(samples, function(rows) moved(data[rows, ], old[rows], new[rows], t)), 1,
  quantile, c(0.025, 0.975), names = FALSE)
"#;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.on.entry.is_some() || spec.on.weights.is_some() {
        return Err(without("late entry or case weights"));
    }
    if answer.comparisons.iter().any(|of| of.cohort.contains(',')) {
        return Err(without("pooled cohorts"));
    }
    spec.models.iter().try_for_each(of_known)?;
    let Some((newest, _)) = spec.models.split_last() else { return Err(without("no models")) };
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Reclassification, {}", answer.label))?;
    let fitted: Vec<Model> = spec.models.iter().map(|one| named(source.data, spec, one)).collect::<Result<_, _>>()?;
    let training = model::training(source.data).unwrap_or_default();
    let columns = models(&mut script, source, &fitted, training, spec.ties)?;
    script.add(format!(
        "cuts <- {}\n{MOVED}",
        if spec.cuts.is_empty() { "NULL".to_owned() } else { numbers(&spec.cuts) }
    ));
    let mut before: Option<(&str, &str)> = None;
    for of in &answer.comparisons {
        let place = |label: &str| spec.models.iter().position(|one| model::label(one) == label);
        let (Some(old), new) = (place(&of.old), spec.models.len() - 1) else { continue };
        if before != Some((&of.cohort, &of.old)) {
            before = Some((&of.cohort, &of.old));
            cohort(&mut script, &of.cohort, &[columns[old].clone(), columns[new].clone()].concat());
            script.same(&format!("{}: n", of.cohort), "nrow(data)", of.n as f64);
            script.add(samples(spec.bootstraps, spec.seed, of.n));
        }
        compared(&mut script, of, (old, new), &newest.name);
    }
    Ok(script.finish())
}

/// A model with the patients that it was fitted to.
fn named(data: &Dataset, spec: &Spec, one: &ModelSpec) -> Result<Model, AskError> {
    let fitted = model::fit(data, one, &spec.on, spec.ties, &watch::Unwatched)?;
    Ok(Model {
        name: one.name.clone(),
        label: model::label(one).to_owned(),
        covariates: one.covariates.clone(),
        n: fitted.estimates.n(),
        events: fitted.estimates.events(),
        n_dropped: 0,
    })
}

fn compared(script: &mut Script<'_>, of: &Comparison, (old, new): (usize, usize), newest: &str) {
    let time = number(of.time);
    let risk = |k: usize| {
        format!(
            "1 - exp(-c(0, hazard_{k}$hazard)[findInterval({time}, hazard_{k}$time) + 1] * \
             exp(predict(model_{k}, data, type = \"lp\") + zero_{k}))"
        )
    };
    script.add(format!("old <- {}\nnew <- {}\nm <- moves(old, new)", risk(old), risk(new)));
    let what = |what: &str| format!("{}, {newest} against {} at {time}: {what}", of.cohort, of.old);
    script.same_all(&what("moved up, down"), "c(sum(m > 0), sum(m < 0))", &[of.up as f64, of.down as f64]);
    if of.nri.value.is_nan() {
        return;
    }
    let measures = [of.nri_events, of.nri_nonevents, of.nri, of.idi];
    let found = format!("moved(data, old, new, {time})");
    script.same_all(&what("NRI of events, of others, both, IDI"), &found, &measures.map(|m| m.value));
    let limits: Vec<f64> = measures.iter().flat_map(|m| [m.lower, m.upper]).collect();
    if limits.iter().any(|limit| limit.is_finite()) {
        script.same_all(&what("their limits"), &format!("limits(old, new, {time})"), &limits);
    }
}
