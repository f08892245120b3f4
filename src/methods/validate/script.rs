//! Models of named covariates validated again in R: every sample fitted by survival, as it was drawn.

use survival::validation::{BootstrapSpec, Draws, Left, PermutationSpec};

use super::{Answer, Design, Model, Spec, centres, model};
use crate::ask::{AskError, Dataset, Grouping, Selection, Source};
use crate::methods::covariates::{Effect, effects};
use crate::methods::script::{Script, UNCENSORED, formula_term, numbers, of_known, text, without, wrapped};
use crate::study::ModelSpec;

/// How a prediction is judged: C, slope, and by each time AUC, Brier score and what of its error is explained. With
/// parts of several fits, scores are compared within each, and risks rank patients for the AUC.
const JUDGE: &str = r#"judge <- function(d, lp, risk, part = NULL) {
  one <- is.null(part)
  by <- if (one) Surv(time, status) ~ lp else Surv(time, status) ~ lp + strata(part)
  d$lp <- lp; d$part <- part
  c_of <- tryCatch(concordance(by, data = d, reverse = TRUE), error = function(e) list(concordance = NA, var = NA))
  slope <- tryCatch(suppressWarnings(coxph(by, data = d, control = coxph.control(eps = 1e-11, iter.max = 50))),
    error = function(e) NULL)
  uncensored <- uncensored_in(d)
  auc <- function(k) {
    case <- d$time <= at[k] & d$status == 1; control <- d$time > at[k]
    ranked <- if (one) lp else risk[, k]
    weight <- 1 / uncensored$before(d$time[case])
    wins <- sapply(ranked[case], function(s) sum(ranked[control] < s) + sum(ranked[control] == s) / 2)
    sum(weight * wins) / (sum(weight) * sum(control))
  }
  brier <- function(r, k) {
    case <- d$time <= at[k] & d$status == 1; control <- d$time > at[k]
    (sum((1 - r[case])^2 / uncensored$before(d$time[case])) + sum(r[control]^2) / uncensored$at(at[k])) / nrow(d)
  }
  k <- seq_along(at)
  error <- sapply(k, function(k) brier(risk[, k], k))
  none <- summary(survfit(Surv(time, status) ~ 1, data = d), times = at, extend = TRUE)$surv
  null <- sapply(k, function(k) brier(rep(1 - none[k], nrow(d)), k))
  list(values = c(c_of$concordance, if (is.null(slope)) NA else coef(slope)[["lp"]], sapply(k, auc), error, 1 - error / null),
    se = sqrt(c_of$var))
}
fitted_to <- function(d, formula) {
  environment(formula) <- environment()
  fit <- coxph(formula, data = d, ties = ties, control = coxph.control(eps = 1e-11, iter.max = 50))
  hazard <- basehaz(fit)
  H <- c(0, hazard$hazard)[findInterval(at, hazard$time) + 1]
  function(d) {
    lp <- unname(predict(fit, newdata = d, type = "lp"))
    list(lp = lp, risk = 1 - exp(-outer(exp(lp), H)))
  }
}
"#;

/// The samples of all models at once: one that a model cannot be fitted to counts for none.
const BOOTSTRAP: &str = r#"replicate_of <- function(rows) tryCatch(lapply(formulas, function(formula) {
  predicted <- fitted_to(data[rows, ], formula)
  outside <- setdiff(seq_len(nrow(data)), rows)
  whole <- predicted(data); inside <- list(lp = whole$lp[rows], risk = whole$risk[rows, , drop = FALSE])
  list(inside = judge(data[rows, ], inside$lp, inside$risk)$values, whole = judge(data, whole$lp, whole$risk)$values,
    out = judge(data[outside, ], whole$lp[outside], whole$risk[outside, , drop = FALSE])$values,
    outside = outside, lp = whole$lp[outside] - mean(inside$lp))
}), error = function(e) NULL)
found <- Filter(Negate(is.null), lapply(samples, replicate_of))
mean_of <- function(x) { x <- x[is.finite(x)]; sum(x) / length(x) }
"#;

const LEFT_OUT: &str = r#"left_out <- function(formula) lapply(deals, function(parts) {
  of_part <- function(rows) c(list(rows = rows), fitted_to(data[-rows, ], formula)(data[rows, ]))
  found <- lapply(parts, of_part)
  rows <- unlist(lapply(found, `[[`, "rows")); part <- rep(seq_along(found), lengths(parts))
  judge(data[rows, ], unlist(lapply(found, `[[`, "lp")), do.call(rbind, lapply(found, `[[`, "risk")), part)
})
"#;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let formulas = formulas(source.data, spec, answer)?;
    let centres_pooled = answer.notes.iter().any(|note| note.contains("the patients of all cohorts are pooled"));
    let cohort = if centres_pooled { None } else { spec.training.clone() };
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Validation of models, {}", answer.subjects.label))?;
    script.package("survival");
    script.complete(&columns(source.data, &spec.models)?)?;
    if cohort.is_some() {
        script.group(Some(&Grouping::Cohort))?;
        script.add("everybody <- data");
    }
    if let Design::LeaveCentreOut(column) = &spec.design {
        script.column(column)?;
    }
    let within = |row: &usize| {
        let groups = source.data.cohort.groups();
        let of = groups.codes[*row].map(|code| groups.levels[code as usize].as_str());
        cohort.as_deref().is_none_or(|cohort| of == Some(cohort))
    };
    let subjects: Vec<usize> = script.rows().iter().copied().filter(within).collect();
    if let Some(cohort) = &cohort {
        script.add(format!("data <- droplevels(data[data$group == {}, ])", text(cohort)));
    }
    let at: Vec<f64> = answer.models.first().map_or(Vec::new(), |m| m.apparent.auc.iter().map(|a| a.time).collect());
    script.add(format!("ties <- {}\nat <- {}\n{UNCENSORED}\n{JUDGE}", text(spec.ties.name()), numbers(&at)));
    script.add(format!("formulas <- list({})", formulas.join(",\n  ")));
    script.same("n", "nrow(data)", answer.subjects.n as f64);
    script.same("events", "sum(data$status)", answer.subjects.events as f64);
    design(&mut script, source, spec, answer, &subjects)?;
    if cohort.is_some() {
        others(&mut script, answer);
    }
    Ok(script.finish())
}

/// What R fits for each model.
fn formulas(data: &Dataset, spec: &Spec, answer: &Answer) -> Result<Vec<String>, AskError> {
    if let Some(score) = spec.scores.first() {
        return Err(without(&format!(
            "{}: its steps (agreement, selection, folds) are fitted anew in every sample, which no function of R does; \
             --models with named covariates alone have one, `riskset lasso --format r` has the penalized fit",
            score.label
        )));
    }
    if !spec.learned.is_empty() || !spec.derived.is_empty() {
        return Err(without("columns that every sample learns anew"));
    }
    if spec.on.entry.is_some() || spec.on.weights.is_some() {
        return Err(without("late entry or case weights"));
    }
    if answer.failed > 0 {
        return Err(without("samples that could not be fitted, which R may fit"));
    }
    let formula = |model: &ModelSpec| {
        of_known(model)?;
        let effects = effects(data, &model.covariates)?;
        if effects.iter().any(|effect| matches!(effect, Effect::Spline(..))) {
            return Err(without("splines, whose knots every sample places anew"));
        }
        let terms: Vec<String> = effects.iter().map(formula_term).collect();
        Ok(format!("{} = Surv(time, status) ~ {}", text(&model.name), terms.join(" + ")))
    };
    spec.models.iter().map(formula).collect()
}

fn columns(data: &Dataset, models: &[ModelSpec]) -> Result<Vec<String>, AskError> {
    let mut all: Vec<String> = Vec::new();
    for name in models.iter().flat_map(|m| model::columns_of(data, m)) {
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    Ok(all)
}

fn design(
    script: &mut Script<'_>,
    source: &Source<'_>,
    spec: &Spec,
    answer: &Answer,
    subjects: &[usize],
) -> Result<(), AskError> {
    let n = subjects.len();
    match &spec.design {
        Design::Bootstrap(count) => {
            let draws = BootstrapSpec {
                draws: Draws::Random { count: *count, seed: spec.seed },
                times: Vec::new(),
                candidates: 0,
            };
            let samples: Vec<String> = (0..*count).map(|b| rows(&draws.rows(b, n))).collect();
            script.add(format!("# the samples as they were drawn\nsamples <- list({})", samples.join(",\n  ")));
            script.add(BOOTSTRAP);
            script.same("samples used", "length(found)", answer.used as f64);
            answer.models.iter().for_each(|model| of_bootstrap(script, model));
        }
        Design::Permutation(count) => {
            let spec = PermutationSpec { count: *count, seed: spec.seed };
            let orders: Vec<String> = (0..*count).map(|b| rows(&spec.order(b, n))).collect();
            script.add(format!("# the outcomes in random orders\norders <- list({})", orders.join(",\n  ")));
            answer.models.iter().for_each(|model| of_permutation(script, model));
        }
        Design::Nested { folds, repeats } => {
            let left = Left::Folds { folds: *folds, repeats: *repeats, seed: spec.seed };
            left_out(script, source, spec, answer, subjects, &left)?;
        }
        Design::LeaveCentreOut(column) => {
            let left = Left::Centres(centres(source.data, column, subjects)?.1);
            left_out(script, source, spec, answer, subjects, &left)?;
        }
    }
    Ok(())
}

/// Subjects as R counts them.
fn rows(of: &[usize]) -> String {
    wrapped(&of.iter().map(|row| (row + 1).to_string()).collect::<Vec<_>>())
}

fn apparent(script: &mut Script<'_>, model: &Model) {
    script.add(format!(
        "whole <- fitted_to(data, formulas[[{0}]])(data)\napparent <- judge(data, whole$lp, whole$risk)$values",
        text(&model.model)
    ));
    let name = format!("{}: apparent C, slope, AUC, Brier, IPA", model.model);
    script.same_all(&name, "apparent", &model.apparent.values());
}

fn of_bootstrap(script: &mut Script<'_>, model: &Model) {
    apparent(script, model);
    let (Some(optimism), Some(corrected)) = (&model.optimism, &model.corrected) else { return };
    script.add(format!(
        "of <- lapply(found, `[[`, {})\noptimism <- rowMeans(sapply(of, function(r) r$inside - r$whole))",
        text(&model.model)
    ));
    script.same_all(&format!("{}: optimism of these", model.model), "optimism", &optimism.values());
    script.same(&format!("{}: corrected C", model.model), "apparent[1] - optimism[1]", corrected.c);
    script.add(
        "out <- mean_of(sapply(of, function(r) r$out[1]))\nerror <- 1 - c(apparent[1], out); bounded <- min(error[2], 0.5)\n\
         rate <- if (bounded > error[1] && error[1] < 0.5) (bounded - error[1]) / (0.5 - error[1]) else 0\n\
         weight <- 0.632 / (1 - 0.368 * rate)\n\
         count <- score <- numeric(nrow(data))\n\
         for (r in of) { count[r$outside] <- count[r$outside] + 1; score[r$outside] <- score[r$outside] + r$lp }\n\
         never <- count == 0; lp <- (score / count)[!never]\n\
         spread <- sqrt(concordance(Surv(time, status) ~ lp, data = data[!never, ], reverse = TRUE)$var)",
    );
    if let Some(value) = corrected.out_of_bag {
        script.same(&format!("{}: C out of the samples", model.model), "out", value);
    }
    if let Some(value) = corrected.point632_plus {
        let found = "1 - ((1 - weight) * error[1] + weight * bounded)";
        script.same(&format!("{}: C by .632+", model.model), found, value);
    }
    script.same(&format!("{}: standard error of C", model.model), "spread", corrected.se);
}

fn of_permutation(script: &mut Script<'_>, model: &Model) {
    let Some(permutation) = &model.permutation else { return };
    script.add(format!(
        "c_of <- function(order) {{\n  d <- data; d[c(\"time\", \"status\")] <- data[order, c(\"time\", \"status\")]\n  \
         d$lp <- fitted_to(d, formulas[[{}]])(d)$lp\n  \
         concordance(Surv(time, status) ~ lp, data = d, reverse = TRUE)$concordance\n}}\n\
         apparent <- c_of(seq_len(nrow(data))); permuted <- sapply(orders, c_of)",
        text(&model.model)
    ));
    script.same(&format!("{}: apparent C", model.model), "apparent", model.apparent.c);
    script.same_all(&format!("{}: C in random orders", model.model), "permuted", &permutation.c);
    let p = "(1 + sum(permuted >= apparent - 1e-12)) / (1 + length(permuted))";
    script.same(&format!("{}: p", model.model), p, permutation.p);
}

fn left_out(
    script: &mut Script<'_>,
    source: &Source<'_>,
    spec: &Spec,
    answer: &Answer,
    subjects: &[usize],
    left: &Left,
) -> Result<(), AskError> {
    let on = Selection { cohort: None, ..spec.on.clone() };
    let all = source.data.select(&on)?;
    let survival = all.survival.ok_or_else(AskError::no_endpoint)?;
    let at: Vec<usize> = subjects.iter().filter_map(|row| all.rows.binary_search(row).ok()).collect();
    let deals = left.deals(&survival.select(&at)).map_err(AskError::impossible)?;
    let deal = |parts: &survival::validation::Deal| {
        let parts: Vec<String> = parts.iter().map(|(_, of_part)| rows(of_part)).collect();
        format!("list({})", parts.join(",\n  "))
    };
    let deals: Vec<String> = deals.iter().map(deal).collect();
    script.add(format!("# who is left out together\ndeals <- list({})", deals.join(",\n  ")));
    script.add(LEFT_OUT);
    for model in &answer.models {
        apparent(script, model);
        let Some(corrected) = &model.corrected else { continue };
        script.add(format!(
            "found <- left_out(formulas[[{}]])\nmean_of <- rowMeans(sapply(found, `[[`, \"values\"))",
            text(&model.model)
        ));
        script.same_all(&format!("{}: of those left out", model.model), "mean_of", &corrected.values());
        let found = "mean(sapply(found, `[[`, \"se\"))";
        script.same(&format!("{}: standard error of C", model.model), found, corrected.se);
        if !model.centres.is_empty() {
            script.add(format!(
                "centre_c <- sapply(deals[[1]], function(rows) {{\n  \
                 d <- data[rows, ]; d$lp <- fitted_to(data[-rows, ], formulas[[{}]])(d)$lp\n  \
                 tryCatch(concordance(Surv(time, status) ~ lp, data = d, reverse = TRUE)$concordance, error = function(e) NA)\n}})",
                text(&model.model)
            ));
            let values: Vec<f64> = model.centres.iter().map(|centre| centre.c).collect();
            script.same_all(&format!("{}: C in each centre left out", model.model), "centre_c", &values);
        }
    }
    Ok(())
}

/// The models in the other cohorts.
fn others(script: &mut Script<'_>, answer: &Answer) {
    for model in &answer.models {
        for cohort in &model.cohorts {
            script.add(format!(
                "d <- everybody[everybody$group == {}, ]\n\
                 d$lp <- fitted_to(data, formulas[[{}]])(d)$lp\n\
                 found <- concordance(Surv(time, status) ~ lp, data = d, reverse = TRUE)\n\
                 slope <- coxph(Surv(time, status) ~ lp, data = d)",
                text(&cohort.cohort),
                text(&model.model)
            ));
            let of = |what: &str| format!("{}, {}: {what}", model.model, cohort.cohort);
            script.same(&of("C"), "found$concordance", cohort.c);
            script.same(&of("slope"), "coef(slope)", cohort.slope);
        }
    }
}
