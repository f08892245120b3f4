//! Splines again in R, by survival and Hmisc.

use super::{Answer, Spec};
use crate::ask::{AskError, Source};
use crate::methods::covariates::{bent, effects};
use crate::methods::cox::script::{columns, fit, formula};
use crate::methods::script::{Script, name, number, numbers, without};

/// The script of splines: each number bent in turn, at the knots that it has here. Those are of everybody with the number, be
/// the other covariates known or not.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Numbers as restricted cubic splines in Cox models")?;
    script.package("survival");
    script.package("Hmisc");
    let named = effects(source.data, &spec.covariates)?.iter().flat_map(columns).collect::<Vec<_>>();
    for column in named.iter().chain(answer.models.iter().map(|model| &model.curve.variable)) {
        script.column(column)?;
    }
    let marked = script.mark();
    for model in &answer.models {
        let (curve, name_of) = (&model.curve, name(&model.curve.variable));
        let covariates = bent(source.data, &spec.covariates, &curve.variable, spec.knots);
        if covariates.iter().any(|covariate| covariate.contains('*')) {
            return Err(without("products among the covariates of splines"));
        }
        let side = formula(&mut script, source, &covariates, &spec.options)?;
        let knots = numbers(&curve.knots);
        let place = format!("rcspline.eval({name_of}, nk = {}, inclx = TRUE)", spec.knots);
        let bent = side.replace(&place, &format!("rcspline.eval({name_of}, knots = {knots}, inclx = TRUE)"));
        script.add(fit("fit", &bent, &spec.on, &spec.options)?);
        script.add(fit("line", &side.replace(&place, &name_of), &spec.on, &spec.options)?);
        let of = |what: &str| format!("{}: {what}", curve.variable);
        script.same(&of("n"), "fit$n", model.n as f64);
        script.same(&of("events"), "fit$nevent", model.events as f64);
        script.same(&of("AIC"), "AIC(fit)", curve.aic);
        script.same(&of("AIC of a straight line"), "AIC(line)", curve.aic_linear.unwrap_or(f64::NAN));
        if let Some(test) = curve.lr.and_then(|tests| tests.nonlinearity) {
            script
                .add("statistic <- 2 * (fit$loglik[2] - line$loglik[2])\ndf <- length(coef(fit)) - length(coef(line))");
            script.same(&of("nonlinear, chi-square"), "statistic", test.statistic);
            script.same(&of("nonlinear, p"), "pchisq(statistic, df, lower.tail = FALSE)", test.p);
        }
        // Differences of the basis between each point and the reference, through the model's own variance.
        script.add(format!(
            "at <- function(x) rcspline.eval(x, knots = {knots}, inclx = TRUE)\nown <- grep(\"rcspline\", names(coef(fit)))\n\
             off <- sweep(at({}), 2, at(rep({}, 2))[1, ])",
            numbers(&curve.x),
            number(curve.reference)
        ));
        script.same_all(&of("log hazard ratio"), "off %*% coef(fit)[own]", &curve.log_hr);
        script.same_all(&of("its error"), "sqrt(rowSums((off %*% vcov(fit)[own, own]) * off))", &curve.std_err);
        script.back(&marked);
    }
    Ok(script.finish())
}
