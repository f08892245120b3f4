//! The log-rank test again in R, by the package survival.

use super::{Answer, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, number};

/// The script.
///
/// # Errors
/// When the groups cannot be made.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    let mut script = Script::new(source, &spec.on, &format!("Log-rank test, {}", answer.endpoint))?;
    script.package("survival");
    script.group(Some(&spec.by))?;
    script.complete(&spec.strata)?;
    let mut strata = String::new();
    for column in &spec.strata {
        strata += &format!("{}{}", if strata.is_empty() { "" } else { ", " }, script.factor(column)?);
    }
    let strata = if strata.is_empty() { strata } else { format!(" + strata({strata})") };
    script
        .add(format!("test <- survdiff(Surv(time, status) ~ group{strata}, data = data, rho = {})", number(spec.rho)));
    let sums = |what: &str| format!("rowSums(cbind(test${what}))");
    script.same_all("n", "as.vector(table(data$group))", &answer.groups.iter().map(|g| g.n as f64).collect::<Vec<_>>());
    script.same_all("observed", &sums("obs"), &answer.groups.iter().map(|g| g.observed).collect::<Vec<_>>());
    script.same_all("expected", &sums("exp"), &answer.groups.iter().map(|g| g.expected).collect::<Vec<_>>());
    if spec.trend {
        script.add(format!(
            "scores <- seq_len(nlevels(data$group)) - 1\ntrend <- sum(scores * ({} - {}))^2 / drop(scores %*% test$var %*% scores)",
            sums("obs"),
            sums("exp")
        ));
        script.same("chi-square for trend", "trend", answer.statistic);
        script.same("p", "pchisq(trend, 1, lower.tail = FALSE)", answer.p);
    } else {
        script.same("chi-square", "test$chisq", answer.statistic);
        script.same("p", &format!("pchisq(test$chisq, {}, lower.tail = FALSE)", answer.df), answer.p);
    }
    Ok(script.finish())
}
