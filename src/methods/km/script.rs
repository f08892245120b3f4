//! Survival curves again in R, by the package survival.

use super::{Answer, Spec};
use crate::ask::AskError;
use crate::methods::script::{Script, Source, name, number, text, without};
use survival::kaplan_meier::Interval;

/// The script.
///
/// # Errors
/// When a part of the question has no counterpart in the script.
pub fn script(source: &Source<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.subject.is_some() {
        return Err(without("several rows of a subject"));
    }
    let mut script = Script::new(source, &spec.on, &format!("Survival curves, {}", answer.label))?;
    script.package("survival");
    if let Some(time) = spec.landmark {
        let at = number(time);
        script.add(format!("kept <- data$time > {at}\ndata <- data[kept, ]\ndata$time <- data$time - {at}"));
        return landmarked(script, spec, answer);
    }
    let levels = script.group(spec.by.as_ref())?;
    curves(script, spec, answer, levels.len())
}

/// The groups of those followed beyond the landmark: R keeps them by itself.
fn landmarked(mut script: Script<'_>, spec: &Spec, answer: &Answer) -> Result<String, AskError> {
    if spec.by.is_some() {
        return Err(without("--landmark and --by together"));
    }
    script.group(None)?;
    curves(script, spec, answer, 1)
}

fn curves(mut script: Script<'_>, spec: &Spec, answer: &Answer, levels: usize) -> Result<String, AskError> {
    if spec.follow_up {
        script.add("data$status <- 1 - data$status");
    }
    let (surv, weights) = (Script::surv(&spec.on), Script::weights(&spec.on));
    let (robust, conf) = (if spec.greenwood { ", robust = FALSE" } else { "" }, text(answer.conf_type.name()));
    script.add(format!("fit <- survfit({surv} ~ group, data = data{weights}, conf.type = {conf}{robust})"));
    script.add("table <- rbind(summary(fit, rmean = \"common\")$table)");
    for (at, group) in answer.groups.iter().enumerate() {
        let (row, of) = (at + 1, &group.group);
        let cell = |column: &str| format!("table[{row}, {}]", text(column));
        if spec.on.weights.is_none() {
            script.same(&format!("n, {of}"), &cell("records"), group.n as f64);
            script.same(&format!("events, {of}"), &cell("events"), group.events as f64);
        }
        script.same(&format!("median, {of}"), &cell("median"), group.median.unwrap_or(f64::NAN));
        if answer.conf_type != Interval::None {
            script.same(&format!("median lower, {of}"), &cell("0.95LCL"), group.median_lower.unwrap_or(f64::NAN));
            script.same(&format!("median upper, {of}"), &cell("0.95UCL"), group.median_upper.unwrap_or(f64::NAN));
        }
        if spec.on.entry.is_none() {
            script.same(&format!("rmean, {of}"), &cell("rmean"), group.rmean);
            script.same(&format!("rmean se, {of}"), &cell("se(rmean)"), group.rmean_se);
        }
        if let (Some(rate), false) = (group.rate.filter(|rate| rate.person_time > 0.0), spec.follow_up) {
            let begin = spec.on.entry.as_ref().map_or_else(String::new, |entry| format!(" - data${}", name(entry)));
            script.add(format!(
                "of <- data$group == {}\nrate <- poisson.test(sum(data$status[of]), sum((data$time{begin})[of]))",
                text(&group.group)
            ));
            script.same(&format!("rate, {of}"), "rate$estimate", rate.rate);
            script.same(&format!("rate lower, {of}"), "rate$conf.int[1]", rate.lower);
            script.same(&format!("rate upper, {of}"), "rate$conf.int[2]", rate.upper);
        }
        let curve = &group.curve;
        script.add(if levels > 1 { format!("curve <- fit[{row}]") } else { "curve <- fit".to_owned() });
        for (what, found, values) in [
            ("time", "curve$time", &curve.time),
            ("n_risk", "curve$n.risk", &curve.n_risk),
            ("n_event", "curve$n.event", &curve.n_event),
            ("surv", "curve$surv", &curve.surv),
            ("std_err", "curve$std.err", &curve.std_err),
            ("lower", "curve$lower", &curve.lower),
            ("upper", "curve$upper", &curve.upper),
        ] {
            if answer.conf_type != Interval::None || !matches!(what, "lower" | "upper") {
                script.same_all(&format!("{what}, {of}"), found, values);
            }
        }
    }
    if let Some(test) = answer.logrank
        && spec.on.entry.is_none()
        && spec.on.weights.is_none()
    {
        script.add("test <- survdiff(Surv(time, status) ~ group, data = data)");
        script.same("log-rank chi-square", "test$chisq", test.statistic);
        script.same("log-rank p", "pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)", test.p);
    }
    if let Some(ratio) = answer.hazard_ratio
        && spec.on.weights.is_none()
    {
        let ties = text(spec.ties.unwrap_or_default().name());
        script.add(format!("cox <- summary(coxph({surv} ~ group, data = data, ties = {ties}))"));
        script.same("hazard ratio", "cox$conf.int[1, 1]", ratio.hr);
        script.same("hazard ratio lower", "cox$conf.int[1, 3]", ratio.lower);
        script.same("hazard ratio upper", "cox$conf.int[1, 4]", ratio.upper);
    }
    Ok(script.finish())
}
