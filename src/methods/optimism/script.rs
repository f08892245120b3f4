//! Optimism again in R: every model refitted to the samples as they were drawn.

use super::{Answer, Measure, OfModel, Spec};
use crate::ask::{AskError, Selection};
use crate::methods::horizon;
use crate::methods::performance::Model;
use crate::methods::performance::script::models;
use crate::methods::script::{Script, Source, numbers, of_known, samples, text, texts, without};

/// C, slope and Brier scores of a fit in `d`; the slope is 1 in its own data.
const JUDGED: &str = r#"judged <- function(fit, d, own) {
  lp <- unname(predict(fit, newdata = d, type = "lp")); d$lp <- lp
  hazard <- basehaz(fit)
  H <- c(0, hazard$hazard)[findInterval(at, hazard$time) + 1]
  uncensored <- uncensored_in(d)
  error <- sapply(seq_along(at), function(k) {
    risk <- 1 - exp(-H[k] * exp(lp))
    case <- d$time <= at[k] & d$status == 1; control <- d$time > at[k]
    (sum((1 - risk[case])^2 / uncensored$before(d$time[case])) + sum(risk[control]^2) / uncensored$at(at[k])) / nrow(d)
  })
  slope <- if (own) 1 else coef(suppressWarnings(coxph(Surv(time, status) ~ lp, data = d,
    control = coxph.control(eps = 1e-11, iter.max = 50))))[["lp"]]
  c(concordance(Surv(time, status) ~ lp, data = d, reverse = TRUE)$concordance, slope, error)
}
fitted_to <- function(d, formula) {
  environment(formula) <- environment()
  suppressWarnings(coxph(formula, data = d, ties = ties, control = coxph.control(eps = 1e-11, iter.max = 50)))
}
optimism_of <- function(rows, formula) {
  fit <- fitted_to(data[rows, ], formula)
  judged(fit, data[rows, ], TRUE) - judged(fit, data, FALSE)
}
mean_of <- function(x) mean(x[is.finite(x)])
"#;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.on.entry.is_some() || spec.on.weights.is_some() {
        return Err(without("late entry or case weights"));
    }
    if answer.models.iter().any(|of| of.measures.failed > 0) {
        return Err(without("samples that could not be fitted, which R may fit"));
    }
    spec.models.iter().try_for_each(of_known)?;
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Optimism of models, {}", answer.label))?;
    let found = |of: &OfModel| {
        let covariates = spec.models.iter().find(|one| one.name == of.model).map(|one| one.covariates.clone());
        Model {
            name: of.model.clone(),
            label: of.label.clone(),
            covariates: covariates.unwrap_or_default(),
            n: of.n,
            events: of.events,
            n_dropped: 0,
        }
    };
    let fitted: Vec<Model> = answer.models.iter().map(found).collect();
    let columns = models(&mut script, source, &fitted, &answer.training, spec.ties)?;
    let times = horizon::times(source.data, &spec.on, &spec.times)?;
    script.add(format!("ties <- {}\nat <- {}\n{JUDGED}", text(spec.ties.name()), numbers(&times)));
    let mut drawn = 0;
    for (k, (of, columns)) in answer.models.iter().zip(&columns).enumerate() {
        if of.n != drawn {
            drawn = of.n;
            script.add(samples(spec.bootstraps, spec.seed, drawn));
        }
        script.add(format!(
            "data <- droplevels(everybody[everybody$group == {} & complete.cases(everybody[{}]), ])\n\
             apparent <- judged(model_{k}, data, TRUE)\n\
             optimism <- apply(sapply(samples, optimism_of, formula(model_{k})), 1, mean_of)",
            text(&answer.training),
            texts(columns)
        ));
        let measures: Vec<Measure> = [of.measures.c, of.measures.slope]
            .into_iter()
            .chain(of.measures.brier.iter().map(|at| at.measure))
            .collect();
        let what = |what: &str| format!("{}: {what} C, slope, Brier scores", of.model);
        let all = |get: fn(&Measure) -> f64| measures.iter().map(get).collect::<Vec<f64>>();
        script.same_all(&what("apparent"), "apparent", &all(|m| m.apparent));
        script.same_all(&what("optimism of"), "optimism", &all(|m| m.optimism));
        script.same_all(&what("corrected"), "apparent - optimism", &all(|m| m.corrected));
    }
    Ok(script.finish())
}
