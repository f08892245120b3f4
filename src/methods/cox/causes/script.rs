//! Models of competing causes again in R, by survival and cmprsk.

use super::{Answer, Spec};
use crate::ask::{AskError, Source};
use crate::methods::cox::script::{coefficients, fit, formula};
use crate::methods::cox::{Options, Term};
use crate::methods::cuminc::Cause;
use crate::methods::script::{Script, text};

/// The script of competing causes: each cause's own hazard by survival, its subdistribution by cmprsk.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, &format!("Competing causes, {}", answer.label))?;
    script.package("survival");
    script.package("cmprsk");
    let options = Options::with_ties(spec.ties);
    script.complete(std::slice::from_ref(&spec.column))?;
    let side = formula(&mut script, source, &spec.covariates, &options)?;
    script.add(format!(
        "cause <- as.character(data[[{}]])\nx <- model.matrix(~ {side}, data)[, -1, drop = FALSE]",
        text(&spec.column)
    ));
    script.same("n", "nrow(data)", answer.n as f64);
    for of in &answer.causes {
        let cause = match &of.cause {
            Cause::Number(number) => number.to_string(),
            Cause::Word(word) => word.clone(),
        };
        script.add(format!("data$status <- as.numeric(cause == {})", text(&cause)));
        script.same(&format!("{cause}: events"), "sum(data$status)", of.events as f64);
        script.add(fit("fit", &side, &spec.on, &options)?);
        script.add("found <- summary(fit)");
        coefficients(&mut script, &format!("{cause}, specific: "), &of.specific);
        script.add(format!(
            "fit <- crr(data$time, cause, x, failcode = {}, cencode = {}, gtol = 1e-10, maxiter = 100)",
            text(&cause),
            text(&spec.censored)
        ));
        let of_terms = |get: fn(&Term) -> Option<f64>| {
            of.subdistribution.iter().map(|t| get(t).unwrap_or(f64::NAN)).collect::<Vec<f64>>()
        };
        script.same_all(&format!("{cause}, Fine-Gray: coefficients"), "fit$coef", &of_terms(|t| t.coef));
        script.same_all(&format!("{cause}, Fine-Gray: errors"), "sqrt(diag(fit$var))", &of_terms(|t| t.se));
    }
    Ok(script.finish())
}
