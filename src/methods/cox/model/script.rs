//! A Cox model again in R, by the package survival; Fine and Gray's by cmprsk.

use super::{Answer, Spec};
use crate::ask::{AskError, Source};
use crate::methods::cox::Term;
use crate::methods::cox::script::{coefficients, fit, formula};
use crate::methods::cox::subdistribution::Competing;
use crate::methods::script::{Script, numbers, text, without};

/// The script of one model.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if let Some(competing) = &spec.competing {
        return fine_gray(source, spec, competing, answer);
    }
    let mut script = Script::new(source, &spec.on, &format!("Cox model, {}", answer.label))?;
    script.package("survival");
    // What a selection has left, else what was asked for.
    let covariates = if spec.step.is_some() { &answer.model.variables } else { &spec.covariates };
    let formula = formula(&mut script, source, covariates, &spec.options)?;
    script.add(fit("fit", &formula, &spec.on, &spec.options)?);
    let model = &answer.model;
    script.same("n", "fit$n", model.n as f64);
    script.same("events", "fit$nevent", model.events as f64);
    script.same_all("log likelihood", "fit$loglik", &model.loglik);
    script.same("AIC", "AIC(fit)", model.aic);
    script.add("found <- summary(fit)");
    coefficients(&mut script, "", &model.terms);
    for (what, found, test) in [
        ("likelihood ratio", "found$logtest", model.tests.lr),
        ("Wald", "found$waldtest", model.tests.wald),
        ("score", "found$sctest", model.tests.score),
    ] {
        if what == "Wald" && test.statistic.is_finite() {
            // Summary rounds this one.
            script.same("Wald chi-square", "fit$wald.test", test.statistic);
        } else {
            script.same(&format!("{what} chi-square"), &format!("{found}[\"test\"]"), test.statistic);
            script.same(&format!("{what} p"), &format!("{found}[\"pvalue\"]"), test.p);
        }
    }
    if let Some(concordance) = &model.concordance {
        script.same("C", "found$concordance[1]", concordance.c);
        script.same("C se", "found$concordance[2]", concordance.se);
    }
    if !model.zph.is_empty() {
        script.add("zph <- cox.zph(fit)$table");
        let of = |get: fn(&crate::methods::cox::hazards::Zph) -> f64| model.zph.iter().map(get).collect::<Vec<f64>>();
        script.same_all("proportional hazards, chi-square", "zph[, 1]", &of(|z| z.chisq));
        script.same_all("proportional hazards, p", "zph[, 3]", &of(|z| z.p));
    }
    if let Some(baseline) = &model.baseline
        && spec.options.strata.is_empty()
    {
        script.add("baseline <- basehaz(fit, centered = FALSE)");
        script.same_all(
            "cumulative baseline hazard",
            &format!("approx(baseline$time, baseline$hazard, {}, method = \"constant\")$y", numbers(&baseline.time)),
            &baseline.cumhaz,
        );
    }
    Ok(script.finish())
}

/// The script of Fine and Gray's model of one event among others, by cmprsk.
fn fine_gray(source: &Source<'_>, spec: &Spec, competing: &Competing, answer: &Answer) -> Result<String, AskError> {
    if spec.step.is_some() || spec.on.entry.is_some() || spec.on.weights.is_some() || !spec.options.strata.is_empty() {
        return Err(without("--fine-gray and --step, --entry, --weights or --strata"));
    }
    let mut script = Script::new(source, &spec.on, &format!("Fine and Gray's model, {}", answer.label))?;
    script.package("cmprsk");
    script.complete(std::slice::from_ref(&competing.column))?;
    let side = formula(&mut script, source, &spec.covariates, &spec.options)?;
    let censored = competing.censored_in(source.data)?;
    script.add(format!(
        "cause <- as.character(data[[{}]])\nx <- model.matrix(~ {side}, data)[, -1, drop = FALSE]",
        text(&competing.column)
    ));
    script.add(format!(
        "fit <- crr(data$time, cause, x, failcode = {}, cencode = {}, gtol = 1e-10, maxiter = 100)\nfound <- summary(fit)",
        text(&competing.cause),
        text(&censored)
    ));
    let model = &answer.model;
    script.same("n", "nrow(data)", model.n as f64);
    script.same("events", &format!("sum(cause == {})", text(&competing.cause)), model.events as f64);
    script.same_all("log likelihood", "c(fit$loglik.null, fit$loglik)", &model.loglik);
    let of =
        |get: fn(&Term) -> Option<f64>| model.terms.iter().map(|t| get(t).unwrap_or(f64::NAN)).collect::<Vec<f64>>();
    let names: Vec<&str> = model.terms.iter().map(|t| t.term.as_str()).collect();
    script.add(format!("# {}", names.join(", ").replace(['\n', '\r'], " ")));
    script.same_all("coefficients", "fit$coef", &of(|t| t.coef));
    // Rounded in the summary: written out.
    script.add("error <- sqrt(diag(fit$var))");
    script.same_all("standard errors", "error", &of(|t| t.se));
    script.same_all("hazard ratios", "exp(fit$coef)", &of(|t| t.hr));
    script.same_all("lower limits", "exp(fit$coef - qnorm(0.975) * error)", &of(|t| t.lower));
    script.same_all("upper limits", "exp(fit$coef + qnorm(0.975) * error)", &of(|t| t.upper));
    script.same_all("p", "2 * pnorm(-abs(fit$coef / error))", &of(|t| t.p));
    Ok(script.finish())
}
