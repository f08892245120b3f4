//! The penalized model again in R, by glmnet.

mod radiomics;

use super::{Answer, Candidates, FoldSpec, Spec};
use crate::ask::{AskError, Selection};
use crate::methods::script::{Script, Source, number, numbers, text, texts, without};
use survival::coxnet::Measure;

/// The threshold that brings glmnet's coefficients to within 1e-8 of the solution; at 1e-14 some stand 3e-6 away.
const CLOSE: f64 = 1e-20;

/// glmnet's threshold: the one asked for, or one for the solution itself, with the patience that it takes.
fn thresholds(spec: &Spec) -> String {
    match spec.thresh {
        Some(thresh) => format!(", thresh = {}", number(thresh)),
        None => format!(", thresh = {}, maxit = 1e7", number(CLOSE)),
    }
}

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.candidates == Candidates::Radiomics {
        return radiomics::script(source, spec, answer);
    }
    if spec.deals > 1 || spec.adaptive.is_some() {
        return Err(without("--repeats and --adaptive"));
    }
    let on = Selection { cohort: answer.training.clone().or(spec.on.cohort.clone()), ..spec.on.clone() };
    let mut script = Script::new(source, &on, "Penalized Cox model")?;
    script.package("survival");
    script.package("glmnet");
    let mut needed = spec.features.clone();
    needed.extend(spec.offset.clone());
    if let FoldSpec::Column(column) = &spec.folds {
        needed.push(column.clone());
    }
    script.complete(&needed)?;
    let factors: Vec<f64> = spec
        .features
        .iter()
        .map(|feature| spec.penalty_factor.iter().find(|(name, _)| name == feature).map_or(1.0, |(_, factor)| *factor))
        .collect();
    let folds: Vec<f64> = answer.cv.foldid.iter().map(|fold| *fold as f64).collect();
    let column = |name: &String| format!("data[[{}]]", text(name));
    let mut options = format!("alpha = {}, nlambda = {}", number(spec.alpha), spec.nlambda);
    options += &format!(", standardize = {}", if spec.standardize { "TRUE" } else { "FALSE" });
    options += &thresholds(spec);
    options += &spec.lambda_min_ratio.map_or(String::new(), |ratio| format!(", lambda.min.ratio = {}", number(ratio)));
    options += &spec.on.weights.as_ref().map_or(String::new(), |weights| format!(", weights = {}", column(weights)));
    options += &spec.offset.as_ref().map_or(String::new(), |offset| format!(", offset = {}", column(offset)));
    if factors.iter().any(|factor| *factor != 1.0) {
        options += &format!(",\n  penalty.factor = {}", numbers(&factors));
    }
    let measure = match spec.measure {
        Measure::GroupedDeviance => "deviance",
        Measure::Concordance => "C",
        Measure::FoldDeviance => return Err(without("deviance by single folds")),
    };
    script.add(format!("x <- as.matrix(data[{}])\ny <- Surv(data$time, data$status)", texts(&spec.features)));
    script.add("# the folds as they were dealt, so that R divides the same patients");
    script.add(format!("folds <- {}", numbers(&folds)));
    script.add(format!(
        "cv <- cv.glmnet(x, y, family = \"cox\", foldid = folds, type.measure = \"{measure}\", {options})"
    ));
    // glmnet ends its path where little is left to explain.
    let n = answer.lambda.len();
    script.add(format!("path <- cv$glmnet.fit\nused <- seq_len(min({n}, length(path$lambda)))"));
    script.same_all("lambda", "path$lambda[used]", &answer.lambda);
    script.same_all("df", "path$df[used]", &answer.df.iter().map(|df| *df as f64).collect::<Vec<_>>());
    script.same_all("share of deviance explained", "path$dev.ratio[used]", &answer.dev_ratio);
    script.same_all("cv mean", &format!("cv$cvm[seq_len({})]", answer.cv.cvm.len()), &answer.cv.cvm);
    script.same_all("cv standard error", &format!("cv$cvsd[seq_len({})]", answer.cv.cvsd.len()), &answer.cv.cvsd);
    script.same("lambda.min", "cv$lambda.min", answer.cv.lambda_min);
    script.same("lambda.1se", "cv$lambda.1se", answer.cv.lambda_1se);
    let terms = &answer.selected.terms;
    script.add(format!("found <- as.matrix(coef(path, s = {}))", number(answer.selected.lambda)));
    script.same("number of candidates selected", "sum(found != 0)", terms.len() as f64);
    let names: Vec<&str> = terms.iter().map(|term| term.term.as_str()).collect();
    let coefficients: Vec<f64> = terms.iter().map(|term| term.coef).collect();
    script.same_all("coefficients", &format!("found[{}, 1]", texts(&names)), &coefficients);
    Ok(script.finish())
}
