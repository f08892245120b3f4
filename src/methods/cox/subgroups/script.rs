//! Effects in subgroups again in R, by survival.

use crate::ask::{AskError, Grouping, Source};
use crate::methods::covariates::effects;
use crate::methods::cox::Term;
use crate::methods::cox::script::{fit, formula, right_side};
use crate::methods::script::{Script, name, text};

/// The script of an effect in subgroups.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &super::Spec, answer: &super::Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, &format!("{} in subgroups", answer.label))?;
    script.package("survival");
    for column in spec.by.iter().flat_map(Grouping::columns) {
        script.column(column)?;
    }
    let everybody = super::covariates_of(spec, None);
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
        let effects = effects(source.data, &super::covariates_of(spec, Some(by)))?;
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
fn effect(script: &mut Script<'_>, spec: &super::Spec, of: &str, terms: &[Term]) {
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
