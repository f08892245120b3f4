//! Decision curves again in R: net benefit from Kaplan-Meier survival of those treated, written out with survival.

use super::{ALL, Answer, NONE, Rule, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, number, numbers, without};

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
/// When a curve is of a fitted model.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut columns = Vec::new();
    for rule in &spec.rules {
        match rule {
            Rule::Column { name, column } => columns.push((name.clone(), column.clone())),
            Rule::Model(_) => return Err(without("models of the study; give their risks as columns")),
        }
    }
    let mut script = Script::new(source, &spec.on, "Decision curves")?;
    script.package("survival");
    script.complete(&columns.iter().map(|(_, column)| column.clone()).collect::<Vec<_>>())?;
    script.add(format!("at <- {}\nthresholds <- {}", number(answer.time), numbers(&answer.thresholds)));
    script.add(NET_BENEFIT);
    script.same("n", "nrow(data)", answer.n as f64);
    for curve in answer.curves.iter().filter(|curve| curve.name != NONE) {
        let column = columns.iter().find(|(name, _)| *name == curve.name);
        let risk = match column {
            Some((_, column)) => format!("data${}", script.column(column)?),
            None if curve.name == ALL => "rep(1, nrow(data))".to_owned(),
            None => continue,
        };
        script.same_all(&format!("net benefit, {}", curve.name), &format!("net_benefit({risk})"), &curve.net_benefit);
    }
    Ok(script.finish())
}
