//! Decision curves again in R: net benefit from Kaplan-Meier survival of those treated, written out with survival. Risks
//! of models are those of Cox models fitted in the training cohort.

use super::{ALL, Answer, NONE, Rule, Spec};
use crate::ask::{AskError, Grouping, Selection, Source};
use crate::methods::covariates::{Effect, effects};
use crate::methods::model;
use crate::methods::script::{Script, formula_term, number, numbers, of_known, text, without};
use crate::study::ModelSpec;

const NET_BENEFIT: &str = "risk_by <- function(keep) {
  if (!any(keep)) return(0)
  1 - summary(survfit(Surv(time, status) ~ 1, data = data[keep, ]), times = at, extend = TRUE)$surv
}
net_benefit <- function(risk) sapply(thresholds, function(p) {
  treated <- risk >= p
  (risk_by(treated) - (1 - risk_by(treated)) * p / (1 - p)) * mean(treated)
})";

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let models: Vec<&ModelSpec> = spec.rules.iter().filter_map(Rule::model).collect();
    let everybody = Selection { cohort: None, ..spec.on.clone() };
    let mut script = Script::new(source, if models.is_empty() { &spec.on } else { &everybody }, "Decision curves")?;
    script.package("survival");
    let mut columns: Vec<String> = Vec::new();
    for rule in &spec.rules {
        match rule {
            Rule::Column { column, .. } => columns.push(column.clone()),
            Rule::Model(model) => columns.extend(model::columns_of(source.data, model).into_iter().map(str::to_owned)),
        }
    }
    columns.sort_unstable();
    columns.dedup();
    script.add(format!("at <- {}\nthresholds <- {}", number(answer.time), numbers(&answer.thresholds)));
    script.add(NET_BENEFIT);
    if models.is_empty() {
        script.complete(&columns)?;
    } else {
        of_models(&mut script, source, spec, &models, &columns)?;
    }
    script.same("n", "nrow(data)", answer.n as f64);
    for curve in answer.curves.iter().filter(|curve| curve.name != NONE) {
        let rule = spec.rules.iter().find(|rule| rule.label() == curve.name);
        let risk = match rule {
            Some(Rule::Column { column, .. }) => format!("data${}", script.column(column)?),
            Some(Rule::Model(model)) => format!("data[[{}]]", text(&risk_of(model))),
            None if curve.name == ALL => "rep(1, nrow(data))".to_owned(),
            None => continue,
        };
        script.same_all(&format!("net benefit, {}", curve.name), &format!("net_benefit({risk})"), &curve.net_benefit);
    }
    Ok(script.finish())
}

fn risk_of(model: &ModelSpec) -> String {
    format!("risk by {}", model.name)
}

/// The risk by each model as a column of `data`, which is then the cohort that is judged.
fn of_models(
    script: &mut Script<'_>,
    source: &Source<'_>,
    spec: &Spec,
    models: &[&ModelSpec],
    columns: &[String],
) -> Result<(), AskError> {
    if spec.on.cohort.as_deref().is_some_and(|cohort| !source.data.cohort.groups().levels.iter().any(|l| l == cohort)) {
        return Err(without("models judged in pooled cohorts"));
    }
    for column in columns {
        script.column(column)?;
    }
    script.group(Some(&Grouping::Cohort))?;
    let training = model::training(source.data).unwrap_or_default();
    for model in models {
        of_known(model)?;
        let effects = effects(source.data, &model.covariates)?;
        if effects.iter().any(|effect| matches!(effect, Effect::Spline(..))) {
            return Err(without("splines among the covariates of a model that is judged elsewhere"));
        }
        let terms: Vec<String> = effects.iter().map(formula_term).collect();
        script.add(format!(
            "fit <- coxph(Surv(time, status) ~ {}, data = data, subset = group == {}, ties = {},\n  \
             control = coxph.control(eps = 1e-11, iter.max = 50))\nhazard <- basehaz(fit)\n\
             H <- c(0, hazard$hazard)[findInterval(at, hazard$time) + 1]\n\
             data[[{}]] <- 1 - exp(-H * exp(predict(fit, newdata = data, type = \"lp\")))",
            terms.join(" + "),
            text(training),
            text(spec.ties.name()),
            text(&risk_of(model)),
        ));
    }
    if let Some(cohort) = &spec.on.cohort {
        script.add(format!("data <- data[data$group == {}, ]", text(cohort)));
    }
    script.complete(columns)
}
