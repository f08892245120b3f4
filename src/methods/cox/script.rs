//! Cox models again in R, by the package survival; Fine and Gray's by cmprsk.

use super::model::{Answer, Spec};
use super::subdistribution::Competing;
use super::{Options, Single, Term, causes, splines, subgroups};
use crate::ask::{AskError, Grouping, Selection};
use crate::methods::covariates::{Effect, bent, effects};
use crate::methods::cuminc::Cause;
use crate::methods::script::{Script, Source, name, number, numbers, text, without};

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
        let of = |get: fn(&super::hazards::Zph) -> f64| model.zph.iter().map(get).collect::<Vec<f64>>();
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

/// The script of splines: each number bent in turn, at the knots that it has here. Those are of everybody with the number, be
/// the other covariates known or not.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn splines(source: &Source<'_>, spec: &splines::Spec, answer: &splines::Answer) -> Result<String, AskError> {
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

/// The script of a model of each variable alone.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn univariable(source: &Source<'_>, spec: &super::Spec, models: &[Single]) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, "Cox models of each variable alone")?;
    script.package("survival");
    script.complete(&spec.options.strata)?;
    for model in models {
        script.column(&model.variable)?;
        let effects = effects(source.data, std::slice::from_ref(&model.variable))?;
        let formula = right_side(&mut script, &effects, &spec.options)?;
        script.add(fit("fit", &formula, &spec.on, &spec.options)?);
        script.add("found <- summary(fit)");
        script.same(&format!("{}: n", model.variable), "fit$n", model.n as f64);
        coefficients(&mut script, &format!("{}: ", model.variable), &model.terms);
        script.same(&format!("{}: likelihood ratio p", model.variable), "found$logtest[\"pvalue\"]", model.lr_p);
    }
    Ok(script.finish())
}

/// The script of competing causes: each cause's own hazard by survival, its subdistribution by cmprsk.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn causes(source: &Source<'_>, spec: &causes::Spec, answer: &causes::Answer) -> Result<String, AskError> {
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

/// The script of an effect in subgroups.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn subgroups(source: &Source<'_>, spec: &subgroups::Spec, answer: &subgroups::Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, &format!("{} in subgroups", answer.label))?;
    script.package("survival");
    for column in spec.by.iter().flat_map(Grouping::columns) {
        script.column(column)?;
    }
    let everybody = subgroups::covariates_of(spec, None);
    let side = formula(&mut script, source, &everybody, &spec.options)?;
    script.add(fit("fit", &side, &spec.on, &spec.options)?);
    script.same("n", "fit$n", answer.n as f64);
    effect(&mut script, spec, "all patients", &answer.overall);
    let marked = script.mark();
    // What nothing divides is said among the notes and has no place among the subgroups.
    let told = |by: &&Grouping| {
        let name = by.columns().next().map_or_else(|| by.words(), str::to_owned);
        answer.subgroups.iter().find(|subgroup| subgroup.variable == name)
    };
    for (by, found) in spec.by.iter().filter_map(|by| Some((by, told(&by)?))) {
        script.group(Some(by))?;
        let effects = effects(source.data, &subgroups::covariates_of(spec, Some(by)))?;
        let side = right_side(&mut script, &effects, &spec.options)?;
        if let Some(test) = found.interaction {
            script.add(fit("apart", &format!("{side} + group"), &spec.on, &spec.options)?);
            let product = format!("{side} + group + {}:group", name(&spec.effect));
            script.add(fit("joined", &product, &spec.on, &spec.options)?);
            let (statistic, df) = match test.test {
                "wald" => (
                    "{ new <- setdiff(names(coef(joined)), names(coef(apart))); b <- coef(joined)[new]\n  \
                     drop(b %*% solve(vcov(joined)[new, new], b)) }",
                    "length(new)",
                ),
                _ => {
                    ("2 * (joined$loglik[2] - apart$loglik[2])", "sum(!is.na(coef(joined))) - sum(!is.na(coef(apart)))")
                }
            };
            script.add(format!("statistic <- {statistic}\ndf <- {df}"));
            script.same(&format!("{}: interaction", found.label), "statistic", test.statistic);
            script.same(&format!("{}: interaction df", found.label), "df", test.df as f64);
            let p = "pchisq(statistic, df, lower.tail = FALSE)";
            script.same(&format!("{}: interaction p", found.label), p, test.p);
        }
        script.add("groups <- data");
        for level in found.levels.iter().filter(|level| !level.terms.is_empty()) {
            script.add(format!("data <- droplevels(groups[groups$group == {}, ])", text(&level.level)));
            script.add(fit("fit", &side, &spec.on, &spec.options)?);
            script.same(&format!("{}, {}: n", found.label, level.level), "fit$n", level.n as f64);
            effect(&mut script, spec, &format!("{}, {}", found.label, level.level), &level.terms);
        }
        script.back(&marked);
    }
    Ok(script.finish())
}

/// The coefficients of the effect, which come first in the model `fit`.
fn effect(script: &mut Script<'_>, spec: &subgroups::Spec, of: &str, terms: &[Term]) {
    let robust = spec.options.robust || spec.options.cluster.is_some();
    let take = format!("[seq_len({})]", terms.len());
    let values = |get: fn(&Term) -> Option<f64>| terms.iter().map(|t| get(t).unwrap_or(f64::NAN)).collect::<Vec<f64>>();
    script.add("found <- summary(fit)");
    script.same_all(&format!("{of}: hazard ratio"), &format!("exp(coef(fit)){take}"), &values(|t| t.hr));
    script.same_all(&format!("{of}: lower limit"), &format!("found$conf.int[, 3]{take}"), &values(|t| t.lower));
    script.same_all(&format!("{of}: upper limit"), &format!("found$conf.int[, 4]{take}"), &values(|t| t.upper));
    let p = if robust { "found$coefficients[, 6]" } else { "found$coefficients[, 5]" };
    script.same_all(&format!("{of}: p"), &format!("{p}{take}"), &values(|t| t.p));
}

/// The complete cases and the right side of the formula.
fn formula(
    script: &mut Script<'_>,
    source: &Source<'_>,
    covariates: &[String],
    options: &Options,
) -> Result<String, AskError> {
    let effects = effects(source.data, covariates)?;
    let mut needed: Vec<String> = effects.iter().flat_map(columns).collect();
    needed.extend(options.strata.iter().chain(&options.cluster).cloned());
    script.complete(&needed)?;
    right_side(script, &effects, options)
}

fn columns(effect: &Effect) -> Vec<String> {
    match effect {
        Effect::Column(column) | Effect::Spline(column, _) => vec![column.clone()],
        Effect::Product(columns) => columns.clone(),
    }
}

fn right_side(script: &mut Script<'_>, effects: &[Effect], options: &Options) -> Result<String, AskError> {
    let spline = |column: &str| {
        effects.iter().find_map(|effect| match effect {
            Effect::Spline(name, knots) if name == column => Some(*knots),
            _ => None,
        })
    };
    if effects.iter().any(|effect| matches!(effect, Effect::Spline(..))) {
        script.package("Hmisc");
    }
    let term = |column: &str| match spline(column) {
        Some(knots) => format!("rcspline.eval({}, nk = {knots}, inclx = TRUE)", name(column)),
        None => name(column),
    };
    let mut terms: Vec<String> = effects
        .iter()
        .map(|effect| match effect {
            Effect::Column(column) | Effect::Spline(column, _) => term(column),
            Effect::Product(columns) => columns.iter().map(|c| term(c)).collect::<Vec<_>>().join(":"),
        })
        .collect();
    let strata: Vec<String> = options.strata.iter().map(|c| script.factor(c)).collect::<Result<_, _>>()?;
    if !strata.is_empty() {
        terms.push(format!("strata({})", strata.join(", ")));
    }
    Ok(terms.join(" + "))
}

/// `fit <- coxph(Surv(time, status) ~ age + sex, data = data, ties = "efron")`.
fn fit(target: &str, formula: &str, on: &Selection, options: &Options) -> Result<String, AskError> {
    if options.firth {
        return Err(without("--firth"));
    }
    if options.subject.is_some() && on.entry.is_none() {
        return Err(without("several rows of a subject"));
    }
    let robust = match (&options.cluster, options.robust, options.model_based) {
        (Some(cluster), ..) => format!(", cluster = {}", name(cluster)),
        (None, true, _) => ", robust = TRUE".to_owned(),
        (None, false, true) => ", robust = FALSE".to_owned(),
        (None, false, false) => String::new(),
    };
    Ok(format!(
        "{target} <- coxph({} ~ {formula}, data = data{}, ties = {}{robust},\n  control = coxph.control(eps = 1e-11, iter.max = 50))",
        Script::surv(on),
        Script::weights(on),
        text(options.ties.name())
    ))
}

fn coefficients(script: &mut Script<'_>, before: &str, terms: &[Term]) {
    let of = |get: fn(&Term) -> Option<f64>| terms.iter().map(|t| get(t).unwrap_or(f64::NAN)).collect::<Vec<f64>>();
    let robust = terms.iter().any(|t| t.robust_se.is_some());
    let names: Vec<&str> = terms.iter().map(|t| t.term.as_str()).collect();
    script.add(format!("# {}", names.join(", ").replace(['\n', '\r'], " ")));
    script.same_all(&format!("{before}coefficients"), "coef(fit)", &of(|t| t.coef));
    script.same_all(&format!("{before}standard errors"), "found$coefficients[, \"se(coef)\"]", &of(|t| t.se));
    if robust {
        script.same_all(
            &format!("{before}robust standard errors"),
            "found$coefficients[, \"robust se\"]",
            &of(|t| t.robust_se),
        );
    }
    script.same_all(&format!("{before}hazard ratios"), "found$conf.int[, 1]", &of(|t| t.hr));
    script.same_all(&format!("{before}lower limits"), "found$conf.int[, 3]", &of(|t| t.lower));
    script.same_all(&format!("{before}upper limits"), "found$conf.int[, 4]", &of(|t| t.upper));
    script.same_all(&format!("{before}p"), "found$coefficients[, ncol(found$coefficients)]", &of(|t| t.p));
}
