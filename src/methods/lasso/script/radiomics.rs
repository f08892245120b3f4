//! The penalized model of radiomic features again in R. The features that have a coefficient somewhere on the path are
//! written into the script: a path on these alone is the path on all candidates, for all others have none.

use super::super::{Answer, Spec};
use crate::ask::{AskError, Selection, Source};
use crate::methods::features;
use crate::methods::script::{Script, number, numbers, text, texts, without};
use crate::study::ScoreStep;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub(super) fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.steps.iter().any(|step| matches!(step, ScoreStep::Harmonise { .. } | ScoreStep::Impute(_))) {
        return Err(without("features that are harmonised or filled in before the penalized fit"));
    }
    if spec.deals > 1 || spec.adaptive.is_some() {
        return Err(without("--repeats and --adaptive"));
    }
    let on = Selection { cohort: answer.training.clone().or(spec.on.cohort.clone()), score: None, ..spec.on.clone() };
    let mut script = Script::new(source, &on, &format!("{}, a penalized Cox model", answer.label))?;
    script.package("survival");
    script.package("glmnet");
    script.keep(&answer.rows);
    let names: Vec<String> = answer.paths.iter().map(|path| path.feature.clone()).collect();
    let all = features::columns(source.data);
    let mut columns = Vec::with_capacity(names.len());
    for name in &names {
        let column = all.iter().find(|column| column.name == *name);
        let column = column.ok_or_else(|| AskError::Impossible(format!("{name} is no feature")))?;
        let values: Vec<f64> = answer.rows.iter().map(|row| column.value(source.data, *row)).collect();
        columns.push(format!("{} = {}", text(name), numbers(&values)));
    }
    script.add(format!(
        "# Radiomic features stand in no table: those with a coefficient somewhere on the path, as they were extracted. A path\n\
         # on these alone is the path on all candidates, for the others have no coefficient on it; the cross-validation, whose\n\
         # folds may choose others, is not found again.\nfeatures <- cbind({})",
        columns.join(",\n  ")
    ));
    let scale = if answer.z_scores { "scale(features)" } else { "features" };
    let mut options = format!("alpha = {}", number(spec.alpha));
    options += &format!(", standardize = {}", if spec.standardize { "TRUE" } else { "FALSE" });
    options += &super::thresholds(spec);
    // Where as many features as patients have coefficients the solution is not one, and glmnet does not end.
    let path = answer.lambda.partition_point(|lambda| *lambda >= answer.selected.lambda);
    script.add(format!(
        "x <- {scale}\ny <- Surv(data$time, data$status)\n# penalties down to the one chosen\nlambda <- {}",
        numbers(&answer.lambda[..path])
    ));
    let largest = format!("glmnet(x, y, family = \"cox\", lambda.min.ratio = 0.5, {options})$lambda[1]");
    script.same("largest penalty", &largest, answer.lambda.first().copied().unwrap_or(f64::NAN));
    script.add(format!("path <- glmnet(x, y, family = \"cox\", lambda = lambda, {options})"));
    script.same_all("share of deviance explained", "path$dev.ratio", &answer.dev_ratio[..path]);
    let df: Vec<f64> = answer.df[..path].iter().map(|df| *df as f64).collect();
    script.same_all("features with a coefficient", "colSums(abs(as.matrix(path$beta)) > 1e-9)", &df);
    let terms = &answer.selected.terms;
    script.add(format!("found <- as.matrix(coef(path, s = {}))", number(answer.selected.lambda)));
    script.same("number of features selected", "sum(abs(found) > 1e-9)", terms.len() as f64);
    let of: Vec<&str> = terms.iter().map(|term| term.term.as_str()).collect();
    let coefficients: Vec<f64> =
        terms.iter().map(|term| if answer.z_scores { term.z_coef } else { term.coef }).collect();
    script.same_all("coefficients", &format!("found[{}, 1]", texts(&of)), &coefficients);
    Ok(script.finish())
}
