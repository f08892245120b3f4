//! The models' performance again in R: fitted in the training cohort by survival, judged in every cohort.

use super::{Answer, Model, OfCohort, Score, Spec};
use crate::ask::{AskError, Grouping, Selection};
use crate::methods::cindex::Method;
use crate::methods::covariates::{Effect, effects};
use crate::methods::roc::script::FUNCTIONS;
use crate::methods::script::{Script, Source, UNCENSORED, formula_term, number, of_known, text, texts, without};
use survival::cox::Ties;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.method != Method::Harrell {
        return Err(without("--method uno"));
    }
    if spec.on.entry.is_some() || spec.on.weights.is_some() {
        return Err(without("late entry or case weights"));
    }
    spec.models.iter().try_for_each(of_known)?;
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, &everybody, &format!("Performance of models, {}", answer.label))?;
    let all = models(&mut script, source, &answer.models, &answer.training, spec.ties)?.concat();
    for cohort in &answer.cohorts {
        of_cohort(&mut script, cohort, &all, answer)?;
    }
    Ok(script.finish())
}

/// Writes the fits of all models in the cohort `training`, and what their predictions need: `model_k`, its baseline
/// `hazard_k` at zero and the predictor `zero_k` there; `everybody` are all patients with their cohort as `group`. The
/// columns of each model.
///
/// # Errors
/// When a model has a part that R would not predict with elsewhere.
pub(in crate::methods) fn models(
    script: &mut Script<'_>,
    source: &Source<'_>,
    all: &[Model],
    training: &str,
    ties: Ties,
) -> Result<Vec<Vec<String>>, AskError> {
    script.package("survival");
    script.group(Some(&Grouping::Cohort))?;
    let mut formulas: Vec<(String, Vec<String>)> = Vec::new();
    for model in all {
        let effects = effects(source.data, &model.covariates)?;
        if effects.iter().any(|effect| matches!(effect, Effect::Spline(..))) {
            return Err(without("splines among the covariates of a model that is judged elsewhere"));
        }
        let columns: Vec<String> = effects.iter().flat_map(columns).collect();
        for column in &columns {
            script.column(column)?;
        }
        let terms: Vec<String> = effects.iter().map(formula_term).collect();
        formulas.push((terms.join(" + "), columns));
    }
    script.add(format!("everybody <- data\n{UNCENSORED}\n{FUNCTIONS}"));
    for (k, (model, (formula, columns))) in all.iter().zip(&formulas).enumerate() {
        script.add(format!(
            "data <- droplevels(everybody[everybody$group == {} & complete.cases(everybody[{}]), ])\n\
             model_{k} <- coxph(Surv(time, status) ~ {formula}, data = data, ties = {},\n  \
             control = coxph.control(eps = 1e-11, iter.max = 50))\nhazard_{k} <- basehaz(model_{k}, centered = FALSE)\n\
             zero_{k} <- (predict(model_{k}, type = \"lp\", reference = \"zero\") - predict(model_{k}, type = \"lp\"))[1]",
            text(training),
            texts(columns),
            text(ties.name())
        ));
        script.same(&format!("{}: n", model.name), &format!("model_{k}$n"), model.n as f64);
        script.same(&format!("{}: events", model.name), &format!("model_{k}$nevent"), model.events as f64);
    }
    Ok(formulas.into_iter().map(|(_, columns)| columns).collect())
}

/// Makes `data` the patients of a cohort in whom `columns` are known, and what the functions of AUC and Brier score take.
pub(in crate::methods) fn cohort(script: &mut Script<'_>, cohort: &str, columns: &[String]) {
    script.add(format!(
        "data <- droplevels(everybody[everybody$group == {} & complete.cases(everybody[{}]), ])\n\
         uncensored <- uncensored_in(data)",
        text(cohort),
        texts(columns)
    ));
}

fn of_cohort(script: &mut Script<'_>, judged: &OfCohort, columns: &[String], answer: &Answer) -> Result<(), AskError> {
    if !answer.cohorts.iter().all(|of| !of.cohort.contains(',')) {
        return Err(without("pooled cohorts"));
    }
    cohort(script, &judged.cohort, columns);
    script.same(&format!("{}: n", judged.cohort), "nrow(data)", judged.n as f64);
    script.same(&format!("{}: events", judged.cohort), "sum(data$status)", judged.events as f64);
    for (k, score) in judged.scores.iter().enumerate() {
        of_model(script, &judged.cohort, k, score);
    }
    Ok(())
}

fn of_model(script: &mut Script<'_>, cohort: &str, k: usize, score: &Score) {
    let of = |what: &str| format!("{cohort}, {}: {what}", score.model);
    script.add(format!(
        "lp <- predict(model_{k}, data, type = \"lp\")\nfound <- concordance(Surv(time, status) ~ lp, data = data, reverse = TRUE)"
    ));
    script.same(&of("C"), "found$concordance", score.concordance.c);
    script.same(&of("its error"), "sqrt(found$var)", score.concordance.se);
    for at in &score.auc {
        script.same(&of(&format!("AUC at {}", number(at.time))), &format!("auc(lp, {})", number(at.time)), at.auc);
    }
    script.add(format!("hazard <- hazard_{k}\nlp <- lp + zero_{k}"));
    for at in &score.brier {
        let time = number(at.time);
        script.add(format!(
            "H <- approx(c(0, hazard$time), c(0, hazard$hazard), {time}, method = \"constant\", rule = 2)$y\n\
             risk <- 1 - exp(-H * exp(lp))"
        ));
        script.same(&of(&format!("Brier score at {time}")), &format!("brier(risk, {time})"), at.brier);
    }
}

fn columns(effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Column(column) | Effect::Spline(column, _) => vec![column.clone()],
        Effect::Product(columns) => columns.clone(),
    }
}
